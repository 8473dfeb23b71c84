import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsumerOperations } from '../../src/consumer/operations.js';
import { countBehind } from '../../src/consumer/operations/behind.js';
import { letterCursor } from '../../src/consumer/operations/dead-letters.js';
import { LOG_SESSION } from '../../src/db/connect.js';
import { Pool } from '../../src/db/pool.js';
import { Epochs } from '../../src/log/epoch.js';
import { call, createLog, noted, type TestLog } from '../support/log.js';
import { waitFor } from '../support/wait.js';
import { insertConsumer, insertMember, insertParked, insertState } from './rows.js';

let log: TestLog;
let pool: Pool;
let epochs: Epochs;
let operations: ConsumerOperations;
const operator = { tenant: 'default', principal: 'ann' };
const acme = { tenant: 'acme', principal: 'bob' };

beforeAll(async () => {
  log = await createLog();
  pool = new Pool({ url: log.url, max: 3, name: 'sluice control', settings: LOG_SESSION }, () => undefined);
  epochs = new Epochs(pool);
  await epochs.check();
  operations = new ConsumerOperations(pool, epochs);
});
afterAll(async () => {
  await pool.end();
  await log.close();
});
beforeEach(async () => {
  await log.sql`DELETE FROM sluice.consumers`;
  await log.sql`DELETE FROM sluice.consumer_actions`;
});

/** Publishes so many events of a type; gives the position of the last. */
async function publish(count: number, { type = 'Noted', tenant = 'default' } = {}): Promise<number> {
  await log.append([call(Array.from({ length: count }, (_, index) => ({ ...noted(`n-${index}`), type })), null, tenant)]);
  return (await log.positions()).at(-1) ?? 0;
}
const head = async (): Promise<number> => (await log.positions()).at(-1) ?? 0;
const revision = async (name: string): Promise<number> => Number((await log.sql<{ revision: number }[]>`SELECT revision FROM sluice.consumers WHERE name = ${name}`)[0]?.revision);
const actions = async (name: string): Promise<string[]> => (await operations.actions(operator, name, 100)).map(({ action, principal, reason }) => `${action} by ${principal}: ${reason}`);
const parked = async (consumer: string): Promise<string[]> =>
  (await log.sql<{ said: string }[]>`SELECT concat_ws(' ', position, status, attempts, blocks) AS said FROM sluice.parked_events WHERE consumer = ${consumer} ORDER BY position`).map(({ said }) => said);

