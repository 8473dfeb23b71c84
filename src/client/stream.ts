import { deliveryOf, type Delivery, type EventOf } from './delivery.js';
import { prepareDocument, variablesAfter, type EventDocument } from './document.js';
import { createEventStreamClient, type EventStreamClientOptions } from './event-stream.js';
import type { FollowStatus } from './follow.js';

export interface EventStreamOptions<Result, Variables> extends EventStreamClientOptions {
  readonly document: EventDocument<Result, Variables>;
  readonly variables?: NoInfer<Variables>;
  /** Cursor to start after. Wins over what the variables say. */
  readonly after?: string | null;
  /** An event, or the place of one that cannot be had. What it throws ends the stream, and goes to `error`. */
  readonly next: (delivery: Delivery<EventOf<Result>>) => void;
  /** Everything up to here has been handed over or does not match. */
  readonly checkpoint?: (cursor: string) => void;
  readonly status?: (status: FollowStatus) => void;
  /** It is over, and why: GraphQL errors as a list (`cursorErrorOf`), or an Error. */
  readonly error: (reason: unknown) => void;
  /** It is over: the gateway has said so. */
  readonly complete?: () => void;
}

export interface EventStream {
  /** Of the last event that `next` has taken, or of a checkpoint behind it; null before the first. */
  readonly cursor: string | null;
  close(): void;
}

/**
 * One subscription over server-sent events, told as it comes; nothing waits, so there is nothing to bound. See
 * `createEventStreamClient` for how it comes back; `iterate` and `createEventStore` work with such a client too.
 */
export function createEventStream<Result, Variables extends object = Record<string, unknown>>(options: EventStreamOptions<Result, Variables>): EventStream {
  const document = prepareDocument(options.document);
  let cursor = options.after ?? null;
  const stop = createEventStreamClient(options).follow({ ...document, variables: variablesAfter(document, options.variables, cursor) }, {
    next(result, place) {
      try {
        options.next(deliveryOf<EventOf<Result>>(result, place));
      } catch (reason) {
        stop();
        options.error(reason);
        return;
      }
      cursor = place;
    },
    checkpoint(place) {
      cursor = place;
      options.checkpoint?.(place);
    },
    status: (status) => options.status?.(status),
    error: (reason) => options.error(reason),
    complete: () => options.complete?.(),
  });
  return {
    get cursor() {
      return cursor;
    },
    close: stop,
  };
}
