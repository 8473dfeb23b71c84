import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, domain, type TestGateways } from '../support/gateway.js';
import { ask, HTTP_WAYS, plus, type RawAnswer } from '../support/raw-http.js';
import { openRaw, type RawSocket } from '../support/raw-socket.js';
import { TestAuth } from '../support/test-auth.js';
import { waitFor } from '../support/wait.js';
import { freshKey, publish } from './notes.js';

const EVENTS = 'subscription { noteEvents { cursor node { ... on Noted { number } } } }';
const publishOne = (key: string): string => `mutation { publishNoted(input: { noteId: "${key}", number: 7 }) { cursor } }`;
const ENDS = [['expired', 4403, 'Token expired'], ['revoked', 4401, 'Token revoked']] as const;

let gateways: TestGateways;
let gateway: Gateway;
/** Takes events of its own, without authentication. */
let side: Gateway;
const auth = new TestAuth();
const sockets: RawSocket[] = [];
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ auth, checkpointInterval: 100 });
  side = await gateways.start();
});
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
  auth.failure = undefined;
  auth.gate = Promise.resolve();
  await waitFor(() => auth.live === 0, { what: 'every session to be closed' });
});
afterAll(() => gateways.close());

async function connect(token = auth.grant('ada')): Promise<RawSocket> {
  const socket = await openRaw(gateway.port);
  sockets.push(socket);
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}`, sluice: { checkpoints: true } } });
  await socket.text('connection_ack');
  return socket;
}

async function subscribed(socket: RawSocket, id = 'events', query = EVENTS): Promise<void> {
  socket.send({ id, type: 'subscribe', payload: { query } });
  await socket.text(`"cursors":{"${id}"`);
}

const numbers = (socket: RawSocket): unknown[] => socket.texts.map((text) => JSON.parse(text) as { type: string; payload?: { data?: { noteEvents?: { node: { number: number } } } } })
  .filter(({ type, payload }) => type === 'next' && payload?.data?.noteEvents !== undefined).map(({ payload }) => payload?.data?.noteEvents?.node.number);
const notes = (from: number, count: number, noteId = 'n'): Promise<string[]> => publish(side.url, Array.from({ length: count }, (_, index) => ({ noted: { noteId, number: from + index } })));
const head = async (): Promise<number> => (await gateway.metrics.head.get()).values[0]?.value ?? 0;
const endedFor = async (why: string): Promise<number> => (await gateway.metrics.sessionsEnded.get()).values.find(({ labels }) => labels.reason === why)?.value ?? 0;
const waitingAppend = async (): Promise<boolean> => (await gateways.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice append' AND wait_event_type = 'Lock'`).length > 0;

/** 16 MB of events: more than the kernel takes for a client that does not read. */
async function flood(): Promise<void> {
  const before = await head();
  const text = 'x'.repeat(50_000);
  for (let batch = 0; batch < 8; batch += 1) await publish(side.url, Array.from({ length: 40 }, (_, index) => ({ noted: { noteId: 'n', text, number: batch * 40 + index } })));
  await waitFor(async () => (await head()) >= before + 320);
}

