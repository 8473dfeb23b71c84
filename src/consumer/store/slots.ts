import { sqlState, type Executor, type Sql } from '../../db/connect.js';
import type { ConsumerSpec } from '../spec.js';

/** A slot that this gateway has taken. */
export interface TakenSlot {
  readonly slot: number;
  readonly fence: number;
  readonly position: number;
  /** Milliseconds since 1970; null: no event of the consumer yet. */
  readonly watermark: number | null;
}

/** How far a slot has come, and what became of the events in between. */
export interface Progress {
  readonly slot: number;
  readonly fence: number;
  readonly from: number;
  readonly to: number;
  readonly watermark: number | null;
  readonly delivered: number;
  readonly skipped: number;
  readonly failed: number;
  readonly late: number;
}

/** SQLSTATE of `sluice.move_checkpoints`. */
const FENCED = 'SLF01';

/** Somebody else has the slot now, or it was reset: nothing of the transaction may stay. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/**
 * Takes those of the wanted slots that nobody has, or whose owner's lease has expired. One that is locked (a frozen owner in
 * mid-transaction) is left for the next time. None when the consumer is to read other types.
 */
export async function takeSlots(sql: Sql, { name: consumer, types }: Pick<ConsumerSpec, 'name' | 'types'>, gateway: string, wanted: readonly number[]): Promise<TakenSlot[]> {
  const rows = await sql<{ slot: number; fence: string; position: string; watermark: number | null }[]>`
    UPDATE sluice.consumer_slots t SET owner = ${gateway}, fence = t.fence + 1, reads = c.reads
    FROM sluice.consumers c, (
      SELECT s.slot FROM sluice.consumer_slots s WHERE s.consumer = ${consumer} AND s.slot = ANY(${[...wanted]}::int[])
        AND (s.owner IS NULL OR s.owner = ${gateway} OR NOT EXISTS (
          SELECT FROM sluice.consumer_members m WHERE m.consumer = s.consumer AND m.gateway = s.owner AND m.expires_at > clock_timestamp()))
      FOR UPDATE SKIP LOCKED
    ) free
    WHERE c.name = ${consumer} AND c.types @> ${[...types]}::text[] AND c.types <@ ${[...types]}::text[] AND t.consumer = c.name AND t.slot = free.slot
    RETURNING t.slot, t.fence, t.position, (extract(epoch FROM t.watermark) * 1000)::float8 AS watermark`;
  return rows.map(({ slot, fence, position, watermark }) => ({ slot, fence: Number(fence), position: Number(position), watermark }));
}

/** The fences of the slots that a gateway has, by slot. */
export async function readFences(sql: Sql, consumer: string, gateway: string): Promise<Map<number, number>> {
  const rows = await sql<{ slot: number; fence: string }[]>`SELECT slot, fence FROM sluice.consumer_slots WHERE consumer = ${consumer} AND owner = ${gateway}`;
  return new Map(rows.map(({ slot, fence }) => [slot, Number(fence)]));
}

/** Gives slots up, each where its checkpoint is to be by now, so that the next owner need not wait, and reads nothing twice that was not for it. */
export async function giveSlots(sql: Sql, consumer: string, gateway: string, slots: readonly Pick<Progress, 'slot' | 'fence' | 'from' | 'to' | 'watermark'>[]): Promise<void> {
  await sql`
    UPDATE sluice.consumer_slots s SET owner = NULL, position = CASE WHEN p.is_own THEN p.upto ELSE s.position END, watermark = CASE WHEN p.is_own THEN p.watermark ELSE s.watermark END
    FROM (
      SELECT o.slot, g.upto, to_timestamp(g.watermark / 1000) AS watermark, o.fence = g.fence AND o.position = g.was AND o.reads = (SELECT c.reads FROM sluice.consumers c WHERE c.name = ${consumer}) AS is_own
      FROM unnest(${slots.map((each) => each.slot)}::int[], ${slots.map((each) => each.fence)}::bigint[], ${slots.map((each) => each.from)}::bigint[],
        ${slots.map((each) => each.to)}::bigint[], ${slots.map((each) => each.watermark)}::float8[]) AS g(slot, fence, was, upto, watermark)
      JOIN sluice.consumer_slots o ON o.consumer = ${consumer} AND o.slot = g.slot AND o.owner = ${gateway} FOR UPDATE OF o
    ) p
    WHERE s.consumer = ${consumer} AND s.slot = p.slot`;
}

/**
 * Moves the checkpoints, each from where this gateway left it, under the fence with which it took the slot. Throws `FencedError`
 * when one of them is another's or elsewhere, or the consumer is to read other types by now: nothing of the caller's transaction stays (G8).
 */
export async function advance(sql: Executor, consumer: string, progress: readonly Progress[]): Promise<void> {
  if (progress.length === 0) return;
  try {
    await sql`SELECT sluice.move_checkpoints(${consumer}, ${progress.map((each) => each.slot)}::int[], ${progress.map((each) => each.fence)}::bigint[], ${progress.map((each) => each.from)}::bigint[],
      ${progress.map((each) => each.to)}::bigint[], ${progress.map((each) => each.watermark)}::float8[], ${progress.map((each) => each.delivered)}::int[],
      ${progress.map((each) => each.skipped)}::int[], ${progress.map((each) => each.failed)}::int[], ${progress.map((each) => each.late)}::int[])`;
  } catch (error) {
    throw sqlState(error) === FENCED ? new FencedError((error as Error).message) : error;
  }
}
