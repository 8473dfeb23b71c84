import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGateways, publishNotes, query, type TestGateways } from '../support/gateway.js';
import { number, range } from '../contract/notes.js';
import { age, eventTables, logState } from '../support/retention.js';
import { subscribeNotes } from '../support/subscriber.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let url: string;
let cursors: string[];
beforeEach(async () => {
  gateways = await createGateways();
  ({ url } = await gateways.start({ partitionSize: 50, ringEvents: 10 }));
  cursors = await number(url, 'n', range(1, 175));
  // Three partitions are full and old; the head is in the fourth.
  await age(gateways.sql, 150, '2 hours');
});
afterEach(() => gateways.close());

/** What holds retention up at a step, in a transaction that the test keeps open. */
const STEPS: readonly { readonly at: string; readonly hold: string; readonly stuck: () => Promise<unknown> }[] = [
  {
    at: 'the earliest position has moved, nothing is detached',
    hold: 'LOCK TABLE sluice.events IN SHARE UPDATE EXCLUSIVE MODE',
    stuck: async () => (await logState(gateways.sql)).earliest === 151,
  },
  {
    at: 'a partition is half detached',
    hold: 'SELECT count(*) FROM sluice.events',
    stuck: async () => (await logState(gateways.sql)).detaching === 1,
  },
  {
    at: 'it is detached, the ids of its events are there',
    hold: 'SELECT id FROM sluice.event_ids WHERE position = 20 FOR UPDATE',
    stuck: async () => waits('forget_ids'),
  },
  {
    at: 'the ids are forgotten, the table is there',
    hold: 'LOCK TABLE sluice.expired_partitions IN SHARE ROW EXCLUSIVE MODE',
    stuck: async () => waits('drop_expired'),
  },
];

/** True while retention waits for a lock in such a statement. */
async function waits(statement: string): Promise<boolean> {
  const rows = await gateways.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice retention' AND wait_event_type = 'Lock' AND query LIKE ${`%${statement}%`}`;
  return rows.length > 0;
}

it.each(STEPS)('G5, G12: kill -9 of the gateway that retains, when $at: the log is whole, and the next one finishes', async ({ at, hold, stuck }) => {
  const holder = await gateways.sql.reserve();
  await holder`BEGIN`;
  // The fourth step is held up only once the list has been written and the first table has come so far.
  const before = at.startsWith('the ids are') ? 'LOCK TABLE sluice.events IN SHARE UPDATE EXCLUSIVE MODE' : hold;
  await holder.unsafe(before);
  const victim = await gateways.spawn({ env: { SLUICE_RETENTION_AGE: '1h' } });
  if (before !== hold) {
    await waitFor(async () => (await logState(gateways.sql)).earliest === 151, { what: 'the partitions to expire' });
    await holder`COMMIT`;
    await holder`BEGIN`;
    await holder.unsafe(hold);
  }
  await waitFor(stuck, { timeoutMs: 25_000, what: `retention to wait when ${at}` });
  expect((await victim.process.kill('SIGKILL')).signal).toBe('SIGKILL');
  await gateways.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice retention'`;
  await holder`ROLLBACK`;
  holder.release();

  // Whatever was done: readers have all that is kept, and an old cursor is told where to go on.
  const state = await logState(gateways.sql);
  expect(state).toMatchObject({ earliest: 151, head: 175, last: 175 });
  expect(state.first).toBeLessThanOrEqual(151);
  expect(state.count).toBe(175 - Number(state.first) + 1);
  const refused = await query(url, 'query($after: Cursor) { noteEvents(after: $after) { head } }', { after: cursors[100] });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'CURSOR_EXPIRED', earliestCursor: cursors[149] });
  const reader = subscribeNotes(url, { args: `after: "${cursors[149] ?? ''}"` });
  await waitFor(() => reader.received.length === 25, { what: 'what is kept' });

  // The lease of the one that was killed ends by itself, after 10 s: that is waited for once.
  if (at !== STEPS[0]?.at) await gateways.sql`UPDATE sluice.leases SET expires_at = clock_timestamp() WHERE name = 'retention'`;
  const next = await gateways.spawn({ env: { SLUICE_RETENTION_AGE: '1h' } });
  await waitFor(async () => (await logState(gateways.sql)).expired.length === 0, { timeoutMs: 40_000, what: 'the next gateway to finish' });
  expect(await logState(gateways.sql)).toEqual({ earliest: 151, head: 175, first: 151, last: 175, count: 25, strayIds: 0, expired: [], detaching: 0 });
  expect((await eventTables(gateways.sql))[0]).toBe(`events_${'151'.padStart(16, '0')}`);
  await publishNotes(next.url, ['after']);
  await waitFor(() => reader.received.length === 26, { what: 'the next event' });
  expect(reader.received.map(({ position }) => position)).toEqual(range(151, 176));
  await reader.stop();
}, 90_000);

it('G5: cursors of an older epoch stay good after a drop, as far as their events are kept', async () => {
  await gateways.sql`UPDATE sluice.epochs SET fingerprint = 'what it was before a restore'`;
  const restarted = await gateways.start({ retention: { age: 3_600_000, interval: 20 } });
  await number(restarted.url, 'n', range(176, 190));
  await waitFor(async () => (await logState(gateways.sql)).first === 151, { what: 'the old partitions to go' });
  expect((await gateways.sql`SELECT number FROM sluice.epochs`)).toHaveLength(2);
  const numbersAfter = (cursor: string | undefined) => query<{ noteEvents: { edges: { node: { number: number } }[] } }>(restarted.url, 'query($after: Cursor) { noteEvents(after: $after, first: 1000) { edges { node { ... on Noted { number } } } } }', { after: cursor });
  expect((await numbersAfter(cursors[159])).data?.noteEvents.edges.map(({ node }) => node.number)).toEqual(range(161, 190));
  expect((await numbersAfter(cursors[149])).data?.noteEvents.edges).toHaveLength(40);
  expect((await numbersAfter(cursors[148])).errors?.[0]?.extensions['code']).toBe('CURSOR_EXPIRED');
  const reader = subscribeNotes(restarted.url, { args: `after: "${cursors[170] ?? ''}"` });
  await waitFor(() => reader.received.length === 19, { what: 'what follows over the epochs' });
  expect(reader.received.map(({ number: each }) => each)).toEqual(range(172, 190));
  await reader.stop();
});
