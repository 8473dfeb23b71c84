import { deliveryOf, type Delivery } from './delivery.js';
import { variablesAfter, type PreparedDocument } from './document.js';
import type { EventClient, FollowStatus } from './follow.js';

/** What has come and waits to be taken, of one subscription. */
export interface Feed<Event> {
  /**
   * Up to `max` deliveries, and the cursor that stands for all of them and, when nothing is left waiting, for the
   * checkpoint behind them. Undefined when there is neither. What ended the feed comes after all that came before it.
   */
  take(max: number): Taken<Event> | undefined;
  readonly status: FollowStatus;
  /** Deliveries that wait. */
  readonly waiting: number;
  /** Why nothing more will come; to be looked at when `take` gives nothing. */
  readonly end: FeedEnd | undefined;
  close(): void;
}

export interface Taken<Event> {
  readonly deliveries: readonly Delivery<Event>[];
  readonly cursor: string;
}

export type FeedEnd = { readonly kind: 'complete' } | { readonly kind: 'error'; readonly reason: unknown };

export interface FeedOptions {
  readonly client: EventClient;
  readonly document: PreparedDocument;
  readonly variables: object | undefined;
  /** Cursor to start after; null: where the variables say. */
  readonly after: string | null;
  /** Deliveries that may wait. */
  readonly limit: number;
  /** There is something new: a delivery, a checkpoint, a status, the end. */
  wake(): void;
}

/**
 * What is left of `taken`, and of what waits behind it, after `kept`, a cursor that another tab has kept: the rest of the
 * batch that it lies in. Undefined when it lies in none of them, all of which have been taken then.
 */
export function takeBehind<Event>(feed: Feed<Event>, taken: Taken<Event>, kept: string, max: number): Taken<Event> | undefined {
  for (let next: Taken<Event> | undefined = taken; next !== undefined; next = feed.take(max)) {
    if (next.cursor === kept) return { deliveries: [], cursor: kept };
    const known = next.deliveries.findIndex(({ cursor }) => cursor === kept);
    if (known >= 0) return { deliveries: next.deliveries.slice(known + 1), cursor: next.cursor };
  }
  return undefined;
}

/** More events wait than may, and the document has no `after` to fetch them with later. */
export class OverflowError extends Error {
  override readonly name = 'OverflowError';
}

/**
 * A subscription whose deliveries wait to be taken. A socket cannot be told to slow down, so past `limit` the subscription
 * is stopped; when what waits has been taken, it is opened anew after the last cursor. Memory is bounded and nothing is lost.
 */
export function openFeed<Event>(options: FeedOptions): Feed<Event> {
  const { client, document, variables, limit, wake } = options;
  const waiting: Delivery<Event>[] = [];
  /** Cursor of the last thing that came, and whether `take` has told of it. */
  let reached = options.after;
  let told = true;
  let status: FollowStatus = 'connecting';
  let end: FeedEnd | undefined;
  let stop: (() => void) | undefined;

  function finish(as: FeedEnd): void {
    end ??= as;
    halt();
    wake();
  }

  function halt(): void {
    stop?.();
    stop = undefined;
  }

  function reach(cursor: string): void {
    told &&= cursor === reached;
    reached = cursor;
  }

  function open(): void {
    let over = false;
    let dispose: (() => void) | undefined;
    const current = (): void => {
      over = true;
      dispose?.();
    };
    stop = current;
    try {
      dispose = client.follow({ ...document, variables: variablesAfter(document, variables, reached) }, {
        next(result, cursor) {
          if (over) return;
          try {
            waiting.push(deliveryOf<Event>(result, cursor));
          } catch (reason) {
            return finish({ kind: 'error', reason });
          }
          reach(cursor);
          if (waiting.length >= limit) pause();
          wake();
        },
        checkpoint(cursor) {
          if (over) return;
          reach(cursor);
          wake();
        },
        status(next) {
          if (over) return;
          // A feed that had been established and was opened anew is not connecting for the first time.
          status = next === 'connecting' && status !== 'connecting' ? 'reconnecting' : next;
          wake();
        },
        error(reason) {
          if (!over) finish({ kind: 'error', reason });
        },
        complete() {
          if (!over) finish({ kind: 'complete' });
        },
      });
    } catch (reason) {
      return finish({ kind: 'error', reason });
    }
    // It may have ended before it was known how to stop it.
    if (over) dispose();
  }

  function pause(): void {
    if (document.afterVariable === undefined) {
      return finish({ kind: 'error', reason: new OverflowError(`${limit} events wait and are not taken. With \`after: $after\` in the document they would be fetched later.`) });
    }
    halt();
    if (status === 'live') status = 'catching-up';
  }

  open();
  return {
    take(max) {
      const deliveries = waiting.splice(0, max);
      const last = deliveries.at(-1);
      if (waiting.length > 0) return last && { deliveries, cursor: last.cursor };
      const news = !told || last !== undefined;
      told = true;
      // Before it is opened anew: it may be told of something at once.
      const cursor = reached;
      if (stop === undefined && end === undefined) open();
      return news && cursor !== null ? { deliveries, cursor } : undefined;
    },
    get status() {
      return status;
    },
    get waiting() {
      return waiting.length;
    },
    get end() {
      return end;
    },
    close() {
      end ??= { kind: 'complete' };
      waiting.length = 0;
      halt();
    },
  };
}
