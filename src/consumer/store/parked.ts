import type { Executor, Sql } from '../../db/connect.js';
import type { LogEvent } from '../../event/event.js';
import { ERASED } from '../../event/internal.js';
import type { StepTrace } from '../definition.js';
import { FencedError } from './slots.js';

/** What is known in memory of an event that waits outside the checkpoint's order, or blocks its key. */
export interface Parked {
  readonly slot: number;
  readonly position: number;
  readonly tenant: string;
  readonly lane: string;
  readonly status: 'retry' | 'waiting' | 'dead';
  /** Milliseconds since 1970; null: it waits for those before it, or for somebody's decision. */
  readonly nextAttemptAt: number | null;
}

/** With what an attempt needs. */
export interface ParkedEvent {
  readonly event: LogEvent;
  readonly lane: string;
  readonly attempts: number;
  readonly watermark: number;
  readonly history: readonly object[];
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly step: string | null;
}

/** One failed attempt, as it is kept. */
export interface AttemptRecord {
  readonly at: string;
  readonly ms: number;
  readonly error: Failure;
  readonly steps: readonly StepTrace[];
}

/** An event on its way out of the checkpoint's order. */
export interface Parking {
  readonly event: LogEvent;
  readonly slot: number;
  readonly lane: string;
  readonly watermark: number;
  readonly status: 'retry' | 'waiting' | 'dead';
  readonly blocks: boolean;
  readonly attempts: number;
  /** Milliseconds from now. */
  readonly retryIn: number | null;
  readonly error: Failure | null;
  readonly history: readonly object[];
}

/** Attempts of which a parked event remembers how they failed. */
export const HISTORY = 10;

/** Everything of these slots that holds up its key, in log order. */
export async function readLines(sql: Sql, consumer: string, slots: readonly number[]): Promise<Parked[]> {
  const rows = await sql<{ slot: number; position: string; tenant: string; lane: string; status: Parked['status']; next: number | null }[]>`
    SELECT slot, position, tenant, lane, status, (extract(epoch FROM next_attempt_at) * 1000)::float8 AS next
    FROM sluice.parked_events WHERE consumer = ${consumer} AND slot = ANY(${[...slots]}::int[]) AND (status <> 'dead' OR blocks) ORDER BY position`;
  return rows.map(({ slot, position, tenant, lane, status, next }) => ({ slot, position: Number(position), tenant, lane, status, nextAttemptAt: status === 'retry' ? next ?? 0 : null }));
}

interface ParkedRow {
  readonly position: string;
  readonly lane: string;
  readonly event_id: string;
  readonly epoch: string;
  readonly tenant: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly version: number;
  readonly payload: string;
  readonly occurred: number;
  readonly recorded: number;
  readonly correlation_id: string | null;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
  readonly attempts: number;
  readonly watermark: number;
  readonly history: string;
}

/** Those of the parked events that are not dead, by position. */
export async function readParked(sql: Sql, consumer: string, positions: readonly number[]): Promise<Map<number, ParkedEvent>> {
  if (positions.length === 0) return new Map();
  const rows = await sql<ParkedRow[]>`
    SELECT position, lane, event_id, epoch, tenant, topic, type, key, version, payload::text AS payload, (extract(epoch FROM occurred_at) * 1000)::float8 AS occurred,
      (extract(epoch FROM recorded_at) * 1000)::float8 AS recorded, correlation_id, causation_id, traceparent, attempts, (extract(epoch FROM watermark) * 1000)::float8 AS watermark, history::text AS history
    FROM sluice.parked_events WHERE consumer = ${consumer} AND position = ANY(${[...positions]}::bigint[]) AND status <> 'dead'`;
  return new Map(rows.map((row) => [Number(row.position), { event: eventOf(row), lane: row.lane, attempts: row.attempts, watermark: row.watermark, history: JSON.parse(row.history) as object[] }]));
}

function eventOf({ payload, ...row }: ParkedRow): LogEvent {
  return {
    position: Number(row.position), epoch: row.epoch, id: row.event_id, tenant: row.tenant, topic: row.topic, type: row.type, key: row.key, version: row.version,
    payload: payload === 'null' ? ERASED : JSON.parse(payload) as Record<string, unknown>, occurredAt: new Date(row.occurred), recordedAt: new Date(row.recorded),
    correlationId: row.correlation_id, causationId: row.causation_id, traceparent: row.traceparent, size: payload.length,
  };
}

