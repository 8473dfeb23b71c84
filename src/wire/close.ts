import type { RefusalReason } from '../auth/refusal.js';

/** How a WebSocket is closed: reasons are texts of ours, at most 123 bytes, with nothing of the peer's in them. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Beside those of graphql-transport-ws. Clients come back after both. */
export const RESTARTING: Close = { code: 1012, reason: 'Service restart' };
export const TRY_AGAIN: Close = { code: 1013, reason: 'Try again later' };

/** A client may come back after 4403, with a new token; graphql-ws clients give up at 4401. */
export const CLOSE_FOR: Readonly<Record<RefusalReason, Close>> = {
  expired: { code: 4403, reason: 'Token expired' },
  revoked: { code: 4401, reason: 'Token revoked' },
  invalid: { code: 4401, reason: 'Token invalid' },
};

export const NOT_INITIALISED: Close = { code: 4401, reason: 'Unauthorized' };
export const INIT_TOO_BIG: Close = { code: 1009, reason: 'Too much before the acknowledgement' };
export const NOT_TEXT: Close = { code: 4400, reason: 'Messages are text' };
export const TOO_MANY_RENEWALS: Close = { code: 4400, reason: 'Wait for the answer to a renewal before the next' };
export const BAD_RENEWAL: Close = { code: 4400, reason: 'sluice.authorization of a ping is no text' };
export const FAILED: Close = { code: 4500, reason: 'Internal server error' };
