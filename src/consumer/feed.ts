import type { Logger } from 'pino';
import { isUnavailable } from '../db/connect.js';
import { Bell, pause } from '../base/signal.js';
import type { LogEvent } from '../event/event.js';
import { isErased } from '../event/internal.js';
import type { Hub } from '../hub/hub.js';
import { readFrom, tell, type Told } from '../stream/handover.js';
import type { LogReader } from '../stream/log-reader.js';
import type { ConsumerSpec } from './spec.js';
import { slotOf } from './slot-of.js';
import type { Slot } from './slot.js';

/** Events of the ring looked at in one turn. */
const RING_TAKE = 500;
/** Events, and payload characters, that one feed has in its slots' queues at most: then it waits. */
const MAX_QUEUED = 2_000;
const MAX_QUEUED_SIZE = 8 * 1024 * 1024;
/** A slot that has so much of a full feed to itself is fed by itself from there on: the others go on without it. */
const STUCK = 500;
const MAX_RETRY_WAIT = 1_000;

export interface FeedOptions {
  readonly spec: ConsumerSpec;
  readonly hub: Hub;
  readonly reader: LogReader;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Nothing after this is read. */
  readonly endPosition: number | null;
  /** Slots have something new. */
  onFed(): void;
  /** Retention took what is after the first position, up to the second. */
  onLost(from: number, upto: number): Promise<void>;
  /** This slot is to be fed by itself; false: there are too many feeds. */
  onStuck(slot: Slot): boolean;
  /** The feed has come to its end position, or nothing is left to feed. */
  onChange(): void;
}

/**
 * Reads the log once for several slots of a consumer, and hands each its events. Starts at the slot that is furthest behind;
 * the others pass over what they have. Bounded: past 2,000 events or 8 MiB in its queues it waits for the slots to work them off.
 */
export class Feed {
  readonly slots: Map<number, Slot>;
  readonly #options: FeedOptions;
  #position: number;
  #watermark: number | null;
  #lastRecorded = 0;
  readonly #worked = new Bell();

  constructor(options: FeedOptions, slots: readonly Slot[]) {
    this.#options = options;
    this.slots = new Map(slots.map((slot) => [slot.index, slot]));
    const last = [...slots].sort((a, b) => a.read - b.read)[0];
    this.#position = last?.read ?? 0;
    this.#watermark = last?.readWatermark ?? null;
  }

  /** Up to here it has read. */
  get position(): number {
    return this.#position;
  }

  /** When the last event that it read was recorded. */
  get lastRecorded(): number {
    return this.#lastRecorded;
  }

  /** Slots have worked something off. */
  worked(): void {
    this.#worked.ring();
  }

