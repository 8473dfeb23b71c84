import DataLoader from 'dataloader';
import { SluiceError } from '../base/error.js';
import { connect, sqlState, type Sql } from '../db/connect.js';
import type { EventModel, Reference } from '../event/model.js';
import { keyText } from './key.js';
import type { Row } from './row.js';
import { createSlots } from './slots.js';
import { referencesOf, type EntityMapping } from './table-mapping.js';
import { tableSource, untilAbort, type Found, type Source, type TableAccess } from './table-source.js';

/**
 * Finds rows of an entity by its key, when no table has them or not every tenant may see every row.
 * Answers with one result per key, in the order of the keys; an Error concerns its key only.
 */
export type LoaderFunction = (
  keys: readonly string[],
  context: { readonly tenant: string },
) => Promise<readonly (Row | null | undefined | Error)[]>;

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
  /** From `connectReferences`: a pool of its own. One entity uses at most half of its connections. */
  readonly sql: Sql;
  readonly model: EventModel;
  /** From `mapEntities`, for the same model. */
  readonly mappings: readonly EntityMapping[];
  /** By entity name. A loader comes before the table for a reference to one row by the entity's key. */
  readonly loaders?: Readonly<Record<string, LoaderFunction>>;
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

/** The loaders of one delivered batch. What they have read they keep, so use them for one batch only. */
export interface BatchLoaders {
  /**
   * The row the key refers to, or null. For a list reference the rows in the order of the entity's key, or an empty
   * list. A null key, a key that does not fit the column's type and a key without a row all find nothing.
   * @throws SluiceError `STORAGE_UNAVAILABLE` past the deadline, `CONFLICT` past a row limit; whatever the loader threw.
   */
  load(reference: Reference, key: unknown, tenant: string): Promise<Row | readonly Row[] | null>;
}

export interface References {
  /** Fresh loaders that have read nothing yet. */
  forBatch(): BatchLoaders;
}

const TIMEOUT_MS = 2_000;
/** How the server says that its statement_timeout has passed. */
const QUERY_CANCELED = '57014';

/**
 * A pool for `createReferences`, apart from everything that writes: a table that hangs holds connections, and append
 * must not wait for one. `max`: default 4. `timeoutMs`: after it the server ends a statement; default 2,000, and the
 * same number is for `createReferences`. (postgres.js' own cancel opens a connection, and when that fails it ends Node.)
 */
export function connectReferences(options: { readonly url: string; readonly max?: number; readonly timeoutMs?: number }): Sql {
  return connect({
    url: options.url,
    max: options.max ?? 4,
    name: 'sluice references',
    settings: {
      statement_timeout: options.timeoutMs ?? TIMEOUT_MS,
      default_transaction_read_only: true,
      // A plan kept from when the table was empty would be slow for as long as the connection lives.
      plan_cache_mode: 'force_custom_plan',
      jit: 'off',
    },
  });
}

/** @throws TypeError when mappings and loaders do not cover the model (`mapEntities` says so with places in the SDL). */
export function createReferences(options: ReferencesOptions): References {
  const { model, loaders = {}, maxBatch = 1_000, timeoutMs = TIMEOUT_MS, observe = () => undefined } = options;
  const access: TableAccess = {
    sql: options.sql,
    acquire: createSlots(options.sql.options.max).acquire,
    rowsPerKey: options.rowsPerKey ?? 1_000,
    rowsPerStatement: options.rowsPerStatement ?? 100_000,
    onStatement: options.onStatement ?? (() => undefined),
  };
  const mappings = new Map(options.mappings.map((each) => [each.entity.name, each]));

  const makeSource = (reference: Reference): ((tenant: string) => Source) => {
    const loader = Object.hasOwn(loaders, reference.entity) ? loaders[reference.entity] : undefined;
    if (loader !== undefined && !reference.many && reference.to === model.entities.get(reference.entity)?.key) {
      return (tenant) => loaderSource(reference.entity, loader, tenant);
    }
    const mapping = mappings.get(reference.entity);
    if (mapping === undefined) throw new TypeError(`"${reference.field}" refers to "${reference.entity}", which has neither a mapped table nor a loader for it.`);
    const source = tableSource(mapping, reference, access);
    return () => source;
  };
  const sources = new Map<string, (tenant: string) => Source>();
  for (const reference of referencesOf(model)) {
    if (!sources.has(sourceName(reference))) sources.set(sourceName(reference), makeSource(reference));
  }

  const dispatch = async (reference: Reference, source: Source, keys: readonly string[]): Promise<readonly Found[]> => {
    const started = performance.now();
    const report = (rows: number, failed: number): void => observe({ entity: reference.entity, keys: keys.length, rows, ms: performance.now() - started, failed });
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(late(reference.entity, timeoutMs)), timeoutMs);
    try {
      const found = await source(keys, deadline.signal);
      const failed = found.filter((each) => each instanceof Error).length;
      report(found.flat().filter((each) => each !== null && !(each instanceof Error)).length, failed);
      return found;
    } catch (error) {
      report(0, keys.length);
      // A statement that the server ended at the same deadline is the same to the caller.
      throw sqlState(error) === QUERY_CANCELED ? late(reference.entity, timeoutMs, error) : error;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    forBatch() {
      const batch = new Map<string, DataLoader<string, Row | readonly Row[] | null>>();
      return {
        async load(reference, key, tenant) {
          const text = keyText(key);
          if (text === null) return reference.many ? [] : null;
          const name = JSON.stringify([sourceName(reference), tenant]);
          let loader = batch.get(name);
          if (loader === undefined) {
            const source = sources.get(sourceName(reference))?.(tenant);
            if (source === undefined) throw new TypeError(`The reference "${reference.field}" is not of the model these loaders were made for.`);
            // A turn of the event loop, not DataLoader's own round of promises: 100 operations that began up to four
            // ticks apart cost 4 statements in place of 20, for 0.1 ms on a single key (0.45 to 0.54 ms, p50).
            loader = new DataLoader((keys) => dispatch(reference, source, keys), { maxBatchSize: maxBatch, batchScheduleFn: setImmediate });
            batch.set(name, loader);
          }
          return loader.load(text);
        },
      };
    },
  };
}

/** References that one statement serves. */
const sourceName = (reference: Reference): string => `${reference.entity}.${reference.to}${reference.many ? '[]' : ''}`;

function loaderSource(name: string, loader: LoaderFunction, tenant: string): Source {
  return async (keys, signal) => {
    const found = await untilAbort(Promise.resolve(keys).then((each) => loader(each, { tenant })), signal);
    if (!Array.isArray(found) || found.length !== keys.length) {
      const got = Array.isArray(found) ? `${found.length} results` : typeof found;
      throw new TypeError(`The loader "${name}" returned ${got} for ${keys.length} keys. Return a list with one result per key, in the order of the keys; null where there is none.`);
    }
    return found.map((each: Row | null | undefined | Error) => each ?? null);
  };
}

function late(entity: string, timeoutMs: number, cause?: unknown): SluiceError {
  return new SluiceError('STORAGE_UNAVAILABLE', `${entity} was not read within ${timeoutMs} ms.`, {}, cause === undefined ? {} : { cause });
}
