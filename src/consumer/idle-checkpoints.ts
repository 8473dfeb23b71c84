import type { RunnerOptions } from './runner-options.js';
import type { Slot } from './slot.js';
import { isTimed } from './spec.js';
import { finishConsumer } from './store/consumers.js';
import { advance, FencedError, type Progress } from './store/slots.js';

/** Milliseconds between checkpoints of slots that have nothing to do. Retention waits for them, and who takes a slot over begins there. */
const EVERY = 5_000;
/** When states may be due, or the consumer is to end: that waits for them, too. */
const EVERY_TIMED = 500;
/** Consumers of a gateway whose slots are moved so often. With more of them each waits longer: no more rows are written a second. */
const CONSUMERS = 20;

/** How long idle slots of a gateway with so many consumers stay where they are: milliseconds. */
export function idleInterval(consumers: number): number {
  return EVERY * Math.max(1, consumers / CONSUMERS);
}

/** From where to where the checkpoint of a slot is to move: it has nothing to do up to where the log was read, unless something waits for it. */
export function placeOf({ index, fence, position, read, watermark, readWatermark, queued, busy, stale }: Slot): Pick<Progress, 'slot' | 'fence' | 'from' | 'to' | 'watermark'> {
  const isIdle = queued === 0 && !busy && !stale;
  return { slot: index, fence, from: position, to: isIdle ? read : position, watermark: isIdle ? readWatermark : watermark };
}

/** Moves the checkpoints of slots that have nothing to do to where the log was read, all in one statement. */
export class IdleCheckpoints {
  readonly #options: Pick<RunnerOptions, 'spec' | 'pool' | 'endPosition' | 'log' | 'idleInterval' | 'aborting'>;
  #movedAt = 0;

  constructor(options: Pick<RunnerOptions, 'spec' | 'pool' | 'endPosition' | 'log' | 'idleInterval' | 'aborting'>) {
    this.#options = options;
  }

  /** Null when it is not time yet, or there is nothing to move; else resolves when it is done. Slots are busy meanwhile; `drop`: whether one was moved is unknown. */
  move(slots: readonly Slot[], now: number, drop: (slot: Slot) => void): Promise<void> | null {
    const { spec, endPosition, idleInterval: interval } = this.#options;
    const every = !isTimed(spec) && endPosition === null ? Math.min(interval(), Math.max(EVERY_TIMED, spec.maxLagMs / 4)) : EVERY_TIMED;
    if (now - this.#movedAt < every) return null;
    const idle = slots.filter((slot) => !slot.leaving && placeOf(slot).to > slot.position);
    if (idle.length === 0 && endPosition === null) return null;
    this.#movedAt = now;
    const work = this.#move(idle, drop);
    for (const slot of idle) slot.busy = true;
    return work.finally(() => {
      for (const slot of idle) slot.busy = false;
    });
  }

  async #move(idle: readonly Slot[], drop: (slot: Slot) => void): Promise<void> {
    const { spec: { name }, pool, endPosition, log, aborting } = this.#options;
    const progress = idle.map((slot): Progress => ({ ...placeOf(slot), delivered: 0, skipped: 0, failed: 0, late: 0 }));
    try {
      await pool.ask((sql) => advance(sql, name, progress));
      for (const [index, slot] of idle.entries()) {
        slot.position = progress[index]?.to ?? slot.position;
        slot.watermark = progress[index]?.watermark ?? slot.watermark;
      }
      if (endPosition !== null) await pool.ask((sql) => finishConsumer(sql, name));
    } catch (error) {
      // What is in memory may be behind: they are taken anew.
      for (const slot of idle) drop(slot);
      if (!(error instanceof FencedError) && !aborting.signal.aborted) log.warn({ err: error, consumer: name }, 'the checkpoints of idle slots could not be moved');
    }
  }
}
