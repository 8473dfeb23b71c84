/** Resolves after `ms`, or at once when `signal` aborts. Never rejects: the caller looks at the signal. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * A bell that one loop waits for and many may ring. A ring while nobody waits is kept (once), so that nothing that
 * happened between two waits is missed.
 */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring or after `ms`, whichever is first; true when it was rung. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }
}

/** Rejects with `error()` when `promise` has not settled after `ms`. The work itself goes on; its result is dropped. */
export function deadline<T>(promise: Promise<T>, ms: number, error: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(error()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Resolves when `promise` has settled, either way, or after `ms`. */
export async function settled(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  promise.then(() => over.abort(), () => over.abort());
  await pause(ms, over.signal);
}

/**
 * Aborts `controller` when any of `signals` aborts. Returns what undoes that. In place of `AbortSignal.any`, which leaves
 * something behind on a signal that lives as long as the gateway for every operation.
 */
export function abortWith(controller: AbortController, signals: readonly AbortSignal[]): () => void {
  const abort = (): void => controller.abort();
  for (const signal of signals) {
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  }
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  };
}
