import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication, INNARDS } from '../support/security.js';
import { SECRET, token } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { createKey, createTicket, revoke } from './admin.js';
import { FOLLOW_WAYS } from './follow.js';
import { RawSocket } from './raw-socket.js';
import { publish, WAYS, type Outcome } from './ways.js';

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
});
afterAll(() => gateways.close());

describe.each(WAYS)('an error shows nothing of what is inside, over $name', (way) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await gateways.start(guarded(guardedApplication().application));
    await publish(gateway.url, await bearer.admin(), [{ bulletinPosted: { bulletinId: 'broken', text: 'kept' } }]);
  });

  const clean = ({ text }: Outcome): void => {
    for (const word of INNARDS) expect(text).not.toContain(word);
    expect(text).not.toMatch(/stack|postgres|drizzle|sqlstate|42P01/i);
  };

  it.each([
    ['a resolver that throws', '{ broken }'], ['a statement that fails', '{ brokenSql }'], ['a field of an event that throws', '{ bulletinEvents(last: 1) { edges { node { ... on BulletinPosted { text broken } } } } }'],
  ])('%s: a code, an id, and no stack, no SQL', async (_what, query) => {
    const answer = await way.ask(gateway.url, { query }, await bearer.plain());
    expect(answer.code).toBe('INTERNAL_SERVER_ERROR');
    clean(answer);
  });

  it.each([
    ['a syntax error', '{ open', {}], ['an unknown field', '{ opne }', {}], ['a value of the wrong type', 'query($id: ID!) { owner(id: $id) { name } }', { id: { a: 1 } }],
    ['a broken cursor', '{ bulletinEvents(after: "x") { head } }', {}], ['U+0000 in a filter', 'query($key: ID!) { bulletinEvents(where: { key: [$key] }) { head } }', { key: 'a\u0000b' }],
    ['a lone surrogate in a filter', 'query($key: ID!) { bulletinEvents(where: { key: [$key] }) { head } }', { key: '\ud800' }],
    ['a page of 2^53', '{ bulletinEvents(first: 9007199254740993) { head } }', {}], ['a moment that is none', 'query($id: ID!) { account(id: $id) { holder } }', { id: ['x'] }],
  ] as const)('%s is not the gateway\'s fault, and shows nothing', async (_what, query, variables) => {
    const answer = await way.ask(gateway.url, { query, variables }, await bearer.plain());
    expect(answer.code).not.toBe('INTERNAL_SERVER_ERROR');
    clean(answer);
  });
});

describe.each(FOLLOW_WAYS)('an event that fails, over $name', (way) => {
  it('shows no more, and the stream goes on', async () => {
    const gateway = await gateways.start(guarded(guardedApplication().application, { checkpointInterval: 50 }));
    const follow = await way.follow(gateway.url, { query: 'subscription { bulletinEvents { node { ... on BulletinPosted { bulletinId broken } } } }' }, await bearer.plain());
    const [, last] = await publish(gateway.url, await bearer.admin(), [{ bulletinPosted: { bulletinId: 'one' } }, { bulletinPosted: { bulletinId: 'two' } }]);
    await follow.reached(last?.cursor ?? '');
    expect(follow.results.map(({ errors }) => errors?.[0]?.extensions?.['code'])).toEqual(['INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR']);
    for (const word of INNARDS) expect(JSON.stringify(follow.results)).not.toContain(word);
    follow.stop();
  });
});

