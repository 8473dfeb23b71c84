/**
 * The baseline of bench/latency.ts: an HTTP server that takes the same publish request and sends a frame of the same
 * content and size to every WebSocket at once. Nothing is validated, stored or executed: what Node and `ws` can do on
 * this machine.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Reading } from './reading.js';

/** As long as a cursor of the gateway. */
const CURSOR = 'x'.repeat(39);
const sockets = new Set<WebSocket>();
let position = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') {
      const { user, system } = process.cpuUsage();
      response.end(String((user + system) / 1e6));
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { variables: { input: Reading } };
    position += 1;
    const node = { ...body.variables.input, meta: { id: randomUUID(), position: String(position), recordedAt: new Date().toISOString() } };
    const frame = JSON.stringify({ id: '1', type: 'next', payload: { data: { readingEvents: { node } }, extensions: { sluice: { cursor: CURSOR } } } });
    for (const socket of sockets) socket.send(frame);
    response.setHeader('content-type', 'application/json');
    response.end('{"data":{}}');
  });
});
const acceptor = new WebSocketServer({ server, perMessageDeflate: false });
acceptor.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string };
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type === 'subscribe') {
      sockets.add(socket);
      socket.send('{"type":"ping"}');
    }
  });
  socket.on('close', () => sockets.delete(socket));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
