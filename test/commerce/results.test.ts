import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freeze } from '../../src/commerce/processors/freeze.js';
import type { Excess } from '../../src/commerce/processors/spend-window.js';
import { ShopWriter } from '../../src/commerce/rows.js';
import { dailyRevenue } from '../../src/commerce/tables.js';
import { createShop, type Shop } from '../support/commerce.js';

/** What processors write, by the statements they write it with, and how it is read and undone. */

let shop: Shop;
let rows: ShopWriter;
let customerId: string;

beforeAll(async () => {
  shop = await createShop();
  rows = new ShopWriter(shop.context().db, 'default');
});
afterAll(() => shop.close());

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const excess = (day: string): Excess => ({ day, from: new Date(`${day}T09:00Z`), to: new Date(`${day}T09:10Z`), spent: EUR(600_000), paymentIds: ['p'] });

beforeEach(async () => {
  await shop.sql`TRUNCATE commerce.customers, commerce.products, commerce.fraud_cases, commerce.daily_revenue, commerce.channel_stock, sluice.outbox CASCADE`;
  customerId = (await shop.registerCustomer({ name: 'Ada', email: 'ada@example.org' })).customerId;
  await shop.adjustStock({ sku: 'CUP', delta: 9, name: 'Cup', price: EUR(900) });
});

const order = () => shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 1 }] });

test('a frozen customer cannot order, and can again once every case is cleared', async () => {
  const { orderId } = await order();
  const one = await freeze(rows, customerId, excess('2026-03-01')) ?? '';
  await expect(order()).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.customerId: customer ".*" is frozen/), details: { customerId, frozenAt: expect.any(String) } });
  // What is ordered already may be paid and sent.
  await shop.capturePayment({ orderId });
  expect(await freeze(rows, customerId, excess('2026-03-01'))).toBeNull();
  const two = await freeze(rows, customerId, excess('2026-03-02')) ?? '';
  expect((await shop.query('fraudCases', {})).map((each) => [each.id, each.status, each.spent.amount])).toEqual([[two, 'OPEN', 600_000], [one, 'OPEN', 600_000]]);

  expect(await shop.clearFraudCase({ caseId: one, reason: 'a wedding' })).toMatchObject({ caseId: one, mayOrder: false });
  await expect(order()).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(shop.clearFraudCase({ caseId: one })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(shop.clearFraudCase({ caseId: 'none' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await shop.clearFraudCase({ caseId: two })).toMatchObject({ mayOrder: true });
  await order();
  expect((await shop.outbox()).filter(({ topic }) => topic === 'RiskEvent')).toEqual([
    { topic: 'RiskEvent', type: 'FraudCaseCleared', key: customerId, payload: { caseId: one, customerId, reason: 'a wedding' } },
    { topic: 'RiskEvent', type: 'FraudCaseCleared', key: customerId, payload: { caseId: two, customerId, reason: null } },
  ]);
  expect(await shop.query('fraudCases', { status: 'OPEN' })).toEqual([]);
  // A case stays closed.
  expect(await freeze(rows, customerId, excess('2026-03-02'))).toBeNull();
});

test('an event of nobody whom the shop knows opens a case, and freezes nobody', async () => {
  for (const stranger of ['nobody', '01890000-0000-7000-8000-000000000000']) expect(await freeze(rows, stranger, excess('2026-03-01'))).toEqual(expect.any(String));
  expect((await shop.query('fraudCases', { customerId: 'nobody' }))[0]).toMatchObject({ frozenAt: null, customerId: 'nobody' });
  await order();
});

test('revenue is read by day and product', async () => {
  const booked = [['2026-03-01', 'CUP', 'EUR', 900], ['2026-03-01', '', 'EUR', 50], ['2026-03-02', 'CUP', 'USD', 3_000_000_000], ['2026-03-02', 'CUP', 'EUR', -900]] as const;
  await rows.put(dailyRevenue, booked.map(([day, sku, currency, amount]) => ({ day, sku, currency, amount })), { amount: 0 });
  const found = async (args: object): Promise<unknown[]> => (await shop.query('dailyRevenue', args)).map(({ day, sku, amount }) => [day, sku, amount.amount, amount.currency]);
  expect(await found({ from: '2026-03-01', to: '2026-03-02' })).toEqual([
    ['2026-03-02', 'CUP', -900, 'EUR'], ['2026-03-02', 'CUP', 3_000_000_000, 'USD'], ['2026-03-01', '', 50, 'EUR'], ['2026-03-01', 'CUP', 900, 'EUR'],
  ]);
  expect(await found({ to: '2026-03-07', sku: 'CUP', first: 1 })).toEqual([['2026-03-02', 'CUP', -900, 'EUR']]);
  expect(await found({ to: '2026-03-08', sku: 'CUP' })).toHaveLength(2);
  expect(await found({})).toEqual([]);
  for (const args of [{ from: '2026-02-30' }, { to: 'today' }, { from: '2026-03-02', to: '2026-03-01' }, { first: 0 }, { sku: '\0' }]) {
    await expect(shop.query('dailyRevenue', args)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  }
});
