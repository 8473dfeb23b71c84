import type { LogEvent } from '../event/event.js';
import { ERASED, isErased } from '../event/internal.js';
import { lineName } from './line-name.js';
import type { Parked } from './store/parked.js';
import type { TakenSlot } from './store/slots.js';
import type { StateKey } from './store/state.js';

/** Erasures kept while a batch is under way. Past it the slot is taken anew. */
const MAX_ERASURES = 1_000;

/** A key whose payloads are erased, of events before a position. */
export interface ErasedKey {
  readonly tenant: string;
  readonly topic: string;
  readonly key: string;
  readonly before: number;
}

/** An event on its way through a consumer. */
export interface Item {
  readonly slot: Slot;
  readonly event: LogEvent;
  readonly lane: string;
  /** The consumer's watermark at this event: milliseconds since 1970. */
  readonly watermark: number;
  /** Why there is no order key: asking for it threw this. */
  readonly keyError: unknown;
  /** It comes from `parked_events`, not from the log. */
  readonly parked: boolean;
  /** Attempts that have failed, and how the last ones did. */
  readonly attempts: number;
  readonly history: readonly object[];
}

/** What a batch takes out of a slot. */
export interface Take {
  readonly slot: Slot;
  /** Positions of parked events whose time has come, and of those behind them. */
  readonly parked: readonly number[];
  readonly items: readonly Item[];
  /** The checkpoint once all of it is done, and the watermark there. */
  readonly upTo: number;
  readonly watermark: number | null;
}

/** A slot that this gateway works on: where it stands, what was read for it, and which keys wait. */
export class Slot {
  readonly index: number;
  readonly fence: number;
  /** The checkpoint in the database. */
  position: number;
  watermark: number | null;
  /** Up to here events have been read for it; those it has are in the queue. */
  read: number;
  readWatermark: number | null;
  /** A batch works on it, or what it knows is being read anew. */
  busy = false;
  /** It is to be given up once it is not busy. */
  leaving = false;
  /** Its parked events are not known, or not what they were: to be read before anything else. */
  stale = true;
  /** The first of its states that has something to do: milliseconds since 1970. States of keys that wait for an event do not count. */
  due: number | null = null;
  /** Keys whose `onDue` failed, by `lineName`: not again before `until`. Past 1,000 the oldest is tried again early. */
  readonly dueFailed = new Map<string, StateKey & { readonly attempts: number; readonly until: number }>();
  #queue: Item[] = [];
  #queuedSize = 0;
  #lines = new Map<string, readonly Parked[]>();
  #parked = 0;
  /** What was erased since the batch under way took its events: they may come back. */
  #erased: ErasedKey[] = [];
  /** The first moment at which a parked event may be tried; null: there is none. */
  #retryAt: number | null = null;

  constructor({ slot, fence, position, watermark }: TakenSlot) {
    this.index = slot;
    this.fence = fence;
    this.position = position;
    this.read = position;
    this.watermark = watermark;
    this.readWatermark = watermark;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Payload characters. */
  get queuedSize(): number {
    return this.#queuedSize;
  }

  get oldest(): Item | undefined {
    return this.#queue[0];
  }

  /** Events that wait for another attempt, or behind one that does; dead letters that block their key are counted, too. */
  get parked(): number {
    return this.#parked;
  }

  get retryAt(): number | null {
    return this.#retryAt;
  }

  push(item: Item): void {
    this.#queue.push(item);
    this.#queuedSize += item.event.size;
  }

  /** What a batch did not come to, back where it was, without payloads that were erased meanwhile. Throws when more than 1,000 keys were: the slot is to be taken anew. */
  putBack(items: readonly Item[]): void {
    if (items.length === 0) return;
    if (this.#erased.length > MAX_ERASURES) throw new Error(`more than ${MAX_ERASURES} keys were erased while a batch was under way`);
    const back = this.#erased.reduce<readonly Item[]>((kept, of) => kept.map((item) => withoutPayload(item, of)), items);
    this.#queue = [...back, ...this.#queue];
    for (const { event } of back) this.#queuedSize += event.size;
  }

  /** Takes the payloads of an erased key out of what waits here: those events are passed over. */
  erase(of: ErasedKey): void {
    if (this.busy && this.#erased.length <= MAX_ERASURES) this.#erased.push(of);
    this.#queue = this.#queue.map((item) => {
      const left = withoutPayload(item, of);
      this.#queuedSize -= item.event.size - left.event.size;
      return left;
    });
  }

  /** Those that hold up their key, in log order; empty: the key is free. */
  line(tenant: string, lane: string): readonly Parked[] {
    return this.#lines.get(lineName(tenant, lane)) ?? [];
  }

  setLine(tenant: string, lane: string, line: readonly Parked[]): void {
    const name = lineName(tenant, lane);
    this.#parked += line.length - (this.#lines.get(name)?.length ?? 0);
    if (line.length === 0) this.#lines.delete(name);
    else this.#lines.set(name, line);
    this.#retryAt = this.#first();
  }

  /** Replaces all lines by what the database has. */
  setLines(parked: readonly Parked[]): void {
    this.#lines = new Map();
    for (const each of parked) {
      const name = lineName(each.tenant, each.lane);
      this.#lines.set(name, [...(this.#lines.get(name) ?? []), each]);
    }
    this.#parked = parked.length;
    this.#retryAt = this.#first();
  }

  /** True when a batch would find something to do. */
  isReady(now: number, stalled: boolean): boolean {
    return !this.busy && !this.leaving && !this.stale && ((this.#queue.length > 0 && !stalled) || (this.#retryAt !== null && this.#retryAt <= now));
  }

  /** Takes what is due of the lines, and of the queue what there is room for. */
  take(room: number, now: number, stalled: boolean): Take {
    this.#erased = [];
    const parked: number[] = [];
    for (const line of this.#retryAt !== null && this.#retryAt <= now ? this.#lines.values() : []) {
      if (parked.length >= room) break;
      if (!isDue(line[0], now)) continue;
      for (const each of line) {
        if (each.status === 'dead' || parked.length >= room) break;
        parked.push(each.position);
      }
    }
    const items = stalled ? [] : this.#queue.splice(0, Math.max(0, room - parked.length));
    for (const { event } of items) this.#queuedSize -= event.size;
    const last = items.at(-1);
    // Nothing of it is left in between: the checkpoint goes as far as was read.
    const whole = this.#queue.length === 0;
    return {
      slot: this, parked: parked.sort((a, b) => a - b), items,
      upTo: whole ? this.read : last?.event.position ?? this.position, watermark: whole ? this.readWatermark : last?.watermark ?? this.watermark,
    };
  }

  #first(): number | null {
    let first: number | null = null;
    for (const [head] of this.#lines.values()) {
      const at = head === undefined || head.status === 'dead' ? null : head.nextAttemptAt ?? 0;
      if (at !== null && (first === null || at < first)) first = at;
    }
    return first;
  }
}

function withoutPayload(item: Item, of: ErasedKey): Item {
  const { event } = item;
  if (event.tenant !== of.tenant || event.topic !== of.topic || event.key !== of.key || event.position >= of.before || isErased(event)) return item;
  return { ...item, event: { ...event, payload: ERASED, correlationId: null, causationId: null, traceparent: null, size: 0 } };
}

/** The first of a line may be tried: its time has come, or what was before it is gone. */
function isDue(head: Parked | undefined, now: number): boolean {
  return head !== undefined && head.status !== 'dead' && (head.nextAttemptAt ?? 0) <= now;
}
