import { bigint, integer, json, pgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const sluice = pgSchema('sluice');

/** `sluice.outbox` as TypeScript code writes it. The whole of it, and the other tables, are in drizzle/gateway. */
export const outbox = sluice.table('outbox', {
  seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  id: uuid('id').notNull().defaultRandom(),
  aggregatetype: text('aggregatetype'),
  aggregateid: text('aggregateid'),
  type: text('type').notNull(),
  payload: json('payload').notNull(),
  tenant: text('tenant').notNull().default('default'),
  version: integer('version'),
  occurredAt: timestamp('occurred_at', { withTimezone: true }),
  correlationId: text('correlation_id'),
  causationId: text('causation_id'),
  traceparent: text('traceparent'),
});
