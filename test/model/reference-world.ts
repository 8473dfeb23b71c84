import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { LogEvent } from '../../src/event/event.js';
import { deriveSchema } from '../../src/graphql/derive/derive.js';
import { ReferenceCache, type CacheSource, type Rows } from '../../src/reference/cache.js';
import { loaderKeyForm } from '../../src/reference/loader-source.js';

export const TTL = 100;
export const THINGS = ['a', 'b', 'c'] as const;
const GROUPS = ['x', 'y'] as const;

/**
 * ThingChanged names thing and group; ThingMoved names the thing only, by its topic's key; Swept names nothing; ThingMade
 * makes nothing out of date but that there was none.
 */
const { model } = deriveSchema([{ file: 'things.graphql', body: `
  union ThingEvent @topic(key: "thingId") = ThingMade | ThingChanged | ThingMoved | Noise
  union SweepEvent @topic(key: "sweepId") = Swept
  type ThingMade { thingId: ID!  thing: Thing @reference(by: "thingId") }
  type ThingChanged { thingId: ID!  group: ID!  thing: Thing @reference(by: "thingId", invalidatedBy: ["ThingChanged", "ThingMoved", "Swept"]) }
  type ThingMoved { thingId: ID! }
  type Noise { thingId: ID!  group: ID!  things: [Thing!]! @reference(by: "group", to: "group") }
  type Swept { sweepId: ID! }
  type Thing @entity(ttl: "${TTL}ms") { id: ID!  group: ID!  version: Int! }` }]);
const FORM = loaderKeyForm('ID');
const source = (name: string, to: string): CacheSource => ({ name, entity: 'Thing', to, key: 'id', toForm: FORM, keyForm: FORM, shared: false, ttl: model.entities.get('Thing')?.ttl ?? 0 });
const BY_ID = source('Thing.id', 'id');
const BY_GROUP = source('Thing.group[]', 'group');

/** One step; numbers are taken modulo what there is. */
export type Action =
  | { readonly do: 'commit'; readonly thing: number; readonly how: 'change' | 'regroup' | 'move' | 'sweep' | 'make' | 'noise' | 'erase'; readonly then: 'nothing' | 'append' | 'append and tail' }
  | { readonly do: 'append' | 'tail' }
  | { readonly do: 'read'; readonly list: boolean; readonly key: number; readonly back: number; readonly from: 'log' | 'ring' | 'mutation' | 'past'; readonly early: boolean }
  | { readonly do: 'look' | 'answer' | 'fail'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'jump' }
  | { readonly do: 'restore'; readonly to: number };

type Table = ReadonlyMap<string, { readonly group: string; readonly version: number }>;
interface Commit { readonly number: number; readonly things: readonly string[]; readonly groups: readonly string[]; readonly type: string; readonly payload: Record<string, unknown>; readonly after: Table }
interface Lookup { readonly list: boolean; readonly key: string; readonly began: number; rows: Rows | undefined; readonly resolve: (rows: Rows) => void; readonly reject: (error: Error) => void }
/** Of what was found: after which commit it was looked at, on which timeline, and when that began. */
interface Origin { readonly commit: number; readonly timeline: number; readonly began: number }

function find(table: Table, list: boolean, key: string): Rows {
  const found = [...table].filter(([id, each]) => (list ? each.group : id) === key).map(([id, { group, version }]) => ({ id, group, version }));
  return list ? found : (found[0] ?? null);
}

/** A database, its log, a gateway's tail with the real cache, and readers of all kinds whose lookups take their time. */
export class ReferenceWorld {
  readonly cache: ReferenceCache;
  readonly problems: string[] = [];
  served = 0;
  // Not 0: lru-cache takes that for no time at all.
  #now = 1;
  #commits = 0;
  #timeline = 0;
  #table: Table = new Map([['a', { group: 'x', version: 1 }], ['b', { group: 'y', version: 1 }]]);
  readonly #first = this.#table;
  /** The table after each commit. */
  readonly #states = new Map<number, Table>([[0, this.#table]]);
  #outbox: Commit[] = [];
  #log: Commit[] = [];
  #applied = 0;
  readonly #lookups: Lookup[] = [];
  readonly #origins = new WeakMap<object, Origin>();

