import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { launchBrowser, observe } from '../support/browser.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { buildShopFront, type BuiltShopFront } from '../support/shop-front.js';
import { unusedPort } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { openCounter } from './shop-counter.js';

/** Screenshots of the last run, for whoever wants to look. */
const SHOTS = path.join(tmpdir(), 'sluice-screenshots');
const SCHEMA = path.resolve('schema/commerce');
/** Events in the ticker. */
const TICKER = 100;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

let browser: Browser;
let shopFront: BuiltShopFront;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  [browser, shopFront] = await Promise.all([launchBrowser(), buildShopFront()]);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await shopFront.remove();
});

/** For one test: those below run side by side. */
async function ownGateways({ onTestFinished }: TestContext): Promise<TestGateways> {
  const gateways = await createGateways();
  onTestFinished(() => gateways.close());
  return gateways;
}

/** What the page shows, read from what a person would read. */
interface Shown {
  readonly orderEvents: number;
  readonly stockEvents: number;
  readonly figures: Readonly<Record<string, string>>;
  /** Positions in the ticker, the latest first. */
  readonly positions: readonly string[];
  readonly orders: readonly { readonly orderId: string; readonly stage: string; readonly customer: string }[];
}

const shown = (page: Page): Promise<Shown> => page.evaluate(() => {
  const numberOf = (selector: string): number => Number(document.querySelector<HTMLElement>(selector)?.dataset['events'] ?? '0');
  const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
  return {
    orderEvents: numberOf('.figures'),
    stockEvents: numberOf('.low-stock'),
    figures: Object.fromEntries(all('.figure').map((figure) => [figure.dataset['figure'], figure.querySelector('dd')?.textContent])),
    positions: all('.ticker li').map((item) => item.dataset['position'] ?? ''),
    orders: all('.card').map((card) => ({ orderId: card.dataset['order'] ?? '', stage: card.dataset['stage'] ?? '', customer: card.querySelector('h3')?.textContent ?? '' })),
  };
});

/** What it should show, read from the log: every event once, up to this order event (default: all). */
async function told({ sql }: TestGateways, upTo = '9223372036854775807'): Promise<Shown> {
  const log = await sql<{ position: string; topic: string; type: string; key: string; payload: { amount?: { amount: number } }; name: string | null }[]>`
    SELECT position::text, topic, type, key, payload, customers.name FROM sluice.events
    LEFT JOIN commerce.customers ON customers.id::text = payload ->> 'customerId' WHERE topic IN ('OrderEvent', 'InventoryEvent') AND position <= ${upTo} ORDER BY events.position`;
  const events = log.filter(({ topic }) => topic === 'OrderEvent');
  const stages = new Map<string, Shown['orders'][number]>();
  for (const { key, type, name } of events) {
    stages.delete(key);
    stages.set(key, { orderId: key, stage: type.replace('Order', '').toLowerCase(), customer: name ?? '' });
  }
  const ofType = (type: string): string => String(events.filter((event) => event.type === type).length);
  const takings = events.filter(({ type }) => type === 'OrderPaid').reduce((sum, { payload }) => sum + (payload.amount?.amount ?? 0), 0);
  const latest = [...stages.values()].reverse();
  return {
    orderEvents: events.length,
    stockEvents: log.length - events.length,
    figures: {
      takings: takings === 0 ? '–' : new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR' }).format(takings / 100),
      placed: ofType('OrderPlaced'), paid: ofType('OrderPaid'), shipped: ofType('OrderShipped'), cancelled: ofType('OrderCancelled'),
    },
    positions: events.map(({ position }) => position).reverse().slice(0, TICKER),
    orders: ['placed', 'paid', 'shipped', 'cancelled'].flatMap((stage) => latest.filter((order) => order.stage === stage)),
  };
}

async function drained({ sql }: TestGateways): Promise<void> {
  await waitFor(async () => (await sql`SELECT FROM sluice.outbox`).length === 0, { what: 'the outbox to be empty' });
}

/** Waits until the page has as many events as the log, then compares everything. */
async function expectAllOnce(page: Page, of: TestGateways): Promise<void> {
  await drained(of);
  const expected = await told(of);
  await waitFor(async () => (await shown(page)).orderEvents === expected.orderEvents, { timeoutMs: 20_000, what: `${expected.orderEvents} order events` });
  await waitFor(async () => (await shown(page)).stockEvents === expected.stockEvents, { timeoutMs: 20_000, what: `${expected.stockEvents} stock events` });
  expect(await shown(page)).toEqual(expected);
}

const notice = (kind: string): string => `.notice[data-kind="${kind}"]`;
const status = (name: string): string => `.connection[data-status="${name}"]`;