/** Parks events, each with its payload as the log has it now (it may have been erased since it was read). The first dead letter of a consumer raises an alert. */
export async function park(sql: Executor, consumer: string, parkings: readonly Parking[]): Promise<void> {
  if (parkings.length === 0) return;
  const text = (of: (each: Parking) => string | null) => parkings.map(of);
  await sql`
    INSERT INTO sluice.parked_events (consumer, position, slot, lane, status, blocks, event_id, epoch, tenant, topic, type, key, version, payload, occurred_at, recorded_at,
      correlation_id, causation_id, traceparent, watermark, attempts, next_attempt_at, error, history, dead_at)
    SELECT ${consumer}, p.position, p.slot, p.lane, p.status, p.blocks, p.event_id, p.epoch, p.tenant, p.topic, p.type, p.key, p.version,
      coalesce((SELECT e.payload FROM sluice.events e WHERE e.position = p.position), p.payload::json), to_timestamp(p.occurred / 1000), to_timestamp(p.recorded / 1000),
      p.correlation, p.causation, p.trace, to_timestamp(p.watermark / 1000), p.attempts, clock_timestamp() + p.retry_in * interval '1 millisecond', p.error::json, p.history::json,
      CASE WHEN p.status = 'dead' THEN clock_timestamp() END
    FROM unnest(${parkings.map((each) => each.event.position)}::bigint[], ${parkings.map((each) => each.slot)}::int[], ${text((each) => each.lane)}::text[], ${text((each) => each.status)}::text[],
      ${text((each) => String(each.blocks))}::text[]::boolean[], ${text((each) => each.event.id)}::uuid[], ${text((each) => each.event.epoch)}::text[], ${text((each) => each.event.tenant)}::text[],
      ${text((each) => each.event.topic)}::text[], ${text((each) => each.event.type)}::text[], ${text((each) => each.event.key)}::text[], ${parkings.map((each) => each.event.version)}::int[],
      ${text((each) => JSON.stringify(each.event.payload))}::text[], ${parkings.map((each) => each.event.occurredAt.getTime())}::float8[], ${parkings.map((each) => each.event.recordedAt.getTime())}::float8[],
      ${text((each) => each.event.correlationId)}::text[], ${text((each) => each.event.causationId)}::text[], ${text((each) => each.event.traceparent)}::text[],
      ${parkings.map((each) => each.watermark)}::float8[], ${parkings.map((each) => each.attempts)}::int[], ${parkings.map((each) => each.retryIn)}::float8[],
      ${text((each) => json(each.error))}::text[], ${text((each) => JSON.stringify(each.history))}::text[])
      AS p(position, slot, lane, status, blocks, event_id, epoch, tenant, topic, type, key, version, payload, occurred, recorded, correlation, causation, trace, watermark, attempts, retry_in, error, history)`;
  await alertDead(sql, consumer, parkings);
}

/** What has become of events that were parked already; as `park`, when they are dead. Throws `FencedError` when somebody has decided about one of them since it was read: also to have it tried anew. */
export async function repark(sql: Executor, consumer: string, parkings: readonly Parking[]): Promise<void> {
  if (parkings.length === 0) return;
  const text = (of: (each: Parking) => string | null) => parkings.map(of);
  const changed = await sql`
    UPDATE sluice.parked_events e SET status = p.status, blocks = p.blocks, attempts = p.attempts, next_attempt_at = clock_timestamp() + p.retry_in * interval '1 millisecond',
      error = coalesce(p.error::json, e.error), history = p.history::json, dead_at = CASE WHEN p.status = 'dead' THEN clock_timestamp() END
    FROM unnest(${parkings.map((each) => each.event.position)}::bigint[], ${parkings.map((each) => each.status)}::text[], ${text((each) => String(each.blocks))}::text[]::boolean[], ${parkings.map((each) => each.attempts)}::int[],
      ${parkings.map((each) => each.retryIn)}::float8[], ${parkings.map((each) => json(each.error))}::text[], ${parkings.map((each) => JSON.stringify(each.history))}::text[])
      AS p(position, status, blocks, attempts, retry_in, error, history)
    WHERE e.consumer = ${consumer} AND e.position = p.position AND e.status <> 'dead' AND e.attempts = p.attempts - 1`;
  if (changed.count !== parkings.length) throw new FencedError(`parked events of ${consumer} are not what they were`);
  await alertDead(sql, consumer, parkings);
}

/** Has an alert raised if these are the consumer's only dead letters. */
async function alertDead(sql: Executor, consumer: string, parkings: readonly Parking[]): Promise<void> {
  const dead = parkings.filter(({ status }) => status === 'dead').map(({ event }) => event.position);
  if (dead.length > 0) await sql`SELECT sluice.alert_dead_letters(${consumer}, ${dead}::bigint[])`;
}

/** Takes parked events away whose effect is done. Throws `FencedError` as `repark` does. */
export async function unpark(sql: Executor, consumer: string, positions: readonly number[]): Promise<void> {
  if (positions.length === 0) return;
  const gone = await sql`DELETE FROM sluice.parked_events WHERE consumer = ${consumer} AND position = ANY(${[...positions]}::bigint[]) AND status <> 'dead'`;
  if (gone.count !== positions.length) throw new FencedError(`parked events of ${consumer} are not what they were`);
}

/** Takes the payloads of an erased key out of what is parked. */
export async function eraseParked(sql: Executor, of: { readonly tenant: string; readonly topic: string; readonly key: string; readonly before: number }): Promise<void> {
  await sql`SELECT sluice.erase_parked(${of.tenant}, ${of.topic}, ${of.key}, ${of.before - 1})`;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
