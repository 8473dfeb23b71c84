import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import { perform } from '../../src/commerce/request.js';
import { customers } from '../../src/commerce/tables.js';
import { createShop, type Shop } from '../support/commerce.js';
import { waitFor } from '../support/wait.js';

let shop: Shop;
let customerId: string;
/** Set by a test to make `publish` fail or wait. */
let beforePublish: (type: string) => void | Promise<void>;

beforeAll(async () => {
  shop = await createShop({ beforePublish: (type) => beforePublish(type) });
});

afterAll(async () => {
  await shop.close();
});

beforeEach(async () => {
  beforePublish = () => undefined;
  await shop.sql`TRUNCATE commerce.customers, commerce.products, commerce.orders, commerce.order_lines, commerce.requests CASCADE`;
  ({ customerId } = await shop.registerCustomer({ name: 'Ada Berg', email: 'ada@example.org' }));
  await shop.sql`TRUNCATE sluice.outbox`;
});

const stocked = async (sku: string, stock: number): Promise<void> => {
  await shop.adjustStock({ sku, delta: stock, name: `Thing ${sku}`, price: { amount: 100, currency: 'EUR' } });
};
const count = async (table: string): Promise<number> => (await shop.sql<{ count: number }[]>`SELECT count(*)::int AS count FROM ${shop.sql(table)}`)[0]?.count ?? -1;
const codes = (results: readonly PromiseSettledResult<unknown>[]): (string | undefined)[] =>
  results.map((each) => (each.status === 'fulfilled' ? 'OK' : each.reason instanceof SluiceError ? each.reason.code : String(each.reason)));

test('40 buyers of 10 items: 10 are sold, once', async () => {
  await stocked('LAST', 10);
  await shop.sql`TRUNCATE sluice.outbox`;
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => shop.placeOrder({ customerId, lines: [{ sku: 'LAST', quantity: 1 }] })));
  expect(codes(results).sort()).toEqual([...Array.from({ length: 30 }, () => 'CONFLICT'), ...Array.from({ length: 10 }, () => 'OK')]);
  expect(await shop.query('product', { sku: 'LAST' })).toMatchObject({ stock: 0 });
  const rows = await shop.outbox();
  expect(rows.filter((row) => row.type === 'OrderPlaced')).toHaveLength(10);
  expect(rows.filter((row) => row.type === 'StockReserved').map((row) => row.payload['stock'])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect(rows.filter((row) => row.type === 'StockDepleted')).toHaveLength(1);
  expect([await count('commerce.orders'), await count('commerce.order_lines')]).toEqual([10, 10]);
});

test('orders that name the same products in opposite order do not deadlock', async () => {
  const skus = ['A', 'B', 'C', 'D', 'E'];
  for (const sku of skus) await stocked(sku, 1_000);
  await shop.sql`TRUNCATE sluice.outbox`;
  const deadlocks = async (): Promise<number> => (await shop.sql<{ deadlocks: number }[]>`
    SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`)[0]?.deadlocks ?? -1;
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => {
    const order = index % 2 === 0 ? skus : skus.toReversed();
    return shop.placeOrder({ customerId, lines: order.map((sku) => ({ sku, quantity: 1 })) });
  }));
  expect(new Set(codes(results))).toEqual(new Set(['OK']));
  expect(await deadlocks()).toBe(0);
  const rows = await shop.outbox();
  for (const sku of skus) {
    expect(rows.filter((row) => row.key === sku).map((row) => row.payload['stock'])).toEqual(Array.from({ length: 100 }, (_, index) => 999 - index));
  }
});

test('a rollback at any event leaves nothing of any kind', async () => {
  await stocked('CUP', 1);
  await shop.sql`TRUNCATE sluice.outbox`;
  for (const failing of ['OrderPlaced', 'StockReserved', 'StockDepleted']) {
    beforePublish = (type) => {
      if (type === failing) throw new Error('the plug is pulled');
    };
    await expect(shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 1 }], idempotencyKey: 'key' })).rejects.toThrow('the plug is pulled');
  }
  for (const table of ['commerce.orders', 'commerce.order_lines', 'commerce.requests', 'sluice.outbox']) expect([table, await count(table)]).toEqual([table, 0]);
  expect(await shop.query('product', { sku: 'CUP' })).toMatchObject({ stock: 1 });
});

