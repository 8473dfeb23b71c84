import type { Logger } from 'pino';
import { CappedLog } from '../observe/capped-log.js';

/** Milliseconds over which lines are counted, and lines that are written in them. */
const EVERY = 1_000;
const MOST = 200;

/** The log of what operations cause: at most 200 lines a second of a gateway, then once a second how many were left out. */
export class BoundedLog {
  readonly #log: CappedLog;
  #counting = false;

  constructor(log: Logger) {
    this.#log = new CappedLog(log, MOST, 'operations failed more often than is written');
  }

  write(level: 'warn' | 'error', about: Readonly<Record<string, unknown>>, message: string): void {
    if (!this.#counting) {
      this.#counting = true;
      setTimeout(() => {
        this.#counting = false;
        this.#log.sumUp();
      }, EVERY).unref();
    }
    this.#log.write(level, about, message);
  }
}
