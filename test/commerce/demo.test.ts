import { afterAll, beforeAll, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { playShop, type ShopReport } from '../../src/commerce/demo.js';
import { EVENTS_PER_SECOND, planShop, type Step } from '../../src/commerce/demo/plan.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { foldLog, readRows } from './fold.js';

const TYPES = [
  'BillingAddressChanged', 'CustomerRegistered', 'CustomerUpdated', 'FormSubmitted', 'FraudSuspected', 'OrderCancelled', 'OrderPaid', 'OrderPlaced', 'OrderRouted', 'OrderShipped', 'PaymentCaptured',
  'PaymentFailed', 'PaymentRefunded', 'RevenueChanged', 'StockAdjusted', 'StockDepleted', 'StockReserved', 'SubscriptionCanceled', 'SubscriptionRenewed', 'SubscriptionStarted',
];

function steps(seed: number, count: number): Step[] {
  const plan = planShop(seed);
  return Array.from({ length: count }, () => plan.next().value);
}

/** Steps as they would be sent, with answers that say whose they are. */
const written = (seed: number, count: number): string => JSON.stringify(steps(seed, count).map(({ life, action, number, last }) => [
  number, life, last, action.operation,
  action.input(...action.needs.map((name) => ({ customerId: `c${life}`, orderId: `${name} of ${life}`, paymentId: name, subscriptionId: name, total: { amount: 4_000 } }))),
]));

test('the plan is the same for the same seed', () => {
  expect(written(7, 3_000)).toBe(written(7, 3_000));
  expect(written(7, 100)).not.toBe(written(8, 100));
});

test('a life needs only its own answers, each before it is needed, and ends', () => {
  const named = new Map<number, Set<string>>();
  const ended = new Set<number>();
  let open = 0;
  for (const [index, { number, life, action, last, opening }] of steps(3, 50_000).entries()) {
    if (number !== index + 1 || opening !== (index < 13)) throw new Error(`step ${number} at ${index}, ${opening ? 'opening' : 'open'}`);
    if (ended.has(life)) throw new Error(`life ${life} goes on after its end`);
    const names = named.get(life) ?? new Set();
    for (const name of action.needs) if (!names.has(name)) throw new Error(`step ${number} needs "${name}", which life ${life} does not have`);
    if (action.name !== undefined) names.add(action.name);
    named.set(life, names);
    if (last) {
      ended.add(life);
      named.delete(life);
    }
    open = Math.max(open, named.size);
  }
  // Bounded, or the player's memory would not be.
  expect(open).toBeLessThan(300);
});

test('what somebody does takes its time: never less than planned, and seldom much more', () => {
  const done = new Map<number, number>();
  const late: number[] = [];
  let events = 0;
  for (const { life, action, last } of steps(5, 20_000)) {
    const at = events / EVENTS_PER_SECOND;
    const before = done.get(life);
    if (before !== undefined) late.push(at - before - action.after);
    events += action.events;
    done.set(life, events / EVENTS_PER_SECOND);
    if (last) done.delete(life);
  }
  late.sort((a, b) => a - b);
  expect(late[0]).toBeGreaterThan(-0.001);
  expect(late[Math.floor(late.length / 2)]).toBeLessThan(2);
  expect(late[Math.floor(late.length * 0.99)]).toBeLessThan(10);
});

test('what happens to orders is what happens in a shop', () => {
  const count = new Map<string, number>();
  for (const { action } of steps(9, 20_000)) count.set(action.operation, (count.get(action.operation) ?? 0) + 1);
  const share = (operation: string, of: string): number => (count.get(operation) ?? 0) / (count.get(of) ?? 1);
  const expected: readonly (readonly [operation: string, of: string, low: number, high: number])[] = [
    ['shipOrder', 'placeOrder', 0.8, 0.95], ['cancelOrder', 'placeOrder', 0.05, 0.15], ['failPayment', 'placeOrder', 0.1, 0.3], ['refundPayment', 'shipOrder', 0.02, 0.1],
    ['placeOrder', 'registerCustomer', 1.2, 3], ['startSubscription', 'registerCustomer', 0.2, 0.5], ['renewSubscription', 'startSubscription', 1, 4],
    ['cancelSubscription', 'startSubscription', 0.4, 0.9], ['submitForm', 'registerCustomer', 0.1, 0.4], ['changeBillingAddress', 'registerCustomer', 0.4, 0.9], ['adjustStock', 'placeOrder', 0.02, 0.3],
  ];
  const odd = expected.filter(([operation, of, low, high]) => !(share(operation, of) > low && share(operation, of) < high));
  expect(odd.map(([operation, of]) => `${share(operation, of)} ${operation} per ${of}`)).toEqual([]);
});

test('a rate that is no rate is refused', async () => {
  const log = { info: () => undefined, warn: () => undefined };
  await expect(playShop({ url: 'http://127.0.0.1:1/graphql', rate: 0, signal: new AbortController().signal, log })).rejects.toThrow(RangeError);
});

let gateways: TestGateways;
let playing: { readonly abort: AbortController; readonly report: Promise<ShopReport> }[] = [];
const lines: string[] = [];

beforeAll(async () => {
  gateways = await createGateways();
});

afterAll(async () => {
  for (const { abort } of playing) abort.abort();
  await Promise.all(playing.map(({ report }) => report));
  playing = [];
  await gateways.close();
});

function play(url: string, rate: number, seed: number): (typeof playing)[number] {
  const abort = new AbortController();
  const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const shop = { abort, report: playShop({ url: `${url}/graphql`, rate, seed, signal: abort.signal, log }) };
  playing.push(shop);
  return shop;
}

/** What the shop itself has made of its customers: not what processors made of that. */
const events = async (): Promise<number> => (await gateways.sql<{ n: number }[]>`
  SELECT count(*)::int AS n FROM sluice.events WHERE topic NOT IN ('RevenueEvent', 'RiskEvent', 'RegionalOrderEvent')`)[0]?.n ?? -1;

test('the shop shows every event type, outlives its gateway, and a second play with its seed does nothing again', { timeout: 240_000 }, async () => {
  const first = await gateways.spawn({ schema: commerce.schema });
  const shop = play(first.url, 2_000, 11);
  await waitFor(async () => await events() > 300, { timeoutMs: 60_000, what: '300 events' });
  await first.process.kill('SIGKILL');
  await waitFor(() => lines.some((line) => line.startsWith('The gateway does not take calls')), { what: 'a word about the outage' });

  const second = await gateways.spawn({ schema: commerce.schema, port: first.port });
  await waitFor(() => lines.some((line) => line.startsWith('The gateway takes calls again')), { what: 'a word about its end' });
  await waitFor(async () => {
    const rows = await gateways.sql<{ type: string }[]>`SELECT DISTINCT type FROM sluice.events ORDER BY type`;
    return JSON.stringify(rows.map((row) => row.type)) === JSON.stringify(TYPES);
  }, { timeoutMs: 60_000, what: 'every event type' });
  shop.abort.abort();
  const report = await shop.report;
  expect(report.repeated).toBeGreaterThan(0);
  expect(lines.filter((line) => line.includes('refuses'))).toEqual([]);
  // Only what was just sold out, and what builds on it.
  expect(report.refused).toBeLessThan(report.calls / 10);
  expect(await gateways.sql`SELECT sku FROM commerce.products WHERE stock < 0`).toHaveLength(0);
  const [drained] = await gateways.sql<{ rejected: number }[]>`SELECT count(*)::int AS rejected FROM sluice.outbox_rejected`;
  expect(drained?.rejected).toBe(0);
  await waitFor(async () => (await gateways.sql`SELECT 1 FROM sluice.outbox`).length === 0, { what: 'an empty outbox' });

  const before = await events();
  const again = play(second.url, 5_000, 11);
  await waitFor(async () => await events() > before + 20, { timeoutMs: 60_000, what: 'the second play to come to what the first has not done' });
  again.abort.abort();
  expect(await again.report).toMatchObject({ repeated: 0 });
  // What happened has its rows: every reference finds one.
  const [missing] = await gateways.sql<{ n: number }[]>`SELECT count(*)::int AS n FROM sluice.events e
    WHERE topic = 'OrderEvent' AND NOT EXISTS (SELECT FROM commerce.orders WHERE id::text = e.key)
      OR topic IN ('CustomerEvent', 'PaymentEvent') AND NOT EXISTS (SELECT FROM commerce.customers WHERE id::text = e.key)
      OR topic = 'PaymentEvent' AND NOT EXISTS (SELECT FROM commerce.payments WHERE id::text = e.payload->>'paymentId')
      OR topic = 'SubscriptionEvent' AND NOT EXISTS (SELECT FROM commerce.subscriptions WHERE id::text = e.key)`;
  expect(missing?.n).toBe(0);
  expect(await foldLog(gateways.sql)).toEqual(await readRows(gateways.sql));
  const opening = await gateways.sql`SELECT 1 FROM sluice.events WHERE type = 'StockAdjusted' AND payload->>'reason' = 'opening stock'`;
  expect(opening).toHaveLength(13);
  const started = await gateways.sql`SELECT key FROM sluice.events WHERE type = 'SubscriptionStarted' GROUP BY key HAVING count(*) > 1`;
  expect(started).toHaveLength(0);
});
