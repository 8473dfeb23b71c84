import { drizzle } from 'drizzle-orm/postgres-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { freeze } from '../../src/commerce/processors/freeze.js';
import { forgetRequests } from '../../src/commerce/request.js';
import { ShopWriter } from '../../src/commerce/rows.js';
import { createShop, type Shop } from '../support/commerce.js';

let shop: Shop;
/** Set by a test to make `publish` fail. */
let beforePublish: (type: string) => void | Promise<void>;

beforeAll(async () => {
  shop = await createShop({ beforePublish: (type) => beforePublish(type) });
});

afterAll(async () => {
  await shop.close();
});

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const ADDRESS = { street: 'Lindenweg 3', city: 'Ulm', postalCode: '89073', country: 'DE' };
const LATER = new Date(Date.now() + 40 * 24 * 60 * 60 * 1_000);

/** What the cases are about: made anew for each test. */
interface World {
  readonly customerId: string;
  /** Placed, not paid: 3 CUP of 9. */
  readonly placed: string;
  /** Paid, not shipped: all TEA. */
  readonly paid: string;
  /** A part of `placed` that has arrived. */
  readonly advance: string;
  readonly subscriptionId: string;
  /** Of somebody else: orders of theirs are none of these cases. */
  readonly caseId: string;
}
let world: World;

beforeEach(async () => {
  beforePublish = () => undefined;
  await shop.sql`TRUNCATE commerce.customers, commerce.products, commerce.requests, commerce.fraud_cases CASCADE`;
  const { customerId } = await shop.registerCustomer({ name: 'Ada Berg', email: 'ada@example.org' });
  await shop.adjustStock({ sku: 'CUP', delta: 9, name: 'Cup', price: EUR(1_000) });
  await shop.adjustStock({ sku: 'TEA', delta: 2, name: 'Tea', price: EUR(400) });
  const placed = (await shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 3 }] })).orderId;
  const paid = (await shop.placeOrder({ customerId, lines: [{ sku: 'TEA', quantity: 2 }] })).orderId;
  await shop.capturePayment({ orderId: paid });
  const advance = (await shop.capturePayment({ orderId: placed, amount: EUR(100) })).paymentId;
  const { subscriptionId } = await shop.startSubscription({ customerId, planName: 'Monthly coffee', price: EUR(1_190) });
  const other = (await shop.registerCustomer({ name: 'Cy Holm', email: 'cy@example.org' })).customerId;
  const [from, to] = [new Date('2026-03-01T09:00Z'), new Date('2026-03-01T09:10Z')];
  const caseId = await freeze(new ShopWriter(shop.context().db, 'default'), other, { day: '2026-03-01', from, to, spent: EUR(600_000), paymentIds: [] }) ?? 'none';
  world = { customerId, placed, paid, advance, subscriptionId, caseId };
  await shop.sql`TRUNCATE sluice.outbox`;
});

interface Case {
  readonly name: string;
  readonly call: (world: World, idempotencyKey: string) => Promise<{ readonly duplicate: boolean }>;
  /** The same mutation with the same key and something else in its input. */
  readonly other: (world: World, idempotencyKey: string) => Promise<unknown>;
  readonly events: readonly string[];
}

type Mutation = Exclude<{ [Name in keyof Shop]: Shop[Name] extends (input: never) => Promise<{ readonly duplicate: boolean }> ? Name : never }[keyof Shop], never>;

function of<Name extends Mutation>(name: Name, input: (world: World) => Parameters<Shop[Name]>[0], other: Partial<Parameters<Shop[Name]>[0]>, events: readonly string[]): Case {
  const mutate = (given: object): Promise<{ readonly duplicate: boolean }> => (shop[name] as (given: object) => Promise<{ readonly duplicate: boolean }>)(given);
  return {
    name,
    call: (world, idempotencyKey) => mutate({ ...input(world), idempotencyKey }),
    other: (world, idempotencyKey) => mutate({ ...input(world), ...other, idempotencyKey }),
    events,
  };
}

