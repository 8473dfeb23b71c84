import type { Logger } from 'pino';
import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';

/** What waits in the outbox. Counts stop at 10,000: past that, the age says more. */
export interface Backlog {
  readonly rows: number;
  readonly oldestSeconds: number;
  readonly rejected: number;
}

const COUNT_TO = 10_000;

export async function readBacklog(sql: Sql): Promise<Backlog> {
  const [row] = await sql<Backlog[]>`
    SELECT (SELECT count(*)::int FROM (SELECT FROM sluice.outbox LIMIT ${COUNT_TO}) o) AS rows,
      coalesce(extract(epoch FROM clock_timestamp() - (SELECT created_at FROM sluice.outbox ORDER BY seq LIMIT 1)), 0)::float8 AS "oldestSeconds",
      (SELECT count(*)::int FROM (SELECT FROM sluice.outbox_rejected LIMIT ${COUNT_TO}) r) AS rejected`;
  return row ?? { rows: 0, oldestSeconds: 0, rejected: 0 };
}

/** An outbox row that could not become an event. `seq` is what `sluice.retry_rejected` takes. */
interface RejectedRow {
  readonly seq: string;
  readonly eventId: string;
  readonly type: string;
  readonly key: string | null;
  readonly reason: string;
}

/** The last `most` rejected rows, newest first. */
async function readRejected(sql: Sql, most: number): Promise<RejectedRow[]> {
  return [...await sql<RejectedRow[]>`SELECT seq, id AS "eventId", type, aggregateid AS key, reason FROM sluice.outbox_rejected ORDER BY rejected_at DESC, seq DESC LIMIT ${most}`];
}

/** Says which outbox rows could not become events, and why: at most 20 of them, the metric counts the rest. */
export function sayRejected(pool: Pool, count: number, log: Logger): void {
  pool.ask((sql) => readRejected(sql, Math.min(count, 20))).then(
    (rows) => {
      for (const row of rows) log.error(row, 'an outbox row could not become an event; it is kept in sluice.outbox_rejected');
    },
    (error: unknown) => log.error({ err: error, count }, 'outbox rows could not become events; they are kept in sluice.outbox_rejected'),
  );
}
