import { LRUCache } from 'lru-cache';
import type { LogEvent } from '../event/event.js';
import { erasureOf } from '../event/internal.js';
import type { EventModel } from '../event/model.js';
import { rulesFor, type RowsBy, type Rule } from './invalidation.js';
import type { Row } from './row.js';
import { sizeOf } from './size.js';

/** What one key finds. */
export type Rows = Row | readonly Row[] | null;

/** What is kept apart: rows of an entity as one of its fields finds them, one or a list. */
export interface CacheSource extends RowsBy {
  /** Tells it from all others. */
  readonly name: string;
  /** Milliseconds for which rows may be used again; 0: they are not kept. */
  readonly ttl: number;
  /** The same rows for every tenant: kept once, and out of date after an event of any. */
  readonly shared: boolean;
}

/** For whom rows are read: everything up to `position` in this epoch is in the log, and the reader may know it. */
export interface View {
  readonly epoch: string;
  readonly position: number;
}

/** Told of everything, by entity. */
export interface CacheObserver {
  /** Rows were served, `ageMs` after the lookup that found them began. */
  served(entity: string, ageMs: number): void;
  /** Rows had to be looked up: nothing was kept; the reader is ahead of the events that this gateway knows; or such a lookup was under way, and was joined. */
  missed(entity: string, why: 'absent' | 'ahead' | 'joined'): void;
  /** Rows left: an event made them out of date; their time was up; for want of room. `refused`: they were not kept, since an event came during the lookup. */
  dropped(entity: string, why: 'invalidated' | 'expired' | 'evicted' | 'refused'): void;
}

export interface CacheLimits {
  /** What is kept at most, lookups that found nothing included; past either bound the least recently used leave. */
  readonly maxEntries: number;
  /** By estimate. A list that alone needs more than an eighth of it is not kept. */
  readonly maxBytes: number;
  readonly observer: CacheObserver;
}

export interface CacheOptions extends CacheLimits {
  readonly model: EventModel;
  readonly sources: readonly CacheSource[];
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Rows by one source for one tenant, or, of a shared source, for all. */
interface Shelf {
  readonly name: string;
  readonly source: CacheSource;
  /** Null: all. */
  readonly tenant: string | null;
  readonly loading: Map<string, Load[]>;
  /** Where a row is, by its own key, when that is not what finds it. */
  readonly holders: Map<string, Set<string>>;
  /** What was read before this position is out of date. */
  floor: number;
  /** What was being read before this position may be. */
  loadFloor: number;
}

/** A lookup that has begun. */
interface Load {
  readonly shelf: Shelf;
  readonly key: string;
  /** It sees whatever was committed with the events up to here. */
  readonly known: number;
  readonly number: number;
  readonly began: number;
  readonly generation: number;
  /** An event behind `known` has made out of date what it may have seen, or only that it may have found nothing. */
  outdated: 'no' | 'if empty' | 'yes';
  result: Promise<Rows>;
}

interface Entry extends Pick<Load, 'shelf' | 'known' | 'number' | 'began'> {
  readonly rows: Rows;
  readonly rowKeys: readonly string[];
}

/** Sources times tenants; past it everything is forgotten. */
const MAX_SHELVES = 10_000;
/** Bytes of an entry beside its rows. */
const ENTRY = 300;

/**
 * Reference data that was looked up, for further events. No event shows a row as it was before an earlier event that made
 * it out of date: an entry is good for the events up to the last that was known to be in the log when its lookup began, and
 * for those behind it up to which the gateway has read the log without finding that the entry is out of date. A reader
 * ahead of that gets a lookup of its own. A lookup that an event overtakes answers those who asked before, and is not kept.
 *
 * `apply` must be told of every event, in log order, before anybody is given the event from memory.
 */
export class ReferenceCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #rules: ReadonlyMap<string, ReadonlyMap<CacheSource, Rule>>;
  readonly #observer: CacheObserver;
  readonly #now: () => number;
  #shelves = new Map<string, Shelf>();
  #generation = 0;
  #loads = 0;
  #epoch = '';
  /** The last position whose event was applied, and the last that is known to be in the log. */
  #applied = 0;
  #seen = 0;