const CASES: readonly Case[] = [
  of('registerCustomer', () => ({ name: 'Bo Lund', email: 'bo@example.org', billingAddress: ADDRESS }), { name: 'Bo' }, ['CustomerRegistered', 'BillingAddressChanged']),
  of('updateCustomer', ({ customerId }) => ({ customerId, name: 'Ada Thal' }), { name: 'Ada' }, ['CustomerUpdated']),
  of('changeBillingAddress', ({ customerId }) => ({ customerId, address: ADDRESS }), { address: { ...ADDRESS, city: 'Neu-Ulm' } }, ['BillingAddressChanged']),
  of('adjustStock', () => ({ sku: 'CUP', delta: -6 }), { delta: -5 }, ['StockAdjusted', 'StockDepleted']),
  of('placeOrder', ({ customerId }) => ({ customerId, lines: [{ sku: 'CUP', quantity: 6 }] }), { lines: [{ sku: 'CUP', quantity: 5 }] }, ['OrderPlaced', 'StockReserved', 'StockDepleted']),
  of('capturePayment', ({ placed }) => ({ orderId: placed }), { amount: EUR(1) }, ['PaymentCaptured', 'OrderPaid']),
  of('failPayment', ({ placed }) => ({ orderId: placed, reason: 'card declined' }), { reason: 'not enough funds' }, ['PaymentFailed']),
  of('refundPayment', ({ advance }) => ({ paymentId: advance }), { reason: 'wrong card' }, ['PaymentRefunded']),
  of('shipOrder', ({ paid }) => ({ orderId: paid, carrier: 'Cargo Bike', trackingNumber: 'C1' }), { trackingNumber: 'C2' }, ['OrderShipped']),
  of('cancelOrder', ({ paid }) => ({ orderId: paid }), { reason: 'ordered twice' }, ['OrderCancelled', 'StockAdjusted', 'PaymentRefunded']),
  of('startSubscription', ({ customerId }) => ({ customerId, planName: 'Tea of the month', price: EUR(990), renewsAt: LATER }), { renewsAt: new Date(LATER.getTime() + 1) }, ['SubscriptionStarted']),
  of('renewSubscription', ({ subscriptionId }) => ({ subscriptionId }), { price: EUR(1) }, ['SubscriptionRenewed']),
  of('cancelSubscription', ({ subscriptionId }) => ({ subscriptionId }), { reason: 'moved' }, ['SubscriptionCanceled']),
  of('submitForm', () => ({ formId: 'contact', page: '/contact', answers: { message: 'hello' } }), { answers: { message: 'hullo' } }, ['FormSubmitted']),
  of('clearFraudCase', ({ caseId }) => ({ caseId }), { reason: 'a wedding' }, ['FraudCaseCleared']),
];

const TABLES = ['customers', 'products', 'orders', 'order_lines', 'payments', 'subscriptions', 'requests', 'fraud_cases'];
/** Every row of the domain and of the outbox, as text. */
async function everything(): Promise<string> {
  const rows = await Promise.all([...TABLES.map((table) => `commerce.${table}`), 'sluice.outbox'].map((table) => shop.sql`SELECT t::text AS row FROM ${shop.sql(table)} t ORDER BY 1`));
  return JSON.stringify(rows);
}

test('every mutation has a case', () => {
  expect(CASES.map((each) => each.name)).toEqual(Object.keys(commerce.resolvers.Mutation));
});

describe.each(CASES)('$name', ({ call, other, events }) => {
  test('a repeat gets the first result and does nothing; another input is refused', async () => {
    const first = await call(world, 'key');
    expect(first.duplicate).toBe(false);
    expect((await shop.outbox()).map((row) => row.type)).toEqual(events);
    const before = await everything();
    expect(await call(world, 'key')).toEqual({ ...first, duplicate: true });
    await expect(other(world, 'key')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await everything()).toBe(before);
  });

  test('of many calls with one key at once, one does the work', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, () => call(world, 'key')));
    expect(results.filter((each) => !each.duplicate)).toHaveLength(1);
    expect(new Set(results.map((each) => JSON.stringify(Object.entries({ ...each, duplicate: null }).sort()))).size).toBe(1);
    expect((await shop.outbox()).map((row) => row.type)).toEqual(events);
  });

  test('a failure at any event leaves nothing, and the key free', async () => {
    const before = await everything();
    for (const failing of events) {
      beforePublish = (type) => {
        if (type === failing) throw new Error('the plug is pulled');
      };
      await expect(call(world, 'key')).rejects.toThrow('the plug is pulled');
      expect(await everything()).toBe(before);
    }
    beforePublish = () => undefined;
    expect(await other(world, 'key')).toMatchObject({ duplicate: false });
  });
});

