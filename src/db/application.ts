import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';
import { FairSlots } from '../base/fair-slots.js';
import { guardClient, isKept, type GuardedClient } from './guarded-client.js';
import type { Session } from './session.js';
import { Sessions } from './sessions.js';
import type { Pool } from './pool.js';

/** All in milliseconds. */
export interface DatabaseTimes {
  /** After so long the server ends a transaction that nothing is asked in: that of a gateway that is frozen, or gone without a word. While it lives, it asks. */
  readonly idle: number;
  /** Without an answer for so long, beyond the wait for a lock, a connection counts as lost. */
  readonly answer: number;
  /** So long a statement or a transaction waits for a connection; past it `OVERLOADED`. */
  readonly turn: number;
}

export const TIMES: DatabaseTimes = { idle: 10_000, answer: 30_000, turn: 30_000 };
/** Statements and transactions that wait for a connection; past it `OVERLOADED`. */
export const MAX_WAITING = 10_000;
/** What the server says it has done when a transaction was begun by hand. */
const BEGUN = ['BEGIN', 'START TRANSACTION'];

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; transactions and statements outside of them share them. */
  readonly poolSize: number;
  /** Milliseconds that a statement waits for a row lock. */
  readonly lockTimeout: number;
  /** Ends server processes that are still at work for nobody. */
  readonly pool: Pool;
  readonly log: Logger;
  /** Default: 10 s, 30 s and 30 s. */
  readonly times?: Partial<DatabaseTimes>;
}

export interface ApplicationDatabase {
  /** Errors: `OVERLOADED` when there was no connection for 30 s, or 10,000 wait for one; those of the driver, of which `isUnavailable` says when the database could not be asked. */
  readonly db: PostgresJsDatabase;
  /** Closes all connections: what is under way in them is lost. */
  end(): void;
}

/**
 * The application's database: read committed, over connections each of which is thrown away when it is lost. A pool of postgres.js 3.4.9
 * opens a lost one anew in its place, and never gets it open when something was to be written to it at that moment (`CONNECT_TIMEOUT`
 * from then on); after a transaction, whose ROLLBACK comes late, that is always so.
 */
export function openDatabase({ url, poolSize, lockTimeout, pool, log, times }: DatabaseOptions): ApplicationDatabase {
  const { idle, answer, turn } = { ...TIMES, ...times };
  const settings = { lock_timeout: String(lockTimeout), idle_in_transaction_session_timeout: String(idle), default_transaction_isolation: 'read committed' };
  const sessions = new Sessions({ connect: { url, max: poolSize, name: 'sluice application', settings }, leaseMs: idle, pool, log });
  const client = new Client(sessions, poolSize, { silenceMs: lockTimeout + answer, turnMs: turn });
  return { db: drizzle(client as unknown as postgres.Sql), end: () => sessions.end() };
}

interface Answer extends Promise<unknown> {
  values(): Promise<unknown>;
}

/** What drizzle asks of a pool of the driver. */
class Client {
  /** Drizzle writes into it how types are read; sessions know that by themselves. */
  readonly options = { parsers: {}, serializers: {} };
  readonly #sessions: Sessions;
  readonly #turns: FairSlots;
  readonly #silenceMs: number;
  readonly #turnMs: number;

  constructor(sessions: Sessions, poolSize: number, { silenceMs, turnMs }: { readonly silenceMs: number; readonly turnMs: number }) {
    this.#sessions = sessions;
    this.#silenceMs = silenceMs;
    this.#turnMs = turnMs;
    this.#turns = new FairSlots({ total: poolSize, perName: poolSize, line: MAX_WAITING, full: noTurn });
  }

  unsafe(text: string, values: postgres.ParameterOrJSON<never>[] = [], options: postgres.UnsafeQueryOptions = {}): Answer {
    let inArrays = false;
    const ask = async (session: Session): Promise<unknown> => {
      // Outside a transaction the driver itself asks again when a prepared statement does not fit any more.
      const query = session.raw.unsafe(text, values, { ...options, prepare: values.length > 0 && isKept(text) });
      const answer = await (inArrays ? query.values() : query);
      if (BEGUN.includes(answer.command)) {
        session.giveUp(new Error('The connection was left in a transaction.'));
        throw new Error('A statement began a transaction: use `transaction`.');
      }
      return answer;
    };
    const answer = this.#inTurn(() => this.#sessions.statement(this.#silenceMs, ask));
    return Object.assign(answer, {
      values() {
        // Not sent yet: the turn begins in a later microtask.
        inArrays = true;
        return answer;
      },
    });
  }

  async begin<T>(work: (client: GuardedClient) => Promise<T>): Promise<T> {
    return await this.#inTurn(() => this.#sessions.transaction(this.#silenceMs, {
      read: () => Promise.resolve(),
      async work({ raw, lost }) {
        const { client, close } = guardClient(raw, { isPrepared: () => false, over: 'The transaction is over: it was committed or rolled back.' });
        try {
          const result = await untilLost(work(client), lost);
          client.check();
          return result;
        } finally {
          close();
        }
      },
    }));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(noTurn()), this.#turnMs);
    const release = await this.#turns.acquire(null, waiting.signal).finally(() => clearTimeout(timer));
    try {
      return await work();
    } finally {
      release();
    }
  }
}

/** What goes on in `work` is its own affair: the transaction is closed to it. */
function untilLost<T>(work: Promise<T>, lost: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(lost.reason as Error);
    if (lost.aborted) fail();
    lost.addEventListener('abort', fail, { once: true });
    work.then(resolve, reject).finally(() => lost.removeEventListener('abort', fail));
  });
}

function noTurn(): SluiceError {
  return new SluiceError('OVERLOADED', 'All database connections of the application are in use; nothing was stored. Wait `retryAfterMs` and try again.', { retryAfterMs: 1_000 });
}
