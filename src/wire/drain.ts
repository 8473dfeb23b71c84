import { setMaxListeners } from 'node:events';

/** Whether the gateway is on its way out. One per gateway; every transport looks at it. */
export class Drain {
  readonly #started = new AbortController();

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
}
