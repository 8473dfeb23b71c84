import type { Sql } from '../db/connect.js';
import { SluiceError } from '../base/error.js';
import { badInput, checkReason } from '../event/limits.js';
import type { Revocation } from '../event/internal.js';
import { checkName } from './api-keys.js';

/** Milliseconds for which tokens may live at most, unless the settings say otherwise: what is revoked is remembered as long. */
export const MAX_TOKEN_LIFE = 400 * 24 * 60 * 60_000;
/** Milliseconds for which gateways are told of a key that was revoked; its own row says it for longer. */
const KEY_REMEMBERED = 30 * 24 * 60 * 60_000;
/**
 * Revocations of tokens that are remembered, of a tenant and in all: every gateway has them in memory. What others have filled
 * leaves each tenant its own room. Keys do not count: a tenant can revoke no more than it has (`MAX_LISTED`).
 */
const MAX_OF_TENANT = 50_000;
const MAX_IN_ALL = 250_000;
const ROOM_OF_TENANT = 1_000;

export interface RevokeRequest {
  readonly tenant: string;
  readonly kind: Revocation['kind'];
  readonly value: string;
  /** When the token expires, if it is known: it is remembered until then. Only of a `jti`. */
  readonly expiresAt?: Date | null;
  readonly reason?: string | null;
  /** Name of the principal that asks for it; null: the command line. */
  readonly revokedBy: string | null;
  /** Milliseconds; default `MAX_TOKEN_LIFE`. */
  readonly maxTokenLife?: number;
}

export interface Revoked {
  /** Of the event that tells every gateway. */
  readonly position: number;
  readonly epoch: string;
  /** Milliseconds since 1970. */
  readonly revokedAt: number;
  readonly until: number;
}

/**
 * Writes a revocation, and the event that tells every gateway, in one transaction; the driver's transaction must not be open.
 * Null when the tenant has no such API key. Errors: `BAD_USER_INPUT`; `OVERLOADED` when too many are remembered; the driver's own.
 */
export async function revoke(sql: Sql, request: RevokeRequest, notify: boolean): Promise<Revoked | null> {
  const { tenant, kind, value, reason = null, revokedBy } = request;
  checkName(tenant, 'tenant');
  checkName(value, kind === 'key' ? 'id' : kind);
  checkReason(reason);
  const until = endOf(request);
  if (kind !== 'key') await checkRoom(sql, request);
  const [row] = await sql<{ result: Revoked | null }[]>`
    CALL sluice.revoke(${tenant}::text, ${kind}::text, ${value}::text, ${new Date(until)}::timestamptz, ${reason}::text, ${revokedBy}::text, ${notify}::boolean, NULL::json)`;
  if (row === undefined) throw new Error('the revocation gave no result');
  return row.result;
}

/** Throws `OVERLOADED` when there is no room for a row; one that is there already needs none. */
async function checkRoom(sql: Sql, { tenant, kind, value }: RevokeRequest): Promise<void> {
  const [count] = await sql<{ own: number; all: number; known: boolean }[]>`
    SELECT count(*) FILTER (WHERE tenant = ${tenant})::int AS own, count(*)::int AS all,
      EXISTS (SELECT FROM sluice.revocations WHERE tenant = ${tenant} AND kind = ${kind} AND value = ${value}) AS known
    FROM sluice.revocations WHERE kind <> 'key'`;
  if (count === undefined || count.known || (count.own < MAX_OF_TENANT && (count.all < MAX_IN_ALL || count.own < ROOM_OF_TENANT))) return;
  throw new SluiceError('OVERLOADED', `${count.own} revocations of this tenant and ${count.all} in all are remembered, which is as many as a gateway keeps. To refuse this many tokens, change the key that they are signed with.`, { retryAfterMs: 60_000 });
}

function endOf({ kind, expiresAt = null, maxTokenLife = MAX_TOKEN_LIFE }: RevokeRequest): number {
  const now = Date.now();
  if (kind === 'key') return now + KEY_REMEMBERED;
  if (expiresAt === null) return now + maxTokenLife;
  if (kind === 'sub') throw badInput('`expiresAt` goes with `jti`: of a `sub` nobody knows when the last token expires.');
  if (!(expiresAt.getTime() > now)) throw badInput('`expiresAt` is past: the token has expired already.');
  return Math.min(expiresAt.getTime(), now + maxTokenLife);
}

/** Everything that is revoked. */
export async function readRevocations(sql: Sql): Promise<Revocation[]> {
  return sql<Revocation[]>`
    SELECT tenant, kind, value, floor(extract(epoch FROM revoked_at) * 1000)::float8 AS "revokedAt", ceil(extract(epoch FROM until) * 1000)::float8 AS until FROM sluice.revocations`;
}
