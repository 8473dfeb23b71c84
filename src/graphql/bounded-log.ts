import type { Logger } from 'pino';

/** Milliseconds over which lines are counted, and lines that are written in them. */
const EVERY = 1_000;
const MOST = 200;

/** The log of what operations cause: at most 200 lines a second of a gateway, then once a second how many were left out. */
export class BoundedLog {
  readonly #log: Logger;
  #written = 0;
  #left = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  write(level: 'warn' | 'error', about: Readonly<Record<string, unknown>>, message: string): void {
    if (this.#written === 0 && this.#left === 0) setTimeout(() => this.#sumUp(), EVERY).unref();
    if (this.#written >= MOST) {
      this.#left += 1;
      return;
    }
    this.#written += 1;
    this.#log[level](about, message);
  }

  #sumUp(): void {
    const left = this.#left;
    this.#written = 0;
    this.#left = 0;
    if (left > 0) this.#log.warn({ lines: left }, 'operations failed more often than is written');
  }
}
