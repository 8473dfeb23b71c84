import type { Pool } from '../db/pool.js';
import { attempt, type Means } from './attempt.js';
import { cellOf, keepCell, stateChanges, type Cells, type DeliverOptions } from './delivery/deliver.js';
import { isLost, transaction } from './delivery/exactly-once.js';
import { lineName } from './line-name.js';
import { retryDelay } from './retry.js';
import { slotOf } from './slot-of.js';
import type { Slot } from './slot.js';
import { advance, FencedError } from './store/slots.js';
import { readDue, readDueKeys, saveStates, type StateKey } from './store/state.js';
import { writeOutboxRows } from '../outbox/write.js';

/** Keys whose state is looked after in one transaction. */
const MAX_KEYS = 100;
/** Keys of a slot whose failure is remembered. */
const MAX_FAILED = 1_000;

/** What came of looking after states that were due. */
interface DueResult {
  readonly handled: number;
  readonly failed: readonly (StateKey & { readonly error: unknown })[];
}

/** `onDue` failed for a key: the others go on without it. */
class DueFailure extends Error {
  override readonly name = 'DueFailure';
  readonly key: StateKey;

  constructor(key: StateKey, cause: unknown) {
    super(`onDue failed for key ${key.lane}`, { cause });
    this.key = key;
  }
}

/**
 * Calls `onDue` for the states of a slot that the watermark has passed; all of it commits together, also at-least-once (what it emits
 * goes through the outbox). Keys that wait for an event of theirs are left until that is handled: it is older; those of `without`,
 * too. Where `onDue` fails, nothing of that key has happened. Throws when nothing at all has, or nobody knows.
 */
async function handleDue(options: DeliverOptions, slot: Slot, without: readonly StateKey[], ending: AbortSignal): Promise<DueResult> {
  const failed: DueResult['failed'][number][] = [];
  for (;;) {
    try {
      return { handled: await inTransaction(options, slot, [...without, ...failed], ending), failed };
    } catch (error) {
      if (!(error instanceof DueFailure) || isLost(error.cause) || error.cause instanceof FencedError || ending.aborted) throw error;
      failed.push({ ...error.key, error: error.cause });
    }
  }
}

/** `handleDue` for a slot as its memory has it, which is brought up to date. Gives how many were looked after, and how many failed. */
export async function lookAfterDue(options: DeliverOptions, pool: Pool, slot: Slot, ending: AbortSignal): Promise<{ readonly handled: number; readonly failed: number }> {
  const { spec: { name, backoff }, log } = options;
  const now = Date.now();
  const { handled, failed } = await handleDue(options, slot, [...slot.dueFailed.values()].filter(({ until }) => until > now), ending);
  for (const [line, { until }] of slot.dueFailed) if (until <= now && failed.every((each) => lineName(each.tenant, each.lane) !== line)) slot.dueFailed.delete(line);
  for (const { tenant, lane, error } of failed) {
    const attempts = (slot.dueFailed.get(lineName(tenant, lane))?.attempts ?? 0) + 1;
    const waitMs = retryDelay(backoff, attempts, Math.random());
    slot.dueFailed.set(lineName(tenant, lane), { tenant, lane, attempts, until: Date.now() + waitMs });
    log.error({ err: error, key: lane, attempts, waitMs }, 'a state that is due could not be looked after; it is tried again');
  }
  for (const [line] of slot.dueFailed) if (slot.dueFailed.size > MAX_FAILED) slot.dueFailed.delete(line);
  slot.due = (await pool.ask((sql) => readDue(sql, name, [slot.index], [...slot.dueFailed.values()]))).get(slot.index) ?? null;
  return { handled, failed: failed.length };
}

async function inTransaction(options: DeliverOptions, slot: Slot, without: readonly StateKey[], ending: AbortSignal): Promise<number> {
  const { spec } = options;
  const { watermark } = slot;
  if (watermark === null) return 0;
  return await transaction(options, ending, async ({ raw, tx, signal }) => {
    const due = await readDueKeys(raw, spec.name, slot.index, { watermark, without, limit: MAX_KEYS });
    const cells: Cells = new Map(due.map(({ tenant, lane, text }) => [lineName(tenant, lane), { value: JSON.parse(text) as unknown, changed: false, cleared: false }]));
    const means: Means = {
      spec, db: options.db, log: options.log, dryRun: options.dryRun, makeEvent: options.makeEvent, references: options.references, signal, loaders: options.loaders([]),
      tx: spec.delivery === 'exactly-once' ? tx : null,
    };
    const emits = [];
    for (const { tenant, lane, dueAt } of due) {
      try {
        const cell = cellOf(spec, cells, { tenant, lane });
        if (options.dryRun) await raw`SAVEPOINT sluice_due`;
        const result = await attempt(means, { tenant, lane, watermark, id: `due/${lane}/${dueAt}`, occurredAt: new Date(dueAt), event: null, attempt: 1 }, cell);
        if (options.dryRun) await raw`ROLLBACK TO SAVEPOINT sluice_due`;
        if (!result.ok) throw result.error;
        // A state that is still due would be due for ever.
        if (result.effects.cell?.changed !== true) throw new TypeError(`${spec.name}: \`onDue\` left the state of key ${lane} as it was, which is due. Set it so that \`dueAt\` is later or null.`);
        keepCell(spec, cells, { tenant, lane }, result.effects.cell);
        emits.push(...result.effects.emits.map((event) => ({ tenant, event })));
      } catch (error) {
        throw new DueFailure({ tenant, lane }, error);
      }
    }
    await Promise.all([
      saveStates(raw, spec.name, stateChanges(spec, cells, ({ tenant, lane }) => slotOf(tenant, lane))), writeOutboxRows(raw, emits),
      advance(raw, spec.name, [{ slot: slot.index, fence: slot.fence, from: slot.position, to: slot.position, watermark, delivered: 0, skipped: 0, failed: 0, late: 0 }]),
    ]);
    return due.length;
  });
}
