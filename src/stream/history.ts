import type { Hub } from '../hub/hub.js';
import type { LogEvent } from '../event/event.js';
import { badInput } from '../event/limits.js';
import type { Filter } from './filter.js';
import type { LogReader } from './log-reader.js';
import { resolveCursor } from './start.js';

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 1_000;
/** Positions looked through for one page at most: past that it returns short, with the cursor to go on from. */
export const PAGE_SCAN = 10_000;

/** Payload characters of one page, and of all pages of one operation. The event that reaches it is the last. */
export const PAGE_CHARACTERS = 8 * 1024 * 1024;
export const OPERATION_CHARACTERS = 32 * 1024 * 1024;

/** Payload characters that the pages of one operation may still have. */
export interface PageRoom {
  left: number;
}

/** The arguments of a Relay connection. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface HistoryPage {
  /** In log order, also for `last`. */
  readonly events: readonly LogEvent[];
  /** Taken before the page was read: page, then subscribe after it, and nothing is missed. */
  readonly head: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The page goes on before this position (exclusive: the first event's own) … */
  readonly start: number;
  /** … and after this one. */
  readonly end: number;
}

/**
 * One page of matching events. Reads at most 10,000 positions; when they hold fewer matches than were asked for, the page
 * is short, says that more may follow, and its cursor is the last position looked at. So it is when its payloads have reached
 * 8 Mi characters, or those of the operation, which take from `room`, 32 Mi: then it may be empty, too. Retention may expire events while a page is
 * read: then `after` is `CURSOR_EXPIRED`, and a page without it is read anew. It never has a hole.
 */
export async function readHistory(page: PageArguments, hub: Hub, reader: LogReader, filter: Filter, room: PageRoom = { left: OPERATION_CHARACTERS }): Promise<HistoryPage> {
  const given = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
  if (given(page.first) && given(page.last)) throw badInput('Give `first` or `last`, not both.');
  const backward = given(page.last);
  const count = page.last ?? page.first ?? DEFAULT_PAGE;
  if (!Number.isInteger(count) || count < 0 || count > MAX_PAGE) {
    throw badInput(`\`${backward ? 'last' : 'first'}\` must be 0 to ${MAX_PAGE}, not ${count}.`);
  }
  const head = await reader.head();
  const earliest = await reader.earliest();
  const low = given(page.after) ? await resolveCursor(page.after, hub, reader) : earliest - 1;
  // `before` is exclusive: the cursor of an event names the event itself.
  const high = given(page.before) ? Math.min((await resolveCursor(page.before, hub, reader)) - 1, head) : head;
  const asked = backward ? { low: Math.max(low, high - PAGE_SCAN), high } : { low, high: Math.min(high, low + PAGE_SCAN) };
  let own = 0;
  const { found, window } = await reader.scan(asked, count + 1, backward, filter, (event) => {
    if (own >= PAGE_CHARACTERS || room.left <= 0) return null;
    own += event.size;
    room.left -= event.size;
    return event;
  });
  // Retention has taken part of the range meanwhile: the page would have a hole and not say so. Read anew, it begins where
  // the log does, or its cursor is `CURSOR_EXPIRED`.
  if ((await reader.earliest()) > window.low + 1) {
    room.left += own;
    return readHistory(page, hub, reader, filter, room);
  }
  const extra = found.length > count;
  const events = found.slice(0, count);
  const more = extra || (backward ? window.low > low : window.high < high);
  const short = events.length < count;
  if (backward) events.reverse();
  const first = events[0]?.position;
  const final = events.at(-1)?.position;
  return {
    events,
    head,
    hasNextPage: backward ? given(page.before) && high < head : more,
    hasPreviousPage: backward ? more : low >= earliest,
    start: backward && short ? window.low + 1 : (first ?? (backward ? high : low) + 1),
    end: !backward && short ? Math.max(window.high, low) : (final ?? (backward ? high : low)),
  };
}
