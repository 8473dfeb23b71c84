import type { Sql } from '../db/connect.js';
import type { EventModel } from '../event/model.js';

/**
 * Writes the event types of the schema where append looks them up. Types of other schemas stay: another gateway may
 * serve them. A type that moved to another topic or got another key field changes here for all.
 */
export async function registerTypes(sql: Sql, model: EventModel): Promise<void> {
  const rows = [...model.types.values()].map((type) => ({ type: type.name, topic: type.topic, key_field: type.key, version: type.version }));
  if (rows.length === 0) return;
  await sql`INSERT INTO sluice.event_types ${sql(rows)}
    ON CONFLICT (type) DO UPDATE SET topic = excluded.topic, key_field = excluded.key_field, version = greatest(sluice.event_types.version, excluded.version)`;
}

/** Whether any schema that was served from this database has had this topic. */
export async function isTopic(sql: Sql, topic: string): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`SELECT EXISTS (SELECT FROM sluice.event_types WHERE topic = ${topic}) AS known`;
  return row?.known === true;
}
