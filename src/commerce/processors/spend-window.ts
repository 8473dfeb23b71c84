import { z } from 'zod';
import { sliding } from '../../consumer/windows/sliding.js';

const MINUTE = 60_000;
const SIZE = 10 * MINUTE;

/** What may be spent in a window, in minor units of whatever currency: more is suspicious. */
export const SPEND_LIMIT = 500_000;
/** Milliseconds that a payment may be older than the customer's latest one and still count. */
const LATENESS = 10 * MINUTE;

/** Payments of one currency of which the ids are kept, the last ones; sums have all. Who pays a thousand times a little is found all the same. */
const MAX_PAYMENTS = 500;

const SECOND = 1_000;
const windows = sliding({ size: SIZE, lateness: LATENESS, resolution: SECOND, maxEntries: (SIZE + LATENESS) / SECOND + 1 });

/** What is remembered of a customer. */
export const SpendState = z.strictObject({
  currencies: z.record(z.string(), z.strictObject({
    sums: windows.schema,
    /** What the sums are made of; `at` to the second, in milliseconds since 1970. */
    payments: z.array(z.strictObject({ id: z.string(), at: z.int() })),
  })),
  /** When the latest payment occurred, in milliseconds since 1970: the customer's own clock. */
  latest: z.int(),
  /** Days on which too much was spent; they need not be found again. */
  days: z.array(z.string()),
});
export type SpendState = z.infer<typeof SpendState>;

export const NOTHING_SPENT: SpendState = { currencies: {}, latest: 0, days: [] };

export interface Payment {
  readonly id: string;
  readonly at: Date;
  readonly amount: number;
  readonly currency: string;
}

/** Too much in a window that ends on a day on which that was not so before. */
export interface Excess {
  /** Of the window's end, in UTC: `2026-03-01`. */
  readonly day: string;
  readonly from: Date;
  readonly to: Date;
  readonly spent: { readonly amount: number; readonly currency: string };
  /** Those that are known, at most the last 500. */
  readonly paymentIds: readonly string[];
}

/**
 * Takes in a payment, to the second. A window ends with each payment and has what was paid in its currency in ten minutes.
 * The days found are the same in whatever order payments come, as long as none is older than the customer's latest one by more
 * than ten minutes: such a one is late, and changes nothing. Errors: those of sliding windows.
 */
export function spend(before: SpendState, { id, at, amount, currency }: Payment): { readonly after: SpendState; readonly late: boolean; readonly found: readonly Excess[] } {
  const days = [...before.days];
  const isKnown = (moment: number): boolean => days.includes(dayOf(moment));
  const latest = Math.max(at.getTime(), before.latest);
  const { sums, payments } = before.currencies[currency] ?? { sums: windows.initial, payments: [] };
  const { state, late, changed } = windows.add(sums, at, amount, new Date(latest));
  if (late) return { after: before, late, found: [] };
  // All windows that it is in end on days with a case: nothing of it needs to be kept.
  if (isKnown(at.getTime()) && isKnown(at.getTime() + SIZE)) return { after: { ...before, latest }, late, found: [] };

  const known = [...payments, { id, at: Math.floor(at.getTime() / SECOND) * SECOND }];
  const found: Excess[] = [];
  for (const { end, value } of changed) {
    const [day, from] = [dayOf(end), new Date(end.getTime() - SIZE)];
    if (value <= SPEND_LIMIT || days.includes(day)) continue;
    days.push(day);
    const inside = known.filter((each) => each.at > from.getTime() && each.at <= end.getTime());
    found.push({ day, from, to: end, spent: { amount: value, currency }, paymentIds: inside.sort((a, b) => a.at - b.at).map((each) => each.id) });
  }
  const currencies = { ...before.currencies, [currency]: { sums: state, payments: known } };
  const horizon = latest - LATENESS - SIZE;
  const useful = Object.entries(currencies).map(([each, spent]) => [each, {
    sums: windows.prune(spent.sums, new Date(latest)), payments: spent.payments.filter((payment) => payment.at >= horizon).slice(-MAX_PAYMENTS),
  }] as const).filter(([, spent]) => spent.sums.entries.length > 0);
  return { after: { currencies: Object.fromEntries(useful), latest, days: days.filter((day) => day >= dayOf(horizon)) }, late, found };
}

/** When nothing of it can matter any more, by the customer's own clock; null: it is nothing. */
export function forgettable({ latest }: SpendState): Date | null {
  return latest === 0 ? null : new Date(latest + LATENESS + SIZE);
}

/** The day of a moment, in UTC: `2026-03-01`. */
export const dayOf = (moment: number | Date): string => new Date(moment).toISOString().slice(0, 10);
