import { cursorErrorOf, type ResumableClient } from 'sluice/client';

export type Status = 'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'failed';

export interface Snapshot<State> {
  readonly state: State;
  readonly status: Status;
  readonly cursor: string | null;
  readonly error: unknown;
}

export interface EventStore<State> {
  getSnapshot(): Snapshot<State>;
  subscribe(listener: () => void): () => void;
}

export interface EventStoreOptions<State, Event> {
  readonly client: ResumableClient;
  readonly document: { toString(): string };
  readonly initial: State;
  readonly load: () => Promise<{ readonly state: State; readonly cursor: string }>;
  readonly apply: (state: State, event: Event) => State;
}

export function createEventStore<State, Event>({ client, document, initial, load, apply }: EventStoreOptions<State, Event>): EventStore<State> {
  let snapshot: Snapshot<State> = { state: initial, status: 'connecting', cursor: null, error: null };
  const listeners = new Set<() => void>();
  const change = (part: Partial<Snapshot<State>>): void => {
    snapshot = { ...snapshot, ...part };
    for (const listener of listeners) listener();
  };
  client.on('closed', () => {
    if (snapshot.status !== 'failed' && snapshot.status !== 'connecting') change({ status: 'reconnecting' });
  });
  client.on('ping', (received) => {
    if (received && (snapshot.status === 'reconnecting' || snapshot.status === 'connecting')) change({ status: 'live' });
  });
  void (async () => {
    try {
      const loaded = await load();
      change(loaded);
      client.subscribe<Record<string, { cursor: string; node: Event | null }>>({ query: String(document), variables: { after: loaded.cursor } }, {
        next({ data }) {
          for (const { node, cursor } of Object.values(data ?? {})) {
            if (node !== null) change({ state: apply(snapshot.state, node), cursor });
          }
        },
        error: (error) => change({ status: 'failed', error: cursorErrorOf(error) ?? error }),
        complete: () => undefined,
      });
    } catch (error) {
      change({ status: 'failed', error });
    }
  })();
  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
