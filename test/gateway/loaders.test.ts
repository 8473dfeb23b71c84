import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Gateway } from '../../src/gateway.js';
import { SchemaError } from '../../src/graphql/derive/schema-error.js';
import type { LoaderFunction, LoaderOptions } from '../../src/reference/loader-source.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

/** A price service: `GET /?sku=a&sku=b` gives a list of amounts or null. It says which lists it was asked for. */
let service: Server;
let asked: string[][];
let given: number;
const amounts = new Map<string, number>();
/** Answers wait for this. */
let open: Promise<void> = Promise.resolve();

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createGateways();
  service = createServer((request, response) => {
    const skus = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('sku');
    asked.push(skus);
    response.on('close', () => {
      if (!response.writableFinished) given += 1;
    });
    void open.then(() => response.end(JSON.stringify(skus.map((sku) => amounts.get(sku) ?? null))));
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
});
afterAll(async () => {
  await gateways.close();
  service.close();
});
beforeEach(() => {
  [asked, given, open] = [[], 0, Promise.resolve()];
  amounts.clear();
});

const load: LoaderFunction = async (keys, { signal }) => {
  const { port } = service.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/?${new URLSearchParams(keys.map((sku) => ['sku', sku])).toString()}`, { signal });
  return (await response.json() as (number | null)[]).map((amount, index) => (amount === null ? null : { sku: keys[index], amount }));
};

const resolvers = {
  Quote: { shown: ({ amount }: { amount: number }) => `${amount} cents` },
  PriceAsked: { count: ({ pieces }: { pieces?: { count: number }[] | null }) => (pieces ?? []).reduce((sum, piece) => sum + piece.count, 0) },
  Piece: { label: ({ kind, count }: { kind: string; count: number }, { upper }: { upper: boolean }) => (upper ? `${count} ${kind}`.toUpperCase() : `${count} ${kind}`) },
};

let gateway: Gateway;
let client: ReturnType<typeof createClient>;
async function start(options: Partial<LoaderOptions> = {}): Promise<void> {
  gateway = await gateways.start({ application: { name: 'prices', schema: path.resolve('test/fixtures/prices'), migrations: [], resolvers, loaders: { Quote: { load, ...options } } } });
  client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
}
afterEach(async () => {
  await client.dispose();
  await gateway.stop();
});

async function publish(event: 'priceAsked' | 'priceChanged', ...skus: string[]): Promise<void> {
  const result = await query(gateway.url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { cursor } }', { events: skus.map((sku) => ({ [event]: { sku } })) });
  expect(result.errors).toBeUndefined();
}

interface Answer { readonly quote: { readonly amount: number; readonly shown: string } | null; readonly code: unknown }

/** Follows from here on; gives what has come. */
async function follow(): Promise<Answer[]> {
  const seen: Answer[] = [];
  const { data } = await query<{ priceEvents: { head: string } }>(gateway.url, '{ priceEvents(first: 0) { head } }');
  client.subscribe<{ priceEvents: { node: { quote: Answer['quote'] } } }>(
    { query: 'subscription($after: Cursor) { priceEvents(after: $after) { node { ... on PriceAsked { quote { amount shown } } ... on PriceChanged { quote { amount shown } } } } }', variables: { after: data?.priceEvents.head } },
    {
      next: ({ data: next, errors }) => seen.push({ quote: next?.priceEvents.node.quote ?? null, code: errors?.[0]?.extensions?.['code'] }),
      error: (error) => {
        throw error;
      },
      complete: () => undefined,
    },
  );
  return seen;
}

describe('a loader that asks another service over HTTP', () => {
  it('is asked once for what is kept, also for what there is not, and again after an event of invalidatedBy', async () => {
    await start();
    amounts.set('cup', 900);
    const seen = await follow();
    for (const count of [2, 4]) {
      await publish('priceChanged', 'cup');
      await publish('priceAsked', 'cup');
      await waitFor(() => seen.length === count, { what: `${count} events` });
      amounts.set('cup', 900 + count);
    }
    expect(seen.map((each) => each.quote)).toEqual([900, 900, 902, 902].map((amount) => ({ amount, shown: `${amount} cents` })));
    expect(asked).toEqual([['cup'], ['cup']]);

    // Each event that refers to it may be what made it: only then is a missing row asked for again.
    await publish('priceAsked', 'none', 'none', 'none');
    await waitFor(() => seen.length === 7, { what: 'the events without a price' });
    const before = asked.length;
    const history = await query<{ priceEvents: { edges: { node: unknown }[] } }>(gateway.url, '{ priceEvents(last: 1) { edges { node { ... on PriceAsked { quote { amount } } } } } }');
    expect(history.data?.priceEvents.edges).toEqual([{ node: { quote: null } }]);
    expect(asked.length).toBe(before);
    amounts.set('none', 5);
    await publish('priceAsked', 'none');
    await waitFor(() => seen.at(-1)?.quote?.amount === 5, { what: 'the price that there is now' });
  });

  it('gets at most maxBatch keys in a call, and at most maxCalls calls are under way', async () => {
    await start({ maxBatch: 2, maxCalls: 2 });
    let answer = (): void => undefined;
    open = new Promise((resolve) => (answer = resolve));
    const seen = await follow();
    await publish('priceAsked', 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    await waitFor(() => asked.length === 2, { what: 'two calls' });
    answer();
    await waitFor(() => seen.length === 7, { what: 'all events' });
    expect(asked).toEqual([['a', 'b'], ['c', 'd'], ['e', 'f'], ['g']]);
  });

  it('is given up at its deadline, and its signal ends the request; the failure is not kept', async () => {
    await start({ timeoutMs: 100 });
    amounts.set('cup', 1);
    let answer = (): void => undefined;
    open = new Promise((resolve) => (answer = resolve));
    const seen = await follow();
    await publish('priceAsked', 'cup');
    await waitFor(() => seen.length === 1 && given === 1, { what: 'the deadline' });
    expect(seen).toEqual([{ quote: null, code: 'STORAGE_UNAVAILABLE' }]);
    answer();
    await publish('priceAsked', 'cup');
    await waitFor(() => seen.length === 2, { what: 'the next event' });
    expect(seen[1]).toEqual({ quote: { amount: 1, shown: '1 cents' }, code: undefined });
  });
});

describe('@computed', () => {
  it('works in events, entities and values inside, with arguments, and is in no input', async () => {
    await start();
    amounts.set('cup', 7);
    const refused = await query(gateway.url, 'mutation { publishPriceAsked(input: { sku: "cup", count: 1 }) { cursor } }');
    expect(refused.errors?.[0]?.message).toContain('Field "count" is not defined by type "PriceAskedInput"');
    await query(gateway.url, 'mutation { publishPriceAsked(input: { sku: "cup", pieces: [{ kind: "blue", count: 2 }, { kind: "red", count: 3 }] }) { cursor } }');
    const history = await query<{ priceEvents: { edges: { node: unknown }[] } }>(gateway.url, '{ priceEvents(last: 1) { edges { node { ... on PriceAsked { count pieces { kind label big: label(upper: true) } quote { shown } } } } } }');
    expect(history.errors).toBeUndefined();
    expect(history.data?.priceEvents.edges[0]?.node).toEqual({
      count: 5, pieces: [{ kind: 'blue', label: '2 blue', big: '2 BLUE' }, { kind: 'red', label: '3 red', big: '3 RED' }], quote: { shown: '7 cents' },
    });
  });

  it('without a resolver is an error at the start, with its place', async () => {
    const application = { name: 'prices', schema: path.resolve('test/fixtures/prices'), migrations: [], resolvers: { Quote: resolvers.Quote, Piece: {} }, loaders: { Quote: load } };
    const error: unknown = await gateways.start({ application }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SchemaError);
    expect((error as SchemaError).problems.map(({ file, line, message }) => [file, line, message])).toEqual([
      ['test/fixtures/prices/prices.graphql', 15, '"PriceAsked.count" is @computed, but the application has no resolver for it.'],
      ['test/fixtures/prices/prices.graphql', 24, '"Piece.label" is @computed, but the application has no resolver for it.'],
    ]);
    await start();
  });
});
