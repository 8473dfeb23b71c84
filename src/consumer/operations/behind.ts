import type { Sql } from '../../db/connect.js';

/** Positions that are looked through at most, from the head back: some 100 ms on two busy cores. */
export const COUNTED_POSITIONS = 100_001;
/** Seconds over which new events are counted, and positions at most: what a busy log has in less. */
const RATE_SECONDS = 10;
const RATE_POSITIONS = 50_000;

/** Events that a consumer reads. */
export interface Reading {
  readonly topics: readonly string[];
  readonly types: readonly string[];
  /** Null: of every tenant. */
  readonly tenant: string | null;
}

/** Positions: `low` exclusive; `high` inclusive, null: the head. */
export interface Behind extends Reading {
  readonly low: number;
  readonly high: number | null;
}

export interface Counted {
  readonly events: number;
  /** Milliseconds since the oldest of them was recorded; 0: there is none. */
  readonly ms: number;
  /** It lies so far back that not all was looked through: there may be more, and older ones. */
  readonly cut: boolean;
}

interface Group {
  readonly bucket: number;
  readonly topic: string;
  readonly type: string;
  readonly tenant: string | null;
  readonly events: number;
  readonly ms: number;
}

/**
 * Counts for each of `readers` the events it has before it, in one pass over the log, which looks at the last `most` positions up to `head`.
 */
export async function countBehind(sql: Sql, head: number, readers: readonly Behind[], most = COUNTED_POSITIONS): Promise<Counted[]> {
  const low = Math.max(head - most, Math.min(head, ...readers.map((each) => each.low)));
  const marks = marksOf(readers);
  const groups = low >= head ? [] : await readGroups(sql, low, head, readers, marks);
  return readers.map((reader) => {
    // Bucket n begins with the n-th mark.
    const first = marks.indexOf(reader.low + 1) + 1;
    const end = reader.high === null ? Infinity : marks.indexOf(reader.high + 1) + 1;
    const own = groups.filter((group) => group.bucket >= first && group.bucket < end
      && reader.types.includes(group.type) && reader.topics.includes(group.topic) && (reader.tenant === null || reader.tenant === group.tenant));
    return { events: own.reduce((sum, group) => sum + group.events, 0), ms: Math.max(0, ...own.map((group) => group.ms)), cut: reader.low < low && (reader.high ?? head) > reader.low };
  });
}

/** The first position of each part of the log that some reader has before it, or no more; in order. */
function marksOf(readers: readonly Behind[]): number[] {
  return [...new Set(readers.flatMap(({ low, high }) => (high === null ? [low + 1] : [low + 1, high + 1])))].sort((one, other) => one - other);
}

async function readGroups(sql: Sql, low: number, head: number, readers: readonly Behind[], marks: readonly number[]): Promise<readonly Group[]> {
  const types = [...new Set(readers.flatMap((each) => each.types))];
  const tenants = [...new Set(readers.flatMap((each) => each.tenant ?? []))];
  // Tenants that nobody asks for are one: there may be very many.
  return sql<Group[]>`
    SELECT width_bucket(e.position, ${marks.map(String)}::bigint[]) AS bucket, e.topic, e.type, CASE WHEN e.tenant = ANY(${tenants}::text[]) THEN e.tenant END AS tenant,
      count(*)::int AS events, greatest(0, extract(epoch FROM clock_timestamp() - min(e.recorded_at)) * 1000)::float8 AS ms
    FROM sluice.events e WHERE e.position > ${low} AND e.position <= ${head} AND e.type = ANY(${types}::text[]) GROUP BY 1, 2, 3, 4`;
}

/** New events per second for each of `readers`, from the last 10 s (of a busy log: its last 50,000 events). */
export async function newPerSecond(sql: Sql, head: number, readers: readonly Reading[]): Promise<number[]> {
  const [span] = await sql<{ low: string; seconds: number }[]>`
    SELECT w.low, CASE WHEN w.low > w.before THEN extract(epoch FROM clock_timestamp() - (SELECT e.recorded_at FROM sluice.events e WHERE e.position = w.low + 1)) ELSE ${RATE_SECONDS} END::float8 AS seconds
    FROM (SELECT before, greatest(before, ${head}::bigint - ${RATE_POSITIONS}) AS low FROM sluice.position_before(clock_timestamp() - ${`${RATE_SECONDS} seconds`}::interval) before) w`;
  const { low = String(head), seconds = RATE_SECONDS } = span ?? {};
  const counted = await countBehind(sql, head, readers.map((reader) => ({ ...reader, low: Number(low), high: null })));
  return counted.map(({ events }) => events / Math.max(seconds, 0.001));
}
