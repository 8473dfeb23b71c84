import type { Pool } from '../db/pool.js';
import { noteSeen, type Seen } from './store.js';

/** Milliseconds between two notes of the same, so that an endpoint that is sent to all the time costs no write each time. */
const SAME_EVERY = 60_000;
/** Milliseconds from any note to that of a failure: of an endpoint that takes one event and not the next. A success after a failure is noted at once. */
const FAILURE_AFTER = 1_000;

/**
 * What one gateway tells the others, and whoever looks, of an endpoint: since when it has failed, why, and when it was last
 * delivered to. To some seconds: the rest is in the counters of its consumer.
 */
export class Health {
  readonly #pool: Pool;
  readonly #id: string;
  readonly #failingMs: number;
  readonly #sameEvery: number;
  #noted: { readonly delivered: boolean; readonly error: string | null; readonly at: number } | null = null;
  #writing: Promise<boolean> = Promise.resolve(false);

  /** `failingMs`: milliseconds of nothing but failures after which it is to be paused. */
  constructor(pool: Pool, id: string, failingMs: number) {
    this.#pool = pool;
    this.#id = id;
    this.#failingMs = failingMs;
    this.#sameEvery = Math.min(SAME_EVERY, failingMs / 10);
  }

  /** True when it is to be paused. Errors: the driver's own. */
  async note(seen: Seen): Promise<boolean> {
    const now = performance.now();
    const error = seen.delivered ? null : seen.error;
    const before = this.#noted;
    if (before !== null) {
      const same = before.delivered === seen.delivered && before.error === error;
      if (now - before.at < (same ? this.#sameEvery : seen.delivered ? 0 : Math.min(FAILURE_AFTER, this.#sameEvery))) return false;
    }
    this.#noted = { delivered: seen.delivered, error, at: now };
    const write = (): Promise<boolean> => this.#pool.ask((sql) => noteSeen(sql, this.#id, seen, this.#failingMs));
    // In the order of what was seen. What went wrong with the one before is told to who noted it.
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
