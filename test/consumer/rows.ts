import { randomUUID } from 'node:crypto';
import type { Sql } from '../../src/db/connect.js';

/* Rows as the engine writes them, for tests of what works on the tables alone. */

export interface ConsumerRow {
  readonly name: string;
  readonly kind?: string;
  readonly tenant?: string | null;
  readonly types?: readonly string[];
  readonly status?: string;
  readonly forkOf?: string | null;
  readonly position?: number;
  readonly endPosition?: number | null;
}

/** A consumer with its 64 slots, all at `position`. */
export async function insertConsumer(sql: Sql, { name, kind = 'processor', tenant = null, types = ['Noted'], status = 'running', forkOf = null, position = 0, endPosition = null }: ConsumerRow): Promise<void> {
  await sql`INSERT INTO sluice.consumers (name, kind, delivery, topics, types, tenant, fork_of, status, start_position, end_position)
    VALUES (${name}, ${kind}, 'exactly-once', ARRAY['NoteEvent'], ${[...types]}::text[], ${tenant}, ${forkOf}, ${status}, ${position}, ${endPosition})`;
  await sql`INSERT INTO sluice.consumer_slots (consumer, slot, position) SELECT ${name}, slot, ${position} FROM generate_series(0, 63) slot`;
}

export interface MemberRow {
  readonly seconds?: number;
  readonly delivered?: number;
  readonly failed?: number;
  readonly lagEvents?: number;
  readonly lagMs?: number;
  /** Slots that it owns. */
  readonly slots?: readonly number[];
}

/** A gateway that works for a consumer, for `seconds` from now (30; negative: it has gone). Gives its id. */
export async function insertMember(sql: Sql, consumer: string, { seconds = 30, delivered = 0, failed = 0, lagEvents = 0, lagMs = 0, slots = [] }: MemberRow = {}): Promise<string> {
  const gateway = randomUUID();
  await sql`INSERT INTO sluice.consumer_members VALUES (${consumer}, ${gateway}, clock_timestamp() + ${`${seconds} seconds`}::interval, ${delivered}, ${failed}, ${lagEvents}, ${lagMs})`;
  await sql`UPDATE sluice.consumer_slots SET owner = ${gateway}, fence = fence + 1 WHERE consumer = ${consumer} AND slot = ANY(${[...slots]}::smallint[])`;
  return gateway;
}

export interface ParkedRow {
  readonly consumer: string;
  readonly position: number;
  readonly status?: 'retry' | 'waiting' | 'dead';
  readonly slot?: number;
  readonly tenant?: string;
  readonly type?: string;
  readonly key?: string;
  readonly payload?: object;
  readonly error?: object;
  readonly blocks?: boolean;
  readonly deadAt?: Date;
}

export async function insertParked(sql: Sql, row: ParkedRow): Promise<void> {
  const { consumer, position, status = 'dead', slot = position % 64, tenant = 'default', type = 'Noted', key = `k-${position}`, payload = { noteId: key }, error = { name: 'Error', message: 'it failed' }, blocks = false } = row;
  const failed = JSON.stringify(error);
  await sql`
    INSERT INTO sluice.parked_events (consumer, position, slot, lane, status, blocks, event_id, epoch, tenant, topic, type, key, version, payload, occurred_at, recorded_at, attempts, error, history, dead_at)
    VALUES (${consumer}, ${position}, ${slot}, ${key}, ${status}, ${blocks}, ${randomUUID()}, (SELECT coalesce(sluice.epoch(), '0000000000000000')), ${tenant}, 'NoteEvent', ${type}, ${key}, 1, ${JSON.stringify(payload)}::text::json,
      clock_timestamp(), clock_timestamp(), 8, ${failed}::text::json, json_build_array(json_build_object('at', clock_timestamp(), 'ms', 12, 'error', ${failed}::text::json)),
      ${status === 'dead' ? row.deadAt ?? new Date() : null})`;
}

export async function insertState(sql: Sql, consumer: string, key: string): Promise<void> {
  await sql`INSERT INTO sluice.consumer_state (consumer, tenant, key, slot, state) VALUES (${consumer}, 'default', ${key}, 1, '{"n": 1}')`;
}
