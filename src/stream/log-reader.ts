import type { Sql } from '../db/connect.js';
import { positionBefore, readAfter, readEarliest, readHead, readRange, type Page } from '../log/read.js';
import type { LogEvent } from '../event/event.js';
import type { Filter } from './filter.js';

/** The log as streams and history pages read it, through a pool of its own: a crowd that catches up never delays the tail. */
export class LogReader {
  readonly #sql: Sql;
  readonly #onReading: (change: 1 | -1) => void;
  #head: { readonly asked: Promise<number>; next: Promise<number> | undefined } | undefined;

  constructor(sql: Sql, onReading: (change: 1 | -1) => void = () => undefined) {
    this.#sql = sql;
    this.#onReading = onReading;
  }

  async after(position: number): Promise<Page> {
    this.#onReading(1);
    try {
      return await readAfter(this.#sql, position);
    } finally {
      this.#onReading(-1);
    }
  }

  range(low: number, high: number, limit: number, backward: boolean, filter: Filter): Promise<LogEvent[]> {
    return readRange(this.#sql, { low, high, limit, backward }, filter.tenant, filter.narrow);
  }

  earliest(): Promise<number> {
    return readEarliest(this.#sql);
  }

  before(moment: Date): Promise<number> {
    return positionBefore(this.#sql, moment);
  }

  /**
   * The head as of a moment after this call began. Callers that arrive while a read is under way share the next one:
   * a thousand subscribers that reconnect at once cost two reads.
   */
  head(): Promise<number> {
    if (this.#head === undefined) {
      const current: { readonly asked: Promise<number>; next: Promise<number> | undefined } = { asked: readHead(this.#sql), next: undefined };
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
}
