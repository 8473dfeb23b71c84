import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import { connect, LOG_SESSION, type Sql } from '../../src/db/connect.js';
import { GATEWAY_MIGRATIONS, migrate } from '../../src/db/migrate.js';
import { Pool } from '../../src/db/pool.js';
import { append } from '../../src/log/append.js';
import { Epochs } from '../../src/log/epoch.js';
import { readHead } from '../../src/log/read.js';
import { createGateways, publishNotes, query, type TestGateways } from '../support/gateway.js';
import { call, DAY, noted } from '../support/log.js';
import { createDatabase } from '../support/postgres.js';
import { subscribeNotes } from '../support/subscriber.js';
import { waitFor } from '../support/wait.js';

/** What a gateway has of a database, as far as cursors go. */
interface Place {
  readonly sql: Sql;
  readonly epochs: Epochs;
  /** Another gateway on the same database. */
  another(): Promise<Epochs>;
  append(count: number): Promise<number>;
  /** The position, or the code of the error. */
  resolve(cursor: string, epochs?: Epochs): Promise<number | string>;
  end(): Promise<void>;
}

async function open(url: string): Promise<Place> {
  const sql = connect({ url, max: 2, name: 'test epoch', settings: LOG_SESSION });
  const pools: Pool[] = [];
  const another = async (): Promise<Epochs> => {
    const pool = new Pool({ url, max: 2, name: 'test epoch', settings: LOG_SESSION }, (error) => { throw error; });
    pools.push(pool);
    const epochs = new Epochs(pool);
    await epochs.check();
    return epochs;
  };
  const epochs = await another();
  return {
    sql, epochs, another,
    append: async (count) => (await append(sql, [call(Array.from({ length: count }, () => noted('e')))], { drainLimit: 100, notify: false, repeated: false, idempotencyWindow: DAY })).head,
    async resolve(cursor, by = epochs) {
      try {
        return await by.resolve(cursor, () => readHead(sql));
      } catch (error) {
        if (error instanceof SluiceError) return error.code;
        throw error;
      }
    },
    async end() {
      await Promise.all([sql.end(), ...pools.map((pool) => pool.end())]);
    },
  };
}

async function createMigrated(): Promise<Awaited<ReturnType<typeof createDatabase>>> {
  const database = await createDatabase();
  await migrate(database.url, [GATEWAY_MIGRATIONS]);
  return database;
}

