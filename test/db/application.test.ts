import { sql as statement } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import { driverError, isUnavailable, sqlState } from '../../src/db/connect.js';
import { Pool } from '../../src/db/pool.js';
import { openDatabase, type ApplicationDatabase, type DatabaseOptions } from '../../src/db/application.js';
import { createLogger } from '../../src/observe/log.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';

let database: TestDatabase;
let proxy: TcpProxy;
let pool: Pool;
const opened: ApplicationDatabase[] = [];
beforeAll(async () => {
  database = await createDatabase();
  await database.sql`CREATE TABLE notes (text text NOT NULL UNIQUE DEFERRABLE INITIALLY IMMEDIATE)`;
  proxy = await createTcpProxy({ targetPort: Number(new URL(database.url).port) });
  pool = new Pool({ url: database.url, max: 1, name: 'sluice control' }, () => undefined);
});
beforeEach(() => database.sql`TRUNCATE notes`);
afterEach(() => {
  for (const each of opened.splice(0)) each.end();
});
afterAll(async () => {
  await pool.end();
  await proxy.close();
  await database.drop();
});

/** Over the proxy, with one connection. */
function open(options: Partial<DatabaseOptions> = {}): ApplicationDatabase['db'] {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const one = openDatabase({ url: url.href, poolSize: 1, lockTimeout: 1_000, pool, log: createLogger('silent'), ...options });
  opened.push(one);
  return one.db;
}

const write = (text: string): ReturnType<typeof statement> => statement`INSERT INTO notes VALUES (${text})`;
const notes = async (): Promise<string[]> => (await database.sql<{ text: string }[]>`SELECT text FROM notes ORDER BY text`).map(({ text }) => text);
const failure = async (work: Promise<unknown>): Promise<unknown> => await work.then(() => undefined, driverError);

test('a transaction has what drizzle gives: nested ones, rollback, another isolation level', async () => {
  const db = open();
  await db.transaction(async (tx) => {
    await tx.execute(write('outer'));
    await tx.transaction((inner) => inner.execute(write('inner')));
    await tx.transaction(async (inner) => {
      await inner.execute(write('taken back'));
      inner.rollback();
    }).catch(() => 'expected');
    // In a savepoint a statement may fail.
    expect(sqlState(await failure(tx.transaction((inner) => inner.execute(write('outer')))))).toBe('23505');
  });
  expect(await notes()).toEqual(['inner', 'outer']);
  await expect(db.transaction(async (tx) => {
    await tx.execute(write('rolled back'));
    tx.rollback();
  })).rejects.toThrow('Rollback');
  const level = async (...config: Parameters<typeof db.transaction>[1][]): Promise<unknown> => (await db.transaction((tx) => tx.execute(statement`SHOW transaction_isolation`), ...config))[0];
  expect(await level()).toEqual({ transaction_isolation: 'read committed' });
  expect(await level({ isolationLevel: 'serializable' })).toEqual({ transaction_isolation: 'serializable' });
  expect(await notes()).toEqual(['inner', 'outer']);
});

// Seen to fail without `check` in src/db/application.ts: the error says nothing of the statement.
test('a statement whose error nobody heard fails its transaction, with that error', async () => {
  const db = open();
  const work = db.transaction(async (tx) => {
    await tx.execute(write('one'));
    await tx.execute(write('one')).catch(() => 'unheard');
  });
  expect(sqlState(await failure(work))).toBe('23505');
  expect(await notes()).toEqual([]);
});

test('who keeps a transaction after its end, or begins one by hand, gets an error, and harms nobody', async () => {
  const db = open();
  const kept = await db.transaction((tx) => Promise.resolve(tx));
  await expect(kept.execute(write('late'))).rejects.toMatchObject({ cause: { message: 'The transaction is over: it was committed or rolled back.' } });
  await expect(db.execute(statement`BEGIN`)).rejects.toMatchObject({ cause: { message: 'A statement began a transaction: use `transaction`.' } });
  await db.execute(write('after'));
  expect(await notes()).toEqual(['after']);
});

// Seen to fail without `code` of LostSessionError (src/db/session.ts): the error is not one of a database that is away.
test('G2: cut in mid-transaction, nothing is stored; when the answer of COMMIT is lost it is, and the caller is told the same', async () => {
  const db = open();
  const cut = failure(db.transaction(async (tx) => {
    await tx.execute(write('cut off'));
    proxy.cutAll();
    await tx.execute(write('after it'));
  }));
  expect(await cut).toSatisfy(isUnavailable);
  expect(await notes()).toEqual([]);
  const unknown = failure(db.transaction(async (tx) => {
    await tx.execute(write('committed'));
    void proxy.cutAfter(0);
  }));
  expect(await unknown).toSatisfy(isUnavailable);
  await waitFor(async () => (await notes()).length > 0, { what: 'the commit' });
  await db.execute(write('next'));
  expect(await notes()).toEqual(['committed', 'next']);
});

// Seen to hang without `untilLost` in src/db/application.ts.
test('cut while it waits for something else, the caller is told at once', async () => {
  const cut = failure(open().transaction(async (tx) => {
    await tx.execute(write('cut off'));
    proxy.cutAll();
    await new Promise(() => undefined);
  }));
  expect(await cut).toSatisfy(isUnavailable);
  expect(await notes()).toEqual([]);
});

// Seen to hang without the ping of src/db/sessions.ts.
test('a server that falls silent in mid-transaction: the caller is told in time, and the locks are free', async () => {
  const db = open({ lockTimeout: 100, times: { answer: 300, idle: 600 } });
  const silent = failure(db.transaction(async (tx) => {
    await tx.execute(statement`LOCK notes`);
    proxy.pause();
    await tx.execute(write('unheard'));
  }));
  expect(await silent).toSatisfy(isUnavailable);
  // The proxy holds the connection of the server open; it ends all the same, by itself or because it is ended.
  await database.sql`INSERT INTO notes VALUES ('free')`;
  proxy.resume();
  proxy.cutAll();
  expect(await notes()).toEqual(['free']);
});

test('a transaction may think for longer than the server lets an idle one live', async () => {
  const db = open({ times: { idle: 300 } });
  const began = performance.now();
  await db.transaction(async (tx) => {
    await tx.execute(write('slow'));
    await waitFor(() => performance.now() - began > 1_000);
  });
  expect(await notes()).toEqual(['slow']);
});

test('a statement that waits for a connection for too long is refused, and the next has its turn', async () => {
  const db = open({ times: { turn: 200 } });
  const refused = await db.transaction(() => failure(db.execute(write('in line'))));
  expect(refused).toBeInstanceOf(Error);
  expect((refused as Error).cause).toBeInstanceOf(SluiceError);
  expect((refused as Error).cause).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 1_000 } });
  await db.execute(write('next'));
  expect(await notes()).toEqual(['next']);
});
