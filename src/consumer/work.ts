import { isErased } from '../event/internal.js';
import type { NewEvent } from '../event/event.js';
import { describe, type AttemptResult, type Effects } from './attempt.js';
import { lineName } from './line-name.js';
import type { Item } from './slot.js';
import { HoldConsumer, PauseConsumer, PoisonEvent, RetryLater } from './outcome.js';
import { retryDelay } from './retry.js';
import type { Slot, Take } from './slot.js';
import type { BatchSpans } from './spans.js';
import type { ConsumerSpec } from './spec.js';
import { HISTORY, type AttemptRecord, type Parked, type Parking } from './store/parked.js';
import type { Progress } from './store/slots.js';

/** Milliseconds after which a batch usually ends with what it has done: the rest follows in the next. */
export const BATCH_TIME = 250;

/** What is taken out of some slots at once, to be worked off in order. */
export interface Batch {
  readonly takes: readonly Take[];
  /** Parked events of the takes, loaded. */
  readonly parked: ReadonlyMap<number, Item>;
  /** Aborts when what is under way is to end: the consumer stops, or a slot of it is another's. */
  readonly signal: AbortSignal;
  /** What is seen of it; null: nobody traces. */
  readonly spans: BatchSpans | null;
  /** Items that are known to fail, with why: what they led to could not be committed. */
  readonly failed?: ReadonlyMap<Item, unknown>;
  /** The batch ends behind this item: the rest is left. */
  readonly last?: Item | undefined;
}

/** What a batch has come to; nothing of it is true before it is committed. */
export interface Result {
  readonly progress: readonly Progress[];
  readonly parks: readonly Parking[];
  readonly reparks: readonly Parking[];
  readonly unparks: readonly number[];
  readonly effects: ReadonlyMap<Item, Effects>;
  readonly emits: readonly { readonly tenant: string; readonly event: NewEvent }[];
  readonly delivered: readonly Item[];
  readonly failures: number;
  readonly dead: number;
  /** Events that no attempt was made on, per slot: they go back. */
  readonly left: ReadonlyMap<Slot, readonly Item[]>;
  /** Lines that have changed. */
  readonly lines: readonly { readonly slot: Slot; readonly tenant: string; readonly lane: string; readonly line: readonly Parked[] }[];
  /** The consumer is to wait, or to be paused. */
  readonly stop: HoldConsumer | PauseConsumer | null;
  /** What is parked in these slots is not only what is in `lines`: it is to be read anew. */
  readonly stale?: boolean;
}

/** What the attempt at an item came to; it may be known already. */
export type Try = (item: Item) => Promise<AttemptResult>;

/**
 * Works a batch off: each slot in order, each event attempted unless its key waits. What fails is parked; what comes behind it,
 * too. Writes nothing.
 */
export async function workOff(spec: ConsumerSpec, batch: Batch, attempt: Try, signal: AbortSignal, time = BATCH_TIME): Promise<Result> {
  const began = performance.now();
  const ledger = new Ledger(spec);
  let tried = 0;
  let ended = false;
  for (const take of batch.takes) {
    const tally = ledger.tally(take);
    const items = [...take.parked.flatMap((position) => batch.parked.get(position) ?? []), ...take.items];
    for (const [index, item] of items.entries()) {
      // One at least, however long the others took: a batch that does nothing would be tried for ever.
      if (ended || ledger.stop !== null || signal.aborted || (tried > 0 && performance.now() - began > time)) {
        tally.left = items.slice(index).filter((each) => !each.parked);
        break;
      }
      ended = item === batch.last;
      const line = ledger.line(item);
      if (item.parked ? line[0]?.position !== item.event.position : line.length > 0) {
        // Behind one that failed. What is parked stays where it is.
        if (!item.parked) ledger.parkBehind(item, line);
        continue;
      }
      if (isErased(item.event) || !spec.wants(item.event)) {
        ledger.pass(item);
        continue;
      }
      tried += 1;
      const result = known(item, batch) ?? await attempt(item);
      if (result.ok) ledger.deliver(item, result.effects);
      else if (signal.aborted) tally.left = item.parked ? [] : [item];
      else if (!ledger.fail(item, result)) tally.left = item.parked ? [] : [item];
      if (tally.left.length > 0) {
        tally.left = [...tally.left, ...items.slice(index + 1).filter((each) => !each.parked)];
        break;
      }
    }
  }
  return ledger.result();
}

/** What is known to fail before it is tried. */
function known(item: Item, { failed }: Batch): AttemptResult | null {
  const { keyError } = item;
  if (keyError !== null) return { ok: false, error: new PoisonEvent(describe(keyError).message, { cause: keyError }), ms: 0, steps: [] };
  return failed?.has(item) === true ? { ok: false, error: failed.get(item), ms: 0, steps: [] } : null;
}

interface Tally {
  readonly take: Take;
  delivered: number;
  skipped: number;
  failed: number;
  late: number;
  left: readonly Item[];
  /** The last item of the log that is done with. */
  last: Item | null;
}

