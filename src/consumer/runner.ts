import { abortWith, pause } from '../base/signal.js';
import { Aside } from './aside.js';
import { itemsOf } from './delivery/deliver.js';
import { isLost } from './delivery/exactly-once.js';
import { lookAfterDue } from './due.js';
import { Feeds } from './feeds.js';
import { IdleCheckpoints, placeOf } from './idle-checkpoints.js';
import { lagOf } from './lag.js';
import { loadParked, readAnew, settle } from './memory.js';
import { PauseConsumer } from './outcome.js';
import { Rate } from './rate.js';
import { report, type RunnerOptions } from './runner-options.js';
import { SLOTS } from './slot-of.js';
import { Slot, type Take } from './slot.js';
import { traced } from './spans.js';
import type { ConsumerSpec } from './spec.js';
import { noteLost, pauseConsumer, type Beat, type Control } from './store/consumers.js';
import { FencedError, giveSlots, readFences, takeSlots } from './store/slots.js';
import type { Batch, Result } from './work.js';

/** Milliseconds that events wait for company while a batch is under way, unless they fill it: on their own each costs a whole transaction. */
const PATIENCE = 5;
/** Milliseconds before a batch that came to nothing is tried again, at first and at most. */
const REDO_FIRST = 50;
const REDO_MOST = 2_000;

/**
 * A consumer on this gateway: the slots it has here, what feeds them, and the batches under way. Everything that is true of it is
 * in the database; this is memory, and may be thrown away at any moment.
 */
export class Runner {
  readonly spec: ConsumerSpec;
  readonly #options: RunnerOptions;
  readonly #slots = new Map<number, Slot>();
  readonly #feeds: Feeds;
  /** Batches under way, and whatever else is. */
  readonly #batches = new Set<Promise<void>>();
  readonly #running = new Set<Promise<void>>();
  /** What ends the batch that has a slot. */
  readonly #ends = new Map<Slot, AbortController>();
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
  /** When the last batch has begun. */
  #begunAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #controlling: Promise<void> | undefined;
  readonly #aside: Aside;
  readonly #idleCheckpoints: IdleCheckpoints;

