import { backoffMs } from './backoff.js';
import type { EventOf, Delivery } from './delivery.js';
import type { PreparedDocument } from './document.js';
import { cursorErrorOf } from './errors.js';
import { openFeed, takeBehind, type Feed, type FeedEnd, type Taken } from './feed.js';
import { pause } from './pause.js';
import type { Saved } from './persist.js';
import type { EventStoreOptions, StoreSnapshot } from './store-options.js';

/** Deliveries that go into one transaction, when state is kept. */
const BATCH = 200;

interface ReaderOptions<State, Result, Variables> {
  readonly options: EventStoreOptions<State, Result, Variables>;
  readonly document: PreparedDocument;
  snapshot(): StoreSnapshot<State>;
  change(part: Partial<StoreSnapshot<State>>): void;
  /** It has ended by itself; the snapshot says how. */
  ended(): void;
}

/** What a batch comes to: up to `cursor`, and why no further. */
interface Applied<State> {
  readonly state: State;
  readonly cursor: string | null;
  readonly failure: { readonly reason: unknown } | null;
}

/** Finds where to start, then takes what comes into the state, until it is stopped by what this returns. */
export function startReader<State, Result, Variables>(reader: ReaderOptions<State, Result, Variables>): () => void {
  const { options, document, snapshot, change } = reader;
  const { apply, applyMissing, client, limit = 1_000, load, onCursorLost, persist, variables } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let feed: Feed<EventOf<Result>> | undefined;
  /** Cursor that `persist` keeps; null: none. */
  let kept: string | null = null;
  let busy = false;
  /** Lost cursors since something came. */
  let losses = 0;

  /** From what is kept, else from what there is, else from what `load` gives, else from where the variables say. */
  async function begin(): Promise<void> {
    const saved = await readKept() ?? (snapshot().cursor === null && load !== undefined ? await repeat(load) : undefined);
    open(saved);
  }

  function open(from: Saved<State> | undefined): void {
    if (signal.aborted) return;
    if (from !== undefined) change({ state: from.state, cursor: from.cursor });
    feed?.close();
    feed = openFeed({ client, document, variables: variables as object | undefined, after: snapshot().cursor, limit, wake: pump });
    pump();
  }

  /** Everything that came, into the state. Without `persist` at once: a promise an event is what many events notice. */
  function pump(): void {
    // `wake` may come from within openFeed.
    if (busy || signal.aborted || feed === undefined) return;
    for (let taken = feed.take(persist === undefined ? Infinity : BATCH); taken !== undefined; taken = feed.take(BATCH)) {
      losses = 0;
      if (persist !== undefined) return hold(keep(feed, taken));
      const applied = applyAll(snapshot().state, taken.deliveries, taken.cursor);
      show(applied);
      if (applied.failure !== null) return fail(applied.failure.reason);
    }
    // For a feed it is the first connection, for the store it is not.
    const { status } = feed;
    change({ status: status === 'connecting' && snapshot().status !== 'connecting' ? 'reconnecting' : status, pending: feed.waiting });
    if (feed.end !== undefined) hold(end(feed.end));
  }

  /** Nothing else is taken until `work` is done. */
  function hold(work: Promise<void>): void {
    busy = true;
    change({ pending: feed?.waiting ?? 0 });
    work.catch(fail).finally(() => {
      busy = false;
      pump();
    }).catch(fail);
  }

  function applyAll(from: State, deliveries: readonly Delivery<EventOf<Result>>[], upTo: string): Applied<State> {
    let state = from;
    let cursor: string | null = null;
    for (const delivery of deliveries) {
      try {
        if (delivery.missing === null) state = apply(state, delivery.event, delivery);
        else if (applyMissing !== undefined) state = applyMissing(state, delivery);
      } catch (reason) {
        return { state, cursor, failure: { reason } };
      }
      cursor = delivery.cursor;
    }
    return { state, cursor: upTo, failure: null };
  }

  function show({ state, cursor }: Applied<State>): void {
    if (cursor !== null && !signal.aborted) change({ state, cursor });
  }

  /** Like `show`, but what is shown has been kept, so that nobody sees what a crash would take back. */
  async function keep(from: Feed<EventOf<Result>>, taken: Taken<EventOf<Result>>): Promise<void> {
    let { state } = snapshot();
    let left = taken;
    while (!signal.aborted) {
      const applied = applyAll(state, left.deliveries, left.cursor);
      const { cursor, failure } = applied;
      const written = cursor === null || await write({ state: applied.state, cursor });
      if (written) {
        show(applied);
        if (failure !== null) fail(failure.reason);
        return;
      }
      // Another tab was faster. What it has kept comes from the same log: go on from there.
      const saved = await readKept();
      if (signal.aborted) return;
      if (saved === undefined) continue;
      const behind = takeBehind(from, left, saved.cursor, BATCH);
      if (behind === undefined) return open(saved);
      change({ state: saved.state, cursor: saved.cursor });
      if (behind.deliveries.length === 0) return;
      left = behind;
      ({ state } = saved);
    }
  }

  /** False: somebody else has written. A write that fails leaves the store in memory, and the next tries again. */
  async function write(next: Saved<State>): Promise<boolean> {
    try {
      const done = await persist?.write(kept, next);
      if (done === false) return false;
      kept = next.cursor;
      if (!signal.aborted) change({ error: null });
    } catch (error) {
      if (!signal.aborted) change({ error });
    }
    return true;
  }

  async function readKept(): Promise<Saved<State> | undefined> {
    try {
      const saved = await persist?.read() as Saved<State> | undefined;
      kept = saved?.cursor ?? null;
      return saved;
    } catch (error) {
      if (!signal.aborted) change({ error });
      return undefined;
    }
  }

  async function end(how: FeedEnd): Promise<void> {
    if (how.kind === 'complete') {
      change({ status: 'complete' });
      return reader.ended();
    }
    const lost = cursorErrorOf(how.reason);
    if (lost === undefined) return fail(how.reason);
    change({ status: 'reconnecting' });
    // A `load` that answers with a cursor that is lost as well must not go round at full speed.
    await pause(backoffMs(losses++, Math.random()), signal);
    const saved = await onCursorLost?.(lost) ?? (load === undefined ? undefined : await repeat(load));
    if (signal.aborted) return;
    if (saved === undefined) return fail(how.reason);
    open(saved);
  }

  async function repeat(from: () => Promise<Saved<State>>): Promise<Saved<State> | undefined> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const loaded = await from();
        if (!signal.aborted) change({ error: null });
        return loaded;
      } catch (error) {
        if (!signal.aborted) change({ error });
        await pause(backoffMs(attempt, Math.random()), signal);
      }
    }
    return undefined;
  }

  function fail(error: unknown): void {
    if (signal.aborted) return;
    change({ status: 'failed', error, pending: 0 });
    reader.ended();
  }

  begin().catch(fail);
  return () => {
    stopping.abort();
    feed?.close();
  };
}
