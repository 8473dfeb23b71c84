import { afterAll, beforeAll, expect, test } from 'vitest';
import { Feeds } from '../../src/consumer/feeds.js';
import { slotOf } from '../../src/consumer/slot-of.js';
import { Slot } from '../../src/consumer/slot.js';
import { withDefaults, type ConsumerSpec } from '../../src/consumer/spec.js';
import { LOG_SESSION } from '../../src/db/connect.js';
import { Pool } from '../../src/db/pool.js';
import { Hub } from '../../src/hub/hub.js';
import { Epochs } from '../../src/log/epoch.js';
import type { Page } from '../../src/log/read.js';
import { createLogger } from '../../src/observe/log.js';
import { LogReader } from '../../src/stream/log-reader.js';
import { call, createLog, noted, type TestLog } from '../support/log.js';
import { waitFor } from '../support/wait.js';

/** Its first page is read at once, and comes when `release` is called. */
class Late extends LogReader {
  release: () => void = () => undefined;
  asked = 0;
  came = 0;

  override async after(position: number): Promise<Page> {
    this.asked += 1;
    const held = this.asked === 1 ? new Promise<void>((resolve) => (this.release = resolve)) : undefined;
    const page = await super.after(position);
    await held;
    this.came += 1;
    return page;
  }
}

const spec: ConsumerSpec = {
  ...withDefaults({ name: 'fed', topics: ['NoteEvent'], delivery: 'at-least-once' }), kind: 'processor', types: new Set(['Noted']), tenant: null, state: null, onDue: null,
  typesAreGiven: false, wants: () => true, laneOf: (event) => event.key, run: () => Promise.resolve(),
};
const log = createLogger('silent');
const index = slotOf('default', 'k');
const anew = (fence: number): Slot => new Slot({ slot: index, fence, position: 0, watermark: null });

let written: TestLog;
let pool: Pool;
let hub: Hub;
beforeAll(async () => {
  written = await createLog();
  pool = new Pool({ url: written.url, max: 3, name: 'sluice tail', settings: LOG_SESSION }, (error) => { throw error; });
  const epochs = new Epochs(pool);
  await epochs.check();
  await written.append([call(Array.from({ length: 20 }, () => noted('k')))]);
  hub = new Hub({ pool, epochs, log, ring: { maxEvents: 50, maxBytes: 100_000 }, wakeEvery: 60_000 });
  // What is in the log by now is not in the ring.
  await hub.start();
});
afterAll(async () => {
  await hub.stop();
  await pool.end();
  await written.close();
});

// Seen to fail: when the feed that was stopped looks at nothing after its question, the event that follows never comes.
test('G8: a feed whose slots were dropped while it read takes nothing from the one that has them now', async () => {
  const reader = new Late(pool);
  let fed = 0;
  const feeds = new Feeds({ spec, hub, reader, log, endPosition: null, onFed: () => void (fed += 1), onLost: () => Promise.resolve(), onChange: () => undefined });
  const before = anew(1);
  feeds.add([before]);
  await waitFor(() => reader.asked === 1);
  expect(feeds.has(before)).toBe(true);
  feeds.drop(before);
  const slot = anew(2);
  feeds.add([slot]);
  await waitFor(() => slot.queued === 20);
  reader.release();
  await waitFor(() => reader.came === reader.asked && feeds.places.length === 1, { what: 'the feed that was stopped to end' });
  expect([feeds.has(before), feeds.has(slot), before.queued, fed]).toEqual([false, true, 0, 1]);
  const { head } = await written.append([call([noted('k')])]);
  hub.hint(head);
  await waitFor(() => slot.queued === 21, { timeoutMs: 3_000, what: 'the slot to be fed' });
  await feeds.stop();
});
