import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOG_SESSION } from '../../src/db/connect.js';
import { Pool } from '../../src/db/pool.js';
import { Hub } from '../../src/hub/hub.js';
import { Epochs } from '../../src/log/epoch.js';
import { detachPartition, dropPartition, expiredPartitions, expirePartitions } from '../../src/log/partitions.js';
import { createLogger } from '../../src/observe/log.js';
import type { LogEvent } from '../../src/event/event.js';
import { readHistory, type PageArguments } from '../../src/stream/history.js';
import { LogReader, type Scanned, type Window } from '../../src/stream/log-reader.js';
import { resolveStart, type StartArguments } from '../../src/stream/start.js';
import type { Filter } from '../../src/stream/filter.js';
import { call, createLog, noted, type TestLog } from '../support/log.js';

const ALL: Filter = { tenant: 'default', narrow: { topics: ['NoteEvent'], types: null, keys: null }, matches: () => true };

/** A reader in the middle of whose work something happens, once. */
class Interrupted extends LogReader {
  #happen: (() => Promise<void>) | undefined;

  constructor(pool: Pool, happen: () => Promise<void>) {
    super(pool);
    this.#happen = happen;
  }

  async #interrupt(): Promise<void> {
    const happen = this.#happen;
    this.#happen = undefined;
    await happen?.();
  }

  override async scan<Kept>(window: Window, count: number, backward: boolean, filter: Filter, keep: (event: LogEvent) => Kept | null): Promise<Scanned<Kept>> {
    await this.#interrupt();
    return super.scan(window, count, backward, filter, keep);
  }

  override async before(moment: Date): Promise<number> {
    const found = await super.before(moment);
    await this.#interrupt();
    return found;
  }

  override async earliest(): Promise<number> {
    const found = await super.earliest();
    if (this.beginning) await this.#interrupt();
    return found;
  }

  beginning = false;
}

let log: TestLog;
let pool: Pool;
let epochs: Epochs;
let hub: Hub;
beforeEach(async () => {
  log = await createLog();
  pool = new Pool({ url: log.url, max: 2, name: 'sluice tail', settings: LOG_SESSION }, (error) => { throw error; });
  epochs = new Epochs(pool);
  await epochs.check();
  for (let turn = 0; turn < 7; turn += 1) await log.append([call(Array.from({ length: 50 }, () => noted('k')))]);
  hub = new Hub({ pool, epochs, log: createLogger('silent'), ring: { maxEvents: 10, maxBytes: 10_000 }, wakeEvery: 1_000 });
  await hub.start();
});
afterEach(async () => {
  await hub.stop();
  await pool.end();
  await log.close();
});

/** Retention takes 1 to 300; the head is 350. */
async function drop(): Promise<void> {
  await expirePartitions(log.sql, { age: 0, size: null, keep: 0 });
  for (const name of await expiredPartitions(log.sql)) {
    expect(await detachPartition(log.sql, name)).toBe(true);
    await dropPartition(log.sql, name);
  }
}

const positions = (events: readonly LogEvent[]): number[] => events.map(({ position }) => position);
const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const page = (args: PageArguments) => readHistory(args, hub, new Interrupted(pool, drop), ALL);

// Each seen to fail without the look at the earliest position after the work (src/stream/history.ts, src/stream/start.ts).
describe('G5, G12: retention in the middle of', () => {
  it('a history page after a cursor: CURSOR_EXPIRED, with a cursor to go on from', async () => {
    await expect(page({ after: epochs.cursor(120), first: 1_000 })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED', details: { earliestCursor: epochs.cursor(300) } });
    await expect(page({ after: epochs.cursor(120), last: 1_000 })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  it('a history page without one: the page as it is now', async () => {
    const forward = await page({ first: 20 });
    expect([positions(forward.events), forward.hasPreviousPage, forward.hasNextPage]).toEqual([from(301, 320), false, true]);
  });

  it('a history page from the end: the same', async () => {
    const backward = await page({ last: 100 });
    expect([positions(backward.events), backward.hasPreviousPage]).toEqual([from(301, 350), false]);
  });

  it('a history page before a cursor that is gone by now: CURSOR_EXPIRED', async () => {
    await expect(page({ before: epochs.cursor(120), last: 10 })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  it.each<[string, StartArguments]>([['since', { since: new Date(0) }], ['last', { last: 200 }], ['from: BEGINNING', { from: 'BEGINNING' }]])('finding where a subscription starts, by %s: a place from which it goes on', async (_name, start) => {
    const reader = new Interrupted(pool, drop);
    reader.beginning = start.from === 'BEGINNING';
    expect(await resolveStart(start, hub, reader, ALL)).toBe(300);
  });
});
