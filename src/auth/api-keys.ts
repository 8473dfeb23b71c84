import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '../db/connect.js';
import { SluiceError } from '../base/error.js';
import { badInput } from '../event/limits.js';
import { isName, isScope, MAX_SCOPES } from './claims.js';

const KEY = /^sluice_([0-9a-f]{16})_([0-9a-f]{64})$/;
/** What every API key begins with: no JWT does. */
const PREFIX = 'sluice_';
/** Keys that a tenant may have, without those that have expired or were revoked. */
const MAX_KEYS = 1_000;
/** With those, which stay listed for 90 days: as many revocations of its keys may gateways have in memory. */
const MAX_LISTED = 10_000;
/** Keys of one page. */
const MAX_PAGE = 500;

/** An API key as it may be shown: without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** Name of the principal that made it; null: the command line. */
  readonly createdBy: string | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To about ten minutes. */
  readonly lastUsedAt: Date | null;
}

export interface NewApiKey {
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly createdBy: string | null;
}

/** What a credential says if it has the form of an API key. */
export interface ShownKey {
  readonly id: string;
  readonly hash: Buffer;
}

/** True for what claims to be an API key, whatever follows. */
export function claimsToBeKey(token: string): boolean {
  return token.startsWith(PREFIX);
}

export function readKey(token: string): ShownKey | null {
  const [, id, secret] = KEY.exec(token) ?? [];
  return id === undefined || secret === undefined ? null : { id, hash: hashOf(secret) };
}

/**
 * Of a secret of 32 random bytes. Nobody guesses those, whatever the hash costs: one that is slow on purpose, as passwords
 * need, would only make every call slow.
 */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

const COLUMNS = 'id, tenant, name, scopes, created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"';

/** Makes a key. `secret` is all of it, as it is sent; it cannot be read again. Errors: `BAD_USER_INPUT`; `CONFLICT` when the tenant has too many. */
export async function createApiKey(sql: Sql, { tenant, name, scopes, expiresAt, createdBy }: NewApiKey): Promise<{ readonly apiKey: ApiKey; readonly secret: string }> {
  checkName(tenant, 'tenant');
  checkName(name, 'name');
  if (scopes.length > MAX_SCOPES) throw badInput(`A key has at most ${MAX_SCOPES} scopes, not ${scopes.length}.`);
  const odd = scopes.find((scope) => !isScope(scope));
  if (odd !== undefined) throw badInput(`${JSON.stringify(odd.slice(0, 100))} is no scope: a scope has 1 to 255 characters of ASCII, without spaces, quotes and backslashes, such as orders:read.`);
  if (expiresAt !== null && !(expiresAt.getTime() > Date.now())) throw badInput('expiresAt is past. Name a moment to come, or leave it out for a key that does not expire.');
  const [id, secret] = [randomBytes(8).toString('hex'), randomBytes(32).toString('hex')];
  const [row] = await sql<ApiKey[]>`
    INSERT INTO sluice.api_keys (id, tenant, name, hash, scopes, created_by, expires_at)
    SELECT ${id}, ${tenant}, ${name}, ${hashOf(secret)}, ${[...new Set(scopes)]}::text[], ${createdBy}, ${expiresAt}
    WHERE (SELECT count(*) FROM sluice.api_keys k WHERE k.tenant = ${tenant} AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())) < ${MAX_KEYS}
      AND (SELECT count(*) FROM sluice.api_keys k WHERE k.tenant = ${tenant}) < ${MAX_LISTED}
    RETURNING ${sql.unsafe(COLUMNS)}`;
  if (row === undefined) throw new SluiceError('CONFLICT', `The tenant has ${MAX_KEYS} API keys, or ${MAX_LISTED} with those that expired or were revoked within 90 days. Revoke some that are not used, or wait.`);
  return { apiKey: row, secret: `${PREFIX}${id}_${secret}` };
}

/** The keys of a tenant, the latest first; those that expired or were revoked within 90 days too. At most 500; `after`: the id of the last one seen. */
export async function listApiKeys(sql: Sql, { tenant, first = 100, after = null }: { readonly tenant: string; readonly first?: number; readonly after?: string | null }): Promise<ApiKey[]> {
  if (!(Number.isInteger(first) && first >= 1 && first <= MAX_PAGE)) throw badInput(`\`first\` must be 1 to ${MAX_PAGE}, not ${first}.`);
  return sql<ApiKey[]>`
    SELECT ${sql.unsafe(COLUMNS)} FROM sluice.api_keys WHERE tenant = ${tenant}
      AND (${after}::text IS NULL OR (created_at, id) < (SELECT k.created_at, k.id FROM sluice.api_keys k WHERE k.tenant = ${tenant} AND k.id = ${after}))
    ORDER BY created_at DESC, id DESC LIMIT ${first}`;
}

/** One key of the tenant, or null. */
export async function findApiKey(sql: Sql, tenant: string, id: string): Promise<ApiKey | null> {
  const [row] = await sql<ApiKey[]>`SELECT ${sql.unsafe(COLUMNS)} FROM sluice.api_keys WHERE tenant = ${tenant} AND id = ${id}`;
  return row ?? null;
}

/** Refuses what cannot name something: `BAD_USER_INPUT`. */
export function checkName(value: string, what: string): void {
  if (!isName(value)) throw badInput(`${what} must have 1 to 255 characters, none of them a control character.`);
}