  constructor(options: CacheOptions) {
    this.#observer = options.observer;
    this.#now = options.now ?? (() => performance.now());
    this.#entries = new LRUCache<string, Entry>({
      max: options.maxEntries,
      maxSize: options.maxBytes,
      maxEntrySize: Math.max(1, Math.floor(options.maxBytes / 8)),
      perf: { now: this.#now },
      ttlResolution: 0,
      dispose: (entry, key, reason) => {
        for (const row of entry.rowKeys) forget(entry.shelf.holders, row, key);
        if (reason === 'evict') this.#observer.dropped(entry.shelf.source.entity, 'evicted');
        else if (reason === 'expire') this.#observer.dropped(entry.shelf.source.entity, 'expired');
        else if (reason === 'delete') this.#observer.dropped(entry.shelf.source.entity, 'invalidated');
      },
    });
    const rules = new Map<string, Map<CacheSource, Rule>>();
    for (const source of options.sources) {
      for (const [type, rule] of rulesFor(options.model, source)) rules.set(type, (rules.get(type) ?? new Map<CacheSource, Rule>()).set(source, rule));
    }
    this.#rules = rules;
  }

  /** Entries kept, and their bytes by estimate. */
  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
  }

  /** Begins anew after this position of this epoch: what was read before may be of another past, or miss events. */
  reset(position: number, epoch: string): void {
    this.#forgetAll();
    this.#epoch = epoch;
    this.#applied = position;
    this.#seen = position;
  }

  /** The next event of the log. */
  apply(event: LogEvent): void {
    this.#applied = event.position;
    this.#seen = Math.max(this.#seen, event.position);
    if (erasureOf(event) !== null) {
      this.#forgetTenant(event.tenant, event.position);
      return;
    }
    for (const [source, rule] of this.#rules.get(event.type) ?? []) {
      const shelf = this.#shelves.get(shelfName(source, event.tenant));
      if (shelf !== undefined) this.#outdate(shelf, rule, event);
    }
  }

  /**
   * The rows that `key` finds, at once when they are kept and good for `view`; otherwise `look` looks them up, and they are
   * kept. With no view they are looked up in any case. `key` is written as `toForm` says. An error is not kept.
   */
  read(source: CacheSource, tenant: string, key: string, view: View | null, look: () => Promise<Rows>): Rows | Promise<Rows> {
    if (source.ttl === 0 || (view !== null && view.epoch !== this.#epoch)) return look();
    const shelf = this.#shelf(source, tenant);
    if (view !== null) {
      this.#seen = Math.max(this.#seen, view.position);
      const entry = this.#entry(shelf, key);
      if (entry !== undefined && this.#good(entry, view)) {
        this.#observer.served(source.entity, this.#now() - entry.began);
        return entry.rows;
      }
      const joined = shelf.loading.get(key)?.findLast((load) => load.outdated === 'no' && this.#keeps(load) && this.#good(load, view));
      this.#observer.missed(source.entity, joined !== undefined ? 'joined' : entry !== undefined ? 'ahead' : 'absent');
      if (joined !== undefined) return joined.result;
    }
    return this.#load(shelf, key, look);
  }

  /** Whether no event that matters can lie between what was seen and what the reader may know. */
  #good(read: { readonly known: number }, view: View): boolean {
    return view.position <= Math.max(read.known, this.#applied);
  }

  #entry(shelf: Shelf, key: string): Entry | undefined {
    const entry = this.#entries.get(entryName(shelf, key));
    if (entry === undefined || entry.known >= shelf.floor) return entry;
    this.#entries.delete(entryName(shelf, key));
    return undefined;
  }

  #load(shelf: Shelf, key: string, look: () => Promise<Rows>): Promise<Rows> {
    const load: Load = {
      shelf, key, known: this.#seen, number: (this.#loads += 1), began: this.#now(), generation: this.#generation, outdated: 'no',
      result: Promise.resolve(null),
    };
    const others = shelf.loading.get(key);
    if (others === undefined) shelf.loading.set(key, [load]);
    else others.push(load);
    const end = (): void => {
      const left = shelf.loading.get(key)?.filter((each) => each !== load) ?? [];
      if (left.length === 0) shelf.loading.delete(key);
      else shelf.loading.set(key, left);
    };
    load.result = look().then(
      (rows) => {
        end();
        this.#keep(load, rows);
        return rows;
      },
      (error: unknown) => {
        end();
        throw error;
      },
    );
    return load.result;
  }

  #keeps(load: Load): boolean {
    return load.generation === this.#generation && load.known >= load.shelf.floor && load.known >= load.shelf.loadFloor;
  }

  #keep(load: Load, rows: Rows): void {
    const { shelf, key } = load;
    const { source } = shelf;
    const found = rows === null ? [] : rows instanceof Array ? rows : [rows];
    if (load.outdated === 'yes' || (load.outdated === 'if empty' && found.length === 0) || !this.#keeps(load)) {
      this.#observer.dropped(source.entity, 'refused');
      return;
    }
    const name = entryName(shelf, key);
    // A lookup that began later has seen more.
    if ((this.#entries.peek(name)?.number ?? 0) > load.number) return;
    // An event that refers to a row makes it known that there is one: where it cannot be told which, nothing may stand for it.
    if (found.length === 0 && !source.toForm.exact) return;
    const rowKeys = source.to === source.key ? [] : found.flatMap((row) => source.keyForm.write(String(row[source.key])) ?? []);
    // The cache refuses a size that is infinite with an error; one above every bound it does not keep.
    const size = Math.min(ENTRY + name.length * 2 + sizeOf(rows), Number.MAX_SAFE_INTEGER);
    this.#entries.set(name, { shelf, known: load.known, number: load.number, began: load.began, rows, rowKeys }, { ttl: source.ttl, start: load.began, size });
    if (!this.#entries.has(name)) return;
    for (const row of rowKeys) shelf.holders.set(row, (shelf.holders.get(row) ?? new Set()).add(name));
  }

  #outdate(shelf: Shelf, rule: Rule, event: LogEvent): void {
    const affected = rule(event);
    if (affected === 'all') {
      shelf.floor = event.position;
      return;
    }
    for (const key of affected.values) this.#drop(shelf, key, event.position);
    for (const key of affected.mentioned) this.#drop(shelf, key, event.position, true);
    if (affected.rows.length === 0) return;
    // Nobody knows yet which rows a lookup under way will find.
    shelf.loadFloor = event.position;
    for (const row of affected.rows) {
      for (const name of [...(shelf.holders.get(row) ?? [])]) this.#delete(name, event.position);
    }
  }

  #drop(shelf: Shelf, key: string, position: number, ifEmpty = false): void {
    this.#delete(entryName(shelf, key), position, ifEmpty);
    for (const load of shelf.loading.get(key) ?? []) {
      if (load.known < position && load.outdated !== 'yes') load.outdated = ifEmpty ? 'if empty' : 'yes';
    }
  }

  #delete(name: string, position: number, ifEmpty = false): void {
    const entry = this.#entries.peek(name);
    if (entry === undefined || entry.known >= position) return;
    if (!ifEmpty || entry.rows === null || (entry.rows instanceof Array && entry.rows.length === 0)) this.#entries.delete(name);
  }

  #shelf(source: CacheSource, tenant: string): Shelf {
    const name = shelfName(source, tenant);
    const known = this.#shelves.get(name);
    if (known !== undefined) return known;
    if (this.#shelves.size >= MAX_SHELVES) this.#forgetAll();
    const made: Shelf = { name, source, tenant: source.shared ? null : tenant, loading: new Map(), holders: new Map(), floor: 0, loadFloor: 0 };
    this.#shelves.set(name, made);
    return made;
  }

  #forgetTenant(tenant: string, position: number): void {
    const concerned = (shelf: Shelf): boolean => shelf.tenant === tenant || shelf.tenant === null;
    for (const shelf of this.#shelves.values()) if (concerned(shelf)) shelf.floor = position;
    // At once, not when they are next asked for: what was erased shall not lie about in memory. The walk below passes over what has expired.
    this.#entries.purgeStale();
    for (const [name, entry] of [...this.#entries.entries()]) if (concerned(entry.shelf)) this.#entries.delete(name);
  }

  #forgetAll(): void {
    this.#entries.clear();
    this.#shelves = new Map();
    this.#generation += 1;
  }
}

/** No tenant's name begins with NUL, which Postgres does not store. */
const shelfName = (source: CacheSource, tenant: string): string => `${source.name}\0${source.shared ? '\0' : tenant}`;
const entryName = (shelf: Shelf, key: string): string => `${shelf.name}\0${key}`;

function forget(holders: Map<string, Set<string>>, row: string, name: string): void {
  const names = holders.get(row);
  names?.delete(name);
  if (names?.size === 0) holders.delete(row);
}
