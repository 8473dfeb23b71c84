import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from '../../src/wire/keep-alive.js';
import { Sender } from '../../src/wire/send.js';
import { waitFor } from '../support/wait.js';

const TICK = 12_000;

let server: Server;
let client: WebSocket;
let socket: WebSocket;
let stream: Socket;
let stop: () => void;
beforeEach(async () => {
  // Sockets and everything that waits for them keep their own time.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server = createServer();
  const opened = new Promise<void>((resolve) => {
    server.once('upgrade', (request, duplex, head) => {
      stream = request.socket;
      sockets.handleUpgrade(request, duplex, head, (each) => {
        socket = each;
        resolve();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, 'open');
  await opened;
  stop = keepAlive(socket, stream);
});
afterEach(async () => {
  stop();
  vi.useRealTimers();
  client.terminate();
  socket.terminate();
  server.close();
  await once(server, 'close');
});

const taken = (): number => stream.bytesWritten - stream.writableLength;

it('keeps a socket that answers, and terminates one that does not by the next ping', async () => {
  let pongs = 0;
  socket.on('pong', () => (pongs += 1));
  for (let count = 1; count <= 3; count += 1) {
    vi.advanceTimersByTime(TICK);
    await waitFor(() => pongs === count);
  }
  client.pause();
  vi.advanceTimersByTime(TICK);
  expect(socket.readyState).toBe(socket.OPEN);
  vi.advanceTimersByTime(TICK);
  await waitFor(() => socket.readyState === socket.CLOSED);
});

// Without the look at what has been taken, the second tick would cut the reader off.
it('G14: keeps a slow reader, whose ping stands behind data, for as long as it takes some', async () => {
  const sender = new Sender(socket, stream);
  const send = (data: string): Promise<void> | undefined => sender.send(data);
  client.pause();
  const text = 'x'.repeat(32 * 1024);
  let sent = 0;
  // It ends with the socket, whatever becomes of the send that is under way then.
  const sending = Promise.allSettled([(async () => {
    for (; sent < 4_000 && socket.readyState === socket.OPEN; sent += 1) await send(text);
  })()]);
  /** The kernel takes nothing more. */
  const stuck = (): Promise<unknown> => {
    let before = -1;
    return waitFor(() => {
      const stands = stream.writableLength > 0 && sent === before;
      before = sent;
      return stands;
    });
  };
  await stuck();
  vi.advanceTimersByTime(TICK);
  for (let round = 0; round < 3; round += 1) {
    const before = taken();
    client.resume();
    await waitFor(() => taken() > before);
    client.pause();
    await stuck();
    vi.advanceTimersByTime(TICK);
    expect(socket.readyState).toBe(socket.OPEN);
  }
  // It takes nothing any more.
  vi.advanceTimersByTime(TICK);
  await waitFor(() => socket.readyState === socket.CLOSED);
  await sending;
});
