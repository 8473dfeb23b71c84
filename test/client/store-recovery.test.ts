import { describe, expect, test } from 'vitest';
import { createEventStore, type EventStore, type EventStoreOptions, type Saved, type StatePersistence } from '../../src/client/index.js';
import { waitFor } from '../support/wait.js';
import { createClient, proxy, server, useLogServer } from './fixture.js';
import { cursorText } from './log-server.js';

useLogServer();

interface Ticks {
  readonly ticks: { readonly node: { readonly __typename: 'Tick'; readonly n: number } | null };
}
type Numbers = readonly number[];
const DOCUMENT = 'subscription($after: String, $from: StartFrom) { ticks(after: $after, from: $from) { node { __typename n } } }';

const until = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function createStore(options: Partial<EventStoreOptions<Numbers, Ticks, Record<string, unknown>>> = {}): EventStore<Numbers> {
  return createEventStore<Numbers, Ticks>({
    client: createClient(), document: DOCUMENT, variables: { from: 'BEGINNING' }, initial: [],
    apply: (all, { n }) => [...all, n], ...options,
  });
}

/** Keeps in memory by the rules of the interface; `writes` counts, `full` rejects. */
function memory(): StatePersistence & { kept: Saved<Numbers> | undefined; writes: number; full: boolean } {
  return {
    kept: undefined, writes: 0, full: false,
    async read() {
      return this.kept;
    },
    async write(expected, next) {
      if (this.full) throw new DOMException('no room', 'QuotaExceededError');
      if ((this.kept?.cursor ?? null) !== expected) return false;
      this.kept = next as Saved<Numbers>;
      this.writes += 1;
      return true;
    },
    async clear() {
      this.kept = undefined;
    },
  };
}

describe('a store whose connection is lost', () => {
  test('says so, comes back by itself and has every event once', async () => {
    const store = createStore();
    const statuses = new Set<string>();
    store.subscribe(() => statuses.add(store.getSnapshot().status));
    server.append(3);
    await waitFor(() => store.getSnapshot().state.length === 3);
    proxy.cutAll();
    await waitFor(() => statuses.has('reconnecting'));
    server.append(3);
    await waitFor(() => store.getSnapshot().state.length === 6);
    server.checkpoint();
    await waitFor(() => store.getSnapshot().status === 'live');
    expect(store.getSnapshot()).toEqual({ state: until(6), status: 'live', cursor: cursorText(6), error: null, pending: 0 });
    expect([...statuses]).toEqual(expect.arrayContaining(['catching-up', 'reconnecting', 'live']));
    store.close();
  });

  test('disconnects when nobody looks, and goes on where it was when somebody does', async () => {
    const store = createStore({ lingerMs: 0 });
    const leave = store.subscribe(() => undefined);
    server.append(2);
    await waitFor(() => store.getSnapshot().state.length === 2);
    leave();
    await waitFor(() => server.subscriptions() === 0);
    expect(store.getSnapshot().status).toBe('reconnecting');
    server.append(2);
    const statuses = new Set<string>();
    store.subscribe(() => statuses.add(store.getSnapshot().status));
    await waitFor(() => store.getSnapshot().state.length === 4);
    expect(store.getSnapshot().state).toEqual(until(4));
    // Seen to fail: the feed that is opened anew said so of itself.
    expect([...statuses]).not.toContain('connecting');
    store.close();
    await waitFor(() => server.subscriptions() === 0);
  });
});

describe('a store whose cursor is lost', () => {
  test('loads anew and goes on after what it loaded', async () => {
    let loads = 0;
    const store = createStore({
      load: async () => {
        loads += 1;
        return { state: until(server.head()), cursor: cursorText(server.head()) };
      },
    });
    const leave = store.subscribe(() => undefined);
    server.append(2);
    await waitFor(() => store.getSnapshot().state.length === 2);
    leave();
    await waitFor(() => server.subscriptions() === 0);
    server.append(8);
    server.dropUpTo(5, 'error');
    store.subscribe(() => undefined);
    await waitFor(() => loads === 2);
    server.append(1);
    await waitFor(() => store.getSnapshot().state.length === 11);
    expect(store.getSnapshot().state).toEqual(until(11));
    expect(server.starts.at(-1)).toBe(10);
    store.close();
  });

  test('asks `onCursorLost` first', async () => {
    server.append(6);
    server.dropUpTo(4, 'error');
    const lost: unknown[] = [];
    const store = createStore({
      load: async () => ({ state: [], cursor: cursorText(1) }),
      onCursorLost: (error) => {
        lost.push([error.code, error.earliestCursor]);
        return { state: [], cursor: error.earliestCursor ?? '' };
      },
    });
    store.subscribe(() => undefined);
    await waitFor(() => store.getSnapshot().state.length === 2);
    expect(store.getSnapshot().state).toEqual([5, 6]);
    expect(lost).toEqual([['CURSOR_EXPIRED', cursorText(4)]]);
    store.close();
  });

  test('fails when there is nothing to load, and says why', async () => {
    server.append(6);
    server.dropUpTo(4, 'error');
    const store = createStore({ variables: { after: cursorText(1) } });
    store.subscribe(() => undefined);
    await waitFor(() => store.getSnapshot().status === 'failed');
    expect(store.getSnapshot().error).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
  });
});

