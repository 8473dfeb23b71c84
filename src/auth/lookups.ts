import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import { SluiceError } from '../base/error.js';

/** Lookups that may be under way or wait. */
const MAX_WAITING = 1_000;
/** Milliseconds for one, once its turn has come. */
const ANSWER_WITHIN = 2_000;

/** Questions to the database that callers cause before it is known who they are: a crowd of them waits in order, and holds up nothing else. */
export class Lookups {
  readonly #pool: Pool;
  #waiting = 0;

  /** A pool that is used for nothing else. */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Errors: `OVERLOADED` when 1,000 wait; the question's own. When `leaving` aborts it does not wait any more, and throws that signal's reason. */
  async ask<T>(question: (sql: Sql) => Promise<T>, leaving?: AbortSignal): Promise<T> {
    if (this.#waiting >= MAX_WAITING) throw new SluiceError('OVERLOADED', 'Too many credentials are being looked up. Try again soon.', { retryAfterMs: 1_000 });
    this.#waiting += 1;
    try {
      return await this.#pool.askInTurn(question, ANSWER_WITHIN, leaving);
    } finally {
      this.#waiting -= 1;
    }
  }
}