// Seen to fail with `cursors` left out of the connectionParams (src/client/resume.ts): the board goes on behind its first
// cursor, has events twice, and says that it caught up with 108 instead of 72.
test.concurrent('G5: the order board of a gateway that is killed with -9 says so, catches up, and has every event once', async (context) => {
  const gateways = await ownGateways(context);
  const stays = await gateways.start({ application: commerce });
  const port = await unusedPort();
  const serving = await gateways.spawn({ port, schema: SCHEMA });
  const counter = await openCounter(stays.url);
  await counter.sell(stays.url, 20);

  const page = await browser.newPage({ viewport: WIDE, locale: 'en-US' });
  const observed = observe(page);
  const url = await shopFront.serve(`http://127.0.0.1:${port}`);
  await page.goto(url);
  await page.waitForSelector(status('live'));
  await expectAllOnce(page, gateways);
  await counter.sell(serving.url, 12);
  await expectAllOnce(page, gateways);
  await page.screenshot({ path: path.join(SHOTS, 'board-live.png') });

  // Orders go on through the other gateway and by SQL, before, while and after it dies.
  const selling = counter.sell(stays.url, 24, gateways.sql);
  const almost = (await told(gateways)).orderEvents - 4;
  await waitFor(async () => (await shown(page)).orderEvents > almost, { what: `more than ${almost} order events` });
  await serving.process.kill('SIGKILL');
  await page.waitForSelector(notice('lost'));
  await page.waitForSelector(status('reconnecting'));
  await selling;
  // Whatever came before the kill: this many come after it.
  await counter.sell(stays.url, 12, gateways.sql);
  await drained(gateways);
  const before = await shown(page);
  const after = await told(gateways);
  const missed = after.orderEvents + after.stockEvents - before.orderEvents - before.stockEvents;
  expect(missed).toBeGreaterThan(20);
  const { stockEvents: _, ...untilThen } = await told(gateways, before.positions[0]);
  expect(before).toMatchObject(untilThen);
  await page.screenshot({ path: path.join(SHOTS, 'board-lost.png') });

  const again = await gateways.spawn({ port, schema: SCHEMA });
  await page.waitForSelector(notice('caught-up'), { timeout: 20_000 });
  expect(await page.textContent(notice('caught-up'))).toContain(`Caught up: ${missed} events`);
  expect(await page.locator(notice('lost')).count()).toBe(0);
  await page.screenshot({ path: path.join(SHOTS, 'board-caught-up.png') });
  await expectAllOnce(page, gateways);

  await counter.sell(again.url, 8);
  await expectAllOnce(page, gateways);
  await page.waitForSelector(status('live'));
  await page.waitForSelector(notice('caught-up'), { state: 'detached', timeout: 15_000 });
  // What the browser itself says of a socket that cannot be opened is all that went wrong.
  expect(observed.problems.filter((problem) => !problem.includes('WebSocket'))).toEqual([]);
  expect([...observed.origins]).toEqual([url]);
  await page.close();
}, 180_000);

test.concurrent('a board that is opened before there is a gateway waits for it, then for the first order', async (context) => {
  const gateways = await ownGateways(context);
  const port = await unusedPort();
  const page = await browser.newPage({ viewport: WIDE, locale: 'en-US' });
  await page.goto(await shopFront.serve(`http://127.0.0.1:${port}`));
  await page.waitForSelector(notice('loading'));
  await page.waitForSelector('main[aria-busy="true"] .board-placeholder');
  await page.screenshot({ path: path.join(SHOTS, 'board-loading.png') });

  const gateway = await gateways.spawn({ port, schema: SCHEMA });
  await page.getByRole('heading', { name: 'No orders yet' }).waitFor({ timeout: 20_000 });
  await page.waitForSelector(status('live'));
  await page.screenshot({ path: path.join(SHOTS, 'board-empty.png') });

  const counter = await openCounter(gateway.url);
  await page.getByText('Hand grinder').waitFor();
  await counter.sell(gateway.url, 1);
  await page.getByRole('heading', { name: 'Ada Silva' }).waitFor();
  await expectAllOnce(page, gateways);
  await page.close();
}, 120_000);

