import type { Message } from 'graphql-ws/client';
import { describe, expect, test } from 'vitest';
import { cursorErrorOf } from '../../src/client/index.js';
import { waitFor } from '../support/wait.js';
import { createClient, established, proxy, reconnected, server, subscribe, useLogServer } from './fixture.js';
import { cursorText, TICKS, type TicksResult } from './log-server.js';

useLogServer();

describe('the map of cursors', () => {
  test('has the start cursor before the first event, then each event, and tells of both', async () => {
    server.append(3);
    const told: [string, string][] = [];
    const client = createClient({ onCheckpoint: (id, cursor) => told.push([id, cursor]) });
    subscribe(client);
    await established(client);
    expect(client.cursors()).toEqual({ 1: cursorText(3) });
    server.append(2);
    await waitFor(() => told.length === 3);
    expect(told).toEqual([['1', cursorText(3)], ['1', cursorText(4)], ['1', cursorText(5)]]);
    expect(client.cursors()).toEqual({ 1: cursorText(5) });
  });

  test('follows checkpoints, so that a filter that matches nothing resumes where it has looked', async () => {
    const client = createClient();
    const observed = subscribe(client, { multipleOf: 1_000 });
    await established(client);
    server.append(50);
    await waitFor(() => {
      server.checkpoint();
      return client.cursors()['1'] === cursorText(50);
    });
    proxy.cutAll();
    await reconnected(2, 1);
    expect(server.starts).toEqual([0, 50]);
    expect(observed).toMatchObject({ received: [], end: undefined });
  });

  test('is empty after 1,000 subscriptions were disposed, in every phase of their life', async () => {
    const client = createClient();
    const kept = subscribe(client);
    await established(client);
    for (let round = 0; round < 20; round++) {
      const some = Array.from({ length: 50 }, () => subscribe(client, { from: 'BEGINNING' }));
      some.slice(0, 10).forEach((observed) => observed.dispose());
      if (round % 2 === 0) await established(client, 41);
      some.forEach((observed) => observed.dispose());
    }
    server.append(1);
    await waitFor(() => kept.received.length === 1 && server.subscriptions() === 1);
    expect(client.cursors()).toEqual({ 1: cursorText(1) });
    proxy.cutAll();
    await reconnected(2, 1);
    expect(server.params[1]).toEqual({ sluice: { checkpoints: true }, cursors: { 1: cursorText(1) } });
  });

  test('forgets what the server completed: nothing of it is resumed', async () => {
    const client = createClient({ lazyCloseTimeout: 60_000 });
    const first = subscribe(client);
    await established(client);
    server.complete();
    await waitFor(() => first.end);
    expect(first.end).toBe('complete');
    expect(client.cursors()).toEqual({});
    subscribe(client);
    await established(client);
    proxy.cutAll();
    await reconnected(2, 1);
    expect(server.params[1]?.['cursors']).toEqual({ 2: cursorText(0) });
  });

  test('has nothing for a query', async () => {
    const client = createClient();
    const results: unknown[] = [];
    for await (const { data } of client.iterate({ query: '{ head }' })) {
      results.push(data);
      expect(client.cursors()).toEqual({});
    }
    expect(results).toEqual([{ head: 0 }]);
  });

  test('keeps a newer operation whose id is that of a disposed one', async () => {
    let retry = (): void => undefined;
    const client = createClient({
      generateID: () => 'same',
      retryWait: () => new Promise((resolve) => (retry = resolve)),
    });
    const first = subscribe(client);
    await established(client);
    proxy.cutAll();
    await waitFor(() => server.subscriptions() === 0 && proxy.connections() === 0);
    first.dispose();
    const second = subscribe(client);
    retry();
    await waitFor(() => first.end === 'complete');
    await established(client);
    server.append(1);
    await waitFor(() => second.received.length === 1);
    expect(first.received).toEqual([]);
  });

  test.each(['error', 'next'] as const)('forgets a cursor that cannot be honoured (sent as %s)', async (how) => {
    const client = createClient();
    const errors: unknown[] = [];
    client.subscribe<TicksResult>({ query: TICKS }, {
      next: (result) => result.errors && errors.push(result.errors),
      error: (reason) => errors.push(reason),
      complete: () => undefined,
    });
    await established(client);
    server.append(9);
    await waitFor(() => client.cursors()['1'] === cursorText(9));
    server.dropUpTo(20, how);
    proxy.cutAll();
    const error = cursorErrorOf(await waitFor(() => errors[0]));
    expect(error).toMatchObject({ code: 'CURSOR_EXPIRED', earliestCursor: cursorText(20) });
    await waitFor(() => Object.keys(client.cursors()).length === 0);
    server.append(20);
    const again = subscribe(client, { after: error?.earliestCursor });
    await waitFor(() => again.received.length === 9);
    expect(again.received[0]).toBe(21);
  });

  test('does not count an event that its sink did not take', async () => {
    const client = createClient();
    const ends: unknown[] = [];
    const told: string[] = [];
    client.on('error', () => told.push(...Object.values(client.cursors())));
    client.subscribe<TicksResult>({ query: TICKS }, {
      next: ({ data }) => {
        if (data?.ticks.node.n === 2) throw new Error('the sink broke');
      },
      error: (reason) => ends.push(reason),
      complete: () => ends.push('complete'),
    });
    await established(client);
    server.append(3);
    await waitFor(() => ends.length);
    expect(ends).toEqual([new Error('the sink broke')]);
    expect(told).toEqual([cursorText(1)]);
    expect(server.params).toHaveLength(1);
  });
});

