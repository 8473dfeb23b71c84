import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where systems put it: Debian, GitHub's runners, Ubuntu, macOS. */
const PLACES = [
  '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Opens the Chromium of CHROME_PATH, or the one that is installed. It calls nobody by itself. */
export async function launchBrowser(): Promise<Browser> {
  const given = process.env['CHROME_PATH'];
  const executablePath = given === undefined || given === '' ? PLACES.find((place) => existsSync(place)) : given;
  if (executablePath === undefined) throw new Error(`There is no Chromium in ${PLACES.join(', ')}. Install one, or set CHROME_PATH.`);
  return chromium.launch({
    executablePath,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
}

/** What a page did that the one who wrote it would want to know. */
export interface Observed {
  /** Errors in the console, uncaught errors, requests without an answer. */
  readonly problems: string[];
  /** Origins of everything it asked for, WebSockets too; `data:` and `blob:` ask nobody. */
  readonly origins: Set<string>;
}

/** To be called before the page goes anywhere. */
export function observe(page: Page): Observed {
  const observed: Observed = { problems: [], origins: new Set() };
  const ask = (url: string): void => {
    if (/^(data|blob|about):/.test(url)) return;
    observed.origins.add(new URL(url.replace(/^ws/, 'http')).origin);
  };
  page.on('request', (request) => ask(request.url()));
  page.on('websocket', (socket) => ask(socket.url()));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed';
    // What was on its way when the test went to another page.
    if (reason !== 'net::ERR_ABORTED') observed.problems.push(`${request.url()}: ${reason}`);
  });
  page.on('pageerror', (error) => observed.problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') observed.problems.push(message.text());
  });
  return observed;
}
