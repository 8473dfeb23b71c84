import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer, MessageType, type Server } from 'graphql-ws';
import { GraphQLError, type ExecutionArgs } from 'graphql';
import type { Logger } from 'pino';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import type { Proof } from '../auth/auth.js';
import { endOf } from '../auth/session.js';
import type { ErrorCode } from '../base/error.js';
import { SubscriptionEnded } from '../graphql/errors.js';
import type { Transport } from '../graphql/runtime.js';
import type { Metrics } from '../observe/metrics.js';
import { isTemporary, type Door } from './door.js';
import { connectionLog } from './connection-log.js';
import { BAD_RENEWAL, CLOSE_FOR, FAILED, INIT_TOO_BIG, NOT_INITIALISED, NOT_TEXT, RESTARTING, TOO_MANY_RENEWALS, TRY_AGAIN } from './close.js';
import { proofOfParams, proofOfText, reasonOf, takeTicket } from './credentials.js';
import type { Drain } from './drain.js';
import { BARE_INIT, INIT_BYTES, readInit } from './init.js';
import { keepAlive } from './keep-alive.js';
import { aborted, failed, leaveWithSocket } from './leaving-stream.js';
import { isErrors, isStream, type Operations } from './operations.js';
import { Peer } from './peer.js';
import { watchUnfinished } from './unfinished.js';

/** Bytes that may wait for a client that sends but does not read, before it is terminated. */
export const MAX_UNREAD = 8 * 1024 * 1024;
/** Milliseconds that a client has to answer our close; then it is cut off. Until it has, nothing counts its socket. */
const CLOSE_WITHIN = 2_000;
/** Characters of a ping that are sent back in its pong; a longer payload is left out. */
export const MAX_PONG = 4 * 1024;
/** Renewals that may wait for their answer; one more closes the socket. */
const MAX_RENEWALS = 8;
/** Milliseconds after which an operation that was refused for a limit may be sent again. */
const RETRY_AFTER = 1_000;

export interface WebSocketOptions {
  readonly operations: Operations;
  readonly drain: Drain;
  readonly door: Door;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** GraphQL over WebSocket (graphql-transport-ws). */
export class WebSockets {
  readonly #options: WebSocketOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: Server<Peer>;
  readonly #peers = new Set<Peer>();