describe('secrets', () => {
  let spawned: GatewayProcess;
  beforeAll(async () => {
    spawned = await gateways.spawn({ env: { SLUICE_AUTH: '', SLUICE_JWT_SECRET: SECRET, LOG_LEVEL: 'trace' } });
  });

  /** Sends a request line and headers as they are; gives all that came back. */
  function raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(spawned.port, '127.0.0.1', () => socket.end(text));
      let got = '';
      socket.on('data', (chunk) => {
        got += chunk.toString();
      });
      socket.on('close', () => resolve(got));
      socket.on('error', reject);
    });
  }

  it('are in no line of the log, no close reason and no error, wherever a client puts them', { timeout: 120_000 }, async () => {
    const { url } = spawned;
    const seen: string[] = [];
    const keep = (text: string): void => {
      seen.push(text);
    };
    const admin = await bearer.admin({ jti: 'admin-jti' });
    const { id, key } = await createKey(url, admin, { name: 'robot', scopes: ['notes:read'] });
    const ticket = await createTicket(url, admin);
    const used = await createTicket(url, key);
    const expired = await token({ sub: 'ann' }, { expiresIn: Math.floor(Date.now() / 1_000) - 10 });
    const wrong = await token({ sub: 'ann' }, { secret: 'another secret of tests, also long enough' });
    const revoked = await token({ sub: 'ann', jti: 'revoked-jti' });
    await revoke(url, admin, { jti: 'revoked-jti' });
    await FOLLOW_WAYS[0]?.follow(`${url}`, { query: 'subscription { noteEvents { cursor } }' }, key).then((each) => each.stop());
    const credentials = [admin, key, ticket, used, expired, wrong, revoked];
    /** What nobody else may hold; of a token its signature, which makes it one. */
    const secrets = [SECRET, ...credentials.flatMap((each) => [each, ...(each.split('.').length === 3 ? [each.split('.')[2] ?? '', each.split('.')[1] ?? ''] : [each.slice(-24)])])];

    for (const each of credentials) {
      const mutation = { query: `mutation($t: String) { publishNoted(input: { noteId: "n", text: $t }) { cursor } `, variables: { t: each } };
      for (const way of WAYS) {
        keep((await way.ask(url, { query: '{ noteEvents { head } }' }, each)).close === undefined ? '' : 'closed');
        // In places where it does not belong.
        await way.ask(url, { query: '{ noteEvents { head } }', operationName: each, extensions: { authorization: each } }, null);
        await way.ask(url, { ...mutation }, each);
      }
      const encoded = encodeURIComponent(each);
      for (const path of [`/graphql?access_token=${encoded}&query=%7B__typename%7D`, `/graphql?ticket=${encoded}&query=%7B__typename%7D`, `/graphql?token=${encoded}`, `/graphql/${encoded}`, `/${encoded}`, `/graphql?ticket=${encoded}&ticket=${encoded}`, `/health/ready?token=${encoded}`, `/metrics?token=${encoded}`]) {
        for (const accept of ['application/json', 'text/event-stream', 'text/html']) {
          const abort = new AbortController();
          const response = await fetch(`${url}${path}`, { headers: { accept, referer: `${url}${path}` }, signal: abort.signal });
          if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) keep(await response.text());
          abort.abort();
        }
      }
      for (const headers of [{ authorization: each }, { authorization: `Basic ${each}` }, { authorization: `Bearer  ${each} ${each}` }, { cookie: `sluice_token=${each}` }, { cookie: `sluice_token=${each}x; other=${each}` }, { 'x-api-key': each }, { 'last-event-id': each }, { traceparent: each }, { 'user-agent': each }, { origin: `https://${each}` }, { 'content-type': each }]) {
        keep(await (await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } as Record<string, string>, body: '{"query":"{ noteEvents { head } }"}' })).text());
      }
      keep(await raw(`GET /graphql?ticket=${encoded} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${each}\r\nAuthorization: Bearer ${each}\r\nbad header ${each}\r\n\r\n`));
      keep(await raw(`${each} /graphql HTTP/1.1\r\n\r\n`));
      keep(await raw(`GET /graphql?ticket=${encoded} HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: Bearer ${each}\r\n\r\n`));

      for (const params of [{ authorization: `Bearer ${each}` }, { Authorization: each }, { authorization: { nested: each } }, { token: each }, { cursors: { [each]: each } }, { headers: { authorization: each } }]) {
        const socket = new RawSocket(url, { params });
        if (await socket.opened()) {
          for (const payload of [{ sluice: { authorization: `Bearer ${each}x` } }, { sluice: { authorization: each } }, { authorization: each }]) socket.send({ type: 'ping', payload });
          socket.subscribe(each.slice(0, 200), '{ noteEvents { head } }');
          socket.subscribe(each.slice(0, 200), 'subscription { noteEvents { cursor } }');
          socket.subscribe('x', `subscription { noteEvents(after: "${each}") { cursor } }`);
          socket.send(`{"type":"${each}"}`);
          await socket.closeCode();
        }
        keep(socket.closed?.reason ?? '');
        socket.close();
      }
      const protocol = await new Promise<string>((resolve) => {
        const upgrade = http.request(`${url}/graphql?token=${encoded}`, { headers: { 'connection': 'Upgrade', 'upgrade': 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13', 'sec-websocket-protocol': `graphql-transport-ws, ${each}` } });
        upgrade.on('response', (response) => resolve(JSON.stringify(response.headers)));
        upgrade.on('upgrade', (response, socket) => {
          socket.destroy();
          resolve(JSON.stringify(response.headers));
        });
        upgrade.on('error', (error) => resolve(error.message));
        upgrade.end();
      });
      keep(protocol);
    }
    // Revoked by name: the names are no secrets, the key is.
    await revoke(url, admin, { keyId: id });
    await spawned.process.kill('SIGTERM');

    const log = spawned.process.lines.join('\n');
    expect(spawned.process.lines.length).toBeGreaterThan(2);
    for (const secret of secrets.filter((each) => each.length >= 16)) {
      const shown = { log: log.includes(secret) || log.includes(encodeURIComponent(secret)), answers: seen.some((text) => text.includes(secret)) };
      expect({ secret: secret.slice(0, 12), ...shown, ...(shown.log ? { line: spawned.process.lines.find((line) => line.includes(secret))?.slice(0, 600) } : {}) }).toEqual({ secret: secret.slice(0, 12), log: false, answers: false });
    }
    // A password or a token would also be found in part, by the word before it.
    expect(log).not.toMatch(/Bearer (?!\[)[\w-]{8}/);
    expect(log).not.toContain(new URL(gateways.databaseUrl).password || 'no password');
  });
});

