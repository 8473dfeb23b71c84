import type { Logger } from 'pino';
import { dropLease, holdLease } from '../db/lease.js';
import type { Pool } from '../db/pool.js';
import { pause } from '../base/signal.js';
import { detachPartition, dropPartition, expiredPartitions, expirePartitions, forgetIds, noteLost, type Limits } from './partitions.js';

const LEASE = 'retention';
/** Milliseconds: a gateway that stopped renewing is replaced after this long. */
const LEASE_FOR = 10_000;
const EVERY = 5_000;
/**
 * Milliseconds for which any event stays: an append whose answer was lost is repeated for so long, and must find the ids of
 * its events.
 */
const KEEP = 60_000;

/**
 * Session settings of the connection that drops. Detaching waits for transactions that are reading; finishing it waits with
 * a lock that an append needs when it makes a partition itself. So it gives up soon and comes back.
 */
export const RETENTION_SESSION: Readonly<Record<string, string>> = { lock_timeout: '100ms', statement_timeout: '4s' };

export interface RetentionOptions {
  /** One connection, with `RETENTION_SESSION`. */
  readonly pool: Pool;
  readonly log: Logger;
  /** Identifies this gateway: a uuid. */
  readonly gatewayId: string;
  readonly age: number | null;
  readonly size: number | null;
  /** Milliseconds for which an event stays, whatever the limits say. Default 60 s. */
  readonly keep?: number;
  /** Milliseconds between two rounds. Default 5 s. */
  readonly interval?: number;
  /** Told after every round that ended well, with the partitions it dropped. */
  onRound(dropped: number): void;
}

/**
 * Drops the oldest partitions of the log, by age and by size. In this order, each step committed before the next: the
 * earliest position moves past them; they are detached; the ids of their events are forgotten; they are dropped. What was
 * begun is noted in the database, so a crash anywhere leaves a log that is whole and a rest that the next round finishes.
 *
 * One gateway is elected. Two at once harm nothing: every step can be repeated.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  /** Consumers that lost something by what has expired so far are noted. */
  #noted = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pool, log, gatewayId, interval = EVERY } = this.#options;
    const { signal } = this.#stopping;
    let failing = false;
    while (!signal.aborted) {
      try {
        if (await this.#elected()) this.#options.onRound(await this.#round());
        failing = false;
      } catch (error) {
        // Said once per outage.
        if (!failing && !signal.aborted) log.warn({ err: error }, 'retention failed; it is tried again');
        failing = true;
      }
      await pause(interval, signal);
    }
    await pool.ask((sql) => dropLease(sql, LEASE, gatewayId)).catch((error: unknown) => log.debug({ err: error }, 'the retention lease expires by itself'));
  }

  #elected(): Promise<boolean> {
    return this.#options.pool.ask((sql) => holdLease(sql, LEASE, this.#options.gatewayId, LEASE_FOR));
  }

  async #round(): Promise<number> {
    const { pool, log, age, size, keep = KEEP } = this.#options;
    const limits: Limits = { age, size, keep };
    const expired = await pool.ask((sql) => expirePartitions(sql, limits));
    if (expired > 0) this.#noted = false;
    let dropped = 0;
    for (const name of await pool.ask(expiredPartitions)) {
      if (!(await this.#drop(name))) break;
      dropped += 1;
    }
    // Once more after a round that failed, and after whoever was elected before.
    if (!this.#noted) await this.#noteLost();
    if (expired > 0 || dropped > 0) log.info({ expired, dropped }, 'retention: the oldest partitions of the log go');
    return dropped;
  }

  async #noteLost(): Promise<void> {
    const { pool, log } = this.#options;
    for (const lost of await pool.ask(noteLost)) log.error(lost, 'retention has dropped events that a consumer had not read (LAGGED), and nobody reads for it at present');
    this.#noted = true;
  }

  /** False when it has to wait, or somebody else has been elected meanwhile. */
  async #drop(name: string): Promise<boolean> {
    const { pool, log } = this.#options;
    if (!(await this.#goOn())) return false;
    if (!(await pool.ask((sql) => detachPartition(sql, name)))) {
      log.debug({ partition: name }, 'a transaction still reads the partition; it is detached later');
      return false;
    }
    let forgotten: number | null = 0;
    while (forgotten !== null) {
      if (!(await this.#goOn())) return false;
      const after: number = forgotten;
      forgotten = await pool.ask((sql) => forgetIds(sql, name, after));
    }
    await pool.ask((sql) => dropPartition(sql, name));
    return true;
  }

  async #goOn(): Promise<boolean> {
    return !this.#stopping.signal.aborted && await this.#elected();
  }
}
