import { sql, type SQL } from 'drizzle-orm';
import type { Executor } from '../db/connect.js';
import type { NewEvent } from '../event/event.js';
import { outbox } from '../db/tables.js';

/** The part of a drizzle transaction (of any driver) that the outbox needs. */
export interface Transaction {
  execute(query: SQL): PromiseLike<unknown>;
}

/**
 * Writes events into the outbox in the caller's transaction: they exist if it commits and never did if it rolls back.
 * Give events of one key after taking that key's row lock, or `sluice.lock_key`: only then is their order the commit order.
 */
export async function writeOutbox(tx: Transaction, tenant: string, events: readonly NewEvent[]): Promise<void> {
  for (const event of events) {
    await tx.execute(sql`INSERT INTO ${outbox}
      (id, aggregatetype, aggregateid, type, payload, tenant, version, occurred_at, correlation_id, causation_id, traceparent)
      VALUES (${event.id}, ${event.topic}, ${event.key}, ${event.type}, ${event.payload}::json, ${tenant}, ${event.version},
        ${event.occurredAt?.toISOString() ?? null}::timestamptz, ${event.correlationId}, ${event.causationId}, ${event.traceparent})`);
  }
}

/** As `writeOutbox`, for events of several tenants, in one statement of a transaction of the driver's own; they are moved in this order. */
export async function writeOutboxRows(tx: Executor, rows: readonly { readonly tenant: string; readonly event: NewEvent }[]): Promise<void> {
  if (rows.length === 0) return;
  const column = <Value>(of: (row: (typeof rows)[number]) => Value): Value[] => rows.map(of);
  await tx`INSERT INTO sluice.outbox (id, aggregatetype, aggregateid, type, payload, tenant, version, occurred_at, correlation_id, causation_id, traceparent)
    SELECT e.id, e.topic, e.key, e.type, e.payload::json, e.tenant, e.version, e.occurred, e.correlation, e.causation, e.trace
    FROM unnest(${column((row) => row.event.id)}::uuid[], ${column((row) => row.event.topic)}::text[], ${column((row) => row.event.key)}::text[], ${column((row) => row.event.type)}::text[],
      ${column((row) => row.event.payload)}::text[], ${column((row) => row.tenant)}::text[], ${column((row) => row.event.version)}::int[],
      ${column((row) => row.event.occurredAt?.toISOString() ?? null)}::text[]::timestamptz[], ${column((row) => row.event.correlationId)}::text[],
      ${column((row) => row.event.causationId)}::text[], ${column((row) => row.event.traceparent)}::text[])
      WITH ORDINALITY AS e(id, topic, key, type, payload, tenant, version, occurred, correlation, causation, trace, n)
    ORDER BY e.n`;
}
