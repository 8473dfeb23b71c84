import type { Logger } from 'pino';
import type { SluiceError } from '../base/error.js';

/** Milliseconds in which one message is logged once. */
const EVERY = 1_000;
/** Messages that are counted each by itself; past it they are counted together, by their code. */
const MOST = 100;

/**
 * Logs errors of which a crowd may come at once (a table that hangs fails a field of every event): the first of a message with
 * its stack, then once a second how many there were of the same.
 */
export class Seldom {
  readonly #log: Logger;
  readonly #more = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  warn(error: SluiceError, about: Readonly<Record<string, unknown>>): void {
    const name = this.#more.has(error.message) || this.#more.size < MOST ? error.message : error.code;
    const more = this.#more.get(name);
    this.#more.set(name, (more ?? -1) + 1);
    if (more !== undefined) return;
    this.#log.warn({ err: error, code: error.code, ...about }, 'an operation failed');
    this.#sumUp(name, error.code);
  }

  #sumUp(name: string, code: string): void {
    setTimeout(() => {
      const more = this.#more.get(name) ?? 0;
      this.#more.delete(name);
      if (more === 0) return;
      this.#log.warn({ code, error: name, more }, 'more operations failed in the same way');
      this.#more.set(name, 0);
      this.#sumUp(name, code);
    }, EVERY).unref();
  }
}
