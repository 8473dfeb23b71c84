import { describe, expect, test } from 'vitest';
import { createTcpProxy, unusedPort } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { createClient, established, proxy, reconnected, server, subscribe, useLogServer } from './fixture.js';
import { cursorText } from './log-server.js';

useLogServer();

describe('retries', () => {
  test.each([4400, 4401, 4406, 4409, 4429, 4500, 1008, 1011])('a close with %i is final', async (code) => {
    const client = createClient();
    const observed = subscribe(client);
    await established(client);
    server.closeSockets(code);
    expect(await waitFor(() => observed.end)).toMatchObject({ code });
    expect(client.cursors()).toEqual({});
    expect(server.params).toHaveLength(1);
  });

  test.each([1001, 1012, 1013, 4403, 4408])('a close with %i is retried', async (code) => {
    const client = createClient();
    const observed = subscribe(client);
    await established(client);
    server.closeSockets(code);
    await reconnected(2, 1);
    server.append(1);
    await waitFor(() => observed.received.length === 1);
    expect(observed.end).toBeUndefined();
  });

  test('a broken frame is retried; the close of its socket, which comes after the next one is born, ends nothing', async () => {
    const errors: unknown[] = [];
    const client = createClient({ retryWait: () => Promise.resolve(), on: { error: (error) => errors.push(error) } });
    const observed = subscribe(client);
    await established(client);
    server.corrupt();
    await reconnected(2, 1);
    server.append(1);
    await waitFor(() => observed.received.length === 1);
    expect(errors).toHaveLength(1);
    expect(observed.end).toBeUndefined();
    expect(server.params).toHaveLength(2);
  });

  test('do not end while nothing listens', async () => {
    let attempts = 0;
    const client = createClient({ retryWait: () => Promise.resolve(), on: { connecting: () => ++attempts } });
    const observed = subscribe(client);
    await established(client);
    proxy.setTarget(await unusedPort());
    proxy.cutAll();
    await waitFor(() => attempts > 30);
    proxy.setTarget(server.port);
    server.append(1);
    await waitFor(() => observed.received.length === 1);
  });

  test('dispose while disconnected settles', async () => {
    let attempts = 0;
    const client = createClient({ on: { connecting: () => ++attempts } });
    const observed = subscribe(client);
    await established(client);
    proxy.setTarget(await unusedPort());
    proxy.cutAll();
    await waitFor(() => attempts >= 2);
    await client.dispose();
    await waitFor(() => observed.end);
    expect(observed.end).toBe('complete');
    expect(client.cursors()).toEqual({});
  });
});

describe('a half-open socket', () => {
  test('is given up; what it still delivers later is not delivered twice', async () => {
    const second = await createTcpProxy({ targetPort: server.port });
    const closes: unknown[] = [];
    const ports = [proxy.port, second.port];
    const client = createClient({
      url: () => `ws://127.0.0.1:${ports.shift() ?? second.port}`,
      keepAlive: 50,
      pongTimeout: 100,
      on: { closed: (event) => closes.push(event) },
    });
    const observed = subscribe(client);
    await established(client);
    proxy.pause();
    server.append(20);
    await waitFor(() => observed.received.includes(20));
    expect(closes).toMatchObject([{ code: 4499 }]);
    expect(server.subscriptions()).toBe(2);
    proxy.resume();
    // Past this the old socket has said all it had: its server has seen it close.
    await waitFor(() => server.subscriptions() === 1);
    server.append(1);
    await waitFor(() => observed.received.includes(21));
    expect(observed.received).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    expect(observed.end).toBeUndefined();
    await second.close();
  });

  test('a checkpoint that it still delivers does not pass events that reached nobody', async () => {
    const closes: unknown[] = [];
    let retry = (): void => undefined;
    const client = createClient({
      keepAlive: 50,
      pongTimeout: 100,
      retryWait: () => new Promise((resolve) => (retry = resolve)),
      on: { closed: (event) => closes.push(event) },
    });
    const observed = subscribe(client);
    await established(client);
    proxy.pause();
    server.append(20);
    await waitFor(() => closes.length > 0);
    server.checkpoint();
    proxy.resume();
    // Past this the old socket has said all it had: its server has seen it close.
    await waitFor(() => server.subscriptions() === 0);
    expect(client.cursors()).toEqual({ 1: cursorText(0) });
    retry();
    await waitFor(() => observed.received.length >= 20);
    expect(observed.received).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('is given up also before it was open', async () => {
    const closes: unknown[] = [];
    const client = createClient({ connectTimeout: 100, on: { closed: (event) => closes.push(event) } });
    proxy.pause();
    subscribe(client);
    await waitFor(() => closes.length >= 2);
    proxy.resume();
    await established(client);
  });
});
