import { expect, describe, test } from 'vitest';
import { waitFor } from '../support/wait.js';
import { createClient, established, server, useLogServer } from './fixture.js';
import { cursorText, TICKS, type TicksResult } from './log-server.js';

useLogServer();

describe('iterate', () => {
  test('return settles while a pull is waiting, and unsubscribes', async () => {
    const client = createClient();
    const iterator = client.iterate<TicksResult>({ query: TICKS });
    const pull = iterator.next();
    await established(client);
    await iterator.return?.();
    expect(await pull).toEqual({ done: true, value: undefined });
    expect(client.cursors()).toEqual({});
    await waitFor(() => server.subscriptions() === 0);
  });

  test('throw unsubscribes and rejects with its reason', async () => {
    const client = createClient();
    const iterator = client.iterate<TicksResult>({ query: TICKS });
    await established(client);
    await expect(iterator.throw?.(new Error('enough'))).rejects.toThrow('enough');
    await waitFor(() => server.subscriptions() === 0);
  });

  test('what was received before an error comes before it', async () => {
    const client = createClient();
    const iterator = client.iterate<TicksResult>({ query: TICKS });
    await established(client);
    server.append(2);
    await waitFor(() => client.cursors()['1'] === cursorText(2));
    server.closeSockets(4401);
    await waitFor(() => Object.keys(client.cursors()).length === 0);
    expect([await iterator.next(), await iterator.next()]).toMatchObject([
      { value: { data: { ticks: { node: { n: 1 } } } } },
      { value: { data: { ticks: { node: { n: 2 } } } } },
    ]);
    await expect(iterator.next()).rejects.toMatchObject({ code: 4401 });
  });
});
