import type { LogEvent, NewEvent } from '../../event/event.js';
import type { AttemptResult } from '../attempt.js';
import { lineName } from '../line-name.js';
import type { Item } from '../slot.js';
import { workOff, type Batch, type Result } from '../work.js';
import { commit, itemsOf, keysOf, meansOf, readCells, stateChanges, tryItem, type Cells, type DeliverOptions } from './deliver.js';

/** Keys of which something is published at once for one batch. */
const PUBLISHES = 64;

/** Effects first, then what they led to, then state and checkpoint: cut off in between, the batch is done again (G9). */
export async function atLeastOnce(options: DeliverOptions, batch: Batch): Promise<Result> {
  const { spec, sessions, leaseMs } = options;
  const { signal } = batch;
  const items = itemsOf(batch);
  const cells: Cells = spec.state === null ? new Map<string, never>() : await sessions.statement(spec.timeoutMs + leaseMs, ({ raw }) => readCells(raw, spec, keysOf(items)));
  const means = { ...meansOf(options, batch, items, signal), tx: null };
  const result = await workOff(spec, batch, (item): Promise<AttemptResult> => tryItem(means, item, cells), signal);
  await publishAll(options, result.delivered, result.effects, signal);
  await commit(options, result, stateChanges(spec, cells));
  return result;
}

/**
 * Each event's own under a key of that event: whoever handles it again publishes nothing again. What one key leads to is stored in
 * the order of its events; different keys go at once. Ends when nothing is under way any more; throws the first error, after which nothing was begun.
 */
export async function publishAll({ spec, publish }: DeliverOptions, delivered: readonly Item[], effects: Result['effects'], signal: AbortSignal): Promise<void> {
  const lanes = new Map<string, { readonly event: LogEvent; readonly emits: readonly NewEvent[] }[]>();
  for (const item of delivered) {
    const emits = effects.get(item)?.emits ?? [];
    if (emits.length === 0) continue;
    const name = lineName(item.event.tenant, item.lane);
    lanes.set(name, [...(lanes.get(name) ?? []), { event: item.event, emits }]);
  }
  const waiting = [...lanes.values()];
  const errors: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (const { event, emits } of lane) {
        if (errors.length > 0) return;
        await publish(event.tenant, `consumer/${spec.name}/${event.id}`, emits, signal);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(PUBLISHES, waiting.length) }, () => work().catch((error: unknown) => errors.push(error))));
  if (errors.length > 0) throw errors[0];
}
