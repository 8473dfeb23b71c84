import type { JWTPayload } from 'jose';
import { checkKey } from '../event/limits.js';
import { DEFAULT_TENANT, type Principal } from './principal.js';
import { refusal } from './refusal.js';

/** What API keys are called as principals; no token may have a `sub` that begins so. */
export const KEY_NAME = 'key:';
/** One scope, as OAuth writes it (RFC 6749): printable ASCII without space, quote and backslash. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** Scopes of one principal. */
export const MAX_SCOPES = 256;
/** The last second that `DateTime` can show. */
const YEAR_10000 = 253_402_300_800;
/**
 * Milliseconds that `iat` may lie ahead, beside the tolerance. A revocation by `sub` reaches as far, or such a token would escape it;
 * it is short, since who signs in anew within it after a revocation is refused.
 */
export const IAT_AHEAD = 5_000;

export interface ClaimLimits {
  readonly now: number;
  /** Milliseconds. */
  readonly clockTolerance: number;
  /** Milliseconds that a token may still live. */
  readonly maxTokenLife: number;
}

/**
 * The principal of verified claims. `sub` and `exp` must be there: without a name nothing can be limited or revoked, without
 * an end a token that leaks is good for ever. A claim that is there and is not what it should be makes the token
 * invalid; it is never read as if it were absent. Errors: `UNAUTHENTICATED`.
 */
export function principalOf(payload: JWTPayload, { now, clockTolerance, maxTokenLife }: ClaimLimits): Principal {
  const sub = name(payload, 'sub');
  if (sub === null) throw refusal('invalid', 'the claim sub is missing');
  if (sub.startsWith(KEY_NAME)) throw refusal('invalid', `sub begins with ${KEY_NAME}, which API keys are called`);
  const exp = seconds(payload, 'exp');
  if (exp === null) throw refusal('invalid', 'the claim exp is missing');
  const expiresAt = exp * 1_000 + clockTolerance;
  if (expiresAt <= now) throw refusal('expired');
  if (exp * 1_000 > now + maxTokenLife) throw refusal('invalid', 'exp lies further ahead than a token may live');
  const iat = seconds(payload, 'iat');
  if (iat !== null && iat * 1_000 > now + clockTolerance + IAT_AHEAD) throw refusal('invalid', 'iat lies ahead');
  return {
    kind: 'token',
    name: sub,
    tenant: name(payload, 'tenant') ?? DEFAULT_TENANT,
    scopes: new Set([...spaced(payload), ...listed(payload)]),
    // Without a prototype: no rule finds `constructor` where the token has no such claim, and `__proto__` is a claim like any.
    claims: Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, payload)),
    expiresAt,
    credential: { jti: name(payload, 'jti'), sub, keyId: null, issuedAt: iat === null ? null : iat * 1_000 },
  };
}

/** True for text that can be a scope. */
export function isScope(text: string): boolean {
  return SCOPE.test(text);
}

/** True for what may name a tenant, a `sub` or a `jti`: 1 to 255 characters that Postgres can hold, none of them a control character. */
export function isName(text: string): boolean {
  try {
    checkKey(text, 'it');
  } catch {
    return false;
  }
  // In a log or a terminal they would do things.
  return !/[\u0000-\u001f\u007f-\u009f]/.test(text);
}

/** A claim of the token itself, not of a prototype. */
const own = (payload: JWTPayload, claim: string): unknown => (Object.hasOwn(payload, claim) ? payload[claim] : undefined);

function name(payload: JWTPayload, claim: string): string | null {
  const value = own(payload, claim);
  if (value === undefined) return null;
  if (typeof value !== 'string' || !isName(value)) throw refusal('invalid', `the claim ${claim} is no text of 1 to 255 characters`);
  return value;
}

function seconds(payload: JWTPayload, claim: string): number | null {
  const value = own(payload, claim);
  if (value === undefined) return null;
  if (typeof value !== 'number' || !(value >= 0 && value < YEAR_10000)) throw refusal('invalid', `the claim ${claim} is no moment`);
  return value;
}

/** `scope`, as OAuth has it. */
function spaced(payload: JWTPayload): readonly string[] {
  const value = own(payload, 'scope');
  if (value === undefined) return [];
  if (typeof value !== 'string') throw refusal('invalid', 'the claim scope is no text');
  return checked(value.split(' ').filter((each) => each !== ''), 'scope');
}

/** `scopes`, as some providers have it. */
function listed(payload: JWTPayload): readonly string[] {
  const value = own(payload, 'scopes');
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refusal('invalid', 'the claim scopes is no list');
  return checked(value, 'scopes');
}

function checked(scopes: readonly unknown[], claim: string): readonly string[] {
  if (scopes.length > MAX_SCOPES || !scopes.every((each): each is string => typeof each === 'string' && isScope(each))) throw refusal('invalid', `the claim ${claim} has what is no scope, or more than ${MAX_SCOPES}`);
  return scopes;
}
