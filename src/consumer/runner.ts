import type { Logger } from 'pino';
import { pause } from '../base/signal.js';
import { isUnavailable } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import type { Hub } from '../hub/hub.js';
import type { LogReader } from '../stream/log-reader.js';
import { itemsOf, type Deliver, type DeliverOptions } from './delivery/deliver.js';
import { isLost } from './delivery/exactly-once.js';
import { handleDue } from './due.js';
import { Feed } from './feed.js';
import type { Item } from './item.js';
import { PauseConsumer } from './outcome.js';
import { Rate } from './rate.js';
import { SLOTS } from './slot-of.js';
import { Slot, type Take } from './slot.js';
import type { ConsumerSpec } from './spec.js';
import { finishConsumer, noteLost, pauseConsumer, type Beat, type Control } from './store/consumers.js';
import { readLines, readParked } from './store/parked.js';
import { advance, FencedError, giveSlots, takeSlots, type Progress } from './store/slots.js';
import { readDue } from './store/state.js';
import type { Batch, Result } from './work.js';

/** What is told about the work of a consumer, for metrics. */
export interface ConsumerObserver {
  /** A batch was committed. `delays`: milliseconds from recording to then, one for each event that was delivered. */
  onBatch(consumer: string, batch: { readonly delivered: number; readonly skipped: number; readonly failures: number; readonly dead: number; readonly ms: number; readonly delays: readonly number[] }): void;
  /** A batch came to nothing, and is done again. */
  onRedone(consumer: string, reason: 'fenced' | 'unavailable' | 'failed'): void;
}

export interface RunnerOptions {
  readonly spec: ConsumerSpec;
  readonly endPosition: number | null;
  readonly gatewayId: string;
  /** Short questions. */
  readonly pool: Pool;
  readonly hub: Hub;
  readonly reader: LogReader;
  readonly log: Logger;
  readonly observer: ConsumerObserver;
  readonly deliver: Deliver;
  readonly deliverOptions: DeliverOptions;
  /** Aborts attempts; `deliverOptions.signal` is its. */
  readonly aborting: AbortController;
  /** What was emitted is in the outbox. */
  onEmitted(): void;
}

/** Milliseconds between checkpoints of slots that have nothing to do: retention and due states wait for them. */
const IDLE_CHECKPOINT = 5_000;
const IDLE_CHECKPOINT_WITH_DUE = 500;
/** Milliseconds before a batch that came to nothing is tried again, at first and at most. */
const REDO_FIRST = 50;
const REDO_MOST = 2_000;
/** Feeds of a consumer: slots that fall behind alone are fed alone. Past it the others wait for them. */
const MAX_FEEDS = 8;

/**
 * A consumer on this gateway: the slots it has here, what feeds them, and the batches under way. Everything that is true of it is
 * in the database; this is memory, and may be thrown away at any moment.
 */
export class Runner {
  readonly spec: ConsumerSpec;
  readonly #options: RunnerOptions;
  readonly #slots = new Map<number, Slot>();
  readonly #feeds = new Map<Feed, { readonly ended: Promise<void>; readonly stop: AbortController }>();
  readonly #running = new Set<Promise<void>>();
  readonly #delivered = new Rate(10);
  readonly #failed = new Rate(10);
  #status: Control['status'] = 'paused';
  #revision = 0;
  #stopping = false;
  /** Nothing is begun before this moment. */
  #heldUntil = 0;
  #redoIn = REDO_FIRST;
  /** Events that go alone, since something of a batch could not be committed, and nobody knows of which. */
  #alone = 0;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #idleAt = 0;
  #controlling: Promise<void> | undefined;

  constructor(options: RunnerOptions) {
    this.spec = options.spec;
    this.#options = options;
  }

