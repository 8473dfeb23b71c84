import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { deadline, settled } from '../base/signal.js';
import { connect, NoAnswerError, type ConnectOptions } from './connect.js';

/** Milliseconds that statements of work that has failed may take to end by themselves. */
const LAST_STATEMENTS = 50;

/** Milliseconds that a connection may take to open, its first answer included. */
const OPEN_WITHIN = 6_000;

/** Names a server process, also for those who come after its number is used again. */
export interface Backend {
  readonly pid: number;
  readonly started: string;
}

type Statement = (strings: TemplateStringsArray, ...values: never[]) => Promise<unknown>;
interface Query extends Promise<unknown> {
  values(): Promise<unknown>;
}

/** The connection was lost, or given up: whatever was under way in its transaction is rolled back. */
export class LostSessionError extends Error {
  override readonly name = 'LostSessionError';
  /** As the driver says it. */
  readonly code = 'CONNECTION_CLOSED';
}

/**
 * One connection, for one transaction at a time. Once it is lost it takes nothing any more: postgres.js 3.4.9 by itself opens
 * another in its place, where the statements that follow would run without their transaction, or in somebody else's.
 */
export class Session {
  /** Statements; each throws `LostSessionError` once the connection is lost. */
  readonly raw: postgres.TransactionSql;
  readonly #sql: postgres.Sql;
  readonly #backend: Backend;
  /** Answers that are waited for, each with what makes it fail. */
  readonly #pending = new Map<Promise<unknown>, (error: Error) => void>();
  readonly #lost: AbortController;

  private constructor(sql: postgres.Sql, reserved: postgres.ReservedSql, backend: Backend, lost: AbortController) {
    this.#sql = sql;
    this.#backend = backend;
    this.#lost = lost;
    if (lost.signal.aborted) this.#end();
    lost.signal.addEventListener('abort', () => this.#end(), { once: true });
    const tag: Statement = (strings, ...values) => this.#track(() => reserved(strings, ...values));
    const unsafe = (...given: Parameters<postgres.ReservedSql['unsafe']>): Query => this.#track(() => reserved.unsafe(...given));
    // A transaction of postgres.js as far as it is used here: the tag, and `unsafe`.
    this.raw = Object.assign(tag, { unsafe }) as unknown as postgres.TransactionSql;
  }

  /** Throws what the driver does when the database is away. */
  static async open(options: Omit<ConnectOptions, 'max'>): Promise<Session> {
    const lost = new AbortController();
    const sql = connect({ ...options, max: 1, onClose: () => lost.abort(new LostSessionError('The connection of a transaction was lost.')) });
    // Moments and JSON as text, as drizzle wants them in the transactions that handlers are given.
    drizzle(sql);
    try {
      const asked = sql<Backend[]>`SELECT pid, backend_start::text AS started FROM pg_stat_activity WHERE pid = pg_backend_pid()`;
      const [backend] = await deadline(asked, OPEN_WITHIN, () => new NoAnswerError(`a connection did not open within ${OPEN_WITHIN} ms`));
      if (backend === undefined || lost.signal.aborted) throw new LostSessionError('The connection was lost when it had just been opened.');
      // Only of a connection that is open: postgres.js 3.4.9 opens one for it and never hands it over (with `fetch_types: false`).
      const reserved = await sql.reserve();
      return new Session(sql, reserved, backend, lost);
    } catch (error) {
      await sql.end({ timeout: 0 });
      throw error;
    }
  }

  /** Aborts when the connection is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get backend(): Backend {
    return this.#backend;
  }

  /** Resolves when nothing is left to be answered of what was asked so far. */
  async allAnswered(): Promise<void> {
    if (this.#pending.size > 0) await Promise.allSettled(this.#pending.keys());
  }

  /** True when it has nothing to answer any more, within 50 ms. */
  async isQuiet(): Promise<boolean> {
    if (this.#pending.size > 0) await settled(this.allAnswered(), LAST_STATEMENTS);
    return this.#pending.size === 0;
  }

  /** Asks whether it is alive. After `ms` without an answer to anything it is given up. */
  async ping(ms: number): Promise<void> {
    try {
      await deadline(this.raw`SELECT 1`, ms, () => new NoAnswerError(`a transaction had no answer within ${ms} ms`));
    } catch (error) {
      if (error instanceof NoAnswerError) this.giveUp(error);
    }
  }

  giveUp(reason: Error): void {
    this.#lost.abort(reason);
  }

  #track(start: () => Query): Query {
    const reason: unknown = this.lost.reason;
    if (this.lost.aborted) throw reason instanceof Error ? reason : new LostSessionError('The connection is lost.');
    const query = start();
    let fail: (error: Error) => void = () => undefined;
    const answer = new Promise((resolve, reject) => {
      fail = reject;
      query.then(resolve, reject);
    });
    this.#pending.set(answer, fail);
    // When nobody waits for it (a handler that was given up), its transaction has failed all the same.
    const done = (): void => void this.#pending.delete(answer);
    answer.then(done, done);
    return Object.assign(answer, {
      values() {
        // Not sent yet: the driver begins in the next microtask.
        void query.values();
        return answer;
      },
    });
  }

  #end(): void {
    const reason: unknown = this.lost.reason;
    const error = reason instanceof Error ? reason : new LostSessionError('The connection is lost.');
    for (const reject of this.#pending.values()) reject(error);
    this.#pending.clear();
    void this.#sql.end({ timeout: 0 });
  }
}
