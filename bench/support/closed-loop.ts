import { Samples } from './statistics.js';

export interface LoopResult {
  readonly perSecond: number;
  readonly latency: Samples;
}

/** `callers` that each begin the next call when theirs is answered, for `seconds`. Rejects when a call does. */
export async function closedLoop(callers: number, seconds: number, call: () => Promise<unknown>): Promise<LoopResult> {
  const latency = new Samples();
  const began = performance.now();
  const until = began + seconds * 1_000;
  await Promise.all(Array.from({ length: callers }, async () => {
    for (let at = performance.now(); at < until; ) {
      await call();
      const now = performance.now();
      latency.add(now - at);
      at = now;
    }
  }));
  return { perSecond: latency.size / ((performance.now() - began) / 1_000), latency };
}
