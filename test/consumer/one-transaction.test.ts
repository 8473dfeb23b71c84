import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/consumer/definition.js';
import { PoisonEvent } from '../../src/consumer/outcome.js';
import { slotOf } from '../../src/consumer/slot-of.js';
import { query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor, SOON } from './till.js';

/* What a batch writes is written together or not at all, and what fails says so itself. */

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
});
afterEach(() => till.close());

const about = { name: 'edge', topics: ['TillEvent'], types: ['Paid'], key: (event: { customer: string }) => event.customer, ...SOON } as const;
const pay = (gateway: { readonly url: string }, ...payments: readonly (readonly [receipt: string, customer: string])[]): Promise<void> => till.pay(gateway, payments.map(([receipt, customer]) => ({ receipt, customer, amount: 1 })));
const never = (): Promise<never> => Promise.reject(new PoisonEvent('no'));
const account = () => till.account('edge');
const metricsOf = async (gateway: { readonly url: string }): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
/** Counts the calls of a handler, and holds one of them until it is released. */
function heldCall(number: number) {
  const held = {
    calls: 0,
    release: (): void => undefined,
    async arrive(): Promise<void> {
      held.calls += 1;
      if (held.calls === number) await new Promise<void>((resolve) => (held.release = resolve));
    },
  };
  return held;
}
const isDead = async (): Promise<boolean> => (await account()).dead === 1;

describe.each<Delivery>(['exactly-once', 'at-least-once', 'at-most-once'])('%s', (delivery) => {
  // Seen to fail with COMMIT sent along with the writes: the alert, whose statement came a moment later, was in no transaction.
  test('G6: a dead letter, its alert and the checkpoint are of one transaction', async () => {
    await till.sql.unsafe(`CREATE TABLE written (what text, xact text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (TG_TABLE_NAME, pg_current_xact_id()::text); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER INSERT ON sluice.parked_events FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER note AFTER INSERT ON sluice.alerts FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER note AFTER UPDATE OF failed ON sluice.consumer_slots FOR EACH ROW WHEN (NEW.failed > OLD.failed) EXECUTE FUNCTION note()`);
    const gateway = await till.start([defineProcessor({ ...about, delivery, handle: never })]);
    await pay(gateway, ['r', 'a']);
    await waitFor(isDead);
    const written = await till.sql<{ what: string; xact: string }[]>`SELECT what, xact FROM written ORDER BY what`;
    expect(written.map(({ what }) => what)).toEqual(['alerts', 'consumer_slots', 'parked_events']);
    expect(new Set(written.map(({ xact }) => xact)).size).toBe(1);
  });

  // Seen to fail without `textOf` and Number in `trace`: the checkpoint had passed the event, and nothing was parked.
  test('G6 G11: an attempt that says of its steps what is no JSON is kept all the same', async () => {
    const gateway = await till.start([defineProcessor({
      ...about, delivery, maxAttempts: 1,
      handle(_event, { trace }) {
        trace({ name: 'look', outcome: Symbol('odd') as unknown as string, ms: 5n as unknown as number });
        trace({ name: undefined as unknown as string, outcome: 'x', ms: 1e300 });
        throw new Error('no');
      },
    })]);
    await pay(gateway, ['r', 'a']);
    await waitFor(isDead);
    const [row] = await till.sql<{ steps: object }[]>`SELECT history -> 0 -> 'steps' AS steps FROM sluice.parked_events`;
    expect(row?.steps).toEqual([{ name: 'look', outcome: 'Symbol(odd)', ms: 5 }, { name: 'undefined', outcome: 'x', ms: SOON.timeoutMs }]);
    expect(await account()).toMatchObject({ dead: 1, pending: 0, published: 1 });
  });
});

// Seen to fail without `all`: the event was a dead letter, of "current transaction is aborted".
test('G9: a conflict with others while the state is written is nobody\'s failure: the batch is done again', async () => {
  await till.sql.unsafe(`CREATE SEQUENCE conflicts; CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.key = 'a' AND nextval('conflicts') <= 4 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER conflict BEFORE INSERT ON sluice.consumer_state FOR EACH ROW EXECUTE FUNCTION conflict()`);
  const gateway = await till.start([defineProcessor({
    ...about, delivery: 'exactly-once', maxAttempts: 1, state: { schema: { parse: (value) => value as { n: number } }, initial: { n: 0 } },
    handle(_event, { state }) {
      state.set({ n: state.value.n + 1 });
    },
  })]);
  // So that the statements are prepared on every connection: what follows is answered in one go.
  for (let n = 0; n < 40; n += 1) await pay(gateway, [`ok${n}`, `b${n % 7}`]);
  await till.done('edge');
  await pay(gateway, ['r', 'a']);
  await till.done('edge');
  expect(await account()).toMatchObject({ delivered: 41, dead: 0, pending: 0 });
  expect(await till.sql`SELECT state FROM sluice.consumer_state WHERE key = 'a'`).toMatchObject([{ state: { n: 1 } }]);
});

