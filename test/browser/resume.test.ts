import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.js';
import { bundleClient } from '../support/client-bundle.js';
import { createGateways, publishNotes, type GatewayProcess, type TestGateways } from '../support/gateway.js';

/** What the pages here keep in `window`. */
interface Reader {
  readonly seen: string[];
  readonly errors: unknown[];
  established: boolean;
  source?: EventSource;
}

let browser: Browser;
let gateways: TestGateways;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  gateways = await createGateways();
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
  await gateways.close();
});

const keys = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => `n${from + index}`);
const seen = (): Promise<string[]> => page.evaluate(() => (window as unknown as { reader: Reader }).reader.seen);
const established = (): Promise<boolean> => page.evaluate(() => (window as unknown as { reader: Reader }).reader.established);

/**
 * Publishes n1 to n60 through a gateway that stays, while the one that the page is connected to is killed, is away, comes
 * back on the same port, and is stopped and started once more.
 */
async function publishOverRestarts(serving: GatewayProcess): Promise<void> {
  const stays = await gateways.start();
  await publishNotes(serving.url, keys(1, 10));
  await expect.poll(seen, { timeout: 10_000 }).toHaveLength(10);
  await serving.process.kill('SIGKILL');
  await publishNotes(stays.url, keys(11, 20));
  const second = await gateways.spawn({ port: serving.port });
  await publishNotes(stays.url, keys(21, 30));
  await expect.poll(seen, { timeout: 20_000 }).toHaveLength(30);
  await publishNotes(second.url, keys(31, 40));
  await second.process.kill('SIGTERM');
  await publishNotes(stays.url, keys(41, 50));
  const third = await gateways.spawn({ port: serving.port });
  await publishNotes(third.url, keys(51, 60));
  await expect.poll(seen, { timeout: 20_000 }).toHaveLength(60);
}

test('the EventSource of a browser resumes over kill -9 and restarts, with nothing lost or repeated', async () => {
  const serving = await gateways.spawn();
  await page.goto(serving.url);
  await page.evaluate((text) => {
    const reader: Reader = { seen: [], errors: [], established: false };
    const source = new EventSource(`/graphql?query=${encodeURIComponent(text)}`);
    source.addEventListener('open', () => {
      reader.established = true;
    });
    source.addEventListener('next', (event) => {
      const { data } = JSON.parse((event as MessageEvent<string>).data) as { data: { noteEvents: { node: { noteId: string } } } };
      reader.seen.push(data.noteEvents.node.noteId);
    });
    Object.assign(window, { reader });
  }, 'subscription { noteEvents { node { ... on Noted { noteId } } } }');
  await expect.poll(established, { timeout: 10_000 }).toBe(true);
  await publishOverRestarts(serving);
  expect(await seen()).toEqual(keys(1, 60));
});

test('an EventSource whose stream has ended comes back once, is told 204, and stays away', async () => {
  const serving = await gateways.spawn();
  await page.goto(serving.url);
  const answers: { readonly status: number; readonly lastEventId: string | undefined }[] = [];
  page.on('response', (response) => answers.push({ status: response.status(), lastEventId: response.request().headers()['last-event-id'] }));
  await page.evaluate((text) => {
    const reader: Reader = { seen: [], errors: [], established: true, source: new EventSource(`/graphql?query=${encodeURIComponent(text)}`) };
    reader.source?.addEventListener('next', (event) => {
      const { errors } = JSON.parse((event as MessageEvent<string>).data) as { errors?: { extensions: { code: string } }[] };
      for (const error of errors ?? []) reader.errors.push(error.extensions.code);
    });
    Object.assign(window, { reader });
  }, 'subscription { noteEvents(after: "no cursor of ours") { cursor } }');
  const closed = (): Promise<boolean> => page.evaluate(() => (window as unknown as { reader: Reader }).reader.source?.readyState === EventSource.CLOSED);
  await expect.poll(closed, { timeout: 15_000 }).toBe(true);
  expect(await page.evaluate(() => (window as unknown as { reader: Reader }).reader.errors)).toEqual(['CURSOR_INVALID']);
  expect(answers.map(({ status }) => status)).toEqual([200, 204]);
});

test('sluice/client in a browser resumes over kill -9 and restarts, with nothing lost or repeated', async () => {
  const serving = await gateways.spawn();
  // Into a page of the gateway: one that a test made up may not open sockets to this machine.
  await page.goto(serving.url);
  await page.addScriptTag({ content: await bundleClient() });
  await page.addScriptTag({ content: WITH_CLIENT });
  await expect.poll(established, { timeout: 10_000 }).toBe(true);
  await publishOverRestarts(serving);
  expect(await seen()).toEqual(keys(1, 60));
  expect(await page.evaluate(() => (window as unknown as { reader: Reader }).reader.errors)).toEqual([]);
});

const WITH_CLIENT = `
  const reader = { seen: [], errors: [], established: false };
  const client = sluice.createResumableClient({
    url: location.origin.replace('http', 'ws') + '/graphql',
    onCheckpoint: () => { reader.established = true; },
  });
  client.subscribe({ query: 'subscription { noteEvents { node { ... on Noted { noteId } } } }' }, {
    next: (result) => reader.seen.push(result.data.noteEvents.node.noteId),
    error: (error) => reader.errors.push(String(error)),
    complete: () => reader.errors.push('complete'),
  });
  window.reader = reader;
`;
