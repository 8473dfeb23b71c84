import type { Logger } from 'pino';
import { driverError, isUnavailable } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import type { LogEvent } from '../event/event.js';
import { revocationOf, type Revocation } from '../event/internal.js';
import type { Metrics } from '../observe/metrics.js';
import { Bell, pause } from '../base/signal.js';
import { SluiceError } from '../base/error.js';
import { claimsToBeKey } from './api-keys.js';
import type { Auth, Proof } from './auth.js';
import { KeyLookup } from './key-lookup.js';
import type { Lookups } from './lookups.js';
import { LiveSessions } from './live-sessions.js';
import type { AuthSettings } from './options.js';
import { ANONYMOUS, type Principal } from './principal.js';
import { refusal, type RefusalReason } from './refusal.js';
import { Revocations } from './revocations.js';
import { MAX_TOKEN_LIFE, readRevocations } from './revoke.js';
import { takeTicket } from './tickets.js';
import { AuthSettingsError, createVerifier } from './verify.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Milliseconds: the most by which clocks may differ. What is revoked is remembered that much longer, and more. */
const MAX_TOLERANCE = 10 * 60_000;
/** Milliseconds between two attempts to read what was revoked, and between two rounds of forgetting it. */
const RETRY = 500;
const PRUNE_EVERY = 60_000;
/** Milliseconds for the table of revocations, which may have 250,000 rows. */
const READ_WITHIN = 20_000;

export interface CreateAuthOptions {
  readonly settings: AuthSettings;
  /** For what was revoked. */
  readonly pool: Pool;
  /** For keys and tickets. */
  readonly lookups: Lookups;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. Default: the clock. */
  now?(): number;
}

/** As its gateway holds it. */
export interface GatewayAuth extends Auth {
  /** Given every event of the log, in order. */
  apply(event: LogEvent): void;
  /** Events may have been passed over: what was revoked is read anew, soon. */
  reset(): void;
  /** Reads what was revoked. Resolves when it is known; rejects when the database cannot be asked. Before it, nobody may be let in. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What is held in memory. */
  sizes(): { readonly sessions: number; readonly revocations: number };
}

/** Throws `AuthSettingsError` for settings with which nobody is safe. */
export function createAuth({ settings, pool, lookups, log, metrics, now = Date.now }: CreateAuthOptions): GatewayAuth {
  const { jwt, clockTolerance = 0, maxTokenLife = MAX_TOKEN_LIFE } = settings;
  if (!(clockTolerance >= 0 && clockTolerance <= MAX_TOLERANCE)) throw new AuthSettingsError(`The clock tolerance must lie between 0 and ${MAX_TOLERANCE} ms.`);
  if (!(maxTokenLife > 0)) throw new AuthSettingsError('The time that a token may live must be more than 0 ms.');
  const verifier = jwt === null ? null : createVerifier({ jwt, clockTolerance, maxTokenLife, log, now });
  const tokens = verifier === null ? null : new VerifiedTokens(verifier);
  const keys = new KeyLookup(lookups, log);
  const revocations = new Revocations(clockTolerance);
  const sessions = new LiveSessions(revocations, now);
  const stopping = new AbortController();
  const bell = new Bell();
  let running: Promise<void> | undefined;
  let passedOver = false;

  const learn = (revocation: Revocation): void => {
    revocations.add(revocation);
    sessions.revoke(revocation);
  };
  // What is in memory stays: a database that was restored has forgotten revocations, but the tokens are no better for it.
  const read = async (): Promise<void> => {
    passedOver = false;
    for (const revocation of await pool.ask(readRevocations, READ_WITHIN)) learn(revocation);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await bell.wait(PRUNE_EVERY);
      while (passedOver && !stopping.signal.aborted) {
        try {
          await read();
        } catch (error) {
          passedOver = true;
          log.warn({ err: error }, 'what was revoked cannot be read; trying again');
          await pause(RETRY, stopping.signal);
        }
      }
      revocations.prune(now());
    }
  };

  const identify = async (proof: Exclude<Proof, { readonly kind: 'none' }>, leaving: AbortSignal | undefined): Promise<Principal> => {
    if (proof.kind === 'ticket') return takeTicket(lookups, proof.ticket, jwt, leaving);
    if (claimsToBeKey(proof.token)) return keys.find(proof.token, leaving);
    if (tokens === null) throw refusal('invalid', 'only API keys are accepted here');
    return tokens.find(proof.token);
  };
  /** The error as a caller may see it; counted, and what exactly was wrong goes into the log. */
  const refused = (error: unknown): unknown => {
    if (error instanceof SluiceError && error.code === 'UNAUTHENTICATED') {
      const reason = error.details['reason'] as RefusalReason;
      metrics.authFailures.inc({ reason });
      log.debug({ reason, detail: error.cause instanceof Error ? error.cause.message : undefined }, 'a credential was refused');
      return error;
    }
    metrics.authFailures.inc({ reason: 'unavailable' });
    if (!isUnavailable(driverError(error))) return error;
    return new SluiceError('STORAGE_UNAVAILABLE', 'The credential cannot be checked at present. Try again soon.', { retryAfterMs: 1_000 }, { cause: error });
  };

  return {
    required: true,
    async authenticate(proof, leaving) {
      if (proof.kind === 'none') return ANONYMOUS;
      try {
        const principal = await identify(proof, leaving);
        if (principal.expiresAt !== null && principal.expiresAt <= now()) throw refusal('expired');
        if (revocations.hits(principal)) throw refusal('revoked');
        return principal;
      } catch (error) {
        throw refused(error);
      }
    },
    open: (principal) => sessions.open(principal),
    apply(event) {
      const revocation = revocationOf(event);
      if (revocation !== null) learn(revocation);
    },
    reset() {
      passedOver = true;
      bell.ring();
    },
    async start() {
      await read();
      void verifier?.warm();
      running = run();
    },
    async stop() {
      stopping.abort();
      sessions.stop();
      bell.ring();
      await running;
    },
    sizes: () => ({ sessions: sessions.sizes.open, revocations: revocations.size }),
  };
}