describe('the log of one connection is bounded', () => {
  it('a socket that sends a thousand wrong things, and one that is refused a thousand times, cause some lines each', { timeout: 60_000 }, async () => {
    const spawned = await gateways.spawn({ env: { SLUICE_AUTH: '', SLUICE_JWT_SECRET: SECRET, LOG_LEVEL: 'trace' } });
    const socket = new RawSocket(spawned.url, { params: { authorization: `Bearer ${await bearer.plain()}` } });
    await socket.opened();
    const before = spawned.process.lines.length;
    for (let index = 0; index < 500; index += 1) {
      socket.subscribe(`s${index}`, '{ noteEvents {');
      socket.subscribe(`v${index}`, `{ unknown${index}\r\n\u001b[31m }`);
      socket.subscribe(`c${index}`, 'subscription { noteEvents(after: "x") { cursor } }');
      socket.send({ type: 'ping', payload: { 'level': 'fatal', 'msg': '\r\n{"level":"fatal"}\u001b[2J' } });
    }
    await waitFor(() => ['s499', 'v499', 'c499'].every((id) => socket.of(id).length > 0), { what: 'all answers', timeoutMs: 20_000 });
    socket.send('{');
    await socket.closeCode();
    // Whatever was written was written by now: the next request's answer comes after it.
    await fetch(`${spawned.url}/health/live`);
    const lines = spawned.process.lines.slice(before);
    expect(lines.length).toBeLessThan(60);
    for (const line of lines) {
      expect(() => { JSON.parse(line); }).not.toThrow();
      expect(line).not.toMatch(/[\u001b\u009b\r]/);
    }
  });
});
