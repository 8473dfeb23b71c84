import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  /** Milliseconds, default 20,000: a machine may be busy. */
  readonly timeoutMs?: number;
  /** What is waited for, for the message. */
  readonly what?: string;
}

/**
 * Polls `condition` every 10 ms until it gives something truthy, and returns that. Past the deadline it throws with the
 * last value. An error thrown by `condition` ends the wait.
 */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined && Boolean(value)) return value;
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${options.what ?? condition.toString()}; last value: ${inspect(value, { depth: 4 })}`);
    }
    await delay(10);
  }
}
