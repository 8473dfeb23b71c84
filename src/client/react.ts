import { useState, useSyncExternalStore } from 'react';
import { createEventStore, type EventStore } from './store.js';
import type { EventStoreOptions, StoreSnapshot } from './store-options.js';

/**
 * The snapshot of a store; the component renders again when it is another. While any component shows it, the store is
 * connected. On a server it is the `initial` state, `connecting`.
 */
export function useEventStore<State>(store: EventStore<State>): StoreSnapshot<State> {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}

/**
 * A store of the component's own, made from `options` when it mounts and disconnected when it unmounts; later options are not
 * looked at, so give the component a `key` that changes with the variables. A store that several components show is made
 * outside of them, with `createEventStore`.
 */
export function useEvents<State, Result, Variables extends object = Record<string, unknown>>(options: EventStoreOptions<State, Result, Variables>): StoreSnapshot<State> & Pick<EventStore<State>, 'restart'> {
  const [store] = useState(() => createEventStore({ lingerMs: 0, ...options }));
  const snapshot = useEventStore(store);
  return { ...snapshot, restart: store.restart };
}
