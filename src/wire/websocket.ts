import { CloseCode, handleProtocols, makeServer, MessageType, type Server } from 'graphql-ws';
import { GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Metrics } from '../observe/metrics.js';
import { isTransient, SubscriptionEnded } from '../graphql/errors.js';
import type { Transport } from '../graphql/runtime.js';
import type { Drain } from './drain.js';
import { isErrors, isStream, readCursors, type Operations } from './operations.js';
import { createSend } from './send.js';

/** Close codes beside those of graphql-transport-ws. */
const RESTARTING = 1012;
const TRY_AGAIN = 1013;
/** Milliseconds between pings; a socket that has not answered one by the next is terminated. */
const KEEP_ALIVE = 12_000;
/** Bytes of one message at most; a larger one closes the socket with 1009. */
const MAX_MESSAGE = 8 * 1024 * 1024;
/** Bytes that may wait for a client that sends but does not read, before it is terminated. */
const MAX_UNREAD = 8 * 1024 * 1024;
/** Milliseconds a client has to connect and say `connection_init`. */
const INIT_WITHIN = 10_000;

export interface WebSocketOptions {
  readonly operations: Operations;
  readonly drain: Drain;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What is known about a socket, in graphql-ws' `extra`. */
interface Peer {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** Cursors the client resumes from, by operation id; each is used once. */
  cursors: Map<string, string>;
  /** The client understands checkpoints. */
  checkpoints: boolean;
  /** Ids of operations other than subscriptions whose `complete` has not been sent. */
  readonly pending: Set<string>;
  readonly gone: AbortController;
}

/** GraphQL over WebSocket (graphql-transport-ws). */
export class WebSockets {
  readonly #options: WebSocketOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false, handleProtocols });
  readonly #protocol: Server<Peer>;
  readonly #peers = new Map<WebSocket, Peer>();

  constructor(options: WebSocketOptions) {
    this.#options = options;
    this.#protocol = this.#createProtocol();
    options.drain.signal.addEventListener('abort', () => {
      for (const peer of this.#peers.values()) this.#closeWhenIdle(peer);
    }, { once: true });
  }

  /** Takes over an HTTP upgrade. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request, socket));
  }

  /** Ends what a drain has not. */
  terminate(): void {
    for (const socket of this.#peers.keys()) socket.terminate();
  }

  #open(socket: WebSocket, request: IncomingMessage, stream: Duplex): void {
    const { log, metrics, drain } = this.#options;
    const peer: Peer = { socket, request, cursors: new Map(), checkpoints: false, pending: new Set(), gone: new AbortController() };
    // Every operation of the socket listens; Node would take more than ten for a leak.
    setMaxListeners(0, peer.gone.signal);
    this.#peers.set(socket, peer);
    metrics.connections.inc();
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
    const closed = this.#protocol.opened({
      protocol: socket.protocol,
      send: createSend(socket, stream),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => socket.on('message', (data) => {
        if (socket.bufferedAmount > MAX_UNREAD) return socket.terminate();
        // A Buffer, as ws' binaryType is unless told otherwise.
        handle((data as Buffer).toString()).catch((error: unknown) => {
          // A message that breaks the protocol, or a send to a socket that closed meanwhile.
          log.debug({ err: error }, 'a message could not be handled');
          socket.close(CloseCode.InternalServerError, 'Internal server error');
        });
      }),
    }, peer);
    const stopPinging = keepAlive(socket);
    socket.once('close', (code, reason) => {
      stopPinging();
      peer.gone.abort();
      this.#peers.delete(socket);
      metrics.connections.dec();
      Promise.resolve(closed(code, String(reason))).catch((error: unknown) => log.debug({ err: error }, 'a socket did not end cleanly'));
    });
    if (drain.started) this.#closeWhenIdle(peer);
  }

