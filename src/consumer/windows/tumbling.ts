import { z } from 'zod';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { SUM, checked, milliseconds, placeOf, wholeNumber, type Added, type Aggregate, type Duration, type Windows } from './window.js';

export interface TumblingOptions {
  /** How long a window is. Days are 24 h of UTC. */
  readonly size: Duration;
  /** Where windows begin: at multiples of `size` after 1970-01-01T00:00Z plus this. Default 0. */
  readonly offset?: Duration;
  /** How long a window stays open after its end, in event time: until the watermark has come to its end plus this. */
  readonly lateness: Duration;
  /**
   * Windows that one key may have open; default 1,000 (some 40 KB of state). `lateness` must leave room for them. Past it
   * `add` throws `OVERLOADED`: windows that are over were not closed, or `at` lies far ahead of the watermark.
   */
  readonly maxOpen?: number;
}

/** A key's windows, by the ms they start at, in order. Windows of another size cannot use it: reset the consumer. */
export interface TumblingState<Value> {
  readonly open: readonly { readonly start: number; readonly value: Value }[];
}

export interface ClosedWindow<Value> {
  readonly start: Date;
  /** Not part of it. */
  readonly end: Date;
  readonly value: Value;
}

/**
 * Windows side by side: every event is in one. Whatever order the events of a key come in, as long as each comes before its
 * window is closed, the same windows close with the same values.
 */
export interface Tumbling<Value> extends Windows<TumblingState<Value>, Value> {
  /**
   * Adds a value to the window of `at`. Late: that window's end plus lateness is not after the watermark, closed yet or not.
   * @throws SluiceError `BAD_USER_INPUT` for a value that does not fit; `OVERLOADED` past `maxOpen`.
   */
  add(state: TumblingState<Value>, at: Date, value: Value, watermark: Date): Added<TumblingState<Value>>;
  /** When the earliest window is to be closed. */
  due(state: TumblingState<Value>): Date | null;
  /** Takes out the windows that are over, earliest first. Again with the same watermark: none. */
  close(state: TumblingState<Value>, watermark: Date): { readonly closed: readonly ClosedWindow<Value>[]; readonly state: TumblingState<Value> };
}

/** Windows that sum whole numbers or, with an aggregate, whatever it makes. @throws SluiceError `BAD_USER_INPUT`. */
export function tumbling<Value>(options: TumblingOptions & Aggregate<Value>): Tumbling<Value>;
export function tumbling(options: TumblingOptions & { readonly value?: never; readonly combine?: never }): Tumbling<number>;
export function tumbling<Value>(options: TumblingOptions & Partial<Aggregate<Value>>): Tumbling<number> | Tumbling<Value> {
  const { value, combine } = options;
  return value === undefined || combine === undefined ? windowsOf(options, SUM) : windowsOf(options, { value, combine });
}

function windowsOf<Value>(options: TumblingOptions, aggregate: Aggregate<Value>): Tumbling<Value> {
  type State = TumblingState<Value>;
  const size = milliseconds('size', options.size, 1);
  const offset = milliseconds('offset', options.offset ?? 0, 0);
  const lateness = milliseconds('lateness', options.lateness, 0);
  const maxOpen = wholeNumber('maxOpen', options.maxOpen ?? 1_000, 1);
  // A window that is open starts in (watermark - size - lateness, watermark].
  const needed = Math.ceil((size + lateness) / size);
  if (needed > maxOpen) {
    throw badInput(`Tumbling windows of ${size} ms that stay open for ${lateness} ms more are up to ${needed} open at once, and "maxOpen" is ${maxOpen}: give longer windows, less lateness, or more room.`);
  }
  const initial: State = { open: [] };
  const overAt = (start: number): number => start + size + lateness;
  return {
    schema: z.object({ open: z.array(z.object({ start: z.int(), value: aggregate.value })) }),
    initial,
    add: (state, at, given, watermark) => {
      const start = Math.floor((at.getTime() - offset) / size) * size + offset;
      if (overAt(start) <= watermark.getTime()) return { state, late: true };
      const value = checked(aggregate, given);
      const { open } = state;
      const place = placeOf(open, start, (window) => window.start);
      const found = open[place];
      if (found?.start === start) return { state: { open: open.with(place, { start, value: aggregate.combine(found.value, value) }) }, late: false };
      if (open.length >= maxOpen) {
        throw new SluiceError('OVERLOADED', `The key has ${maxOpen} windows that were not closed ("maxOpen"). Close them in "onDue" of the processor, and give moments that are not far ahead of the watermark.`, { retryAfterMs: 1_000 });
      }
      return { state: { open: open.toSpliced(place, 0, { start, value }) }, late: false };
    },
    due: ({ open: [first] }) => (first === undefined ? null : new Date(overAt(first.start))),
    close: (state, watermark) => {
      const over = state.open.filter(({ start }) => overAt(start) <= watermark.getTime());
      if (over.length === 0) return { closed: [], state };
      const closed = over.map(({ start, value }) => ({ start: new Date(start), end: new Date(start + size), value }));
      return { closed, state: { open: state.open.slice(over.length) } };
    },
  };
}