  /** Runs until the signal aborts, the end position is reached, or no slot is left. */
  async run(): Promise<void> {
    const { hub, signal, log, endPosition, spec } = this.#options;
    let state = readFrom(this.#position);
    let wait = 50;
    while (!signal.aborted && this.slots.size > 0 && (endPosition === null || this.#position < endPosition)) {
      await this.#room();
      if (signal.aborted) break;
      try {
        const told = await this.#ask(state.mode, state.last);
        // Meanwhile its slots may have become another's.
        if (signal.aborted) break;
        const step = tell(state, told);
        if (step.gap) {
          state = readFrom(await this.#passGap(state.last));
          continue;
        }
        state = step.reader;
        if (step.deliver.length > 0) this.#hand(step.deliver);
        wait = 50;
      } catch (error) {
        if (signal.aborted) break;
        if (!isUnavailable(error)) log.error({ err: error, consumer: spec.name }, 'a consumer cannot read the log; trying again');
        hub.suspect();
        await pause(wait, signal);
        wait = Math.min(wait * 2, MAX_RETRY_WAIT);
      }
    }
    this.#options.onChange();
  }

  async #ask(mode: 'ring' | 'log' | 'wait', last: number): Promise<Told> {
    const { hub, reader, signal } = this.#options;
    if (mode === 'ring') return { kind: 'ring', events: hub.after(last, RING_TAKE) };
    if (mode === 'wait') {
      await hub.moved(last, signal);
      return { kind: 'moved' };
    }
    for (;;) {
      const { erasures } = hub;
      const page = await reader.after(last);
      // What was read before an erasure may hold what the log no longer has.
      if (erasures !== hub.erasures) continue;
      if (page.epoch !== null && page.epoch !== hub.epochs.present) {
        await hub.epochs.refresh();
        continue;
      }
      return { kind: 'page', events: page.events };
    }
  }

  /** The log does not go on after `last`. When retention took what follows, it is passed over, and said. */
  async #passGap(last: number): Promise<number> {
    const { hub, reader } = this.#options;
    const earliest = await reader.earliest();
    if (last + 1 >= earliest) {
      await hub.epochs.check(last);
      throw new Error(`the log has a hole after position ${last}: earliest is ${earliest}, head is ${hub.head}`);
    }
    await this.#options.onLost(last, earliest - 1);
    this.#position = earliest - 1;
    this.#readUpTo();
    return this.#position;
  }

  #hand(events: readonly LogEvent[]): void {
    const { endPosition, spec } = this.#options;
    for (const event of events) {
      if (endPosition !== null && event.position > endPosition) break;
      this.#position = event.position;
      this.#lastRecorded = event.recordedAt.getTime();
      if (!spec.types.has(event.type) || (spec.tenant !== null && event.tenant !== spec.tenant)) continue;
      this.#watermark = Math.max(this.#watermark ?? Number.NEGATIVE_INFINITY, timeOf(event));
      const { lane, keyError } = laneOf(spec, event);
      const slot = this.slots.get(slotOf(event.tenant, lane));
      if (slot === undefined || event.position <= slot.read) continue;
      slot.push({ slot, event, lane, watermark: this.#watermark, keyError, parked: false, attempts: 0, history: [] });
    }
    this.#readUpTo();
    this.#options.onFed();
  }

  #readUpTo(): void {
    for (const slot of this.slots.values()) {
      if (this.#position <= slot.read) continue;
      slot.read = this.#position;
      slot.readWatermark = this.#watermark;
    }
  }

  /** Resolves when its queues have room. */
  async #room(): Promise<void> {
    while (!this.#options.signal.aborted && this.#isFull()) {
      const stuck = this.slots.size > 1 ? [...this.slots.values()].find((slot) => slot.queued >= STUCK) : undefined;
      if (stuck !== undefined && this.#options.onStuck(stuck)) {
        this.slots.delete(stuck.index);
        continue;
      }
      await this.#worked.wait(1_000);
    }
  }

  #isFull(): boolean {
    let events = 0;
    let size = 0;
    for (const slot of this.slots.values()) {
      events += slot.queued;
      size += slot.queuedSize;
    }
    return events >= MAX_QUEUED || size >= MAX_QUEUED_SIZE;
  }
}

/** How far event time has come with it: no further than the moment at which it was recorded, whatever its publisher says. */
function timeOf({ occurredAt, recordedAt }: LogEvent): number {
  return Math.min(occurredAt.getTime(), recordedAt.getTime());
}

/** An event without payload has no other key than its topic's. */
function laneOf(spec: ConsumerSpec, event: LogEvent): { readonly lane: string; readonly keyError: unknown } {
  if (isErased(event)) return { lane: event.key, keyError: null };
  try {
    const lane: unknown = spec.laneOf(event);
    if (typeof lane === 'string' && lane !== '' && lane.length <= 255 && !lane.includes('\0')) return { lane, keyError: null };
    throw new TypeError(`The order key of ${spec.name} must be text of 1 to 255 characters without U+0000, not ${typeof lane === 'string' ? `text of ${lane.length}` : typeof lane}.`);
  } catch (error) {
    return { lane: event.key, keyError: error };
  }
}
