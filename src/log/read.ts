import type { Sql } from '../db/connect.js';
import type { LogEvent } from '../event/event.js';

/** Rows and payload bytes of one page at most; a page always has at least one row when there is one. */
export const PAGE_EVENTS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;

/** Bytes of a payload as text. Compressed it may be a hundredth of that: what counts is what the page costs in memory. */
const payloadSize = (sql: Sql) => sql`CASE WHEN pg_column_compression(payload) IS NULL THEN pg_column_size(payload) ELSE octet_length(payload::text) END`;

interface Row {
  position: string;
  epoch: string;
  id: string;
  tenant: string;
  topic: string;
  type: string;
  key: string;
  version: number;
  payload: string;
  occurred_at: Date;
  recorded_at: Date;
  correlation_id: string | null;
  causation_id: string | null;
  traceparent: string | null;
}

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
  const rows = await sql<(Row & { bytes: string })[]>`
    SELECT position, (SELECT sluice.epoch()) AS epoch, id, tenant, topic, type, key, version, payload::text AS payload, occurred_at, recorded_at, correlation_id, causation_id, traceparent, bytes
    FROM (
      SELECT *, sum(size) OVER (ORDER BY position) AS bytes
      FROM (SELECT *, ${payloadSize(sql)} AS size FROM sluice.events WHERE position > ${position} ORDER BY position LIMIT ${limit}) page
    ) sized WHERE bytes - size < ${PAGE_BYTES} ORDER BY position`;
  return { events: rows.map(toEvent), full: rows.length >= limit || Number(rows.at(-1)?.bytes ?? 0) >= PAGE_BYTES, epoch: rows[0]?.epoch ?? null };
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
  const rows = await sql<Row[]>`
    SELECT position, (SELECT sluice.epoch()) AS epoch, id, tenant, topic, type, key, version, payload::text AS payload, occurred_at, recorded_at, correlation_id, causation_id, traceparent
    FROM (
      SELECT *, sum(size) OVER (ORDER BY position ${direction}) - size AS bytes_before
      FROM (
        SELECT *, ${payloadSize(sql)} AS size FROM sluice.events WHERE position > ${range.low} AND position <= ${range.high} AND tenant = ${tenant}
          ${narrow.topics === null ? sql`` : sql`AND topic = ANY(${[...narrow.topics]}::text[])`}
          ${narrow.types === null ? sql`` : sql`AND type = ANY(${[...narrow.types]}::text[])`}
          ${narrow.keys === null ? sql`` : sql`AND key = ANY(${[...narrow.keys]}::text[])`}
        ORDER BY position ${direction} LIMIT ${range.limit}
      ) page
    ) sized WHERE bytes_before < ${PAGE_BYTES} ORDER BY position ${direction}`;
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

function toEvent(row: Row): LogEvent {
  return {
    position: Number(row.position),
    epoch: row.epoch,
    id: row.id,
    tenant: row.tenant,
    topic: row.topic,
    type: row.type,
    key: row.key,
    version: row.version,
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    size: row.payload.length,
  };
}
