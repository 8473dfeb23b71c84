import { z } from 'zod';
import { badInput } from '../../event/limits.js';
import { SUM, checked, milliseconds, placeOf, wholeNumber, type Added, type Aggregate, type Duration, type Windows } from './window.js';

export interface SlidingOptions {
  /** How long a window is. */
  readonly size: Duration;
  /** How far behind the watermark an event may be; what is further behind is late. */
  readonly lateness: Duration;
  /**
   * Moments are rounded down to multiples of this, whoever comes first; `size` must be a multiple of it. Default 1 ms. A key
   * keeps one entry per moment, so with `(size + lateness) / resolution + 1 <= maxEntries` it never runs out of room.
   */
  readonly resolution?: Duration;
  /**
   * Moments that are kept of one key; default 1,000 (some 40 KB of state). Past it `add` throws `BAD_USER_INPUT`: nothing is
   * left out of a sum unseen. Give a coarser `resolution` for keys that busy.
   */
  readonly maxEntries?: number;
}

/** What came in, by ms, in order: as far back as an event that is not late may reach. */
export interface SlidingState<Value> {
  readonly entries: readonly { readonly at: number; readonly value: Value }[];
}

/** The window that ends with an event: it has what came in `(end - size, end]`. */
export interface SlidingWindow<Value> {
  /** When the event at its end occurred (rounded to `resolution`). Names the window: there is one for every moment at which there is an event. */
  readonly end: Date;
  readonly value: Value;
  /** What it was before; undefined when it has just come to be. */
  readonly before: Value | undefined;
}

export interface SlidingAdded<Value> extends Added<SlidingState<Value>> {
  /** In order of `end`, beginning with the one that the event itself ends. Empty when late. */
  readonly changed: readonly SlidingWindow<Value>[];
}

/**
 * A window ends with every event and reaches `size` back, so an event changes the window it ends and all that end less than
 * `size` after it. Whatever order the events of a key come in, as long as none is late, every window has the same value in the
 * end; so a condition that stays true once it is (a sum of what is not negative is over a limit) becomes true for the same windows.
 */
export interface Sliding<Value> extends Windows<SlidingState<Value>, Value> {
  /**
   * Adds a value at `at`. Late: `at` plus lateness is before the watermark; then it is in no window, not even in later ones.
   * @throws SluiceError `BAD_USER_INPUT` for a value that does not fit, or past `maxEntries`.
   */
  add(state: SlidingState<Value>, at: Date, value: Value, watermark: Date): SlidingAdded<Value>;
  /** When nothing of the state is needed any more. */
  due(state: SlidingState<Value>): Date | null;
  /** Forgets what no event that is not late can be in a window with. `add` does so too. */
  prune(state: SlidingState<Value>, watermark: Date): SlidingState<Value>;
}

/** Windows that sum whole numbers or, with an aggregate, whatever it makes. @throws SluiceError `BAD_USER_INPUT`. */
export function sliding<Value>(options: SlidingOptions & Aggregate<Value>): Sliding<Value>;
export function sliding(options: SlidingOptions & { readonly value?: never; readonly combine?: never }): Sliding<number>;
export function sliding<Value>(options: SlidingOptions & Partial<Aggregate<Value>>): Sliding<number> | Sliding<Value> {
  const { value, combine } = options;
  return value === undefined || combine === undefined ? windowsOf(options, SUM) : windowsOf(options, { value, combine });
}

/** The windows for which a condition has just become true. For a condition that stays true once it is, each window is here once. */
export function became<Value>(changed: readonly SlidingWindow<Value>[], condition: (value: Value) => boolean): readonly SlidingWindow<Value>[] {
  return changed.filter(({ value, before }) => condition(value) && (before === undefined || !condition(before)));
}

function windowsOf<Value>(options: SlidingOptions, aggregate: Aggregate<Value>): Sliding<Value> {
  type State = SlidingState<Value>;
  const size = milliseconds('size', options.size, 1);
  const lateness = milliseconds('lateness', options.lateness, 0);
  const resolution = milliseconds('resolution', options.resolution ?? 1, 1);
  const maxEntries = wholeNumber('maxEntries', options.maxEntries ?? 1_000, 1);
  if (size % resolution > 0) throw badInput(`"size" of a sliding window must be a multiple of its "resolution": ${size} ms is none of ${resolution} ms.`);

  const initial: State = { entries: [] };
  const join = (one: Value | undefined, other: Value): Value => (one === undefined ? other : aggregate.combine(one, other));
  const prune = (state: State, watermark: Date): State => {
    const last = watermark.getTime() - lateness - size;
    const first = state.entries.findIndex(({ at }) => at > last);
    if (first === 0 || state.entries.length === 0) return state;
    return first < 0 ? initial : { entries: state.entries.slice(first) };
  };

  /** The windows that end at `entries[place]` and less than `size` later, `value` having been added at `place`. One pass over the entries. */
  const changes = ({ entries }: State, place: number, value: Value, old: Value | undefined): SlidingWindow<Value>[] => {
    const moment = entries[place]?.at ?? Number.NaN;
    // What every window has from before the event's moment: before[i] is all from entry i up to there.
    const before = new Array<Value | undefined>(place);
    for (let index = place - 1, all: Value | undefined; index >= 0; index -= 1) {
      const entry = entries[index];
      if (entry === undefined || entry.at <= moment - size) break;
      before[index] = all = all === undefined ? entry.value : aggregate.combine(entry.value, all);
    }
    const changed: SlidingWindow<Value>[] = [];
    let from = 0;
    let since = old;
    for (let index = place; index < entries.length; index += 1) {
      const entry = entries[index];
      if (entry === undefined || entry.at >= moment + size) break;
      if (index > place) since = join(since, entry.value);
      while ((entries[from]?.at ?? moment) <= entry.at - size) from += 1;
      const earlier = from < place ? before[from] : undefined;
      const without = since === undefined ? earlier : join(earlier, since);
      const isNew = index === place && old === undefined;
      changed.push({ end: new Date(entry.at), value: join(without, value), before: isNew ? undefined : without });
    }
    return changed;
  };

  return {
    schema: z.object({ entries: z.array(z.object({ at: z.int(), value: aggregate.value })) }),
    initial,
    add: (state, moment, given, watermark) => {
      if (moment.getTime() + lateness < watermark.getTime()) return { state, late: true, changed: [] };
      const value = checked(aggregate, given);
      const at = Math.floor(moment.getTime() / resolution) * resolution;
      const { entries } = prune(state, watermark);
      const place = placeOf(entries, at, (entry) => entry.at);
      const found = entries[place];
      const old = found?.at === at ? found.value : undefined;
      if (old === undefined && entries.length >= maxEntries) {
        throw badInput(`The key has ${maxEntries} moments within ${size + lateness} ms ("maxEntries" of its sliding window). Give the window a coarser "resolution" than ${resolution} ms, or more room.`);
      }
      const next: State = { entries: entries.toSpliced(place, old === undefined ? 0 : 1, { at, value: join(old, value) }) };
      return { state: next, late: false, changed: changes(next, place, value, old) };
    },
    due: ({ entries }) => {
      const last = entries.at(-1);
      return last === undefined ? null : new Date(last.at + size + lateness);
    },
    prune,
  };
}
