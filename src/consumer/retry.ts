import type { Backoff } from './definition.js';

/** Milliseconds before the next attempt, after `attempts` of them: exponential, up to a bound, a part of it random (0 ≤ random < 1). */
export function retryDelay({ firstMs, maxMs, jitter }: Backoff, attempts: number, random: number): number {
  const full = Math.min(firstMs * 2 ** Math.min(attempts - 1, 40), maxMs);
  return Math.round(full * (1 - jitter) + full * jitter * random);
}
