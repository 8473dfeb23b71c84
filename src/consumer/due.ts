import type { Pool } from '../db/pool.js';
import type { NewEvent } from '../event/event.js';
import { attempt, type AttemptResult, type Means, type Subject } from './attempt.js';
import { cellOf, keepCell, stateChanges, write, type Cells, type DeliverOptions } from './delivery/deliver.js';
import { throwIfLost, transaction, withTransaction } from './delivery/exactly-once.js';
import { lineName } from './line-name.js';
import { retryDelay } from './retry.js';
import type { Slot } from './slot.js';
import { readDue, readDueKeys, type StateKey } from './store/state.js';
import { BATCH_TIME } from './work.js';

/** Keys whose state is looked after in one transaction. */
const MAX_KEYS = 100;
/** Keys that may fail before the slot goes on to something else. */
const MAX_FAILURES = 10;
/** Keys of a slot whose failure is remembered. */
const MAX_FAILED = 1_000;

/** What came of looking after states that were due. */
interface DueResult {
  readonly handled: number;
  /** Nothing is left that was due. */
  readonly ended: boolean;
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
 * too. Where `onDue` fails, nothing of that key has happened. When ten have failed, or one after 250 ms, nothing has of the others either:
 * they are for the next time (`ended` is false). Throws when nothing at all has happened, or nobody knows.
 */
async function handleDue(options: DeliverOptions, slot: Slot, without: readonly StateKey[], ending: AbortSignal): Promise<DueResult> {
  const began = performance.now();
  const failed: DueResult['failed'][number][] = [];
  for (;;) {
    try {
      return { handled: await inTransaction(options, slot, [...without, ...failed], ending), ended: true, failed };
    } catch (error) {
      if (!(error instanceof DueFailure) || ending.aborted) throw error;
      failed.push({ tenant: error.key.tenant, lane: error.key.lane, error: error.cause });
      // All but these is done the next time; the events of the slot have their turn before.
      if (failed.length >= MAX_FAILURES || performance.now() - began > BATCH_TIME) return { handled: 0, ended: false, failed };
    }
  }
}

/** `handleDue` for a slot as its memory has it, which is brought up to date. Gives how many were looked after, and how many failed. */
export async function lookAfterDue(options: DeliverOptions, pool: Pool, slot: Slot, ending: AbortSignal): Promise<{ readonly handled: number; readonly failed: number }> {
  const { spec: { name, backoff }, log } = options;
  const now = Date.now();
  const { handled, ended, failed } = await handleDue(options, slot, [...slot.dueFailed.values()].filter(({ until }) => until > now), ending);
  for (const [line, { until }] of slot.dueFailed) if (ended && until <= now && failed.every((each) => lineName(each.tenant, each.lane) !== line)) slot.dueFailed.delete(line);
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
  return await transaction(options, ending, {
    read: ({ raw }) => readDueKeys(raw, spec.name, slot.index, { watermark, without, limit: MAX_KEYS }),
    async work({ raw, signal }, due) {
      const cells: Cells = new Map(due.map(({ tenant, lane, text }) => [lineName(tenant, lane), { value: JSON.parse(text) as unknown, changed: false, cleared: false }]));
      const means: Omit<Means, 'tx'> = {
        spec, db: options.db, log: options.log, dryRun: options.dryRun, makeEvent: options.makeEvent, references: options.references, signal, spans: null, loaders: options.loaders([]),
      };
      const emits: { readonly tenant: string; readonly event: NewEvent }[] = [];
      for (const each of due) {
        const { tenant, lane, dueAt } = each;
        if (options.dryRun) await raw`SAVEPOINT sluice_due`;
        const subject = { tenant, lane, watermark, id: `due/${lane}/${dueAt}`, occurredAt: new Date(dueAt), event: null, attempt: 1, span: null };
        const result = await withTransaction(raw, (tx) => tryDue({ ...means, tx: spec.delivery === 'exactly-once' ? tx : null }, subject, cells));
        if (!result.ok && signal.aborted) throw result.error;
        // What the handler asked others for may be lost as well: that is this key's failure.
        if (!result.ok) await throwIfLost(raw, result.error);
        if (!result.ok) throw new DueFailure(each, result.error);
        if (options.dryRun) await raw`ROLLBACK TO SAVEPOINT sluice_due`;
        emits.push(...result.effects.emits.map((event) => ({ tenant, event })));
      }
      const stay = { slot: slot.index, fence: slot.fence, from: slot.position, to: slot.position, watermark, delivered: 0, skipped: 0, failed: 0, late: 0 };
      await write(raw, spec, { emits, parks: [], reparks: [], unparks: [], progress: [stay] }, stateChanges(spec, cells));
      return due.length;
    },
  });
}

/** One call of `onDue`. The state that it leaves is noted when it worked. */
async function tryDue(means: Means, subject: Subject, cells: Cells): Promise<AttemptResult> {
  const { spec } = means;
  try {
    const result = await attempt(means, subject, cellOf(spec, cells, subject));
    if (!result.ok) return result;
    // A state that is still due would be due for ever.
    if (result.effects.cell?.changed !== true) throw new TypeError(`${spec.name}: \`onDue\` left the state of key ${subject.lane} as it was, which is due. Set it so that \`dueAt\` is later or null.`);
    keepCell(spec, cells, subject, result.effects.cell);
    return result;
  } catch (error) {
    return { ok: false, error, ms: 0, steps: [] };
  }
}
