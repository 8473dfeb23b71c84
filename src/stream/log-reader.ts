import { setMaxListeners } from 'node:events';
import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import { PAGE_EVENTS, positionBefore, readAfter, readAlerts, readEarliest, readHead, readRange, type Page } from '../log/read.js';
import { SluiceError } from '../base/error.js';
import { FairSlots } from '../base/fair-slots.js';
import type { LogEvent } from '../event/event.js';
import type { Filter } from './filter.js';

/** Milliseconds one read may take: a page of 4 MiB on a server with much to do is no dead connection. */
const READ_WITHIN = 10_000;

/** Readers that may wait for their turn on one gateway; past it `OVERLOADED`. */
export const MAX_LINE = 10_000;

/** Turns to read the log: `total` reads at once, `perPrincipal` of them for one. */
export function createTurns(total: number, perPrincipal: number): FairSlots {
  return new FairSlots({
    total, perName: perPrincipal, line: MAX_LINE,
    full: () => new SluiceError('OVERLOADED', 'Too many read the log at present. Wait `retryAfterMs` and try again.', { retryAfterMs: 1_000 }),
  });
}

/** Positions: `low` exclusive, `high` inclusive. */
export interface Window {
  readonly low: number;
  readonly high: number;
}

export interface Scanned<Kept> {
  readonly found: Kept[];
  /** What has been looked through: the window, unless `keep` ended the scan. */
  readonly window: Window;
}

/** What all views of one gateway's log have in common. */
interface Shared {
  readonly pool: Pool;
  readonly onReading: (change: 1 | -1) => void;
  readonly turns: FairSlots;
  head: { readonly asked: Promise<number>; next: Promise<number> | undefined } | undefined;
}

/**
 * The log as streams and history pages read it, through a pool of its own: a crowd that catches up never delays the tail.
 * Every read waits for its turn, and the principals take turns (`of`): a crowd of one does not keep another from catching up.
 */
export class LogReader {
  #shared: Shared;
  #who: string | null = null;
  #signal: AbortSignal | undefined;

  constructor(pool: Pool, onReading: (change: 1 | -1) => void = () => undefined, turns = createTurns(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)) {
    this.#shared = { pool, onReading, turns, head: undefined };
  }

  /** The same log for one operation: its reads wait in line as those of `who` (null: of everybody), until `signal` aborts. */
  of(who: string | null, signal: AbortSignal): LogReader {
    // A query with many history fields waits many times; Node would take more than ten for a leak.
    setMaxListeners(0, signal);
    const view = new LogReader(this.#shared.pool);
    view.#shared = this.#shared;
    view.#who = who;
    view.#signal = signal;
    return view;
  }

  async after(position: number): Promise<Page> {
    this.#shared.onReading(1);
    try {
      return await this.#ask((sql) => readAfter(sql, position));
    } finally {
      this.#shared.onReading(-1);
    }
  }

  /**
   * Up to `count` matches with `low < position <= high`, in log order or, with `backward`, newest first. Of each only what `keep`
   * makes of it stays in memory; where that is null, the scan ends before that match.
   */
  async scan<Kept>(window: Window, count: number, backward: boolean, filter: Filter, keep: (event: LogEvent) => Kept | null): Promise<Scanned<Kept>> {
    const found: Kept[] = [];
    let { low, high } = window;
    // Longer from read to read: what SQL does not sort out may match rarely, and one row at a time would take for ever.
    for (let limit = Math.min(count, PAGE_EVENTS); low < high && found.length < count; limit = Math.min(limit * 2, PAGE_EVENTS)) {
      const events = await this.#ask((sql) => readRange(sql, { low, high, limit, backward }, filter.tenant, filter.narrow));
      const reached = events.at(-1)?.position;
      if (reached === undefined) break;
      for (const event of events) {
        if (found.length === count) break;
        if (!filter.matches(event)) continue;
        const kept = keep(event);
        if (kept === null) return { found, window: backward ? { ...window, low: event.position } : { ...window, high: event.position - 1 } };
        found.push(kept);
      }
      if (backward) high = reached - 1;
      else low = reached;
    }
    return { found, window };
  }

  /** See `readAlerts`. */
  alerts(range: Parameters<typeof readAlerts>[1]): Promise<LogEvent[]> {
    return this.#ask((sql) => readAlerts(sql, range));
  }

  earliest(): Promise<number> {
    return this.#ask(readEarliest);
  }

  before(moment: Date): Promise<number> {
    return this.#ask((sql) => positionBefore(sql, moment));
  }

  /**
   * The head as of a moment after this call began. Callers that arrive while a read is under way share the next one:
   * a thousand subscribers that reconnect at once cost two reads.
   */
  head(): Promise<number> {
    const shared = this.#shared;
    if (shared.head === undefined) {
      const current: { readonly asked: Promise<number>; next: Promise<number> | undefined } = { asked: ask(shared, null, undefined, readHead), next: undefined };
      shared.head = current;
      const settled = (): void => {
        if (shared.head === current) shared.head = undefined;
      };
      current.asked.then(settled, settled);
      return current.asked;
    }
    shared.head.next ??= shared.head.asked.then(() => this.head(), () => this.head());
    return shared.head.next;
  }

  #ask<T>(question: (sql: Sql) => Promise<T>): Promise<T> {
    return ask(this.#shared, this.#who, this.#signal, question);
  }
}

async function ask<T>({ pool, turns }: Shared, who: string | null, signal: AbortSignal | undefined, question: (sql: Sql) => Promise<T>): Promise<T> {
  const release = await turns.acquire(who, signal).catch((error: unknown) => {
    // Nobody is told: whoever asked has left, or is sent elsewhere.
    throw signal?.aborted ? new SluiceError('OVERLOADED', 'The read was given up: the client has left, or the gateway stops.', { retryAfterMs: 1_000 }) : error;
  });
  try {
    return await pool.askInTurn(question, READ_WITHIN);
  } finally {
    release();
  }
}
