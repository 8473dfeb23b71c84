import type { Hub } from '../hub/hub.js';
import type { LogEvent } from '../event/event.js';
import { badInput } from '../event/limits.js';
import type { Filter } from './filter.js';
import type { LogReader } from './log-reader.js';
import { cursorExpired } from './stream.js';

/** Most events that `last` may ask for. */
export const MAX_LAST = 1_000;
/** Positions that `last` looks back through at most; what lies further back is not counted. */
export const LAST_SCAN = 100_000;

/** The latest that `last` counts, back from the head: at most `count`, the latest first. */
export type FindLast = (count: number, head: number) => Promise<readonly LogEvent[]>;

/** The start arguments of a subscription. The first that is given and not null wins, in this order. */
export interface StartArguments {
  readonly after?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly last?: number | null | undefined;
  readonly from?: 'NOW' | 'BEGINNING' | null | undefined;
}

/**
 * The position after which a subscription starts: with `since`, `last` and `BEGINNING` in what is kept. Throws the typed cursor
 * errors, and `BAD_USER_INPUT` for `last`. With `findLast`, `last` counts what that finds, in place of what is among the last 100,000 positions.
 */
export async function resolveStart(start: StartArguments, hub: Hub, reader: LogReader, filter: Filter, findLast?: FindLast): Promise<number> {
  if (start.after !== null && start.after !== undefined) return resolveCursor(start.after, hub, reader);
  for (;;) {
    const found = await findStart(start, reader, filter, findLast);
    // Retention may have expired events while they were looked at: what was found is then no place to start from.
    if (found + 1 >= await reader.earliest()) return found;
  }
}

async function findStart(start: StartArguments, reader: LogReader, filter: Filter, findLast: FindLast | undefined): Promise<number> {
  if (start.since) return reader.before(start.since);
  if (start.last !== null && start.last !== undefined) return lookBack(start.last, reader, filter, findLast);
  return start.from === 'BEGINNING' ? (await reader.earliest()) - 1 : reader.head();
}

/** The position of a cursor that can still be honoured. */
export async function resolveCursor(text: string, hub: Hub, reader: LogReader): Promise<number> {
  // The gateway's own head is behind the database's, so only a cursor beyond it needs a query.
  const position = await hub.epochs.resolve(text, async (asked) => (asked <= hub.head ? hub.head : reader.head()));
  const earliest = await reader.earliest();
  if (position + 1 < earliest) throw cursorExpired(hub.epochs, earliest);
  return position;
}

async function lookBack(count: number, reader: LogReader, filter: Filter, findLast: FindLast | undefined): Promise<number> {
  if (!Number.isInteger(count) || count < 0 || count > MAX_LAST) throw badInput(`\`last\` must be 0 to ${MAX_LAST}, not ${count}.`);
  const head = await reader.head();
  if (count === 0) return head;
  if (findLast !== undefined) return ((await findLast(count, head)).at(-1)?.position ?? head + 1) - 1;
  const floor = Math.max((await reader.earliest()) - 1, head - LAST_SCAN);
  const { found } = await reader.scan({ low: floor, high: head }, count, true, filter, ({ position }) => position);
  return found.length === count ? (found.at(-1) ?? floor + 1) - 1 : floor;
}
