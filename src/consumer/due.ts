import { slotOf } from './slot-of.js';
import { attempt, type Means } from './attempt.js';
import { cellOf, keepCell, stateChanges, type Cells, type DeliverOptions } from './delivery/deliver.js';
import { transaction } from './delivery/exactly-once.js';
import { lineName } from './item.js';
import type { Slot } from './slot.js';
import { advance } from './store/slots.js';
import { readDueKeys, saveStates } from './store/state.js';
import { writeOutboxRows } from '../outbox/write.js';

/** Keys whose state is looked after in one transaction. */
const MAX_KEYS = 100;

/**
 * Calls `onDue` for the states of a slot that the watermark has passed; all of it commits together, also at-least-once (what it emits
 * goes through the outbox). Keys that wait for an event of theirs are left until that is handled: it is older. Gives how many
 * were looked after. Throws what `onDue` throws: nothing has happened then.
 */
export async function handleDue(options: DeliverOptions, slot: Slot): Promise<number> {
  const { spec } = options;
  const { watermark } = slot;
  if (watermark === null) return 0;
  return await transaction(options, async (raw, tx) => {
    const due = (await readDueKeys(raw, spec.name, slot.index, watermark, MAX_KEYS)).filter(({ tenant, lane }) => slot.line(tenant, lane).length === 0);
    const cells: Cells = new Map(due.map(({ tenant, lane, text }) => [lineName(tenant, lane), { value: JSON.parse(text) as unknown, changed: false, cleared: false }]));
    const means: Means = {
      spec, db: options.db, log: options.log, dryRun: options.dryRun, makeEvent: options.makeEvent, references: options.references, signal: options.signal, loaders: options.loaders([]),
      tx: spec.delivery === 'exactly-once' ? tx : null,
    };
    const emits = [];
    for (const { tenant, lane, dueAt } of due) {
      const cell = cellOf(spec, cells, { tenant, lane });
      if (options.dryRun) await raw`SAVEPOINT sluice_due`;
      const result = await attempt(means, { tenant, lane, watermark, id: `due/${lane}/${dueAt}`, occurredAt: new Date(dueAt), event: null, attempt: 1 }, cell);
      if (options.dryRun) await raw`ROLLBACK TO SAVEPOINT sluice_due`;
      if (!result.ok) throw result.error;
      // A state that is still due would be due for ever.
      if (result.effects.cell?.changed !== true) throw new TypeError(`${spec.name}: \`onDue\` left the state of key ${lane} as it was, which is due. Set it so that \`dueAt\` is later or null.`);
      keepCell(spec, cells, { tenant, lane }, result.effects.cell);
      emits.push(...result.effects.emits.map((event) => ({ tenant, event })));
    }
    await Promise.all([
      saveStates(raw, spec.name, stateChanges(spec, cells, ({ tenant, lane }) => slotOf(tenant, lane))), writeOutboxRows(raw, emits),
      advance(raw, spec.name, [{ slot: slot.index, fence: slot.fence, from: slot.position, to: slot.position, watermark, delivered: 0, skipped: 0, failed: 0, late: 0 }]),
    ]);
    return due.length;
  });
}
