import { afterAll, beforeAll, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { playShop, type ShopReport } from '../../src/commerce/demo.js';
import { HORIZON, planShop, type Step } from '../../src/commerce/demo/plan.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

const DAY = new Date('2026-03-01T00:00:00Z');
const TYPES = [
  'BillingAddressChanged', 'CustomerRegistered', 'CustomerUpdated', 'FormSubmitted', 'OrderCancelled', 'OrderPaid', 'OrderPlaced', 'OrderShipped', 'PaymentCaptured',
  'PaymentFailed', 'PaymentRefunded', 'StockAdjusted', 'StockDepleted', 'StockReserved', 'SubscriptionCanceled', 'SubscriptionRenewed', 'SubscriptionStarted',
];

function steps(seed: number, count: number): Step[] {
  const plan = planShop(seed, DAY);
  return Array.from({ length: count }, () => plan.next().value);
}

/** Steps as they would be sent, with answers that say which step they are of. */
const written = (seed: number, count: number): string => JSON.stringify(steps(seed, count).map((step) => [
  step.operation, step.variables(...step.needs.map((number) => ({ customerId: `c${number}`, orderId: `o${number}`, total: { amount: number, currency: 'EUR' } }))),
]));

test('the plan is the same for the same seed, and needs only what is kept', () => {
  expect(written(7, 3_000)).toBe(written(7, 3_000));
  expect(written(7, 100)).not.toBe(written(8, 100));
  for (const [index, step] of steps(3, 50_000).entries()) {
    expect(step.number).toBe(index + 1);
    for (const number of step.needs) {
      if (number >= step.number || step.number - number >= HORIZON) throw new Error(`step ${step.number} needs ${number}`);
    }
  }
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

const events = async (): Promise<number> => (await gateways.sql<{ n: number }[]>`SELECT count(*)::int AS n FROM sluice.events`)[0]?.n ?? -1;

test('the shop shows every event type, outlives its gateway, and a second play with its seed does nothing again', { timeout: 120_000 }, async () => {
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
  const opening = await gateways.sql`SELECT 1 FROM sluice.events WHERE type = 'StockAdjusted' AND payload->>'reason' = 'opening stock'`;
  expect(opening).toHaveLength(12);
  const started = await gateways.sql`SELECT key FROM sluice.events WHERE type = 'SubscriptionStarted' GROUP BY key HAVING count(*) > 1`;
  expect(started).toHaveLength(0);
});
