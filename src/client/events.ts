import { prepareDocument, type EventDocument } from './document.js';
import type { Delivery, EventOf } from './delivery.js';
import { openFeed } from './feed.js';
import type { EventClient } from './follow.js';

export interface IterateOptions {
  /** Cursor to start after. Wins over what the variables say. Default: none. */
  readonly after?: string | null;
  /**
   * Events that may wait for a slow loop. Default 1,000. Past it the subscription is stopped, and opened anew behind the
   * last event once the loop has taken them all; text without `after: $after` ends with `OverflowError` instead.
   */
  readonly limit?: number;
  /** Ends the loop without an error. */
  readonly signal?: AbortSignal;
}

/**
 * Subscribes at once; the events are for `for await`. `event` is the union of the types that the document selects, told apart
 * by `__typename` (`match` takes one function for each); it is null where `missing` says why.
 *
 * Lost connections are the client's business: the loop goes on without a hole or a repeat. It ends when the gateway
 * completes the subscription, and throws what ended it otherwise: the GraphQL errors as a list (`cursorErrorOf` finds a
 * lost cursor in it), a close event after which nobody comes back, `DocumentError`, `OverflowError`. Leaving the loop
 * unsubscribes.
 */
export function iterate<Result, Variables extends object = Record<string, unknown>>(
  client: EventClient,
  document: EventDocument<Result, Variables>,
  variables?: NoInfer<Variables>,
  options: IterateOptions = {},
): AsyncIterableIterator<Delivery<EventOf<Result>>> {
  const { after = null, limit = 1_000, signal } = options;
  let wake = (): void => undefined;
  const feed = openFeed<EventOf<Result>>({ client, document: prepareDocument(document), variables, after, limit, wake: () => wake() });
  const stop = (): void => {
    signal?.removeEventListener('abort', stop);
    feed.close();
    wake();
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });

  async function* deliveries(): AsyncGenerator<Delivery<EventOf<Result>>, undefined> {
    try {
      for (;;) {
        const delivery = feed.take(1)?.deliveries[0];
        if (delivery !== undefined) yield delivery;
        else if (feed.end?.kind === 'error') throw feed.end.reason;
        else if (feed.end !== undefined) return undefined;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop();
    }
  }

  const iterator = deliveries();
  // A generator's own `return` waits for the pull in progress, which may be waiting for an event that never comes.
  return {
    next: () => iterator.next(),
    return: () => {
      stop();
      return iterator.return(undefined);
    },
    throw: (reason: unknown) => {
      stop();
      return iterator.throw(reason);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
