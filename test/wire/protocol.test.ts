import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { DEFAULT_WIRE_LIMITS } from '../../src/wire/limits.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { ask, plus, UPGRADE } from '../support/raw-http.js';
import { BINARY, CONTINUATION, FIN, openRaw, PING, TEXT, type RawSocket } from '../support/raw-socket.js';
import { waitFor } from '../support/wait.js';

const LIMIT = 64 * 1024;
const EVENTS = { query: 'subscription { noteEvents { cursor } }' };

let gateways: TestGateways;
let gateway: Gateway;
const sockets: RawSocket[] = [];
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ wireLimits: { messageBytes: LIMIT, operationsPerSocket: 3 } });
});
afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
});
afterAll(() => gateways.close());

async function open(port = gateway.port): Promise<RawSocket> {
  const socket = await openRaw(port);
  sockets.push(socket);
  return socket;
}

async function acknowledged(port = gateway.port): Promise<RawSocket> {
  const socket = await open(port);
  socket.send({ type: 'connection_init' });
  await socket.text('connection_ack');
  return socket;
}

describe('messages', () => {
  it.each([
    ['subscribe before the acknowledgement', [{ id: '1', type: 'subscribe', payload: EVENTS }], 4401, 'Unauthorized'],
    ['subscribe in one packet with the initialisation', [{ id: '1', type: 'subscribe', payload: EVENTS }, { type: 'connection_init' }], 4401, 'Unauthorized'],
    ['a second initialisation', [{ type: 'connection_init' }, { type: 'connection_init' }], 4429, 'Too many initialisation requests'],
    ['a type that does not exist', [{ type: 'connection_init' }, { type: 'nonsense' }], 4400, 'Invalid message received'],
    ['no object', [[]], 4400, 'Invalid message received'],
    ['parameters that are no object', [{ type: 'connection_init', payload: 'text' }], 4400, 'Invalid message received'],
    ['an operation without a query', [{ type: 'connection_init' }, { id: '1', type: 'subscribe', payload: {} }], 4400, 'Invalid message received'],
  ])('%s closes the socket', async (_what, messages, code, reason) => {
    const socket = await open();
    socket.socket.cork();
    for (const message of messages) socket.send(message);
    socket.socket.uncork();
    expect(await socket.closing()).toEqual({ code, reason });
  });

  it('the id of an operation that runs closes it with 4409, and says nothing of the id', async () => {
    const socket = await acknowledged();
    for (let count = 0; count < 2; count += 1) socket.send({ id: `${'secret'.repeat(100)}\r\n`, type: 'subscribe', payload: EVENTS });
    expect(await socket.closing()).toEqual({ code: 4409, reason: 'An operation with this id runs already' });
  });

  it('no initialisation in time closes it with 4408', async () => {
    const quick = await gateways.start({ wireLimits: { initTimeout: 50 } });
    expect(await (await open(quick.port)).closing()).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  it('no subprotocol closes it with 4406', async () => {
    const socket = await openRaw(gateway.port, { protocol: null });
    sockets.push(socket);
    expect((await socket.closing()).code).toBe(4406);
  });

  it('another subprotocol is not taken', async () => {
    const socket = await openRaw(gateway.port, { protocol: 'graphql-ws' });
    sockets.push(socket);
    expect((await socket.closing()).code).toBe(4406);
  });

  it.each([
    ['a syntax error', 'subscription {', 'BAD_USER_INPUT'],
    ['an unknown field', '{ nothing }', 'BAD_USER_INPUT'],
  ])('%s ends its operation and never the socket', async (_what, query, code) => {
    const socket = await acknowledged();
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await socket.text('"error"')).toContain(code);
    socket.send({ id: '2', type: 'subscribe', payload: { query: '{ __typename }' } });
    await socket.text('"id":"2","type":"complete"');
    expect(socket.closed).toBeUndefined();
  });

  it('one operation too many is RATE_LIMITED; the others go on, and when one has ended there is room', async () => {
    const socket = await acknowledged();
    for (const id of ['1', '2', '3', '4']) socket.send({ id, type: 'subscribe', payload: EVENTS });
    const refused = JSON.parse(await socket.text('"error"')) as unknown;
    expect(refused).toMatchObject({ id: '4', payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 } }] });
    socket.send({ id: '1', type: 'complete' });
    socket.send({ id: '5', type: 'subscribe', payload: { query: '{ __typename }' } });
    await socket.text('"id":"5","type":"next"');
    expect((await gateway.metrics.refused.get()).values).toContainEqual({ labels: { transport: 'websocket', reason: 'operations_per_socket' }, value: 1 });
  });
});

