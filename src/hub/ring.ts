import type { LogEvent } from '../event/event.js';
import { ERASED } from '../event/internal.js';

/**
 * The most recent events, dense by position. Bounded in events and in payload characters: at either bound the oldest
 * leave, and a reader that still needs them reads the log.
 */
export class Ring {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  /** Slot `position % maxEvents`. */
  readonly #slots: (LogEvent | undefined)[];
  #first = 1;
  #last = 0;
  #bytes = 0;

  constructor(options: { readonly maxEvents: number; readonly maxBytes: number }) {
    this.#maxEvents = options.maxEvents;
    this.#maxBytes = options.maxBytes;
    this.#slots = new Array<LogEvent | undefined>(options.maxEvents);
  }

  /** The last position it was told of; what it holds ends there. */
  get last(): number {
    return this.#last;
  }

  /** Empties it and makes `position` its last. */
  reset(position: number): void {
    this.#slots.fill(undefined);
    this.#first = position + 1;
    this.#last = position;
    this.#bytes = 0;
  }

  /** Adds the next event. Throws when its position does not follow: a hole in the ring would be a hole at every reader. */
  push(event: LogEvent): void {
    if (event.position !== this.#last + 1) throw new RangeError(`position ${event.position} does not follow ${this.#last}`);
    if (this.#last - this.#first + 1 === this.#maxEvents) this.#drop();
    this.#slots[event.position % this.#maxEvents] = event;
    this.#last = event.position;
    this.#bytes += event.size;
    while (this.#bytes > this.#maxBytes && this.#first < this.#last) this.#drop();
  }

  /**
   * The events after `position`, at most `limit`; empty when it knows of none yet; undefined when some have left the
   * ring.
   */
  after(position: number, limit: number): readonly LogEvent[] | undefined {
    if (position + 1 < this.#first) return undefined;
    const found: LogEvent[] = [];
    for (let next = position + 1; next <= this.#last && found.length < limit; next += 1) {
      found.push(this.#slots[next % this.#maxEvents] as LogEvent);
    }
    return found;
  }

  /** Replaces the payloads of one key, in events before a position, as the log has done. */
  erase(of: { readonly tenant: string; readonly topic: string; readonly key: string; readonly before: number }): void {
    for (let position = this.#first; position <= this.#last && position < of.before; position += 1) {
      const index = position % this.#maxEvents;
      const event = this.#slots[index];
      if (event === undefined || event.key !== of.key || event.topic !== of.topic || event.tenant !== of.tenant) continue;
      this.#slots[index] = { ...event, payload: ERASED, correlationId: null, causationId: null, traceparent: null, size: 0 };
      this.#bytes -= event.size;
    }
  }

  #drop(): void {
    const index = this.#first % this.#maxEvents;
    this.#bytes -= this.#slots[index]?.size ?? 0;
    this.#slots[index] = undefined;
    this.#first += 1;
  }
}
