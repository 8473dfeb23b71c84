import { errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';
import { isLoopback } from '../base/loopback.js';
import { principalOf } from './claims.js';
import { createRemoteKeys } from './key-set.js';
import type { KeySet, SharedSecret } from './options.js';
import type { Principal } from './principal.js';
import { refusal } from './refusal.js';

/** Characters of a token; a longer one is invalid unseen. */
export const MAX_TOKEN = 8_192;
const MIN_SECRET = 32;
/** What the header `typ` may be, if it is there: a token that was made for something else is not one for us. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt']);
/** Signatures by the provider's private key. HS256 with a public key as the secret is thereby refused. */
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** Settings with which no gateway can tell who calls; said at the start. */
export class AuthSettingsError extends Error {
  override readonly name = 'AuthSettingsError';
}

export interface VerifierOptions {
  readonly jwt: SharedSecret | KeySet;
  /** Milliseconds. */
  readonly clockTolerance: number;
  readonly maxTokenLife: number;
  readonly log: Logger;
  now(): number;
}

export interface Verifier {
  /** Errors: `UNAUTHENTICATED` (`invalid`, `expired`); `STORAGE_UNAVAILABLE` when the provider's keys cannot be read. */
  verify(token: string): Promise<Principal>;
  /** Does ahead of the first token what can be done. */
  warm(): Promise<void>;
}

/** Verifies JWTs. Throws `AuthSettingsError` for a secret that is too short and for a URL that is not safe. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { now, clockTolerance, maxTokenLife } = options;
  const { find, warm, checks } = 'secret' in options.jwt ? bySecret(options.jwt) : byKeySet(options.jwt, options);
  return {
    warm,
    async verify(token) {
      if (token.length > MAX_TOKEN) throw refusal('invalid', `the token has more than ${MAX_TOKEN} characters`);
      try {
        const at = now();
        const { payload, protectedHeader } = await verified(token, find, { ...checks, clockTolerance: clockTolerance / 1_000, currentDate: new Date(at) });
        const { typ } = protectedHeader;
        if (typ !== undefined && (typeof typ !== 'string' || !TYPES.has(typ.toLowerCase().replace(/^application\//, '')))) throw refusal('invalid', 'the header typ is neither JWT nor at+jwt');
        return principalOf(payload, { now: at, clockTolerance, maxTokenLife });
      } catch (error) {
        if (error instanceof SluiceError) throw error;
        if (error instanceof errors.JWTExpired) throw refusal('expired');
        // Anything else is something in the token that jose could not work with: also a TypeError, such as for an RSA key that is too short.
        throw refusal('invalid', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      }
    },
  };
}

type Checks = Pick<JWTVerifyOptions, 'algorithms' | 'issuer' | 'audience'>;
interface Keys {
  readonly find: JWTVerifyGetKey;
  readonly checks: Checks;
  warm(): Promise<void>;
}

/** With a token that names no key, each that could be meant is tried. */
async function verified(token: string, find: JWTVerifyGetKey, checks: JWTVerifyOptions): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, checks);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, checks);
      } catch (mismatch) {
        if (!(mismatch instanceof errors.JWSSignatureVerificationFailed)) throw mismatch;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function bySecret({ secret, issuer, audience }: SharedSecret): Keys {
  const key = new TextEncoder().encode(secret);
  if (key.byteLength < MIN_SECRET) throw new AuthSettingsError(`The secret of the tokens has ${key.byteLength} bytes; at least ${MIN_SECRET} are needed, or it can be guessed. Make one with: openssl rand -base64 48`);
  return {
    find: () => key,
    checks: { algorithms: ['HS256'], ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) },
    warm: () => Promise.resolve(),
  };
}

function byKeySet({ jwksUrl, issuer, audience }: KeySet, { log, now }: VerifierOptions): Keys {
  if (issuer === '' || audience === '') throw new AuthSettingsError('A key set needs an issuer and an audience: without them, every token that the provider signs for anybody would be good here.');
  const keys = createRemoteKeys({ url: safeUrl(jwksUrl), log, now });
  return { find: keys.find, checks: { algorithms: ASYMMETRIC, issuer, audience }, warm: () => keys.warm() };
}

/** Whoever can change the answer signs tokens: only https, or this machine. */
function safeUrl(text: string): URL {
  if (!URL.canParse(text)) throw new AuthSettingsError('The address of the key set is no URL.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) throw new AuthSettingsError('The address of the key set must begin with https:// (http:// only for this machine): whoever can change the answer can sign tokens.');
  if (url.username !== '' || url.password !== '') throw new AuthSettingsError('The address of the key set must hold no user name or password.');
  return url;
}
