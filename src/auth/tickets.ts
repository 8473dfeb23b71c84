import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '../db/connect.js';
import { SluiceError } from '../base/error.js';
import type { Lookups } from './lookups.js';
import type { AuthSettings } from './options.js';
import type { Principal } from './principal.js';
import { refusal } from './refusal.js';

/** Milliseconds for which a ticket is good. */
const TICKET_LIFE = 60_000;
/** Tickets of one principal that are good at a time. */
const MAX_OUTSTANDING = 100;
const TICKET = /^ticket_([0-9a-f]{64})$/;

/** The `StreamTicket` type. */
export interface StreamTicket {
  /** Good for one operation, on any gateway. Whoever has it is the principal: it is in no log. */
  readonly ticket: string;
  readonly expiresAt: Date;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * What a ticket is found by. That of a token's principal is hashed with the settings by which tokens are verified, so it is not there
 * once they have changed: a ticket got with a forged token ends with the secret that leaked. Without the ticket nothing can be told of the secret.
 */
function hashOf(ticket: string, kind: 'token' | 'key', jwt: AuthSettings['jwt']): Buffer {
  if (kind === 'key' || jwt === null) return sha256(ticket);
  const { issuer = null, audience = null } = jwt;
  return sha256(JSON.stringify([ticket, ...('secret' in jwt ? ['secret', jwt.secret] : ['keys', jwt.jwksUrl]), issuer, audience]));
}

/** Makes a ticket; it is good where tokens are verified as here (`jwt`), that of an API key everywhere. Errors: `UNAUTHENTICATED` for `ANONYMOUS`; `RATE_LIMITED` when the principal has 100 that are good. */
export async function issueTicket(sql: Sql, principal: Principal, jwt: AuthSettings['jwt']): Promise<StreamTicket> {
  if (principal.kind === 'anonymous') throw new SluiceError('UNAUTHENTICATED', 'Only a caller whose identity is known gets a ticket. Send a token or an API key.');
  const secret = randomBytes(32).toString('hex');
  const ticket = `ticket_${secret}`;
  // Where everybody is the same, nothing needs to be remembered: any ticket will do.
  if (principal.kind === 'open') return { ticket, expiresAt: new Date(Date.now() + TICKET_LIFE) };
  const [row] = await sql<{ ends: Date | null }[]>`
    SELECT sluice.issue_ticket(${hashOf(secret, principal.kind, jwt)}, ${principal.kind}, ${principal.tenant}, ${principal.name}, ${write(principal)}, ${`${TICKET_LIFE} milliseconds`}::interval, ${MAX_OUTSTANDING}) AS ends`;
  if (!row?.ends) throw new SluiceError('RATE_LIMITED', `${MAX_OUTSTANDING} tickets of this caller are good and not used. Use them, or wait.`, { retryAfterMs: 5_000 });
  return { ticket, expiresAt: new Date(Math.min(row.ends.getTime(), principal.expiresAt ?? Infinity)) };
}

/** Whose ticket it is. It is gone then, also when nobody hears the answer. Errors: `UNAUTHENTICATED`; those of `Lookups`. */
export async function takeTicket(lookups: Lookups, ticket: string, jwt: AuthSettings['jwt'], leaving?: AbortSignal): Promise<Principal> {
  const [, secret] = TICKET.exec(ticket) ?? [];
  if (secret === undefined) throw refusal('invalid', 'this is not the form of a ticket');
  const [row] = await lookups.ask((sql) => sql<{ principal: string; good: boolean }[]>`
    DELETE FROM sluice.stream_tickets WHERE (kind = 'key' AND hash = ${hashOf(secret, 'key', jwt)})
      OR (${jwt !== null} AND kind = 'token' AND hash = ${hashOf(secret, 'token', jwt)}) RETURNING principal, expires_at > clock_timestamp() AS good`, leaving);
  if (row === undefined) throw refusal('invalid', 'there is no such ticket, it was used, or tokens are verified otherwise now');
  if (!row.good) throw refusal('expired');
  return read(row.principal);
}

type Written = Omit<Principal, 'scopes'> & { readonly scopes: readonly string[] };

function write(principal: Principal): string {
  return JSON.stringify({ ...principal, scopes: [...principal.scopes] } satisfies Written);
}

function read(text: string): Principal {
  const written = JSON.parse(text) as Written;
  return { ...written, scopes: new Set(written.scopes), claims: Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, written.claims)) };
}