// Seen to fail with a patience that is asked for between the starts: one began every few milliseconds.
test('what is ready together begins together, up to `partitions`', async () => {
  const customers = new Map<number, string>();
  for (let n = 0; customers.size < 16; n += 1) customers.set(slotOf('default', `c${n}`), `c${n}`);
  let atOnce = 0;
  let most = 0;
  const gateway = await till.start([defineProcessor({
    ...about, delivery: 'at-least-once', partitions: 16, batch: 1_000,
    async handle() {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
    },
  })]);
  await pay(gateway, ['warm', 'a']);
  await till.done('edge');
  await pay(gateway, ...[...customers.values()].map((customer) => ['r', customer] as const));
  await till.done('edge');
  expect(most).toBe(16);
});

// Seen to fail when `all` throws the first error in the order of the statements: "current transaction is aborted", and the batch had failed.
test('G8: a dead letter of somebody who no longer has the slot is not written, and nothing else is to blame', async () => {
  const held = heldCall(2);
  const gateway = await till.start([defineProcessor({
    ...about, delivery: 'exactly-once', maxAttempts: 2, backoff: { firstMs: 1, maxMs: 1, jitter: 0 },
    async handle() {
      await held.arrive();
      throw new Error('no');
    },
  })]);
  await pay(gateway, ['r', 'a']);
  await waitFor(() => held.calls === 2);
  await till.sql`UPDATE sluice.consumer_slots SET fence = fence + 1 WHERE consumer = 'edge'`;
  held.release();
  await waitFor(async () => /^sluice_consumer_batches_redone_total\{.*\} /m.test(await metricsOf(gateway)));
  expect((await metricsOf(gateway)).match(/^sluice_consumer_batches_redone_total\{.*\} \d+/gm)).toEqual(['sluice_consumer_batches_redone_total{consumer="edge",reason="fenced"} 1']);
});

// Seen to fail without the count of attempts in `repark`: what the operator had said was overwritten, and no third attempt was made.
test('G9 G11: an event that is to be tried anew while an attempt at it fails is tried anew', async () => {
  const held = heldCall(2);
  const gateway = await till.start([defineProcessor({
    ...about, delivery: 'exactly-once', maxAttempts: 2, backoff: { firstMs: 1, maxMs: 1, jitter: 0 },
    async handle() {
      await held.arrive();
      if (held.calls <= 2) throw new Error('no');
    },
  })]);
  await pay(gateway, ['r', 'a']);
  await waitFor(() => held.calls === 2);
  const { data } = await query<{ replayDeadLetters: object }>(gateway.url, 'mutation { replayDeadLetters(consumer: "edge", positions: ["1"], status: [RETRYING]) { replayed } }');
  expect(data?.replayDeadLetters).toEqual({ replayed: ['1'] });
  held.release();
  await till.done('edge');
  expect(await account()).toMatchObject({ delivered: 1, dead: 0, pending: 0 });
});

// Seen to fail when rows whose payload is gone are passed over: what the attempt had said stayed for good.
test.each([1, 2])('an attempt (of %s) that fails after its key was erased leaves nothing that it said', async (maxAttempts) => {
  const held = heldCall(maxAttempts);
  const gateway = await till.start([defineProcessor({
    ...about, key: ({ receipt }) => receipt, delivery: 'at-least-once', maxAttempts,
    async handle({ customer }) {
      await held.arrive();
      throw new Error(`cannot mail ${customer}`);
    },
  })]);
  await pay(gateway, ['r', 'SECRET']);
  await waitFor(() => held.calls === maxAttempts);
  await gateway.eraseKey({ topic: 'TillEvent', key: 'r' });
  held.release();
  await waitFor(isDead);
  await expect.poll(async () => [...await till.sql`SELECT payload::text, error, history, traceparent FROM sluice.parked_events`]).toEqual([{ payload: 'null', error: null, history: [], traceparent: null }]);
});

// Seen to fail with slots given up where their checkpoints are: 63 began again behind the first event.
test('slots that have nothing to do are given up where the log was read', async () => {
  const gateway = await till.start([defineProcessor({ ...about, delivery: 'at-least-once', handle: () => undefined })]);
  for (const receipt of ['r1', 'r2', 'r3']) {
    await pay(gateway, [receipt, 'a']);
    await till.done('edge');
  }
  const last = await till.sql<{ position: string }[]>`SELECT max(position) AS position FROM sluice.events`;
  await gateway.stop();
  expect(await till.sql`SELECT DISTINCT position, owner FROM sluice.consumer_slots WHERE consumer = 'edge'`).toEqual([{ position: last[0]?.position, owner: null }]);
});