  constructor(options: WebSocketOptions) {
    this.#options = options;
    // Without compression: it costs memory for every socket, and lengths then tell what is inside.
    const settings: ServerOptions & { closeTimeout: number } = { noServer: true, maxPayload: options.door.options.limits.messageBytes, perMessageDeflate: false, handleProtocols, closeTimeout: CLOSE_WITHIN };
    this.#server = new WebSocketServer(settings);
    this.#protocol = this.#createProtocol();
    options.drain.signal.addEventListener('abort', () => {
      for (const peer of this.#peers) peer.leave(RESTARTING);
    }, { once: true });
  }

  /** Takes over an HTTP upgrade whose origin may ask. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request, socket));
  }

  /** Ends what a drain has not. */
  terminate(): void {
    for (const { socket } of this.#peers) socket.terminate();
  }

  #open(socket: WebSocket, request: IncomingMessage, stream: Duplex): void {
    const { log, metrics, drain, door } = this.#options;
    const peer = new Peer(socket, request, stream, connectionLog(log));
    peer.ticket = takeTicket(request);
    socket.on('error', (error) => peer.log.write('debug', { err: error }, 'a socket failed'));
    const place = door.options.connections.ofAddress(request);
    if (place === null) {
      door.refused('websocket', 'connections_per_address');
      this.#peers.add(peer);
      socket.once('close', () => this.#peers.delete(peer));
      return peer.close(TRY_AGAIN);
    }
    peer.undo.push(place);
    this.#peers.add(peer);
    metrics.connections.inc();
    const closed = this.#protocol.opened({
      protocol: socket.protocol,
      send: (data) => peer.send(data),
      close: (code = FAILED.code, reason = '') => peer.close({ code, reason: codeReason(code, reason) }),
      onMessage: (handle) => socket.on('message', (data, isBinary) => {
        // Messages come in until the client has answered our close. It takes what it was not answered elsewhere and sends it
        // again there: a mutation would be done twice.
        if (!peer.open || peer.ended) return;
        if (socket.bufferedAmount > MAX_UNREAD) return socket.terminate();
        if (isBinary) return peer.close(NOT_TEXT);
        // A Buffer, as ws' binaryType is unless told otherwise.
        const text = (data as Buffer).toString();
        const init = peer.session === undefined ? readInit(text) : null;
        if (init !== null) Object.assign(peer, init);
        peer.incoming = (data as Buffer).length;
        handle(init === null ? text : BARE_INIT).catch((error: unknown) => {
          // A message that breaks the protocol, or a send to a socket that closed meanwhile.
          peer.log.write('debug', { err: error }, 'a message could not be handled');
          peer.close(FAILED);
        });
      }),
      onPing: (payload) => this.#pinged(peer, payload),
    }, peer);
    let unknown = 0;
    const count = ({ length }: Buffer): void => {
      unknown += length;
      if (peer.session !== undefined) stream.off('data', count);
      else if (unknown > INIT_BYTES) peer.close(INIT_TOO_BIG);
    };
    stream.on('data', count);
    const stops = [keepAlive(socket, request.socket), watchUnfinished(socket, request.socket, door.options.limits.messageTimeout)];
    socket.once('close', (code, reason) => {
      for (const stop of stops) stop();
      this.#peers.delete(peer);
      metrics.connections.dec();
      peer.release();
      Promise.resolve(closed(code, String(reason))).catch((error: unknown) => log.debug({ err: error }, 'a socket did not end cleanly'));
    });
    if (drain.started) peer.leave(RESTARTING);
  }

