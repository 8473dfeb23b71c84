import { afterEach, beforeEach, expect, it } from 'vitest';
import { LOG_SESSION, type Sql } from '../../src/db/connect.js';
import { Pool } from '../../src/db/pool.js';
import type { LogEvent } from '../../src/event/event.js';
import { Hub } from '../../src/hub/hub.js';
import { Epochs } from '../../src/log/epoch.js';
import { createLogger } from '../../src/observe/log.js';
import { compileFilter, type Filter } from '../../src/stream/filter.js';
import { readHistory, type PageArguments } from '../../src/stream/history.js';
import { LogReader } from '../../src/stream/log-reader.js';
import { resolveStart } from '../../src/stream/start.js';
import { call, createLog, noted, type TestLog } from '../support/log.js';

/** Retention comes between the moment at which a page looks where the log begins and the one at which it reads. */
class OvertakenReader extends LogReader {
  readonly #remove: () => Promise<void>;

  constructor(sql: Sql, remove: () => Promise<void>) {
    super(sql);
    this.#remove = remove;
  }

  override async scan(...args: Parameters<LogReader['scan']>): Promise<LogEvent[]> {
    await this.#remove();
    return super.scan(...args);
  }
}

const EVENTS = 350;
const GONE = 200;
const FILTER: Filter = compileFilter(['NoteEvent'], 'default', null);

let log: TestLog;
let hub: Hub;
let pool: Pool;
let reader: LogReader;
beforeEach(async () => {
  log = await createLog();
  const logger = createLogger('silent');
  pool = new Pool({ url: log.url, max: 2, name: 'sluice test', settings: LOG_SESSION }, (error) => logger.debug({ err: error }, 'an old connection did not close cleanly'));
  const epochs = new Epochs(pool);
  await epochs.check();
  await log.append([call(Array.from({ length: EVENTS }, (_, index) => noted(`n${index + 1}`)))]);
  hub = new Hub({ pool, epochs, log: logger, ring: { maxEvents: 10, maxBytes: 1_000_000 }, wakeEvery: 1_000 });
  await hub.start();
  reader = new OvertakenReader(log.sql, async () => {
    await log.sql`UPDATE sluice.log SET earliest_position = ${GONE + 1}`;
    const partitions = await log.sql<{ name: string }[]>`SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'sluice.events'::regclass`;
    for (const { name } of partitions.filter((each) => Number(each.name.replace('events_', '')) <= GONE)) await log.sql`DROP TABLE ${log.sql(`sluice.${name}`)}`;
  });
});
afterEach(async () => {
  await hub.stop();
  await pool.end();
  await log.close();
});

const KEPT = Array.from({ length: EVENTS - GONE }, (_, index) => GONE + 1 + index);
const positions = async (page: PageArguments): Promise<number[]> => (await readHistory(page, hub, reader, FILTER)).events.map((event) => event.position);

// Seen to fail, but for the third, without the look back at where the log begins: pages with a hole in front of 201, or `CURSOR_EXPIRED` later
// for a subscriber that had named no cursor.
it('G5: a page after a cursor whose events go while it is read is CURSOR_EXPIRED, never a page with a hole', async () => {
  const after = hub.epochs.cursor(50);
  await expect(readHistory({ first: 10, after }, hub, reader, FILTER)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED', details: { earliestCursor: hub.epochs.cursor(GONE) } });
});

it('G5: the same from the end, when the range begins at a cursor', async () => {
  await expect(readHistory({ last: 300, after: hub.epochs.cursor(50) }, hub, reader, FILTER)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
});

it('a page without a cursor is of what is kept, and says that nothing is before it', async () => {
  const page = await readHistory({ first: 300 }, hub, reader, FILTER);
  expect(page.events.map((event) => event.position)).toEqual(KEPT);
  expect({ next: page.hasNextPage, previous: page.hasPreviousPage }).toEqual({ next: false, previous: false });
  expect(await positions({ last: 300 })).toEqual(KEPT);
});

it('a subscription that asks for the last events begins with what is kept', async () => {
  expect(await resolveStart({ last: 300 }, hub, reader, FILTER)).toBe(GONE);
});
