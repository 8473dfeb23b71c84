import DataLoader from 'dataloader';
import { SluiceError } from '../base/error.js';
import { sqlState, type ConnectOptions } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import type { LogEvent } from '../event/event.js';
import type { EventModel, Reference } from '../event/model.js';
import { ReferenceCache, type CacheLimits, type Rows, type View } from './cache.js';
import { keyText } from './key.js';
import type { Loader } from './loader-source.js';
import { createSlots } from './slots.js';
import { referenceSources, sourceName, type ReferenceSource } from './sources.js';
import type { EntityMapping } from './table-mapping.js';
import type { Found, TableAccess } from './table-source.js';

/** One dispatched batch. */
export interface ReferenceObservation {
  readonly entity: string;
  readonly keys: number;
  readonly rows: number;
  /** Milliseconds from dispatch to answer, waiting for a connection included. */
  readonly ms: number;
  /** Keys that ended in an error. */
  readonly failed: number;
}

export interface ReferencesOptions {
  /** With `referenceConnections`, of its own. One entity uses at most half of its connections. */
  readonly pool: Pool;
  readonly model: EventModel;
  /** From `mapEntities`, for the same model. */
  readonly mappings: readonly EntityMapping[];
  /** By entity name. A loader comes before the table for a reference to one row by the entity's key. */
  readonly loaders?: Readonly<Record<string, Loader>>;
  /** Bounds of what is kept for further events; left out, or no entries: nothing is kept. */
  readonly cache?: CacheLimits;
  /** Most keys in one statement or loader call; default 1,000. More keys make more batches. */
  readonly maxBatch?: number;
  /** Most rows for one key of a list reference; default 1,000. Past it that key is an error (`CONFLICT`). */
  readonly rowsPerKey?: number;
  /** Most rows of one statement; default 100,000. Past it the keys that did not fit are errors (`CONFLICT`). */
  readonly rowsPerStatement?: number;
  /** Milliseconds for one batch, waiting included; default 2,000. Past it its fields fail with `STORAGE_UNAVAILABLE`. */
  readonly timeoutMs?: number;
  /** Called before each statement. */
  readonly onStatement?: (text: string, keys: number) => void;
  readonly observe?: (observation: ReferenceObservation) => void;
}

/** The loaders of one operation or delivered batch. What they have read they keep, so use them for one only. */
export interface BatchLoaders {
  /**
   * The row the key refers to, or null. For a list reference the rows in the order of the entity's key, or an empty
   * list. A null key, a key that does not fit the column's type and a key without a row all find nothing.
   * @throws SluiceError `STORAGE_UNAVAILABLE` past the deadline, `CONFLICT` past a row limit; whatever the loader threw.
   */
  load(reference: Reference, key: unknown, tenant: string): Promise<Rows>;
}

/** As the gateway's own resolvers use them. */
export interface Loaders extends BatchLoaders {
  /** As `load`, but at once when nothing has to be looked up, and what `load` would reject with may be thrown. */
  find(reference: Reference, key: unknown, tenant: string): Rows | Promise<Rows>;
}

export interface References {
  /** Loaders that have read nothing yet, and read everything anew: whoever has changed a row sees the change. */
  forBatch(): Loaders;
  /** Loaders for events up to `view`: what is kept and good for all of these is used again. */
  forEvents(view: View): Loaders;
  /** To be told of every event in log order, before any reader has it from memory: what it makes out of date is dropped. */
  apply(event: LogEvent): void;
  /** To be told when `apply` goes on after this position of this epoch: all that is kept is dropped. */
  reset(position: number, epoch: string): void;
  /** What is kept; bytes by estimate. */
  kept(): { readonly entries: number; readonly bytes: number };
}

const TIMEOUT_MS = 2_000;
/** Milliseconds that the server may take to say that a statement took too long. */
const ANSWER_AFTER = 1_000;
/** How the server says that its statement_timeout has passed. */
const QUERY_CANCELED = '57014';

/**
 * Connections for `createReferences`, apart from everything that writes: a table that hangs holds connections, and append
 * must not wait for one. `max`: default 4. `timeoutMs`: after it the server ends a statement; default 2,000, and the
 * same number is for `createReferences`. (postgres.js' own cancel opens a connection, and when that fails it ends Node.)
 */
