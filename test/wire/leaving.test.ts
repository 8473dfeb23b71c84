import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openSocket } from '../contract/socket.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

const PUBLISH = 'mutation { publishNoted(input: { noteId: "n" }) { cursor } }';

let gateways: TestGateways;
let gateway: Gateway;
beforeEach(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterEach(() => gateways.close());

// Seen to fail: without the look at `readyState` in `onMessage` and `execute`, the event was stored, and nobody was told.
it('G15: a mutation that meets the close of its socket is not done: the client, which has no answer, does it elsewhere', async () => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  const messages: string[] = [];
  let closed: number | undefined;
  socket.on('message', (data) => messages.push((data as Buffer).toString()));
  socket.on('close', (code) => {
    closed = code;
  });
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  await waitFor(() => messages.length === 1);
  // It does not see the gateway's close yet, as a client whose message crosses it on the way.
  socket.pause();
  const stopped = gateway.stop();
  socket.send(JSON.stringify({ id: 'publish', type: 'subscribe', payload: { query: PUBLISH } }));
  socket.resume();
  await stopped;
  await waitFor(() => closed !== undefined);
  expect(closed).toBe(1012);
  expect(messages).toHaveLength(1);
  expect(await gateways.sql`SELECT FROM sluice.events`).toHaveLength(0);
});

// Seen to fail: with the socket closed at once, and also with `complete` for the subscription while it was open.
it('1013 waits for the mutations of its socket, and tells the subscription nothing', async () => {
  const socket = await openSocket(gateway.url);
  const held = await gateways.sql.reserve();
  await held`BEGIN`;
  await held`LOCK TABLE sluice.log`;
  socket.subscribe('publish', PUBLISH);
  socket.subscribe('events', 'subscription { noteEvents { cursor } }');
  const waiting = (name: string) => gateways.sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = ${name} AND wait_event_type = 'Lock'`;
  await waitFor(async () => (await waiting('sluice append')).length === 1 && (await waiting('sluice read')).length > 0);
  // The subscription cannot begin, because of something that passes.
  await gateways.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice read'`;
  await waitFor(async () => (await waiting('sluice read')).length === 0);
  // Answered only when the gateway has heard of it, and has had turns to act.
  socket.send({ type: 'ping' });
  await socket.wait((all) => all.some(({ type }) => type === 'pong'), 'pong');
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  await held`COMMIT`;
  held.release();
  await waitFor(() => socket.closed !== undefined);
  expect(socket.closed).toBe(1013);
  expect(socket.of('publish').map(({ type }) => type)).toEqual(['next', 'complete']);
  expect(socket.of('events')).toEqual([]);
});
