import { describe, type AttemptResult, type Effects } from '../attempt.js';
import type { Item } from '../slot.js';
import type { ConsumerSpec } from '../spec.js';
import { HISTORY, park, type Parking } from '../store/parked.js';
import { advance, type Progress } from '../store/slots.js';
import { workOff, type Batch, type Result } from '../work.js';
import { all, commit, isControl, itemsOf, meansOf, tryItem, type DeliverOptions } from './deliver.js';
import { publishAll } from './at-least-once.js';

const NOTHING = { cell: null, emits: [], late: 0 };

/**
 * The checkpoint first, then one attempt (G9). What is cut off in between is counted as delivered and gone; what fails becomes a
 * dead letter. Events that waited longer than `shedAfterMs` are passed over. When the consumer is to wait or to pause, the attempt
 * that said so has been made and is a dead letter, too; those behind it are parked, for later. So are those that no attempt has begun
 * on when the consumer stops.
 */
export async function atMostOnce(options: DeliverOptions, batch: Batch): Promise<Result> {
  const { spec } = options;
  const { shedAfterMs } = spec;
  const shed = new Set(shedAfterMs === null ? [] : itemsOf(batch).map(({ event }) => event).filter((event) => Date.now() - event.recordedAt.getTime() > shedAfterMs));
  const all: ConsumerSpec = { ...spec, wants: (event) => !shed.has(event) && spec.wants(event) };
  const planned = await workOff(all, batch, (): Promise<AttemptResult> => Promise.resolve({ ok: true, effects: NOTHING, ms: 0, steps: [] }), batch.signal);
  await commit(options, planned, []);
  const tried = await tryAll(options, batch, planned.delivered);
  await publishOnce(options, tried, batch.signal);
  if (tried.parks.length > 0) await correct(options, planned, tried.parks);
  return {
    ...planned, delivered: tried.delivered, stop: tried.stop, failures: planned.failures + tried.failures, dead: planned.dead + tried.parks.filter(({ status }) => status === 'dead').length,
    parks: [...planned.parks, ...tried.parks], stale: tried.parks.length > 0,
  };
}

interface Tried {
  readonly delivered: Item[];
  readonly effects: Map<Item, Effects>;
  readonly parks: Parking[];
  failures: number;
  stop: Result['stop'];
}

async function tryAll(options: DeliverOptions, batch: Batch, items: readonly Item[]): Promise<Tried> {
  const { spec } = options;
  const means = { ...meansOf(options, batch, itemsOf(batch), batch.signal), tx: null };
  const tried: Tried = { delivered: [], effects: new Map(), parks: [], failures: 0, stop: null };
  for (const item of items) {
    const { event, slot, lane, watermark, history } = item;
    const parking = { event, slot: slot.index, lane, watermark, blocks: false, history };
    if (tried.stop !== null || batch.signal.aborted) {
      tried.parks.push({ ...parking, status: 'retry', attempts: 0, retryIn: 0, error: null });
      continue;
    }
    const result = await tryItem(means, item, new Map());
    if (result.ok) {
      tried.delivered.push(item);
      tried.effects.set(item, result.effects);
      continue;
    }
    const error = describe(result.error);
    tried.failures += 1;
    tried.parks.push({
      ...parking, status: 'dead', blocks: spec.onPoison === 'block-key', attempts: item.attempts + 1, retryIn: null, error,
      history: [...history, { at: new Date().toISOString(), ms: Math.round(result.ms), error, steps: result.steps }].slice(-HISTORY),
    });
    if (isControl(result.error)) tried.stop = result.error as Result['stop'];
  }
  return tried;
}

/** What is emitted after the attempt is lost with whatever keeps it from being stored. */
async function publishOnce(options: DeliverOptions, { delivered, effects }: Tried, signal: AbortSignal): Promise<void> {
  try {
    await publishAll(options, delivered, effects, signal);
  } catch (error) {
    options.log.error({ err: error, consumer: options.spec.name }, 'what an at-most-once consumer emitted may not have been stored: it is not tried again');
  }
}

/** The checkpoint stays; those that failed become dead letters in place of delivered ones. */
async function correct({ spec, sessions, leaseMs, log }: DeliverOptions, planned: Result, parks: readonly Parking[]): Promise<void> {
  const correction = planned.progress.flatMap((committed): Progress[] => {
    const own = parks.filter(({ slot }) => slot === committed.slot);
    return own.length === 0 ? [] : [{ ...committed, from: committed.to, delivered: -own.length, skipped: 0, failed: own.filter(({ status }) => status === 'dead').length, late: 0 }];
  });
  try {
    await sessions.transaction(spec.timeoutMs + leaseMs, {
      read: () => Promise.resolve(), work: ({ raw }) => all([park(raw, spec.name, parks), advance(raw, spec.name, correction)]),
    });
  } catch (error) {
    log.error({ err: error, consumer: spec.name, events: parks.map((each) => each.event.id) }, 'events of an at-most-once consumer failed, and could not be kept as dead letters');
  }
}
