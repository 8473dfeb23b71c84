import { setTimeout as delay } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAfter } from '../../src/log/read.js';
import { createLog, type TestLog } from '../support/log.js';

/*
 * The naive design (docs/guarantees.md): a table of events with an identity column, and a reader that asks for what has
 * `id > cursor`. Ids are given out when a row is inserted and seen when its transaction commits; the reader takes one
 * order for the other. Beside it, Sluice's reader over the same transactions.
 */
const WRITERS = 16;
const FOR_MS = 2_000;

let log: TestLog;
let writers: Sql;
beforeAll(async () => {
  log = await createLog();
  writers = postgres(log.url, { max: WRITERS, connection: { application_name: 'writers' } });
  await log.sql`CREATE TABLE naive (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL)`;
});
afterAll(async () => {
  await writers.end();
  await log.close();
});

/** Asks for what follows what it has, as often as it is told to. */
class NaiveReader {
  readonly keys: string[] = [];
  #cursor = 0;

  async read(): Promise<void> {
    const rows = await log.sql<{ id: string; key: string }[]>`SELECT id, key FROM naive WHERE id > ${this.#cursor} ORDER BY id`;
    for (const row of rows) this.keys.push(row.key);
    this.#cursor = Number(rows.at(-1)?.id ?? this.#cursor);
  }
}

/** The same with the log: what has committed is appended, then read. */
class SluiceReader {
  readonly keys: string[] = [];
  #position = 0;

  async read(): Promise<void> {
    await log.append([]);
    for (let full = true; full;) {
      const page = await readAfter(log.sql, this.#position);
      for (const event of page.events) this.keys.push(event.key);
      this.#position = page.events.at(-1)?.position ?? this.#position;
      full = page.full;
    }
  }
}

const WRITE = (sql: Sql, key: string) => [
  sql`INSERT INTO naive (key) VALUES (${key})`,
  sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', ${sql.json({ noteId: key })})`,
];

describe('a reader with `id > cursor`', () => {
  it('loses the event of a transaction that inserts first and commits last; the log does not', async () => {
    const [naive, sluice] = [new NaiveReader(), new SluiceReader()];
    const [early, late] = [await writers.reserve(), await writers.reserve()];
    await early`BEGIN`;
    for (const statement of WRITE(early, 'inserted first')) await statement;
    await late`BEGIN`;
    for (const statement of WRITE(late, 'committed first')) await statement;
    await late`COMMIT`;
    await naive.read();
    await sluice.read();
    await early`COMMIT`;
    await naive.read();
    await sluice.read();
    early.release();
    late.release();
    expect(naive.keys).toEqual(['committed first']);
    expect(sluice.keys).toEqual(['committed first', 'inserted first']);
    await log.sql`TRUNCATE naive RESTART IDENTITY`;
  });

  it(`loses some of what ${WRITERS} writers acknowledge; the log loses none`, async () => {
    const [naive, sluice] = [new NaiveReader(), new SluiceReader()];
    await sluice.read();
    sluice.keys.length = 0;
    const until = performance.now() + FOR_MS;
    const acknowledged: string[] = [];
    const writing = Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
      for (let number = 0; performance.now() < until; number += 1) {
        const key = `${writer}-${number}`;
        await writers.begin(async (tx) => {
          for (const statement of WRITE(tx as unknown as Sql, key)) await statement;
          await delay(number % 4);
        });
        acknowledged.push(key);
      }
    }));
    while (performance.now() < until) {
      await naive.read();
      await sluice.read();
    }
    await writing;
    await naive.read();
    await sluice.read();
    const lost = acknowledged.length - new Set(naive.keys).size;
    console.log(`id > cursor: ${lost} of ${acknowledged.length} acknowledged events were never seen`);
    expect(lost).toBeGreaterThan(0);
    expect([...sluice.keys].sort()).toEqual([...acknowledged].sort());
  });
});
