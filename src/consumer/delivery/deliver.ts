import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import { isBroken, type Executor } from '../../db/connect.js';
import type { NewEvent } from '../../event/event.js';
import type { EventModel } from '../../event/model.js';
import { badInput } from '../../event/limits.js';
import { writeOutboxRows } from '../../outbox/write.js';
import type { BatchLoaders } from '../../reference/loaders.js';
import { attempt, describe, type AttemptResult, type MakeEvent, type Means, type StateCell, type Subject } from '../attempt.js';
import { HoldConsumer, PauseConsumer } from '../outcome.js';
import { lineName } from '../line-name.js';
import type { Pace } from '../pace.js';
import type { Item } from '../slot.js';
import type { Sessions } from '../../db/sessions.js';
import { slotOf } from '../slot-of.js';
import type { ConsumerSpec } from '../spec.js';
import { park, repark, unpark } from '../store/parked.js';
import { advance } from '../store/slots.js';
import { loadStates, saveStates, type StateChange, type StateKey } from '../store/state.js';
import type { Batch, Result } from '../work.js';

/** Bytes of JSON of one key's state, when nothing else is said. */
const MAX_STATE = 65_536;

export interface DeliverOptions {
  readonly spec: ConsumerSpec;
  readonly dryRun: boolean;
  /** Their transactions end by themselves when this process freezes. */
  readonly sessions: Sessions;
  readonly db: PostgresJsDatabase;
  readonly log: Logger;
  readonly makeEvent: MakeEvent;
  readonly references: EventModel['references'];
  /** Reference data as of these events. */
  loaders(items: readonly Item[]): BatchLoaders;
  /** Publishes what an event led to, once for each key; resolves when it is durable. Waits for room until `signal` aborts. */
  publish(tenant: string, key: string, events: readonly NewEvent[], signal: AbortSignal): Promise<void>;
  /** Milliseconds after which an idle transaction ends. */
  readonly leaseMs: number;
  /** Told how long attempts at events take. */
  readonly pace: Pace;
}

/** What attempts at the events of a batch work with. */
type BatchMeans = Means & Pick<DeliverOptions, 'pace'>;

/** Works a batch off and commits what it came to. Throws when nothing of it has happened, or nobody knows: it is to be done again. */
export type Deliver = (batch: Batch) => Promise<Result>;

/** States of the keys of a batch, by `lineName`. */
export type Cells = Map<string, StateCell>;

export function itemsOf({ takes, parked }: Batch): Item[] {
  return takes.flatMap((take) => [...take.parked.flatMap((position) => parked.get(position) ?? []), ...take.items]);
}

/** `signal`: aborts when the batch is to end. */
export function meansOf({ spec, db, log, dryRun, makeEvent, references, loaders, pace }: DeliverOptions, { spans }: Batch, items: readonly Item[], signal: AbortSignal): Omit<BatchMeans, 'tx'> {
  return { spec, db, log, dryRun, makeEvent, references, signal, spans, pace, loaders: loaders(items) };
}

/** The states of these keys; those that have none have the initial one. Text that the schema refuses fails with the attempt. */
export async function readCells(sql: Executor, spec: ConsumerSpec, keys: readonly StateKey[]): Promise<Cells> {
  const cells: Cells = new Map();
  if (spec.state === null) return cells;
  const distinct = [...new Map(keys.map((each) => [lineName(each.tenant, each.lane), each])).values()];
  for (const { tenant, lane, text } of await loadStates(sql, spec.name, distinct)) cells.set(lineName(tenant, lane), { value: JSON.parse(text) as unknown, changed: false, cleared: false });
  return cells;
}

export function keysOf(items: readonly Item[]): StateKey[] {
  return items.map(({ event: { tenant }, lane }) => ({ tenant, lane }));
}

/** The cell of a key, its value checked: a copy, which an attempt may change without anybody else seeing it. Errors: whatever the schema throws. */
export function cellOf(spec: ConsumerSpec, cells: Cells, { tenant, lane }: StateKey): StateCell | null {
  if (spec.state === null) return null;
  const known = cells.get(lineName(tenant, lane));
  if (known === undefined) return { value: structuredClone(spec.state.initial), changed: false, cleared: false };
  const value = structuredClone(known.value);
  return { ...known, value: known.changed ? value : spec.state.schema.parse(value) };
}

/** One attempt at an item, seen by whoever traces or reads the log at level debug. Its state is there for the next item of the key, when it worked. */
export function tryItem(means: BatchMeans, item: Item, cells: Cells): Promise<AttemptResult> {
  const { spans, log } = means;
  const isSaid = log.isLevelEnabled('debug');
  // Usually nobody looks: then it costs nothing.
  return spans === null && !isSaid ? tryOnce(means, item, cells, null) : trySeen(means, item, cells, isSaid);
}

