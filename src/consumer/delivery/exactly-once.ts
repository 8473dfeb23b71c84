import type postgres from 'postgres';
import { driverError, isBroken, isUnavailable, lostToOthers, sqlState } from '../../db/connect.js';
import { AttemptTimeout, type AttemptResult } from '../attempt.js';
import { SluiceError } from '../../base/error.js';
import { abortWith } from '../../base/signal.js';
import type { ConsumerTransaction } from '../definition.js';
import { guard } from '../guarded-transaction.js';
import { lineName } from '../line-name.js';
import { LostSessionError } from '../../db/session.js';
import type { Item } from '../slot.js';
import { FencedError } from '../store/slots.js';
import { workOff, type Batch, type Result } from '../work.js';
import type { Stages } from '../../db/sessions.js';
import { isControl, itemsOf, keysOf, meansOf, readCells, stateChanges, tryItem, write, type DeliverOptions } from './deliver.js';

type Failed = Extract<AttemptResult, { ok: false }>;

/** The batch is to be worked off anew. In it these have failed, and no other attempt is made on them. */
class Redo extends Error {
  readonly failed: ReadonlyMap<Item, Failed>;
  /** Nothing behind this one is tried any more: it took its whole time, and the batch is to come to something. */
  readonly last: Item | null;

  constructor(failed: ReadonlyMap<Item, Failed>, last: Item | null = null) {
    super('the batch is worked off again without what failed');
    this.failed = failed;
    this.last = last;
  }
}

/** The batch is cut off: what its attempt has written so far cannot be told from what others have. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * Effects, state, emitted events and checkpoint in one transaction (G9). First without savepoints; when an event fails, all is
 * rolled back, states are read again, and the batch is worked off without it, each event in a savepoint of its own; behind one
 * that took too long it ends. A dry run rolls every savepoint back.
 */
export async function exactlyOnce(options: DeliverOptions, batch: Batch): Promise<Result> {
  let failed: ReadonlyMap<Item, Failed> = new Map();
  let { last } = batch;
  for (let careful = options.dryRun; ; careful = true) {
    try {
      return await inTransaction(options, { ...batch, last }, failed, careful);
    } catch (error) {
      if (error instanceof Redo) {
        failed = new Map([...failed, ...error.failed]);
        last = error.last ?? last;
      }
      // What the database refuses at the end shows with savepoints whose it is.
      else if (careful || isLost(error) || error instanceof FencedError || batch.failed !== undefined) throw error;
    }
  }
}

async function inTransaction(options: DeliverOptions, batch: Batch, failed: ReadonlyMap<Item, Failed>, careful: boolean): Promise<Result> {
  const { spec } = options;
  const items = itemsOf(batch);
  try {
    return await transaction(options, batch.signal, {
      read: ({ raw }) => readCells(raw, spec, keysOf(items)),
      async work({ raw, signal }, cells) {
        const means = meansOf(options, batch, items, signal);
        const one = async (item: Item): Promise<AttemptResult> => {
          const known = failed.get(item);
          if (known !== undefined) return known;
          if (careful) await raw`SAVEPOINT sluice_event`;
          const name = lineName(item.event.tenant, item.lane);
          const before = cells.get(name);
          let result = await withTransaction(raw, (tx) => tryItem({ ...means, tx }, item, cells));
          if (!result.ok && signal.aborted) throw new GivenUp('The consumer stops, or has lost what it worked on.', { cause: result.error });
          // What a handler that was given up still does is in no savepoint.
          if (!result.ok && result.error instanceof AttemptTimeout) throw new Redo(new Map([[item, result]]), item);
          if (!result.ok) await throwIfLost(raw, result.error);
          if (careful) result = await endSavepoint(raw, result, options.dryRun);
          // What it made of the state goes with its savepoint.
          if (!result.ok && before === undefined) cells.delete(name);
          else if (!result.ok && before !== undefined) cells.set(name, before);
          if (result.ok || careful) return result;
          // The transaction has what the attempt did. One that was broken before says nothing about this event.
          throw new Redo(isControl(result.error) || isBroken(result.error) ? new Map() : new Map([[item, result]]));
        };
        const result = await workOff(spec, batch, one, signal);
        await write(raw, spec, result, stateChanges(spec, cells));
        return result;
      },
    });
  } catch (error) {
    // A statement of some handler failed, which went on: with savepoints it shows whose.
    if (!careful && isBroken(error)) throw new Redo(new Map());
    throw error;
  }
}

/** What works in a transaction of a batch. */
export interface BatchTransaction {
  readonly raw: postgres.TransactionSql;
  /** Aborts when the batch is to end, or the connection is lost. */
  readonly signal: AbortSignal;
}

/** A transaction of a batch, its work with a signal. No statement takes longer than an attempt may. */
export async function transaction<Found, Result>(
  { sessions, spec, leaseMs }: DeliverOptions, ending: AbortSignal, { read, work }: Pick<Stages<Found, Result>, 'read'> & { work(given: BatchTransaction, found: Found): Promise<Result> },
): Promise<Result> {
  return await sessions.transaction(spec.timeoutMs + leaseMs, {
    statementTimeout: spec.timeoutMs, read,
    async work(session, found) {
      const over = new AbortController();
      const loosen = abortWith(over, [ending, session.lost]);
      try {
        return await work({ raw: session.raw, signal: over.signal }, found);
      } finally {
        loosen();
      }
    },
  });
}

/** The transaction as one attempt has it. Closed when that has ended: what it goes on to write would be among what another one wrote. */
export async function withTransaction<T>(raw: postgres.TransactionSql, work: (tx: ConsumerTransaction) => Promise<T>): Promise<T> {
  const { tx, close } = guard(raw);
  try {
    return await work(tx);
  } finally {
    close();
  }
}

/** Keeps what an attempt wrote, or takes it back. A statement whose error the handler swallowed shows here, and a constraint that waited for the end. */
async function endSavepoint(raw: postgres.TransactionSql, result: AttemptResult, dryRun: boolean): Promise<AttemptResult> {
  if (!result.ok || dryRun) {
    await raw`ROLLBACK TO SAVEPOINT sluice_event`;
    return result;
  }
  try {
    await raw.unsafe('SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED');
    await raw`RELEASE SAVEPOINT sluice_event`;
    return result;
  } catch (error) {
    await raw`ROLLBACK TO SAVEPOINT sluice_event`;
    return {
      ok: false, ms: result.ms, steps: [],
      error: isBroken(error) ? new Error('A statement of the handler failed, and it went on. What follows in the transaction cannot be kept.', { cause: error }) : error,
    };
  }
}

/** An attempt that failed because the transaction is lost, by a conflict with others (40001, 40P01) or with its connection, says nothing about its event. */
export async function throwIfLost(raw: postgres.TransactionSql, error: unknown): Promise<void> {
  const cause = driverError(error);
  if (['40001', '40P01'].includes(sqlState(cause) ?? '')) throw error;
  if (!isUnavailable(cause) && sqlState(cause) !== '25P03') return;
  // Ours, or that of something else that the handler asked?
  try {
    await raw`SELECT 1`;
  } catch (lost) {
    if (!isBroken(lost)) throw lost;
  }
}

/** The transaction was rolled back because of others or of the server, or nobody knows: the same may work the next time. */
export function isLost(error: unknown): boolean {
  const cause = driverError(error);
  return error instanceof LostSessionError || error instanceof GivenUp || (error instanceof SluiceError && ['STORAGE_UNAVAILABLE', 'OVERLOADED'].includes(error.code)) || lostToOthers(cause) || isUnavailable(cause) || sqlState(cause) === '25P03';
}
