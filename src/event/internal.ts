import type { LogEvent } from './event.js';

/** The topic of the gateway's own events. They have positions as all events do; no subscriber ever gets one, but administrators those that are alerts (alert.ts). */
export const INTERNAL_TOPIC = '_sluice';
/**
 * Internal: the payloads of one key were erased before this position. Tenant and key are those of what was erased, the payload is
 * `{ topic, key }`. Whoever keeps something of events in memory drops what it has of these when it comes to this one.
 */
export const KEY_ERASED = 'KeyErased';

/** The payload of an erased event, as the log's readers give it. Compare by identity: `isErased`. */
export const ERASED: LogEvent['payload'] = Object.freeze({});

/** True for an event whose payload was erased: it keeps its place, type and key, and is delivered with `node: null`. */
export function isErased(event: LogEvent): boolean {
  return event.payload === ERASED;
}

/** What an event says has been erased; null for any event but `KeyErased`. */
export function erasureOf(event: LogEvent): { readonly tenant: string; readonly topic: string; readonly key: string; readonly before: number } | null {
  const { topic } = event.payload;
  if (event.topic !== INTERNAL_TOPIC || event.type !== KEY_ERASED || typeof topic !== 'string') return null;
  return { tenant: event.tenant, topic, key: event.key, before: event.position };
}

/** Internal: tokens or an API key are not accepted any more. The payload is a `Revocation` without its tenant. */
export const TOKENS_REVOKED = 'TokensRevoked';

/** What is not accepted any more, in one tenant. */
export interface Revocation {
  readonly tenant: string;
  /** By what the credential is named: the claim `jti` or `sub`, or the id of an API key. */
  readonly kind: 'jti' | 'sub' | 'key';
  readonly value: string;
  /** Milliseconds since 1970. Of a `sub`: tokens issued later are good. */
  readonly revokedAt: number;
  /** Milliseconds since 1970 at which everything that it can hit has expired. */
  readonly until: number;
}

/** What an event says has been revoked; null for any event but `TokensRevoked`. */
export function revocationOf(event: LogEvent): Revocation | null {
  if (event.topic !== INTERNAL_TOPIC || event.type !== TOKENS_REVOKED) return null;
  const { kind, value, revokedAt, until } = event.payload;
  if ((kind !== 'jti' && kind !== 'sub' && kind !== 'key') || typeof value !== 'string' || typeof revokedAt !== 'number' || typeof until !== 'number') return null;
  return { tenant: event.tenant, kind, value, revokedAt, until };
}