  #closeWhenIdle(peer: Peer): void {
    if (peer.pending.size === 0) peer.socket.close(RESTARTING, 'Service restart');
  }

  #createProtocol(): Server<Peer> {
    const { operations, drain } = this.#options;
    return makeServer<Record<string, unknown>, Peer>({
      connectionInitWaitTimeout: INIT_WITHIN,
      onConnect: (context) => {
        const peer = context.extra;
        peer.cursors = readCursors(context.connectionParams?.['cursors']);
        const ours = context.connectionParams?.['sluice'] as { checkpoints?: unknown } | null | undefined;
        peer.checkpoints = typeof ours === 'object' && ours?.checkpoints === true;
        return true;
      },
      onSubscribe: async (context, id, payload) => {
        const peer = context.extra;
        const prepared = await operations.prepare(payload, { transport: transportOf(peer, id), signal: peer.gone.signal, request: peer.request });
        if (!isErrors(prepared)) origins.set(prepared, { peer, id });
        return prepared;
      },
      execute: (args) => {
        const { peer, id } = originOf(args);
        peer.pending.add(id);
        return operations.execute(args);
      },
      subscribe: async (args) => {
        const result = await operations.subscribe(args);
        return endTransient(isStream(result) ? result : failed(result), originOf(args).peer, drain);
      },
      onComplete: (context, id) => {
        // Not earlier: a client that is sent away between `next` and `complete` does the mutation once more.
        const peer = context.extra;
        // `complete` itself is sent when this has returned.
        if (peer.pending.delete(id) && drain.started) setImmediate(() => this.#closeWhenIdle(peer));
      },
      onError: (_context, _id, _payload, errors) => {
        const ended = errors[0]?.originalError;
        return (ended instanceof SubscriptionEnded ? ended.errors : errors).map((error) => error.toJSON());
      },
    });

    function transportOf(peer: Peer, id: string): Transport {
      const resumeAfter = peer.cursors.get(id) ?? null;
      peer.cursors.delete(id);
      return {
        kind: 'websocket',
        resumeAfter,
        onCheckpoint(cursor) {
          if (!peer.checkpoints || peer.socket.readyState !== peer.socket.OPEN) return;
          // Sent at once, not gathered: it must not be overtaken by an event that comes after it.
          peer.socket.send(JSON.stringify({ type: MessageType.Ping, payload: { sluice: { cursors: { [id]: cursor } } } }));
        },
      };
    }
  }
}

/**
 * A stream that ends for a passing reason closes the socket instead of the operation: the client comes back and resumes.
 * The socket may still owe an answer to another operation; until it closes, a stream that the drain ended stays silent.
 */
function endTransient(results: AsyncIterableIterator<ExecutionResult>, { socket, gone }: Peer, drain: Drain): AsyncIterableIterator<ExecutionResult> {
  // Not a generator: its `return` would wait for the event that is being waited for.
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      try {
        const result = await results.next();
        if (result.done === true && drain.started) await aborted(gone.signal);
        return result;
      } catch (error) {
        if (!(error instanceof SubscriptionEnded) || !isTransient(error.errors)) throw error;
        socket.close(TRY_AGAIN, 'Try again later');
        return { done: true, value: undefined };
      }
    },
    return: async () => (await results.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/** A subscription that could not begin: as a stream that fails, so that the client is sent `error`, not a `next` without data. */
async function* failed(result: ExecutionResult): AsyncGenerator<ExecutionResult, undefined> {
  throw new SubscriptionEnded(result.errors ?? [new GraphQLError('The subscription did not begin.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })]);
  yield result;
}

const origins = new WeakMap<ExecutionArgs, { readonly peer: Peer; readonly id: string }>();

function originOf(args: ExecutionArgs): { readonly peer: Peer; readonly id: string } {
  const origin = origins.get(args);
  if (origin === undefined) throw new Error('an operation of no socket');
  return origin;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Pings until the socket closes; terminates it when a ping was not answered by the time of the next. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, KEEP_ALIVE);
  return () => clearInterval(timer);
}
