import { TokenRejectedError } from '../../client/token.js';
import { CommandError } from '../exit-codes.js';
import type { Endpoint } from './endpoint.js';

/** Codes of a gateway that does not know the caller, or refuses what he asks. */
const DENIED = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

export function isDenied(code: unknown): boolean {
  return typeof code === 'string' && DENIED.has(code);
}

/** What to do about it, for a person. `reason` is `invalid`, `expired`, `revoked` or nothing. Ends with a full stop. */
export function remedyOf(code: string, reason: unknown, { token }: Pick<Endpoint, 'token'>): string {
  if (code === 'FORBIDDEN') return 'The token in SLUICE_TOKEN lacks a scope for it.';
  if (token === null) return 'Set SLUICE_TOKEN to a token or an API key.';
  if (reason === 'expired') return 'The token in SLUICE_TOKEN has expired: get a new one.';
  return reason === 'revoked' ? 'The token in SLUICE_TOKEN was revoked: get a new one.' : 'Is the token in SLUICE_TOKEN one for this gateway?';
}

/** For a connection that the gateway has closed for its token; null: for something else. */
export function deniedByClose(reason: unknown, endpoint: Pick<Endpoint, 'token'>): CommandError | null {
  const { code, reason: said } = (typeof reason === 'object' && reason !== null ? reason : {}) as { readonly code?: unknown; readonly reason?: unknown };
  if (!(reason instanceof TokenRejectedError) && code !== 4401 && code !== 4403) return null;
  const why = typeof said === 'string' && said !== '' ? ` (${said})` : '';
  const kind = code === 4403 ? 'expired' : /revoked/i.test(why) ? 'revoked' : 'invalid';
  return new CommandError('denied', `The gateway has closed the connection${why}. ${remedyOf('UNAUTHENTICATED', kind, endpoint)}`);
}
