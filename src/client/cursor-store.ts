/** Where the cursor of one reader is kept across page loads. */
export interface CursorStore {
  /** The cursor that is kept, or null. */
  load(): Promise<string | null>;
  /** Keeps it. To be called once an event has been dealt with: a crash in between brings that event again. */
  save(cursor: string): Promise<void>;
  /** Forgets it. */
  clear(): Promise<void>;
}

/** What is needed of `localStorage` or `sessionStorage`. */
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface LocalStorageCursorsOptions {
  /** Names the reader: two subscriptions with different variables need different keys. */
  readonly key: string;
  /** Default `localStorage`. */
  readonly storage?: KeyValueStorage;
}

/**
 * Keeps a cursor in `localStorage`, for events whose effect is harmless to repeat: after a crash between effect and `save`
 * the last event comes again (at least once). Two tabs with one key overwrite each other's cursor, so events may come
 * again, and with `sessionStorage` each tab has its own. For effects that must not repeat: `openCursorDatabase`.
 *
 * All three methods reject with the browser's own error: `SecurityError` where storage is blocked (also at creation, which
 * throws it), `QuotaExceededError` where it is full or, in private windows of some browsers, has no room at all. What was
 * kept before stays.
 */
export function localStorageCursors({ key, storage = localStorage }: LocalStorageCursorsOptions): CursorStore {
  const name = `sluice:cursor:${key}`;
  return {
    load: async () => storage.getItem(name),
    save: async (cursor) => storage.setItem(name, cursor),
    clear: async () => storage.removeItem(name),
  };
}
