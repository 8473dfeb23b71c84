import type { Sql } from './connect.js';

/**
 * Takes or renews a lease for `ms` milliseconds by the database's clock. True when `holder` has it now. The holder must
 * stop acting when it has not renewed in time; anything it writes meanwhile needs a fence of its own.
 */
export async function holdLease(sql: Sql, name: string, holder: string, ms: number): Promise<boolean> {
  const rows = await sql`
    INSERT INTO sluice.leases AS l (name, holder, expires_at)
    VALUES (${name}, ${holder}, clock_timestamp() + ${`${ms} milliseconds`}::interval)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
      WHERE l.holder = excluded.holder OR l.expires_at < clock_timestamp()
    RETURNING 1`;
  return rows.length > 0;
}

/** Gives a lease up at once, so that the next holder need not wait for it to expire. */
export async function dropLease(sql: Sql, name: string, holder: string): Promise<void> {
  await sql`DELETE FROM sluice.leases WHERE name = ${name} AND holder = ${holder}`;
}
