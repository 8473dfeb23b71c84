import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Door } from './door.js';
import type { CappedLog } from '../observe/capped-log.js';
import { connectionLog } from './connection-log.js';
import type { Drain } from './drain.js';
import { checkHealth, type HealthOptions } from './health.js';
import { landingPage } from './landing.js';
import type { WireLimits } from './limits.js';
import { ANSWER_WITHIN } from './peer.js';
import { sayTooMany, refuseUpgrade } from './refusal.js';
import type { GatewayYoga } from './yoga.js';
import type { WebSockets } from './websocket.js';

/** Milliseconds for which a response may wait for a client that does not read, before the client is cut off. */
export const STALLED_AFTER = 30_000;

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly application: string;
  /** Whether `/graphql` shows GraphiQL to browsers. */
  readonly graphiql: boolean;
  readonly yoga: GatewayYoga;
  readonly door: Door;
  readonly limits: WireLimits;
  readonly sockets: WebSockets;
  readonly health: HealthOptions;
  readonly metrics: { readonly contentType: string; read(): Promise<string> };
  readonly drain: Drain;
  readonly log: Logger;
}

/** The port is taken: the message says so and how to choose another. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** Everything on one port: GraphQL over HTTP, event streams and WebSocket, health, metrics, the landing page. */
export class HttpServer {
  readonly #options: HttpOptions;
  readonly #server: Server;
  readonly #logs = new WeakMap<Socket, CappedLog>();

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#server = createServer({ maxHeaderSize: options.limits.headerBytes }, (request, response) => {
      this.#route(request, response).catch((error: unknown) => {
        // Without the query: what is in it may be nobody else's to read.
        this.#logOf(request.socket).write('error', { err: error, path: pathOf(request) }, 'a request failed');
        if (!response.headersSent) respond(response, 500, 'text/plain', 'Internal server error\n');
        else response.destroy();
      });
    });
    this.#server.on('upgrade', (request, socket, head) => {
      const onError = (error: Error): void => options.log.debug({ err: error }, 'a refused upgrade failed');
      if (pathOf(request) !== '/graphql') return refuseUpgrade(socket, '404 Not Found', onError);
      const { refused } = options.door.options.origins(request);
      if (refused === null) return options.sockets.accept(request, socket, head);
      options.door.refused('websocket', refused);
      refuseUpgrade(socket, '403 Forbidden', onError);
    });
  }

  /** Listens, and answers with the port. Throws `PortTakenError`. */
  async listen(): Promise<number> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new PortTakenError(`Port ${port} on ${host} is taken. Choose another: PORT=${port + 1} npm start, or --port ${port + 1}.`) : error);
      });
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no new connections and waits up to `ms` for what is under way; then cuts the rest off. */
  async close(ms: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const idle = setInterval(() => this.#server.closeIdleConnections(), 50);
    const timer = setTimeout(() => {
      this.#options.sockets.terminate();
      this.#server.closeAllConnections();
    }, ms);
    this.#server.closeIdleConnections();
    await closed;
    clearInterval(idle);
    clearTimeout(timer);
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { application, graphiql, health, metrics, yoga, drain, door } = this.#options;
    if (drain.started) response.setHeader('connection', 'close');
    const path = pathOf(request);
    if (path !== '/graphql' && path !== '/health/live') {
      const free = door.options.connections.ofAddress(request);
      if (free === null) {
        door.refused('http', 'connections_per_address');
        return sayTooMany(response);
      }
      response.once('close', free);
    }
    switch (path) {
      case '/':
        return respond(response, 200, 'text/html; charset=utf-8', landingPage(application, graphiql));
      case '/health/live':
        return respond(response, 200, 'application/json', '{"status":"ok"}\n');
      case '/health/ready': {
        const state = await checkHealth(health);
        return respond(response, state.status === 'unready' ? 503 : 200, 'application/json', `${JSON.stringify(state, null, 2)}\n`);
      }
      case '/metrics':
        return respond(response, 200, metrics.contentType, await metrics.read());
      case '/favicon.ico':
        // Browsers ask for it beside every page of text; a 404 would look like an error of that page.
        return respond(response, 204, null, '');
      case '/graphql': {
        cutOffStalled(response, this.#logOf(request.socket));
        const session = await door.admit(request, response);
        if (session === null) return;
        cutOffEnded(response, session.ended);
        await yoga(request, response, { session, response, address: door.options.connections.addressOf(request) });
        return;
      }
      default:
        return respond(response, 404, 'text/plain', 'Not found. Try / or /graphql.\n');
    }
  }

  #logOf(socket: Socket): CappedLog {
    let log = this.#logs.get(socket);
    if (log === undefined) {
      const made = (log = connectionLog(this.#options.log));
      this.#logs.set(socket, made);
      socket.once('close', () => made.sumUp());
    }
    return log;
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function respond(response: ServerResponse, status: number, type: string | null, body: string): void {
  response.writeHead(status, { ...(type === null ? {} : { 'content-type': type }), 'x-content-type-options': 'nosniff' }).end(body);
}

/**
 * The session is over: what runs is answered within 0.7 s or not at all, as over a WebSocket. Neither what waits for its turn nor
 * what a slow reader has not taken may be delivered later, so the connection is reset.
 */
function cutOffEnded(response: ServerResponse, ended: AbortSignal): void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    timer = setTimeout(() => response.socket?.resetAndDestroy(), ANSWER_WITHIN);
  };
  ended.addEventListener('abort', end, { once: true });
  response.once('close', () => {
    clearTimeout(timer);
    ended.removeEventListener('abort', end);
  });
}

/** Ends a response whose client has taken nothing for a while: a stalled event stream would be held open for ever. */
function cutOffStalled(response: ServerResponse, log: CappedLog): void {
  let stalledSince: number | null = null;
  let written = 0;
  const timer = setInterval(() => {
    const socket = response.socket;
    const taken = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
    if (socket === null || socket.writableLength === 0 || taken !== written) {
      stalledSince = null;
      written = taken;
    } else {
      stalledSince ??= performance.now();
      if (performance.now() - stalledSince > STALLED_AFTER) {
        log.write('info', {}, 'a client that does not read was cut off');
        socket.destroy();
      }
    }
  }, 5_000);
  response.once('close', () => clearInterval(timer));
}
