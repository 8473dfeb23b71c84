import { sql as drizzleSql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor } from './till.js';

/* What operators decide about events that are still tried again, and about those that wait behind them. */

let till: Awaited<ReturnType<typeof createTill>>;
let gateway: Gateway;
/** Receipts that fail. */
let failing: Set<string>;
/** Receipts whose attempt, once its effect is written, waits until it is released. */
let stopped: Map<string, () => void>;
let stopping: Set<string>;

/** Nothing is tried again by itself while a test runs. */
const LATER = { firstMs: 3_600_000, maxMs: 3_600_000, jitter: 0 };

const recorder = defineProcessor({
  name: 'recorder', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', key: (event) => event.customer, maxAttempts: 3, timeoutMs: 30_000, backoff: LATER,
  async handle({ receipt, customer, amount }, { tx }) {
    if (failing.has(receipt)) throw new Error(`cannot read ${receipt}`);
    await tx.execute(drizzleSql`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('recorder', ${receipt}, ${customer}, ${amount})`);
    if (stopping.has(receipt)) await new Promise<void>((resolve) => stopped.set(receipt, resolve));
  },
});

beforeEach(async () => {
  [failing, stopped, stopping] = [new Set(), new Map(), new Set()];
  till = await createTill();
  gateway = await till.start([recorder]);
});
afterEach(() => till.close());

interface Decided {
  readonly done: readonly string[];
  readonly notDead: readonly string[];
}

async function ask<T>(text: string, variables: object = {}): Promise<T> {
  const { data, errors } = await query<T>(gateway.url, text, variables);
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}
const pay = (customer: string, ...receipts: readonly string[]): Promise<void> => till.pay(gateway, receipts.map((receipt) => ({ receipt, customer, amount: 1 })));
const effects = async (): Promise<string[]> => (await till.effects('recorder')).map(({ receipt }) => receipt);
/** Positions by receipt of what is put aside with this status. */
async function aside(status: string): Promise<Map<string, string>> {
  const { deadLetters } = await ask<{ deadLetters: { edges: { node: { position: string; status: string; nextAttemptAt: string | null; payload: { receipt: string } } }[] } }>(
    `query($status: [ParkedStatus!]!) { deadLetters(status: $status) { edges { node { position status nextAttemptAt payload } } } }`, { status: [status] });
  for (const { node } of deadLetters.edges) expect([node.status, node.nextAttemptAt === null]).toEqual([status, status !== 'RETRYING']);
  return new Map(deadLetters.edges.map(({ node }) => [node.payload.receipt, node.position]));
}
const parked = (count: number): Promise<unknown> => waitFor(async () => (await till.account('recorder')).parked === count, { what: `${count} parked events` });
const replay = async (positions: readonly (string | undefined)[], status: readonly string[]): Promise<Decided> => (await ask<{ decided: Decided }>(
  'mutation($positions: [Position!]!, $status: [ParkedStatus!]!) { decided: replayDeadLetters(consumer: "recorder", positions: $positions, status: $status) { done: replayed notDead } }', { positions, status })).decided;
const discard = async (positions: readonly (string | undefined)[], status: readonly string[] = ['DEAD']): Promise<Decided> => (await ask<{ decided: Decided }>(
  'mutation($positions: [Position!]!, $status: [ParkedStatus!]!) { decided: discardDeadLetters(consumer: "recorder", positions: $positions, status: $status, reason: "asked for") { done: discarded notDead } }', { positions, status })).decided;

// Seen to fail with a discard that leaves the counter of the slot alone: one event was pending for ever.
test('G10 G11: an event that is tried again is given up, or tried now; those behind it follow in their order, and the sum holds', async () => {
  failing = new Set(['a', 'd']);
  await pay('c1', 'a', 'b', 'c');
  await pay('c2', 'd', 'e');
  await parked(5);
  expect([...(await aside('DEAD')).keys()]).toEqual([]);
  const [retrying, waiting] = [await aside('RETRYING'), await aside('WAITING')];
  expect([[...retrying.keys()], [...waiting.keys()]]).toEqual([['a', 'd'], ['b', 'c', 'e']]);

  // Nobody gives up by mistake what is no dead letter.
  const a = retrying.get('a');
  expect(await discard([a])).toEqual({ done: [], notDead: [a] });
  expect(await discard([a, waiting.get('b')], ['RETRYING'])).toEqual({ done: [a], notDead: [waiting.get('b')] });
  await parked(2);
  expect(await effects()).toEqual(['b', 'c']);

  // Replayed, it fails from the first attempt on again.
  const d = retrying.get('d');
  expect(await replay([d], ['RETRYING'])).toEqual({ done: [d], notDead: [] });
  const attempts = async (): Promise<unknown> => (await till.sql`SELECT attempts, json_array_length(history) AS history FROM sluice.parked_events WHERE status = 'retry'`)[0];
  await expect.poll(attempts).toEqual({ attempts: 1, history: 2 });
  failing.clear();
  expect(await discard([waiting.get('e')], ['WAITING'])).toEqual({ done: [waiting.get('e')], notDead: [] });
  await replay([d], ['DEAD', 'RETRYING']);
  await till.done('recorder');
  expect(await effects()).toEqual(['b', 'c', 'd']);
  expect(await till.account('recorder')).toMatchObject({ delivered: 3, discarded: 2, dead: 0, pending: 0, published: 5 });
  const { consumer } = await ask<{ consumer: { actions: { action: string; reason: string | null; details: { positions: string[] } }[] } }>('{ consumer(name: "recorder") { actions { action reason details } } }');
  expect(consumer.actions.map(({ action, reason, details }) => [action, reason, details.positions])).toEqual([
    ['replay', null, [d]], ['discard', 'asked for', [waiting.get('e')]], ['replay', null, [d]], ['discard', 'asked for', [a]],
  ]);
  await expect(replay([d], ['WAITING'])).rejects.toThrow('What waits behind another event of its key is tried when that is done.');
});

// Seen to fail without the count of the rows in `unpark`: the effect was committed, and the event was counted twice, so that the sum never held again.
test('G9 G11: an event that is given up while it is being tried has no effect', async () => {
  failing = new Set(['a']);
  await pay('c1', 'a', 'b');
  await parked(2);
  const a = (await aside('RETRYING')).get('a');
  failing.clear();
  stopping.add('a');
  await replay([a], ['RETRYING']);
  await waitFor(() => stopped.has('a'), { what: 'the attempt to be under way' });
  expect(await discard([a], ['RETRYING'])).toEqual({ done: [a], notDead: [] });
  stopped.get('a')?.();
  await till.done('recorder');
  expect(await effects()).toEqual(['b']);
  expect(await till.account('recorder')).toMatchObject({ delivered: 1, discarded: 1, dead: 0, pending: 0, published: 2 });
});
