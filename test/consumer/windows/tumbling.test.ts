import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tumbling, type TumblingOptions } from '../../../src/consumer/windows/tumbling.js';
import { anyOrder, cuts, EVERY, IDS, runThrough, watermarks, withinLateness, type Happened } from './stream.js';

const END = new Date(10_000);
const options = fc.record({ size: fc.integer({ min: 1, max: 40 }), offset: fc.nat(40), lateness: fc.nat(40) });

interface Outcome {
  /** Per key, in the order in which they closed: when it starts, and the events in it. */
  readonly closed: Readonly<Record<string, readonly string[]>>;
  readonly late: number;
  /** The most windows that a key had at the end of a batch. */
  readonly most: number;
}

function run(given: TumblingOptions, events: readonly Happened[], ends: ReadonlySet<number>): Outcome {
  const windows = tumbling({ ...given, ...IDS });
  const closed: Record<string, string[]> = {};
  let late = 0;
  let most = 0;
  const tend = (key: string, state: typeof windows.initial, watermark: Date): typeof windows.initial => {
    const done = windows.close(state, watermark);
    for (const { start, value } of done.closed) (closed[key] ??= []).push(`${start.getTime()}: ${value.join()}`);
    // Idempotent: what is closed is closed once.
    const again = windows.close(done.state, watermark);
    expect(again).toEqual({ closed: [], state: done.state });
    return done.state;
  };
  const left = runThrough(windows, events, ends, tend, (event, state, watermark) => {
    most = Math.max(most, state.open.length);
    const added = windows.add(state, new Date(event.at), [event.id], watermark);
    if (added.late) late += 1;
    return added.state;
  });
  for (const [key, state] of left) tend(key, state, END);
  return { closed, late, most };
}

/** The same, from the definition: all events at once. */
function model({ size, offset = 0, lateness }: { size: number; offset?: number; lateness: number }, events: readonly Happened[]): Pick<Outcome, 'closed' | 'late'> {
  const marks = watermarks(events);
  const startOf = ({ at }: Happened): number => at - ((((at - offset) % size) + size) % size);
  const inTime = events.filter((event, index) => startOf(event) + size + lateness > (marks[index] ?? 0));
  const closed: Record<string, string[]> = {};
  for (const start of [...new Set(inTime.map(startOf))].toSorted((a, b) => a - b)) {
    for (const key of ['a', 'b']) {
      const ids = inTime.filter((event) => event.key === key && startOf(event) === start).map(({ id }) => id);
      if (ids.length > 0) (closed[key] ??= []).push(`${start}: ${ids.toSorted((a, b) => a - b).join()}`);
    }
  }
  return { closed, late: events.length - inTime.length };
}

describe('tumbling windows', () => {
  /*
   * Whatever comes in whatever order: what is late is counted and dropped, all else is in its window, which closes once and in
   * order. Seen to fail: with `<` in place of `<=` in `close` (due for ever) and in `add` (an event for a window that is
   * over); with `close` that keeps what it closed; without `offset`; with a `placeOf` that finds the first place, or the last.
   */
  it('close with every event that was not late, whatever order it came in and wherever the batches end', () => {
    fc.assert(fc.property(options, anyOrder, cuts, (given, events, ends) => {
      const { closed, late } = run(given, events, ends);
      expect({ closed, late }).toEqual(model(given, events));
    }), { numRuns: 300 });
  });

  // Seen to fail: with lateness left out of `overAt`; with an `add` that drops what is before the watermark.
  it('closes the same windows for events out of order within lateness as for the same in order', () => {
    fc.assert(fc.property(options.chain((given) => fc.tuple(fc.constant(given), withinLateness(given.lateness), cuts)), ([given, { inOrder, shuffled }, ends]) => {
      const { closed, late } = run(given, shuffled, ends);
      expect(late).toBe(0);
      expect(closed).toEqual(run(given, inOrder, EVERY).closed);
    }), { numRuns: 300 });
  });

  // Seen to fail: with a `close` that closes one window at a time (more are due; runThrough sees it too), and with lateness doubled in `overAt`.
  it('has no more windows open than size and lateness leave room for', () => {
    fc.assert(fc.property(options, anyOrder, (given, events) => {
      const { most } = run({ ...given, maxOpen: Math.ceil((given.size + given.lateness) / given.size) + 1 }, events, EVERY);
      expect(most).toBeLessThanOrEqual(Math.ceil((given.size + given.lateness) / given.size));
    }), { numRuns: 300 });
  });

  it('is late from the moment on at which its window closes, and not before', () => {
    const windows = tumbling({ size: '1m', lateness: '10s' });
    const at = new Date(59_999);
    const { state } = windows.add(windows.initial, at, 5, new Date(69_999));
    expect(windows.due(state)).toEqual(new Date(70_000));
    expect(windows.close(state, new Date(69_999)).closed).toEqual([]);
    expect(windows.close(state, new Date(70_000)).closed).toEqual([{ start: new Date(0), end: new Date(60_000), value: 5 }]);
    expect(windows.add(state, at, 5, new Date(70_000))).toEqual({ state, late: true });
    expect(windows.due(windows.initial)).toBeNull();
  });

  it('begins its windows at offset', () => {
    const days = tumbling({ size: '1d', offset: '6h', lateness: 0 });
    const { state } = days.add(days.initial, new Date('2026-03-02T05:59:59.999Z'), 1, new Date('2026-03-02T05:59:59.999Z'));
    expect(days.close(state, new Date('2026-03-02T06:00:00Z')).closed).toEqual([{ start: new Date('2026-03-01T06:00:00Z'), end: new Date('2026-03-02T06:00:00Z'), value: 1 }]);
  });

  it('sums exactly or not at all', () => {
    const windows = tumbling({ size: 10, lateness: 0 });
    const add = (state: typeof windows.initial, value: number): typeof windows.initial => windows.add(state, new Date(0), value, new Date(0)).state;
    expect(() => add(windows.initial, 0.1)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('give cents for money') }));
    expect(() => add(add(windows.initial, Number.MAX_SAFE_INTEGER), 1)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('2^53 - 1') }));
  });

  it('refuses more windows than maxOpen, and options that would need them', () => {
    const windows = tumbling({ size: 10, lateness: 10, maxOpen: 2 });
    let { state } = windows.add(windows.initial, new Date(0), 1, new Date(0));
    ({ state } = windows.add(state, new Date(10), 1, new Date(10)));
    expect(() => windows.add(state, new Date(20), 1, new Date(20))).toThrow(expect.objectContaining({ code: 'OVERLOADED', message: expect.stringContaining('onDue') }));
    expect(windows.add(windows.close(state, new Date(20)).state, new Date(20), 1, new Date(20)).late).toBe(false);
    expect(() => tumbling({ size: '1m', lateness: '1d' })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('1441') }));
    expect(() => tumbling({ size: 'an hour', lateness: 0 })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('"size" of a window takes') }));
    expect(() => tumbling({ size: '1m', lateness: -1 })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    expect(() => tumbling({ size: 0, lateness: 0 })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
