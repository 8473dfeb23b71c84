import type { Sql } from '../db/connect.js';
import { PAST_THE_END } from './revocations.js';

/** Rows removed per statement. */
const AT_ONCE = 10_000;
/** How long an API key that has expired or was revoked is still listed. */
const KEYS_LISTED = '90 days';

/** Removes tickets that were not used, revocations of what has expired, and API keys that have not been good for 90 days. Repeat it while it says so. */
export async function forgetCredentials(sql: Sql): Promise<{ readonly more: boolean }> {
  const tickets = await sql`
    DELETE FROM sluice.stream_tickets WHERE hash IN (SELECT hash FROM sluice.stream_tickets WHERE expires_at < clock_timestamp() - interval '1 minute' ORDER BY expires_at LIMIT ${AT_ONCE})`;
  const revocations = await sql`
    DELETE FROM sluice.revocations WHERE (tenant, kind, value) IN (
      SELECT tenant, kind, value FROM sluice.revocations WHERE until < clock_timestamp() - ${`${PAST_THE_END} milliseconds`}::interval ORDER BY until LIMIT ${AT_ONCE})`;
  const keys = await sql`
    DELETE FROM sluice.api_keys WHERE id IN (SELECT id FROM sluice.api_keys WHERE least(revoked_at, expires_at) < clock_timestamp() - ${KEYS_LISTED}::interval LIMIT ${AT_ONCE})`;
  return { more: [tickets, revocations, keys].some(({ count }) => count >= AT_ONCE) };
}
