import { backoffMs } from './backoff.js';
import { pause } from './pause.js';

/**
 * A token (JWT) or API key, without `Bearer `; or where the present one comes from. A function is asked for every connection
 * and before a token expires; null from it: there is none (nobody is signed in). What is no token (empty, longer than 8,192
 * characters, with a space or with what only pages and JSON have) is never sent: the source has failed, as when it throws.
 */
export type TokenSource = string | (() => string | null | Promise<string | null>);

/** The gateway does not take the token, and there is no other. */
export class TokenRejectedError extends Error {
  override readonly name = 'TokenRejectedError';
  /** 4403: it has expired; 4401: it is invalid or was revoked. As the WebSocket was closed with. */
  readonly code: 4401 | 4403;
  /** What the gateway says of it. */
  readonly reason: string;

  constructor(code: 4401 | 4403, reason: string) {
    super(`The gateway does not take the token${reason === '' ? '' : ` (${reason})`}, and there is no newer one. Sign in again.`);
    this.code = code;
    this.reason = reason;
  }
}

/** Fresh tokens that may be rejected one after the other before it is over. */
const MAX_FRESH = 3;
/** Times that an expired token may be given again: whoever keeps it may be about to renew it. */
export const MAX_EXPIRED = 5;
/** Milliseconds before its end at which a token is renewed, unless it lives so shortly that a fifth of that is less. */
const RENEW_BEFORE = 60_000;
/** Milliseconds. Timers go no further than 24 days. */
const LONGEST_WAIT = 24 * 60 * 60 * 1_000;
/** Milliseconds between two looks for a newer token, at least. */
const LOOK_AGAIN = 1_000;
/** Milliseconds from one token to its renewal, at least: a gateway closes a socket on which eight wait. */
const RENEW_AFTER = 3_000;
/** Characters of a token. Gateways take no longer one. */
const MAX_TOKEN = 8_192;
/** An error page or a JSON answer in place of a token has one of these: it would end sockets that are open and well. */
const NO_TOKEN = /[^\u0021-\u007e]|[<>{}"]/;

export interface TokenKeeperOptions {
  readonly source: TokenSource;
  /** Milliseconds that the source may take when a token was rejected. 0 or Infinity: for ever. */
  readonly patience: number;
  /** Sends a token on the open socket. */
  send(token: string): void;
  /** The source failed; it is asked again. */
  trouble(reason: unknown): void;
}

/** The token of one connection after the other, and its renewal while one is open. */
export interface TokenKeeper {
  /** For a connection that begins. Rejects as the source does. */
  forConnection(): Promise<string | null>;
  /** The gateway has taken it. `expiresAt` (milliseconds since 1970) if it said so; else what a JWT says of itself counts. */
  accepted(expiresAt?: number): void;
  /** Something of use came: what was rejected before is forgotten. */
  proven(): void;
  /** The connection is gone. */
  lost(): void;
  /** The connection was closed for its token: null when another attempt is worth it, else why not. */
  rejected(code: 4401 | 4403, reason: string): Promise<TokenRejectedError | null>;
}

export function createTokenKeeper({ source, patience, send, trouble }: TokenKeeperOptions): TokenKeeper {
  /** What the present connection was opened or renewed with. */
  let present: string | null = null;
  /** Got when the last was rejected; for the next connection. */
  let fresh: string | undefined;
  let rejections = 0;
  let renewing: AbortController | undefined;
  /** When the present token came, by the clock here. */
  let since = 0;
  /** How far the clock here is ahead of the issuer's, by the last token and the present one; a token that lay in a cache seems older. */
  let ahead: readonly [before: number, now: number] = [0, 0];

  const ask = (): Promise<string | null> => readToken(source);

  function take(token: string | null): void {
    if (token !== null && token !== present) {
      since = Date.now();
      const issuedAt = momentOf(token, 'iat');
      // Of an API key, or a token that does not say it, nothing is known.
      ahead = issuedAt === undefined ? [0, 0] : [ahead[1], since - issuedAt];
    }
    present = token;
  }

  function stop(): void {
    renewing?.abort();
    renewing = undefined;
  }

  /** Until the token is another one, or the connection is gone. */
  async function renew(expiresAt: number, signal: AbortSignal): Promise<void> {
    // By the clock alone, one that is ahead would renew without pause.
    const end = expiresAt + Math.min(...ahead);
    await until(Math.max(end - lead(end), since + RENEW_AFTER), signal);
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      let next: string | null = null;
      try {
        next = await ask();
      } catch (reason) {
        if (!signal.aborted) trouble(reason);
      }
      if (signal.aborted) return;
      if (next !== null && next !== present) {
        take(next);
        send(next);
        // By what it says of itself; the gateway's answer will say it better.
        return accepted();
      }
      await pause(LOOK_AGAIN + backoffMs(attempt, Math.random()), signal);
    }
  }

  function accepted(expiresAt?: number): void {
    stop();
    const end = expiresAt ?? (present === null ? undefined : momentOf(present, 'exp'));
    if (end === undefined || typeof source !== 'function') return;
    renewing = new AbortController();
    renew(end, renewing.signal).catch(trouble);
  }

  return {
    accepted,
    async forConnection() {
      stop();
      const token = fresh ?? await ask();
      fresh = undefined;
      take(token);
      return token;
    },
    proven() {
      rejections = 0;
    },
    lost: stop,
    async rejected(code, reason) {
      stop();
      const used = present;
      rejections += 1;
      const over = (): TokenRejectedError => {
        // Whoever subscribes after that begins anew.
        rejections = 0;
        return new TokenRejectedError(code, reason);
      };
      if (typeof source !== 'function') return over();
      let next: string | null;
      try {
        next = await within(patience, ask());
      } catch (failure) {
        // Where tokens come from may be away: as a lost connection.
        trouble(failure);
        return null;
      }
      if (next === null) return over();
      if (next !== used) {
        if (rejections > MAX_FRESH) return over();
        fresh = next;
        return null;
      }
      return code === 4403 && rejections <= MAX_EXPIRED ? null : over();
    },
  };
}

