import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { connect, sqlState, type Sql } from './connect.js';

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

export interface MigrationState {
  /** Name of its set: the Postgres schema that remembers it. */
  readonly set: string;
  /** `0000_log` */
  readonly name: string;
  /** `unknown`: the database has it, this Sluice does not. */
  readonly state: 'applied' | 'pending' | 'unknown';
}

/** Every migration of a set, in order. Changes nothing: a database that was never migrated has all pending. */
export async function readMigrations(sql: Sql, set: MigrationSet): Promise<MigrationState[]> {
  const journal = JSON.parse(await readFile(path.join(folderOf(set), 'meta/_journal.json'), 'utf8')) as { readonly entries: readonly { readonly tag: string; readonly when: number }[] };
  const applied = new Set(await appliedMigrations(sql, set));
  const known = journal.entries.map(({ tag, when }): MigrationState => ({ set: set.schema, name: tag, state: applied.delete(when) ? 'applied' : 'pending' }));
  return [...known, ...[...applied].map((when): MigrationState => ({ set: set.schema, name: `made ${new Date(when).toISOString()}`, state: 'unknown' }))];
}

/** When each was made, which is how drizzle tells them apart. */
async function appliedMigrations(sql: Sql, set: MigrationSet): Promise<number[]> {
  try {
    const rows = await sql<{ made: string }[]>`SELECT created_at AS made FROM ${sql(set.schema)}.migrations ORDER BY created_at`;
    return rows.map((row) => Number(row.made));
  } catch (error) {
    // No such schema, no such table.
    if (sqlState(error) === '3F000' || sqlState(error) === '42P01') return [];
    throw error;
  }
}

function folderOf(set: MigrationSet): string {
  return path.resolve(FOLDERS, set.folder);
}
