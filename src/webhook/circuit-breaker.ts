import { MAX_RETRY_AFTER } from './response.js';

/**
 * What is known of one endpoint, as plain data. Closed: requests pass. Open: none does before `until`. Half open: one was let
 * through to try, and no other passes before `until`, when it is taken for lost.
 */
export type Circuit =
  | { readonly phase: 'closed'; /** Failures since the last success. */ readonly failures: number }
  | { readonly phase: 'open' | 'half-open'; /** Pauses since the last success, without those that were only asked for. */ readonly opened: number; /** Milliseconds since 1970. */ readonly until: number };

/** That an endpoint is left alone, as gateways tell each other. */
export interface Pause {
  /** Milliseconds since 1970. */
  readonly until: number;
  /** As in `Circuit`. */
  readonly opened: number;
  /** The endpoint asked for it; otherwise it is for failures. */
  readonly asked: boolean;
}

export interface CircuitOptions {
  /** Failures one after the other that open it, default 5. */
  readonly failures?: number;
  /** Milliseconds of the first pause, default 30,000. Each further one is twice as long, */
  readonly firstPauseMs?: number;
  /** up to this, default 600,000. */
  readonly longestPauseMs?: number;
  /** Milliseconds after which a trial that told nothing is taken for lost, default 60,000. Longer than a request can take. */
  readonly trialMs?: number;
}

/** The state of an endpoint of which nothing is known. */
export const CLOSED: Circuit = { phase: 'closed', failures: 0 };

/** What happens to the circuit. `now`: milliseconds since 1970; `random`: in [0, 1). */
export interface CircuitBreaker {
  /** Asks to send one. Null: not before `until` of the circuit. Otherwise send, go on with what is returned, and tell it the outcome. */
  admit(circuit: Circuit, now: number): Circuit | null;
  /** One was delivered: it closes. One that was under way when it opened shortens no pause that the endpoint may have asked for; the next one is the first again. */
  succeed(circuit: Circuit): Circuit;
  /**
   * One failed. The pause is between a half and the whole of its length, so that gateways do not come back together. With `retryAfterMs` it
   * opens at the first failure, and no request passes before that is over. Without, failures of requests that were under way when it opened
   * make its pause no longer.
   */
  fail(circuit: Circuit, now: number, random: number, retryAfterMs: number | null): Circuit;
  /** One was given up before it told anything: another may try. */
  abandon(circuit: Circuit, now: number): Circuit;
  /** Another gateway leaves the endpoint alone: it opens, and stays open for no less long. A trial of its own under way goes on, unless the endpoint asked for the pause. */
  learn(circuit: Circuit, pause: Pause, now: number): Circuit;
}

/** The rules, without any state: that is the caller's to keep. */
export function createCircuitBreaker({ failures = 5, firstPauseMs = 30_000, longestPauseMs = 600_000, trialMs = 60_000 }: CircuitOptions = {}): CircuitBreaker {
  const pause = (opened: number, random: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** (opened - 1)) * (0.5 + random / 2);

  return {
    admit(circuit, now) {
      if (circuit.phase === 'closed') return circuit;
      return now < circuit.until ? null : { phase: 'half-open', opened: circuit.opened, until: now + trialMs };
    },
    succeed: (circuit) => (circuit.phase === 'open' ? { ...circuit, opened: 0 } : CLOSED),
    fail(circuit, now, random, retryAfterMs) {
      const asked = retryAfterMs === null ? 0 : now + Math.min(retryAfterMs, MAX_RETRY_AFTER);
      if (circuit.phase === 'open') return { ...circuit, until: Math.max(circuit.until, asked) };
      if (circuit.phase === 'closed' && circuit.failures + 1 < failures) {
        return retryAfterMs === null ? { phase: 'closed', failures: circuit.failures + 1 } : { phase: 'open', opened: 0, until: asked };
      }
      const opened = circuit.phase === 'closed' ? 1 : circuit.opened + 1;
      return { phase: 'open', opened, until: Math.max(now + pause(opened, random), asked) };
    },
    abandon: (circuit, now) => (circuit.phase === 'half-open' ? { ...circuit, until: now } : circuit),
    learn(circuit, { until, opened, asked }, now) {
      if (until <= now || (circuit.phase === 'half-open' && now < circuit.until && !asked)) return circuit;
      if (circuit.phase === 'closed') return { phase: 'open', opened, until };
      return { phase: 'open', opened: Math.max(opened, circuit.opened), until: circuit.phase === 'open' ? Math.max(until, circuit.until) : until };
    },
  };
}