  /** What it tells the others with its next sign of life. */
  beat(): Beat {
    const now = Date.now();
    const { head } = this.#options.hub;
    let events = 0;
    let oldest = now;
    for (const slot of this.#slots.values()) {
      events += slot.queued + slot.parked;
      if (slot.oldest !== undefined) oldest = Math.min(oldest, slot.oldest.event.recordedAt.getTime());
    }
    for (const feed of this.#feeds.keys()) {
      if (feed.position >= head) continue;
      events += head - feed.position;
      if (feed.lastRecorded > 0) oldest = Math.min(oldest, feed.lastRecorded);
    }
    return { name: this.spec.name, deliveredPerSecond: this.#delivered.perSecond(now), failedPerSecond: this.#failed.perSecond(now), lagEvents: events, lagMs: events === 0 ? 0 : now - oldest };
  }

  /** What has been decided, and who else works for the consumer: takes and gives slots accordingly. One call at a time. */
  control(control: Control): Promise<void> {
    this.#controlling ??= this.#control(control).finally(() => {
      this.#controlling = undefined;
    });
    return this.#controlling;
  }

  /** Whatever is in memory may be of another past: it is read anew. */
  forget(): void {
    for (const slot of [...this.#slots.values()]) this.#drop(slot);
  }

  /** Resolves when the batches that are under way now have ended. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running]);
  }

  /** Ends what it does: no batch is begun; those under way have `ms` to end, then their attempts are aborted. Slots are free afterwards. */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const over = new AbortController();
    const late = pause(ms, over.signal).then(() => over.signal.aborted || this.#options.aborting.abort());
    await this.#controlling;
    await Promise.all([...this.#running]);
    over.abort();
    await late;
    for (const { stop } of this.#feeds.values()) stop.abort();
    for (const feed of this.#feeds.keys()) feed.worked();
    await Promise.all([...this.#feeds.values()].map(({ ended }) => ended));
    const held = [...this.#slots.keys()];
    this.#slots.clear();
    if (held.length > 0) await this.#options.pool.ask((sql) => giveSlots(sql, this.spec.name, this.#options.gatewayId, held));
  }

  async #control({ status, revision, members }: Control): Promise<void> {
    const { pool, gatewayId } = this.#options;
    const { name } = this.spec;
    if (this.#stopping) return;
    this.#status = status;
    if (revision !== this.#revision) {
      this.#revision = revision;
      const rows = await pool.ask((sql) => sql<{ slot: number; fence: string }[]>`SELECT slot, fence FROM sluice.consumer_slots WHERE consumer = ${name} AND owner = ${gatewayId}`);
      const fences = new Map(rows.map((row) => [row.slot, Number(row.fence)]));
      for (const slot of [...this.#slots.values()]) {
        if (fences.get(slot.index) === slot.fence) slot.stale = true;
        else this.#drop(slot);
      }
    }
    const mine = members.indexOf(gatewayId);
    const wanted = mine < 0 ? [] : Array.from({ length: SLOTS }, (_, index) => index).filter((index) => index % members.length === mine);
    for (const slot of this.#slots.values()) slot.leaving = !wanted.includes(slot.index);
    await this.#give();
    await this.#take(wanted.filter((index) => !this.#slots.has(index)));
    await this.#refresh();
    this.#pump();
  }

  async #give(): Promise<void> {
    const { pool, gatewayId } = this.#options;
    const free = [...this.#slots.values()].filter((slot) => slot.leaving && !slot.busy);
    if (free.length === 0) return;
    for (const slot of free) this.#drop(slot);
    await pool.ask((sql) => giveSlots(sql, this.spec.name, gatewayId, free.map((slot) => slot.index)));
  }

  async #take(wanted: readonly number[]): Promise<void> {
    const { pool, gatewayId } = this.#options;
    if (wanted.length === 0) return;
    const taken = (await pool.ask((sql) => takeSlots(sql, this.spec.name, gatewayId, wanted))).map((each) => new Slot(each));
    if (taken.length === 0) return;
    for (const slot of taken) {
      slot.stale = true;
      this.#slots.set(slot.index, slot);
    }
    this.#feed(taken);
  }

  /** Reads what is parked in slots of which that is not known. */
  async #refresh(): Promise<void> {
    const { pool } = this.#options;
    const stale = [...this.#slots.values()].filter((slot) => slot.stale && !slot.busy);
    if (stale.length === 0) return;
    const indices = stale.map((slot) => slot.index);
    const lines = await pool.ask((sql) => readLines(sql, this.spec.name, indices));
    const due = !this.#isTimed ? new Map<number, number>() : await pool.ask((sql) => readDue(sql, this.spec.name, indices));
    for (const slot of stale) {
      slot.setLines(lines.filter((each) => each.slot === slot.index));
      slot.due = due.get(slot.index) ?? null;
      slot.stale = false;
    }
  }

  #feed(slots: readonly Slot[]): void {
    const { spec, hub, reader, log, endPosition } = this.#options;
    const stop = new AbortController();
    const feed: Feed = new Feed({
      spec, hub, reader, log, endPosition, signal: stop.signal,
      onFed: () => {
        this.#merge(feed);
        this.#pump();
      },
      onLost: async (from, upto) => {
        const lost = await this.#options.pool.ask((sql) => noteLost(sql, spec.name, from, upto));
        log.error({ consumer: spec.name, from, upto, lost }, 'retention has dropped events that a consumer had not read (LAGGED): it goes on with what is left');
      },
      onStuck: (slot) => {
        if (this.#feeds.size >= MAX_FEEDS) return false;
        this.#feed([slot]);
        return true;
      },
      onChange: () => this.#pump(),
    }, slots);
    const ended = feed.run().finally(() => this.#feeds.delete(feed));
    this.#feeds.set(feed, { ended, stop });
  }

  /** Two feeds that have come to the same place go on as one. */
  #merge(feed: Feed): void {
    for (const [other, { stop }] of this.#feeds) {
      if (other === feed || other.position !== feed.position) continue;
      for (const [index, slot] of other.slots) feed.slots.set(index, slot);
      other.slots.clear();
      stop.abort();
    }
  }

  #drop(slot: Slot): void {
    if (this.#slots.get(slot.index) === slot) this.#slots.delete(slot.index);
    slot.leaving = true;
    for (const [feed, { stop }] of this.#feeds) {
      if (feed.slots.get(slot.index) !== slot) continue;
      feed.slots.delete(slot.index);
      if (feed.slots.size === 0) stop.abort();
    }
  }

  /** Its states may have something to do by themselves. */
  get #isTimed(): boolean {
    return this.spec.onDue !== null && this.spec.state?.dueAt !== undefined;
  }

  get #stalled(): boolean {
    let parked = 0;
    for (const slot of this.#slots.values()) parked += slot.parked;
    return parked >= this.spec.maxParked;
  }

  /** Begins what can be begun. */
  #pump(): void {
    const now = Date.now();
    if (this.#stopping || this.#status !== 'running' || now < this.#heldUntil) {
      if (this.#status === 'running') this.#wakeAt(this.#heldUntil);
      return;
    }
    const stalled = this.#stalled;
    while (this.#running.size < this.spec.partitions) {
      const takes = this.#takes(now, stalled);
      if (takes.length === 0) break;
      this.#start(this.#work(takes));
    }
    for (const slot of this.#slots.values()) {
      if (this.#running.size >= this.spec.partitions) break;
      if (!slot.busy && !slot.stale && !slot.leaving && slot.due !== null && slot.watermark !== null && slot.due <= slot.watermark) {
        slot.busy = true;
        this.#start(this.#due(slot));
      }
    }
    this.#checkpointIdle(now);
    let retryAt = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots.values()) if (slot.retryAt !== null && !slot.busy) retryAt = Math.min(retryAt, slot.retryAt);
    this.#wakeAt(retryAt);
  }

  #takes(now: number, stalled: boolean): Take[] {
    const ready: Slot[] = [];
    for (let step = 0; step < SLOTS; step += 1) {
      const slot = this.#slots.get((this.#turn + step) % SLOTS);
      if (slot?.isReady(now, stalled) === true) ready.push(slot);
    }
    // So many that every batch that may be under way has its share.
    const share = Math.ceil(ready.length / Math.max(1, this.spec.partitions - this.#running.size));
    const takes: Take[] = [];
    let room = this.#alone > 0 ? 1 : this.spec.batch;
    for (const slot of ready.slice(0, share)) {
      if (room <= 0) break;
      const take = slot.take(room, now, stalled);
      room -= take.parked.length + take.items.length;
      slot.busy = true;
      takes.push(take);
      this.#turn = (slot.index + 1) % SLOTS;
    }
    return takes;
  }

  #start(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => {
      this.#running.delete(work);
      this.#pump();
    });
  }

  async #work(takes: readonly Take[]): Promise<void> {
    const { observer, log, pool } = this.#options;
    const { name } = this.spec;
    const began = performance.now();
    try {
      const result = await this.#deliver({ takes, parked: await this.#loadParked(takes) });
      this.#redoIn = REDO_FIRST;
      this.#alone = Math.max(0, this.#alone - 1);
      this.#settle(takes, result);
      const now = Date.now();
      this.#delivered.add(result.delivered.length, now);
      this.#failed.add(result.failures, now);
      observer.onBatch(name, {
        delivered: result.delivered.length, skipped: result.progress.reduce((sum, each) => sum + each.skipped, 0), failures: result.failures, dead: result.dead,
        ms: performance.now() - began, delays: result.delivered.map(({ event }) => Math.max(0, now - event.recordedAt.getTime())),
      });
      if (result.emits.length > 0) this.#options.onEmitted();
      if (result.dead > 0) log.error({ consumer: name, dead: result.dead, events: result.parks.concat(result.reparks).filter((each) => each.status === 'dead').slice(0, 5).map((each) => ({ id: each.event.id, error: each.error })) }, 'events became dead letters');
      if (result.stop instanceof PauseConsumer) {
        const { message } = result.stop;
        this.#status = 'paused';
        await pool.ask((sql) => pauseConsumer(sql, name, message));
        log.error({ consumer: name, reason: message }, 'a consumer is paused');
      } else if (result.stop !== null) {
        this.#hold(result.stop.ms);
      }
    } catch (error) {
      this.#redo(takes, error);
    } finally {
      for (const { slot } of takes) slot.busy = false;
      for (const feed of this.#feeds.keys()) feed.worked();
    }
  }

  /** What one event led to and the database refuses is that event's failure. Of several nobody knows whose: they go alone, the next time. */
  async #deliver(batch: Batch): Promise<Result> {
    try {
      return await this.#options.deliver(batch);
    } catch (error) {
      const items = itemsOf(batch);
      if (error instanceof FencedError || isLost(error) || isUnavailable(error)) throw error;
      if (items.length !== 1) this.#alone = items.length;
      if (items.length !== 1 || this.#stopping) throw error;
      return await this.#options.deliver({ ...batch, failed: new Map(items.map((item) => [item, error])) });
    }
  }

  async #loadParked(takes: readonly Take[]): Promise<ReadonlyMap<number, Item>> {
    const positions = takes.flatMap((take) => take.parked);
    if (positions.length === 0) return new Map();
    const loaded = await this.#options.pool.ask((sql) => readParked(sql, this.spec.name, positions));
    const items = new Map<number, Item>();
    for (const { slot, parked } of takes) {
      for (const position of parked) {
        const found = loaded.get(position);
        // Somebody decided about it meanwhile.
        if (found === undefined) slot.stale = true;
        else items.set(position, { slot, event: found.event, lane: found.lane, watermark: found.watermark, keyError: null, parked: true, attempts: found.attempts, history: found.history });
      }
    }
    return items;
  }

  /** What was committed is true in memory, too. */
  #settle(takes: readonly Take[], { progress, left, lines, effects }: Result): void {
    const reached = new Map(progress.map((each) => [each.slot, each]));
    for (const { slot } of takes) {
      const to = reached.get(slot.index);
      if (to !== undefined) {
        slot.position = to.to;
        slot.watermark = to.watermark;
      }
      slot.putBack(left.get(slot) ?? []);
    }
    for (const { slot, tenant, lane, line } of lines) slot.setLine(tenant, lane, line);
    for (const [{ slot }, { cell }] of effects) {
      const due = this.#isTimed && cell?.changed === true && !cell.cleared ? this.spec.state?.dueAt?.(cell.value)?.getTime() ?? null : null;
      if (due !== null) slot.due = Math.min(slot.due ?? due, due);
    }
  }

  #redo(takes: readonly Take[], error: unknown): void {
    const { observer, log } = this.#options;
    if (error instanceof FencedError) {
      observer.onRedone(this.spec.name, 'fenced');
      log.warn({ consumer: this.spec.name, slots: takes.map(({ slot }) => slot.index) }, 'slots are another gateway\'s, or were reset: what was done for them is rolled back');
      for (const { slot } of takes) this.#drop(slot);
      return;
    }
    for (const { slot, items } of takes) {
      slot.putBack(items);
      slot.stale = true;
    }
    const lost = isLost(error) || isUnavailable(error);
    observer.onRedone(this.spec.name, lost ? 'unavailable' : 'failed');
    if (!this.#stopping) log[lost ? 'warn' : 'error']({ err: error, consumer: this.spec.name }, 'a batch came to nothing; it is done again');
    this.#hold(this.#redoIn);
    this.#redoIn = Math.min(this.#redoIn * 2, REDO_MOST);
  }

  async #due(slot: Slot): Promise<void> {
    const { pool, log, deliverOptions } = this.#options;
    try {
      const handled = await handleDue(deliverOptions, slot);
      if (handled > 0) this.#options.onEmitted();
      const next = await pool.ask((sql) => readDue(sql, this.spec.name, [slot.index]));
      // Those that wait for an event of their key are due still: looked at again when the watermark has moved.
      const due = next.get(slot.index) ?? null;
      slot.due = due !== null && handled === 0 ? Math.max(due, (slot.watermark ?? 0) + 1) : due;
    } catch (error) {
      if (error instanceof FencedError) {
        this.#drop(slot);
        return;
      }
      this.#failed.add(1, Date.now());
      if (!this.#stopping) log.error({ err: error, consumer: this.spec.name, slot: slot.index }, 'states that are due could not be looked after; they are tried again');
      this.#hold(this.#redoIn);
      this.#redoIn = Math.min(this.#redoIn * 2, REDO_MOST);
    } finally {
      slot.busy = false;
    }
  }

  /** Moves the checkpoints of slots that have nothing to do to where the log was read, all in one statement. */
  #checkpointIdle(now: number): void {
    const { pool, endPosition } = this.#options;
    const every = !this.#isTimed && endPosition === null ? IDLE_CHECKPOINT : IDLE_CHECKPOINT_WITH_DUE;
    if (now - this.#idleAt < every || this.#running.size >= this.spec.partitions) return;
    const idle = [...this.#slots.values()].filter((slot) => !slot.busy && !slot.stale && !slot.leaving && slot.queued === 0 && slot.read > slot.position);
    if (idle.length === 0 && endPosition === null) return;
    this.#idleAt = now;
    for (const slot of idle) slot.busy = true;
    const progress = idle.map((slot): Progress => ({ slot: slot.index, fence: slot.fence, from: slot.position, to: slot.read, watermark: slot.readWatermark, delivered: 0, skipped: 0, failed: 0, late: 0 }));
    this.#start((async () => {
      try {
        await pool.ask((sql) => advance(sql, this.spec.name, progress));
        for (const [index, slot] of idle.entries()) {
          slot.position = progress[index]?.to ?? slot.position;
          slot.watermark = progress[index]?.watermark ?? slot.watermark;
        }
        if (endPosition !== null) await pool.ask((sql) => finishConsumer(sql, this.spec.name));
      } catch (error) {
        if (error instanceof FencedError) for (const slot of idle) this.#drop(slot);
        else if (!this.#stopping) this.#options.log.warn({ err: error, consumer: this.spec.name }, 'the checkpoints of idle slots could not be moved');
      } finally {
        for (const slot of idle) slot.busy = false;
      }
    })());
  }

  #hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + ms);
  }

  #wakeAt(at: number): void {
    if (at === Number.POSITIVE_INFINITY || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#pump();
    }, Math.min(Math.max(1, at - Date.now()), 60_000));
  }
}

