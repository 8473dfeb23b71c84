import type { Sql } from '../../db/connect.js';
import type { Executor } from './slots.js';

export interface StateKey {
  readonly tenant: string;
  readonly lane: string;
}

/** A key's state on its way into the database; `text` null: forgotten. */
export interface StateChange extends StateKey {
  readonly slot: number;
  readonly text: string | null;
  /** Milliseconds since 1970. */
  readonly dueAt: number | null;
}

/** The states of these keys that have one, in any order. */
export async function loadStates(sql: Executor, consumer: string, keys: readonly StateKey[]): Promise<(StateKey & { readonly text: string })[]> {
  if (keys.length === 0) return [];
  const rows = await sql<{ tenant: string; key: string; state: string }[]>`
    SELECT s.tenant, s.key, s.state::text AS state FROM unnest(${keys.map((each) => each.tenant)}::text[], ${keys.map((each) => each.lane)}::text[]) AS k(tenant, key)
      JOIN sluice.consumer_state s ON s.consumer = ${consumer} AND s.tenant = k.tenant AND s.key = k.key`;
  return rows.map(({ tenant, key, state }) => ({ tenant, lane: key, text: state }));
}

export async function saveStates(sql: Executor, consumer: string, changes: readonly StateChange[]): Promise<void> {
  const gone = changes.filter((each) => each.text === null);
  const kept = changes.filter((each) => each.text !== null);
  if (kept.length > 0) {
    await sql`INSERT INTO sluice.consumer_state (consumer, tenant, key, slot, state, due_at, updated_at)
      SELECT ${consumer}, c.tenant, c.key, c.slot, c.state::json, to_timestamp(c.due / 1000), clock_timestamp()
      FROM unnest(${kept.map((each) => each.tenant)}::text[], ${kept.map((each) => each.lane)}::text[], ${kept.map((each) => each.slot)}::int[], ${kept.map((each) => each.text)}::text[], ${kept.map((each) => each.dueAt)}::float8[])
        AS c(tenant, key, slot, state, due)
      ON CONFLICT (consumer, tenant, key) DO UPDATE SET state = excluded.state, due_at = excluded.due_at, updated_at = excluded.updated_at`;
  }
  if (gone.length > 0) {
    await sql`DELETE FROM sluice.consumer_state s USING unnest(${gone.map((each) => each.tenant)}::text[], ${gone.map((each) => each.lane)}::text[]) AS k(tenant, key)
      WHERE s.consumer = ${consumer} AND s.tenant = k.tenant AND s.key = k.key`;
  }
}

/** When the first state of each of these slots is due; slots without any are left out. */
export async function readDue(sql: Sql, consumer: string, slots: readonly number[]): Promise<Map<number, number>> {
  const rows = await sql<{ slot: number; due: number }[]>`
    SELECT slot, (extract(epoch FROM min(due_at)) * 1000)::float8 AS due FROM sluice.consumer_state
    WHERE consumer = ${consumer} AND slot = ANY(${[...slots]}::int[]) AND due_at IS NOT NULL GROUP BY slot`;
  return new Map(rows.map(({ slot, due }) => [slot, due]));
}

/** Keys of a slot whose state is due at `watermark`, the earliest first: at most `limit`. */
export async function readDueKeys(sql: Executor, consumer: string, slot: number, watermark: number, limit: number): Promise<(StateKey & { readonly text: string; readonly dueAt: number })[]> {
  const rows = await sql<{ tenant: string; key: string; state: string; due: number }[]>`
    SELECT tenant, key, state::text AS state, (extract(epoch FROM due_at) * 1000)::float8 AS due FROM sluice.consumer_state
    WHERE consumer = ${consumer} AND slot = ${slot} AND due_at <= to_timestamp(${watermark}::float8 / 1000) ORDER BY due_at, tenant, key LIMIT ${limit}`;
  return rows.map(({ tenant, key, state, due }) => ({ tenant, lane: key, text: state, dueAt: due }));
}
