/** Who calls, as verified. Nothing of it is taken from what the caller says about itself in an operation. */
export interface Principal {
  /**
   * `open`: authentication is off and everything is allowed. `anonymous`: it is on and no credential was given.
   * `token`: a verified JWT. `key`: an API key.
   */
  readonly kind: 'open' | 'anonymous' | 'token' | 'key';
  /** For logs and limits: the token's `sub`, `key:<id>`, `anonymous` or `open`. */
  readonly name: string;
  /** The claim `tenant`, or the key's; `default` where there is none. Everything read and published is of this tenant. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<string>;
  /** Verified claims of a token (`sub` among them); of a key `{ sub: 'key:<id>' }`; empty for the others. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970; null: it does not expire. */
  readonly expiresAt: number | null;
  /** What a revocation can name. */
  readonly credential: Credential;
}

/** By what a principal can be revoked. */
export interface Credential {
  readonly jti: string | null;
  readonly sub: string | null;
  readonly keyId: string | null;
  /** Milliseconds since 1970 at which the token was issued (`iat`); a revocation by `sub` spares what was issued after it. */
  readonly issuedAt: number | null;
}

/** Whose everything is that names no tenant. */
export const DEFAULT_TENANT = 'default';
/** Holds every scope there is, within its tenant. */
export const ADMIN_SCOPE = 'sluice:admin';

const NO_CREDENTIAL: Credential = { jti: null, sub: null, keyId: null, issuedAt: null };

/** Everybody, where authentication is off. */
export const OPEN: Principal = { kind: 'open', name: 'open', tenant: DEFAULT_TENANT, scopes: new Set([ADMIN_SCOPE]), claims: {}, expiresAt: null, credential: NO_CREDENTIAL };
/** Whoever gives no credential, where authentication is on. */
export const ANONYMOUS: Principal = { kind: 'anonymous', name: 'anonymous', tenant: DEFAULT_TENANT, scopes: new Set(), claims: {}, expiresAt: null, credential: NO_CREDENTIAL };

/** True when the principal holds every scope of at least one inner list. */
export function holds(principal: Principal, alternatives: readonly (readonly string[])[]): boolean {
  return principal.scopes.has(ADMIN_SCOPE) || alternatives.some((all) => all.every((scope) => principal.scopes.has(scope)));
}
