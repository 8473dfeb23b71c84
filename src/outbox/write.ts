import { sql, type SQL } from 'drizzle-orm';
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
