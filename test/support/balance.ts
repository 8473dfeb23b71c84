import { slotOf } from '../../src/consumer/slot-of.js';
import type { Sql } from '../../src/db/connect.js';

export interface PublishedEvent {
  readonly type: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

/** What became of the events of a consumer, each sum counted by itself, at one moment. */
export interface Balance {
  readonly published: number;
  readonly delivered: number;
  readonly skipped: number;
  readonly discarded: number;
  readonly dead: number;
  /** Parked, or behind the checkpoint of their slot. */
  readonly pending: number;
}

interface Row extends Omit<Balance, 'pending'> {
  readonly types: readonly string[];
  readonly start: string;
  readonly parked: number;
}

/** `laneOf`: the consumer's order key of an event. `pending` is counted in the log, slot by slot: it is no difference of the others. */
export async function balanceOf(sql: Sql, consumer: string, laneOf: (event: PublishedEvent) => string): Promise<Balance> {
  return await sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (tx) => {
    const [row] = await tx<Row[]>`
      SELECT c.types, c.start_position AS start, s.*,
        (SELECT count(*)::int FROM sluice.events e WHERE e.type = ANY(c.types) AND e.position > c.start_position) AS published,
        (SELECT count(*)::int FROM sluice.parked_events WHERE consumer = c.name AND status = 'dead') AS dead,
        (SELECT count(*)::int FROM sluice.parked_events WHERE consumer = c.name AND status <> 'dead') AS parked
      FROM sluice.consumers c, LATERAL (SELECT sum(delivered)::int AS delivered, sum(skipped)::int AS skipped, sum(discarded)::int AS discarded FROM sluice.consumer_slots WHERE consumer = c.name) s
      WHERE c.name = ${consumer}`;
    if (row === undefined) throw new Error(`there is no consumer ${consumer}`);
    const checkpoints = new Map((await tx<{ slot: number; position: string }[]>`SELECT slot, position FROM sluice.consumer_slots WHERE consumer = ${consumer}`).map(({ slot, position }) => [slot, Number(position)]));
    const first = Math.min(...checkpoints.values());
    const behind = await tx<(PublishedEvent & { readonly tenant: string; readonly position: string })[]>`
      SELECT position, tenant, type, key, payload, occurred_at AS "occurredAt" FROM sluice.events WHERE type = ANY(${[...row.types]}::text[]) AND position > ${first} AND position > ${row.start}`;
    const waiting = behind.filter((event) => Number(event.position) > (checkpoints.get(slotOf(event.tenant, laneOf(event))) ?? Number.NaN)).length;
    const { published, delivered, skipped, discarded, dead, parked } = row;
    return { published, delivered, skipped, discarded, dead, pending: parked + waiting };
  });
}

/** What of `published` is in no other sum; below 0: what is there twice. */
export function unaccounted({ published, delivered, skipped, discarded, dead, pending }: Balance): number {
  return published - delivered - skipped - discarded - dead - pending;
}
