import type { Logger } from 'pino';
import type { Pool } from '../db/pool.js';
import { holdLease, dropLease } from '../db/lease.js';
import { pause } from '../base/signal.js';

const LEASE = 'outbox poller';
/** Milliseconds: a poller that stopped renewing is replaced after this long. */
const LEASE_FOR = 3_000;
const RENEW_EVERY = 1_000;
/** Milliseconds between polls of a gateway that is not the elected one: the safety net. */
const SLOW_POLL = 1_000;

export interface OutboxPollerOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Identifies this gateway: a uuid. */
  readonly gatewayId: string;
  /** Milliseconds between polls of the elected gateway. */
  readonly interval: number;
  /** Rows wait: have them appended. */
  onRows(): void;
}

/**
 * Notices rows that other services put into the outbox. It only asks whether there are any, and so never takes the
 * head lock for nothing. One gateway is elected to ask often; two at once, or none for a while, harm nothing.
 */
export class OutboxPoller {
  readonly #options: OutboxPollerOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: OutboxPollerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pool, log, gatewayId, interval } = this.#options;
    const signal = this.#stopping.signal;
    let elected = false;
    let askedAt = Number.NEGATIVE_INFINITY;
    let failing = false;
    while (!signal.aborted) {
      try {
        if (performance.now() - askedAt >= RENEW_EVERY) {
          askedAt = performance.now();
          elected = await pool.ask((sql) => holdLease(sql, LEASE, gatewayId, LEASE_FOR));
        }
        const [row] = await pool.ask((sql) => sql<{ waiting: boolean }[]>`SELECT EXISTS (SELECT FROM sluice.outbox) AS waiting`);
        if (row?.waiting === true) this.#options.onRows();
        failing = false;
      } catch (error) {
        // Said once per outage: at this pace the log would be nothing else.
        if (!failing && !signal.aborted) log.warn({ err: error }, 'the outbox cannot be polled');
        failing = true;
      }
      await pause(failing || !elected ? SLOW_POLL : interval, signal);
    }
    await pool.ask((sql) => dropLease(sql, LEASE, gatewayId)).catch((error: unknown) => log.debug({ err: error }, 'the poller lease expires by itself'));
  }
}