/** What a restore to an earlier state leaves: the last events are gone, and so is what the database knew of them. */
async function cutBackTo(sql: Sql, head: number, seen: 'forgotten' | 'known'): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SET LOCAL sluice.erasing = 'on'`;
    await tx`DELETE FROM sluice.events WHERE position > ${head}`;
    if (seen === 'forgotten') await tx`UPDATE sluice.epochs SET seen_position = least(seen_position, ${head})`;
  });
}

describe('epochs', () => {
  it('are begun once, with one signing key, however many gateways start at once', async () => {
    const database = await createMigrated();
    const places = await Promise.all(Array.from({ length: 6 }, () => open(database.url)));
    expect(new Set(places.map(({ epochs }) => epochs.present)).size).toBe(1);
    expect(new Set(places.map(({ epochs }) => epochs.cursor(7))).size).toBe(1);
    await Promise.all(places.map((place) => place.end()));
    await database.drop();
  });

  it('refuse a cursor beyond the head, and one that another database signed', async () => {
    const [database, other] = [await createMigrated(), await createMigrated()];
    const [place, elsewhere] = [await open(database.url), await open(other.url)];
    await place.append(3);
    expect(await place.resolve(place.epochs.cursor(3))).toBe(3);
    expect(await place.resolve(place.epochs.cursor(4))).toBe('CURSOR_EPOCH_MISMATCH');
    expect(await place.resolve(elsewhere.epochs.cursor(1))).toBe('CURSOR_INVALID');
    await Promise.all([place.end(), elsewhere.end()]);
    await Promise.all([database.drop(), other.drop()]);
  });

  it.each([
    ['a restore: another timeline, cluster or table', async (sql: Sql) => {
      await cutBackTo(sql, 6, 'forgotten');
      await sql`UPDATE sluice.epochs SET fingerprint = 'what it was before the restore'`;
    }],
    ['a log that was cut off below a head already seen', (sql: Sql) => cutBackTo(sql, 6, 'known')],
  ])('G5: after %s, cursors up to the new head stay good and those beyond never are, also when the log has grown past them', async (_what, restore) => {
    const database = await createMigrated();
    const place = await open(database.url);
    await place.append(10);
    expect(await place.epochs.remember(10)).toBe(true);
    const old = Array.from({ length: 11 }, (_, position) => place.epochs.cursor(position));
    await restore(place.sql);
    const next = await place.another();
    expect(next.present).not.toBe(place.epochs.present);
    await place.append(6);
    // The gateway that starts, and the one that was running all along: it learns of the epoch from the cursor.
    for (const epochs of [next, place.epochs]) {
      const verdicts = await Promise.all(old.map((cursor) => place.resolve(cursor, epochs)));
      expect(verdicts.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      if (epochs === next) expect(verdicts.slice(7)).toEqual(Array(4).fill('CURSOR_EPOCH_MISMATCH'));
      expect(await place.resolve(next.cursor(12), epochs)).toBe(12);
    }
    expect(await place.resolve(old[8] ?? '')).toBe('CURSOR_EPOCH_MISMATCH');
    // Once more: a cursor has to survive every epoch since its own.
    await place.sql`UPDATE sluice.epochs SET fingerprint = 'again' WHERE number = 2`;
    const third = await place.another();
    expect(await place.resolve(next.cursor(12), third)).toBe(12);
    expect(await place.resolve(old[8] ?? '', third)).toBe('CURSOR_EPOCH_MISMATCH');
    expect(await place.resolve(old[6] ?? '', third)).toBe(6);
    await place.end();
    await database.drop();
  });

  it('tell a copy of the database from the original, although its table has the same oid', async () => {
    const original = await createMigrated();
    const first = await open(original.url);
    await first.append(5);
    const oid = async ({ sql }: Place): Promise<unknown> => (await sql`SELECT 'sluice.events'::regclass::oid AS oid`)[0]?.['oid'];
    const oidBefore = await oid(first);
    await first.end();
    const copy = await createDatabase(new URL(original.url).pathname.slice(1));
    const [kept, copied] = [await open(original.url), await open(copy.url)];
    expect(await oid(copied)).toBe(oidBefore);
    expect(copied.epochs.present).not.toBe(kept.epochs.present);
    await Promise.all([kept.append(3), copied.append(4)]);
    const cursors = [4, 5, 6, 8].map((position) => kept.epochs.cursor(position));
    expect(await Promise.all(cursors.map((cursor) => copied.resolve(cursor)))).toEqual([4, 5, 'CURSOR_EPOCH_MISMATCH', 'CURSOR_EPOCH_MISMATCH']);
    expect(await Promise.all(cursors.map((cursor) => kept.resolve(cursor)))).toEqual([4, 5, 6, 8]);
    await Promise.all([kept.end(), copied.end()]);
    await Promise.all([original.drop(), copy.drop()]);
  });
});

describe('epochs of running gateways', () => {
  let gateways: TestGateways;
  beforeAll(async () => {
    gateways = await createGateways();
  });
  afterAll(() => gateways.close());

  const keysAfter = (url: string, cursor: string) => query<{ noteEvents: { edges: { node: { noteId: string } }[] } }>(url, 'query($after: Cursor) { noteEvents(after: $after) { edges { node { ... on Noted { noteId } } } } }', { after: cursor });

  it('G5: a log cut off under them ends the subscriptions that were beyond, and only those; a restart changes nothing', async () => {
    const [one, two] = [await gateways.start(), await gateways.start({ ringEvents: 4 })];
    const cursors = await publishNotes(one.url, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    const beyond = [one, two].map(({ url }) => subscribeNotes(url));
    for (const subscriber of beyond) await waitFor(() => subscriber.received.length === 10);
    await cutBackTo(gateways.sql, 6, 'known');
    // Every 5 s a gateway looks whether the log still has what it has seen.
    for (const subscriber of beyond) {
      await waitFor(() => subscriber.error(), { timeoutMs: 12_000, what: 'the subscription to end' });
      expect(subscriber.error()).toBe('CURSOR_EPOCH_MISMATCH');
      expect(subscriber.received).toHaveLength(10);
    }
    await publishNotes(two.url, ['seven', 'eight', 'nine']);
    await gateways.sql`SELECT 1`;
    const three = await gateways.start();
    for (const { url } of [one, two, three]) {
      const good = await waitFor(async () => {
        const result = await keysAfter(url, cursors[3] ?? '');
        return (result.data?.noteEvents.edges.length ?? 0) >= 5 ? result : null;
      });
      expect(good.data?.noteEvents.edges.map((edge) => edge.node.noteId)).toEqual(['5', '6', 'seven', 'eight', 'nine']);
      for (const late of cursors.slice(6)) expect((await keysAfter(url, late)).errors?.[0]?.extensions['code']).toBe('CURSOR_EPOCH_MISMATCH');
      const resumed = subscribeNotes(url, { args: `after: "${cursors[4] ?? ''}"` });
      await waitFor(() => resumed.received.length === 4);
      expect(resumed.received.map((event) => event.key)).toEqual(['6', 'seven', 'eight', 'nine']);
      await resumed.stop();
    }
    for (const subscriber of beyond) await subscriber.stop();
  });
});