// Seen to fail: with ws left to its 30 s.
it('a socket that was told to leave and does not is cut off after 2 s', async () => {
  const full = await gateways.start({ wireLimits: { connectionsPerAddress: 1 } });
  const first = await acknowledged(full.port);
  const second = await open(full.port);
  expect((await second.closing()).code).toBe(1013);
  await waitFor(() => second.gone);
  expect(first.gone).toBe(false);
});

describe('what a socket may make the gateway hold', () => {
  let wide: Gateway;
  const BYTES = 4 * 1024 * 1024;
  beforeAll(async () => {
    wide = await gateways.start({ wireLimits: { messageBytes: BYTES } });
  });

  it('10,000 cursors fit into the initialisation', async () => {
    const socket = await open(wide.port);
    socket.send({ type: 'connection_init', payload: { cursors: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, 'c'.repeat(60)])) } });
    await socket.text('connection_ack');
  });

  // Seen to fail: without the count of bytes, each was taken.
  it.each([
    ['one message', (socket: RawSocket) => socket.send({ type: 'connection_init', payload: { junk: 'x'.repeat(2 * 1024 * 1024) } })],
    ['several', (socket: RawSocket) => {
      for (let count = 0; count < 3; count += 1) socket.send({ type: 'ping', payload: { junk: 'x'.repeat(1024 * 1024) } });
    }],
    ['a message that is not complete', (socket: RawSocket) => socket.frame(TEXT, 'x'.repeat(2 * 1024 * 1024), { flags: 0 })],
  ])('G16: %s of more than 2 MiB before the acknowledgement closes it with 1009', async (_what, send) => {
    const socket = await open(wide.port);
    send(socket);
    expect((await socket.closing()).code).toBe(1009);
    expect(socket.texts.filter((text) => text.includes('ack'))).toEqual([]);
  });

  it('a ping is answered with its payload while that is small', async () => {
    const socket = await acknowledged(wide.port);
    socket.send({ type: 'ping', payload: { mark: 'one' } });
    expect(await socket.text('pong')).toBe('{"type":"pong","payload":{"mark":"one"}}');
    socket.send({ type: 'ping', payload: { mark: 'x'.repeat(4 * 1024) } });
    await waitFor(() => socket.texts.length === 3);
    expect(socket.texts[2]).toBe('{"type":"pong"}');
  });

  // Seen to fail: without `Peer.hold` all five began.
  it('G16: operations under way have the bytes of one message together', async () => {
    const socket = await acknowledged(wide.port);
    const begin = (id: string): void => socket.send({ id, type: 'subscribe', payload: { ...EVENTS, junk: 'x'.repeat(1024 * 1024) } });
    for (const id of ['1', '2', '3', '4']) begin(id);
    const refused = JSON.parse(await socket.text('"error"')) as unknown;
    expect(refused).toMatchObject({ id: '4', payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 } }] });
    socket.send({ id: '1', type: 'complete' });
    begin('5');
    socket.send({ id: '6', type: 'subscribe', payload: { query: '{ __typename }' } });
    await socket.text('"id":"6","type":"next"');
    expect(socket.texts.filter((text) => text.includes('"error"'))).toHaveLength(1);
    expect((await wide.metrics.refused.get()).values).toContainEqual({ labels: { transport: 'websocket', reason: 'operation_bytes' }, value: 1 });
  });
});

