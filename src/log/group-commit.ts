import type { Logger } from 'pino';
import { isDataError } from '../db/connect.js';
import { SluiceError } from '../base/error.js';
import { Bell, pause } from '../base/signal.js';
import type { AppendResult, CallOutcome, PublishCall } from './append.js';

export interface GroupCommitOptions {
  /** One CALL of the procedure, see `append`. */
  append(calls: readonly PublishCall[], options: { repeated: boolean }): Promise<AppendResult>;
  /** Told after every CALL that worked. */
  onAppended(result: AppendResult, events: number, ms: number): void;
  readonly log: Logger;
  /** Events that may wait, and their payload characters; past either a call is refused with `OVERLOADED`. */
  readonly queueEvents: number;
  readonly queueBytes: number;
  /** Milliseconds for which an append is tried again when the database does not answer. */
  readonly patience: number;
}

/** Events and payload characters that one CALL carries at most; a call larger than that goes alone. */
const BATCH_EVENTS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Milliseconds for which a stop tries to finish what was taken while the database is away. */
const STOP_PATIENCE = 3_000;

interface Waiting {
  readonly call: PublishCall;
  readonly bytes: number;
  readonly since: number;
  settle(outcome: CallOutcome): void;
  fail(error: unknown): void;
}

/**
 * Publishes that arrive while an append is under way go together into the next one: one commit for many callers.
 * One append at a time, since they would only queue for the head lock. A call whose data Postgres refuses fails alone:
 * the batch is halved until it is found.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #queue: Waiting[] = [];
  #queuedEvents = 0;
  #queuedBytes = 0;
  readonly #bell = new Bell();
  #drainWanted = false;
  readonly #awaitingDrain: (() => void)[] = [];
  #stopping = false;
  #stopBy = Number.POSITIVE_INFINITY;
  #ended = false;
  readonly #running: Promise<void>;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Events that wait or are being appended. */
  get depth(): number {
    return this.#queuedEvents;
  }

  /**
   * Stores a call and resolves when it is durable. Rejects with `OVERLOADED` when the queue is full (nothing was stored),
   * with `STORAGE_UNAVAILABLE` when the database did not answer for `patience` (whether it was stored is unknown), with
   * `OVERLOADED` when the outbox held it up as long, or with the database's own error when it refuses the data.
   */
  submit(call: PublishCall): Promise<CallOutcome> {
    const bytes = call.events.reduce((sum, event) => sum + event.payload.length, 0);
    if (this.#stopping) {
      return Promise.reject(new SluiceError('OVERLOADED', 'This gateway is stopping; nothing was stored. Publish to another one.', { retryAfterMs: 1_000 }));
    }
    if (this.#queuedEvents + call.events.length > this.#options.queueEvents || this.#queuedBytes + bytes > this.#options.queueBytes) {
      return Promise.reject(new SluiceError('OVERLOADED', 'Too many events wait to be stored; nothing of this call was. Try again later.', { retryAfterMs: 250 }));
    }
    this.#queuedEvents += call.events.length;
    this.#queuedBytes += bytes;
    return new Promise<CallOutcome>((settle, fail) => {
      this.#queue.push({ call, bytes, since: performance.now(), settle, fail });
      this.#bell.ring();
    }).finally(() => {
      this.#queuedEvents -= call.events.length;
      this.#queuedBytes -= bytes;
    });
  }

  /** Moves committed outbox rows into the log soon, together with whatever is to be published. */
  drain(): void {
    this.#drainWanted = true;
    this.#bell.ring();
  }

  /** As `drain`; resolves when a CALL that began after this has ended, well or not; after `stop` at once. */
  drained(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaitingDrain.push(resolve);
      this.drain();
    });
  }

  /**
   * Takes no more, finishes what was taken; while the database is away, for a few seconds only. What is still in the outbox
   * stays there for another gateway, or for the next start.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopBy = performance.now() + STOP_PATIENCE;
    this.#bell.ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      if (this.#queue.length === 0) {
        if (this.#stopping && (this.#awaitingDrain.length === 0 || performance.now() > this.#stopBy)) break;
        if (!this.#drainWanted) {
          await this.#bell.wait(60_000);
          continue;
        }
      }
      const batch = this.#take();
      this.#drainWanted = false;
      const awaiting = this.#awaitingDrain.splice(0);
      await this.#store(batch);
      for (const resolve of awaiting) resolve();
    }
    this.#ended = true;
    for (const resolve of this.#awaitingDrain.splice(0)) resolve();
  }

  /** The next batch, in order of arrival. Two calls with the same idempotency key never share one. */
  #take(): Waiting[] {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    const keys = new Set<string>();
    let events = 0;
    let bytes = 0;
    while (this.#queue.length > 0) {
      const next = this.#queue[0] as Waiting;
      if (batch.length > 0 && (events + next.call.events.length > BATCH_EVENTS || bytes + next.bytes > BATCH_BYTES)) break;
      this.#queue.shift();
      const key = next.call.idempotency === null ? null : JSON.stringify([next.call.tenant, next.call.idempotency.key]);
      if (key !== null && keys.has(key)) {
        later.push(next);
        continue;
      }
      if (key !== null) keys.add(key);
      batch.push(next);
      events += next.call.events.length;
      bytes += next.bytes;
    }
    this.#queue.unshift(...later);
    return batch;
  }

  /** Appends a batch, halving it around data that Postgres refuses. Settles every member. */
  async #store(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#appendAll(batch);
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) waiting.fail(new Error('append answered fewer calls than it was given'));
        else waiting.settle(outcome);
      });
    } catch (error) {
      if (isDataError(error) && batch.length > 1) {
        const middle = batch.length >> 1;
        await this.#store(batch.slice(0, middle));
        await this.#store(batch.slice(middle));
        return;
      }
      if (batch.length === 0) this.#options.log.error({ err: error }, 'draining the outbox failed');
      for (const waiting of batch) waiting.fail(error);
    }
  }

  /** CALLs until the batch is in: as often as the outbox holds it up, and again when the connection was lost. */
  async #appendAll(batch: readonly Waiting[]): Promise<readonly CallOutcome[]> {
    const calls = batch.map((waiting) => waiting.call);
    const events = calls.reduce((sum, call) => sum + call.events.length, 0);
    // From when the last of them was taken: what queues up during an outage does not wait for one batch after the other.
    const since = batch.at(-1)?.since ?? performance.now();
    const isOver = (): boolean => performance.now() > Math.min(since + this.#options.patience, this.#stopBy);
    let repeated = false;
    for (let attempt = 0; ; ) {
      const began = performance.now();
      try {
        const result = await this.#options.append(calls, { repeated });
        this.#options.onAppended(result, result.outcomes === null ? 0 : events, performance.now() - began);
        if (result.outcomes !== null) return result.outcomes;
        attempt = 0;
      } catch (error) {
        if (isDataError(error)) throw error;
        // Once more at least: a batch that has waited long deserves to learn whether it is in.
        if (isOver() && (attempt > 0 || this.#stopping)) {
          throw new SluiceError('STORAGE_UNAVAILABLE', 'The database did not answer. Whether the events were stored is unknown; publish again with an idempotency key to be sure of one copy.', { retryAfterMs: 1_000 }, { cause: error });
        }
        // The CALL may have committed before the connection broke: the same ids find out.
        repeated = true;
        attempt += 1;
        this.#options.log.warn({ err: error, attempt }, 'append failed; trying again with the same ids');
        await pause(Math.min(50 * 2 ** attempt, 1_000));
        continue;
      }
      // With an earlier CALL unanswered only another tells whether that one stored them.
      if (isOver() && !repeated) {
        throw new SluiceError('OVERLOADED', 'Rows of the outbox come faster than they can be moved, and go first; nothing of this call was stored. Try again later.', { retryAfterMs: 1_000 });
      }
    }
  }
}
