import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayProcess } from './gateway-process.js';
import { HttpClient } from './http-client.js';
import { reading } from './reading.js';

/** Posts under way at once: those of a webhook by default. */
export const POSTS_AT_ONCE = 8;

/** A receiver on loopback that answers 200 with an empty JSON object, and says when it has had so many requests. */
export async function startReceiver() {
  let waiting: { readonly from: number; readonly count: number; begun: number; done(seconds: number): void } | null = null;
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      count += 1;
      if (waiting === null) return;
      if (count === waiting.from + 1) waiting.begun = performance.now();
      if (count >= waiting.from + waiting.count) waiting.done((performance.now() - waiting.begun) / 1_000);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** Requests a second, from the first of the next `expected` to the last. */
    async rate(expected: number): Promise<number> {
      const seconds = await new Promise<number>((resolve) => {
        waiting = { from: count, count: expected, begun: performance.now(), done: resolve };
      });
      waiting = null;
      return (expected - 1) / seconds;
    },
    close: () => new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** The same number of bytes, posted by as many at once with nothing else to do: neither read, signed nor noted. */
export async function postByHand(receiver: Receiver, posts: number): Promise<number> {
  const client = new HttpClient(receiver.url, POSTS_AT_ONCE);
  const rate = receiver.rate(posts);
  let next = 0;
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, async () => {
    while (next < posts) {
      next += 1;
      await client.post(JSON.stringify({ type: 'ReadingTaken', data: reading(next, 0) }));
    }
  }));
  client.close();
  return await rate;
}

/** A webhook that is sent all of the log, from its beginning, and is deleted then. */
export async function postByWebhook(gateway: GatewayProcess, receiver: Receiver, events: number): Promise<number> {
  const client = new HttpClient(`${gateway.url}/graphql`, 1);
  const rate = receiver.rate(events);
  const created = JSON.parse(await client.post(JSON.stringify({
    query: 'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { id } }', variables: { input: { name: 'bench', url: receiver.url, topics: ['ReadingEvent'], from: 'BEGINNING' } },
  }))) as { readonly data: { readonly createWebhook: { readonly id: string } } };
  const perSecond = await rate;
  await client.post(JSON.stringify({ query: 'mutation($id: ID!) { deleteWebhook(id: $id) { __typename } }', variables: { id: created.data.createWebhook.id } }));
  client.close();
  return perSecond;
}
