import type { AttemptResult } from '../attempt.js';
import type { ConsumerSpec } from '../spec.js';
import { workOff, type Batch, type Result } from '../work.js';
import { itemsOf, meansOf, tryItem, writes, type DeliverOptions } from './deliver.js';
import { publishAll } from './at-least-once.js';

const NOTHING = { cell: null, emits: [], late: 0 };

/**
 * The checkpoint first, then one attempt (G9). What is cut off in between is counted as delivered and gone; what fails becomes a
 * dead letter. Events that waited longer than `shedAfterMs` are passed over.
 */
export async function atMostOnce(options: DeliverOptions, batch: Batch): Promise<Result> {
  const { spec, sql, signal, log } = options;
  const { shedAfterMs } = spec;
  const shed = new Set(shedAfterMs === null ? [] : itemsOf(batch).map(({ event }) => event).filter((event) => Date.now() - event.recordedAt.getTime() > shedAfterMs));
  const all: ConsumerSpec = { ...spec, wants: (event) => !shed.has(event) && spec.wants(event) };
  const planned = await workOff(all, batch, (): Promise<AttemptResult> => Promise.resolve({ ok: true, effects: NOTHING, ms: 0 }), signal);
  await sql.begin('ISOLATION LEVEL READ COMMITTED', async (tx) => {
    await Promise.all(writes(tx, spec, planned, []));
  });

  const means = { ...meansOf(options, itemsOf(batch)), tx: null };
  const tried = await workOff(spec, { takes: batch.takes.map((take) => ({ ...take, items: planned.delivered.filter((item) => item.slot === take.slot) })), parked: new Map() },
    (item) => tryItem(means, item, new Map()), NEVER, Number.POSITIVE_INFINITY);
  await publishAll(options, tried);
  if (tried.failures === 0) return { ...planned, delivered: tried.delivered };
  // The checkpoint stays; those that failed become dead letters in place of delivered ones.
  const at = new Map(planned.progress.map((each) => [each.slot, each]));
  const correction = tried.progress.filter((each) => each.failed > 0).map((each) => {
    const committed = at.get(each.slot) ?? each;
    return { ...committed, from: committed.to, delivered: -each.failed, skipped: 0, failed: each.failed, late: 0 };
  });
  try {
    await sql.begin('ISOLATION LEVEL READ COMMITTED', async (tx) => {
      await Promise.all(writes(tx, spec, { ...tried, progress: correction, reparks: [], unparks: [] }, []));
    });
  } catch (error) {
    log.error({ err: error, consumer: spec.name, events: tried.parks.map((each) => each.event.id) }, 'events of an at-most-once consumer failed, and could not be kept as dead letters');
  }
  return { ...planned, delivered: tried.delivered, failures: tried.failures, dead: tried.dead, parks: tried.parks };
}

const NEVER = new AbortController().signal;
