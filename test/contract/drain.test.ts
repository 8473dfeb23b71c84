import { EventSource } from 'eventsource';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createResumableClient } from '../../src/client/index.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { readBlocks, type Block } from './event-stream.js';
import { NOTES, number, openSubscriptions, range } from './notes.js';
import { openSocket } from './socket.js';
import type { Result } from './subscription.js';
import { streamUrl } from './transports.js';

const PUBLISH = 'mutation { publishNoted(input: { noteId: "n", number: 1 }) { cursor } }';

let gateways: TestGateways;
let gateway: Gateway;
beforeEach(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterEach(() => gateways.close());

const ofKey = { where: { key: ['n'] } };

/** Holds the head lock, so that a publish waits until `release`. */
async function holdHead(): Promise<() => Promise<void>> {
  const sql = await gateways.sql.reserve();
  await sql`BEGIN`;
  await sql`SELECT sluice.lock_head()`;
  return async () => {
    await sql`COMMIT`;
    sql.release();
  };
}

describe('G15: a gateway that stops', () => {
  // Seen to fail: with `drain.begin()` left out of `stop`, sockets stayed open until they were cut off (1006).
  it('closes every socket with 1012, idle and subscribed ones at once', async () => {
    const idle = await openSocket(gateway.url);
    const busy = await openSocket(gateway.url);
    busy.subscribe('a', NOTES, ofKey);
    await waitFor(async () => (await openSubscriptions(gateway)) === 1);
    const began = performance.now();
    await gateway.stop();
    await waitFor(() => idle.closed !== undefined && busy.closed !== undefined);
    expect([idle.closed, busy.closed]).toEqual([1012, 1012]);
    // Nobody was told `complete`: the subscription goes on elsewhere.
    expect(busy.of('a')).toEqual([]);
    // `stop` waits 10 s for clients that stay.
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it('answers a publish that it had taken, over WebSocket and HTTP, before it sends the client away', async () => {
    const release = await holdHead();
    const socket = await openSocket(gateway.url);
    socket.subscribe('publish', PUBLISH);
    const posted = fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: PUBLISH }) });
    await waitFor(async () => (await (await fetch(`${gateway.url}/metrics`)).text()).includes('sluice_publish_queue_events 2'), { what: 'both publishes to have been taken' });
    const stopped = gateway.stop();
    await release();
    await stopped;
    await waitFor(() => socket.closed !== undefined);
    expect(socket.of('publish').map(({ type }) => type).slice(0, 1)).toEqual(['next']);
    expect(socket.closed).toBe(1012);
    expect(await (await posted).json()).toMatchObject({ data: { publishNoted: { cursor: expect.any(String) } } });
    expect((await gateways.sql`SELECT FROM sluice.events`).length).toBe(2);
  });

  // Seen to fail: with `complete` in its place EventSource never came back, here and in the test of a restart.
  it('ends an event stream with `retry:` and without `complete`', async () => {
    const response = await fetch(streamUrl(gateway.url, NOTES, ofKey), { headers: { accept: 'text/event-stream' } });
    const blocks: Block[] = [];
    const read = (async () => {
      for await (const block of readBlocks(response)) blocks.push(block);
    })();
    // `retry:`, where it starts, and that it has caught up.
    await waitFor(() => blocks.length === 3);
    const [cursor] = await number(gateway.url, 'n', [1]);
    await waitFor(() => blocks.length === 4);
    await gateway.stop();
    await read;
    expect(blocks.slice(3).map(({ text }) => text.split('\n')[0])).toEqual([`id: ${cursor}`, expect.stringMatching(/^retry: \d+$/)]);
  });

  it('takes no new connection while it drains', async () => {
    const release = await holdHead();
    const socket = await openSocket(gateway.url);
    socket.subscribe('publish', PUBLISH);
    await waitFor(async () => (await gateways.sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`).length > 0);
    const stopped = gateway.stop();
    await expect(fetch(`${gateway.url}/health/ready`)).rejects.toThrow();
    await release();
    await stopped;
    await waitFor(() => socket.closed !== undefined);
    expect(socket.closed).toBe(1012);
  });
});

describe('G15, G5: clients of a gateway that is restarted on its port', () => {
  it('EventSource and the resumable client come back by themselves and miss nothing of what was published meanwhile', async () => {
    const other = await gateways.start();
    const overSse: unknown[] = [];
    const overWebSocket: unknown[] = [];
    const failures: unknown[] = [];
    const source = new EventSource(streamUrl(gateway.url, NOTES, ofKey));
    source.addEventListener('next', ({ data }) => overSse.push((JSON.parse(String(data)) as Result).data?.noteEvents.node?.number));
    source.addEventListener('complete', () => failures.push('complete'));
    const client = createResumableClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    client.subscribe({ query: NOTES, variables: ofKey }, {
      next: (result) => overWebSocket.push((result as Result).data?.noteEvents.node?.number),
      error: (reason) => failures.push(reason),
      complete: () => failures.push('complete'),
    });
    try {
      await waitFor(async () => (await openSubscriptions(gateway)) === 2 && Object.keys(client.cursors()).length === 1);
      const { port } = gateway;
      for (const round of range(0, 2)) {
        await number(other.url, 'n', [round * 10 + 1, round * 10 + 2]);
        await waitFor(() => overSse.length === round * 4 + 2 && overWebSocket.length === round * 4 + 2, { what: `the events of round ${round}` });
        await gateway.stop();
        await number(other.url, 'n', [round * 10 + 3, round * 10 + 4]);
        gateway = await gateways.start({ port });
        await waitFor(() => overSse.length === round * 4 + 4 && overWebSocket.length === round * 4 + 4, { what: `what was missed in round ${round}` });
      }
      const all = range(0, 2).flatMap((round) => range(round * 10 + 1, round * 10 + 4));
      expect(overSse).toEqual(all);
      expect(overWebSocket).toEqual(all);
      expect(failures).toEqual([]);
      expect(source.readyState).toBe(source.OPEN);
    } finally {
      source.close();
      await client.dispose();
    }
  });
});

it('G15: SIGTERM to the process closes sockets with 1012 and exits with 0', async () => {
  const child = await gateways.spawn();
  const socket = await openSocket(child.url, { sluice: { checkpoints: true } });
  socket.subscribe('a', NOTES, ofKey);
  await socket.wait((all) => all.some(({ type }) => type === 'ping'), 'the start cursor');
  const exit = await child.process.kill('SIGTERM');
  expect(exit).toEqual({ code: 0, signal: null });
  await waitFor(() => socket.closed !== undefined);
  expect(socket.closed).toBe(1012);
});
