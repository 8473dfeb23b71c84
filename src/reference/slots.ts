/** A place in the pool, given back by calling it. */
export type Release = () => void;

/**
 * At most `total` holders at once, and at most `perName` of them (default: half, rounded up) under one name: one hanging
 * table cannot take every connection. Waiters are served in order and leave when their signal aborts, so nobody waits for ever
 * and a statement that nobody waits for is never sent.
 */
export function createSlots(total: number, perName = Math.ceil(total / 2)): { acquire(name: string, signal: AbortSignal): Promise<Release> } {
  const held = new Map<string, number>();
  const waiting = new Set<{ readonly name: string; readonly start: () => void }>();
  let taken = 0;

  const free = (name: string): boolean => taken < total && (held.get(name) ?? 0) < perName;
  const take = (name: string): Release => {
    taken += 1;
    held.set(name, (held.get(name) ?? 0) + 1);
    return () => {
      taken -= 1;
      held.set(name, (held.get(name) ?? 1) - 1);
      for (const waiter of waiting) {
        if (taken >= total) return;
        if (free(waiter.name)) waiter.start();
      }
    };
  };

  return {
    acquire(name, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      if (free(name)) return Promise.resolve(take(name));
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', giveUp);
        };
        const giveUp = (): void => {
          leave();
          reject(signal.reason as Error);
        };
        const waiter = {
          name,
          start: () => {
            leave();
            resolve(take(name));
          },
        };
        waiting.add(waiter);
        signal.addEventListener('abort', giveUp);
      });
    },
  };
}
