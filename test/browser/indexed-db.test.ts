import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type * as Sluice from '../../src/client/index.js';
import type { Gateway } from '../../src/gateway.js';
import { launchBrowser } from '../support/browser.js';
import { bundleClient } from '../support/client-bundle.js';
import { createGateways, publishNotes, query, type TestGateways } from '../support/gateway.js';
import { seeded } from '../support/random.js';

declare const sluice: typeof Sluice;

const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const DOCUMENT = 'subscription($after: Cursor, $from: StartFrom) { noteEvents(after: $after, from: $from) { node { __typename ... on Noted { noteId } } } }';

let bundle: string;
let browser: Browser;
let gateways: TestGateways;
let gateway: Gateway;
let context: BrowserContext;

beforeAll(async () => {
  bundle = await bundleClient();
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await gateways.close();
});

const keys = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => `n${from + index}`);

async function publishTogether(noteIds: readonly string[]): Promise<void> {
  const events = noteIds.map((noteId) => ({ noted: { noteId } }));
  const { errors } = await query(gateway.url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { cursor } }', { events });
  expect(errors).toBeUndefined();
}

/** A page that keeps every note it is told of in IndexedDB, in the order of arrival, and a count that each read before it wrote. */
async function openPage(transport: 'websocket' | 'sse' = 'websocket', batch = 7): Promise<Page> {
  const page = await context.newPage();
  await page.goto(gateway.url);
  await page.addScriptTag({ content: bundle });
  await page.evaluate(([document, kind, together]) => {
    const { createEventStreamClient, createResumableClient, openCursorDatabase, project } = sluice;
    const client = kind === 'sse' ? createEventStreamClient({ url: '/graphql' }) : createResumableClient({ url: `${location.origin.replace('http', 'ws')}/graphql` });
    const state = { failure: null as string | null, applied: 0 };
    Object.assign(window, { state });
    void (async () => {
      const open = await openCursorDatabase({
        name: 'board',
        upgrade: (database) => {
          database.createObjectStore('notes', { autoIncrement: true });
          database.createObjectStore('counts');
        },
      });
      await project<{ noteEvents: { node: { __typename: 'Noted'; noteId: string } | null } }>({
        client, document, variables: { from: 'BEGINNING' }, cursors: open.cursors('notes', ['notes', 'counts']), batch: together,
        apply: async (transaction, { event }) => {
          transaction.objectStore('notes').add(event?.noteId);
          const counts = transaction.objectStore('counts');
          const count = await new Promise<number>((resolve) => {
            const request = counts.get('all') as IDBRequest<number | undefined>;
            request.onsuccess = () => resolve(request.result ?? 0);
          });
          counts.put(count + 1, 'all');
          state.applied += 1;
        },
      });
    })().catch((error: unknown) => {
      state.failure = String(error);
    });
  }, [DOCUMENT, transport, batch] as const);
  return page;
}

interface Kept {
  readonly notes: readonly string[];
  readonly count: number | undefined;
}

function kept(page: Page): Promise<Kept> {
  return page.evaluate(() => new Promise<Kept>((resolve, reject) => {
    const opening = indexedDB.open('board');
    opening.onerror = () => reject(new Error(String(opening.error)));
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(['notes', 'counts']);
      const notes = transaction.objectStore('notes').getAll() as IDBRequest<string[]>;
      const count = transaction.objectStore('counts').get('all') as IDBRequest<number | undefined>;
      transaction.oncomplete = () => {
        opening.result.close();
        resolve({ notes: notes.result, count: count.result });
      };
    };
  }));
}

const failure = (page: Page): Promise<string | null> => page.evaluate(() => (window as unknown as { state: { failure: string | null } }).state.failure);
const applied = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { state: { applied: number } }).state.applied);

