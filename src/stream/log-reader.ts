import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import { PAGE_EVENTS, positionBefore, readAfter, readEarliest, readHead, readRange, type Page } from '../log/read.js';
import type { LogEvent } from '../event/event.js';
import type { Filter } from './filter.js';

/** Milliseconds one read may take: a page of 4 MiB on a server with much to do is no dead connection. */
const READ_WITHIN = 10_000;

/** The log as streams and history pages read it, through a pool of its own: a crowd that catches up never delays the tail. */
export class LogReader {
  readonly #pool: Pool;
  readonly #onReading: (change: 1 | -1) => void;
  #head: { readonly asked: Promise<number>; next: Promise<number> | undefined } | undefined;

  constructor(pool: Pool, onReading: (change: 1 | -1) => void = () => undefined) {
    this.#pool = pool;
    this.#onReading = onReading;
  }

  async after(position: number): Promise<Page> {
    this.#onReading(1);
    try {
      return await this.#ask((sql) => readAfter(sql, position));
    } finally {
      this.#onReading(-1);
    }
  }

  /** Up to `count` matches with `low < position <= high`, in log order or, with `backward`, newest first. */
  async scan(window: { readonly low: number; readonly high: number }, count: number, backward: boolean, filter: Filter): Promise<LogEvent[]> {
    const found: LogEvent[] = [];
    let { low, high } = window;
    // Longer from read to read: what SQL does not sort out may match rarely, and one row at a time would take for ever.
    for (let limit = Math.min(count, PAGE_EVENTS); low < high && found.length < count; limit = Math.min(limit * 2, PAGE_EVENTS)) {
      const events = await this.#ask((sql) => readRange(sql, { low, high, limit, backward }, filter.tenant, filter.narrow));
      const reached = events.at(-1)?.position;
      if (reached === undefined) break;
      found.push(...events.filter((event) => filter.matches(event)).slice(0, count - found.length));
      if (backward) high = reached - 1;
      else low = reached;
    }
    return found;
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
    if (this.#head === undefined) {
      const current: { readonly asked: Promise<number>; next: Promise<number> | undefined } = { asked: this.#ask(readHead), next: undefined };
      this.#head = current;
      const settled = (): void => {
        if (this.#head === current) this.#head = undefined;
      };
      current.asked.then(settled, settled);
      return current.asked;
    }
    this.#head.next ??= this.#head.asked.then(() => this.head(), () => this.head());
    return this.#head.next;
  }

  #ask<T>(question: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#pool.askInTurn(question, READ_WITHIN);
  }
}
