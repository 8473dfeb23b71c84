/** A payment that arrived, as the log has it. */
export interface LoggedPayment {
  readonly paymentId: string;
  readonly customerId: string;
  readonly amount: number;
  readonly currency: string;
  readonly at: Date;
}

export interface ExpectedCase {
  readonly customerId: string;
  readonly day: string;
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly spent: { readonly amount: number; readonly currency: string };
  readonly paymentIds: readonly string[];
}

const TEN_MINUTES = 600_000;

/**
 * Which cases there have to be, from the payments in the order of the log, in the plainest way: with each payment of a customer, every
 * window of ten minutes that ends with one of theirs is added up anew. Nothing is forgotten, and nothing is shared with the processor.
 */
export function expectedCases(payments: readonly LoggedPayment[]): { readonly cases: readonly ExpectedCase[]; readonly late: number } {
  const cases: ExpectedCase[] = [];
  let late = 0;
  for (const customerId of new Set(payments.map((each) => each.customerId))) {
    const known: { id: string; amount: number; currency: string; second: number }[] = [];
    const days = new Set<string>();
    let latest = 0;
    for (const { paymentId, amount, currency, at } of payments.filter((each) => each.customerId === customerId)) {
      if (at.getTime() + TEN_MINUTES < latest) {
        late += 1;
        continue;
      }
      latest = Math.max(latest, at.getTime());
      known.push({ id: paymentId, amount, currency, second: Math.floor(at.getTime() / 1_000) * 1_000 });
      const ends = [...new Set(known.filter((each) => each.currency === currency).map((each) => each.second))].sort((a, b) => a - b);
      for (const end of ends) {
        const inside = known.filter((each) => each.currency === currency && each.second > end - TEN_MINUTES && each.second <= end);
        const sum = inside.reduce((all, each) => all + each.amount, 0);
        const day = new Date(end).toISOString().slice(0, 10);
        if (sum <= 500_000 || days.has(day)) continue;
        days.add(day);
        cases.push({
          customerId, day, windowStart: new Date(end - TEN_MINUTES).toISOString(), windowEnd: new Date(end).toISOString(), spent: { amount: sum, currency },
          paymentIds: inside.sort((a, b) => a.second - b.second).map((each) => each.id),
        });
      }
    }
  }
  return { cases, late };
}
