import { backoffMs } from './backoff.js';
import type { Delivery, EventOf } from './delivery.js';
import { prepareDocument, type EventDocument, type PreparedDocument } from './document.js';
import { cursorErrorOf, type CursorError } from './errors.js';
import { openFeed, takeBehind, type Feed, type FeedEnd, type Taken } from './feed.js';
import type { EventClient, FollowStatus } from './follow.js';
import type { AtomicCursorStore } from './indexed-db.js';
import { pause } from './pause.js';

export interface ProjectOptions<Result, Variables> {
  readonly client: EventClient;
  readonly document: EventDocument<Result, Variables>;
  /** Also where it starts while no cursor is kept. */
  readonly variables?: NoInfer<Variables>;
  /** Where the cursor is kept, beside the records. */
  readonly cursors: AtomicCursorStore;
  /** Writes what one delivery changes, in the transaction that keeps its cursor. See `Atomic.apply`. */
  readonly apply: (transaction: IDBTransaction, delivery: Delivery<EventOf<Result>>) => void | Promise<void>;
  /**
   * The kept cursor cannot be honoured: events are missing. Load the records anew and keep them with their cursor
   * (`cursors.atomic`), or `cursors.clear()` to start where the variables say; then it goes on. Default: `project` rejects.
   */
  readonly onCursorLost?: (error: CursorError) => void | Promise<void>;
  readonly onStatus?: (status: FollowStatus) => void;
  /** Stops it; `project` resolves then. */
  readonly signal?: AbortSignal;
  /** Deliveries in one transaction. Default 100. */
  readonly batch?: number;
  /** Deliveries that may wait. Default 1,000; past it the subscription is stopped, and opened anew behind them. */
  readonly limit?: number;
}

/**
 * Keeps records in IndexedDB up to date with a topic, across page loads and crashes: every event is applied exactly once,
 * also when several tabs do it at once (one of them wins each batch, the others skip it).
 *
 * Resolves when the gateway completes the subscription or `signal` aborts. Rejects with what ended it otherwise: GraphQL
 * errors as a list, what `apply` or `onCursorLost` threw, the browser's error for storage that is full or blocked. Nothing is
 * half done then: calling `project` again goes on where it was.
 */
export async function project<Result, Variables extends object = Record<string, unknown>>(options: ProjectOptions<Result, Variables>): Promise<void> {
  const { cursors, onCursorLost, signal = new AbortController().signal } = options;
  const document = prepareDocument(options.document);
  for (let losses = 0; !signal.aborted;) {
    const after = await cursors.load();
    const ended = await projectFrom(options, document, after, signal, () => (losses = 0));
    if (ended === 'moved') continue;
    if (ended.kind === 'complete') return;
    const lost = cursorErrorOf(ended.reason);
    if (lost === undefined || onCursorLost === undefined) throw ended.reason;
    await pause(backoffMs(losses++, Math.random()), signal);
    if (!signal.aborted) await onCursorLost(lost);
  }
}

/** Until it ends, or until another tab is somewhere else. */
async function projectFrom<Result, Variables>(
  options: ProjectOptions<Result, Variables>,
  document: PreparedDocument,
  after: string | null,
  signal: AbortSignal,
  progressed: () => void,
): Promise<FeedEnd | 'moved'> {
  const { client, batch = 100, limit = 1_000, onStatus } = options;
  let wake = (): void => undefined;
  let status: FollowStatus | undefined;
  const feed: Feed<EventOf<Result>> = openFeed({ client, document, variables: options.variables as object | undefined, after, limit, wake: () => wake() });
  const stop = (): void => {
    feed.close();
    wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      if (signal.aborted) return { kind: 'complete' };
      if (status !== feed.status) onStatus?.(status = feed.status);
      const taken = feed.take(batch);
      if (taken !== undefined) {
        progressed();
        if (!(await keep(options, feed, taken, batch))) return 'moved';
      } else if (feed.end !== undefined) {
        return feed.end;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    feed.close();
  }
}

/** False: another tab has moved the cursor to where these deliveries do not lead. */
async function keep<Result, Variables>({ cursors, apply }: ProjectOptions<Result, Variables>, feed: Feed<EventOf<Result>>, taken: Taken<EventOf<Result>>, batch: number): Promise<boolean> {
  for (let left = taken;;) {
    const { cursor, deliveries } = left;
    const done = await cursors.atomic({
      cursor,
      async apply(transaction) {
        for (const delivery of deliveries) await apply(transaction, delivery);
      },
    });
    if (done) return true;
    const kept = await cursors.load();
    const behind = kept === null ? undefined : takeBehind(feed, left, kept, batch);
    if (behind === undefined) return false;
    if (behind.deliveries.length === 0) return true;
    left = behind;
  }
}