function lead(expiresAt: number): number {
  return Math.min(RENEW_BEFORE, Math.max(0, expiresAt - Date.now()) / 5);
}

async function until(moment: number, signal: AbortSignal): Promise<void> {
  for (let left = moment - Date.now(); left > 0 && !signal.aborted; left = moment - Date.now()) await pause(Math.min(left, LONGEST_WAIT), signal);
}

/** What the source gives now. Errors: its own, and what it gave is no token; its text is not in it. */
export async function readToken(source: TokenSource): Promise<string | null> {
  const given: unknown = typeof source === 'function' ? await source() : source;
  if (given === null) return null;
  if (typeof given !== 'string' || given === '' || given.length > MAX_TOKEN || NO_TOKEN.test(given)) {
    throw new Error(`The source of tokens gave what is no token: ${typeof given === 'string' ? `a text of ${given.length} characters that is empty, too long, or has spaces or markup` : 'neither a text nor null'}. Does it look at \`response.ok\`?`);
  }
  return given;
}

/** `exp` or `iat` of a JWT, in milliseconds; not verified, it only says when to ask for the next. */
export function momentOf(token: string, claim: 'exp' | 'iat'): number | undefined {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const seconds = property(claims, claim);
    return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  } catch {
    // No JWT, then: an API key, say. Nothing is known of its end.
    return undefined;
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  if (ms <= 0 || !Number.isFinite(ms)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('There is no token in time.')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** `expiresAt` in the payload of a pong or an acknowledgement: `{"sluice":{"authorized":{"expiresAt":…}}}`; milliseconds since 1970, or a date. */
export function authorizedUntil(payload: unknown): { readonly expiresAt: number | undefined } | undefined {
  const authorized = property(property(payload, 'sluice'), 'authorized');
  if (typeof authorized !== 'object' || authorized === null) return undefined;
  const expiresAt = property(authorized, 'expiresAt');
  const moment = typeof expiresAt === 'string' ? Date.parse(expiresAt) : expiresAt;
  return { expiresAt: typeof moment === 'number' && Number.isFinite(moment) ? moment : undefined };
}

/** What is sent as a ping to renew the token of an open socket. */
export function renewalPing(token: string): string {
  return JSON.stringify({ type: 'ping', payload: { sluice: { authorization: `Bearer ${token}` } } });
}

/** A member of what may be anything; undefined when there is none. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