describe('frames', () => {
  const init = JSON.stringify({ type: 'connection_init' });

  it.each([
    ['an unmasked frame', (socket: RawSocket) => socket.frame(TEXT, init, { masked: false }), 1002],
    ['a reserved bit', (socket: RawSocket) => socket.frame(TEXT, init, { flags: FIN | 0x40 }), 1002],
    ['another reserved bit', (socket: RawSocket) => socket.frame(TEXT, init, { flags: FIN | 0x10 }), 1002],
    ['a reserved opcode', (socket: RawSocket) => socket.frame(3, init), 1002],
    ['a reserved opcode of control frames', (socket: RawSocket) => socket.frame(11, ''), 1002],
    ['a control frame in fragments', (socket: RawSocket) => socket.frame(PING, '', { flags: 0 }), 1002],
    ['a control frame that is too long', (socket: RawSocket) => socket.frame(PING, 'x'.repeat(126)), 1002],
    ['a continuation of nothing', (socket: RawSocket) => socket.frame(CONTINUATION, init), 1002],
    ['a message inside a message', (socket: RawSocket) => {
      socket.frame(TEXT, '{', { flags: 0 });
      socket.frame(TEXT, '}');
    }, 1002],
    ['bad UTF-8', (socket: RawSocket) => socket.frame(TEXT, Buffer.from([0x22, 0xc3, 0x28, 0x22])), 1007],
    ['bad UTF-8 over two fragments', (socket: RawSocket) => {
      socket.frame(TEXT, Buffer.from([0x22, 0xc3]), { flags: 0 });
      socket.frame(CONTINUATION, Buffer.from([0x28, 0x22]));
    }, 1007],
    ['more than the limit', (socket: RawSocket) => socket.frame(TEXT, 'x'.repeat(LIMIT + 1)), 1009],
    ['more than the limit in fragments', (socket: RawSocket) => {
      socket.frame(TEXT, 'x'.repeat(LIMIT), { flags: 0 });
      socket.frame(CONTINUATION, 'x');
    }, 1009],
    // It says 4 GB and sends nothing of it: refused by what it says.
    ['a length that is a lie', (socket: RawSocket) => socket.socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0])), 1009],
    ['more fragments than anybody needs', (socket: RawSocket) => {
      for (let count = 0; count <= 16 * 1024; count += 1) socket.frame(count === 0 ? TEXT : CONTINUATION, '', { flags: 0 });
    }, 1008],
    ['a message that is no text', (socket: RawSocket) => socket.frame(BINARY, init), 4400],
  ])('%s closes the socket', async (_what, send, code) => {
    const socket = await open();
    send(socket);
    const closed = await socket.closing();
    expect(closed.code).toBe(code);
    expect(socket.texts).toEqual([]);
  });

  it('a message of the limit is taken, and one in fragments with a ping between them', async () => {
    const socket = await open();
    socket.frame(TEXT, `{"type":"connection_init"${' '.repeat(LIMIT - 26)}}`);
    await socket.text('connection_ack');
    socket.frame(TEXT, '{"type":', { flags: 0 });
    socket.frame(PING, 'between');
    socket.frame(CONTINUATION, '"ping"}');
    await socket.text('pong');
  });

  // Seen to fail: without `watchUnfinished` it lived for as long as it answered pings.
  it('a message that never ends is cut off, whatever comes between its fragments; a quiet socket is not', async () => {
    const patient = await gateways.start({ wireLimits: { messageTimeout: 100 } });
    const quiet = await acknowledged(patient.port);
    const socket = await acknowledged(patient.port);
    socket.frame(TEXT, '{"type":', { flags: 0 });
    await waitFor(() => {
      if (!socket.gone) socket.frame(PING, 'alive');
      return socket.gone;
    });
    expect(socket.closed).toBeUndefined();
    quiet.frame(PING, 'still here');
    quiet.send({ type: 'ping' });
    await quiet.text('pong');
  });

  it('compression is not offered, whatever the client asks for', async () => {
    const answer = await ask(gateway.port, plus(UPGRADE, 'Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'));
    expect([answer.status, answer.headers['sec-websocket-extensions']]).toEqual([101, undefined]);
    const response = await ask(gateway.port, { method: 'POST', headers: ['Content-Type', 'application/json', 'Accept-Encoding', 'gzip, br, deflate'], body: '{"query":"{ __schema { types { name } } }"}' });
    expect(response.headers['content-encoding']).toBeUndefined();
  });
});

it('a request whose line and headers are too long is 431', async () => {
  const { headerBytes } = DEFAULT_WIRE_LIMITS;
  expect((await ask(gateway.port, { headers: ['X-Long', 'x'.repeat(headerBytes)] })).status).toBe(431);
  expect((await ask(gateway.port, { path: `/graphql?query=${'x'.repeat(headerBytes)}` })).status).toBe(431);
});