test('a `load` that rejects is repeated, and seen meanwhile', async () => {
  let loads = 0;
  const errors = new Set<unknown>();
  const store = createStore({
    load: async () => {
      if (++loads < 3) throw new Error(`away ${loads}`);
      return { state: until(server.head()), cursor: cursorText(server.head()) };
    },
  });
  store.subscribe(() => errors.add(store.getSnapshot().error));
  await waitFor(() => store.getSnapshot().status === 'live' || (server.checkpoint(), false));
  expect(store.getSnapshot().error).toBeNull();
  expect([...errors].map(String)).toEqual(expect.arrayContaining(['Error: away 1']));
  store.close();
});

test('what `apply` throws fails the store before that event; `restart` tries it again', async () => {
  let broken = true;
  const store = createStore({
    apply: (all, { n }) => {
      if (n === 3 && broken) throw new RangeError('three');
      return [...all, n];
    },
  });
  store.subscribe(() => undefined);
  server.append(5);
  await waitFor(() => store.getSnapshot().status === 'failed');
  expect(store.getSnapshot()).toMatchObject({ state: [1, 2], cursor: cursorText(2), error: new RangeError('three') });
  await waitFor(() => server.subscriptions() === 0);
  broken = false;
  store.restart();
  await waitFor(() => store.getSnapshot().state.length === 5);
  expect(store.getSnapshot()).toMatchObject({ state: until(5), error: null });
  store.close();
});

describe('a store that is kept', () => {
  test('begins with what is kept, and shows nothing before it is', async () => {
    server.append(4);
    const persist = memory();
    persist.kept = { state: [1, 2], cursor: cursorText(2) };
    const store = createStore({ persist });
    let early = 0;
    store.subscribe(() => {
      if (store.getSnapshot().state.length > (persist.kept?.state.length ?? 0)) early += 1;
    });
    await waitFor(() => store.getSnapshot().state.length === 4);
    expect(persist.kept).toEqual({ state: until(4), cursor: cursorText(4) });
    expect([server.starts, early]).toEqual([[2], 0]);
    store.close();
  });

  // Seen to fail: without the comparison of the kept cursor, the store kept its own 3 and 4 over the other's.
  test('takes over what another tab has kept, whether its own events reach that far or not', async () => {
    const persist = memory();
    const store = createStore({ persist });
    store.subscribe(() => undefined);
    server.append(2);
    await waitFor(() => store.getSnapshot().state.length === 2);
    persist.kept = { state: [1, 2, 30, 40], cursor: cursorText(4) };
    server.append(3);
    await waitFor(() => store.getSnapshot().state.length === 5);
    expect(store.getSnapshot().state).toEqual([1, 2, 30, 40, 5]);
    expect(persist.kept).toEqual({ state: [1, 2, 30, 40, 5], cursor: cursorText(5) });

    persist.kept = { state: [50], cursor: cursorText(50) };
    server.append(47);
    await waitFor(() => store.getSnapshot().state.at(-1) === 52);
    expect(store.getSnapshot().state).toEqual([50, 51, 52]);
    store.close();
  });

  // Seen to fail: only the batch at hand was looked through, and the store subscribed anew.
  test('skips what another tab has kept in what waits, without subscribing anew', async () => {
    const persist = memory();
    const write = persist.write.bind(persist);
    let release: (() => void) | undefined;
    persist.write = async (expected, next) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      persist.write = write;
      return write(expected, next);
    };
    const client = createClient();
    const store = createStore({ persist, client });
    store.subscribe(() => undefined);
    server.append(2);
    await waitFor(() => release !== undefined);
    server.append(5);
    await waitFor(() => Object.values(client.cursors()).includes(cursorText(7)), { what: 'all to wait' });
    persist.kept = { state: [1, 2, 30, 40], cursor: cursorText(4) };
    release?.();
    await waitFor(() => store.getSnapshot().state.length === 7);
    expect(store.getSnapshot().state).toEqual([1, 2, 30, 40, 5, 6, 7]);
    expect(persist.kept).toEqual({ state: [1, 2, 30, 40, 5, 6, 7], cursor: cursorText(7) });
    expect(server.starts).toEqual([0]);
    store.close();
  });

  test('by two at once has every event once in both', async () => {
    const persist = memory();
    const stores = [createStore({ persist }), createStore({ persist })];
    for (const store of stores) store.subscribe(() => undefined);
    for (let round = 0; round < 20; round++) {
      server.append(5);
      await waitFor(() => stores.some((store) => store.getSnapshot().state.length >= round * 5));
    }
    await waitFor(() => stores.every((store) => store.getSnapshot().state.length >= 100));
    for (const store of stores) {
      expect(store.getSnapshot().state).toEqual(until(100));
      store.close();
    }
    expect(persist.kept).toEqual({ state: until(100), cursor: cursorText(100) });
  });

  test('goes on in memory while there is no room, and keeps it when there is', async () => {
    const persist = memory();
    persist.full = true;
    const store = createStore({ persist });
    store.subscribe(() => undefined);
    server.append(2);
    await waitFor(() => store.getSnapshot().state.length === 2);
    expect(store.getSnapshot()).toMatchObject({ error: { name: 'QuotaExceededError' } });
    persist.full = false;
    server.append(1);
    await waitFor(() => persist.kept?.state.length === 3);
    await waitFor(() => store.getSnapshot().error === null);
    store.close();
  });
});
