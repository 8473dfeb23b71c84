import type { Executor, Sql } from '../../db/connect.js';

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

/** When the first state of each of these slots is due, without keys that wait for an event, and those of `without`; slots that have none are left out. */
export async function readDue(sql: Sql, consumer: string, slots: readonly number[], without: readonly StateKey[] = []): Promise<Map<number, number>> {
  const rows = await sql<{ slot: number; due: number }[]>`
    SELECT n.slot, (extract(epoch FROM first.due_at) * 1000)::float8 AS due FROM unnest(${[...slots]}::int[]) AS n(slot), LATERAL (
      SELECT s.due_at FROM sluice.consumer_state s
      WHERE s.consumer = ${consumer} AND s.slot = n.slot AND s.due_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM sluice.parked_events p WHERE p.consumer = s.consumer AND p.slot = s.slot AND p.tenant = s.tenant AND p.lane = s.key AND (p.status <> 'dead' OR p.blocks))
        AND NOT EXISTS (SELECT FROM unnest(${without.map((each) => each.tenant)}::text[], ${without.map((each) => each.lane)}::text[]) AS w(tenant, key) WHERE w.tenant = s.tenant AND w.key = s.key)
      ORDER BY s.due_at LIMIT 1) first`;
  return new Map(rows.map(({ slot, due }) => [slot, due]));
}

export interface DueQuestion {
  readonly watermark: number;
  readonly without: readonly StateKey[];
  readonly limit: number;
}

/** Keys of a slot whose state is due at `watermark` and who wait for no event, the earliest first: at most `limit`, none of `without`. */
export async function readDueKeys(sql: Executor, consumer: string, slot: number, { watermark, without, limit }: DueQuestion): Promise<(StateKey & { readonly text: string; readonly dueAt: number })[]> {
  const rows = await sql<{ tenant: string; key: string; state: string; due: number }[]>`
    SELECT tenant, key, state::text AS state, (extract(epoch FROM due_at) * 1000)::float8 AS due FROM sluice.consumer_state s
    WHERE consumer = ${consumer} AND slot = ${slot} AND due_at <= to_timestamp(${watermark}::float8 / 1000)
      AND NOT EXISTS (SELECT FROM sluice.parked_events p WHERE p.consumer = s.consumer AND p.slot = s.slot AND p.tenant = s.tenant AND p.lane = s.key AND (p.status <> 'dead' OR p.blocks))
      AND NOT EXISTS (SELECT FROM unnest(${without.map((each) => each.tenant)}::text[], ${without.map((each) => each.lane)}::text[]) AS w(tenant, key) WHERE w.tenant = s.tenant AND w.key = s.key)
    ORDER BY due_at, tenant, key LIMIT ${limit}`;
  return rows.map(({ tenant, key, state, due }) => ({ tenant, lane: key, text: state, dueAt: due }));
}