async function trySeen(means: BatchMeans, item: Item, cells: Cells, isSaid: boolean): Promise<AttemptResult> {
  const span = means.spans?.begin(item) ?? null;
  const result = await tryOnce(means, item, cells, span);
  span?.ended(result.ok ? null : describe(result.error));
  if (isSaid) sayAttempt(means.log, item, result);
  return result;
}

function sayAttempt(log: Logger, { event: { id, type, position }, attempts }: Item, result: AttemptResult): void {
  const steps = result.steps.map(({ name, outcome, ms }) => `${name}: ${outcome}, ${Math.round(ms * 10) / 10} ms`);
  log.debug({ eventId: id, type, position, attempt: attempts + 1, ms: Math.round(result.ms), steps, ...(result.ok ? {} : { error: describe(result.error) }) }, result.ok ? 'an attempt at an event worked' : 'an attempt at an event failed');
}

async function tryOnce(means: BatchMeans, item: Item, cells: Cells, span: Subject['span']): Promise<AttemptResult> {
  const { event, lane, watermark } = item;
  const key = { tenant: event.tenant, lane };
  let cell: StateCell | null;
  try {
    cell = cellOf(means.spec, cells, key);
  } catch (error) {
    return { ok: false, error, ms: 0, steps: [] };
  }
  const result = await attempt(means, { ...key, watermark, id: event.id, occurredAt: event.occurredAt, event, attempt: item.attempts + 1, span }, cell);
  means.pace.took(result.ms, result.ok);
  if (!result.ok) return result;
  try {
    keepCell(means.spec, cells, key, result.effects.cell);
  } catch (error) {
    return { ok: false, error, ms: result.ms, steps: result.steps };
  }
  return result;
}

/** Notes what became of a key's state. Throws `BAD_USER_INPUT` when it is too large. */
export function keepCell(spec: ConsumerSpec, cells: Cells, { tenant, lane }: StateKey, cell: StateCell | null): void {
  if (cell === null || !cell.changed) return;
  const most = spec.state?.maxBytes ?? MAX_STATE;
  const bytes = Buffer.byteLength(JSON.stringify(cell.value) ?? '');
  if (bytes > most) throw badInput(`The state has ${bytes} bytes as JSON; ${spec.name} allows ${most} for a key. Keep less in it, or raise \`state.maxBytes\`.`);
  cells.set(lineName(tenant, lane), cell);
}

/** Changed states, as they are written. */
export function stateChanges(spec: ConsumerSpec, cells: Cells): StateChange[] {
  return [...cells].filter(([, cell]) => cell.changed).map(([name, cell]): StateChange => {
    const at = name.indexOf('\0');
    const [tenant, lane] = [name.slice(0, at), name.slice(at + 1)];
    return { tenant, lane, slot: slotOf(tenant, lane), text: cell.cleared ? null : JSON.stringify(cell.value), dueAt: cell.cleared ? null : spec.state?.dueAt?.(cell.value)?.getTime() ?? null };
  });
}

/** Everything that goes with the checkpoint, and the checkpoint, sent at once. */
export async function write(sql: Executor, spec: ConsumerSpec, { emits, parks, reparks, unparks, progress }: Pick<Result, 'emits' | 'parks' | 'reparks' | 'unparks' | 'progress'>, changes: readonly StateChange[]): Promise<void> {
  await all([
    writeOutboxRows(sql, emits), saveStates(sql, spec.name, changes), park(sql, spec.name, parks), repark(sql, spec.name, reparks), unpark(sql, spec.name, unparks),
    advance(sql, spec.name, progress),
  ]);
}

/** Commits what a batch has come to when it has had its effects outside. */
export async function commit({ spec, sessions, leaseMs }: DeliverOptions, result: Result, changes: readonly StateChange[]): Promise<void> {
  const silenceMs = spec.timeoutMs + leaseMs;
  const alone = changes.length + result.parks.length + result.reparks.length + result.unparks.length === 0;
  if (alone) await sessions.statement(silenceMs, ({ raw }) => advance(raw, spec.name, result.progress));
  // What was emitted is published by now.
  else await sessions.transaction(silenceMs, { read: () => Promise.resolve(), work: ({ raw }) => write(raw, spec, { ...result, emits: [] }, changes) });
}

/** Resolves when all statements of one transaction are answered. Throws what the one that failed was told: the others only hear that the transaction is broken. */
export async function all(statements: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(statements)).filter((each) => each.status === 'rejected').map((each): unknown => each.reason);
  if (failed.length > 0) throw failed.find((error) => !isBroken(error)) ?? failed[0];
}

/** It is about the consumer, not about the event. */
export function isControl(error: unknown): boolean {
  return error instanceof HoldConsumer || error instanceof PauseConsumer;
}