  #createProtocol(): Server<Peer> {
    const { operations, drain, door } = this.#options;
    const { limits } = door.options;
    return makeServer<Record<string, unknown>, Peer>({
      connectionInitWaitTimeout: limits.initTimeout,
      onConnect: ({ extra: peer }) => {
        const { params } = peer;
        peer.params = {};
        return this.#identify(peer, () => (door.options.auth.required ? proofOfParams(params) : null) ?? door.proofOf(peer.request, peer.ticket, false));
      },
      onSubscribe: async ({ extra: peer, subscriptions }, id, payload) => {
        if (peer.session === undefined) throw new Error('a socket that was not admitted');
        if (Object.keys(subscriptions).length > limits.operationsPerSocket) {
          door.refused('websocket', 'operations_per_socket');
          return tooMuch(`${limits.operationsPerSocket} operations are under way on this socket; end one first.`);
        }
        if (!peer.hold(id, subscriptions, limits.messageBytes)) {
          door.refused('websocket', 'operation_bytes');
          return tooMuch(`The operations under way on this socket would have more than ${limits.messageBytes} bytes; end one first.`);
        }
        const prepared = await operations.prepare(payload, { transport: transportOf(peer, id), session: peer.session, signal: peer.gone, request: peer.request, address: door.options.connections.addressOf(peer.request) });
        if (!isErrors(prepared)) origins.set(prepared, { peer, id });
        return prepared;
      },
      execute: async (args) => {
        const { peer, id } = originOf(args);
        // The session ended while it was prepared: what has not begun is done elsewhere, and told nothing here.
        if (peer.ended) await aborted(peer.gone);
        // The same of its socket: as for messages, see `#open`. Nobody is sent this result.
        if (!peer.open) return { data: null };
        peer.owe(id);
        return operations.execute(args);
      },
      subscribe: async (args) => {
        const result = await operations.subscribe(args);
        return leaveWithSocket(isStream(result) ? result : failed(result), originOf(args).peer, drain);
      },
      onComplete: ({ extra: peer }, id) => peer.answered(id),
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
          if (peer.checkpoints) peer.sendAside(JSON.stringify({ type: MessageType.Ping, payload: { sluice: { cursors: { [id]: cursor } } } }));
        },
      };
    }
  }

  /** Opens the session of a socket; false when it was closed instead. */
  async #identify(peer: Peer, readProof: () => Proof): Promise<boolean> {
    const { door, metrics } = this.#options;
    try {
      const principal = await door.authenticate(readProof(), peer.gone);
      if (!peer.open) return false;
      const place = door.options.connections.ofPrincipal(principal);
      if (place === null) {
        door.refused('websocket', 'connections_per_principal');
        peer.close(TRY_AGAIN);
        return false;
      }
      const session = door.options.auth.open(principal);
      peer.undo.push(place, () => session.close());
      peer.session = session;
      const { ended } = session;
      const end = (): void => {
        const reason = endOf(ended);
        metrics.sessionsEnded.inc({ reason });
        peer.end(CLOSE_FOR[reason]);
      };
      if (!ended.aborted) {
        ended.addEventListener('abort', end, { once: true });
        peer.undo.push(() => ended.removeEventListener('abort', end));
        return true;
      }
      end();
    } catch (error) {
      this.#refuse(peer, error);
    }
    return false;
  }

  #pinged(peer: Peer, payload: Record<string, unknown> | undefined): Promise<void> | undefined {
    const ours = payload?.['sluice'];
    if (typeof ours !== 'object' || ours === null || !('authorization' in ours)) {
      const pong = JSON.stringify({ type: MessageType.Pong, payload });
      return peer.send(pong.length > MAX_PONG ? JSON.stringify({ type: MessageType.Pong }) : pong);
    }
    if (peer.session === undefined) return void peer.close(NOT_INITIALISED);
    if (typeof ours.authorization !== 'string') return void peer.close(BAD_RENEWAL);
    if (peer.renewals === MAX_RENEWALS) return void peer.close(TOO_MANY_RENEWALS);
    peer.renewals += 1;
    const { authorization } = ours;
    // One after the other: the last one sent is the one that holds.
    peer.renewing = peer.renewing.then(() => this.#renew(peer, authorization)).finally(() => {
      peer.renewals -= 1;
    });
    return peer.renewing;
  }

  /** A client renews its token on the open socket. */
  async #renew(peer: Peer, authorization: string): Promise<void> {
    const { door } = this.#options;
    try {
      const principal = await door.authenticate(proofOfText(authorization), peer.gone);
      if (!peer.open || peer.ended || peer.session === undefined) return;
      peer.session.renew(principal);
      const { expiresAt } = peer.session.principal;
      await peer.send(JSON.stringify({ type: MessageType.Pong, payload: { sluice: { authorized: { expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString() } } } }));
    } catch (error) {
      this.#refuse(peer, error);
    }
  }

  /** A credential that is bad, or could not be verified. */
  #refuse(peer: Peer, error: unknown): void {
    const { door } = this.#options;
    if (!peer.open) return;
    const reason = reasonOf(error);
    if (reason !== null) {
      door.refused('websocket', reason);
      return peer.end(CLOSE_FOR[reason]);
    }
    if (isTemporary(error)) {
      door.refused('websocket', 'storage');
      return peer.sendAway();
    }
    peer.log.write('error', { err: error }, 'a credential could not be verified');
    peer.close(FAILED);
  }
}

function tooMuch(message: string): [GraphQLError] {
  return [new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' satisfies ErrorCode, retryAfterMs: RETRY_AFTER } })];
}

/** graphql-ws puts the operation's id, which is the peer's, into one reason. */
function codeReason(code: number, reason: string): string {
  return code === Number(CloseCode.SubscriberAlreadyExists) ? 'An operation with this id runs already' : reason;
}

const origins = new WeakMap<ExecutionArgs, { readonly peer: Peer; readonly id: string }>();

function originOf(args: ExecutionArgs): { readonly peer: Peer; readonly id: string } {
  const origin = origins.get(args);
  if (origin === undefined) throw new Error('an operation of no socket');
  return origin;
}
