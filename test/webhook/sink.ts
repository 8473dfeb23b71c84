import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { waitFor } from '../support/wait.js';

/** A request as it came, complete. */
export interface SinkRequest {
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Name, value, name, value: as it was sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What an endpoint does with a request. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer }
  /** Reads the request and never says anything. */
  | { readonly kind: 'hang' }
  /** One byte after the other, without end: of the head (a header that never ends) or of the body, after a head at once. */
  | { readonly kind: 'drip'; readonly part: 'head' | 'body'; readonly status: number; readonly everyMs: number }
  /** A body without end, as fast as it is read. */
  | { readonly kind: 'endless'; readonly status: number }
  /** Closes the connection: before the head, in the middle of it, or in the middle of the body. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'head' | 'body'; readonly status: number }
  /** A head with one header of so many bytes. */
  | { readonly kind: 'large head'; readonly status: number; readonly bytes: number };

/** Decides from the request and from how many came to this path before it. */
export type Decide = (request: SinkRequest, before: number) => Behaviour | Promise<Behaviour>;

export interface SinkOptions {
  /** Default: any that is free. */
  readonly port?: number;
  /** PEM of key and certificate: https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Requests that `requests` keeps, default 10,000; later ones are answered and counted only. */
  readonly keep?: number;
}

/** A web server on loopback to which webhooks are sent: what each path does is said by the test. */
export interface Sink {
  readonly port: number;
  /** `http://127.0.0.1:<port>`; with TLS `https://localhost:<port>`. */
  readonly url: string;
  /** In the order in which they were complete. */
  readonly requests: readonly SinkRequest[];
  /** All of them, also those that are not kept. */
  readonly count: number;
  /** Connections that are open now, and that there ever were. */
  readonly connections: number;
  readonly accepted: number;
  /** Says what a path does from now on, and returns its URL. A path of which nothing was said answers 404. */
  on(path: string, behaviour: Behaviour | Decide): string;
  /** Those that came to the path. */
  at(path: string): SinkRequest[];
  /** Waits until so many have come to the path. */
  received(path: string, count: number): Promise<SinkRequest[]>;
  /** Ends every connection at once and listens no more. */
  close(): Promise<void>;
}

export function answer(status: number, headers: Readonly<Record<string, string>> = {}, body: string | Buffer = ''): Behaviour {
  return { kind: 'answer', status, headers, body };
}

/** Starts one on 127.0.0.1. */
export async function createSink({ port = 0, tls, keep = 10_000 }: SinkOptions = {}): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const decisions = new Map<string, Decide>();
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let count = 0;
  let accepted = 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    const body = await read(incoming);
    const request: SinkRequest = { path, method: incoming.method ?? '', headers: incoming.headers, rawHeaders: incoming.rawHeaders, body, at: Date.now() };
    count += 1;
    if (requests.length < keep) requests.push(request);
    const before = counts.get(path) ?? 0;
    counts.set(path, before + 1);
    const behaviour = await (decisions.get(path) ?? (() => answer(404)))(request, before);
    behave(behaviour, response);
  }

  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    // The sender cut the request off: there is nobody to answer.
    serve(incoming, response).catch(() => incoming.destroy());
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener);
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const url = tls === undefined ? `http://127.0.0.1:${bound}` : `https://localhost:${bound}`;
  const at = (path: string): SinkRequest[] => requests.filter((request) => request.path === path);

  return {
    port: bound,
    url,
    requests,
    get count() {
      return count;
    },
    get connections() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    on(path, behaviour) {
      decisions.set(path, typeof behaviour === 'function' ? behaviour : () => behaviour);
      return `${url}${path}`;
    },
    at,
    async received(path, wanted) {
      await waitFor(() => (counts.get(path) ?? 0) >= wanted, { what: `${wanted} requests to ${path}` });
      return at(path);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function behave(behaviour: Behaviour, response: ServerResponse): void {
  const socket = response.socket;
  if (socket === null || socket.destroyed) return;
  switch (behaviour.kind) {
    case 'answer':
      response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
      return;
    case 'hang':
      return;
    case 'drip':
      if (behaviour.part === 'head') socket.write(`HTTP/1.1 ${behaviour.status} Slow\r\nx-slow: `);
      else response.writeHead(behaviour.status).flushHeaders();
      repeat(socket, behaviour.everyMs, () => (behaviour.part === 'head' ? socket.write('.') : response.write('.')));
      return;
    case 'endless':
      response.writeHead(behaviour.status);
      pour(response, Buffer.alloc(65_536, 'x'));
      return;
    case 'cut':
      if (behaviour.when === 'before') socket.destroy();
      else if (behaviour.when === 'head') socket.end(`HTTP/1.1 ${behaviour.status} Cut\r\nx-cut: yes`);
      else socket.end(`HTTP/1.1 ${behaviour.status} Cut\r\ncontent-length: 1000\r\n\r\nthe beginning`);
      return;
    case 'large head':
      response.writeHead(behaviour.status, { 'x-large': 'x'.repeat(behaviour.bytes) }).end();
      return;
  }
}

function repeat(socket: Socket, everyMs: number, act: () => void): void {
  const timer = setInterval(act, everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** Writes as long as there is room, and again when there is room. */
function pour(response: ServerResponse, chunk: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}
