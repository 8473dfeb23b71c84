import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { addressKey, clientAddress, Connections } from '../../src/wire/connections.js';
import { DEFAULT_WIRE_LIMITS } from '../../src/wire/limits.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { ask, HTTP_WAYS, plus, type RawRequest } from '../support/raw-http.js';
import { openRaw, type RawSocket } from '../support/raw-socket.js';
import { TestAuth } from '../support/test-auth.js';
import { waitFor } from '../support/wait.js';

const EVENTS = 'subscription { noteEvents { cursor } }';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage => ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('whose connection it is', () => {
  it.each([
    [0, '6.6.6.6', '10.0.0.1'],
    [1, '6.6.6.6', '6.6.6.6'],
    // What the client has written itself stands before what the proxy appended.
    [1, '9.9.9.9, 6.6.6.6', '6.6.6.6'],
    [2, '9.9.9.9, 6.6.6.6, 10.0.0.2', '6.6.6.6'],
    [1, undefined, '10.0.0.1'],
    [3, '6.6.6.6', '6.6.6.6'],
  ])('with %i proxies and X-Forwarded-For %s: %s', (hops, forwarded, address) => expect(clientAddress(from('10.0.0.1', forwarded), hops)).toBe(address));

  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0::/64'],
    ['not an address', 'not an address'],
  ])('%s counts as %s', (address, key) => expect(addressKey(address)).toBe(key));

  it('keeps nothing of who has left', () => {
    const connections = new Connections({ ...DEFAULT_WIRE_LIMITS, connectionsPerAddress: 2 }, 0);
    const places = [connections.ofAddress(from('10.0.0.1')), connections.ofAddress(from('10.0.0.1')), connections.ofAddress(from('10.0.0.2'))];
    expect(connections.ofAddress(from('10.0.0.1'))).toBeNull();
    for (const free of places) free?.();
    expect(connections.counted).toBe(0);
  });
});

describe('a gateway', () => {
  let gateways: TestGateways;
  let gateway: Gateway;
  const auth = new TestAuth();
  const sockets: RawSocket[] = [];
  const streams: AbortController[] = [];
  beforeAll(async () => {
    gateways = await createGateways();
    gateway = await gateways.start({ auth, trustProxy: 1, wireLimits: { connectionsPerAddress: 4, connectionsPerPrincipal: 2 } });
    for (const name of ['ada', 'bob']) auth.grant(name);
    auth.grant('ada-elsewhere', { name: 'ada', tenant: 'other' });
    auth.grant('ada-again', { name: 'ada' });
  });
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.destroy();
    for (const stream of streams.splice(0)) stream.abort();
    await waitFor(() => auth.live === 0);
  });
  afterAll(() => gateways.close());

  async function connect(token: string, address: string): Promise<RawSocket> {
    const socket = await openRaw(gateway.port, { headers: [`X-Forwarded-For: ${address}`] });
    sockets.push(socket);
    socket.send({ type: 'connection_init', payload: { authorization: token } });
    await waitFor(() => socket.closed ?? socket.texts[0]);
    return socket;
  }

  async function stream(token: string, address: string): Promise<void> {
    const leaving = new AbortController();
    streams.push(leaving);
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(EVENTS)}`, { headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, 'x-forwarded-for': address }, signal: leaving.signal });
    expect(response.status).toBe(200);
    const read = await response.body?.pipeThrough(new TextDecoderStream()).getReader().read();
    expect(read?.value).toContain('retry');
  }

  const refusals = async (reason: string): Promise<number> => (await gateway.metrics.refused.get()).values.filter(({ labels }) => labels.reason === reason).reduce((sum, { value }) => sum + value, 0);

  /** What every way gets that is one too many. */
  async function expectFull(token: string, address: string, reason: string): Promise<void> {
    const before = await refusals(reason);
    const send = (request: RawRequest) => ask(gateway.port, plus(request, 'Authorization', `Bearer ${token}`, 'X-Forwarded-For', address));
    for (const way of ['POST', 'GET'] as const) {
      const answer = await send(HTTP_WAYS[way]('{ __typename }'));
      expect([way, answer.status, answer.codes, answer.headers['retry-after']]).toEqual([way, 429, ['RATE_LIMITED'], '1']);
    }
    for (const way of ['SSE by GET', 'SSE by POST'] as const) {
      const answer = await send(HTTP_WAYS[way](EVENTS));
      expect([way, answer.status, answer.body]).toEqual([way, 200, expect.stringMatching(/^retry: \d+\n\n$/)]);
    }
    expect((await connect(token, address)).closed).toEqual({ code: 1013, reason: 'Try again later' });
    expect(await refusals(reason)).toBe(before + 5);
  }

  // Seen to fail: with the places of event streams not given back, the second half of it found none.
  it('G16: sockets, streams and requests of one address share its places; those who leave give them back', async () => {
    await connect('ada', '6.6.6.1');
    await connect('bob', '6.6.6.1');
    await stream('ada', '6.6.6.1');
    await stream('bob', '6.6.6.1');
    await expectFull('', '6.6.6.1', 'connections_per_address');
    const elsewhere = await ask(gateway.port, plus(HTTP_WAYS.POST('{ __typename }'), 'X-Forwarded-For', '6.6.6.2'));
    expect(elsewhere.status).toBe(200);
    for (const each of streams.splice(0)) each.abort();
    await waitFor(() => auth.live === 2);
    const again = await ask(gateway.port, plus(HTTP_WAYS.POST('{ __typename }'), 'X-Forwarded-For', '6.6.6.1'));
    expect(again.status).toBe(200);
  });

  it('G16: so do those of one principal in its tenant, whatever its token and address', async () => {
    await connect('ada', '7.7.7.1');
    await stream('ada-again', '7.7.7.2');
    await expectFull('ada', '7.7.7.3', 'connections_per_principal');
    expect((await connect('bob', '7.7.7.3')).closed).toBeUndefined();
    expect((await connect('ada-elsewhere', '7.7.7.3')).closed).toBeUndefined();
  });
});