test.concurrent('a page of another origin on loopback may ask a gateway without authentication and open a socket to it; one that is not on loopback may not, as docs/front-end.md says', async (context) => {
  const gateways = await ownGateways(context);
  const gateway = await gateways.start({ application: commerce });
  const page = await browser.newPage();
  await page.goto(await shopFront.serve(gateway.url));
  expect(new URL(page.url()).origin).not.toBe(gateway.url);
  const asked = await page.evaluate(async (url) => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' });
    return await response.json() as unknown;
  }, gateway.url);
  expect(asked).toEqual((await query(gateway.url, '{ __typename }')));
  const acknowledged = await page.evaluate((url) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'));
    socket.addEventListener('message', ({ data }) => resolve((JSON.parse(String(data)) as { type: string }).type));
    socket.addEventListener('error', () => reject(new Error('no socket')));
  }), gateway.url);
  expect(acknowledged).toBe('connection_ack');

  // A page of nowhere: its origin is `null`.
  await page.goto('data:text/html,<title>Elsewhere</title>');
  const refused = await page.evaluate(async (url) => {
    const failed = async (init: RequestInit): Promise<boolean> => fetch(`${url}/graphql`, init).then(() => false, () => true);
    const body = '{"query":"{ __typename }"}';
    const answers = [await failed({ method: 'POST', headers: { 'content-type': 'application/json' }, body }), await failed({ method: 'POST', body })];
    const opened = await new Promise((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('error', () => resolve(false));
    });
    const source = new EventSource(`${url}/graphql?query=${encodeURIComponent('{ __typename }')}`);
    const streamed = await new Promise((resolve) => {
      source.addEventListener('open', () => resolve(true));
      source.addEventListener('error', () => resolve(source.readyState !== source.CLOSED));
    });
    return { answers, opened, streamed };
  }, gateway.url);
  expect(refused).toEqual({ answers: [true, true], opened: false, streamed: false });
  await page.close();
});

test.concurrent('the types of the example are what its generator makes of schema/derived.graphql, and of a running gateway', async (context) => {
  const gateways = await ownGateways(context);
  const gateway = await gateways.start({ application: commerce });
  await shopFront.checkTypes(undefined);
  await shopFront.checkTypes(`${gateway.url}/graphql`);
}, 120_000);

describe('the look of the board', () => {
  let quiet: TestGateways;
  let url: string;
  beforeAll(async () => {
    quiet = await createGateways();
    const gateway = await quiet.start({ application: commerce });
    await (await openCounter(gateway.url)).sell(gateway.url, 24);
    url = await shopFront.serve(gateway.url);
  }, 120_000);
  afterAll(() => quiet.close());

  test.each([
    { ...WIDE, scheme: 'light' }, { ...WIDE, scheme: 'dark' }, { ...NARROW, scheme: 'light' }, { ...NARROW, scheme: 'dark' },
  ] as const)('the board at $width px in the $scheme fits, reads well, and works by keyboard', async ({ width, height, scheme }) => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, locale: 'en-US' });
    const observed = observe(page);
    await page.goto(url);
    await page.waitForSelector(status('live'));
    await expectAllOnce(page, quiet);
    await page.screenshot({ path: path.join(SHOTS, `board-${width}-${scheme}.png`) });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await faintTexts(page)).toEqual([]);

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Order board');
    const columns = width === WIDE.width ? ['Placed 6', 'Paid 6', 'Shipped 6', 'Cancelled 6'] : ['Placed 6'];
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([...columns.map((title): unknown => expect.stringContaining(title)), 'Running low', 'Latest events']);
    const list = (name: RegExp): ReturnType<Page['getByRole']> => page.getByRole('list', { name });
    if (width === WIDE.width) {
      for (const name of [/^Placed/, /^Paid/, /^Shipped/, /^Cancelled/, /^Latest events/]) {
        await page.keyboard.press('Tab');
        await expect.poll(() => list(name).evaluate((element) => element === document.activeElement), { message: String(name) }).toBe(true);
      }
    } else {
      // One column at a time, chosen with the arrow keys as any group of radio buttons.
      await page.keyboard.press('Tab');
      for (const [shownNow, hidden] of [[/^Placed/, /^Paid/], [/^Paid/, /^Shipped/], [/^Shipped/, /^Placed/]] as const) {
        await list(shownNow).waitFor();
        expect(await list(hidden).isVisible()).toBe(false);
        await page.keyboard.press('ArrowRight');
      }
      await page.screenshot({ path: path.join(SHOTS, `board-${width}-${scheme}-whole.png`), fullPage: true });
    }
    expect(observed.problems).toEqual([]);
    expect([...observed.origins]).toEqual([url]);
    await page.close();
  }, 60_000);
});

/** Texts whose contrast with what is behind them is below 4.5 : 1 (WCAG AA); struck-through amounts are no exception. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    const pixel = (colors: readonly string[]): readonly number[] => {
      for (const color of colors) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb: readonly number[]): number => {
      const [red = 0, green = 0, blue = 0] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const faint: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent?.trim()).join('');
      if (text === '' || !element.checkVisibility()) continue;
      const behind: string[] = [];
      for (let at: HTMLElement | null = element; at !== null; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
      const [light = 0, dark = 0] = [luminance(pixel([...behind, getComputedStyle(element).color])), luminance(pixel(behind))].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) faint.push(`${element.tagName}.${element.className} "${text}" ${ratio.toFixed(2)}`);
    }
    return faint;
  });
}
