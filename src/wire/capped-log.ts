import type { Logger } from 'pino';

/** Lines that one connection can cause. */
const MAX_LINES = 20;

/** The log of one connection: what its peer can cause is written 20 times at most, and how often not is said at the end. */
export class CappedLog {
  readonly #log: Logger;
  #written = 0;
  #left = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  write(level: 'debug' | 'info' | 'warn' | 'error', about: Readonly<Record<string, unknown>>, message: string): void {
    if (!this.#log.isLevelEnabled(level)) return;
    if (this.#written >= MAX_LINES) {
      this.#left += 1;
      return;
    }
    this.#written += 1;
    this.#log[level](about, message);
  }

  /** The connection is gone. */
  end(): void {
    if (this.#left > 0) this.#log.warn({ lines: this.#left }, 'a connection caused more lines than are written of one');
    this.#left = 0;
  }
}