describe('what consumers are doing', () => {
  it('with gateways: what they tell, added up; counters of the slots; those that have gone do not count', async () => {
    const position = await publish(3);
    await insertConsumer(log.sql, { name: 'fraud', position });
    await insertMember(log.sql, 'fraud', { delivered: 90, failed: 10, lagEvents: 300, lagMs: 4_000, slots: [0, 1] });
    const second = await insertMember(log.sql, 'fraud', { delivered: 60, lagEvents: 200, lagMs: 9_000, slots: [2] });
    const gone = await insertMember(log.sql, 'fraud', { seconds: -1, delivered: 1_000, lagEvents: 70_000, lagMs: 70_000, slots: [3] });
    await log.sql`UPDATE sluice.consumer_slots SET delivered = 10, skipped = 2, discarded = 1, failed = 3, late = 4 WHERE consumer = 'fraud' AND slot < 2`;
    for (const [at, status] of [[1, 'dead'], [2, 'retry'], [3, 'waiting'], [4, 'waiting']] as const) await insertParked(log.sql, { consumer: 'fraud', position: at, status });

    const found = await operations.get(operator, 'fraud');
    expect(found).toMatchObject({
      name: 'fraud', kind: 'processor', status: 'running', gateways: 2, startPosition: String(position),
      lag: { events: 500, ms: 9_000, source: 'gateways' },
      rates: { delivered: 150, failed: 10, error: 10 / 160 },
      counts: { delivered: 20, skipped: 4, discarded: 2, failed: 6, late: 8, dead: 1, retrying: 1, waiting: 2, lost: 0 },
    });
    // 3 events (or more, of other tests) in the last ten seconds.
    const added = found?.rates.added ?? 0;
    expect(added).toBeGreaterThan(0);
    expect(found?.etaMs).toBe(Math.round((500 / (150 - added)) * 1_000));
    const slots = await operations.slots(operator, 'fraud');
    expect(slots).toHaveLength(64);
    expect(slots.slice(1, 5).map(({ slot, owner, position: at, delivered }) => [slot, owner === null ? null : owner === second ? 'second' : owner === gone ? 'gone' : 'first', at, delivered]))
      .toEqual([[1, 'first', String(position), 10], [2, 'second', String(position), 0], [3, null, String(position), 0], [4, null, String(position), 0]]);
  });

  it('an ETA is given only while the lag shrinks', async () => {
    await insertConsumer(log.sql, { name: 'slow' });
    await insertConsumer(log.sql, { name: 'there' });
    await insertMember(log.sql, 'slow', { delivered: 0.01, lagEvents: 5 });
    await insertMember(log.sql, 'there', { delivered: 0, lagEvents: 0 });
    await publish(5);
    expect((await operations.list(operator)).map(({ name, etaMs }) => [name, etaMs])).toEqual([['slow', null], ['there', 0]]);
  });

  it('without a gateway: the events of its types, tenant and range behind its last slot are counted in the log', async () => {
    await log.sql`INSERT INTO sluice.event_types VALUES ('Other', 'NoteEvent', 'noteId', 1) ON CONFLICT DO NOTHING`;
    const position = await head();
    await publish(5);
    await publish(4, { type: 'Other' });
    await publish(3, { tenant: 'acme' });
    const before = await head();
    await publish(2);
    await insertConsumer(log.sql, { name: 'a', position });
    await insertConsumer(log.sql, { name: 'b', position, types: ['Noted', 'Other'] });
    await insertConsumer(log.sql, { name: 'c', position, tenant: 'default' });
    await insertConsumer(log.sql, { name: 'd', position: before });
    await insertConsumer(log.sql, { name: 'e', position, forkOf: 'a', endPosition: position + 2 });
    await insertConsumer(log.sql, { name: 'f', position, status: 'done' });
    await insertConsumer(log.sql, { name: 'g', position: position + 1, endPosition: before });
    await log.sql`UPDATE sluice.consumer_slots SET position = ${before} WHERE consumer = 'a' AND slot <> 7`;
    const found = await operations.list(operator);
    expect(found.map(({ name, lag, etaMs, gateways }) => [name, lag.events, lag.source, etaMs, gateways])).toEqual([
      ['a', 10, 'log', null, 0], ['b', 14, 'log', null, 0], ['c', 7, 'log', null, 0], ['d', 2, 'log', null, 0], ['e', 2, 'log', null, 0], ['f', 0, 'log', 0, 0], ['g', 7, 'log', null, 0],
    ]);
    expect(found[0]?.lag.ms).toBeGreaterThan(found[3]?.lag.ms ?? Infinity);
    expect(found.map(({ name }) => name)).toEqual([...await operations.list(operator, { first: 3 }), ...await operations.list(operator, { first: 4, after: 'c' })].map(({ name }) => name));
  });
});

it('what lies too far back to be counted is said to be cut short', async () => {
  const position = await publish(10);
  const reading = { topics: ['NoteEvent'], types: ['Noted'], tenant: null, high: null };
  const counted = await countBehind(log.sql, position, [{ ...reading, low: position - 9 }, { ...reading, low: position - 4 }, { ...reading, low: 0, high: 1 }, { ...reading, low: position }], 5);
  expect(counted.map(({ events, cut }) => [events, cut])).toEqual([[5, true], [4, false], [0, true], [0, false]]);
});

