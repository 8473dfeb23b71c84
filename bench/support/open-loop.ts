import { setTimeout as delay } from 'node:timers/promises';
import { machineNow } from './clock.js';

export interface OpenLoopResult {
  /** Machine clock when the first counted event was due. */
  readonly beganAt: number;
  /** Milliseconds by which the sender itself was late at worst: CPU it did not get. Part of every latency measured. */
  readonly latest: number;
}

/**
 * Calls `send(sequence, dueAt)` for events 0 to `count - 1` at a fixed rate, whatever became of the earlier ones, and
 * waits for all of them. The time an event was due is handed on, so that a late sender, or a server that stalls, cannot
 * hide in the latency (coordinated omission). `from` is the first event whose time counts.
 */
export async function openLoop(perSecond: number, count: number, from: number, send: (sequence: number, dueAt: number) => Promise<unknown>): Promise<OpenLoopResult> {
  const start = machineNow();
  const sent: Promise<unknown>[] = [];
  let failure: { readonly error: unknown } | undefined;
  let latest = 0;
  for (let next = 0; next < count; ) {
    const now = machineNow();
    for (; next < count && start + (next * 1_000) / perSecond <= now; next += 1) {
      const dueAt = start + (next * 1_000) / perSecond;
      if (next >= from) latest = Math.max(latest, now - dueAt);
      sent.push(send(next, dueAt).catch((error: unknown) => {
        failure ??= { error };
      }));
    }
    if (failure !== undefined) throw failure.error;
    await delay(1);
  }
  await Promise.all(sent);
  if (failure !== undefined) throw failure.error;
  return { beganAt: start + (from * 1_000) / perSecond, latest };
}
