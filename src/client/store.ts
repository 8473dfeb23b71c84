import { prepareDocument } from './document.js';
import { createNotifier } from './notifier.js';
import type { EventStoreOptions, StoreSnapshot } from './store-options.js';
import { startReader } from './store-reader.js';

/** In the shape that React's `useSyncExternalStore` wants, and of use without it. */
export interface EventStore<State> {
  getSnapshot(): StoreSnapshot<State>;
  /**
   * Calls `changed` when the snapshot is another, at most once per animation frame (without frames: once per turn). The
   * first subscriber starts the store; `lingerMs` after the last has gone it disconnects, and the next goes on where it was.
   */
  subscribe(changed: () => void): () => void;
  /** Tries again after `failed` or `complete`, from the last cursor. Otherwise does nothing. */
  restart(): void;
  /** Disconnects for good: subscribers stay, and are told nothing more. */
  close(): void;
}

/**
 * State that follows a topic: a snapshot to begin with, then every event applied once and in order, across lost
 * connections and, with `persist`, across page loads.
 */
export function createEventStore<State, Result, Variables extends object = Record<string, unknown>>(options: EventStoreOptions<State, Result, Variables>): EventStore<State> {
  const { initial, lingerMs = 1_000 } = options;
  const document = prepareDocument(options.document);
  let snapshot: StoreSnapshot<State> = { state: initial, status: 'connecting', cursor: null, error: null, pending: 0 };
  const subscribers = new Set<() => void>();
  const notifier = createNotifier(() => {
    for (const changed of [...subscribers]) changed();
  });
  let stopReader: (() => void) | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function change(part: Partial<StoreSnapshot<State>>): void {
    const next = { ...snapshot, ...part };
    if ((Object.keys(part) as (keyof StoreSnapshot<State>)[]).every((key) => Object.is(next[key], snapshot[key]))) return;
    snapshot = next;
    notifier.notify();
  }

  function start(): void {
    clearTimeout(leaving);
    leaving = undefined;
    if (closed || stopReader !== undefined) return;
    if (snapshot.status === 'failed' || snapshot.status === 'complete') return;
    stopReader = startReader({ options, document, snapshot: () => snapshot, change, ended: () => stop() });
  }

  function stop(): void {
    stopReader?.();
    stopReader = undefined;
  }

  return {
    getSnapshot: () => snapshot,
    subscribe(changed) {
      // Its own function: the same one may subscribe twice.
      const told = (): void => changed();
      subscribers.add(told);
      start();
      return () => {
        subscribers.delete(told);
        if (subscribers.size > 0) return;
        clearTimeout(leaving);
        leaving = setTimeout(() => {
          stop();
          if (snapshot.status === 'catching-up' || snapshot.status === 'live') change({ status: 'reconnecting', pending: 0 });
        }, lingerMs);
      };
    },
    restart() {
      if (snapshot.status !== 'failed' && snapshot.status !== 'complete') return;
      change({ status: snapshot.cursor === null ? 'connecting' : 'reconnecting', error: null });
      if (subscribers.size > 0) start();
    },
    close() {
      closed = true;
      clearTimeout(leaving);
      stop();
      notifier.cancel();
    },
  };
}
