import { z } from 'zod';

/** How much in how short a time is too much. */
export interface SpendLimits {
  /** Milliseconds. A window is open at its beginning and closed at its end: a payment is in its own. */
  readonly windowMs: number;
  /** What may be spent in it, in minor units of whatever currency: more is suspicious. */
  readonly limit: number;
  /** Milliseconds that a payment may be older than the customer's latest one and still count. */
  readonly latenessMs: number;
}

/** A payment as it is remembered. */
const Spent = z.strictObject({
  id: z.string(),
  /** Milliseconds since 1970. */
  at: z.int(),
  amount: z.int(),
  currency: z.string(),
});
type Spent = z.infer<typeof Spent>;

/** What is remembered of a customer: payments that a window yet to come may hold. */
export const SpendWindow = z.strictObject({
  /** The earliest first. */
  payments: z.array(Spent),
  /** When the latest payment occurred; null before the first. */
  latest: z.int().nullable(),
  /** Days on which too much was spent; they need not be found again. */
  days: z.array(z.string()),
});
export type SpendWindow = z.infer<typeof SpendWindow>;

export const NOTHING_SPENT: SpendWindow = { payments: [], latest: null, days: [] };

/** Too much in a window that ends on a day on which that was not so before. */
export interface Excess {
  /** Of the window's end, in UTC: `2026-03-01`. */
  readonly day: string;
  readonly from: Date;
  readonly to: Date;
  readonly spent: { readonly amount: number; readonly currency: string };
  readonly paymentIds: readonly string[];
}

/** Payments remembered of one customer at most. Past it the two earliest become one, at the time of the later: it is counted a little too long. */
const MAX_PAYMENTS = 300;

/**
 * Takes in a payment. The days found are the same in whatever order payments come, as long as none is older than the
 * customer's latest one by more than `latenessMs`; such a one changes nothing (`late`). A payment that is known changes nothing.
 */
export function spend(before: SpendWindow, payment: Spent, { windowMs, limit, latenessMs }: SpendLimits): { readonly after: SpendWindow; readonly late: boolean; readonly found: readonly Excess[] } {
  if (before.latest !== null && payment.at < before.latest - latenessMs) return { after: before, late: true, found: [] };
  if (before.payments.some((each) => each.id === payment.id)) return { after: before, late: false, found: [] };
  const payments = [...before.payments, payment].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const days = [...before.days];
  const found: Excess[] = [];
  // Only windows that hold the new payment have changed.
  for (const { at: end } of payments.filter(({ at }) => at >= payment.at && at < payment.at + windowMs)) {
    const day = dayOf(end);
    if (days.includes(day)) continue;
    const inside = payments.filter(({ at, currency }) => currency === payment.currency && at > end - windowMs && at <= end);
    const amount = inside.reduce((sum, each) => sum + each.amount, 0);
    if (amount <= limit) continue;
    days.push(day);
    found.push({ day, from: new Date(end - windowMs), to: new Date(end), spent: { amount, currency: payment.currency }, paymentIds: inside.map(({ id }) => id) });
  }
  const latest = Math.max(before.latest ?? payment.at, payment.at);
  const horizon = latest - latenessMs - windowMs;
  const useful = payments.filter(({ at }) => at > horizon && !(days.includes(dayOf(at)) && days.includes(dayOf(at + windowMs - 1))));
  return { after: { payments: bounded(useful), latest, days: days.filter((day) => day >= dayOf(horizon)) }, late: false, found };
}

/** When nothing of it can matter any more, whatever comes; milliseconds since 1970. */
export function forgettable({ latest }: SpendWindow, { windowMs, latenessMs }: SpendLimits): number | null {
  return latest === null ? null : latest + latenessMs + windowMs;
}

/** The day of a moment, in UTC: `2026-03-01`. */
export const dayOf = (moment: number | Date): string => new Date(moment).toISOString().slice(0, 10);

function bounded(payments: readonly Spent[]): Spent[] {
  const kept = [...payments];
  for (;;) {
    const [first, second, ...rest] = kept;
    if (kept.length <= MAX_PAYMENTS || first === undefined || second === undefined) return kept;
    // Of another currency it cannot be added: the earlier is forgotten.
    kept.splice(0, kept.length, first.currency === second.currency ? { ...second, amount: first.amount + second.amount } : second, ...rest);
  }
}
