import fc from 'fast-check';
import { z } from 'zod';
import type { Aggregate, Windows } from '../../../src/consumer/windows/window.js';

export interface Happened {
  readonly id: number;
  readonly key: string;
  readonly at: number;
  /** Never negative, so that a sum that has passed a limit stays past it. */
  readonly amount: number;
}

const happened = fc.record({ key: fc.constantFrom('a', 'a', 'b'), at: fc.nat(200), amount: fc.nat(10) });

/** Events in the order of the log, with moments in any order. */
export const anyOrder = fc.array(happened, { maxLength: 60 }).map((events): Happened[] => events.map((event, id) => ({ ...event, id })));

/** The same events twice: as they happened, and each at most `lateness` behind what the log already has. */
export function withinLateness(lateness: number): fc.Arbitrary<{ readonly inOrder: readonly Happened[]; readonly shuffled: readonly Happened[] }> {
  return fc.array(fc.tuple(happened, fc.nat(lateness)), { maxLength: 60 }).map((drawn) => {
    const all = drawn.map(([event, delay], id) => ({ event: { ...event, id }, delay }));
    const by = (rank: (each: (typeof all)[number]) => number): Happened[] => all.toSorted((one, other) => rank(one) - rank(other)).map(({ event }) => event);
    return { inOrder: by(({ event }) => event.at), shuffled: by(({ event, delay }) => event.at + delay) };
  });
}

/** After which events a batch ends: by index, and always after the last. */
export const cuts = fc.uniqueArray(fc.nat(60), { maxLength: 60 }).map((after): ReadonlySet<number> => new Set(after));
export const EVERY: ReadonlySet<number> = new Set(Array.from({ length: 61 }, (_, index) => index));

/** Which events are in a window: an event that is lost, or counted twice, shows. */
export const IDS: Aggregate<readonly number[]> = {
  value: z.array(z.int()),
  combine: (one, other) => [...one, ...other].toSorted((a, b) => a - b),
};

/** The watermark after each event. */
export function watermarks(events: readonly Happened[]): number[] {
  let latest = Number.NEGATIVE_INFINITY;
  return events.map(({ at }) => (latest = Math.max(latest, at)));
}

/**
 * Runs events through windows: one watermark for all keys; state per key that between batches is kept as text, as the database
 * keeps it; keys that are due by then are tended to, until none is.
 */
export function runThrough<State>(windows: Windows<State, readonly number[]>, events: readonly Happened[], ends: ReadonlySet<number>, tend: (key: string, state: State, watermark: Date) => State,
  add: (event: Happened, state: State, watermark: Date) => State): ReadonlyMap<string, State> {
  let states = new Map<string, State>();
  const marks = watermarks(events);
  for (const [index, event] of events.entries()) {
    const watermark = new Date(marks[index] ?? Number.NaN);
    states.set(event.key, add(event, states.get(event.key) ?? windows.initial, watermark));
    if (!ends.has(index)) continue;
    const kept = [...states].map(([key, state]): [string, State] => {
      const due = windows.due(state);
      return [key, due !== null && due <= watermark ? tend(key, state, watermark) : state];
    });
    states = new Map(kept.map(([key, state]) => [key, windows.schema.parse(JSON.parse(JSON.stringify(state)))]));
    for (const [key, state] of states) {
      const due = windows.due(state);
      if (due !== null && due <= watermark) throw new Error(`The key "${key}" is due again at the same watermark: it would be so for ever.`);
    }
  }
  return states;
}
