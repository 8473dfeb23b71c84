import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import type { Gateway } from '../../src/gateway.js';
import { launchBrowser, observe } from '../support/browser.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';

/** Screenshots of the last run, for whoever wants to look. */
const SHOTS = path.join(tmpdir(), 'sluice-screenshots');
const PUBLISH = 'mutation($page: String!) { publishFormSubmitted(input: { formId: "contact", page: $page, answers: {} }) { cursor } }';

let gateways: TestGateways;
let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await gateways.close();
});

/** A page of its own context, gone after `work`; whatever it did that a user would call broken fails the test. */
async function visit(size: { width: number; height: number }, work: (page: Page) => Promise<void>, scheme: 'light' | 'dark' = 'light'): Promise<void> {
  const context = await browser.newContext({ viewport: size, colorScheme: scheme });
  try {
    const page = await context.newPage();
    const observed = observe(page);
    await work(page);
    expect(observed.problems).toEqual([]);
    expect([...observed.origins]).toEqual([gateway.url]);
  } finally {
    await context.close();
  }
}

describe.each([{ width: 1280, height: 800 }, { width: 390, height: 844 }])('the landing page at $width px', (size) => {
  test('fits, says what is served, and links to what answers', async () => {
    await visit(size, async (page) => {
      await page.goto(gateway.url);
      await page.screenshot({ path: path.join(SHOTS, `landing-${size.width}.png`) });
      expect(await page.title()).toBe('Sluice');
      expect(await page.textContent('main')).toContain('commerce');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);

      const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      expect(links).toEqual(['/graphql', '/health/ready', '/metrics']);
      for (const link of links) {
        const answer = page.waitForResponse((response) => new URL(response.url()).pathname === link);
        await page.locator(`a[href="${link}"]`).click();
        expect((await answer).status(), link).toBe(200);
        // Not `networkidle`: GraphiQL's editor may keep a request open for as long as it is shown. What a page asks for after that
        // is watched by the tests of GraphiQL below.
        if (link === '/graphql') await page.waitForSelector('.graphiql-execute-button');
        await page.goBack();
      }
    });
  });
});

test('the landing page is readable in the dark', async () => {
  await visit({ width: 1280, height: 800 }, async (page) => {
    await page.goto(gateway.url);
    await page.screenshot({ path: path.join(SHOTS, 'landing-dark.png') });
    const [ink, paper] = await page.evaluate(() => {
      const style = getComputedStyle(document.body);
      return [style.color, style.backgroundColor].map((color) => (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
    });
    expect((ink ?? 0) - (paper ?? 0)).toBeGreaterThan(450);
  }, 'dark');
});

describe('GraphiQL', () => {
  const size = { width: 1280, height: 800 };
  const response = '.result-window';
  const open = async (page: Page, text: string): Promise<void> => {
    await page.goto(`${gateway.url}/graphql?query=${encodeURIComponent(text)}`);
    await page.waitForSelector('.graphiql-execute-button');
  };

  test('runs a query', async () => {
    await query(gateway.url, PUBLISH, { page: '/a-page-to-find' });
    await visit(size, async (page) => {
      await open(page, '{ leadEvents { edges { node { ... on FormSubmitted { page } } } } }');
      await page.click('.graphiql-execute-button');
      await page.getByText('/a-page-to-find').waitFor();
      await page.screenshot({ path: path.join(SHOTS, 'graphiql-query.png') });
    });
  });

  test('shows an event that is published after it subscribed', async () => {
    await visit(size, async (page) => {
      const opened = page.waitForEvent('websocket');
      await open(page, 'subscription { leadEvents { node { ... on FormSubmitted { page } } } }');
      await page.click('.graphiql-execute-button');
      const socket = await opened;
      expect(socket.url()).toBe(`${gateway.url.replace('http', 'ws')}/graphql`);
      await expect.poll(async () => (await gateway.metrics.subscriptions.get()).values.some(({ labels, value }) => labels['transport'] === 'websocket' && value === 1)).toBe(true);
      await query(gateway.url, PUBLISH, { page: '/published-meanwhile' });
      await page.getByText('/published-meanwhile').waitFor();
      await page.screenshot({ path: path.join(SHOTS, 'graphiql-subscription.png') });
      expect(await page.textContent(response)).not.toContain('errors');
    });
  });

  test('offers a subscription and a mutation to begin with, and they work', async () => {
    await visit(size, async (page) => {
      await page.goto(`${gateway.url}/graphql`);
      for (const operation of ['Publish', 'Leads']) {
        await page.click('.graphiql-execute-button');
        await page.getByRole('menuitem', { name: operation }).click();
        await page.locator(response).getByText(operation === 'Publish' ? 'eventId' : 'kill -9').first().waitFor();
      }
      await page.screenshot({ path: path.join(SHOTS, 'graphiql-welcome.png') });
    });
  });
});