class Ledger {
  stop: HoldConsumer | PauseConsumer | null = null;
  readonly #spec: ConsumerSpec;
  readonly #tallies = new Map<Slot, Tally>();
  readonly #lines = new Map<string, { slot: Slot; tenant: string; lane: string; line: readonly Parked[] }>();
  readonly #effects = new Map<Item, Effects>();
  readonly #delivered: Item[] = [];
  readonly #parks = new Map<number, Parking>();
  readonly #reparks = new Map<number, Parking>();
  readonly #unparks: number[] = [];
  #failures = 0;
  #dead = 0;

  constructor(spec: ConsumerSpec) {
    this.#spec = spec;
  }

  tally(take: Take): Tally {
    const tally: Tally = { take, delivered: 0, skipped: 0, failed: 0, late: 0, left: [], last: null };
    this.#tallies.set(take.slot, tally);
    return tally;
  }

  line({ slot, event: { tenant }, lane }: Item): readonly Parked[] {
    return this.#lines.get(lineName(tenant, lane))?.line ?? slot.line(tenant, lane);
  }

  pass(item: Item): void {
    this.#of(item).skipped += 1;
    this.#leaveLine(item);
  }

  deliver(item: Item, effects: Effects): void {
    const tally = this.#of(item);
    tally.delivered += 1;
    tally.late += effects.late;
    this.#effects.set(item, effects);
    this.#delivered.push(item);
    this.#leaveLine(item);
  }

  /** False: it was no attempt, and the item is to stay where it is. */
  fail(item: Item, { error, ms, steps }: Extract<AttemptResult, { ok: false }>): boolean {
    if (error instanceof HoldConsumer || error instanceof PauseConsumer) {
      this.stop = error;
      return false;
    }
    const spec = this.#spec;
    const tally = this.#of(item);
    const attempts = item.attempts + 1;
    const dead = error instanceof PoisonEvent || spec.delivery === 'at-most-once' || attempts >= spec.maxAttempts;
    const record: AttemptRecord = { at: new Date().toISOString(), ms: Math.round(ms), error: describe(error), steps };
    const retryIn = dead ? null : Math.max(error instanceof RetryLater ? error.ms : 0, retryDelay(spec.backoff, attempts, Math.random()));
    const blocks = dead && spec.onPoison === 'block-key';
    const parking: Parking = {
      event: item.event, slot: item.slot.index, lane: item.lane, watermark: item.watermark, status: dead ? 'dead' : 'retry', blocks, attempts, retryIn,
      error: record.error, history: [...item.history, record].slice(-HISTORY),
    };
    (item.parked ? this.#reparks : this.#parks).set(item.event.position, parking);
    tally.failed += 1;
    tally.last = item.parked ? tally.last : item;
    this.#failures += 1;
    if (dead) this.#dead += 1;
    const rest = this.line(item).filter((each) => each.position !== item.event.position);
    const head: Parked = { slot: item.slot.index, position: item.event.position, tenant: item.event.tenant, lane: item.lane, status: parking.status, nextAttemptAt: retryIn === null ? null : Date.now() + retryIn };
    this.#setLine(item, dead && !blocks ? rest : [head, ...rest]);
    return true;
  }

  parkBehind(item: Item, line: readonly Parked[]): void {
    const { slot, event, lane, watermark } = item;
    this.#parks.set(event.position, { event, slot: slot.index, lane, watermark, status: 'waiting', blocks: false, attempts: 0, retryIn: null, error: null, history: [] });
    this.#of(item).last = item;
    this.#setLine(item, [...line, { slot: slot.index, position: event.position, tenant: event.tenant, lane, status: 'waiting', nextAttemptAt: null }]);
  }

  result(): Result {
    const progress = [...this.#tallies.values()].map(({ take, delivered, skipped, failed, late, left, last }): Progress => {
      const { slot, upTo, watermark } = take;
      const reached = left.length === 0 ? { upTo, watermark } : { upTo: last?.event.position ?? slot.position, watermark: last?.watermark ?? slot.watermark };
      return { slot: slot.index, fence: slot.fence, from: slot.position, to: reached.upTo, watermark: reached.watermark, delivered, skipped, failed, late };
    });
    return {
      progress, parks: [...this.#parks.values()], reparks: [...this.#reparks.values()], unparks: this.#unparks, effects: this.#effects, delivered: this.#delivered,
      emits: this.#delivered.flatMap((item) => (this.#effects.get(item)?.emits ?? []).map((event) => ({ tenant: item.event.tenant, event }))),
      failures: this.#failures, dead: this.#dead, stop: this.stop, lines: [...this.#lines.values()],
      left: new Map([...this.#tallies].map(([slot, { left }]) => [slot, left])),
    };
  }

  #of(item: Item): Tally {
    const tally = this.#tallies.get(item.slot);
    if (tally === undefined) throw new Error('the item is of no slot of the batch');
    return tally;
  }

  #leaveLine(item: Item): void {
    if (!item.parked) {
      this.#of(item).last = item;
      return;
    }
    this.#unparks.push(item.event.position);
    this.#setLine(item, this.line(item).filter((each) => each.position !== item.event.position));
  }

  #setLine({ slot, event: { tenant }, lane }: Item, line: readonly Parked[]): void {
    this.#lines.set(lineName(tenant, lane), { slot, tenant, lane, line });
  }
}