  constructor(maxEntries: number) {
    this.cache = new ReferenceCache({
      model, sources: [BY_ID, BY_GROUP], maxEntries, maxBytes: 1_000_000, now: () => this.#now,
      observer: { served: () => (this.served += 1), missed: () => undefined, dropped: () => undefined },
    });
    this.cache.reset(0, 'epoch 0');
  }

  async run(actions: readonly Action[]): Promise<readonly string[]> {
    for (const action of actions) {
      this.#step(action);
      await turn();
    }
    for (const lookup of this.#lookups.splice(0)) this.#answer(lookup);
    await turn();
    return this.problems;
  }

  #step(action: Action): void {
    const { cache } = this;
    switch (action.do) {
      case 'commit':
        this.#commit(THINGS[action.thing % THINGS.length] ?? 'a', action.how);
        if (action.then !== 'nothing') this.#log.push(...this.#outbox.splice(0));
        while (action.then === 'append and tail' && this.#applied < this.#log.length) this.#tail();
        return;
      case 'append': return void this.#log.push(...this.#outbox.splice(0, 1));
      case 'tail': return this.#tail();
      case 'read': return this.#read(action);
      case 'look': {
        const lookup = this.#lookups[action.which % (this.#lookups.length || 1)];
        if (lookup !== undefined) lookup.rows ??= this.#look(lookup);
        return;
      }
      case 'answer': case 'fail': {
        const [lookup] = this.#lookups.splice(action.which % (this.#lookups.length || 1), 1);
        if (lookup === undefined) return;
        return action.do === 'answer' ? this.#answer(lookup) : lookup.reject(new Error('the source failed'));
      }
      case 'wait':
        this.#now += action.ms;
        return;
      case 'jump':
        // Retention has overtaken the tail: events pass that it never sees.
        this.#applied = this.#log.length;
        return cache.reset(this.#applied, this.#epoch);
      case 'restore': {
        this.#log = this.#log.slice(0, action.to % (this.#log.length + 1));
        this.#table = this.#log.at(-1)?.after ?? this.#first;
        this.#states.set(this.#commits, this.#table);
        this.#outbox = [];
        this.#timeline += 1;
        this.#applied = Math.min(this.#applied, this.#log.length);
        return cache.reset(this.#applied, this.#epoch);
      }
    }
  }

  #tail(): void {
    const next = this.#log[this.#applied];
    if (next === undefined) return;
    this.#applied += 1;
    this.cache.apply(this.#event(next, this.#applied));
  }

  get #epoch(): string {
    return `epoch ${this.#timeline}`;
  }

  #commit(thing: string, how: string): void {
    const before = this.#table;
    const own = before.get(thing);
    const after = new Map(before);
    const group = GROUPS[this.#commits % 2] ?? 'x';
    const commit = (type: string, things: readonly string[], payload: Record<string, unknown>): void => {
      this.#commits += 1;
      this.#table = after;
      this.#states.set(this.#commits, after);
      const groups = things.flatMap((each) => [before.get(each)?.group, after.get(each)?.group]).filter((each) => each !== undefined);
      // Of a thing that was made, only that it is there is promised, not that lists have it.
      this.#outbox.push({ number: this.#commits, things, groups: type === 'ThingMade' ? [] : groups, type, payload, after });
    };
    if (how === 'noise') return commit('Noise', [], { thingId: thing, group: 'x' });
    if (how === 'erase') return commit('KeyErased', [], { topic: 'ThingEvent', key: thing });
    if (how === 'sweep') {
      for (const [id, row] of before) after.set(id, { ...row, version: row.version + 1 });
      return commit('Swept', [...before.keys()], { sweepId: 's' });
    }
    if ((how === 'make') !== (own === undefined)) return;
    after.set(thing, { group: how === 'change' ? (own?.group ?? group) : how === 'make' ? group : own?.group === 'x' ? 'y' : 'x', version: (own?.version ?? 0) + 1 });
    if (how === 'make') return commit('ThingMade', [thing], { thingId: thing });
    // A thing that is regrouped names its new group only.
    return how === 'move' ? commit('ThingMoved', [thing], { thingId: thing }) : commit('ThingChanged', [thing], { thingId: thing, group: after.get(thing)?.group });
  }

  #read(action: Action & { readonly do: 'read' }): void {
    const key = (action.list ? GROUPS : THINGS)[action.key % (action.list ? GROUPS.length : THINGS.length)] ?? 'a';
    const end = action.from === 'ring' ? this.#applied : this.#log.length;
    const position = Math.max(0, end - action.back);
    if (action.from === 'past') {
      // A batch of before the restore, which goes further than the log does now.
      const view = { epoch: `epoch ${this.#timeline - 1}`, position: position + 3 };
      void Promise.resolve(this.cache.read(BY_ID, 'shop', key, view, async () => null));
      return;
    }
    const view = action.from === 'mutation' ? null : { epoch: this.#epoch, position };
    // A mutation sees its own commit, in the log or not; an event sees what was changed with it and with those before it.
    const concerns = this.#log.slice(0, position).filter((each) => (action.list ? each.groups : each.things).includes(key));
    const required = view === null ? this.#commits : (concerns.at(-1)?.number ?? 0);
    const exists = this.#log.slice(0, position).at(-1)?.after.has(key) === true;
    const timeline = this.#timeline;
    const asked = this.#now;
    const check = (rows: Rows, kept: boolean): void => {
      const who = `${action.from} at ${position} asked for ${key}`;
      // Its lookup may have seen what was restored since.
      if (timeline !== this.#timeline) return;
      if (rows === null) {
        if (view !== null && exists) this.problems.push(`${who}: nothing, but it was made before`);
        return;
      }
      const origin = this.#origins.get(rows);
      if (origin === undefined) throw new Error('rows from nowhere');
      // What was looked at earlier may be as it is now: a thing has come and gone.
      const same = [...this.#states].some(([number, table]) => number >= required && isDeepStrictEqual(rows, find(table, action.list, key)));
      if (origin.commit < required && !same) this.problems.push(`${who}: as of commit ${origin.commit}, but ${required} came before`);
      if (kept && origin.timeline !== timeline) this.problems.push(`${who}: of a past that is gone`);
      if (kept && asked - origin.began > TTL) this.problems.push(`${who}: ${asked - origin.began} ms old`);
    };
    const found = this.cache.read(action.list ? BY_GROUP : BY_ID, 'shop', key, view, () => new Promise((resolve, reject) => {
      const lookup: Lookup = { list: action.list, key, began: this.#now, rows: undefined, resolve, reject };
      if (action.early) lookup.rows = this.#look(lookup);
      this.#lookups.push(lookup);
    }));
    if (found instanceof Promise) found.then((rows) => check(rows, false), () => undefined);
    else check(found, true);
  }

  /** What the source has at this moment. */
  #look({ list, key, began }: Lookup): Rows {
    const rows = find(this.#table, list, key);
    if (rows !== null) this.#origins.set(rows, { commit: this.#commits, timeline: this.#timeline, began });
    return rows;
  }

  #answer(lookup: Lookup): void {
    lookup.resolve(lookup.rows === undefined ? this.#look(lookup) : lookup.rows);
  }

  #event(commit: Commit, position: number): LogEvent {
    const moment = new Date(0);
    const erased = commit.type === 'KeyErased';
    return {
      position, epoch: this.#epoch, id: String(commit.number), tenant: 'shop', topic: erased ? '_sluice' : 'ThingEvent', type: commit.type, key: String(commit.payload['thingId'] ?? ''),
      version: 1, payload: commit.payload, occurredAt: moment, recordedAt: moment, correlationId: null, causationId: null, traceparent: null, size: 0,
    };
  }
}
