import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, forgettable, NOTHING_SPENT, spend, SpendWindow, type SpendLimits } from '../../src/commerce/processors/spend-window.js';

const LIMITS: SpendLimits = { windowMs: 600_000, limit: 500_000, latenessMs: 600_000 };
/** Close to the end of a day, so that windows reach over it. */
const START = Date.parse('2026-03-01T23:50:00Z');

interface Payment { readonly id: string; readonly at: number; readonly amount: number; readonly currency: string }

function run(payments: readonly Payment[], limits = LIMITS): { readonly days: readonly string[]; readonly late: number; readonly state: SpendWindow } {
  let state = NOTHING_SPENT;
  const days: string[] = [];
  let late = 0;
  for (const payment of payments) {
    const result = spend(state, payment, limits);
    state = SpendWindow.parse(JSON.parse(JSON.stringify(result.after)));
    days.push(...result.found.map((each) => each.day));
    if (result.late) late += 1;
  }
  return { days: days.toSorted(), late, state };
}

/** Days on which a window ends that has too much, by trying every window. */
function expected(payments: readonly Payment[], { windowMs, limit }: SpendLimits): string[] {
  const days = payments.flatMap(({ at: end, currency }) => {
    const inside = payments.filter((each) => each.currency === currency && each.at > end - windowMs && each.at <= end);
    return inside.reduce((sum, each) => sum + each.amount, 0) > limit ? [dayOf(end)] : [];
  });
  return [...new Set(days)].sort();
}

const minute = (count: number): number => START + count * 60_000;
const paid = (at: number, amount: number, id = `${at}/${amount}`, currency = 'EUR'): Payment => ({ id, at, amount, currency });

// Seen to fail with only the window that the new payment ends looked at, and with payments forgotten one window back.
test('in whatever order payments come, the same days are found, as trying every window finds them', () => {
  const payment = fc.record({
    at: fc.integer({ min: 0, max: 60 }).map((each) => START + each * 30_000), amount: fc.integer({ min: 1, max: 300_000 }), currency: fc.constantFrom('EUR', 'USD'),
  });
  const payments = fc.array(payment, { maxLength: 40 }).map((all) => all.map((each, index) => ({ ...each, id: String(index) })));
  fc.assert(fc.property(payments, fc.infiniteStream(fc.nat()), (all, order) => {
    // So much of a delay as lateness allows, each.
    const shuffled = all.map((each) => ({ each, came: each.at + (order.next().value ?? 0) % LIMITS.latenessMs })).sort((a, b) => a.came - b.came).map(({ each }) => each);
    const found = run(shuffled);
    expect(found.late).toBe(0);
    expect(found.days).toEqual(expected(all, LIMITS));
  }));
});

test('a payment that is too late is said to be, and counts for nothing', () => {
  const { days, late, state } = run([paid(minute(0), 300_000), paid(minute(11), 100_000), paid(minute(0.5), 300_000)]);
  expect([days, late, state.payments.length]).toEqual([[], 1, 2]);
});

test('one case a day, with what was known then; a payment that is known, or of another currency, adds nothing', () => {
  const first = spend(NOTHING_SPENT, paid(minute(1), 400_000, 'a'), LIMITS);
  expect(first.found).toEqual([]);
  expect(spend(first.after, paid(minute(1), 400_000, 'a'), LIMITS)).toEqual({ after: first.after, late: false, found: [] });
  const other = spend(first.after, paid(minute(2), 400_000, 'b', 'USD'), LIMITS);
  expect(other.found).toEqual([]);
  const second = spend(other.after, paid(minute(3), 100_001, 'c'), LIMITS);
  expect(second.found).toEqual([{ day: '2026-03-01', from: new Date(minute(-7)), to: new Date(minute(3)), spent: { amount: 500_001, currency: 'EUR' }, paymentIds: ['a', 'c'] }]);
  expect(spend(second.after, paid(minute(4), 900_000, 'd'), LIMITS).found).toEqual([]);
  // Another day.
  expect(spend(second.after, paid(minute(10), 900_000, 'e'), LIMITS).found).toMatchObject([{ day: '2026-03-02' }]);
});

test('what is remembered is bounded: beyond, sums stay and moments blur; nothing is left when it cannot matter', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => paid(START + index, 400, String(index)));
  const { state, days } = run(many);
  expect(days).toEqual([]);
  expect(state.payments).toHaveLength(300);
  expect(state.payments.reduce((sum, each) => sum + each.amount, 0)).toBe(400_000);
  expect(JSON.stringify(state).length).toBeLessThan(65_536);
  expect(spend(state, paid(START + 2_000, 100_001), LIMITS).found).toMatchObject([{ spent: { amount: 500_001 } }]);
  // After a case, what can only be of its day is not kept.
  const early = START - 12 * 60 * 60_000;
  expect(run([paid(early, 400_000), paid(early + 1, 400_000), paid(early + 2, 1)]).state.payments).toEqual([]);
  expect(forgettable(state, LIMITS)).toBe(START + 999 + 1_200_000);
  expect(forgettable(NOTHING_SPENT, LIMITS)).toBeNull();
});
