import type { CursorStore } from './cursor-store.js';
import type { Saved, StatePersistence } from './persist.js';

/** Object store for what this library keeps, in a database of yours or of its own. */
const CURSORS = 'sluice-cursors';
const STATES = 'sluice-states';
const STATES_DATABASE = 'sluice';

export interface CursorDatabaseOptions {
  /** Name of the database. */
  readonly name: string;
  /** Raise it by one whenever `upgrade` changes. Default 1. */
  readonly version?: number;
  /** Makes your object stores, as in `onupgradeneeded`; the one for cursors is made beside them. */
  readonly upgrade?: (database: IDBDatabase, oldVersion: number, transaction: IDBTransaction) => void;
}

export interface CursorDatabase {
  /** The database, for reading. */
  readonly database: IDBDatabase;
  /** The cursor of one reader, beside your object stores `stores`, which its `atomic` may write. */
  cursors(key: string, stores: readonly string[]): AtomicCursorStore;
  close(): void;
}

export interface Atomic {
  /** To keep when `apply` has written. */
  readonly cursor: string;
  /** The cursor that must be the one that is kept: null for none. Default: the one this object loaded or kept last. */
  readonly expected?: string | null;
  /**
   * Writes what the events up to `cursor` change. A promise it returns may wait for requests of this transaction and for
   * nothing else: IndexedDB commits when it has nothing to do. Then `atomic` rejects, and what was written stays without
   * the cursor. When `apply` throws or rejects, nothing is kept.
   */
  readonly apply: (transaction: IDBTransaction) => void | Promise<void>;
}

export interface AtomicCursorStore extends CursorStore {
  /**
   * Applies and keeps the cursor, both in one transaction: a crash leaves both or neither. False, and `apply` not called,
   * when another tab has moved the cursor: `load` it and go on from there. Rejects with what `apply` threw, or with the
   * browser's own error; nothing is kept then. `QuotaExceededError`: there is no room; make some and try again.
   */
  atomic(step: Atomic): Promise<boolean>;
}

/**
 * Opens a database in which your records and the cursor they stand at change together, so that every event takes effect
 * exactly once, whatever crashes and however many tabs do it. Rejects with the browser's own error where IndexedDB is
 * blocked, and where another tab holds an older version open and does not close it (`version` was raised: reload it).
 */
export async function openCursorDatabase({ name, version = 1, upgrade }: CursorDatabaseOptions): Promise<CursorDatabase> {
  const database = await openDatabase(name, version, (opened, oldVersion, transaction) => {
    if (!opened.objectStoreNames.contains(CURSORS)) opened.createObjectStore(CURSORS);
    upgrade?.(opened, oldVersion, transaction);
  });
  return {
    database,
    cursors: (key, stores) => cursorsIn(database, key, stores),
    close: () => database.close(),
  };
}

function cursorsIn(database: IDBDatabase, key: string, stores: readonly string[]): AtomicCursorStore {
  /** What this object believes is kept. */
  let held: string | null = null;
  return {
    async load() {
      held = (await request<string | undefined>(database.transaction(CURSORS).objectStore(CURSORS).get(key))) ?? null;
      return held;
    },
    async save(cursor) {
      await inTransaction(database, [CURSORS], async (transaction) => {
        await request(transaction.objectStore(CURSORS).put(cursor, key));
      });
      held = cursor;
    },
    async clear() {
      await inTransaction(database, [CURSORS], async (transaction) => {
        await request(transaction.objectStore(CURSORS).delete(key));
      });
      held = null;
    },
    async atomic({ cursor, expected = held, apply }) {
      const done = await inTransaction(database, [CURSORS, ...stores], async (transaction) => {
        const cursors = transaction.objectStore(CURSORS);
        const kept = (await request<string | undefined>(cursors.get(key))) ?? null;
        if (kept !== expected) return false;
        await apply(transaction);
        // Last: if `apply` has let the transaction end, this fails aloud.
        await request(cursors.put(cursor, key));
        return true;
      });
      if (done) held = cursor;
      return done;
    },
  };
}

export interface IndexedDbStateOptions {
  /** Names the state: stores with different documents or variables need different keys. */
  readonly key: string;
  /** Part of the key: raise it when the state's shape changes, and the old one is not read any more. Default 1. */
  readonly version?: number;
}

/**
 * Keeps a store's state, a value that `structuredClone` can copy, in one IndexedDB record with its cursor. All of it is
 * written for every batch of events (at most 200), so it suits states up to some megabytes; for more, keep records with
 * `openCursorDatabase`. In private windows it lasts as long as the window.
 */
export function indexedDbState({ key, version = 1 }: IndexedDbStateOptions): StatePersistence {
  const name = `${key}@${version}`;
  let opening: Promise<IDBDatabase> | undefined;
  // Forgotten, so that the next call opens it again, when it cannot be opened, when the browser has closed it (its storage
  // was cleared), and when somebody wants to delete or upgrade it, for whom `openDatabase` closes it.
  const forget = (): void => {
    opening = undefined;
  };
  const open = (): Promise<IDBDatabase> => {
    if (opening !== undefined) return opening;
    opening = openDatabase(STATES_DATABASE, 1, (database) => database.createObjectStore(STATES));
    opening.then((database) => {
      database.addEventListener('close', forget);
      database.addEventListener('versionchange', forget);
    }, forget);
    return opening;
  };
  return {
    read: async () => request<Saved<unknown> | undefined>((await open()).transaction(STATES).objectStore(STATES).get(name)),
    write: async (expected, { state, cursor }) => inTransaction(await open(), [STATES], async (transaction) => {
      const states = transaction.objectStore(STATES);
      const kept = await request<Saved<unknown> | undefined>(states.get(name));
      if ((kept?.cursor ?? null) !== expected) return false;
      await request(states.put({ state, cursor }, name));
      return true;
    }),
    clear: async () => {
      await inTransaction(await open(), [STATES], async (transaction) => {
        await request(transaction.objectStore(STATES).delete(name));
      });
    },
  };
}

/** What `work` gives, once the transaction has committed. Rejects, with nothing kept, when `work` does. */
async function inTransaction<T>(database: IDBDatabase, stores: readonly string[], work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
  const transaction = database.transaction([...new Set(stores)], 'readwrite');
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
  });
  const working = work(transaction);
  try {
    const [value] = await Promise.all([working, ended]);
    return value;
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/** A transaction that has ended by itself cannot be aborted any more, and need not be. */
function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
  }
}

function request<T = unknown>(of: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    of.onsuccess = () => resolve(of.result as T);
    of.onerror = () => reject(of.error ?? new DOMException('The request failed.', 'UnknownError'));
  });
}

function openDatabase(name: string, version: number, upgrade: (database: IDBDatabase, oldVersion: number, transaction: IDBTransaction) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (opening.transaction !== null) upgrade(opening.result, oldVersion, opening.transaction);
    };
    let given = false;
    opening.onblocked = () => {
      given = true;
      reject(new DOMException(`Another tab holds an older version of the database ${name} open.`, 'VersionError'));
    };
    opening.onerror = () => reject(opening.error ?? new DOMException('The database cannot be opened.', 'UnknownError'));
    opening.onsuccess = () => {
      if (given) return opening.result.close();
      // A newer version of the page wants to upgrade: let it. What this one does then fails with InvalidStateError.
      opening.result.onversionchange = () => opening.result.close();
      resolve(opening.result);
    };
  });
}
