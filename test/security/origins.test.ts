import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { waitFor } from '../support/wait.js';
import { createTicket } from './admin.js';
import { RawSocket } from './raw-socket.js';
import { address } from './ways.js';

let gateways: TestGateways;
let gateway: Gateway;
/** Of a victim who is signed in: browsers send it along by themselves. */
let cookie: string;
const FRIEND = 'https://shop.example';
const app = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(app.application, { origins: [FRIEND] }));
  cookie = `sluice_token=${await bearer.admin()}`;
});
afterAll(() => gateways.close());

interface Answer { readonly status: number; readonly text: string; readonly headers: http.IncomingHttpHeaders }

/** A request with exactly these headers; of a stream, what comes first. */
function request(method: string, target: string, headers: Readonly<Record<string, string | string[]>>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request(target, { method, headers, agent: false }, (response) => {
      let text = '';
      const done = (): void => resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (response.headers['content-type']?.startsWith('text/event-stream') !== true || !text.includes('id:')) return;
        sent.destroy();
        done();
      });
      response.on('end', done);
      response.on('error', done);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const SUBSCRIPTION = 'subscription { bulletinEvents { cursor } }';
const MUTATION = JSON.stringify({ query: 'mutation { touch }' });

interface Page {
  readonly name: string;
  ask(headers: Readonly<Record<string, string>>): Promise<Answer>;
}

/** What a page in the victim's browser can try. */
const PAGES: readonly Page[] = [
  { name: 'POST', ask: (headers) => request('POST', `${gateway.url}/graphql`, { 'content-type': 'application/json', cookie, ...headers }, MUTATION) },
  { name: 'GET', ask: (headers) => request('GET', address(gateway.url, { query: '{ open }' }), { accept: 'application/json', cookie, ...headers }) },
  { name: 'SSE by GET', ask: (headers) => request('GET', address(gateway.url, { query: SUBSCRIPTION }), { accept: 'text/event-stream', cookie, ...headers }) },
  { name: 'SSE by POST', ask: (headers) => request('POST', `${gateway.url}/graphql`, { 'accept': 'text/event-stream', 'content-type': 'application/json', cookie, ...headers }, JSON.stringify({ query: SUBSCRIPTION })) },
  {
    name: 'WebSocket',
    async ask(headers) {
      const socket = new RawSocket(gateway.url, { headers: { cookie, ...headers } });
      await waitFor(() => socket.acknowledged || socket.refused !== undefined || socket.closed !== undefined, { what: 'an answer to the upgrade' });
      const status = socket.acknowledged ? 200 : socket.refused ?? socket.closed?.code ?? 0;
      socket.close();
      return { status, text: '', headers: {} };
    },
  },
];

const own = (): string => new URL(gateway.url).origin;
const STRANGERS: readonly (readonly [string, () => string])[] = [
  ['evil', () => 'https://evil.example'],
  ['null, as sandboxed frames and files have it', () => 'null'],
  ['empty', () => ''],
  ['malformed', () => 'evil'],
  ['with a path', () => `${FRIEND}/`],
  ['with credentials', () => 'https://shop.example@evil.example'],
  ['with a user', () => 'https://x@shop.example'],
  ['a name below a friend', () => 'https://evil.shop.example'],
  ['a name that ends alike', () => 'https://evilshop.example'],
  ['a name that begins alike', () => 'https://shop.example.evil.example'],
  ['a friend over http', () => 'http://shop.example'],
  ['a friend on another port', () => 'https://shop.example:8443'],
  ['a friend in capitals', () => 'HTTPS://SHOP.EXAMPLE'],
  ['two in one', () => `${FRIEND} https://evil.example`],
  ['a list', () => `${FRIEND}, https://evil.example`],
  ['the gateway\'s host on another port', () => 'http://127.0.0.1:1'],
  ['localhost, another port, on a gateway with authentication', () => 'http://localhost:1'],
  ['another scheme', () => 'file://'],
  ['an extension', () => 'chrome-extension://abcdef'],
  ['a wildcard', () => '*'],
];

describe.each(PAGES)('G16: a page of another origin, over $name', ({ name, ask }) => {
  it.each(STRANGERS)('%s: is refused, with the victim\'s cookie, and nothing is done', async (_what, origin) => {
    const before = app.total;
    const { status, headers, text } = await ask({ origin: origin() });
    if (name === 'WebSocket') expect([403, 4403, 1008, 401, 400]).toContain(status);
    else expect(status).toBe(403);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(text).not.toContain('"data"');
    expect(app.total).toBe(before);
  });

  it('two Origin headers are refused', async () => {
    if (name === 'WebSocket') return expect((await new Promise<Answer>((resolve, reject) => {
      const upgrade = http.request(`${gateway.url}/graphql`, { headers: { 'connection': 'Upgrade', 'upgrade': 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'graphql-transport-ws', 'origin': [FRIEND, 'https://evil.example'] as unknown as string } });
      upgrade.on('response', (response) => {
        resolve({ status: response.statusCode ?? 0, text: '', headers: response.headers });
        upgrade.destroy();
      });
      upgrade.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve({ status: 101, text: '', headers: {} });
      });
      upgrade.on('error', reject);
      upgrade.end();
    })).status).toBe(403);
    expect((await ask({ origin: [FRIEND, 'https://evil.example'] as unknown as string })).status).toBe(403);
  });

  it('a friend, the gateway\'s own pages and who names no origin are let in', async () => {
    for (const headers of [{ origin: FRIEND }, { origin: own() }, {}] as Record<string, string>[]) {
      const answer = await ask(headers);
      expect([headers, answer.status]).toEqual([headers, 200]);
      if (name === 'WebSocket') continue;
      expect(answer.headers['access-control-allow-origin'] ?? null).toBe(headers['origin'] === FRIEND ? FRIEND : null);
    }
  });

  it('a host that is not the gateway\'s is refused: a name of somebody else that leads to this machine', async () => {
    for (const host of ['evil.example', 'evil.example:4000', `evil.example:${new URL(gateway.url).port}`, '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1']) {
      const before = app.total;
      const { status, text } = await ask({ host, origin: `http://${host}` });
      expect([host, name === 'WebSocket' ? [403, 421, 400].includes(status) : status === 403 || status === 421]).toEqual([host, true]);
      expect(text).not.toContain('"data"');
      expect(app.total).toBe(before);
    }
  });
});

