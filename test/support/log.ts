import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { connect, LOG_SESSION, type Sql } from '../../src/db/connect.js';
import { append, type AppendOptions, type AppendResult, type PublishCall } from '../../src/log/append.js';
import type { NewEvent } from '../../src/event/event.js';
import { createMigrated } from './postgres.js';

export const DAY = 24 * 60 * 60 * 1_000;

export interface TestLog {
  readonly url: string;
  readonly sql: Sql;
  append(calls: readonly PublishCall[], options?: Partial<AppendOptions>): Promise<AppendResult>;
  positions(): Promise<number[]>;
  close(): Promise<void>;
}

/** A migrated database with one event type, `Noted` of topic `NoteEvent`, key `noteId`; partitions of 100 events. */
export async function createLog(): Promise<TestLog> {
  const database = await createMigrated();
  const sql = connect({ url: database.url, max: 4, name: 'sluice test', settings: LOG_SESSION });
  await sql`UPDATE sluice.log SET partition_size = 100`;
  await sql`INSERT INTO sluice.event_types VALUES ('Noted', 'NoteEvent', 'noteId', 1)`;
  return {
    url: database.url,
    sql,
    append: (calls, options) => append(sql, calls, { drainLimit: 1_000, notify: true, repeated: false, idempotencyWindow: DAY, ...options }),
    positions: async () => (await sql<{ position: string }[]>`SELECT position FROM sluice.events ORDER BY position`).map((row) => Number(row.position)),
    async close() {
      await sql.end();
      await database.drop();
    },
  };
}

export function noted(key: string, fields: Record<string, unknown> = {}): NewEvent {
  return {
    id: uuidv7(), topic: 'NoteEvent', type: 'Noted', key, version: 1, payload: JSON.stringify({ noteId: key, ...fields }),
    occurredAt: null, correlationId: null, causationId: null, traceparent: null,
  };
}

export function call(events: readonly NewEvent[], idempotency: PublishCall['idempotency'] = null, tenant = 'default'): PublishCall {
  return { callId: randomUUID(), tenant, events, idempotency };
}
