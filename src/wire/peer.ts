import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { LiveSession } from '../auth/auth.js';
import { pause } from '../base/signal.js';
import type { CappedLog } from '../observe/capped-log.js';
import { TRY_AGAIN, type Close } from './close.js';
import { Sender } from './send.js';

/** Milliseconds that a client which is sent away with 1013 may keep its socket with one query or mutation after the other. */
const LEAVE_WITHIN = 10_000;
/** Milliseconds that queries and mutations under way have when the session has ended (G13 gives a second in all). */
export const ANSWER_WITHIN = 700;

/** A WebSocket as the gateway sees it, in graphql-ws' `extra`: who it is, what it owes, how it ends. */
export class Peer {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly log: CappedLog;
  readonly #sender: Sender;
  readonly #gone = new AbortController();
  /** Given back when the socket is gone: places it takes, its session. */
  readonly undo: (() => void)[] = [];
  /** Undefined until the client is known. */
  session: LiveSession | undefined;
  /** Cursors the client resumes from, by operation id; each is used once. */
  cursors = new Map<string, string>();
  /** The client understands checkpoints. */
  checkpoints = false;
  /** What `connection_init` says of who it is; taken when that is looked into. */
  params: Readonly<Record<string, unknown>> = {};
  /** Bytes of the message that is being handed on, and of the operations under way, by id. */
  incoming = 0;
  readonly #bytes = new Map<string, number>();
  /** What came in `?ticket=`: not a way to prove who opens a socket. */
  ticket: string | null = null;
  /** Renewals that have not been answered, and the last of them. */
  renewals = 0;
  renewing: Promise<void> = Promise.resolve();
  /** Ids of operations other than subscriptions whose `complete` has not been sent. */
  readonly #pending = new Set<string>();
  /** How the socket closes once nothing is pending; undefined: it stays. */
  #leaving: Close | undefined;
  #ended = false;

  constructor(socket: WebSocket, request: IncomingMessage, stream: Duplex, log: CappedLog) {
    this.socket = socket;
    this.request = request;
    this.log = log;
    this.#sender = new Sender(socket, stream);
    // Every operation of the socket listens; Node would take more than ten for a leak.
    setMaxListeners(0, this.#gone.signal);
  }

  /** Aborts when the socket is gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** True when the session, and with it every subscription, is over: what the client sends from now on is not taken. */
  get ended(): boolean {
    return this.#ended;
  }

  get leaving(): boolean {
    return this.#leaving !== undefined;
  }

  send(data: string): Promise<void> | undefined {
    return this.#sender.send(data);
  }

  /** For what nobody waits for. In order with the rest: a checkpoint must not overtake the events before it. */
  sendAside(data: string): void {
    this.#sender.send(data)?.catch((error: unknown) => this.log.write('debug', { err: error }, 'a socket failed'));
  }

  close({ code, reason }: Close): void {
    if (this.open) this.#sender.flush();
    this.socket.close(code, reason);
  }

  /**
   * Counts the message that begins an operation, for as long as its id is `among` those under way. False: together they would have
   * more than `most` bytes.
   */
  hold(id: string, among: Readonly<Record<string, unknown>>, most: number): boolean {
    let held = this.incoming;
    for (const [other, bytes] of this.#bytes) {
      if (other !== id && other in among) held += bytes;
      else this.#bytes.delete(other);
    }
    if (held > most) return false;
    this.#bytes.set(id, this.incoming);
    return true;
  }

  /** A query or mutation has begun: a client that is sent away before it has the answer does it once more. */
  owe(id: string): void {
    this.#pending.add(id);
  }

  /** Its `complete` is about to be sent: a client that is sent away between `next` and `complete` does the mutation once more. */
  answered(id: string): void {
    if (!this.#pending.has(id)) return;
    setImmediate(() => {
      this.#pending.delete(id);
      this.#closeWhenIdle();
    });
  }

  /** Closes the socket as soon as it owes no answer. */
  leave(how: Close): void {
    this.#leaving = how;
    this.#closeWhenIdle();
  }

  /** The same with 1013, and after 10 s in any case. */
  sendAway(): void {
    if (this.#leaving !== undefined) return;
    this.leave(TRY_AGAIN);
    this.#closeAfter(LEAVE_WITHIN, TRY_AGAIN);
  }

  /**
   * The session is over: no subscription is sent another frame, gathered or not. Queries and mutations that run are
   * answered, within 0.7 s, since their client would do them once more; then the socket is closed.
   */
  end(how: Close): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sender.stop((data) => {
      const { id } = JSON.parse(data) as { id?: string };
      return id !== undefined && this.#pending.has(id);
    });
    // What waits for a slow client in Node or the kernel cannot be taken back otherwise. It comes back, and is told then.
    if (this.socket.bufferedAmount > 0) return this.#cutOff();
    this.#leaving = how;
    this.#closeWhenIdle();
    this.#closeAfter(ANSWER_WITHIN, how);
  }

  /** The socket is gone. */
  release(): void {
    this.#gone.abort();
    for (const each of this.undo.splice(0)) each();
    this.log.sumUp();
  }

  #cutOff(): void {
    this.request.socket.resetAndDestroy();
  }

  #closeAfter(ms: number, how: Close): void {
    void pause(ms, this.gone).then(() => this.close(how));
  }

  #closeWhenIdle(): void {
    if (this.#leaving !== undefined && this.#pending.size === 0) this.close(this.#leaving);
  }
}