describe('what a browser sends without asking first', () => {
  const SIMPLE: readonly (readonly [string, string | null, string])[] = [
    ['a form', 'application/x-www-form-urlencoded', new URLSearchParams({ query: 'mutation { touch }' }).toString()],
    ['a form of text', 'text/plain', MUTATION],
    ['a form of text with a charset', 'text/plain; charset=utf-8', MUTATION],
    ['a form of text that says JSON further on', 'text/plain; application/json', MUTATION],
    ['a form with files', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"mutation { touch }"}\r\n--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n'],
    ['no type at all', null, MUTATION],
    ['a document as such', 'application/graphql', 'mutation { touch }'],
    ['two types', 'text/plain, application/json', MUTATION],
  ];

  it.each(SIMPLE)('%s is refused with 415, also from a friend, and nothing is done', async (_what, type, body) => {
    for (const accept of ['application/json', 'text/event-stream', '*/*']) {
      for (const origin of [FRIEND, null]) {
        const before = app.total;
        const { status } = await request('POST', `${gateway.url}/graphql`, { cookie, accept, ...(type === null ? {} : { 'content-type': type }), ...(origin === null ? {} : { origin }) }, body);
        expect(status).toBe(415);
        expect(app.total).toBe(before);
      }
    }
  });

  it('a mutation by GET changes nothing, in whatever it is wrapped', async () => {
    const before = app.total;
    for (const accept of ['application/json', 'text/event-stream', '*/*', 'application/graphql-response+json']) {
      for (const operation of [{ query: 'mutation { touch }' }, { query: 'query A { open } mutation B { touch }', operationName: 'B' }]) {
        const { status, text } = await request('GET', address(gateway.url, operation), { accept, cookie });
        expect([accept, status]).toEqual([accept, 405]);
        expect(text).not.toContain('"data"');
      }
    }
    expect(app.total).toBe(before);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'HEAD'])('%s does nothing', async (method) => {
    const before = app.total;
    const { status } = await request(method, address(gateway.url, { query: 'mutation { touch }' }), { 'content-type': 'application/json', cookie }, method === 'HEAD' ? undefined : MUTATION);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(app.total).toBe(before);
  });

  it('what another site embeds, which has no Origin, is refused by what the browser says of it', async () => {
    for (const site of ['cross-site', 'same-site']) {
      for (const accept of ['application/json', 'text/event-stream', 'image/*']) {
        const { status } = await request('GET', address(gateway.url, { query: '{ open }' }), { accept, cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' });
        expect([site, accept, status]).toEqual([site, accept, 403]);
      }
    }
  });

  it('a preflight allows friends only', async () => {
    const ask = (origin: string) => request('OPTIONS', `${gateway.url}/graphql`, { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type, authorization' });
    const [friend, evil, nobody] = [await ask(FRIEND), await ask('https://evil.example'), await ask('null')];
    expect([friend.headers['access-control-allow-origin'], friend.headers['vary']]).toEqual([FRIEND, expect.stringMatching(/origin/i)]);
    for (const { headers, status } of [evil, nobody]) expect([headers['access-control-allow-origin'], status]).toEqual([undefined, 403]);
  });
});

describe('a browser\'s EventSource, which can send no header', () => {
  const stream = (ticket: string | null, headers: Readonly<Record<string, string>> = {}, query = 'subscription { roomEvents { cursor } }') =>
    request('GET', `${address(gateway.url, { query })}${ticket === null ? '' : `&ticket=${encodeURIComponent(ticket)}`}`, { accept: 'text/event-stream', ...headers });

  it('gets in by its cookie, from a friend\'s page', async () => {
    expect([(await stream(null, { cookie, origin: FRIEND })).status, (await stream(null, { cookie })).status]).toEqual([200, 200]);
  });

  it('gets in by a ticket, once', async () => {
    const ticket = await createTicket(gateway.url, await bearer.plain());
    expect((await stream(ticket)).status).toBe(200);
    const again = await stream(ticket);
    expect(again.status).toBe(401);
    expect(again.text).toContain('UNAUTHENTICATED');
  });

  it('of two at once with one ticket, one gets in', async () => {
    const ticket = await createTicket(gateway.url, await bearer.plain());
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await stream(ticket)).status));
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 7 }, () => 401)]);
  });

  it('with a ticket may do what its maker may, and no more', async () => {
    const text = (await stream(await createTicket(gateway.url, await bearer.plain()), {}, 'subscription { ledgerEvents { cursor } }')).text;
    expect(text).toContain('FORBIDDEN');
  });

  it('does not get in by a ticket that was made up, is empty, or comes twice, beside a token, or to anything but a stream', async () => {
    const ticket = await createTicket(gateway.url, await bearer.plain());
    const token = await bearer.plain();
    for (const bad of ['', 'x', `${ticket}0`, ticket.slice(0, -1), ticket.toUpperCase(), token]) expect([bad.length, (await stream(bad)).status]).toEqual([bad.length, 401]);
    expect((await request('GET', `${address(gateway.url, { query: '{ open }' })}&ticket=${ticket}`, { accept: 'application/json' })).status).toBe(401);
    expect((await request('POST', `${gateway.url}/graphql?ticket=${ticket}`, { 'accept': 'application/json', 'content-type': 'application/json' }, MUTATION)).status).toBe(401);
    expect((await stream(`${ticket}&ticket=${ticket}`.replace('&', '%26'))).status).toBe(401);
    expect((await stream(ticket, { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it('of who has no credential gets no ticket', async () => {
    const { text } = await request('POST', `${gateway.url}/graphql`, { 'content-type': 'application/json' }, JSON.stringify({ query: 'mutation { createStreamTicket { ticket } }' }));
    expect(text).toContain('UNAUTHENTICATED');
  });
});

describe('what every answer says to browsers', () => {
  it('is not to be guessed at, framed or kept', async () => {
    const [page, answer, refusal] = [
      await request('GET', `${gateway.url}/graphql`, { accept: 'text/html' }),
      await request('GET', address(gateway.url, { query: '{ open }' }), { accept: 'application/json' }),
      await request('GET', address(gateway.url, { query: '{ open }' }), { accept: 'application/json', origin: 'null' }),
    ];
    for (const { headers } of [page, answer, refusal]) expect(headers['x-content-type-options']).toBe('nosniff');
    expect(JSON.stringify([page.headers['x-frame-options'], page.headers['content-security-policy']])).toMatch(/DENY|frame-ancestors 'none'/);
    expect(answer.headers['content-encoding']).toBeUndefined();
  });
});
