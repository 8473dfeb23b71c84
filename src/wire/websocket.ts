import { CloseCode, handleProtocols, makeServer, MessageType, type Server } from 'graphql-ws';
import { GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pause } from '../base/signal.js';
import type { Auth, LiveSession } from '../auth/auth.js';
import { OPEN } from '../auth/principal.js';
import type { Metrics } from '../observe/metrics.js';
import { isTransient, SubscriptionEnded } from '../graphql/errors.js';
import type { Transport } from '../graphql/runtime.js';
import type { Drain } from './drain.js';
import { keepAlive } from './keep-alive.js';
import { isErrors, isStream, readCursors, type Operations } from './operations.js';
import { createSend } from './send.js';

/** Close codes beside those of graphql-transport-ws. */
const RESTARTING = { code: 1012, reason: 'Service restart' } as const;
const TRY_AGAIN = { code: 1013, reason: 'Try again later' } as const;
/** Milliseconds that a client which is sent away with 1013 may keep its socket with one query or mutation after the other. */
const LEAVE_WITHIN = 10_000;
/** Bytes of one message at most; a larger one closes the socket with 1009. */
export const MAX_MESSAGE = 8 * 1024 * 1024;
/** Bytes that may wait for a client that sends but does not read, before it is terminated. */
export const MAX_UNREAD = 8 * 1024 * 1024;
/** Milliseconds a client has to connect and say `connection_init`. */
export const INIT_WITHIN = 10_000;

export interface WebSocketOptions {
  readonly operations: Operations;
  readonly drain: Drain;
  readonly auth: Auth;
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
  /** How the socket closes once nothing is pending; undefined: it stays. */
  leaving: typeof RESTARTING | typeof TRY_AGAIN | undefined;
  readonly gone: AbortController;
  readonly session: LiveSession;
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
      for (const peer of this.#peers.values()) this.#restart(peer);
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
    const peer: Peer = { socket, request, cursors: new Map(), checkpoints: false, pending: new Set(), leaving: undefined, gone: new AbortController(), session: this.#options.auth.open(OPEN) };
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
        // Messages come in until the client has answered our close. It takes what it was not answered elsewhere and sends it
        // again there: a mutation would be done twice.
        if (socket.readyState !== socket.OPEN) return;
        if (socket.bufferedAmount > MAX_UNREAD) return socket.terminate();
        // A Buffer, as ws' binaryType is unless told otherwise.
        handle((data as Buffer).toString()).catch((error: unknown) => {
          // A message that breaks the protocol, or a send to a socket that closed meanwhile.
          log.debug({ err: error }, 'a message could not be handled');
          socket.close(CloseCode.InternalServerError, 'Internal server error');
        });
      }),
    }, peer);
    const stopPinging = keepAlive(socket, request.socket);
    socket.once('close', (code, reason) => {
      stopPinging();
      peer.gone.abort();
      peer.session.close();
      this.#peers.delete(socket);
      metrics.connections.dec();
      Promise.resolve(closed(code, String(reason))).catch((error: unknown) => log.debug({ err: error }, 'a socket did not end cleanly'));
    });
    if (drain.started) this.#restart(peer);
  }

  #restart(peer: Peer): void {
    peer.leaving = RESTARTING;
    this.#closeWhenIdle(peer);
  }

  /** Once the socket owes no answer: a client that is sent away before it has one does the mutation once more. */
  #sendAway(peer: Peer): void {
    if (peer.leaving !== undefined) return;
    peer.leaving = TRY_AGAIN;
    // Not at once: the `complete` of another operation may be on its way, see `onComplete`.
    setImmediate(() => this.#closeWhenIdle(peer));
    void pause(LEAVE_WITHIN, peer.gone.signal).then(() => peer.socket.close(TRY_AGAIN.code, TRY_AGAIN.reason));
  }

  #closeWhenIdle({ socket, leaving, pending }: Peer): void {
    if (leaving !== undefined && pending.size === 0) socket.close(leaving.code, leaving.reason);
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
        const prepared = await operations.prepare(payload, { transport: transportOf(peer, id), session: peer.session, signal: peer.gone.signal, request: peer.request });
        if (!isErrors(prepared)) origins.set(prepared, { peer, id });
        return prepared;
      },
      execute: (args) => {
        const { peer, id } = originOf(args);
        // It was prepared meanwhile: as for messages, see `#open`. Nobody is sent this result.
        if (peer.socket.readyState !== peer.socket.OPEN) return { data: null };
        peer.pending.add(id);
        return operations.execute(args);
      },
      subscribe: async (args) => {
        const result = await operations.subscribe(args);
        const { peer } = originOf(args);
        return endTransient(isStream(result) ? result : failed(result), peer, drain, () => this.#sendAway(peer));
      },
      onComplete: (context, id) => {
        // Not earlier: a client that is sent away between `next` and `complete` does the mutation once more.
        const peer = context.extra;
        // `complete` itself is sent when this has returned.
        if (peer.pending.delete(id) && peer.leaving !== undefined) setImmediate(() => this.#closeWhenIdle(peer));
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
 * The socket may still owe an answer to another operation; until it closes, a stream that has ended so stays silent:
 * told `complete`, the client would forget it, and its cursor.
 */
function endTransient(results: AsyncIterableIterator<ExecutionResult>, { gone }: Peer, drain: Drain, sendAway: () => void): AsyncIterableIterator<ExecutionResult> {
  // Not a generator: its `return` would wait for the event that is being waited for.
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      try {
        const result = await results.next();
        if (result.done === true && drain.started) await aborted(gone.signal);
        return result;
      } catch (error) {
        if (!(error instanceof SubscriptionEnded) || !isTransient(error.errors)) throw error;
        sendAway();
        await aborted(gone.signal);
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
