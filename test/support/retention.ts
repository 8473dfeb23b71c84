import type { Sql } from 'postgres';

/** Names of the tables that hold events, whether they belong to the log or not. */
export async function eventTables(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^events_' ORDER BY 1`;
  return rows.map(({ name }) => name);
}

/** What the database has of the log, all in one statement. */
export interface LogState {
  readonly earliest: number;
  readonly head: number;
  /** First and last position that a reader finds, and how many. */
  readonly first: number | null;
  readonly last: number | null;
  readonly count: number;
  /** Rows of `event_ids` whose event is not there. */
  readonly strayIds: number;
  readonly expired: readonly string[];
  readonly detaching: number;
}

export async function logState(sql: Sql): Promise<LogState> {
  const [row] = await sql<{ state: LogState }[]>`
    SELECT json_build_object('earliest', l.earliest_position, 'head', (sluice.head()).position,
      'first', e.first, 'last', e.last, 'count', e.count,
      'strayIds', (SELECT count(*) FROM sluice.event_ids i WHERE NOT EXISTS (SELECT FROM sluice.events x WHERE x.position = i.position AND x.id = i.id)),
      'expired', (SELECT coalesce(json_agg(x.name ORDER BY x.name), '[]') FROM sluice.expired_partitions x),
      'detaching', (SELECT count(*) FROM sluice.partitions p WHERE p.detaching)) AS state
    FROM sluice.log l, (SELECT min(position) AS first, max(position) AS last, count(*) AS count FROM sluice.events) e`;
  if (row === undefined) throw new Error('no log');
  return row.state;
}

/** Makes the events up to a position as old as `interval` says, in what counts for retention. */
export async function age(sql: Sql, upTo: number, interval: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SET LOCAL sluice.erasing = 'on'`;
    await tx`UPDATE sluice.events SET recorded_at = recorded_at - ${interval}::interval WHERE position <= ${upTo}`;
  });
}
