import type { Logger } from 'pino';

/** Writes so many lines, counts the rest, and says at `sumUp` how many those were. For what somebody outside may cause at will. */
export class CappedLog {
  readonly #log: Logger;
  readonly #most: number;
  readonly #summary: string;
  #written = 0;
  #left = 0;

  /** `most`: lines between two calls of `sumUp`; `summary`: what it says, beside the number in `lines`. */
  constructor(log: Logger, most: number, summary: string) {
    this.#log = log;
    this.#most = most;
    this.#summary = summary;
  }

  write(level: 'debug' | 'info' | 'warn' | 'error', about: Readonly<Record<string, unknown>>, message: string): void {
    if (!this.#log.isLevelEnabled(level)) return;
    if (this.#written >= this.#most) {
      this.#left += 1;
      return;
    }
    this.#written += 1;
    this.#log[level](about, message);
  }

  /** Says what was left out, if anything, and counts anew. */
  sumUp(): void {
    if (this.#left > 0) this.#log.warn({ lines: this.#left }, this.#summary);
    this.#written = 0;
    this.#left = 0;
  }
}