describe("the user's own options", () => {
  test('connectionParams (async function), on.message, on.ping and generateID still work', async () => {
    const messages: Message['type'][] = [];
    const pings: unknown[] = [];
    let made = 0;
    let token = 0;
    const client = createClient({
      connectionParams: async () => Promise.resolve({ token: ++token, sluice: { app: 'shop' }, cursors: { elsewhere: 'c' } }),
      generateID: (payload) => `${payload.operationName}-${++made}`,
      on: {
        message: (message) => messages.push(message.type),
        ping: (received, payload) => received && pings.push(payload),
      },
    });
    client.subscribe({ query: TICKS, operationName: 'Ticks' }, { next: () => undefined, error: () => undefined, complete: () => undefined });
    await established(client);
    proxy.cutAll();
    await reconnected(2, 1);
    expect(server.params).toEqual([
      { token: 1, sluice: { app: 'shop', checkpoints: true }, cursors: { elsewhere: 'c' } },
      { token: 2, sluice: { app: 'shop', checkpoints: true }, cursors: { elsewhere: 'c', 'Ticks-1': cursorText(0) } },
    ]);
    await waitFor(() => pings.length === 2);
    expect(messages).toEqual(['connection_ack', 'ping', 'connection_ack', 'ping']);
    expect(pings[0]).toEqual({ sluice: { cursors: { 'Ticks-1': cursorText(0) } } });
  });

  test('cursors are read after connectionParams has resolved', async () => {
    let release = (): void => undefined;
    let calls = 0;
    const client = createClient({
      connectionParams: async () => {
        if (++calls === 2) await new Promise<void>((resolve) => (release = resolve));
        return {};
      },
    });
    const doomed = subscribe(client);
    subscribe(client);
    await established(client, 2);
    proxy.cutAll();
    await waitFor(() => calls === 2);
    doomed.dispose();
    release();
    await reconnected(2, 1);
    expect(server.params[1]?.['cursors']).toEqual({ 2: cursorText(0) });
  });

  test('a rejection of connectionParams is told and retried', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const client = createClient({
      connectionParams: async () => (++calls < 4 ? Promise.reject(new Error(`no token ${calls}`)) : Promise.resolve({ calls })),
      on: { error: (error) => errors.push(error) },
    });
    subscribe(client);
    await established(client);
    expect(errors).toEqual([new Error('no token 1'), new Error('no token 2'), new Error('no token 3')]);
    expect(server.params).toMatchObject([{ calls: 4 }]);
  });

  test('a rejection of connectionParams is final when shouldRetry says so', async () => {
    const client = createClient({
      connectionParams: () => Promise.reject(new Error('signed out')),
      shouldRetry: (reason) => !(reason instanceof Error),
    });
    const observed = subscribe(client);
    expect(await waitFor(() => observed.end)).toEqual(new Error('signed out'));
  });
});