test('the same idempotency key 50 times at once places one order', async () => {
  await stocked('CUP', 100);
  await shop.sql`TRUNCATE sluice.outbox`;
  const call = () => shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 3 }], idempotencyKey: 'order-1' });
  const results = await Promise.all(Array.from({ length: 50 }, call));
  expect(results.filter((each) => !each.duplicate)).toHaveLength(1);
  expect(new Set(results.map((each) => JSON.stringify([each.orderId, each.total]))).size).toBe(1);
  expect(await count('commerce.orders')).toBe(1);
  expect((await shop.outbox()).map((row) => row.type)).toEqual(['OrderPlaced', 'StockReserved']);
  expect(await call()).toEqual({ ...results[0], duplicate: true });
});

test('every mutation gives a repeat its first result', async () => {
  const registered = await shop.registerCustomer({ name: 'Bo Lund', email: 'bo@example.org', idempotencyKey: 'register' });
  expect(await shop.registerCustomer({ idempotencyKey: 'register', email: 'bo@example.org', name: 'Bo Lund', billingAddress: null })).toEqual({ ...registered, duplicate: true });
  const update = { customerId: registered.customerId, name: 'Bo Dahl', idempotencyKey: 'update' };
  expect(await shop.updateCustomer(update)).toEqual({ customerId: registered.customerId, duplicate: false });
  expect(await shop.updateCustomer(update)).toEqual({ customerId: registered.customerId, duplicate: true });
  const adjust = { sku: 'CUP', delta: 4, name: 'Cup', price: { amount: 1, currency: 'EUR' }, idempotencyKey: 'adjust' };
  expect(await shop.adjustStock(adjust)).toEqual({ sku: 'CUP', stock: 4, duplicate: false });
  await shop.adjustStock({ sku: 'CUP', delta: 1 });
  expect(await shop.adjustStock(adjust)).toEqual({ sku: 'CUP', stock: 4, duplicate: true });
  expect((await shop.outbox()).map((row) => row.type)).toEqual(['CustomerRegistered', 'CustomerUpdated', 'StockAdjusted', 'StockAdjusted']);
});

test('a key that was used for something else is a conflict', async () => {
  await stocked('CUP', 10);
  await shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 1 }], idempotencyKey: 'k' });
  const before = [await count('sluice.outbox'), await count('commerce.orders')];
  await expect(shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 2 }], idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  expect([await count('sluice.outbox'), await count('commerce.orders')]).toEqual(before);
});

test('a first call that fails leaves the key to those who wait for it', async () => {
  await stocked('CUP', 1);
  const call = (quantity: number) => shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity }], idempotencyKey: 'k' });
  await expect(call(2)).rejects.toMatchObject({ code: 'CONFLICT' });
  await shop.adjustStock({ sku: 'CUP', delta: 1 });
  expect(await call(2)).toMatchObject({ duplicate: false });

  // The first holds the key, fails once the others wait for it, and one of them does the work.
  await stocked('TEA', 1);
  const waiting = async (): Promise<number> => (await shop.sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)[0]?.n ?? 0;
  let first = true;
  beforePublish = async () => {
    if (!first) return;
    first = false;
    await waitFor(async () => await waiting() === 4, { what: 'four calls that wait for the key' });
    throw new Error('the plug is pulled');
  };
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => shop.placeOrder({ customerId, lines: [{ sku: 'TEA', quantity: 1 }], idempotencyKey: 'k2' })));
  expect(results.filter((each) => each.status === 'rejected')).toHaveLength(1);
  expect(results.filter((each) => each.status === 'fulfilled' && !each.value.duplicate)).toHaveLength(1);
  expect(await shop.query('product', { sku: 'TEA' })).toMatchObject({ stock: 0 });
});

test('a transaction that Postgres asks to repeat is repeated, a few times', async () => {
  await shop.sql`CREATE FUNCTION raise(code text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = code; END $$`;
  let attempts = 0;
  const result = await perform(shop.context(), 'test', {}, async (transaction) => {
    attempts += 1;
    if (attempts < 3) await transaction.select(customers, sql`(SELECT raise(${attempts === 1 ? '40001' : '40P01'}))`);
    return { attempts };
  });
  expect(result).toEqual({ attempts: 3, duplicate: false });

  attempts = 0;
  await expect(perform(shop.context(), 'test', {}, async (transaction) => {
    attempts += 1;
    await transaction.select(customers, sql`(SELECT raise('40001'))`);
    return {};
  })).rejects.toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 1_000 } });
  expect(attempts).toBe(5);
});
