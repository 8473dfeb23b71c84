import type { Logger } from 'pino';
import type { Pool } from '../db/pool.js';
import type { Pause } from './circuit-breaker.js';
import { notePause } from './store.js';
import type { Webhook } from './webhook.js';

export interface SharedPauseOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Identifies this gateway: a uuid. */
  readonly gateway: string;
  /** Milliseconds by which the others wait longer: whoever found out tries first, and they learn what came of it before they try. */
  readonly marginMs: number;
}

/**
 * What the gateways know from each other of one endpoint: until when it is left alone. One row is written when that changes, not for
 * every request: a pause that ends less than the margin later than the one before is the same.
 */
export class SharedPause {
  readonly #options: SharedPauseOptions;
  /** Until when the others wait, as far as this gateway knows: milliseconds since 1970. */
  #until = 0;

  constructor(options: SharedPauseOptions) {
    this.#options = options;
  }

  /** This gateway has found out, and goes by that. */
  get isKnown(): boolean {
    return this.#until > 0;
  }

  /** The others wait until then. */
  learn(until: number): void {
    this.#until = Math.max(this.#until, until);
  }

  /** Nothing is known of the endpoint any more. */
  forget(): void {
    this.#until = 0;
  }

  /** Tells the others, unless they know. When that fails, or the webhook was changed meanwhile, they do not: it is told again with the next request that would have been sent. */
  async tell(webhook: Pick<Webhook, 'id' | 'revision'>, { until, opened, asked }: Pause): Promise<void> {
    const { pool, log, gateway, marginMs } = this.#options;
    if (until <= this.#until) return;
    const before = this.#until;
    // At once: whatever else fails meanwhile writes nothing.
    this.#until = until + marginMs;
    const told = this.#until;
    try {
      if (await pool.ask((sql) => notePause(sql, webhook, { until: told, opened, asked }, gateway))) return;
    } catch (error) {
      log.warn({ err: error, webhook: webhook.id }, 'other gateways could not be told that an endpoint is to be left alone');
    }
    if (this.#until === told) this.#until = before;
  }
}
