import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { connect, type Sql } from './connect.js';

const FOLDERS = fileURLToPath(new URL('../../drizzle/', import.meta.url));
/** Any two gateways that start at once migrate one after the other. */
const MIGRATION_LOCK = 7_311_000_002n;

/** A set of migrations as drizzle-kit writes them: its folder (absolute, or one of Sluice's own) and the Postgres schema that remembers which were applied. */
export interface MigrationSet {
  readonly folder: string;
  readonly schema: string;
}

export const GATEWAY_MIGRATIONS: MigrationSet = { folder: 'gateway', schema: 'sluice' };

/** Applies what is missing of each set, in order, one gateway at a time. Waits for another gateway that migrates. */
export async function migrate(url: string, sets: readonly MigrationSet[]): Promise<void> {
  const sql = connect({ url, max: 1, name: 'sluice migrate' });
  try {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK.toString()}::bigint)`;
    for (const set of sets) {
      await applyMigrations(drizzle(sql), {
        migrationsFolder: folderOf(set),
        migrationsSchema: set.schema,
        migrationsTable: 'migrations',
      });
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** How many migrations of a set the database lacks; negative when a newer Sluice has already migrated it. */
export async function pendingMigrations(sql: Sql, set: MigrationSet): Promise<number> {
  const known = readMigrationFiles({ migrationsFolder: folderOf(set) }).length;
  const [row] = await sql<{ applied: number }[]>`SELECT count(*)::int AS applied FROM ${sql(set.schema)}.migrations`;
  return known - (row?.applied ?? 0);
}

function folderOf(set: MigrationSet): string {
  return path.resolve(FOLDERS, set.folder);
}
