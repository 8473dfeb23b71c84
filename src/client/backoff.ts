/** Longest wait before the first retry, in milliseconds: short, because most cuts are over at once. */
const BASE_MS = 100;
/** Longest wait before any retry, in milliseconds: the liveness guarantee (5 s after a fault heals) rests on it. */
const CAP_MS = 4_000;

/**
 * Milliseconds to wait before retry number `attempt` (0 is the first): somewhere in [0, min(4 s, 100 ms × 2^attempt)).
 * Full jitter, so that thousands of clients of one restarted gateway do not come back together. There is no last
 * attempt. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
}