// Seen to fail with one space of keys for all: the second mutation was IDEMPOTENCY_CONFLICT, and so could be blocked by whoever may send a form.
test('each mutation has its own keys, of any length', async () => {
  const longest = '😀'.repeat(255);
  const { customerId } = world;
  for (const idempotencyKey of ['key', longest]) for (const duplicate of [false, true]) {
    expect(await shop.submitForm({ formId: 'contact', page: '/', answers: {}, idempotencyKey })).toMatchObject({ duplicate });
    expect(await shop.adjustStock({ sku: 'CUP', delta: 1, idempotencyKey })).toMatchObject({ duplicate });
    expect(await shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 1 }], idempotencyKey })).toMatchObject({ duplicate });
  }
  await expect(shop.submitForm({ formId: 'contact', page: '/', answers: {}, idempotencyKey: `${longest}x` })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('keys whose window is over are forgotten and free; younger ones stay', async () => {
  const db = drizzle(shop.sql);
  const signal = new AbortController().signal;
  const first = await shop.submitForm({ formId: 'contact', page: '/', answers: {}, idempotencyKey: 'old' });
  await shop.sql`UPDATE commerce.requests SET created_at = now() - interval '2 hours'`;
  const young = await shop.submitForm({ formId: 'contact', page: '/', answers: {}, idempotencyKey: 'young' });
  // More than one statement takes.
  await shop.sql`INSERT INTO commerce.requests (tenant, key, mutation, fingerprint, result, created_at)
    SELECT 'default', 'bulk ' || i, 'test', '', '{}', now() - interval '2 hours' FROM generate_series(1, 25000) AS i`;
  await forgetRequests({ db, idempotencyWindow: 3 * 60 * 60 * 1_000, signal });
  expect((await shop.sql`SELECT count(*)::int AS n FROM commerce.requests`)[0]?.['n']).toBe(25_002);
  await Promise.all([1, 2].map(() => forgetRequests({ db, idempotencyWindow: 60 * 60 * 1_000, signal })));
  expect(await shop.sql`SELECT key FROM commerce.requests`).toEqual([{ key: 'submitForm/young' }]);

  expect(await shop.submitForm({ formId: 'contact', page: '/', answers: {}, idempotencyKey: 'young' })).toEqual({ ...young, duplicate: true });
  const again = await shop.submitForm({ formId: 'contact', page: '/other', answers: {}, idempotencyKey: 'old' });
  expect(again).toMatchObject({ duplicate: false });
  expect(again.eventId).not.toBe(first.eventId);
});

test('calls whose key is being forgotten get the old result, do the work, or are OVERLOADED with nothing stored', async () => {
  const db = drizzle(shop.sql);
  const stop = new AbortController();
  const forgetting = (async () => {
    while (!stop.signal.aborted) await forgetRequests({ db, idempotencyWindow: 5, signal: stop.signal });
  })();
  const settled = await Promise.allSettled(Array.from({ length: 300 }, () => shop.submitForm({ formId: 'contact', page: '/', answers: {}, idempotencyKey: 'hot' })));
  stop.abort();
  await forgetting;
  const results = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  // Ten times in a row the key was gone again: a window of 5 ms makes that possible.
  for (const each of settled) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'OVERLOADED' });
  expect(results.length).toBeGreaterThan(0);
  const ids = new Set(results.map((each) => each.eventId));
  expect(ids).toEqual(new Set(results.filter((each) => !each.duplicate).map((each) => each.eventId)));
  expect((await shop.outbox()).map((row) => row.type)).toHaveLength(ids.size);
});
