import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { createElement, StrictMode } from 'react';
import type { createRoot } from 'react-dom/client';
import type * as Client from '../../src/client/index.js';
import type * as Hooks from '../../src/client/react.js';
import { launchBrowser, observe } from '../support/browser.js';
import { bundleClient } from '../support/client-bundle.js';
import { createGateways, publishNotes, type GatewayProcess, type TestGateways } from '../support/gateway.js';

declare const sluice: typeof Client & typeof Hooks & { createElement: typeof createElement; createRoot: typeof createRoot; StrictMode: typeof StrictMode };

const DOCUMENT = 'subscription($after: Cursor, $from: StartFrom) { noteEvents(after: $after, from: $from) { node { __typename ... on Noted { noteId } } } }';

let bundle: string;
let browser: Browser;
let gateways: TestGateways;
let gateway: GatewayProcess;

beforeAll(async () => {
  bundle = await bundleClient('react');
  browser = await launchBrowser();
  gateways = await createGateways();
  gateway = await gateways.spawn();
});
afterAll(async () => {
  await browser.close();
  await gateways.close();
});

/** A page on which two components show one store, and one has its own. */
async function show(page: Page): Promise<void> {
  await page.goto(gateway.url);
  await page.addScriptTag({ content: bundle });
  await page.evaluate((document) => {
    const { createElement: element, createEventStore, createResumableClient, createRoot, indexedDbState, StrictMode, useEvents, useEventStore } = sluice;
    type Result = { noteEvents: { node: { __typename: 'Noted'; noteId: string } | null } };
    const client = createResumableClient({ url: `${location.origin.replace('http', 'ws')}/graphql` });
    const options = {
      client, document, variables: { from: 'BEGINNING' }, initial: [] as readonly string[],
      apply: (notes: readonly string[], event: Client.EventOf<Result>) => [...notes, event.noteId],
    };
    const store = createEventStore<readonly string[], Result>({ ...options, persist: indexedDbState({ key: 'notes' }) });
    let renders = 0;
    function Shared({ id }: { id: string }) {
      renders += 1;
      const { state, status } = useEventStore(store);
      return element('p', { id, 'data-status': status, 'data-renders': renders }, state.join(' '));
    }
    function Own() {
      const { state, status } = useEvents<readonly string[], Result>(options);
      return element('p', { id: 'own', 'data-status': status }, state.join(' '));
    }
    const root = window.document.createElement('div');
    window.document.body.replaceChildren(root);
    const tree = createRoot(root);
    tree.render(element(StrictMode, null, element(Shared, { id: 'first' }), element(Shared, { id: 'second' }), element(Own)));
    Object.assign(window, { unmount: () => tree.unmount(), store, client });
  }, DOCUMENT);
}

const shown = (page: Page): Promise<{ text: string | null; status: string | null }[]> =>
  page.locator('p').evaluateAll((all) => all.map((each) => ({ text: each.textContent, status: each.getAttribute('data-status') })));
const three = (text: string, status: string) => [1, 2, 3].map(() => ({ text, status }));

test('G5: the hooks show every event once, over kill -9 and a page that is loaded anew', async () => {
  const page = await browser.newPage();
  const stays = await gateways.start();
  await show(page);
  await publishNotes(stays.url, ['a', 'b']);
  await expect.poll(() => shown(page), { timeout: 20_000 }).toEqual(three('a b', 'live'));

  await gateway.process.kill('SIGKILL');
  await expect.poll(() => shown(page), { timeout: 20_000 }).toEqual(three('a b', 'reconnecting'));
  await publishNotes(stays.url, ['c']);
  gateway = await gateways.spawn({ port: gateway.port });
  await expect.poll(() => shown(page), { timeout: 20_000 }).toEqual(three('a b c', 'live'));

  await publishNotes(stays.url, ['d']);
  await expect.poll(() => shown(page), { timeout: 20_000 }).toEqual(three('a b c d', 'live'));
  const observed = observe(page);
  await show(page);
  await publishNotes(stays.url, ['e']);
  await expect.poll(() => shown(page), { timeout: 20_000 }).toEqual(three('a b c d e', 'live'));
  expect(observed.problems).toEqual([]);
});

test('a burst is a render or two, and what is unmounted unsubscribes', async () => {
  const page = await browser.newPage();
  await show(page);
  await expect.poll(async () => (await shown(page)).map(({ status }) => status), { timeout: 20_000 }).toEqual(['live', 'live', 'live']);
  const renders = (): Promise<number> => page.locator('#second').evaluate((each) => Number(each.getAttribute('data-renders')));
  const before = await renders();
  const keys = Array.from({ length: 60 }, (_, index) => `n${index}`);
  await Promise.all(keys.map((key) => publishNotes(gateway.url, [key])));
  await expect.poll(async () => (await shown(page))[0]?.text?.includes('n59'), { timeout: 20_000 }).toBe(true);
  await expect.poll(async () => (await shown(page))[0]?.text?.split(' ').length, { timeout: 20_000 }).toBeGreaterThanOrEqual(60);
  expect(await renders()).toBeGreaterThan(before);

  const cursors = (): Promise<number> => page.evaluate(() => Object.keys((window as unknown as { client: Client.ResumableClient }).client.cursors()).length);
  expect(await cursors()).toBe(2);
  await page.evaluate(() => (window as unknown as { unmount(): void }).unmount());
  await expect.poll(cursors, { timeout: 10_000 }).toBe(0);
});
