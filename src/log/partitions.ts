import { sqlState, type Sql } from '../db/connect.js';

/** What limits the log; null: no such limit. */
export interface Limits {
  /** Milliseconds: a partition goes when its last event is older. */
  readonly age: number | null;
  /** Bytes of the log's partitions on disk, with their indexes: the oldest go until the rest has no more. */
  readonly size: number | null;
  /** Milliseconds for which an event stays, whatever the limits say. */
  readonly keep: number;
}

/** What the log holds. */
export interface Kept {
  /** The first position that can still be read. */
  readonly earliest: number;
  readonly events: number;
  /** On disk, with indexes, of the partitions that can be read. */
  readonly bytes: number;
}

/** Ids forgotten per statement: few enough not to be in the way of an append. */
const IDS_AT_ONCE = 5_000;
/**
 * SQLSTATEs of a DETACH that is to be tried again later: it waited too long, or somebody else has gone on meanwhile (the table or
 * its state is not what was seen, or another one is half detached).
 */
const LATER = new Set(['55P03', '57014', '42P01', '42704', '55000']);

const milliseconds = (ms: number): string => `${ms} milliseconds`;

/**
 * Moves `earliest_position` past what the limits no longer keep, in a transaction of its own, and notes the partitions to
 * drop. Gives how many. Nothing is gone yet, so whoever then misses an event finds the reason.
 */
export async function expirePartitions(sql: Sql, { age, size, keep }: Limits): Promise<number> {
  const [row] = await sql<{ expired: number }[]>`CALL sluice.expire(
    ${age === null ? null : milliseconds(age)}::interval, ${size}::bigint, ${milliseconds(keep)}::interval, 0)`;
  return row?.expired ?? 0;
}

/** A consumer that has not read what retention took, up to `upto`; `lost` positions in all. */
export interface Lost {
  readonly consumer: string;
  readonly upto: number;
  readonly lost: number;
}

/** Notes what has gone of consumers that nobody reads for at present; gives those of which it was not known. */
export async function noteLost(sql: Sql): Promise<Lost[]> {
  return [...await sql<Lost[]>`SELECT consumer, upto::float8 AS upto, lost::float8 AS lost FROM sluice.note_lost() ORDER BY consumer`];
}

/** Names of the partitions that have expired and still exist, oldest first. */
export async function expiredPartitions(sql: Sql): Promise<string[]> {
  return (await sql<{ name: string }[]>`SELECT name FROM sluice.expired_partitions ORDER BY upper_bound`).map(({ name }) => name);
}

/**
 * Takes an expired partition out of the log without waiting for readers or holding any up. Begun before and cut off (one is
 * left half detached by a crash, or by a transaction that stayed open for longer than `lock_timeout`), it is finished. True
 * when the partition is out.
 */
export async function detachPartition(sql: Sql, name: string): Promise<boolean> {
  const [partition] = await sql<{ detaching: boolean }[]>`SELECT detaching FROM sluice.partitions WHERE name = ${name}`;
  if (partition === undefined) return true;
  try {
    // No statement with parameters can do it, and no transaction: the server commits in the middle.
    await sql.unsafe(`ALTER TABLE sluice.events DETACH PARTITION sluice."${name}" ${partition.detaching ? 'FINALIZE' : 'CONCURRENTLY'}`);
    return true;
  } catch (error) {
    if (LATER.has(sqlState(error) ?? '')) return false;
    throw error;
  }
}

/** Forgets the ids of some events of a detached partition, those after `position`; gives how far it came, null at the end. */
export async function forgetIds(sql: Sql, name: string, position: number): Promise<number | null> {
  const [row] = await sql<{ reached: string | null }[]>`
    SELECT sluice.forget_ids(${name}, ${position}, ${IDS_AT_ONCE}) AS reached WHERE to_regclass(${`sluice.${name}`}) IS NOT NULL`;
  return row === undefined || row.reached === null ? null : Number(row.reached);
}

/** Drops a detached partition. */
export async function dropPartition(sql: Sql, name: string): Promise<void> {
  await sql`SELECT sluice.drop_expired(${name})`;
}

export async function readKept(sql: Sql): Promise<Kept> {
  const [row] = await sql<{ earliest: string; events: string; bytes: string }[]>`
    SELECT l.earliest_position AS earliest, (sluice.head()).position - l.earliest_position + 1 AS events,
      (SELECT coalesce(sum(p.bytes), 0) FROM sluice.partitions p WHERE p.upper_bound > l.earliest_position) AS bytes FROM sluice.log l`;
  return { earliest: Number(row?.earliest ?? 1), events: Number(row?.events ?? 0), bytes: Number(row?.bytes ?? 0) };
}
