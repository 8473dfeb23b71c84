import type { Logger } from 'pino';
import { Bell, deadline, pause } from '../base/signal.js';
import { connect, type Sql } from './connect.js';
import type { Pool } from './pool.js';

const CHANNEL = 'sluice_head';
/** Milliseconds between two heartbeats, and how long one may take before the connection counts as deaf. */
const HEARTBEAT_EVERY = 5_000;
const HEARTBEAT_WITHIN = 2_000;
/** Milliseconds in which a connection that listens must be there. */
const LISTEN_WITHIN = 10_000;

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
  let connection: Sql | undefined;
  const stopping = new AbortController();
  const heard = new Bell();
  let beat = 0;

  function receive(payload: string): void {
    if (payload.startsWith('beat ')) {
      if (payload === `beat ${process.pid} ${beat}`) heard.ring();
      return;
    }
    const position = Number(payload);
    if (Number.isSafeInteger(position)) options.onHint(position);
  }

  async function open(): Promise<Sql> {
    const sql = connect({ url: options.url, max: 1, name: 'sluice listen' });
    try {
      await deadline(sql.listen(CHANNEL, receive, () => options.onListening()), LISTEN_WITHIN, () => new Error(`LISTEN was not answered within ${LISTEN_WITHIN} ms`));
    } catch (error) {
      await sql.end({ timeout: 0 });
      throw error;
    }
    return sql;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        connection ??= await open();
        beat += 1;
        await options.pool.ask((sql) => sql`SELECT pg_notify(${CHANNEL}, ${`beat ${process.pid} ${beat}`})`);
        if (await heard.wait(HEARTBEAT_WITHIN)) {
          if (state === 'deaf') log.info('notifications are heard again');
          state = 'hearing';
          await pause(HEARTBEAT_EVERY, stopping.signal);
          continue;
        }
        throw new Error(`no heartbeat within ${HEARTBEAT_WITHIN} ms: the connection is dead, or a pooler in transaction mode stands between (point DATABASE_URL at the server itself)`);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (state !== 'deaf') log.warn({ err: error }, 'notifications are not heard; the log is polled instead');
        state = 'deaf';
        await connection?.end({ timeout: 0 });
        connection = undefined;
        await pause(500, stopping.signal);
      }
    }
  }

  const running = run();
  return {
    problem: () => (state === 'hearing' ? null : state === 'deaf' ? 'LISTEN hears nothing; events arrive at polling latency' : 'LISTEN has not been confirmed yet'),
    async stop() {
      stopping.abort();
      heard.ring();
      // A loop that waits for a server that is away ends with its connection.
      await connection?.end({ timeout: 1 });
      await running;
      await connection?.end({ timeout: 1 });
    },
  };
}
