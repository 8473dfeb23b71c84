import { setMaxListeners } from 'node:events';

/** Whether the gateway is on its way out. One per gateway; every transport looks at it. */
export class Drain {
  readonly #started = new AbortController();
  #underWay = 0;
  #idle: (() => void) | undefined;

  constructor() {
    // Every subscription listens; Node would take more than ten for a leak.
    setMaxListeners(0, this.#started.signal);
  }

  get started(): boolean {
    return this.#started.signal.aborted;
  }

  /** Aborts when the drain begins. */
  get signal(): AbortSignal {
    return this.#started.signal;
  }

  begin(): void {
    this.#started.abort();
  }

  /** Counts an operation until it ends: it goes on although its client has left, and needs the database. */
  async track<T>(operation: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await operation;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#idle?.();
    }
  }

  /** Resolves when no tracked operation is under way, or after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
