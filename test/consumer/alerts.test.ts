import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/consumer/definition.js';
import { PauseConsumer, PoisonEvent } from '../../src/consumer/outcome.js';
import { query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { insertConsumer, insertParked } from './rows.js';
import { createTill, defineProcessor, SOON } from './till.js';

/* What a consumer raises alerts about by itself. Losses are in integrity.test.ts. */

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
});
afterEach(() => till.close());

const about = { name: 'till', topics: ['TillEvent'], types: ['Paid'], key: (event: { receipt: string }) => event.receipt, ...SOON } as const;
const pay = (gateway: { readonly url: string }, ...receipts: string[]) => till.pay(gateway, receipts.map((receipt) => ({ receipt, customer: 'c', amount: 1 })));
const told = (count: number) => waitFor(async () => {
  const found = await till.sql<{ type: string; payload: object }[]>`SELECT type, payload FROM sluice.events WHERE topic = '_sluice' ORDER BY position`;
  return found.length >= count ? [...found] : null;
}, { what: `${count} alerts` });
const dead = async (): Promise<string[]> => (await till.sql<{ position: string }[]>`SELECT position FROM sluice.parked_events WHERE status = 'dead' ORDER BY position`).map(({ position }) => position);

describe.each<Delivery>(['exactly-once', 'at-least-once', 'at-most-once'])('%s', (delivery) => {
  // Seen to fail without `alertDead` in `park` (none came), and without NOT EXISTS in alert_dead_letters (one for every batch).
  test('the first dead letter raises an alert, those after it none, until somebody has decided about all of them', async () => {
    const gateway = await till.start([defineProcessor({
      ...about, delivery, partitions: 1, batch: 1,
      handle: ({ receipt }) => (receipt.startsWith('bad') ? Promise.reject(new PoisonEvent('no good')) : Promise.resolve()),
    })]);
    await pay(gateway, 'bad1', 'good', 'bad2', 'bad3');
    await waitFor(async () => (await dead()).length === 3);
    const first = { type: 'DeadLettersOpened', payload: { consumer: 'till', webhook: null, position: (await dead())[0], type: 'Paid' } };
    expect(await told(1)).toEqual([first]);
    await query(gateway.url, 'mutation($positions: [Position!]!) { discardDeadLetters(consumer: "till", positions: $positions, reason: "test") { discarded } }', { positions: await dead() });
    await pay(gateway, 'bad4');
    expect(await told(2)).toEqual([first, { type: 'DeadLettersOpened', payload: { consumer: 'till', webhook: null, position: (await dead())[0], type: 'Paid' } }]);
  });
});

// Seen to fail with a key of its own for each alert: the second did not wait for the first.
test('batches that have the first dead letters at the same time raise one alert; one that is rolled back raises none', async () => {
  // Without a gateway: what is raised stays where it is.
  await insertConsumer(till.sql, { name: 'till' });
  const park = (position: number, end: () => Promise<void>) => till.sql.begin(async (tx) => {
    await insertParked(tx as unknown as typeof till.sql, { consumer: 'till', position });
    await tx`SELECT sluice.alert_dead_letters('till', ${[position]}::bigint[])`;
    await end();
  });
  await expect(park(1, () => Promise.reject(new Error('fenced')))).rejects.toThrow('fenced');
  expect(await till.sql`SELECT FROM sluice.alerts`).toHaveLength(0);
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const one = park(2, () => held);
  await waitFor(async () => (await till.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`).length === 1);
  const other = park(3, () => Promise.resolve());
  await waitFor(async () => (await till.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).length === 1);
  go();
  await Promise.all([one, other]);
  expect(await till.sql`SELECT type, key FROM sluice.alerts`).toEqual([{ type: 'DeadLettersOpened', key: 'till' }]);
});

// Seen to fail without `raise_alert` in pauseConsumer.
test('a consumer that pauses itself raises an alert with its reason, each time', async () => {
  let open = false;
  const gateway = await till.start([defineProcessor({
    ...about, delivery: 'at-least-once',
    handle: () => (open ? Promise.resolve() : Promise.reject(new PauseConsumer('the till is locked'))),
  })]);
  await pay(gateway, 'r1');
  const alert = { type: 'ConsumerPaused', payload: { consumer: 'till', webhook: null, reason: 'the till is locked' } };
  expect(await told(1)).toEqual([alert]);
  const state = async () => (await query<{ consumer: object }>(gateway.url, '{ consumer(name: "till") { status paused statusReason } }')).data?.consumer;
  expect(await state()).toEqual({ status: 'PAUSED', paused: true, statusReason: 'the till is locked' });
  await query(gateway.url, 'mutation { resumeConsumer(name: "till") { consumer { name } } }');
  expect(await told(2)).toEqual([alert, alert]);
  open = true;
  await query(gateway.url, 'mutation { resumeConsumer(name: "till") { consumer { name } } }');
  await till.done('till');
  expect(await told(2)).toHaveLength(2);
});
