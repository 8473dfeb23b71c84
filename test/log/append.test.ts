import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, LOG_SESSION } from '../../src/db/connect.js';
import { append } from '../../src/log/append.js';
import { call, createLog, DAY, noted, type TestLog } from '../support/log.js';

let log: TestLog;
beforeAll(async () => {
  log = await createLog();
});
afterAll(() => log.close());

const fingerprint = (text: string): Uint8Array => Buffer.from(text);

describe('append', () => {
  it('G4: gives dense positions and keeps calls adjacent and in order', async () => {
    const first = await log.append([call([noted('a'), noted('a')]), call([noted('b')])]);
    expect(first.outcomes?.map((outcome) => outcome.status)).toEqual(['stored', 'stored']);
    const second = await log.append([call([noted('c')])]);
    expect(second.head).toBe(first.head + 1);
    expect(await log.positions()).toEqual([1, 2, 3, 4]);
  });

  it('moves outbox rows first, in seq order, so that a publish follows every row committed before it', async () => {
    for (const key of ['x', 'y', 'z']) await log.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', ${log.sql.json({ noteId: key })})`;
    const held = await log.append([call([noted('late')])], { drainLimit: 2 });
    expect(held).toMatchObject({ drained: 2, outcomes: null });
    const result = await log.append([call([noted('late')])], { drainLimit: 2 });
    expect(result.drained).toBe(1);
    const keys = await log.sql<{ key: string }[]>`SELECT key FROM sluice.events WHERE position > 4 ORDER BY position`;
    expect(keys.map((row) => row.key)).toEqual(['x', 'y', 'z', 'late']);
  });

  it('puts rows that cannot become events aside, with the reason, and moves their neighbours', async () => {
    const taken = randomUUID();
    const deep = `{"noteId":"n","x":"${'y'.repeat(270_000)}"}`;
    const rows: [string, string | null, string | null, string, string | null][] = [
      ['Noted', 'NoteEvent', 'ok1', '{"noteId":"ok1"}', taken],
      ['Nothing', null, null, '{"noteId":"n"}', null],
      ['Noted', 'OtherEvent', null, '{"noteId":"n"}', null],
      ['Noted', null, null, '[1]', null],
      ['Noted', null, null, '{"no":"key"}', null],
      ['Noted', null, 'other', '{"noteId":"n"}', null],
      ['Noted', null, null, `{"noteId":"${'k'.repeat(256)}"}`, null],
      ['Noted', null, null, '{"noteId":"n","text":"\\u0000"}', null],
      ['Noted', null, null, deep, null],
      ['Noted', null, null, '{"noteId":"again"}', taken],
      ['Noted', null, 'ok2', '{"noteId":"ok2"}', null],
    ];
    for (const [type, topic, key, payload, id] of rows) {
      await log.sql`INSERT INTO sluice.outbox (type, aggregatetype, aggregateid, payload, id) VALUES (${type}, ${topic}, ${key}, ${payload}::text::json, ${id ?? randomUUID()})`;
    }
    const before = (await log.append([])).head;
    const keys = await log.sql<{ key: string }[]>`SELECT key FROM sluice.events ORDER BY position DESC LIMIT 2`;
    expect(keys.map((row) => row.key)).toEqual(['ok2', 'ok1']);
    const reasons = (await log.sql<{ reason: string }[]>`SELECT reason FROM sluice.outbox_rejected ORDER BY seq`).map((row) => row.reason);
    expect(reasons).toEqual([
      expect.stringContaining('unknown event type'), expect.stringContaining('belongs to topic'), expect.stringContaining('must be a JSON object'),
      expect.stringContaining('lacks the key field'), expect.stringContaining('aggregateid is'), expect.stringContaining('1 to 255 characters'),
      expect.stringContaining('22P05'), expect.stringContaining('at most 262144'), expect.stringContaining('in the log already'),
    ]);
    // Mended, they go back through the outbox.
    await log.sql`UPDATE sluice.outbox_rejected SET type = 'Noted' WHERE type = 'Nothing'`;
    await log.sql`SELECT sluice.retry_rejected(ARRAY(SELECT seq FROM sluice.outbox_rejected WHERE reason LIKE 'unknown%'))`;
    expect((await log.append([])).head).toBe(before + 1);
  });

  // Seen to fail: with 0000's `sluice.objection` the first five are in the log, and their number reads as null.
  it('puts a row with a number aside that no double holds, and takes a text that only looks like one', async () => {
    await log.sql`DELETE FROM sluice.outbox_rejected`;
    const nines = '9'.repeat(250);
    const payloads = [
      '{"noteId":"n","number":1e400}', '{"noteId":"n","deep":[{"x":[-1E+400]}]}', `{"noteId":"n","number":${nines}e99}`, `{"noteId":"n","number":${'9'.repeat(309)}}`,
      '{"noteId":"n","number":1.7976931348623159e0308}',
      '{"noteId":"fine","text":"1e400"}', `{"noteId":"fine","text":"${nines}"}`, '{"noteId":"fine","number":1.7976931348623157e308}', '{"noteId":"fine","number":1e-400}', `{"noteId":"fine","number":${nines}}`,
    ];
    for (const payload of payloads) await log.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', ${payload}::text::json)`;
    expect(await log.append([])).toMatchObject({ drained: 10, rejected: 5 });
    const rejected = await log.sql<{ payload: string; reason: string }[]>`SELECT payload::text AS payload, reason FROM sluice.outbox_rejected ORDER BY seq`;
    expect(rejected.map((row) => row.payload)).toEqual(payloads.slice(0, 5));
    expect(rejected.filter((row) => !row.reason.includes('beyond the range of a double'))).toEqual([]);
  });

  it('G3: one (tenant, key) is one call; a repeat gets the same ids, another payload a conflict', async () => {
    const events = [noted('i'), noted('i')];
    const once = await log.append([call(events, { key: 'k1', fingerprint: fingerprint('p') })]);
    const again = await log.append([
      call([noted('fresh')]),
      call([noted('i'), noted('i')], { key: 'k1', fingerprint: fingerprint('p') }),
      call([noted('i')], { key: 'k1', fingerprint: fingerprint('other') }),
      call([noted('i')], { key: 'k1', fingerprint: fingerprint('p') }, 'elsewhere'),
    ]);
    expect(once.outcomes?.[0]).toMatchObject({ status: 'stored', eventIds: events.map((event) => event.id) });
    expect(again.outcomes?.map((outcome) => outcome.status)).toEqual(['stored', 'duplicate', 'conflict', 'stored']);
    expect(again.outcomes?.[1]).toEqual({ ...once.outcomes?.[0], status: 'duplicate' });
    expect(again.head).toBe(once.head + 2);
  });

  it('G3: after the window the key is free again, under another event id', async () => {
    const event = noted('w');
    const once = await log.append([call([event], { key: 'short', fingerprint: fingerprint('1') })]);
    const later = await log.append([call([event], { key: 'short', fingerprint: fingerprint('2') })], { idempotencyWindow: 0 });
    expect(later.outcomes?.[0]?.status).toBe('stored');
    expect(later.head).toBe(once.head + 1);
    const outcome = later.outcomes?.[0];
    expect(outcome?.status === 'conflict' ? [] : outcome?.eventIds).not.toEqual([event.id]);
  });

  it('G3: a repeat after an unknown outcome finds its own events, with and without a key', async () => {
    const plain = call([noted('r'), noted('r')]);
    const keyed = call([noted('r')], { key: 'own', fingerprint: fingerprint('o') });
    const first = await log.append([plain, keyed]);
    const repeat = await log.append([plain, keyed, call([noted('new')])], { repeated: true });
    expect(repeat.head).toBe(first.head + 1);
    expect(repeat.outcomes?.slice(0, 2)).toEqual(first.outcomes);
  });

  it('makes partitions as it goes, also across a boundary in one batch', async () => {
    const { head } = await log.append([call(Array.from({ length: 350 }, () => noted('p')))]);
    expect(await log.positions()).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    const [state] = await log.sql<{ floor: string; to: string }[]>`SELECT floor_position AS floor, partitioned_to AS to FROM sluice.log`;
    expect(Number(state?.to)).toBeGreaterThan(head);
    expect(Number(state?.floor)).toBeLessThanOrEqual(head);
  });

  // Seen to fail without the check in append: the event is then stored under the old epoch.
  it('G4: opens a new epoch before the first event that a restored or failed-over database gets', async () => {
    const before = await log.append([call([noted('e')])]);
    await log.sql`UPDATE sluice.epochs SET fingerprint = 'what it was before a failover'`;
    // A failover breaks every connection; the first append over a new one notices.
    const sql = connect({ url: log.url, max: 1, name: 'sluice test', settings: LOG_SESSION });
    const after = await append(sql, [call([noted('e')])], { drainLimit: 1, notify: false, repeated: false, idempotencyWindow: DAY });
    await sql.end();
    expect(after.epoch).not.toBe(before.epoch);
    const [epoch] = await log.sql<{ start: string }[]>`SELECT start_position AS start FROM sluice.epochs ORDER BY number DESC LIMIT 1`;
    expect(Number(epoch?.start)).toBe(before.head);
    expect((await log.append([call([noted('e')])])).epoch).toBe(after.epoch);
  });

  it('refuses to run inside a transaction, where its lock would be held by the caller', async () => {
    await expect(log.sql.begin((tx) => tx`CALL sluice.append(1, false, false, '1 day', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL)`)).rejects.toMatchObject({ code: '2D000' });
  });

  it('refuses changes to the log itself', async () => {
    await expect(log.sql`DELETE FROM sluice.events`).rejects.toThrow('append-only');
    await expect(log.sql`TRUNCATE sluice.events`).rejects.toThrow('append-only');
  });

  it('does not wait for a reader that holds the parent table open when it makes a partition', async () => {
    const open = await log.sql.reserve();
    await open`BEGIN`;
    await open`SELECT count(*) FROM sluice.events`;
    const { head } = await log.append([call(Array.from({ length: 250 }, () => noted('q')))]);
    expect(await log.positions()).toHaveLength(head);
    await open`ROLLBACK`;
    open.release();
  });
});