  constructor(options: RunnerOptions) {
    this.spec = options.spec;
    this.#options = options;
    this.#aside = new Aside(options);
    this.#idleCheckpoints = new IdleCheckpoints(options);
    const { spec, hub, reader, log, endPosition, pool } = options;
    this.#feeds = new Feeds({
      spec, hub, reader, log, endPosition,
      onFed: () => this.#pump(),
      onChange: () => this.#pump(),
      onLost: async (from, upto) => {
        const lost = await pool.ask((sql) => noteLost(sql, spec.name, from, upto));
        log.error({ consumer: spec.name, from, upto, lost }, 'retention has dropped events that a consumer had not read (LAGGED): it goes on with what is left');
      },
    });
  }

  /** What it tells the others with its next sign of life. */
  beat(): Beat {
    const now = Date.now();
    const { lagEvents, lagMs } = lagOf([...this.#slots.values()], this.#feeds.places, this.#options.hub.head, now);
    return { name: this.spec.name, deliveredPerSecond: this.#delivered.perSecond(now), failedPerSecond: this.#failed.perSecond(now), lagEvents, lagMs, types: this.spec.types };
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

  /** Takes the payloads of an erased key out of what waits in memory. */
  erase(of: Parameters<Slot['erase']>[0]): void {
    for (const slot of this.#slots.values()) slot.erase(of);
  }

  /**
   * Ends what it does: no batch is begun; those under way have `ms` to end, then their attempts are aborted. Slots are free
   * afterwards; throws when the database could not be told, and has ended all the same.
   */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const over = new AbortController();
    const late = pause(ms, over.signal).then(() => over.signal.aborted || this.#options.aborting.abort());
    // Whoever called it is told what it throws.
    await Promise.allSettled([this.#controlling]);
    await Promise.all([...this.#running]);
    over.abort();
    await late;
    await this.#feeds.stop();
    const held = [...this.#slots.values()].map(placeOf);
    this.#slots.clear();
    if (held.length > 0) await this.#options.pool.ask((sql) => giveSlots(sql, this.spec.name, this.#options.gatewayId, held));
  }

  async #control(control: Control): Promise<void> {
    const { status, revision, members } = control;
    const { pool, gatewayId } = this.#options;
    if (this.#stopping) return;
    if (!this.#aside.fits(control)) {
      this.forget();
      return await this.#aside.stay(control);
    }
    this.#status = status;
    if (revision !== this.#revision) {
      const fences = await pool.ask((sql) => readFences(sql, this.spec.name, gatewayId));
      for (const slot of [...this.#slots.values()]) {
        if (fences.get(slot.index) === slot.fence) slot.stale = true;
        else this.#drop(slot);
      }
      // Not before: what has failed is looked at again.
      this.#revision = revision;
      this.#heldUntil = 0;
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
    const { pool, gatewayId, endPosition, log } = this.#options;
    const unfed = [...this.#slots.values()].filter((slot) => !slot.busy && !this.#feeds.has(slot) && slot.read < (endPosition ?? Number.POSITIVE_INFINITY));
    const free = [...this.#slots.values()].filter((slot) => (slot.leaving && !slot.busy) || unfed.includes(slot));
    if (free.length === 0) return;
    if (unfed.length > 0) log.error({ consumer: this.spec.name, slots: unfed.map((slot) => slot.index) }, 'nothing reads the log for some slots; they are taken anew');
    for (const slot of free) this.#drop(slot);
    await pool.ask((sql) => giveSlots(sql, this.spec.name, gatewayId, free.map(placeOf)));
  }

  async #take(wanted: readonly number[]): Promise<void> {
    const { pool, gatewayId } = this.#options;
    if (wanted.length === 0) return;
    const taken = (await pool.ask((sql) => takeSlots(sql, this.spec, gatewayId, wanted))).map((each) => new Slot(each));
    if (taken.length === 0) return;
    for (const slot of taken) this.#slots.set(slot.index, slot);
    this.#feeds.add(taken);
  }

  /** Reads what is parked in slots of which that is not known. */
  async #refresh(): Promise<void> {
    const stale = [...this.#slots.values()].filter((slot) => slot.stale && !slot.busy);
    if (stale.length > 0) await readAnew(this.#options.pool, this.spec, stale);
  }

  #drop(slot: Slot): void {
    if (this.#slots.get(slot.index) === slot) this.#slots.delete(slot.index);
    slot.leaving = true;
    this.#feeds.drop(slot);
    // What is under way for it cannot be committed any more, and need not go on outside.
    this.#ends.get(slot)?.abort();
  }

  get #stalled(): boolean {
    let parked = 0;
    for (const slot of this.#slots.values()) parked += slot.parked;
    return parked >= this.spec.maxParked;
  }

  /** Begins what can be begun. */
  #pump(): void {
    if (this.#stopping || this.#status !== 'running') return;
    const now = Date.now();
    this.#checkpointIdle(now);
    if (now < this.#heldUntil) {
      this.#wakeAt(this.#heldUntil);
      return;
    }
    const stalled = this.#stalled;
    // Asked once: what is ready together begins together.
    const patient = this.#isPatient(now);
    while (!patient && this.#batches.size < this.spec.partitions) {
      const takes = this.#takes(now, stalled);
      if (takes.length === 0) break;
      this.#begunAt = now;
      this.#start(takes.map(({ slot }) => slot), (signal) => this.#work(takes, signal));
    }
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots.values()) {
      if (slot.busy || slot.stale || slot.leaving) continue;
      if (slot.retryAt !== null) wakeAt = Math.min(wakeAt, slot.retryAt);
      for (const { until } of slot.dueFailed.values()) {
        if (until <= now) slot.due = 0;
        else wakeAt = Math.min(wakeAt, until);
      }
      if (slot.due === null || slot.watermark === null || slot.due > slot.watermark || this.#batches.size >= this.spec.partitions) continue;
      this.#start([slot], (signal) => this.#due(slot, signal));
    }
    this.#wakeAt(wakeAt);
  }

  /** What waits is to go with what comes, once the batch under way has ended. Asked again when its time is over. */
  #isPatient(now: number): boolean {
    if (this.#batches.size === 0 || now >= this.#begunAt + PATIENCE) return false;
    let waiting = 0;
    for (const slot of this.#slots.values()) if (!slot.busy) waiting += slot.queued;
    if (waiting >= this.spec.batch) return false;
    this.#wakeAt(this.#begunAt + PATIENCE);
    return true;
  }

  #takes(now: number, stalled: boolean): Take[] {
    const ready: Slot[] = [];
    for (let step = 0; step < SLOTS; step += 1) {
      const slot = this.#slots.get((this.#turn + step) % SLOTS);
      if (slot?.isReady(now, stalled) === true) ready.push(slot);
    }
    // So many that every batch that may be under way has its share; and of further slots what is few enough to be done with it at once.
    const share = Math.ceil(ready.length / Math.max(1, this.spec.partitions - this.#batches.size));
    const together = this.spec.delivery === 'exactly-once' ? this.#options.deliverOptions.pace.together : 0;
    const most = this.#alone > 0 ? 1 : this.spec.batch;
    const takes: Take[] = [];
    let room = most;
    for (const slot of ready) {
      const left = takes.length < share ? room : Math.min(room, together - (most - room));
      if (left <= 0) break;
      const take = slot.take(left, now, stalled);
      room -= take.parked.length + take.items.length;
      takes.push(take);
    }
    // Behind the first, not behind the last: what a batch has no time for is first in the next.
    if (takes[0] !== undefined) this.#turn = (takes[0].slot.index + 1) % SLOTS;
    return takes;
  }

  /** Has a batch, with its slots to itself. It must not reject. */
  #start(slots: readonly Slot[], begin: (signal: AbortSignal) => Promise<void>): void {
    const ending = new AbortController();
    const loosen = abortWith(ending, [this.#options.aborting.signal]);
    for (const slot of slots) {
      slot.busy = true;
      this.#ends.set(slot, ending);
    }
    const work = begin(ending.signal).catch((error: unknown) => {
      // What it was about is read anew: memory may be wrong.
      this.#options.log.error({ err: error, consumer: this.spec.name }, 'a batch failed beyond what is known; its slots are taken anew');
      for (const slot of slots) this.#drop(slot);
    }).finally(() => {
      loosen();
      for (const slot of slots) {
        slot.busy = false;
        this.#ends.delete(slot);
      }
      this.#batches.delete(work);
      this.#running.delete(work);
      this.#feeds.worked();
      this.#pump();
    });
    this.#batches.add(work);
    this.#running.add(work);
  }

  async #work(takes: readonly Take[], signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const revision = this.#revision;
    let result: Result;
    try {
      result = await traced(this.#options.deliverOptions, async (spans) => await this.#deliver({ takes, parked: await loadParked(this.#options.pool, this.spec.name, takes), signal, spans }));
    } catch (error) {
      this.#redo(takes, error);
      return;
    }
    // From here on it has happened, whatever else fails.
    this.#redoIn = REDO_FIRST;
    this.#alone = Math.max(0, this.#alone - 1);
    settle(this.spec, takes, result);
    const now = Date.now();
    this.#delivered.add(result.delivered.length, now);
    this.#failed.add(result.failures, now);
    report(this.#options, result, performance.now() - began);
    if (result.emits.length > 0) this.#options.onEmitted();
    if (result.stop instanceof PauseConsumer) await this.#pause(result.stop.message);
    else if (result.stop !== null && revision === this.#revision) this.#hold(result.stop.ms);
  }

  /** When the database cannot be told, the next attempt says so again. */
  async #pause(reason: string): Promise<void> {
    const { pool, log } = this.#options;
    this.#status = 'paused';
    try {
      await pool.ask((sql) => pauseConsumer(sql, this.spec.name, reason));
      log.error({ consumer: this.spec.name, reason }, 'a consumer is paused');
    } catch (error) {
      log.warn({ err: error, consumer: this.spec.name, reason }, 'a consumer is to be paused, and could not be yet');
    }
  }

  /** What one event led to and the database refuses is that event's failure. Of several nobody knows whose: they go alone, the next time. */
  async #deliver(batch: Batch): Promise<Result> {
    try {
      return await this.#options.deliver(batch);
    } catch (error) {
      const items = itemsOf(batch);
      if (error instanceof FencedError || isLost(error) || batch.signal.aborted) throw error;
      if (items.length !== 1) this.#alone = items.length;
      if (items.length !== 1 || this.#stopping) throw error;
      return await this.#options.deliver({ ...batch, failed: new Map(items.map((item) => [item, error])) });
    }
  }

  #redo(takes: readonly Take[], error: unknown): void {
    const { observer, log } = this.#options;
    if (error instanceof FencedError) {
      observer.onRedone(this.spec.name, 'fenced');
      log.warn({ consumer: this.spec.name, slots: takes.map(({ slot }) => slot.index), reason: error.message }, 'a batch is rolled back, since its slots or parked events are not what they were: they are taken anew');
      for (const { slot } of takes) this.#drop(slot);
      return;
    }
    for (const { slot, items } of takes) {
      slot.putBack(items);
      slot.stale = true;
    }
    const lost = isLost(error);
    observer.onRedone(this.spec.name, lost ? 'unavailable' : 'failed');
    if (!this.#stopping) log[lost ? 'warn' : 'error']({ err: error, consumer: this.spec.name }, 'a batch came to nothing; it is done again');
    this.#hold(this.#redoIn);
    this.#redoIn = Math.min(this.#redoIn * 2, REDO_MOST);
  }

  async #due(slot: Slot, signal: AbortSignal): Promise<void> {
    const { pool, log, deliverOptions } = this.#options;
    try {
      const { handled, failed } = await lookAfterDue(deliverOptions, pool, slot, signal);
      if (handled > 0) this.#options.onEmitted();
      this.#failed.add(failed, Date.now());
    } catch (error) {
      if (error instanceof FencedError) {
        this.#drop(slot);
        return;
      }
      if (!this.#stopping) log.warn({ err: error, consumer: this.spec.name, slot: slot.index }, 'states that are due were not looked after; they are tried again');
      this.#hold(this.#redoIn);
      this.#redoIn = Math.min(this.#redoIn * 2, REDO_MOST);
    }
  }

  #checkpointIdle(now: number): void {
    const work = this.#idleCheckpoints.move([...this.#slots.values()], now, (slot) => this.#drop(slot));
    if (work === null) return;
    const followed = work.finally(() => {
      this.#running.delete(followed);
      this.#pump();
    });
    this.#running.add(followed);
  }

  #hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + ms);
  }

  #wakeAt(at: number): void {
    if (this.#stopping || at === Number.POSITIVE_INFINITY || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#pump();
    }, Math.min(Math.max(1, at - Date.now()), 60_000));
  }
}
