import type { LogEvent } from '../event/event.js';
import type { Narrow } from '../log/read.js';

/** The value of a `<Topic>Filter` or `EventFilter` argument: a list per field. */
export type Where = Readonly<Record<string, readonly unknown[] | null | undefined>>;

/** Which events a reader wants. Subscriptions and history pages use the same one, so they agree. */
export interface Filter {
  readonly tenant: string;
  /** What SQL can sort out; `matches` asks it again. */
  readonly narrow: Narrow;
  matches(event: LogEvent): boolean;
}

/**
 * Compiles a filter for the events of these topics: AND between fields, OR inside one. A field that is absent or null asks nothing; an empty list
 * matches nothing; an event without the field does not match. Values are compared as text, as they stand in the payload.
 */
export function compileFilter(topics: readonly string[], tenant: string, where: Where | null | undefined): Filter {
  const asked = Object.entries(where ?? {}).filter((entry): entry is [string, readonly unknown[]] => Array.isArray(entry[1]));
  const sets = new Map(asked.map(([field, values]) => [field, new Set(values.map(asText))]));
  const among = new Set(topics);
  const types = sets.get('type');
  const keys = sets.get('key');
  const fields = [...sets].filter(([field]) => field !== 'type' && field !== 'key');
  return {
    tenant,
    // Postgres refuses text with U+0000, and no key has it.
    narrow: { topics, types: types ? [...types] : null, keys: keys ? [...keys].filter((key) => !key.includes('\0')) : null },
    matches(event) {
      if (!among.has(event.topic) || event.tenant !== tenant) return false;
      if (types !== undefined && !types.has(event.type)) return false;
      if (keys !== undefined && !keys.has(event.key)) return false;
      return fields.every(([field, values]) => {
        const value = event.payload[field];
        return value !== undefined && value !== null && values.has(asText(value));
      });
    },
  };
}

function asText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
