import type { Revocation } from '../event/internal.js';
import type { LiveSession } from './auth.js';
import type { Principal } from './principal.js';
import { refusal } from './refusal.js';
import { handleOf, handlesOf, type Revocations } from './revocations.js';
import { endOf, type Session, type SessionEnd } from './session.js';

/** Milliseconds between two looks for sessions that have expired: how late their end is noticed. */
const TICK = 100;

interface Entry {
  principal: Principal;
  version: number;
  readonly ended: AbortController;
  handles: readonly string[];
  /** The tick at which it expires; null: never, or it is over. */
  tick: number | null;
}

/**
 * The sessions of all requests and connections. One timer serves all, by the tick in which each expires; what a revocation
 * hits is found by its handle. Holds what is open, and nothing of what was closed.
 */
export class LiveSessions {
  readonly #revocations: Revocations;
  readonly #now: () => number;
  readonly #open = new Set<Entry>();
  readonly #ticks = new Map<number, Set<Entry>>();
  readonly #handles = new Map<string, Set<Entry>>();
  readonly #timer: NodeJS.Timeout;
  /** Ticks up to here have been served. */
  #served: number;

  /** `now`: milliseconds since 1970. */
  constructor(revocations: Revocations, now: () => number) {
    this.#revocations = revocations;
    this.#now = now;
    this.#served = Math.floor(now() / TICK);
    this.#timer = setInterval(() => this.expire(), TICK);
    this.#timer.unref();
  }

  /** Sessions that are open, and entries kept to find them. */
  get sizes(): { readonly open: number; readonly ticks: number; readonly handles: number } {
    return { open: this.#open.size, ticks: this.#ticks.size, handles: this.#handles.size };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  open(principal: Principal): LiveSession {
    const entry: Entry = { principal, version: 0, ended: new AbortController(), handles: [], tick: null };
    this.#open.add(entry);
    this.#enter(entry);
    const session: Session = {
      get principal() { return entry.principal; },
      get version() { return entry.version; },
      ended: entry.ended.signal,
    };
    return Object.assign(session, { renew: (next: Principal) => this.#renew(entry, next), close: () => this.#close(entry) });
  }

  /** Ends those that this revocation hits; it is among the revocations already. */
  revoke(revocation: Revocation): void {
    for (const entry of [...this.#handles.get(handleOf(revocation)) ?? []]) {
      if (this.#revocations.hits(entry.principal)) this.#end(entry, 'revoked');
    }
  }

  /** Ends those whose time has come. */
  expire(): void {
    const reached = Math.floor(this.#now() / TICK);
    // After a suspension there may be more ticks than sessions.
    const due = reached - this.#served > this.#ticks.size
      ? [...this.#ticks.keys()].filter((tick) => tick <= reached)
      : Array.from({ length: Math.max(0, reached - this.#served) }, (_, index) => this.#served + 1 + index);
    this.#served = reached;
    for (const tick of due) for (const entry of [...this.#ticks.get(tick) ?? []]) this.#end(entry, 'expired');
  }

  #renew(entry: Entry, next: Principal): void {
    if (entry.ended.signal.aborted) throw refusal(endOf(entry.ended.signal));
    const { kind, name, tenant } = entry.principal;
    if (next.kind !== kind || next.name !== name || next.tenant !== tenant) throw refusal('invalid', 'a session was to be renewed as somebody else');
    if (!this.#open.has(entry)) return;
    this.#leave(entry);
    entry.principal = next;
    entry.version += 1;
    this.#enter(entry);
  }

  #close(entry: Entry): void {
    this.#leave(entry);
    this.#open.delete(entry);
  }

  #end(entry: Entry, reason: SessionEnd): void {
    this.#leave(entry);
    entry.ended.abort(reason);
  }

  #enter(entry: Entry): void {
    const { principal } = entry;
    if (principal.expiresAt !== null && principal.expiresAt <= this.#now()) return this.#end(entry, 'expired');
    if (this.#revocations.hits(principal)) return this.#end(entry, 'revoked');
    entry.handles = handlesOf(principal);
    for (const handle of entry.handles) gather(this.#handles, handle, entry);
    if (principal.expiresAt === null) return;
    // A clock that was set back comes by these ticks once more.
    this.#served = Math.min(this.#served, Math.floor(this.#now() / TICK));
    entry.tick = Math.max(Math.ceil(principal.expiresAt / TICK), this.#served + 1);
    gather(this.#ticks, entry.tick, entry);
  }

  /** Undoes `enter`. */
  #leave(entry: Entry): void {
    for (const handle of entry.handles) drop(this.#handles, handle, entry);
    entry.handles = [];
    if (entry.tick !== null) drop(this.#ticks, entry.tick, entry);
    entry.tick = null;
  }
}

function gather<K>(map: Map<K, Set<Entry>>, key: K, entry: Entry): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([entry]));
  else set.add(entry);
}

function drop<K>(map: Map<K, Set<Entry>>, key: K, entry: Entry): void {
  const set = map.get(key);
  set?.delete(entry);
  if (set?.size === 0) map.delete(key);
}