// Seen to fail: with the cursor put in a transaction of its own after that of `apply`, notes came twice.
test(`G5: a page killed in mid-apply, again and again, comes back to exactly the log (TEST_SEED=${seed})`, async () => {
  const random = seeded(seed);
  const rounds = 10;
  const perRound = 100;
  for (let round = 0; round < rounds; round++) {
    // All at once and before: the page is busy from its first moment to its last.
    await publishTogether(keys(round * perRound + 1, (round + 1) * perRound));
    const page = await openPage(round % 2 === 0 ? 'websocket' : 'sse', 1);
    const enough = 1 + Math.floor(random() * perRound * 0.7);
    await expect.poll(() => applied(page), { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(enough);
    if (random() < 0.5) {
      // The renderer dies as on a crash: no event handler runs, no transaction is finished.
      const session = await context.newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      session.send('Page.crash').catch((error: unknown) => String(error));
      await crashed;
    }
    await page.close();
  }
  const all = keys(1, rounds * perRound);
  const page = await openPage();
  await expect.poll(async () => (await kept(page)).notes.length, { timeout: 20_000 }).toBe(all.length);
  expect(await kept(page)).toEqual({ notes: all, count: all.length });
  expect(await failure(page)).toBeNull();
});

// Seen to fail: without the comparison of the kept cursor, both tabs applied every note.
test('G5: two tabs that keep the same records apply every event once', async () => {
  const all = keys(1, 150);
  const tabs = [await openPage('websocket'), await openPage('sse')];
  await publishNotes(gateway.url, all);
  const [first] = tabs;
  if (first === undefined) throw new Error('no tab');
  await expect.poll(async () => (await kept(first)).notes.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(all.length);
  expect(await kept(first)).toEqual({ notes: all, count: all.length });
  for (const tab of tabs) expect(await failure(tab)).toBeNull();
});

test('an `apply` that waits for something else fails aloud, and one that throws leaves nothing', async () => {
  const page = await context.newPage();
  await page.goto(gateway.url);
  await page.addScriptTag({ content: bundle });
  const outcome = await page.evaluate(async () => {
    const open = await sluice.openCursorDatabase({ name: 'misuse', upgrade: (database) => database.createObjectStore('notes') });
    const cursors = open.cursors('reader', ['notes']);
    const tell = (work: Promise<unknown>): Promise<string> => work.then((value) => String(value), (error: unknown) => (error as Error).name);
    const results = [
      await tell(cursors.atomic({ cursor: 'c1', apply: (transaction) => void transaction.objectStore('notes').put('one', 1) })),
      await tell(cursors.atomic({
        cursor: 'c2',
        apply: (transaction) => {
          transaction.objectStore('notes').put('two', 2);
          throw new RangeError('not this one');
        },
      })),
      await tell(cursors.atomic({ cursor: 'c2', apply: () => new Promise((resolve) => setTimeout(resolve, 50)) })),
      await tell(cursors.atomic({ cursor: 'c2', expected: 'elsewhere', apply: () => undefined })),
    ];
    const keys = await new Promise<unknown>((resolve) => {
      const request = open.database.transaction('notes').objectStore('notes').getAllKeys();
      request.onsuccess = () => resolve(request.result);
    });
    return { results, keys, cursor: await cursors.load() };
  });
  expect(outcome).toEqual({ results: ['true', 'RangeError', 'TransactionInactiveError', 'false'], keys: [1], cursor: 'c1' });
});

// Seen to fail: the connection that the browser had closed was used for ever, and every call rejected with InvalidStateError.
test('`indexedDbState` opens its database again when it had to close it', async () => {
  const page = await context.newPage();
  await page.goto(gateway.url);
  await page.addScriptTag({ content: bundle });
  const outcome = await page.evaluate(async () => {
    const kept = sluice.indexedDbState({ key: 'again' });
    const first = await kept.write(null, { state: 1, cursor: 'c1' });
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase('sluice');
      request.onsuccess = () => resolve();
      request.onerror = () => reject(new Error(String(request.error)));
    });
    const gone = await kept.read();
    const second = await kept.write(null, { state: 2, cursor: 'c2' });
    return { first, gone: gone ?? null, second, kept: await kept.read() };
  });
  expect(outcome).toEqual({ first: true, gone: null, second: true, kept: { state: 2, cursor: 'c2' } });
});
