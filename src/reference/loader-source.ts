import type { KeyForm } from './key.js';
import type { Row } from './row.js';
import { createSlots } from './slots.js';
import { untilAbort, type Source } from './table-source.js';

export interface LoaderContext {
  readonly tenant: string;
  /**
   * Aborts when the time for the call is up; its keys have failed by then. Hand it on (`fetch(url, { signal })`): a call
   * that goes on keeps its place among the calls under way.
   */
  readonly signal: AbortSignal;
}

/**
 * Finds rows of an entity by its key, when no table has them or not every tenant may see every row: in another service, a
 * file, a map. Answers with one result per key, in the order of the keys: the row, null or undefined for none, an Error
 * for a failure of that key alone; a rejection is the failure of all. Keys are texts, each once in a call. A row has the
 * entity's stored fields by their names; DateTime as Date or text. Rows are kept for as long as `@entity(ttl:)` says and
 * shared by all who read them: never change one that was returned. They are as fresh as what the loader asks: after an
 * event of `invalidatedBy` it is asked again, so change the source before the event is published.
 */
export type LoaderFunction = (keys: readonly string[], context: LoaderContext) => Promise<readonly (Row | null | undefined | Error)[]>;

/** A loader and its limits. */
export interface LoaderOptions {
  readonly load: LoaderFunction;
  /** Most keys of one call; default 1,000. More keys make more calls. */
  readonly maxBatch?: number;
  /** Most calls under way; default 4. Others wait, within their time. */
  readonly maxCalls?: number;
  /** Milliseconds for one call, waiting included; default 2,000. Past it its fields fail with `STORAGE_UNAVAILABLE`. */
  readonly timeoutMs?: number;
}

export type Loader = LoaderFunction | LoaderOptions;

const MAX_CALLS = 4;

export const loaderOptions = (loader: Loader): LoaderOptions => (typeof loader === 'function' ? { load: loader } : loader);

/** For a tenant, how a loader is asked. */
export function loaderSource(name: string, { load, maxCalls = MAX_CALLS }: LoaderOptions): (tenant: string) => Source {
  const slots = createSlots(maxCalls, maxCalls);
  return (tenant) => async (keys, signal) => {
    const release = await slots.acquire(name, signal);
    // Not at the deadline: the source is busy until the call ends, also when nobody waits any longer.
    const answered = Promise.resolve(keys).then((each) => load(each, { tenant, signal })).finally(release);
    const found: unknown = await untilAbort(answered, signal);
    if (!Array.isArray(found) || found.length !== keys.length) {
      const got = Array.isArray(found) ? `${found.length} results` : typeof found;
      throw new TypeError(`The loader "${name}" returned ${got} for ${keys.length} keys. Return a list with one result per key, in the order of the keys; null where there is none.`);
    }
    return found.map((each: Row | null | undefined | Error) => each ?? null);
  };
}

/** Types whose values have more than one spelling. */
const INEXACT: ReadonlySet<string> = new Set(['DateTime', 'Float', 'JSON']);

/** How the keys of a loader are written: as they are. */
export const loaderKeyForm = (type: string): KeyForm => ({ exact: !INEXACT.has(type), write: (key) => key });
