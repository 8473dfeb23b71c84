import type { LogEvent } from '../event/event.js';

/**
 * From catching up to live, as a pure state machine. A reader asks the ring first; when the ring no longer has what
 * follows, it reads a page of the log and asks the ring again. At every step the next event's position must be the
 * last one plus one. When it is not, the log is read again; when the log itself does not continue, the reader stops
 * with a reason. It never skips (G5).
 */
export interface Reader {
  readonly mode: Mode;
  /** The last position that was delivered or passed over by a filter. */
  readonly last: number;
}

/** What the reader waits for: the ring's answer, a page of the log, or for the head to move. */
type Mode = 'ring' | 'log' | 'wait';

/** What it may be told. A ring that no longer has the next event answers `undefined`. */
export type Told =
  | { readonly kind: 'ring'; readonly events: readonly LogEvent[] | undefined }
  | { readonly kind: 'page'; readonly events: readonly LogEvent[] }
  | { readonly kind: 'moved' };

/** What to do next: deliver these (perhaps none), then ask what `reader.mode` names; with `gap`, find out why and stop. */
export interface Step {
  readonly reader: Reader;
  readonly deliver: readonly LogEvent[];
  readonly gap: boolean;
}

type Rule = (reader: Reader, events: readonly LogEvent[] | undefined) => Step;

const go = (mode: Mode, last: number, deliver: readonly LogEvent[] = []): Step => ({ reader: { mode, last }, deliver, gap: false });
/** An answer to a question that was not asked (any more): ask what is due. */
const ignore: Rule = (reader) => go(reader.mode, reader.last);

const RULES: Record<Mode, Record<Told['kind'], Rule>> = {
  ring: {
    ring: (reader, events) => {
      if (events === undefined) return go('log', reader.last);
      if (events.length === 0) return go('wait', reader.last);
      if (!follows(reader.last, events)) return go('log', reader.last);
      return go('ring', reader.last + events.length, events);
    },
    page: ignore,
    moved: ignore,
  },
  log: {
    page: (reader, events = []) => {
      // The ring had lost the next event and the log has none: whoever reads finds out why (expired, or another log) and
      // otherwise waits.
      if (events.length === 0) return go('wait', reader.last);
      if (!follows(reader.last, events)) return { reader, deliver: [], gap: true };
      return go('ring', reader.last + events.length, events);
    },
    ring: ignore,
    moved: ignore,
  },
  wait: {
    moved: (reader) => go('ring', reader.last),
    ring: ignore,
    page: ignore,
  },
};

/** A reader that has everything up to `position`. */
export function readFrom(position: number): Reader {
  return { mode: 'ring', last: position };
}

export function tell(reader: Reader, told: Told): Step {
  return RULES[reader.mode][told.kind](reader, told.kind === 'moved' ? undefined : told.events);
}

/** True when the events continue `last` without a hole or a repeat. */
function follows(last: number, events: readonly LogEvent[]): boolean {
  return events.every((event, index) => event.position === last + 1 + index);
}
