import { z } from 'zod';
import { readDuration } from '../../base/duration.js';
import { badInput } from '../../event/limits.js';

/** Milliseconds, or text such as `500ms`, `90s`, `10m`, `24h`, `7d`. */
export type Duration = number | string;

/** What a window makes of the values it is given. */
export interface Aggregate<Value> {
  /** What a value is checked with, when it is added and when state is read. It is kept as JSON, so it must come back from that as it was. */
  readonly value: z.ZodType<Value>;
  /**
   * Two values in one. The order and the grouping must not matter (`max`, exact sums, sets), or the result depends on how
   * the events came in. Must change neither argument.
   */
  readonly combine: (one: Value, other: Value) => Value;
}

/** The default: sums of whole numbers (cents, items), exact up to 2^53 - 1. Past it `combine` throws `BAD_USER_INPUT`. */
export const SUM: Aggregate<number> = {
  value: z.int('Windows sum whole numbers up to 2^53 - 1: give cents for money, or an aggregate of your own ("value" and "combine").'),
  combine: (one, other) => {
    const sum = one + other;
    if (Number.isSafeInteger(sum)) return sum;
    throw badInput('The sum of a window has passed 2^53 - 1, so it would not be exact. Give the window an aggregate of its own ("value" and "combine"), such as sums of BigInt kept as text.');
  },
};

/** What adding a value came to. */
export interface Added<State> {
  readonly state: State;
  /** It came too late, and was dropped: `state` is what it was. */
  readonly late: boolean;
}

/** What both kinds of window have. All pure: the state goes in, and the next one comes out. */
export interface Windows<State, Value> {
  readonly schema: z.ZodType<State>;
  readonly initial: State;
  /** When the state has something to do; null: nothing. */
  due(state: State): Date | null;
  add(state: State, at: Date, value: Value, watermark: Date): Added<State>;
}

/** Milliseconds. @throws SluiceError `BAD_USER_INPUT`, naming the option. */
export function milliseconds(option: string, given: Duration, least: number): number {
  const ms = typeof given === 'number' ? given : readDuration(given);
  if (ms !== null && Number.isSafeInteger(ms) && ms >= least) return ms;
  throw badInput(`"${option}" of a window takes whole milliseconds or text such as "500ms", "90s", "10m", "24h" or "7d", at least ${least} ms; not ${JSON.stringify(given)}.`);
}

/** @throws SluiceError `BAD_USER_INPUT`. */
export function wholeNumber(option: string, given: number, least: number): number {
  if (Number.isSafeInteger(given) && given >= least) return given;
  throw badInput(`"${option}" of a window takes a whole number, at least ${least}; not ${given}.`);
}

/** The value as the schema has it. @throws SluiceError `BAD_USER_INPUT`. */
export function checked<Value>({ value: schema }: Aggregate<Value>, value: Value): Value {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw badInput(`A value given to a window does not fit: ${error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': ')).join('; ')}`);
}

/** The place of the first item that is not before `moment`, in a list sorted by moment. Looks from the end: most events are new. */
export function placeOf<Item>(items: readonly Item[], moment: number, momentOf: (item: Item) => number): number {
  let place = items.length;
  for (let item = items[place - 1]; item !== undefined && momentOf(item) >= moment; item = items[place - 1]) place -= 1;
  return place;
}