describe.each(ENDS)('a session that is %s', (end, code, reason) => {
  it('G13: closes its socket with that code; the reason says nothing else, and no event follows', async () => {
    const before = await endedFor(end);
    const socket = await connect();
    const other = await connect(auth.grant('bob'));
    await subscribed(socket);
    await subscribed(other);
    await notes(1, 3);
    await waitFor(() => numbers(socket).length === 3 && numbers(other).length === 3);
    auth.end('ada', end);
    await notes(4, 3);
    expect(await socket.closing()).toEqual({ code, reason });
    await waitFor(() => numbers(other).length === 6);
    expect(numbers(socket)).toEqual([1, 2, 3]);
    expect(socket.texts.join()).not.toContain('complete');
    expect(await endedFor(end)).toBe(before + 1);
  });

  // What was gathered in the very turn is asked of `Peer` itself, in test/wire/send.test.ts.
  it('G13: at any moment of a busy stream what came is a beginning, and nothing comes behind the close frame', async () => {
    const key = freshKey();
    await notes(0, 900, key);
    for (let round = 0; round < 10; round += 1) {
      const token = auth.grant(`busy-${round}`);
      const socket = await connect(token);
      socket.send({ id: 'events', type: 'subscribe', payload: { query: `subscription { noteEvents(from: BEGINNING, where: { key: ["${key}"] }) { node { ... on Noted { number } } } }` } });
      await waitFor(() => numbers(socket).length > round * 20);
      auth.end(token, end);
      // One that is cut off, since something waited for the kernel, is told when it comes back.
      await waitFor(() => socket.closed !== undefined || socket.gone);
      if (socket.closed !== undefined) expect(socket.closed).toEqual({ code, reason });
      expect(numbers(socket)).toEqual(Array.from({ length: numbers(socket).length }, (_, index) => index));
    }
  });

  // Seen to fail: with `#cutOff` left out of `Peer.end`, it got all 320 of them, then the close frame.
  it('G13: does not send what waits for a client that does not read', async () => {
    const socket = await connect();
    await subscribed(socket, 'events', 'subscription { noteEvents { node { ... on Noted { number text } } } }');
    socket.socket.pause();
    await flood();
    auth.end('ada', end);
    socket.socket.resume();
    await waitFor(() => socket.gone);
    expect(socket.closed).toBeUndefined();
    expect(numbers(socket).length).toBeLessThan(320);
  });

  it('ends an event stream with `retry:` and without the id that says it is over, and no event follows', async () => {
    auth.grant('ada');
    let text = '';
    const answer = ask(gateway.port, plus(HTTP_WAYS['SSE by GET'](EVENTS), 'Cookie', 'sluice_token=ada'), (soFar) => {
      text = soFar;
      return false;
    });
    await waitFor(() => text.includes('id: '));
    await notes(1, 2);
    await waitFor(() => text.includes('"number":2'));
    auth.end('ada', end);
    await notes(3, 2);
    const { body } = await answer;
    expect(body).toMatch(/\nretry: \d+\n\n$/);
    expect(body).not.toMatch(/id: end|complete|"number":[34]/);
    const again = await ask(gateway.port, plus(HTTP_WAYS['SSE by GET'](EVENTS), 'Cookie', `sluice_token=${auth.spoil('spoilt', end)}`));
    expect([again.status, JSON.parse(again.body)]).toMatchObject([401, { errors: [{ extensions: { reason: end } }] }]);
  });

  it('G13: an event stream whose client does not read is cut off with what waits for it', async () => {
    auth.grant('ada');
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('subscription { noteEvents { node { ... on Noted { number text } } } }')}`, { headers: { accept: 'text/event-stream', authorization: 'Bearer ada' } });
    await flood();
    auth.end('ada', end);
    await expect(response.text()).rejects.toThrow();
  });

  it('answers a mutation that runs, since its client would do it once more, and takes no other', async () => {
    const [key, lateKey] = [freshKey(), freshKey()];
    const socket = await connect();
    await subscribed(socket);
    const held = await gateways.sql.reserve();
    await held`BEGIN`;
    await held`LOCK TABLE sluice.log`;
    socket.send({ id: 'publish', type: 'subscribe', payload: { query: publishOne(key) } });
    await waitFor(waitingAppend);
    auth.end('ada', end);
    socket.send({ id: 'late', type: 'subscribe', payload: { query: publishOne(lateKey) } });
    await held`COMMIT`;
    held.release();
    expect(await socket.closing()).toEqual({ code, reason });
    expect(socket.texts.filter((text) => text.includes('"id":"publish"')).map((text) => (JSON.parse(text) as { type: string }).type)).toEqual(['next', 'complete']);
    expect(socket.texts.join()).not.toContain('late');
    expect(numbers(socket)).toEqual([]);
    expect((await gateways.sql<{ key: string }[]>`SELECT key FROM sluice.events WHERE key IN (${key}, ${lateKey})`).map((row) => row.key)).toEqual([key]);
  });

  it('does not wait longer than a second for it', async () => {
    const key = freshKey();
    const socket = await connect();
    const held = await gateways.sql.reserve();
    await held`BEGIN`;
    await held`LOCK TABLE sluice.log`;
    socket.send({ id: 'publish', type: 'subscribe', payload: { query: publishOne(key) } });
    await waitFor(waitingAppend);
    auth.end('ada', end);
    expect(await socket.closing()).toEqual({ code, reason });
    await held`ROLLBACK`;
    held.release();
    // It is stored all the same: the next test would take it for one of its own.
    await waitFor(async () => {
      const [row] = await gateways.sql<{ position: string }[]>`SELECT position FROM sluice.events WHERE key = ${key}`;
      return row !== undefined && (await head()) >= Number(row.position);
    }, { what: 'the event of the mutation' });
  });
});

describe.each(['POST', 'SSE by GET'] as const)('an answer to %s that is under way when its session ends', (way) => {
  let slow: Gateway;
  let gate: Promise<void>;
  let letGo = (): void => undefined;
  let running = false;
  let edges = 1;
  beforeAll(async () => {
    slow = await gateways.start({ auth, application: { ...domain(), resolvers: { Query: { noteEvents: async () => {
      running = true;
      await gate;
      return { edges: Array.from({ length: edges }, () => ({})), pageInfo: { hasNextPage: false, hasPreviousPage: false }, head: 'h' };
    } } } } });
  });
  afterEach(() => letGo());

  async function begin(): Promise<Promise<RawAnswer>[]> {
    auth.grant('ada');
    running = false;
    gate = new Promise((resolve) => {
      letGo = resolve;
    });
    const asked = ask(slow.port, plus(HTTP_WAYS[way]('{ noteEvents { edges { __typename } } }'), 'Authorization', 'Bearer ada'));
    await waitFor(() => running);
    return [asked];
  }

  // Seen to fail over event streams: with the end of the session asked for before each answer, and not of subscriptions alone, the stream stayed open.
  it('goes out: it was decided when it came', async () => {
    const [asked] = await begin();
    auth.end('ada', 'revoked');
    letGo();
    const answer = await asked;
    expect(answer?.status).toBe(200);
    expect(answer?.body).toContain('{"data":{"noteEvents":{"edges":[{"__typename":"NoteEventEdge"}]}}}');
  });

  // Seen to fail: without `cutOffEnded` it waited for as long as the query did.
  it('G13: is cut off when that takes longer than a socket would wait', async () => {
    const [asked] = await begin();
    auth.end('ada', 'expired');
    await expect(asked).rejects.toThrow();
  });

  // Seen to fail: without `cutOffEnded` it got all of it.
  it('G13: is cut off when its client does not take it', async () => {
    // 18 MB.
    edges = 600_000;
    const { path = '/graphql', headers = [], body = null, method = 'GET' } = HTTP_WAYS[way]('{ noteEvents { edges { __typename } } }');
    auth.grant('ada');
    gate = Promise.resolve();
    const pairs = Array.from({ length: headers.length / 2 }, (_, index): [string, string] => [headers[index * 2] ?? '', headers[index * 2 + 1] ?? '']);
    const response = await fetch(`${slow.url}${path}`, { method, body, headers: [...pairs, ['authorization', 'Bearer ada']] });
    auth.end('ada', 'expired');
    await waitFor(() => auth.live === 0);
    await expect(response.text()).rejects.toThrow();
    edges = 1;
  });
});

// Seen to fail: it was told `next` with the error and `complete`, with the id after which an EventSource does not come back.
it('a subscription that is refused when its session has ended is told to come back', async () => {
  auth.grant('ada');
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let running = false;
  const slow = await gateways.start({ auth, application: { ...domain(), resolvers: { Subscription: { noteEvents: { subscribe: async () => {
    running = true;
    await gate;
    throw new SluiceError('CONFLICT', 'Not now.');
  } } } } } });
  const asked = ask(slow.port, plus(HTTP_WAYS['SSE by GET'](EVENTS), 'Authorization', 'Bearer ada'));
  await waitFor(() => running);
  auth.end('ada', 'expired');
  letGo();
  const { status, body } = await asked;
  expect(status).toBe(200);
  expect(body).toMatch(/^retry: \d+\n\nretry: \d+\n\n$/);
});

describe('renewal in a ping', () => {
  const renewal = (authorization: unknown): object => ({ type: 'ping', payload: { sluice: { authorization } } });

  it('is answered with when the new token expires; the subscriptions go on', async () => {
    const socket = await connect();
    await subscribed(socket);
    auth.grant('newer', { name: 'ada', expiresAt: Date.UTC(2100, 0, 1) });
    socket.send(renewal('Bearer newer'));
    expect(await socket.text('"pong"')).toBe('{"type":"pong","payload":{"sluice":{"authorized":{"expiresAt":"2100-01-01T00:00:00.000Z"}}}}');
    await notes(1, 1);
    await waitFor(() => numbers(socket).length === 1);
    expect(socket.closed).toBeUndefined();
  });

  it('of a token that does not expire says null; several are taken one after the other, the last holds', async () => {
    const socket = await connect();
    for (let count = 0; count < 5; count += 1) auth.grant(`t${count}`, { name: 'ada', ...(count === 4 ? {} : { expiresAt: 4e12 + count }) });
    for (let count = 0; count < 5; count += 1) socket.send(renewal(`t${count}`));
    await socket.text('"expiresAt":null');
    expect(socket.texts.filter((text) => text.includes('authorized'))).toHaveLength(5);
    expect(socket.texts.at(-1)).toContain('"expiresAt":null');
  });

  it.each([
    ['an unknown token', 'Bearer nonsense', 4401, 'Token invalid'],
    ['an expired one', 'Bearer old', 4403, 'Token expired'],
    ['a revoked one', 'Bearer gone', 4401, 'Token revoked'],
    ["somebody else's", 'Bearer bob', 4401, 'Token invalid'],
    ["one of another tenant", 'Bearer elsewhere', 4401, 'Token invalid'],
    ['an empty one', '', 4401, 'Token invalid'],
    ['no text', 7, 4400, 'sluice.authorization of a ping is no text'],
  ])('with %s closes the socket', async (_what, authorization, code, reason) => {
    auth.spoil('old', 'expired');
    auth.spoil('gone', 'revoked');
    auth.grant('bob');
    auth.grant('elsewhere', { name: 'ada', tenant: 'other' });
    const socket = await connect();
    await subscribed(socket);
    socket.send(renewal(authorization));
    expect(await socket.closing()).toEqual({ code, reason });
    await notes(1, 1);
    expect(numbers(socket)).toEqual([]);
  });

  it('that cannot be verified now closes the socket with 1013', async () => {
    const socket = await connect();
    auth.failure = new SluiceError('STORAGE_UNAVAILABLE', 'Keys cannot be looked up.');
    socket.send(renewal('Bearer ada'));
    expect(await socket.closing()).toEqual({ code: 1013, reason: 'Try again later' });
  });

  it('before the acknowledgement closes the socket with 4401', async () => {
    const socket = await openRaw(gateway.port);
    sockets.push(socket);
    socket.send(renewal('Bearer ada'));
    expect(await socket.closing()).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('past eight that wait closes the socket with 4400', async () => {
    const socket = await connect();
    let letGo = (): void => undefined;
    auth.gate = new Promise((resolve) => {
      letGo = resolve;
    });
    for (let count = 0; count < 9; count += 1) socket.send(renewal('Bearer ada'));
    expect((await socket.closing()).code).toBe(4400);
    letGo();
  });

  it('is no other ping: those are answered as they were', async () => {
    const socket = await connect();
    for (const ping of [{ type: 'ping' }, { type: 'ping', payload: { at: 1 } }, { type: 'ping', payload: { sluice: { cursors: {} } } }, { type: 'ping', payload: { sluice: null } }]) socket.send(ping);
    await waitFor(() => socket.texts.filter((text) => text.includes('pong')).length === 4);
    expect(socket.texts.slice(1)).toEqual(['{"type":"pong"}', '{"type":"pong","payload":{"at":1}}', '{"type":"pong","payload":{"sluice":{"cursors":{}}}}', '{"type":"pong","payload":{"sluice":null}}']);
  });

  it('without authentication is answered, so that a client need not know', async () => {
    const socket = await openRaw(side.port);
    sockets.push(socket);
    socket.send({ type: 'connection_init', payload: { authorization: 'Bearer whatever' } });
    await socket.text('connection_ack');
    socket.send(renewal('Bearer whatever'));
    expect(await socket.text('authorized')).toBe('{"type":"pong","payload":{"sluice":{"authorized":{"expiresAt":null}}}}');
  });
});
