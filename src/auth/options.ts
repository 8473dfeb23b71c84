/** How callers are told apart. `none`: not at all, everybody may publish, read and erase everything. */
export type AuthOptions = 'none' | AuthSettings;

export interface AuthSettings {
  /** Where tokens (JWT) come from; null: only API keys are accepted. */
  readonly jwt: SharedSecret | KeySet | null;
  /** Milliseconds by which `exp` and `nbf` of a token may be missed. Default 0: a token is good until its `exp`, and 1 s later nothing is delivered. */
  readonly clockTolerance?: number;
  /**
   * Milliseconds that a token may still live when it is shown: one whose `exp` lies further ahead is invalid. Revocations are
   * remembered as long, so it must be the same on every gateway; raised, it does not lengthen those made before. Default 400 days.
   */
  readonly maxTokenLife?: number;
  /** Name of a cookie in which browsers may bring a token; null: no cookie is read. Default `sluice_token`. */
  readonly cookie?: string | null;
}

/** HS256, and nothing else. */
export interface SharedSecret {
  /** At least 32 bytes as UTF-8. */
  readonly secret: string;
  /** What `iss` and `aud` must be, if they are given here. */
  readonly issuer?: string;
  readonly audience?: string;
}

/** Asymmetric keys from an identity provider; RS256, PS256, ES256, EdDSA and their larger kin, never HS256. */
export interface KeySet {
  /** `https:`; `http:` only for loopback. */
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
}
