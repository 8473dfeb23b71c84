import type { Sink } from 'graphql-ws/client';

/**
 * A subscription as an async iterator. Like graphql-ws' own: results wait in memory until they are pulled, without a
 * limit, because a WebSocket client cannot tell its server to slow down. `return` and `throw` dispose at once.
 */
export function iterateResults<T>(subscribe: (sink: Sink<T>) => () => void): AsyncIterableIterator<T> {
  const waiting: T[] = [];
  let end: { readonly failed: boolean; readonly reason?: unknown } | undefined;
  let wake = (): void => undefined;

  const dispose = subscribe({
    next(result) {
      waiting.push(result);
      wake();
    },
    error(reason) {
      end = { failed: true, reason };
      wake();
    },
    complete() {
      end ??= { failed: false };
      wake();
    },
  });

  async function* results(): AsyncGenerator<T, undefined> {
    for (;;) {
      for (let result = waiting.shift(); result !== undefined; result = waiting.shift()) yield result;
      if (end?.failed) throw end.reason;
      if (end) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  const iterator = results();
  // A generator's own `return` waits for the pull in progress, which may be waiting for an event that never comes.
  const stop = (): void => {
    waiting.length = 0;
    end ??= { failed: false };
    dispose();
    wake();
  };
  iterator.return = () => {
    stop();
    return Promise.resolve({ done: true, value: undefined });
  };
  iterator.throw = (reason: unknown) => {
    stop();
    return Promise.reject(reason);
  };
  return iterator;
}
