import type { LogEvent } from '../event/event.js';
import { isErased } from '../event/internal.js';
import { badInput } from '../event/limits.js';
import type { Narrow } from '../log/read.js';

/** The value of a `<Topic>Filter` or `EventFilter` argument: a list per field. */
export type Where = Readonly<Record<string, readonly unknown[] | null | undefined>>;

/** Values that one list of a filter may have. */
export const MAX_FILTER_VALUES = 1_000;

/** An event is seen when this field of its payload is `value`. */
export interface RowTest {
  readonly field: string;
  /** The field is the topic's key. */
  readonly isKey: boolean;
  /** Null: nothing is. */
  readonly value: string | null;
}

/** Which events of the topics a reader may see at all, whatever it asks for. */
export interface Visibility {
  /** Event types that it does not get. */
  readonly skipped: ReadonlySet<string>;
  /** All of them must pass, by event type; for a type that is not here, those under the name of its topic. */
  readonly rows: ReadonlyMap<string, readonly RowTest[]>;
  /** Asked about what passed the rest. */
  readonly allows: ((event: LogEvent) => boolean) | null;
}

export const ALL_VISIBLE: Visibility = { skipped: new Set(), rows: new Map(), allows: null };

/** Which events a reader wants. Subscriptions and history pages use the same one, so they agree. */
export interface Filter {
  readonly tenant: string;
  /** What SQL can sort out; `matches` asks it again. */
  readonly narrow: Narrow;
  matches(event: LogEvent): boolean;
}

/**
 * Compiles a filter for the events of these topics: AND between fields, OR inside one. A field that is absent or null asks nothing; an empty list
 * matches nothing; an event without the field does not match. Values are compared as text, as they stand in the payload. Throws
 * `BAD_USER_INPUT` for a list of more than 1,000.
 */
export function compileFilter(topics: readonly string[], tenant: string, where: Where | null | undefined, visible: Visibility = ALL_VISIBLE): Filter {
  const asked = Object.entries(where ?? {}).filter((entry): entry is [string, readonly unknown[]] => Array.isArray(entry[1]));
  for (const [field, { length }] of asked) {
    if (length > MAX_FILTER_VALUES) throw badInput(`\`where.${field}\` has ${length} values; at most ${MAX_FILTER_VALUES} are allowed. Select by several filters, each with a part of them.`);
  }
  const sets = new Map(asked.map(([field, values]) => [field, new Set(values.map(asText))]));
  const among = new Set(topics);
  const types = sets.get('type');
  const keys = sets.get('key');
  const fields = [...sets].filter(([field]) => field !== 'type' && field !== 'key');
  const seenKeys = keysOf(topics, visible);
  const narrowed = keys === undefined ? seenKeys : [...keys].filter((key) => seenKeys === null || seenKeys.includes(key));
  return {
    tenant,
    // Postgres refuses text with U+0000, and no key has it.
    narrow: { topics, types: types ? [...types] : null, keys: narrowed?.filter((key) => !key.includes('\0')) ?? null },
    matches(event) {
      if (!among.has(event.topic) || event.tenant !== tenant) return false;
      if (types !== undefined && !types.has(event.type)) return false;
      if (keys !== undefined && !keys.has(event.key)) return false;
      return fields.every(([field, values]) => {
        const value = event.payload[field];
        return value !== undefined && value !== null && values.has(asText(value));
      }) && isVisible(event, visible);
    },
  };
}

function isVisible(event: LogEvent, { skipped, rows, allows }: Visibility): boolean {
  if (skipped.has(event.type)) return false;
  const tests = rows.get(event.type) ?? rows.get(event.topic) ?? [];
  return tests.every((test) => passes(event, test)) && (allows === null || allows(event));
}

/** Of an erased event only the key is left to compare: by another field nobody can say whose it was. */
function passes(event: LogEvent, { field, isKey, value }: RowTest): boolean {
  if (value === null) return false;
  if (isKey && event.key !== value) return false;
  return isErased(event) ? isKey : comparable(event.payload[field]) === value;
}

/** The keys that row tests leave; null when there is a topic that they do not narrow so. */
function keysOf(topics: readonly string[], { rows }: Visibility): readonly string[] | null {
  const left = new Set<string>();
  for (const topic of topics) {
    const byKey = rows.get(topic)?.find((test) => test.isKey);
    if (byKey === undefined) return null;
    if (byKey.value !== null) left.add(byKey.value);
  }
  return [...left];
}

/**
 * What a claim or a field is compared as: text as it is, numbers as text; null for anything else, for empty text, and for whole
 * numbers from 2^53, which were read from JSON as one of their neighbours.
 */
export function comparable(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? String(value) : null;
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function asText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
