import { OPEN, type Principal } from './principal.js';
import { endlessSession, type Session } from './session.js';

/** How a caller proves who it is. Texts as they came, without `Bearer `. */
export type Proof =
  | { readonly kind: 'none' }
  /** A JWT or an API key: which of the two, its form tells. */
  | { readonly kind: 'bearer'; readonly token: string }
  /** From `createStreamTicket`: good once. */
  | { readonly kind: 'ticket'; readonly ticket: string };

/** Tells who calls. One per gateway; every transport asks it. */
export interface Auth {
  /** False: everybody may do everything (`SLUICE_AUTH=none`). */
  readonly required: boolean;
  /**
   * Errors: `UNAUTHENTICATED` with `reason` `invalid`, `expired` or `revoked`; `STORAGE_UNAVAILABLE` when a key cannot be looked up,
   * `OVERLOADED` when too many are. `leaving` aborts when nobody waits for the answer any more: what waits for its turn is given up.
   */
  authenticate(proof: Proof, leaving?: AbortSignal): Promise<Principal>;
  /**
   * Opens the session of a request or connection; it ends by expiry, revocation or `close`, which must be called when the
   * connection is gone.
   */
  open(principal: Principal): LiveSession;
}

/** A session as its transport holds it. */
export interface LiveSession extends Session {
  /** In-band renewal. Errors: `UNAUTHENTICATED` (`reason: invalid`) when it is somebody else or another tenant. */
  renew(principal: Principal): void;
  close(): void;
}

/** No authentication: whoever calls is `OPEN`. */
export const openAuth: Auth = {
  required: false,
  authenticate: () => Promise.resolve(OPEN),
  open: (principal) => ({ ...endlessSession(principal), renew: () => undefined, close: () => undefined }),
};
