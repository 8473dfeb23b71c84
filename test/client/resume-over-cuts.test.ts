import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient, type Client } from 'graphql-ws/client';
import { Client as UrqlClient, subscriptionExchange } from 'urql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createResumableClient } from '../../src/client/index.js';
import { createTcpProxy, unusedPort, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { seeded } from '../support/random.js';
import { startLogServer, TICKS, type LogServer, type TicksResult } from './log-server.js';

const CUTS = 10;
const BURST = 80;

let server: LogServer;
let proxy: TcpProxy;
const open: { dispose(): void | Promise<void> }[] = [];

beforeEach(async () => {
  server = await startLogServer();
  proxy = await createTcpProxy({ targetPort: server.port });
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.dispose();
  await proxy.close();
  await server.close();
});

function resumable(): Client {
  const client = createResumableClient({ url: `ws://127.0.0.1:${proxy.port}`, webSocketImpl: WebSocket });
  open.push(client);
  return client;
}

function plain(): Client {
  const client = createClient({
    url: `ws://127.0.0.1:${proxy.port}`,
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => Promise.resolve(),
  });
  open.push(client);
  return client;
}

type Variables = Record<string, unknown>;
type Subscribe = (client: Client, variables: Variables, got: (n: number) => void, failed: (reason: unknown) => void) => void;

const bare: Subscribe = (client, variables, got, failed) => {
  client.subscribe<TicksResult>({ query: TICKS, variables }, {
    next: ({ data }) => data && got(data.ticks.node.n),
    error: failed,
    complete: () => failed('complete'),
  });
};

const iterated: Subscribe = (client, variables, got, failed) => {
  void (async () => {
    for await (const { data } of client.iterate<TicksResult>({ query: TICKS, variables })) if (data) got(data.ticks.node.n);
    failed('complete');
  })().catch(failed);
};

const apollo: Subscribe = (client, variables, got, failed) => {
  const component = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
  component.subscribe<TicksResult>({ query: gql(TICKS), variables }).subscribe({
    next: ({ data, error }) => (data ? got(data.ticks.node.n) : failed(error)),
    error: failed,
  });
};

const urql: Subscribe = (client, variables, got, failed) => {
  const component = new UrqlClient({
    url: 'http://unused.invalid',
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: client.subscribe({ ...request, query: request.query ?? '' }, {
              ...sink,
              next: ({ data, errors, extensions }) =>
                sink.next({ ...(data != null && { data }), ...(errors && { errors: [...errors] }), ...(extensions != null && { extensions }) }),
            }),
          }),
        }),
      }),
    ],
  });
  component.subscription<TicksResult>(TICKS, variables).subscribe(({ data, error }) => {
    if (data) got(data.ticks.node.n);
    else failed(error);
  });
};

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Appends while the connection is cut at random bytes, some of them inside the handshake; then one last number. */
async function publishThroughCuts(seed: number, subscriptions: number): Promise<void> {
  const random = seeded(seed);
  for (let cut = 0; cut < CUTS; cut++) {
    const happened = proxy.cutAfter(Math.floor(random() * 6_000));
    server.append(BURST);
    await happened;
  }
  await waitFor(() => proxy.connections() > 0 && server.subscriptions() === subscriptions, { what: 'the last reconnect' });
  server.append(1);
}

const LAST = CUTS * BURST + 1;

async function receivedThroughCuts(client: Client, subscribe: Subscribe, variables: Variables, seed: number): Promise<number[]> {
  const received: number[] = [];
  const failures: unknown[] = [];
  subscribe(client, variables, (n) => received.push(n), (reason) => failures.push(reason));
  await waitFor(() => server.subscriptions() === 1);
  if ('cursors' in client) await waitFor(() => Object.keys((client as ReturnType<typeof createResumableClient>).cursors()).length);
  await publishThroughCuts(seed, 1);
  await waitFor(() => received.includes(server.head()) || failures.length > 0, { what: 'the last number' });
  expect(failures).toEqual([]);
  return received;
}

describe.each([
  ['bare graphql-ws', bare],
  ['an async iterator of graphql-ws', iterated],
  ['Apollo Client', apollo],
  ['urql', urql],
])('%s through a resumable client', (_, subscribe) => {
  test.each([1, 2, 3])('gets every number once through 10 cuts, from NOW (seed %i)', async (seed) => {
    expect(await receivedThroughCuts(resumable(), subscribe, {}, seed)).toEqual(range(1, LAST));
  });

  test('gets every number once through 10 cuts when the variables name a start of their own', async () => {
    server.append(50);
    expect(await receivedThroughCuts(resumable(), subscribe, { from: 'BEGINNING' }, 4)).toEqual(range(1, 50 + LAST));
  });
});

describe('the same without the cursor map', () => {
  test('repeats when the variables name a start', async () => {
    const received = await receivedThroughCuts(plain(), bare, { from: 'BEGINNING' }, 1);
    expect(received.length).toBeGreaterThan(new Set(received).size);
  });

  test.each([
    ['the plain client has a hole', plain, [1, ...range(7, 11)]],
    ['the resumable client has none', resumable, range(1, 11)],
  ])('from NOW, with events during the cut, %s', async (_, make, expected) => {
    const received: number[] = [];
    const failures: unknown[] = [];
    bare(make(), {}, (n) => received.push(n), (reason) => failures.push(reason));
    await waitFor(() => server.subscriptions() === 1 && proxy.connections() === 1);
    server.append(1);
    await waitFor(() => received.includes(1));
    proxy.setTarget(await unusedPort());
    proxy.cutAll();
    await waitFor(() => server.subscriptions() === 0);
    server.append(5);
    proxy.setTarget(server.port);
    await waitFor(() => server.subscriptions() === 1);
    server.append(5);
    await waitFor(() => received.includes(11) || failures.length > 0);
    expect(failures).toEqual([]);
    expect(received).toEqual(expected);
  });
});

test('two operations on one socket each keep their own cursor', async () => {
  const client = resumable();
  const twos: number[] = [];
  const threes: number[] = [];
  const failures: unknown[] = [];
  bare(client, { multipleOf: 2 }, (n) => twos.push(n), (reason) => failures.push(reason));
  bare(client, { multipleOf: 3 }, (n) => threes.push(n), (reason) => failures.push(reason));
  await waitFor(() => server.subscriptions() === 2 && proxy.connections() === 1);
  await waitFor(() => Object.keys((client as ReturnType<typeof createResumableClient>).cursors()).length === 2);
  await publishThroughCuts(5, 2);
  server.append(6);
  const all = range(1, LAST + 6);
  await waitFor(() => twos.length >= Math.floor(all.length / 2) && threes.length >= Math.floor(all.length / 3), {
    what: 'both',
  });
  expect(failures).toEqual([]);
  expect(twos).toEqual(all.filter((n) => n % 2 === 0));
  expect(threes).toEqual(all.filter((n) => n % 3 === 0));
});
