import { setTimeout as delay } from 'node:timers/promises';
import { sql as statement } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { slotOf } from '../../src/consumer/slot-of.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor, SOON } from './till.js';

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
});
afterEach(() => till.close());

const payments = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ receipt: `r${from + index}`, customer: `c${(from + index) % 40}`, amount: 1 }));

/** What the metrics of a gateway say of the consumer: batches that were committed, and events in them. */
async function counted(url: string): Promise<{ readonly batches: number; readonly events: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (series: string): number => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.slice(series.length) ?? 0);
  return { batches: of('sluice_consumer_batch_seconds_count{consumer="sized"}'), events: of('sluice_consumer_events_total{consumer="sized",result="delivered"}') };
}

// Seen to fail with a batch of one event always (`room = 1` in Runner).
test('batches grow when the consumer is behind, up to `batch`, and have one event each when it is live', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const before = await till.start([]);
  await till.pay(before, payments(0, 400));
  const { url } = await till.start([defineProcessor({
    name: 'sized', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', from: 'beginning', key: (event) => event.customer, ...SOON, timeoutMs: 60_000, partitions: 1, batch: 50,
    async handle({ receipt, customer }, { tx }) {
      if (receipt === 'held') await held;
      await tx.execute(statement`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('sized', ${receipt}, ${customer}, 1)`);
    },
  })]);
  /** Batches and events since the last time, once there are so many events. */
  let last = { batches: 0, events: 0 };
  const since = async (events: number): Promise<typeof last> => {
    const now = await waitFor(async () => {
      const seen = await counted(url);
      return seen.events === last.events + events ? seen : null;
    }, { what: `${events} events in batches` });
    const step = { batches: now.batches - last.batches, events };
    last = now;
    return step;
  };

  const behind = await since(400);
  expect(behind.batches).toBeGreaterThanOrEqual(400 / 50);
  expect(behind.events / behind.batches).toBeGreaterThan(10);

  for (let number = 0; number < 10; number += 1) {
    await till.pay(before, payments(2_000 + number, 1));
    expect(await since(1)).toEqual({ batches: 1, events: 1 });
  }

  // Behind again: a batch takes long.
  await till.pay(before, [{ receipt: 'held', customer: 'c0', amount: 1 }]);
  await waitFor(async () => (await till.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice consumer' AND state = 'idle in transaction'`).length > 0, { what: 'the event that takes long' });
  await till.pay(before, payments(3_000, 200));
  release();
  const again = await since(201);
  expect(again.events / again.batches).toBeGreaterThan(10);
});

// Seen to fail when every batch that may be under way has its share (4 batches for 8 events), when all that are ready go together (one at once), and when what
// a slot has waiting does not count (100 in one batch).
test('events that are ready at once share a transaction as far as they are fast, and go side by side where they are slow', async () => {
  const before = await till.start([]);
  let slow = false;
  let [atOnce, most] = [0, 0];
  const { url } = await till.start([defineProcessor({
    name: 'sized', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', key: (event) => event.customer, ...SOON, timeoutMs: 60_000, partitions: 4,
    async handle() {
      if (!slow) return;
      atOnce += 1;
      most = Math.max(most, atOnce);
      await delay(20);
      atOnce -= 1;
    },
  })]);
  let paid = 0;
  /** Gives in how many batches they were handled. */
  const pay = async (count: number, customers?: readonly string[]): Promise<number> => {
    const { batches, events } = await counted(url);
    await till.pay(before, payments(paid, count).map((each, index) => ({ ...each, customer: customers?.[index % customers.length] ?? each.customer })));
    paid += count;
    return await waitFor(async () => {
      const now = await counted(url);
      return now.events === events + count ? now.batches - batches : null;
    }, { what: `${count} events in batches` });
  };
  // A stall of the machine is a slow attempt, too: until they are fast again.
  const together = () => waitFor(async () => await pay(8) === 1, { what: 'eight events in one batch' });
  await pay(40);
  await together();
  slow = true;
  await pay(1);
  most = 0;
  expect(await pay(8)).toBeGreaterThanOrEqual(4);
  expect(most).toBe(4);
  slow = false;
  await together();
  // Many of few keys would take long together.
  const far = [...new Map(Array.from({ length: 40 }, (_, index) => [slotOf('default', `c${index}`), `c${index}`])).values()].slice(0, 4);
  expect(await pay(100, far)).toBeGreaterThanOrEqual(4);
});
