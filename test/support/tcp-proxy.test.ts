import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTcpProxy, unusedPort, type TcpProxy } from './tcp-proxy.js';
import { waitFor } from './wait.js';

let echo: Server;
let proxy: TcpProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await createTcpProxy({ targetPort: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  clients.splice(0).forEach((client) => client.destroy());
  await proxy.close();
  echo.close();
  await once(echo, 'close');
});

interface Observed {
  readonly socket: Socket;
  received: string;
  end: string | undefined;
}

function client(): Observed {
  const socket = connect({ host: '127.0.0.1', port: proxy.port });
  clients.push(socket);
  const observed: Observed = { socket, received: '', end: undefined };
  socket.on('data', (chunk) => (observed.received += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (observed.end = error.code));
  socket.on('end', () => (observed.end = 'FIN'));
  return observed;
}

test('passes bytes both ways and counts connections', async () => {
  const one = client();
  one.socket.write('hello');
  await waitFor(() => one.received === 'hello');
  expect(proxy.connections()).toBe(1);
  one.socket.end();
  await waitFor(() => proxy.connections() === 0);
});

test('cutAll resets', async () => {
  const one = client();
  one.socket.write('hello');
  await waitFor(() => one.received === 'hello');
  proxy.cutAll();
  expect(await waitFor(() => one.end)).toBe('ECONNRESET');
  expect(proxy.connections()).toBe(0);
});

test('cutAfter lets exactly that many bytes through', async () => {
  const one = client();
  const cut = proxy.cutAfter(7);
  one.socket.write('0123456789');
  await cut;
  await waitFor(() => one.end);
  // A reset may take back what the receiver has not read yet, so fewer can arrive; never more.
  expect('0123456').toContain(one.received);
});

test('pause keeps connections open and dead, old and new ones; resume delivers what was held', async () => {
  const old = client();
  old.socket.write('a');
  await waitFor(() => old.received === 'a');
  proxy.pause();
  old.socket.write('b');
  const fresh = client();
  fresh.socket.write('c');
  await once(fresh.socket, 'connect');
  await waitFor(() => proxy.connections() === 2);
  expect([old.received, fresh.received, old.end, fresh.end]).toEqual(['a', '', undefined, undefined]);
  proxy.resume();
  await waitFor(() => old.received === 'ab' && fresh.received === 'c');
});

test('connections are reset while nothing listens at the target, and pass again once something does', async () => {
  const port = (echo.address() as AddressInfo).port;
  proxy.setTarget(await unusedPort());
  const refused = client();
  expect(await waitFor(() => refused.end)).toBe('ECONNRESET');
  proxy.setTarget(port);
  const one = client();
  one.socket.write('x');
  await waitFor(() => one.received === 'x');
});