export function referenceConnections({ url, max = 4, timeoutMs = TIMEOUT_MS }: { readonly url: string; readonly max?: number; readonly timeoutMs?: number }): ConnectOptions {
  return {
    url, max, name: 'sluice references',
    settings: {
      statement_timeout: timeoutMs,
      default_transaction_read_only: true,
      // A plan kept from when the table was empty would be slow for as long as the connection lives.
      plan_cache_mode: 'force_custom_plan',
      jit: 'off',
    },
  };
}

/** @throws TypeError when mappings and loaders do not cover the model (`mapEntities` says so with places in the SDL). */
export function createReferences(options: ReferencesOptions): References {
  const { pool, timeoutMs = TIMEOUT_MS, observe = () => undefined } = options;
  const access: TableAccess = {
    // By then the server has ended the statement: who does not say so is not there.
    ask: (question) => pool.ask(question, timeoutMs + ANSWER_AFTER),
    acquire: createSlots(pool.max).acquire,
    rowsPerKey: options.rowsPerKey ?? 1_000,
    rowsPerStatement: options.rowsPerStatement ?? 100_000,
    onStatement: options.onStatement ?? (() => undefined),
  };
  const sources = referenceSources({
    model: options.model, mappings: options.mappings, loaders: options.loaders ?? {}, access,
    maxBatch: options.maxBatch ?? 1_000, timeoutMs,
  });
  const limits = options.cache;
  const cache = limits === undefined || limits.maxEntries === 0 ? undefined : new ReferenceCache({ ...limits, model: options.model, sources: [...sources.values()] });

  const dispatch = async (source: ReferenceSource, tenant: string, keys: readonly string[]): Promise<readonly Found[]> => {
    const { entity, timeoutMs } = source;
    const started = performance.now();
    const report = (rows: number, failed: number): void => observe({ entity, keys: keys.length, rows, ms: performance.now() - started, failed });
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(late(entity, timeoutMs)), timeoutMs);
    try {
      const found = await source.look(tenant)(keys, deadline.signal);
      const failed = found.filter((each) => each instanceof Error).length;
      report(found.flat().filter((each) => each !== null && !(each instanceof Error)).length, failed);
      return found;
    } catch (error) {
      report(0, keys.length);
      // A statement that the server ended at the same deadline is the same to the caller.
      throw sqlState(error) === QUERY_CANCELED ? late(entity, timeoutMs, error) : error;
    } finally {
      clearTimeout(timer);
    }
  };

  const loaders = (view: View | null): Loaders => {
    const batch = new Map<string, { readonly gather: DataLoader<string, Rows>; readonly asked: Map<string, Promise<Rows>> }>();
    const find: Loaders['find'] = (reference, key, tenant) => {
      const source = sources.get(sourceName(reference));
      if (source === undefined) throw new TypeError(`The reference "${reference.field}" is not of the model these loaders were made for.`);
      const text = keyText(key);
      const written = text === null ? null : source.toForm.write(text);
      if (written === null) return reference.many ? [] : null;
      const name = `${source.name}\0${tenant}`;
      let own = batch.get(name);
      if (own === undefined) {
        // A turn of the event loop, not DataLoader's own round of promises: 100 operations that began up to four
        // ticks apart cost 4 statements in place of 20, for 0.1 ms on a single key (0.45 to 0.54 ms, p50).
        const gather = new DataLoader<string, Rows>((keys) => dispatch(source, tenant, keys), { cache: false, maxBatchSize: source.maxBatch, batchScheduleFn: setImmediate });
        batch.set(name, (own = { gather, asked: new Map<string, Promise<Rows>>() }));
      }
      const { gather, asked } = own;
      const earlier = asked.get(written);
      if (earlier !== undefined) return earlier;
      const look = (): Promise<Rows> => gather.load(written);
      const found = cache === undefined ? look() : cache.read(source, tenant, written, view, look);
      if (found instanceof Promise) asked.set(written, found);
      return found;
    };
    return { find, load: async (reference, key, tenant) => find(reference, key, tenant) };
  };
  return {
    forBatch: () => loaders(null),
    forEvents: loaders,
    apply: (event) => cache?.apply(event),
    reset: (position, epoch) => cache?.reset(position, epoch),
    kept: () => cache?.size ?? { entries: 0, bytes: 0 },
  };
}

function late(entity: string, timeoutMs: number, cause?: unknown): SluiceError {
  return new SluiceError('STORAGE_UNAVAILABLE', `${entity} was not read within ${timeoutMs} ms.`, {}, cause === undefined ? {} : { cause });
}
