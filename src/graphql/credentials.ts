import { createApiKey, findApiKey, listApiKeys, type ApiKey, type NewApiKey } from '../auth/api-keys.js';
import type { Lookups } from '../auth/lookups.js';
import type { AuthSettings } from '../auth/options.js';
import type { Principal } from '../auth/principal.js';
import { revoke, type Revoked, type RevokeRequest } from '../auth/revoke.js';
import { issueTicket, type StreamTicket } from '../auth/tickets.js';
import type { Pool } from '../db/pool.js';
import { badInput } from '../event/limits.js';
import type { Hub } from '../hub/hub.js';

export interface CredentialsOptions {
  readonly pool: Pool;
  readonly lookups: Lookups;
  readonly hub: Hub;
  readonly notify: boolean;
  /** Milliseconds, as `AuthSettings` has it. */
  readonly maxTokenLife?: number | undefined;
  /** By what tokens are verified: their tickets are good as long. */
  readonly jwt: AuthSettings['jwt'];
}

/** The `RevokeTokensPayload` type. */
export interface RevokeTokensResult {
  readonly revokedAt: Date;
  readonly rememberedUntil: Date;
}

/** Milliseconds for the CALL, which waits for the head lock, and for the answer to wait until this gateway knows, too. */
const REVOKED_WITHIN = 10_000;
const KNOWN_WITHIN = 1_000;

/** Makes and revokes credentials on behalf of a caller, in the caller's tenant. */
export class Credentials {
  readonly #options: CredentialsOptions;

  constructor(options: CredentialsOptions) {
    this.#options = options;
  }

  /** `secret` is shown by this alone. Errors: `BAD_USER_INPUT`; `CONFLICT` when the tenant has too many keys. */
  createApiKey(key: NewApiKey): Promise<{ readonly apiKey: ApiKey; readonly secret: string }> {
    return this.#options.pool.ask((sql) => createApiKey(sql, key));
  }

  /** Errors: `BAD_USER_INPUT`. */
  apiKeys(page: { readonly tenant: string; readonly first?: number; readonly after?: string | null }): Promise<ApiKey[]> {
    return this.#options.pool.ask((sql) => listApiKeys(sql, page));
  }

  /** Errors: `BAD_USER_INPUT` when the tenant has no such key. */
  async revokeApiKey(request: Omit<RevokeRequest, 'kind'>): Promise<ApiKey> {
    const { tenant, value } = request;
    const revoked = await this.#revoke({ ...request, kind: 'key' });
    const key = revoked === null ? null : await this.#options.pool.ask((sql) => findApiKey(sql, tenant, value));
    if (key === null) throw badInput(`There is no API key ${JSON.stringify(value)}.`);
    return key;
  }

  /** Errors: `BAD_USER_INPUT` when not exactly one of `sub` and `jti` is given; `OVERLOADED` when too many are remembered. */
  async revokeTokens(request: Omit<RevokeRequest, 'kind' | 'value'> & { readonly sub?: string | null; readonly jti?: string | null }): Promise<RevokeTokensResult> {
    const { sub = null, jti = null, ...rest } = request;
    if ((sub === null) === (jti === null)) throw badInput('Name what to revoke: either `sub`, for all tokens of somebody, or `jti`, for one token.');
    const revoked = await this.#revoke(sub === null ? { ...rest, kind: 'jti', value: jti ?? '' } : { ...rest, kind: 'sub', value: sub });
    if (revoked === null) throw new Error('only of a key can it be unknown');
    return { revokedAt: new Date(revoked.revokedAt), rememberedUntil: new Date(revoked.until) };
  }

  /** Errors: `UNAUTHENTICATED`, `RATE_LIMITED`, see `issueTicket`. */
  issueTicket(principal: Principal): Promise<StreamTicket> {
    return this.#options.lookups.ask((sql) => issueTicket(sql, principal, this.#options.jwt));
  }

  async #revoke(request: RevokeRequest): Promise<Revoked | null> {
    const { pool, hub, notify, maxTokenLife } = this.#options;
    const revoked = await pool.ask((sql) => revoke(sql, { ...request, ...(maxTokenLife === undefined ? {} : { maxTokenLife }) }, notify), REVOKED_WITHIN);
    if (revoked === null) return null;
    // Whoever has the answer finds it refused here; elsewhere it takes as long as an event.
    hub.hint(revoked.position);
    await hub.reached(revoked.position, AbortSignal.timeout(KNOWN_WITHIN));
    return revoked;
  }
}
