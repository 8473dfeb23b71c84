import type postgres from 'postgres';
import { driverError, isUnavailable, lostToOthers, sqlState } from '../../db/connect.js';
import { writeOutboxRows } from '../../outbox/write.js';
import { AttemptTimeout, type AttemptResult, type Means } from '../attempt.js';
import { guard } from '../guarded-transaction.js';
import type { Item } from '../item.js';
import { slotOf } from '../slot-of.js';
import { workOff, type Batch, type Result } from '../work.js';
import { isControl, itemsOf, keysOf, meansOf, readCells, stateChanges, tryItem, writes, type DeliverOptions } from './deliver.js';

type Failed = Extract<AttemptResult, { ok: false }>;

/** The batch is to be worked off anew. In it these have failed, and no other attempt is made on them. */
class Redo extends Error {
  readonly failed: ReadonlyMap<Item, Failed>;

  constructor(failed: ReadonlyMap<Item, Failed>) {
    super('the batch is worked off again without what failed');
    this.failed = failed;
  }
}

/**
 * Effects, state, emitted events and checkpoint in one transaction (G9). First without savepoints; when an event fails, all is
 * rolled back, states are read again, and the batch is worked off without it, each event in a savepoint of its own. A dry run
 * rolls every savepoint back.
 */
export async function exactlyOnce(options: DeliverOptions, batch: Batch): Promise<Result> {
  let failed: ReadonlyMap<Item, Failed> = new Map();
  for (let careful = options.dryRun; ; careful = true) {
    try {
      return await inTransaction(options, batch, failed, careful);
    } catch (error) {
      if (!(error instanceof Redo)) throw error;
      failed = new Map([...failed, ...error.failed]);
    }
  }
}

async function inTransaction(options: DeliverOptions, batch: Batch, failed: ReadonlyMap<Item, Failed>, careful: boolean): Promise<Result> {
  const { spec, signal } = options;
  const items = itemsOf(batch);
  return await transaction(options, async (raw, tx) => {
    const cells = await readCells(raw, spec, keysOf(items));
    const means: Means = { ...meansOf(options, items), tx };
    const one = async (item: Item): Promise<AttemptResult> => {
      const known = failed.get(item);
      if (known !== undefined) return known;
      if (careful) await raw`SAVEPOINT sluice_event`;
      let result = await tryItem(means, item, cells);
      if (careful) result = await endSavepoint(raw, result, options.dryRun);
      if (result.ok || signal.aborted) return result;
      // Rolled back because of others, or for want of a connection: no fault of the event.
      if (isLost(result.error)) throw result.error;
      // What a handler that was given up still does is in no savepoint.
      if (result.error instanceof AttemptTimeout) throw new Redo(new Map([[item, result]]));
      if (careful) return result;
      // The transaction has what the attempt did. One that was broken before says nothing about this event.
      throw new Redo(isControl(result.error) || sqlState(driverError(result.error)) === '25P02' ? new Map() : new Map([[item, result]]));
    };
    const result = await workOff(spec, batch, one, signal);
    await Promise.all([
      ...writes(raw, spec, result, stateChanges(spec, cells, ({ tenant, lane }) => slotOf(tenant, lane))),
      writeOutboxRows(raw, result.emits),
    ]);
    return result;
  });
}

/**
 * A transaction of a batch. A frozen process cannot keep it busy: then the server ends it, and the next owner need not wait. A
 * handler that outlives it finds it closed.
 */
export async function transaction<T>({ sql, spec, leaseMs, log }: DeliverOptions, work: (raw: postgres.TransactionSql, tx: ReturnType<typeof guard>['tx']) => Promise<T>): Promise<T> {
  return await sql.begin('ISOLATION LEVEL READ COMMITTED', async (raw) => {
    const guarded = guard(raw);
    const ping = setInterval(() => {
      raw`SELECT 1`.catch((error: unknown) => log.debug({ err: error, consumer: spec.name }, 'the transaction of a batch is lost'));
    }, leaseMs / 3);
    try {
      const [result] = await Promise.all([work(raw, guarded.tx), raw`SELECT set_config('statement_timeout', ${String(spec.timeoutMs)}, true)`]);
      return result;
    } finally {
      clearInterval(ping);
      guarded.close();
    }
  }) as T;
}

/** Keeps what an attempt wrote, or takes it back. A statement whose error the handler swallowed shows here. */
async function endSavepoint(raw: postgres.TransactionSql, result: AttemptResult, dryRun: boolean): Promise<AttemptResult> {
  if (result.ok && !dryRun) {
    try {
      await raw`RELEASE SAVEPOINT sluice_event`;
      return result;
    } catch (error) {
      await raw`ROLLBACK TO SAVEPOINT sluice_event`;
      return { ok: false, error: new Error('A statement of the handler failed, and it went on. What follows in the transaction cannot be kept.', { cause: error }), ms: result.ms, steps: [] };
    }
  }
  if (!(result.ok ? false : result.error instanceof AttemptTimeout)) await raw`ROLLBACK TO SAVEPOINT sluice_event`;
  return result;
}

/** The transaction was rolled back because of others or of the server: the same may work the next time. */
export function isLost(error: unknown): boolean {
  const cause = driverError(error);
  return lostToOthers(cause) || (isUnavailable(cause) && sqlState(cause) !== '57014') || sqlState(cause) === '25P03';
}