describe('deciding about a consumer', () => {
  it('pause and resume: with who, why and when; noted, and seen by gateways', async () => {
    await insertConsumer(log.sql, { name: 'mail' });
    await operations.pause({ name: 'mail', operator, reason: 'the relay is down' });
    expect(await operations.get(operator, 'mail')).toMatchObject({ status: 'paused', statusReason: 'the relay is down', statusBy: 'ann', statusAt: expect.any(Date) as Date });
    await operations.resume({ name: 'mail', operator });
    expect(await operations.get(operator, 'mail')).toMatchObject({ status: 'running', statusReason: null, statusBy: 'ann' });
    expect(await actions('mail')).toEqual(['resume by ann: null', 'pause by ann: the relay is down']);
    expect(await revision('mail')).toBe(3);
    await log.sql`UPDATE sluice.consumers SET status = 'done' WHERE name = 'mail'`;
    await expect(operations.pause({ name: 'mail', operator })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(operations.resume({ name: 'mail', operator })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(operations.pause({ name: 'male', operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(operations.pause({ name: 'mail', operator, reason: 'x'.repeat(1_001) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await revision('mail')).toBe(3);
  });

  it('reset: every slot, counter and state; dead letters only when that was said', async () => {
    const position = await publish(10);
    await insertConsumer(log.sql, { name: 'revenue', position });
    await insertConsumer(log.sql, { name: 'other', position });
    await insertMember(log.sql, 'revenue', { slots: [5] });
    await log.sql`UPDATE sluice.consumer_slots SET delivered = 9, skipped = 8, discarded = 7, failed = 6, late = 5, watermark = now() WHERE slot = 5`;
    await log.sql`UPDATE sluice.consumers SET lost = 4, lost_at = now()`;
    for (const consumer of ['revenue', 'other']) {
      for (const key of ['x', 'y']) await insertState(log.sql, consumer, key);
      await insertParked(log.sql, { consumer, position: 1 });
      await insertParked(log.sql, { consumer, position: 2, status: 'retry' });
      await insertParked(log.sql, { consumer, position: 3, status: 'waiting' });
    }
    await operations.pause({ name: 'revenue', operator, reason: 'wrong totals' });
    await expect(operations.reset({ name: 'revenue', operator, to: { from: 'BEGINNING' } })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('has 1 dead letter, ') as string });
    expect(await operations.get(operator, 'revenue')).toMatchObject({ startPosition: String(position), counts: { delivered: 9, dead: 1, lost: 4 } });

    const done = await operations.reset({ name: 'revenue', operator, to: { after: epochs.cursor(position - 4) }, discardDeadLetters: true, reason: 'again' });
    expect(done).toEqual({ deadLetters: 1, parked: 2, keys: 2, position: String(position - 4) });
    expect(await operations.get(operator, 'revenue')).toMatchObject({
      status: 'paused', statusReason: 'wrong totals', startPosition: String(position - 4), lostAt: null,
      counts: { delivered: 0, skipped: 0, discarded: 0, failed: 0, late: 0, dead: 0, retrying: 0, waiting: 0, lost: 0 },
    });
    expect(await log.sql`SELECT DISTINCT position, watermark, owner, min(fence) OVER () AS least, max(fence) OVER () AS most FROM sluice.consumer_slots WHERE consumer = 'revenue'`)
      .toEqual([{ position: String(position - 4), watermark: null, owner: null, least: '1', most: '2' }]);
    expect(await log.sql`SELECT consumer, count(*)::int AS keys FROM sluice.consumer_state GROUP BY 1`).toEqual([{ consumer: 'other', keys: 2 }]);
    expect(await parked('other')).toHaveLength(3);
    expect((await operations.actions(operator, 'revenue', 1))[0]).toMatchObject({ action: 'reset', details: { position: String(position - 4), deadLetters: 1, parked: 2, keys: 2, to: epochs.cursor(position - 4) } });
    expect(await revision('revenue')).toBe(3);
  });

  it('reset goes to a cursor, a moment, the beginning or the head, and what was done runs again', async () => {
    const position = await publish(2);
    const between = (await log.sql<{ at: Date }[]>`SELECT clock_timestamp() AS at`)[0]?.at ?? new Date();
    // By the millisecond, which is what a Date can tell apart.
    await waitFor(() => Date.now() > between.getTime() + 1);
    const last = await publish(3);
    await insertConsumer(log.sql, { name: 'r', status: 'done', position: last });
    const to = async (place: Parameters<ConsumerOperations['reset']>[0]['to']): Promise<number> => Number((await operations.reset({ name: 'r', operator, to: place })).position);
    expect(await to({ from: 'BEGINNING' })).toBe(0);
    expect((await operations.get(operator, 'r'))?.status).toBe('running');
    expect(await to({ from: 'NOW' })).toBe(last);
    expect(await to({ since: new Date(between.getTime() + 1) })).toBe(position);
    expect(await to({ after: epochs.cursor(3) })).toBe(3);
    await expect(to({ after: 'no cursor' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await expect(to({ after: epochs.cursor(last + 1) })).rejects.toMatchObject({ code: 'CURSOR_EPOCH_MISMATCH' });
    await expect(to({ since: new Date(Date.now() + 60_000) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(to({})).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(to({ from: 'NOW', after: epochs.cursor(3) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await log.sql`UPDATE sluice.log SET earliest_position = 5`;
    try {
      await expect(to({ after: epochs.cursor(3) })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED', details: { earliestCursor: epochs.cursor(4) } });
      expect(await to({ from: 'BEGINNING' })).toBe(4);
    } finally {
      await log.sql`UPDATE sluice.log SET earliest_position = 1`;
    }
  });

  // Seen to fail without the lock on the slots (the dead letter of the batch was not counted), and without `fence + 1` (the second
  // checkpoint matched a row).
  it('G8: a batch that a reset overtakes writes nothing any more, and what it had written before is forgotten', async () => {
    const position = await publish(2);
    await insertConsumer(log.sql, { name: 'r', position: position - 2 });
    await insertMember(log.sql, 'r', { slots: [1] });
    const checkpoint = (to: number) => log.sql`
      UPDATE sluice.consumer_slots SET position = ${to}, delivered = delivered + 1 WHERE consumer = 'r' AND slot = 1 AND fence = 1 RETURNING 1`;
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => { commit = resolve; });
    let written = (): void => undefined;
    const underWay = new Promise<void>((resolve) => { written = resolve; });
    const batch = log.sql.begin(async (tx) => {
      await tx`UPDATE sluice.consumer_slots SET position = ${position - 1}, delivered = delivered + 1 WHERE consumer = 'r' AND slot = 1 AND fence = 1`;
      await tx`INSERT INTO sluice.parked_events SELECT 'r', 1, 1, 'k', 'dead', false, id, '', tenant, topic, type, key, version, payload, occurred_at, recorded_at FROM sluice.events ORDER BY position LIMIT 1`;
      await tx`INSERT INTO sluice.consumer_state (consumer, tenant, key, slot, state) VALUES ('r', 'default', 'k', 1, '{}')`;
      written();
      await held;
    });
    await underWay;
    const reset = operations.reset({ name: 'r', operator, to: { from: 'NOW' }, discardDeadLetters: true });
    await waitFor(async () => (await log.sql`SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.query LIKE '%reset_consumer%'`).length > 0, { what: 'the reset to wait for the batch' });
    commit();
    await batch;
    expect(await reset).toEqual({ deadLetters: 1, parked: 0, keys: 1, position: String(position) });
    expect(await log.sql`SELECT FROM sluice.consumer_state UNION ALL SELECT FROM sluice.parked_events`).toHaveLength(0);
    expect(await checkpoint(position)).toHaveLength(0);
    expect((await operations.slots(operator, 'r'))[1]).toMatchObject({ position: String(position), delivered: 0 });
  });

  it('fork: its own slots beside those of the consumer, up to where it was told', async () => {
    const position = await publish(4);
    await insertConsumer(log.sql, { name: 'fraud', types: ['Noted', 'Other'], position });
    expect(await operations.fork({ name: 'fraud', operator, label: 'v2', from: { from: 'BEGINNING' }, until: { after: epochs.cursor(position) }, reason: 'new rules' })).toBe('fraud@v2');
    expect(await operations.get(operator, 'fraud@v2')).toMatchObject({
      forkOf: 'fraud', kind: 'processor', delivery: 'exactly-once', topics: ['NoteEvent'], types: ['Noted', 'Other'], tenant: null, status: 'running', startPosition: '0', endPosition: String(position), statusBy: 'ann',
    });
    expect(await log.sql`SELECT position, watermark, owner, fence, count(*)::int AS slots FROM sluice.consumer_slots WHERE consumer = 'fraud@v2' GROUP BY 1, 2, 3, 4`).toEqual([{ position: '0', watermark: null, owner: null, fence: '0', slots: 64 }]);
    expect((await operations.actions(operator, 'fraud', 1))[0]).toMatchObject({ action: 'fork', reason: 'new rules', details: { fork: 'fraud@v2', to: 'BEGINNING' } });
    await expect(operations.fork({ name: 'fraud', operator, label: 'v2', from: { from: 'NOW' } })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('fraud@v2 already') as string });
    await expect(operations.reset({ name: 'fraud@v2', operator, to: { after: epochs.cursor(position) } })).resolves.toMatchObject({ position: String(position) });
    await publish(1);
    await expect(operations.reset({ name: 'fraud@v2', operator, to: { from: 'NOW' } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });

    await insertConsumer(log.sql, { name: 'hook', kind: 'webhook' });
    for (const wrong of [
      { name: 'fraud', label: 'V2' }, { name: 'fraud', label: '' }, { name: 'fraud', label: 'x'.repeat(37) }, { name: 'hook', label: 'a' }, { name: 'fraud@v2', label: 'a' }, { name: 'nobody', label: 'a' },
    ]) await expect(operations.fork({ ...wrong, operator, from: { from: 'NOW' } }), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(operations.fork({ name: 'fraud', operator, label: 'b', from: { after: epochs.cursor(position) }, until: { after: epochs.cursor(1) } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    for (let n = 2; n <= 8; n += 1) await operations.fork({ name: 'fraud', operator, label: `f${n}`, from: { from: 'NOW' } });
    await expect(operations.fork({ name: 'fraud', operator, label: 'f9', from: { from: 'NOW' } })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('8 forks') as string });
  });

  it('delete: a fork at any time, a consumer once no gateway has it, with its forks', async () => {
    for (const name of ['fraud', 'other']) await insertConsumer(log.sql, { name });
    for (const name of ['fraud@a', 'fraud@b']) await insertConsumer(log.sql, { name, forkOf: 'fraud' });
    await insertMember(log.sql, 'fraud@a');
    await insertMember(log.sql, 'fraud');
    await insertParked(log.sql, { consumer: 'fraud@a', position: 1 });
    await insertParked(log.sql, { consumer: 'fraud', position: 1 });
    expect(await operations.delete({ name: 'fraud@a', operator, reason: 'seen' })).toEqual({ names: ['fraud@a'], deadLetters: 0 });
    await expect(operations.delete({ name: 'fraud', operator, discardDeadLetters: true })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Gateways work for fraud') as string });
    await log.sql`UPDATE sluice.consumer_members SET expires_at = clock_timestamp() - interval '1 second'`;
    await expect(operations.delete({ name: 'fraud', operator })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('1 dead letter, ') as string });
    expect(await operations.delete({ name: 'fraud', operator, discardDeadLetters: true })).toEqual({ names: ['fraud', 'fraud@b'], deadLetters: 1 });
    expect((await operations.list(operator)).map(({ name }) => name)).toEqual(['other']);
    expect(await log.sql`SELECT FROM sluice.parked_events`).toHaveLength(0);
    expect(await actions('fraud@b')).toEqual(['delete by ann: null']);
    expect(await actions('fraud@a')).toEqual(['delete by ann: seen']);
    await expect(operations.delete({ name: 'fraud', operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await insertConsumer(log.sql, { name: 'hook', kind: 'webhook' });
    await expect(operations.delete({ name: 'hook', operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('dead letters', () => {
  it('are found by consumer, type, key, time and error, page by page in the order of positions', async () => {
    for (const name of ['a', 'b']) await insertConsumer(log.sql, { name });
    for (let position = 1; position <= 5; position += 1) await insertParked(log.sql, { consumer: 'a', position, key: position % 2 === 0 ? 'even' : 'odd', deadAt: new Date(2026, 1, position) });
    await insertParked(log.sql, { consumer: 'b', position: 3, type: 'Other', error: { name: 'TypeError', message: 'cannot read 100% of "x"', code: 'E_READ', step: 'enrich' } });
    await insertParked(log.sql, { consumer: 'a', position: 6, status: 'retry' });
    const find = async (filter: Parameters<ConsumerOperations['deadLetters']>[1], page?: Parameters<ConsumerOperations['deadLetters']>[2]): Promise<string[]> =>
      (await operations.deadLetters(operator, filter, page)).letters.map(({ consumer, position }) => `${consumer}${position}`);
    expect(await find({})).toEqual(['a1', 'a2', 'a3', 'b3', 'a4', 'a5']);
    expect(await find({ consumer: ['b'] })).toEqual(['b3']);
    expect(await find({ consumer: [] })).toEqual([]);
    expect(await find({ type: ['Noted'], key: ['even', 'none'] })).toEqual(['a2', 'a4']);
    expect(await find({ since: new Date(2026, 1, 2), until: new Date(2026, 1, 4) })).toEqual(['a2', 'a3']);
    for (const error of ['READ 100% of "X"', 'typeerror', 'e_read', 'Enrich']) expect(await find({ error })).toEqual(['b3']);
    expect(await find({ error: 'read_100' })).toEqual([]);

    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 1; ; pages += 1) {
      const { letters, hasNextPage } = await operations.deadLetters(operator, {}, { first: 2, after });
      seen.push(...letters.map(({ consumer, position }) => `${consumer}${position}`));
      const last = letters.at(-1);
      if (!hasNextPage || last === undefined) {
        expect(pages).toBe(3);
        break;
      }
      after = letterCursor(last);
    }
    expect(seen).toEqual(['a1', 'a2', 'a3', 'b3', 'a4', 'a5']);
    for (const bad of ['', 'x', epochs.cursor(1), Buffer.from('1 ').toString('base64url')]) await expect(find({}, { after: bad })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await expect(find({}, { first: 101 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(find({ error: '\0' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('one is shown with its payload, its error and its attempts', async () => {
    await insertConsumer(log.sql, { name: 'a' });
    await insertParked(log.sql, { consumer: 'a', position: 7, payload: { noteId: 'k', text: 'ü' }, blocks: true });
    expect(await operations.deadLetter(operator, 'a', '7')).toMatchObject({
      consumer: 'a', position: '7', slot: 7, lane: 'k-7', blocks: true, topic: 'NoteEvent', type: 'Noted', payload: { noteId: 'k', text: 'ü' }, attempts: 8,
      error: { name: 'Error', message: 'it failed' }, history: [{ at: expect.any(String) as string, ms: 12, error: { name: 'Error', message: 'it failed' } }], deadAt: expect.any(Date) as Date,
    });
    expect(await operations.deadLetter(operator, 'a', '8')).toBeNull();
    await expect(operations.deadLetter(operator, 'a', '-8')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('a page ends early when its payloads are large, and goes on behind', async () => {
    await insertConsumer(log.sql, { name: 'a' });
    for (let position = 1; position <= 4; position += 1) await insertParked(log.sql, { consumer: 'a', position, payload: { text: 'x'.repeat(2_000_000) } });
    const page = await operations.deadLetters(operator, {}, { first: 3 });
    expect([page.letters.map(({ position }) => position), page.hasNextPage]).toEqual([['1', '2', '3'], true]);
    await log.sql`UPDATE sluice.parked_events SET payload = json_build_object('text', repeat('y', 5000000)) WHERE position = 1`;
    const short = await operations.deadLetters(operator, {}, { first: 3 });
    expect([short.letters.map(({ position }) => position), short.hasNextPage]).toEqual([['1'], true]);
  });

  it('replay: only what is dead, at once, from the first attempt on; the rest is told', async () => {
    await insertConsumer(log.sql, { name: 'a' });
    await insertParked(log.sql, { consumer: 'a', position: 1, blocks: true });
    await insertParked(log.sql, { consumer: 'a', position: 2, status: 'retry' });
    await insertParked(log.sql, { consumer: 'a', position: 10 });
    await insertParked(log.sql, { consumer: 'a', position: 11 });
    expect(await operations.replay({ consumer: 'a', positions: ['10', '99', '2', '1', '1'], operator })).toEqual({ done: ['1', '10'], notDead: ['2', '99'] });
    expect(await parked('a')).toEqual(['1 retry 0 f', '2 retry 8 f', '10 retry 0 f', '11 dead 8 f']);
    expect(await log.sql`SELECT FROM sluice.parked_events WHERE status = 'retry' AND attempts = 0 AND next_attempt_at <= clock_timestamp() AND dead_at IS NULL AND error IS NOT NULL`).toHaveLength(2);
    expect(await revision('a')).toBe(2);
    expect(await operations.replay({ consumer: 'a', positions: ['1'], operator })).toEqual({ done: [], notDead: ['1'] });
    expect(await revision('a')).toBe(2);
    expect((await operations.actions(operator, 'a', 10)).map(({ action, details }) => [action, details])).toEqual([['replay', { positions: ['1', '10'], tenant: 'default' }]]);
    await expect(operations.replay({ consumer: 'b', positions: ['1'], operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(operations.replay({ consumer: 'a', positions: [], operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(operations.replay({ consumer: 'a', positions: Array.from({ length: 1_001 }, (_, index) => String(index)), operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  // Seen to fail with the slots' counter left alone: the sum fell by the two that were discarded.
  it('G11: discarding moves dead letters into the count of what was given up, with the reason', async () => {
    await insertConsumer(log.sql, { name: 'a' });
    for (const position of [1, 65, 2, 3]) await insertParked(log.sql, { consumer: 'a', position });
    const sum = async (): Promise<number> => {
      const { dead = 0, discarded = 0 } = (await operations.get(operator, 'a'))?.counts ?? {};
      return dead + discarded;
    };
    expect(await sum()).toBe(4);
    await expect(operations.discard({ consumer: 'a', positions: ['1'], operator, reason: ' ' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await operations.discard({ consumer: 'a', positions: ['1', '65', '4'], operator, reason: 'test data' })).toEqual({ done: ['1', '65'], notDead: ['4'] });
    expect(await sum()).toBe(4);
    expect((await operations.slots(operator, 'a')).filter(({ discarded }) => discarded > 0).map(({ slot, discarded }) => [slot, discarded])).toEqual([[1, 2]]);
    expect(await parked('a')).toEqual(['2 dead 8 f', '3 dead 8 f']);
    expect(await actions('a')).toEqual(['discard by ann: test data']);
    // Two at once do not count twice.
    const both = await Promise.all([1, 2].map(() => operations.discard({ consumer: 'a', positions: ['2', '3'], operator, reason: 'twice' })));
    expect(both.flatMap(({ done }) => done).sort()).toEqual(['2', '3']);
    expect(await sum()).toBe(4);
  });
});

describe('tenants', () => {
  // Seen to fail with `operates` giving true for everybody.
  it('G13: an admin of another tenant sees and operates the consumers of that tenant alone', async () => {
    await insertConsumer(log.sql, { name: 'all' });
    await insertConsumer(log.sql, { name: 'of-acme', tenant: 'acme' });
    await insertConsumer(log.sql, { name: 'of-default', tenant: 'default' });
    const names = async (who: typeof operator): Promise<string[]> => (await operations.list(who)).map(({ name }) => name);
    expect(await names(operator)).toEqual(['all', 'of-default']);
    expect(await names(acme)).toEqual(['of-acme']);
    expect(await operations.get(acme, 'all')).toBeNull();
    await operations.pause({ name: 'of-acme', operator: acme });
    for (const [who, name] of [[acme, 'all'], [acme, 'of-default'], [operator, 'of-acme']] as const) {
      const decision = { name, operator: who };
      for (const attempt of [
        () => operations.pause(decision), () => operations.resume(decision), () => operations.reset({ ...decision, to: { from: 'NOW' } }),
        () => operations.fork({ ...decision, label: 'x', from: { from: 'NOW' } }), () => operations.delete(decision),
      ]) await expect(attempt()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('There is no consumer') as string });
    }
    expect(await log.sql`SELECT name, status FROM sluice.consumers ORDER BY name`).toEqual([{ name: 'all', status: 'running' }, { name: 'of-acme', status: 'paused' }, { name: 'of-default', status: 'running' }]);
  });

  // Seen to fail with `decidesAbout` comparing only the tenant of the consumer, not of the dead letter.
  it('G13: dead letters are seen, replayed and discarded by admins of their own tenant, of processors too', async () => {
    await insertConsumer(log.sql, { name: 'all' });
    await insertConsumer(log.sql, { name: 'of-acme', tenant: 'acme' });
    await insertParked(log.sql, { consumer: 'all', position: 1, tenant: 'acme' });
    await insertParked(log.sql, { consumer: 'all', position: 2, tenant: 'globex' });
    await insertParked(log.sql, { consumer: 'all', position: 3 });
    await insertParked(log.sql, { consumer: 'of-acme', position: 4, tenant: 'acme' });
    const seen = async (who: typeof operator): Promise<string[]> => (await operations.deadLetters(who, {})).letters.map(({ position }) => position);
    expect(await seen(acme)).toEqual(['1', '4']);
    expect(await seen({ tenant: 'globex', principal: 'eve' })).toEqual(['2']);
    // Whoever operates a processor has all of its dead letters before them.
    expect(await seen(operator)).toEqual(['1', '2', '3']);
    expect(await operations.deadLetter(acme, 'all', '2')).toBeNull();
    expect(await operations.deadLetter(acme, 'all', '1')).not.toBeNull();
    expect(await operations.replay({ consumer: 'all', positions: ['1', '2', '3'], operator: acme })).toEqual({ done: ['1'], notDead: ['2', '3'] });
    expect(await operations.discard({ consumer: 'all', positions: ['2', '3'], operator: acme, reason: 'mine?' })).toEqual({ done: [], notDead: ['2', '3'] });
    await expect(operations.replay({ consumer: 'of-acme', positions: ['4'], operator })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await parked('of-acme')).toEqual(['4 dead 8 f']);
  });
});
