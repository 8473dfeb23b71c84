import type { Logger } from 'pino';
import { abortWith, Bell, deadline, pause } from '../base/signal.js';
import { connect, type Sql } from './connect.js';
import type { Pool } from './pool.js';

const CHANNEL = 'sluice_head';
/** Milliseconds between two heartbeats, and how long one may take before the connection counts as deaf. */
const HEARTBEAT_EVERY = 5_000;
const HEARTBEAT_WITHIN = 2_000;
/** Milliseconds in which a connection that listens must be there. */
const LISTEN_WITHIN = 10_000;
/** Milliseconds before another connection is opened in place of one that was heard for a while, and is lost. */
const REOPEN_AFTER = 50;
/** Milliseconds before another is tried where one was deaf, or did not open. */
const TRY_AFTER = 500;

export interface ListenOptions {
  readonly url: string;
  /** Pool through which heartbeats are sent: the way an append's NOTIFY goes. */
  readonly pool: Pool;
  readonly log: Logger;
  /** The head moved to at least this position. A hint: it may be late, repeated or missing. */
  onHint(position: number): void;
  /** Listening has (re)started: whatever was notified meanwhile is gone, so read. */
  onListening(): void;
}

interface Listening {
  readonly sql: Sql;
  readonly openedAt: number;
  /** Rung by its heartbeat, and when it is lost. */
  readonly heard: Bell;
  readonly lost: AbortSignal;
}

export interface Listener {
  /** Why hints do not arrive at present, or null when they do. */
  problem(): string | null;
  stop(): Promise<void>;
}

/**
 * Hears NOTIFY on a connection of its own, and proves by a heartbeat through the server that it does: a half-open
 * connection, or a pooler in transaction mode, takes LISTEN and then says nothing for ever.
 */
export function listen(options: ListenOptions): Listener {
  const { log } = options;
  let state: 'starting' | 'hearing' | 'deaf' = 'starting';
  let connection: Listening | undefined;
  let opening: Sql | undefined;
  const stopping = new AbortController();
  let beat = 0;

  function receive(payload: string, heard: Bell): void {
    if (payload.startsWith('beat ')) {
      if (payload === `beat ${process.pid} ${beat}`) heard.ring();
      return;
    }
    const position = Number(payload);
    if (Number.isSafeInteger(position)) options.onHint(position);
  }

  async function open(): Promise<Listening> {
    const heard = new Bell();
    const lost = new AbortController();
    const sql = connect({
      url: options.url, max: 1, name: 'sluice listen', onNotify: (_channel, payload) => receive(payload, heard),
      onClose() {
        lost.abort();
        heard.ring();
      },
    });
    opening = sql;
    try {
      await deadline(sql.unsafe(`LISTEN ${CHANNEL}`), LISTEN_WITHIN, () => new Error(`LISTEN was not answered within ${LISTEN_WITHIN} ms`));
    } catch (error) {
      await sql.end({ timeout: 0 });
      throw error;
    } finally {
      opening = undefined;
    }
    options.onListening();
    return { sql, openedAt: performance.now(), heard, lost: lost.signal };
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        connection ??= await open();
        const { sql, openedAt, heard, lost } = connection;
        beat += 1;
        await options.pool.ask((pool) => pool`SELECT pg_notify(${CHANNEL}, ${`beat ${process.pid} ${beat}`})`);
        const rung = await heard.wait(HEARTBEAT_WITHIN);
        if (stopping.signal.aborted) return;
        if (!rung) throw new Error(`no heartbeat within ${HEARTBEAT_WITHIN} ms: the connection is dead, or a pooler in transaction mode stands between (point DATABASE_URL at the server itself)`);
        if (lost.aborted) throw new Error('the connection was lost before anything was heard on it');
        if (state === 'deaf') log.info('notifications are heard again');
        state = 'hearing';
        const woken = new AbortController();
        const undo = abortWith(woken, [stopping.signal, lost]);
        await pause(HEARTBEAT_EVERY, woken.signal);
        undo();
        if (lost.aborted && !stopping.signal.aborted) {
          if (performance.now() < openedAt + HEARTBEAT_EVERY) throw new Error('the connection was lost soon after it was opened');
          connection = undefined;
          await sql.end({ timeout: 0 });
          await pause(REOPEN_AFTER, stopping.signal);
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (state !== 'deaf') log.warn({ err: error }, 'notifications are not heard; the log is polled instead');
        state = 'deaf';
        await connection?.sql.end({ timeout: 0 });
        connection = undefined;
        await pause(TRY_AFTER, stopping.signal);
      }
    }
  }

  const running = run();
  return {
    problem: () => (state === 'hearing' ? null : state === 'deaf' ? 'LISTEN hears nothing; events arrive at polling latency' : 'LISTEN has not been confirmed yet'),
    async stop() {
      stopping.abort();
      connection?.heard.ring();
      // A loop that waits for a server that is away ends with its connection.
      await opening?.end({ timeout: 0 });
      await connection?.sql.end({ timeout: 1 });
      await running;
      await connection?.sql.end({ timeout: 1 });
    },
  };
}
