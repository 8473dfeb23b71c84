import type { AttemptResult } from '../attempt.js';
import type { Item } from '../item.js';
import { slotOf } from '../slot-of.js';
import { workOff, type Batch, type Result } from '../work.js';
import { itemsOf, keysOf, meansOf, readCells, stateChanges, tryItem, writes, type DeliverOptions } from './deliver.js';

/** Publishes under way at once for one batch. */
const PUBLISHES = 64;

/** Effects first, then what they led to, then state and checkpoint: cut off in between, the batch is done again (G9). */
export async function atLeastOnce(options: DeliverOptions, batch: Batch): Promise<Result> {
  const { spec, sql, signal } = options;
  const items = itemsOf(batch);
  const cells = await readCells(sql, spec, keysOf(items));
  const means = { ...meansOf(options, items), tx: null };
  const result = await workOff(spec, batch, (item): Promise<AttemptResult> => tryItem(means, item, cells), signal);
  await publishAll(options, result);
  await sql.begin('ISOLATION LEVEL READ COMMITTED', async (tx) => {
    await Promise.all(writes(tx, spec, result, stateChanges(spec, cells, ({ tenant, lane }) => slotOf(tenant, lane))));
  });
  return result;
}

/** Each event's own under a key of that event: whoever handles it again publishes nothing again. */
export async function publishAll({ spec, publish }: DeliverOptions, { delivered, effects }: Result): Promise<void> {
  const emitting = delivered.flatMap((item): [Item, ReturnType<typeof effects.get>][] => ((effects.get(item)?.emits.length ?? 0) > 0 ? [[item, effects.get(item)]] : []));
  for (let from = 0; from < emitting.length; from += PUBLISHES) {
    await Promise.all(emitting.slice(from, from + PUBLISHES).map(([{ event }, made]) => publish(event.tenant, `consumer/${spec.name}/${event.id}`, made?.emits ?? [])));
  }
}
