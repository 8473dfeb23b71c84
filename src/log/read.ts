import type { Sql } from '../db/connect.js';
import type { LogEvent } from '../event/event.js';
import { ERASED } from '../event/internal.js';

/** Rows and payload bytes of one page at most; a page always has at least one row when there is one. */
export const PAGE_EVENTS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;

/** Bytes of a payload as text. Compressed it may be a hundredth of that: what counts is what the page costs in memory. */
const payloadSize = (sql: Sql) => sql`CASE WHEN pg_column_compression(payload) IS NULL THEN pg_column_size(payload) ELSE octet_length(payload::text) END`;

/**
 * What a row is read as, in the order of `Row`. A column costs what its text costs to make, so those that hold no text of
 * anybody's are one, moments as milliseconds. `(SELECT …)` keeps the epoch to one call per statement.
 */
const columns = (sql: Sql, bytes: string) => sql`concat_ws(' ', position, id, version, (extract(epoch FROM occurred_at) * 1000)::float8, (extract(epoch FROM recorded_at) * 1000)::float8,
  ${sql(bytes)}, (SELECT sluice.epoch())), tenant, topic, type, key, payload::text, correlation_id, causation_id, traceparent`;

type Row = readonly [
  envelope: string, tenant: string, topic: string, type: string, key: string, payload: string,
  correlationId: string | null, causationId: string | null, traceparent: string | null,
];

/** What narrows a read in SQL. `null` means any. */
export interface Narrow {
  readonly topics: readonly string[] | null;
  readonly types: readonly string[] | null;
  readonly keys: readonly string[] | null;
}

export interface Page {
  readonly events: readonly LogEvent[];
  /** The page ended at its limit: more may follow. */
  readonly full: boolean;
  /** The epoch it was read under; null when it is empty. */
  readonly epoch: string | null;
}

/** The events after `position`, oldest first: at most `limit`, at most 4 MiB of payload (but one at least). */
export async function readAfter(sql: Sql, position: number, limit = PAGE_EVENTS): Promise<Page> {
  const rows = await sql`
    SELECT ${columns(sql, 'bytes')}
    FROM (
      SELECT *, sum(size) OVER (ORDER BY position) AS bytes
      FROM (SELECT *, ${payloadSize(sql)} AS size FROM sluice.events WHERE position > ${position} ORDER BY position LIMIT ${limit}) page
    ) sized WHERE bytes - size < ${PAGE_BYTES} ORDER BY position`.values() as unknown as readonly Row[];
  const events = rows.map(toEvent);
  const bytes = Number(rows.at(-1)?.[0].split(' ')[5] ?? 0);
  return { events, full: rows.length >= limit || bytes >= PAGE_BYTES, epoch: events[0]?.epoch ?? null };
}

/**
 * Candidates for a history page: events of one tenant with `low < position <= high` that pass `narrow`, at most `limit`
 * (and 4 MiB, but one at least), in log order or, with `backward`, newest first.
 */
export async function readRange(
  sql: Sql,
  range: { readonly low: number; readonly high: number; readonly limit: number; readonly backward: boolean },
  tenant: string,
  narrow: Narrow,
): Promise<LogEvent[]> {
  const direction = range.backward ? sql`DESC` : sql`ASC`;
  const rows = await sql`
    SELECT ${columns(sql, 'size')}
    FROM (
      SELECT *, sum(size) OVER (ORDER BY position ${direction}) - size AS bytes_before
      FROM (
        SELECT *, ${payloadSize(sql)} AS size FROM sluice.events WHERE position > ${range.low} AND position <= ${range.high} AND tenant = ${tenant}
          ${narrow.topics === null ? sql`` : sql`AND topic = ANY(${[...narrow.topics]}::text[])`}
          ${narrow.types === null ? sql`` : sql`AND type = ANY(${[...narrow.types]}::text[])`}
          ${narrow.keys === null ? sql`` : sql`AND key = ANY(${[...narrow.keys]}::text[])`}
        ORDER BY position ${direction} LIMIT ${range.limit}
      ) page
    ) sized WHERE bytes_before < ${PAGE_BYTES} ORDER BY position ${direction}`.values() as unknown as readonly Row[];
  return rows.map(toEvent);
}

/** Alerts of a tenant before a position, the latest first: at most `limit`. Those that retention has taken are no more. */
export async function readAlerts(sql: Sql, { tenant, before, limit }: { readonly tenant: string; readonly before: number; readonly limit: number }): Promise<LogEvent[]> {
  const rows = await sql`
    SELECT ${columns(sql, 'size')}
    FROM (
      SELECT e.*, octet_length(e.payload::text) AS size FROM sluice.alerts a JOIN sluice.events e ON e.position = a.position
      WHERE a.tenant = ${tenant} AND a.position < ${before} ORDER BY a.position DESC LIMIT ${limit}
    ) alert ORDER BY position DESC`.values() as unknown as readonly Row[];
  return rows.map(toEvent);
}

/** The last position, straight from the database. 0 before the first event. */
export async function readHead(sql: Sql): Promise<number> {
  const [row] = await sql<{ position: string }[]>`SELECT (sluice.head()).position`;
  return Number(row?.position ?? 0);
}

/** The first position that can still be read. */
export async function readEarliest(sql: Sql): Promise<number> {
  const [row] = await sql<{ position: string }[]>`SELECT earliest_position AS position FROM sluice.log`;
  return Number(row?.position ?? 1);
}

/** The last position recorded before `moment`. */
export async function positionBefore(sql: Sql, moment: Date): Promise<number> {
  const [row] = await sql<{ position: string }[]>`SELECT sluice.position_before(${moment}) AS position`;
  return Number(row?.position ?? 0);
}

function toEvent([envelope, tenant, topic, type, key, payload, correlationId, causationId, traceparent]: Row): LogEvent {
  const [position, id = '', version, occurredAt, recordedAt, , epoch = ''] = envelope.split(' ');
  return {
    position: Number(position), epoch, id, tenant, topic, type, key, version: Number(version),
    payload: payload === 'null' ? ERASED : JSON.parse(payload) as Record<string, unknown>,
    occurredAt: new Date(Number(occurredAt)), recordedAt: new Date(Number(recordedAt)),
    correlationId, causationId, traceparent,
    size: payload === 'null' ? 0 : payload.length,
  };
}
