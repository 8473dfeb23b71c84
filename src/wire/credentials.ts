import type { IncomingMessage } from 'node:http';
import type { Proof } from '../auth/auth.js';
import { refusal, type RefusalReason } from '../auth/refusal.js';
import { SluiceError } from '../base/error.js';

/** Characters of a token or a ticket; a longer one is none of ours. */
const MAX_TOKEN = 16_384;

/** The reason an `UNAUTHENTICATED` names; null when it is another error. */
export function reasonOf(error: unknown): RefusalReason | null {
  if (!(error instanceof SluiceError) || error.code !== 'UNAUTHENTICATED') return null;
  const { reason } = error.details;
  return reason === 'expired' || reason === 'revoked' ? reason : 'invalid';
}

/**
 * How a request proves who sends it: the header, else the ticket, else the cookie. Throws `UNAUTHENTICATED` (`invalid`) for
 * what cannot be a proof: another scheme than Bearer, several headers, a ticket beside a header or where no event stream is asked for.
 */
export function proofOfRequest(request: IncomingMessage, cookie: string | null, ticket: string | null, takesTicket: boolean): Proof {
  const header = authorizationOf(request);
  if (ticket !== null) {
    if (header !== null || !takesTicket || ticket === '' || ticket.length > MAX_TOKEN) throw refusal('invalid');
    return { kind: 'ticket', ticket };
  }
  if (header !== null) return bearer(header, false);
  const fromCookie = cookie === null ? null : readCookie(request.headers.cookie, cookie);
  return fromCookie === null ? { kind: 'none' } : bearer(fromCookie, true);
}

/** `connectionParams.authorization` as a proof; null when there is none and the upgrade decides. Throws as above. */
export function proofOfParams(params: Readonly<Record<string, unknown>> | undefined): Proof | null {
  const given = params?.['authorization'] ?? params?.['Authorization'] ?? null;
  return given === null ? null : proofOfText(given);
}

/** `Bearer x`, or `x` alone. */
export function proofOfText(given: unknown): Proof {
  if (typeof given !== 'string') throw refusal('invalid');
  return bearer(given, true);
}

/** Takes the ticket out of the request's URL, so that nothing behind it can log or keep it. */
export function takeTicket(request: IncomingMessage): string | null {
  const [path = '', ...rest] = (request.url ?? '/').split('?');
  const query = rest.join('?');
  if (query === '') return null;
  const parameters = new URLSearchParams(query);
  const tickets = parameters.getAll('ticket');
  if (tickets.length === 0) return null;
  parameters.delete('ticket');
  const left = parameters.toString();
  request.url = left === '' ? path : `${path}?${left}`;
  return tickets.length === 1 ? tickets[0] ?? '' : '';
}

function authorizationOf({ rawHeaders }: IncomingMessage): string | null {
  let found: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'authorization') continue;
    if (found !== null) throw refusal('invalid');
    found = rawHeaders[index + 1] ?? '';
  }
  return found;
}

function bearer(text: string, bareToo: boolean): Proof {
  const [, token] = /^Bearer +([^\s]+)$/i.exec(text.trim()) ?? (bareToo ? /^([^\s]+)$/.exec(text.trim()) : null) ?? [];
  if (token === undefined || token.length > MAX_TOKEN) throw refusal('invalid');
  return { kind: 'bearer', token };
}

/** The first cookie of this name; null when there is none or it is empty, as after signing out. */
function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim().replace(/^"(.*)"$/, '$1') || null;
  }
  return null;
}
