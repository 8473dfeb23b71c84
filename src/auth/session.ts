import type { Principal } from './principal.js';

/** Why a session ended before its connection did. */
export type SessionEnd = 'expired' | 'revoked';

/** Why it ended, from the signal of a session that has. */
export function endOf({ reason }: AbortSignal): SessionEnd {
  return reason === 'revoked' ? 'revoked' : 'expired';
}

/**
 * Who a request or a connection belongs to at present. A client that renews its token on an open socket changes the
 * principal, never its name or tenant; whatever was decided by the old one is decided anew when `version` has moved.
 */
export interface Session {
  readonly principal: Principal;
  /** Grows with every renewal. */
  readonly version: number;
  /** Aborts, with a `SessionEnd` as its reason, when the token has expired or was revoked. Nothing is delivered after it. */
  readonly ended: AbortSignal;
}

/** The session of a principal that neither expires nor can be revoked. */
export function endlessSession(principal: Principal): Session {
  return { principal, version: 0, ended: new AbortController().signal };
}
