/**
 * Splits an amount in minor units over parts in proportion to their weights, exactly: the shares add up to it. By largest
 * remainder, so each share is off by less than 1; where remainders are equal, the earlier part gets the unit. The same for the
 * same arguments. Weights are whole numbers from 0 up; when they are all 0, each part weighs the same.
 * @throws RangeError without parts.
 */
export function split(amount: number, weights: readonly number[]): readonly number[] {
  if (weights.length === 0) throw new RangeError('there is nothing to split over');
  // An amount times a weight does not fit in 53 bits.
  const heavy = weights.map(BigInt);
  const sum = heavy.reduce((all, each) => all + each, 0n);
  if (sum === 0n) return split(amount, weights.map(() => 1));
  const whole = BigInt(Math.abs(amount));
  const shares = heavy.map((weight, index) => ({ index, share: (whole * weight) / sum, rest: (whole * weight) % sum }));
  const left = Number(whole - shares.reduce((all, { share }) => all + share, 0n));
  const next = [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1)).slice(0, left);
  for (const each of next) each.share += 1n;
  // `|| 0`: no negative zero.
  return shares.map(({ share }) => Math.sign(amount) * Number(share) || 0);
}
