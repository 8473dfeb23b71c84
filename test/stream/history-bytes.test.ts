import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOG_SESSION } from '../../src/db/connect.js';
import { Pool } from '../../src/db/pool.js';
import { Hub } from '../../src/hub/hub.js';
import { Epochs } from '../../src/log/epoch.js';
import { createLogger } from '../../src/observe/log.js';
import type { Filter } from '../../src/stream/filter.js';
import { OPERATION_CHARACTERS, PAGE_CHARACTERS, readHistory, type HistoryPage } from '../../src/stream/history.js';
import { LogReader } from '../../src/stream/log-reader.js';
import { call, createLog, noted, type TestLog } from '../support/log.js';

const ALL: Filter = { tenant: 'default', narrow: { topics: ['NoteEvent'], types: null, keys: null }, matches: () => true };
const EVENTS = 40;
const TEXT = 250_000;
/** Events after which a page has reached its 8 Mi characters. */
const FULL = Math.ceil(PAGE_CHARACTERS / (TEXT + 30));

let log: TestLog;
let pool: Pool;
let epochs: Epochs;
let hub: Hub;
let reader: LogReader;
beforeAll(async () => {
  log = await createLog();
  pool = new Pool({ url: log.url, max: 4, name: 'sluice read', settings: LOG_SESSION }, (error) => { throw error; });
  epochs = new Epochs(pool);
  await epochs.check();
  for (let turn = 0; turn < EVENTS / 10; turn += 1) await log.append([call(Array.from({ length: 10 }, () => noted('k', { text: 'x'.repeat(TEXT) })))]);
  hub = new Hub({ pool, epochs, log: createLogger('silent'), ring: { maxEvents: 10, maxBytes: 10_000 }, wakeEvery: 60_000 });
  await hub.start();
  reader = new LogReader(pool);
});
afterAll(async () => {
  await hub.stop();
  await pool.end();
  await log.close();
});

const positions = ({ events }: HistoryPage): number[] => events.map(({ position }) => position);
const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const characters = (pages: readonly HistoryPage[]): number => pages.flatMap(({ events }) => events).reduce((sum, { size }) => sum + size, 0);

// Each seen to fail with `keep` of src/stream/history.ts keeping all: a page had all 40 events.
describe('a page of long payloads', () => {
  it('is short, says that more follow, and the next one has them', async () => {
    const first = await readHistory({ first: 1_000 }, hub, reader, ALL);
    expect([positions(first), first.hasNextPage, first.end]).toEqual([from(1, FULL), true, FULL]);
    const rest = await readHistory({ first: 1_000, after: epochs.cursor(first.end) }, hub, reader, ALL);
    expect([positions(rest), rest.hasNextPage]).toEqual([from(FULL + 1, EVENTS), false]);
  });

  it('from the end: the same', async () => {
    const last = await readHistory({ last: 1_000 }, hub, reader, ALL);
    expect([positions(last), last.hasPreviousPage, last.start]).toEqual([from(EVENTS - FULL + 1, EVENTS), true, EVENTS - FULL + 1]);
    const rest = await readHistory({ last: 1_000, before: epochs.cursor(last.start) }, hub, reader, ALL);
    expect([positions(rest), rest.hasPreviousPage]).toEqual([from(1, EVENTS - FULL), false]);
  });

  it('and those of one operation: together they have 32 Mi characters; where nothing is left, a page is empty and says where to go on', async () => {
    const room = { left: OPERATION_CHARACTERS };
    const pages = await Promise.all(Array.from({ length: 10 }, () => readHistory({ first: 1_000 }, hub, reader, ALL, room)));
    expect(characters(pages)).toBeGreaterThanOrEqual(OPERATION_CHARACTERS);
    expect(characters(pages)).toBeLessThan(OPERATION_CHARACTERS + TEXT + 30);
    for (const page of pages) expect([page.hasNextPage, positions(page)]).toEqual([true, from(1, page.end)]);
    const empty = await readHistory({ first: 1_000, after: epochs.cursor(5) }, hub, reader, ALL, room);
    expect([positions(empty), empty.hasNextPage, empty.end]).toEqual([[], true, 5]);
    expect(positions(await readHistory({ first: 2, after: epochs.cursor(empty.end) }, hub, reader, ALL))).toEqual([6, 7]);
  });
});
