import { pause } from './signal.js';

/** Something that goes on until it is stopped. */
export interface Rounds {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does a round now, and the next one `ms` milliseconds after each has ended. `signal` aborts when it is to stop. One that fails is told, unless it is to
 * stop anyway, and the next one follows all the same; `again`: the one before failed as well.
 */
export function inRounds(ms: number, round: (signal: AbortSignal) => Promise<void>, onError: (error: unknown, again: boolean) => void): Rounds {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    let failing = false;
    while (!signal.aborted) {
      try {
        await round(signal);
        failing = false;
      } catch (error) {
        if (!signal.aborted) onError(error, failing);
        failing = true;
      }
      await pause(ms, signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
