import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, forgettable, NOTHING_SPENT, spend, SPEND_LIMIT, SpendState, type Excess, type Payment } from '../../src/commerce/processors/spend-window.js';

const MINUTE = 60_000;
/** Close to the end of a day, so that windows reach over it. */
const START = Date.parse('2026-03-01T23:50:00Z');

function run(payments: readonly Payment[]): { readonly days: readonly string[]; readonly late: number; readonly state: SpendState } {
  let state = NOTHING_SPENT;
  const days: string[] = [];
  let late = 0;
  for (const payment of payments) {
    const result = spend(state, payment);
    state = SpendState.parse(JSON.parse(JSON.stringify(result.after)));
    days.push(...result.found.map((each) => each.day));
    if (result.late) late += 1;
  }
  return { days: days.toSorted(), late, state };
}

/** Days on which a window ends that has too much, by trying every window. */
function expected(payments: readonly Payment[]): string[] {
  const days = payments.flatMap(({ at: end, currency }) => {
    const inside = payments.filter((each) => each.currency === currency && each.at.getTime() > end.getTime() - 10 * MINUTE && each.at <= end);
    return inside.reduce((sum, each) => sum + each.amount, 0) > SPEND_LIMIT ? [dayOf(end)] : [];
  });
  return [...new Set(days)].sort();
}

const paid = (minute: number, amount: number, id = `${minute}/${amount}`, currency = 'EUR'): Payment => ({ id, at: new Date(START + minute * MINUTE), amount, currency });

// Against looking only at the window that the new payment ends, and against leaving a payment out when its own day alone has a case.
test('in whatever order payments come, the same days are found, as trying every window finds them', () => {
  const payment = fc.record({ minute: fc.integer({ min: 0, max: 60 }), amount: fc.integer({ min: 1, max: 300_000 }), currency: fc.constantFrom('EUR', 'USD') });
  const payments = fc.array(payment, { maxLength: 40 }).map((all) => all.map(({ minute, amount, currency }, index) => paid(minute / 2, amount, String(index), currency)));
  fc.assert(fc.property(payments, fc.infiniteStream(fc.nat()), (all, order) => {
    // So much of a delay as lateness allows, each.
    const shuffled = all.map((each) => ({ each, came: each.at.getTime() + (order.next().value ?? 0) % (10 * MINUTE) })).sort((a, b) => a.came - b.came).map(({ each }) => each);
    const found = run(shuffled);
    expect(found.late).toBe(0);
    expect(found.days).toEqual(expected(all));
  }), { numRuns: 500 });
});

test('a payment that is too late is said to be, and counts for nothing', () => {
  const { days, late, state } = run([paid(0, 300_000), paid(11, 100_000), paid(0.5, 300_000)]);
  expect([days, late, state.currencies['EUR']?.payments.length]).toEqual([[], 1, 2]);
});

test('one case a day, with what was known then; what is of another currency adds nothing', () => {
  const first = spend(NOTHING_SPENT, paid(1, 400_000, 'a'));
  expect(first.found).toEqual([]);
  const other = spend(first.after, paid(2, 400_000, 'b', 'USD'));
  expect(other.found).toEqual([]);
  const second = spend(other.after, paid(3, 100_001, 'c'));
  expect(second.found).toEqual([{
    day: '2026-03-01', from: new Date(START - 7 * MINUTE), to: new Date(START + 3 * MINUTE), spent: { amount: 500_001, currency: 'EUR' }, paymentIds: ['a', 'c'],
  }]);
  expect(spend(second.after, paid(4, 900_000, 'd')).found).toEqual([]);
  // Another day.
  expect(spend(second.after, paid(10, 900_000, 'e')).found).toMatchObject([{ day: '2026-03-02' }]);
});

test('what is remembered is bounded, and nothing is left when it cannot matter', () => {
  const many = Array.from({ length: 2_500 }, (_, index) => paid(index / 250, 200, `0190f3a2-0000-7000-8000-${String(index).padStart(12, '0')}`));
  const { state, days } = run(many);
  expect(days).toEqual([]);
  expect(JSON.stringify(state).length).toBeLessThan(256 * 1024);
  // After a case, what can only be of its day is not kept.
  const early = -12 * 60;
  const kept = run([paid(early, 400_000), paid(early, 400_000, 'b'), ...many.map((each) => ({ ...each, at: new Date(each.at.getTime() + early * MINUTE) }))]).state;
  expect(kept.currencies['EUR']?.payments).toHaveLength(2);
  expect(forgettable(kept)).toEqual(new Date(kept.latest + 20 * MINUTE));
  expect(forgettable(NOTHING_SPENT)).toBeNull();
});

test('a thousand small payments do not hide that it is too much, and the state stays small', () => {
  let state = NOTHING_SPENT;
  const found: Excess[] = [];
  for (let index = 0; index < 1_100; index += 1) {
    const result = spend(state, { id: `payment-${index}`, at: new Date(Date.parse('2026-03-01T12:00:00Z') + index * 500), amount: 490, currency: 'EUR' });
    state = result.after;
    found.push(...result.found);
  }
  expect(found).toHaveLength(1);
  expect(found[0]?.spent.amount).toBeGreaterThan(500_000);
  expect(found[0]?.paymentIds.length).toBeLessThanOrEqual(501);
  expect(JSON.stringify(state).length).toBeLessThan(128 * 1024);
});
