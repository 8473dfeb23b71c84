import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { ask, HTTP_WAYS, plus, type RawAnswer, type RawRequest } from '../support/raw-http.js';
import { openRaw, type RawSocket } from '../support/raw-socket.js';
import { TestAuth } from '../support/test-auth.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
let auth: TestAuth;
const sockets: RawSocket[] = [];
beforeAll(async () => {
  gateways = await createGateways();
  auth = new TestAuth();
  auth.grant('good', { name: 'ada' });
  auth.grant('other', { name: 'bob' });
  auth.grant('ticket', { name: 'tom' });
  auth.spoil('old', 'expired');
  auth.spoil('gone', 'revoked');
  gateway = await gateways.start({ auth });
});
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
  auth.failure = undefined;
  // No session outlives its request or its socket.
  await waitFor(() => auth.live === 0, { what: 'every session to be closed' });
});
afterAll(() => gateways.close());

const QUERY = '{ __typename }';
const WAYS = Object.entries(HTTP_WAYS);
const streams = (way: string): boolean => way.startsWith('SSE');
const send = (request: RawRequest): Promise<RawAnswer> => ask(gateway.port, request);
const caller = (): string | undefined => auth.opened.at(-1)?.name;

describe.each(WAYS)('over %s', (way, request) => {
  it.each([
    ['no credential', [], 'anonymous'],
    ['a bearer token', ['Authorization', 'Bearer good'], 'ada'],
    ['the scheme in any case', ['authorization', 'bEARER  good'], 'ada'],
    ['a cookie', ['Cookie', 'theme=dark; sluice_token=good; x=y'], 'ada'],
    ['a cookie in quotes', ['Cookie', 'sluice_token="good"'], 'ada'],
    ['an empty cookie, as after signing out', ['Cookie', 'sluice_token='], 'anonymous'],
    ['another cookie', ['Cookie', 'xsluice_token=good'], 'anonymous'],
    ['a header beside a cookie: the header', ['Authorization', 'Bearer other', 'Cookie', 'sluice_token=good'], 'bob'],
  ])('%s', async (_what, headers, name) => {
    const answer = await send(plus(request(QUERY), ...headers));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('"__typename":"Query"');
    expect(caller()).toBe(name);
  });

  // Seen to fail: with the error of `authenticate` taken for "nobody", each of these was answered with 200.
  it.each([
    ['an unknown token', ['Authorization', 'Bearer nonsense'], 'invalid'],
    ['an expired one', ['Authorization', 'Bearer old'], 'expired'],
    ['a revoked one', ['Authorization', 'Bearer gone'], 'revoked'],
    ['an expired one in a cookie', ['Cookie', 'sluice_token=old'], 'expired'],
    ['a bad header beside a good cookie', ['Authorization', 'Bearer old', 'Cookie', 'sluice_token=good'], 'expired'],
    ['another scheme', ['Authorization', 'Basic Z29vZA=='], 'invalid'],
    ['a token without a scheme', ['Authorization', 'good'], 'invalid'],
    ['an empty header', ['Authorization', ''], 'invalid'],
    ['two tokens in one header', ['Authorization', 'Bearer good other'], 'invalid'],
    ['two headers', ['Authorization', 'Bearer good', 'Authorization', 'Bearer good'], 'invalid'],
  ])('G16: %s is 401, never anonymous, and nothing is executed', async (_what, headers, reason) => {
    const opened = auth.opened.length;
    // What does not parse is not looked at either.
    const answer = await send(plus(request('{ nothing {'), ...headers));
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.headers['content-type']).toContain('application/json');
    expect(JSON.parse(answer.body)).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', reason } }] });
    expect(answer.body).not.toMatch(/old|gone|nonsense|not for clients/);
    expect(auth.opened).toHaveLength(opened);
  });

  it('a ticket is good for an event stream by GET alone, and not beside a header', async () => {
    const given = request(QUERY);
    const withTicket: RawRequest = { ...given, path: `${given.path ?? '/graphql'}${given.path === undefined ? '?' : '&'}ticket=ticket` };
    const answer = await send(withTicket);
    expect(answer.status).toBe(way === 'SSE by GET' ? 200 : 401);
    if (way === 'SSE by GET') expect(caller()).toBe('tom');
    const beside = await send(plus(withTicket, 'Authorization', 'Bearer good'));
    expect([beside.status, beside.codes]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  // Seen to fail: with `STORAGE_UNAVAILABLE` alone taken for temporary, the line that is full was 500.
  it.each(['STORAGE_UNAVAILABLE', 'OVERLOADED'] as const)('a credential that cannot be looked up now (%s) is 503; a stream is told to come back, which EventSource would not after 503', async (code) => {
    auth.failure = new SluiceError(code, 'Keys cannot be looked up.');
    const answer = await send(plus(request(QUERY), 'Authorization', 'Bearer good'));
    if (streams(way)) {
      expect(answer.status).toBe(200);
      expect(answer.body).toMatch(/^retry: \d+\n\n$/);
    } else {
      expect([answer.status, answer.codes, answer.headers['retry-after']]).toEqual([503, [code], '1']);
    }
  });
});

async function connected(params: unknown, headers: string[] = [], path = '/graphql'): Promise<RawSocket> {
  const socket = await openRaw(gateway.port, { headers, path });
  sockets.push(socket);
  socket.send(params === undefined ? { type: 'connection_init' } : { type: 'connection_init', payload: params });
  return socket;
}

describe('over WebSocket', () => {
  it.each([
    ['no credential', undefined, [], 'anonymous'],
    ['connectionParams', { authorization: 'Bearer good' }, [], 'ada'],
    ['a bare token', { authorization: 'good' }, [], 'ada'],
    ['a capital letter', { Authorization: 'Bearer good' }, [], 'ada'],
    ['a null: the upgrade decides', { authorization: null }, ['Authorization: Bearer other'], 'bob'],
    ["the upgrade's header", {}, ['Authorization: Bearer other'], 'bob'],
    ['a cookie', undefined, ['Cookie: sluice_token=good'], 'ada'],
    ['connectionParams beside header and cookie', { authorization: 'Bearer good' }, ['Authorization: Bearer other', 'Cookie: sluice_token=other'], 'ada'],
    ['the header beside the cookie', undefined, ['Authorization: Bearer other', 'Cookie: sluice_token=good'], 'bob'],
  ])('%s', async (_what, params, headers, name) => {
    const socket = await connected(params, headers);
    await socket.text('connection_ack');
    expect(caller()).toBe(name);
  });

  it.each([
    ['an unknown token', { authorization: 'Bearer nonsense' }, [], 4401, 'Token invalid'],
    ['an expired one', { authorization: 'Bearer old' }, [], 4403, 'Token expired'],
    ['a revoked one', { authorization: 'Bearer gone' }, [], 4401, 'Token revoked'],
    ['no text', { authorization: { token: 'good' } }, [], 4401, 'Token invalid'],
    ['an empty text', { authorization: '' }, [], 4401, 'Token invalid'],
    ['a bad one beside a good header', { authorization: 'old' }, ['Authorization: Bearer good'], 4403, 'Token expired'],
    ['a bad header', undefined, ['Authorization: Bearer old'], 4403, 'Token expired'],
    ['another scheme', undefined, ['Authorization: Basic Z29vZA=='], 4401, 'Token invalid'],
    ['a bad cookie', undefined, ['Cookie: sluice_token=gone'], 4401, 'Token revoked'],
  ])('G16: %s closes the socket, and is never anonymous', async (_what, params, headers, code, reason) => {
    const opened = auth.opened.length;
    const socket = await connected(params, headers);
    expect(await socket.closing()).toEqual({ code, reason });
    expect(socket.texts).toEqual([]);
    expect(auth.opened).toHaveLength(opened);
  });

  it('a ticket does not open one', async () => {
    expect(await (await connected(undefined, [], '/graphql?ticket=ticket')).closing()).toEqual({ code: 4401, reason: 'Token invalid' });
  });

  // Seen to fail: with `STORAGE_UNAVAILABLE` alone taken for temporary, the line that is full closed it with 4500, after which clients give up.
  it.each(['STORAGE_UNAVAILABLE', 'OVERLOADED'] as const)('a credential that cannot be looked up now (%s) closes it with 1013', async (code) => {
    auth.failure = new SluiceError(code, 'Keys cannot be looked up.');
    expect(await (await connected({ authorization: 'good' })).closing()).toEqual({ code: 1013, reason: 'Try again later' });
  });

  it('a defect closes it with 4500 and says nothing of itself', async () => {
    auth.failure = new Error('select secret from somewhere');
    expect(await (await connected({ authorization: 'good' })).closing()).toEqual({ code: 4500, reason: 'Internal server error' });
  });

  // Seen to fail: with the session opened whatever became of the socket meanwhile, it stayed open for ever.
  it('a client that leaves while it is verified leaves no session behind', async () => {
    let letGo = (): void => undefined;
    auth.gate = new Promise((resolve) => {
      letGo = resolve;
    });
    const before = auth.proofs.length;
    const opened = auth.opened.length;
    const socket = await connected({ authorization: 'good' });
    await waitFor(() => auth.proofs.length === before + 1);
    socket.socket.destroy();
    await waitFor(async () => (await gateway.metrics.connections.get()).values[0]?.value === 0);
    letGo();
    await auth.gate;
    const again = await connected({ authorization: 'other' });
    await again.text('connection_ack');
    expect(auth.opened.slice(opened).map(({ name }) => name)).toEqual(['bob']);
  });
});

it('the session of an event stream is closed when its client leaves', async () => {
  const request = plus(HTTP_WAYS['SSE by GET']('subscription { noteEvents { cursor } }'), 'Authorization', 'Bearer good');
  const answer = await ask(gateway.port, request, (text) => text.includes('id: '));
  expect(answer.status).toBe(200);
  await waitFor(() => auth.live === 0);
});

it('whose verification takes too long is told to come back', async () => {
  const slow = new TestAuth();
  slow.gate = new Promise(() => undefined);
  const other = await gateways.start({ auth: slow, wireLimits: { initTimeout: 100 } });
  const answer = await ask(other.port, HTTP_WAYS.POST(QUERY));
  expect([answer.status, answer.codes]).toEqual([503, ['STORAGE_UNAVAILABLE']]);
  const socket = await openRaw(other.port);
  sockets.push(socket);
  socket.send({ type: 'connection_init' });
  expect((await socket.closing()).code).toBe(1013);
});

it('GraphiQL opens without a credential and with a bad one, and may not be framed', async () => {
  const answer = await ask(gateway.port, { headers: ['Accept', 'text/html', 'Cookie', 'sluice_token=old'] });
  expect([answer.status, answer.headers['content-type'], answer.headers['x-frame-options']]).toEqual([200, expect.stringContaining('text/html'), 'DENY']);
});

// Whether it leaves before or after: `afterEach` waits until no session is open.
it('a client that leaves while its stream is being verified leaves no session behind', async () => {
  let letGo = (): void => undefined;
  auth.gate = new Promise((resolve) => {
    letGo = resolve;
  });
  const before = auth.proofs.length;
  const leaving = new AbortController();
  const asked = fetch(`${gateway.url}/graphql?query=${encodeURIComponent('subscription { noteEvents { cursor } }')}`, { headers: { accept: 'text/event-stream', authorization: 'Bearer good' }, signal: leaving.signal });
  await waitFor(() => auth.proofs.length === before + 1);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  letGo();
});
