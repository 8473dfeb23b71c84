import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeEach(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterEach(() => gateways.close());

interface Message { readonly type: string; readonly id?: string }

async function open(): Promise<{ of(id: string): string[]; subscribe(id: string, query: string): void; closed(): number | undefined }> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  const messages: Message[] = [];
  let code: number | undefined;
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString()) as Message));
  socket.on('close', (closed) => {
    code = closed;
  });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
  await waitFor(() => messages.some(({ type }) => type === 'connection_ack'));
  return {
    of: (id) => messages.filter((message) => message.id === id).map(({ type }) => type),
    subscribe: (id, text) => socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query: text } })),
    closed: () => code,
  };
}

const metric = async (name: string): Promise<string> => (await (await fetch(`${gateway.url}/metrics`)).text()).split('\n').find((line) => line.startsWith(name)) ?? '';

// Seen to fail: while the mutation was awaited, the subscription beside it was told `complete`, and nobody resumed it.
it('G15: completes no subscription while a mutation on the same socket holds the drain up', async () => {
  const socket = await open();
  socket.subscribe('events', 'subscription { noteEvents { cursor } }');
  await waitFor(async () => (await metric('sluice_subscriptions{')).endsWith(' 1'));
  const held = await gateways.sql.reserve();
  await held`BEGIN`;
  await held`SELECT sluice.lock_head()`;
  socket.subscribe('publish', 'mutation { publishNoted(input: { noteId: "n" }) { cursor } }');
  await waitFor(async () => (await metric('sluice_publish_queue_events ')).endsWith(' 1'));
  const stopped = gateway.stop();
  await waitFor(async () => fetch(`${gateway.url}/health/live`).then(() => false, () => true));
  await held`COMMIT`;
  held.release();
  await stopped;
  await waitFor(() => socket.closed() !== undefined);
  expect(socket.closed()).toBe(1012);
  expect(socket.of('events')).toEqual([]);
  expect(socket.of('publish')).toEqual(['next', 'complete']);
});
