import { createRemoteJWKSet, customFetch, errors, type CryptoKey, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';

/** Milliseconds for one answer of the identity provider. */
const ANSWER_WITHIN = 3_000;
/** Bytes of its answer. */
const MAX_ANSWER = 256 * 1024;
/** Milliseconds after which the keys are read again, in the background. */
const REFRESH_AFTER = 10 * 60_000;
/** Milliseconds between two readings, whatever tokens name: a key that nobody has heard of costs no more than this. */
const COOLDOWN = 5_000;
/** Milliseconds for which keys are good while the provider is away: one that it has withdrawn is not trusted for ever. */
const KEEP = 24 * 60 * 60_000;

export interface KeySetOptions {
  readonly url: URL;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  now(): number;
}

/** The public keys of an identity provider. */
export interface RemoteKeys {
  /** For `jwtVerify`. Errors: jose's for a key that is not there; `STORAGE_UNAVAILABLE` when that cannot be found out. */
  readonly find: JWTVerifyGetKey;
  /** Reads the keys ahead of the first token. Never rejects: it is tried again when a token needs them. */
  warm(): Promise<void>;
}

/**
 * Keeps the keys of a JWKS in memory. They are read when a token names one that is not known (at most every 5 s), and every
 * 10 minutes. While the provider is away, known keys go on for a day; a token with another key is `STORAGE_UNAVAILABLE`.
 */
export function createRemoteKeys({ url, log, now }: KeySetOptions): RemoteKeys {
  // When to read is decided here: jose counts its own cooldown from successes only, and asks a provider that is away for every token.
  const remote = createRemoteJWKSet(url, { timeoutDuration: ANSWER_WITHIN, cooldownDuration: Infinity, cacheMaxAge: Infinity, [customFetch]: fetchBounded });
  let readAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<void> => {
    const since = now() - failedAt;
    if (since >= 0 && since < COOLDOWN) throw unavailable(COOLDOWN - since);
    try {
      await remote.reload();
    } catch (error) {
      if (now() - failedAt >= COOLDOWN) log.warn({ err: error, url: url.href }, 'the keys of the identity provider cannot be read');
      failedAt = now();
      throw unavailable(COOLDOWN, error);
    }
    readAt = now();
    failedAt = Number.NEGATIVE_INFINITY;
  };
  const readAhead = async (): Promise<void> => {
    try {
      await read();
    } catch (error) {
      // Said in `read`, and tried again.
      if (!(error instanceof SluiceError)) throw error;
    }
  };
  const find = async (...[header, token]: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> => {
    if (now() - readAt > KEEP) await read();
    else if (now() - readAt > REFRESH_AFTER) void readAhead();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - readAt < COOLDOWN) throw error;
      await read();
      return remote(header, token);
    }
  };
  return { find, warm: readAhead };
}

function unavailable(retryAfterMs: number, cause?: unknown): SluiceError {
  return new SluiceError('STORAGE_UNAVAILABLE', 'The keys of the identity provider cannot be read at present. Try again soon.', { retryAfterMs }, { cause });
}

/** `fetch`, but an answer that is too long is an error before it fills the memory. */
async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.byteLength;
    if (bytes > MAX_ANSWER) throw new Error(`the answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(part);
  }
  return new Response(Buffer.concat(chunks), { status: response.status });
}
