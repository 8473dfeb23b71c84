import { pause } from '../../base/signal.js';

/** Where the shop says how it goes; a pino logger is one. */
export interface ShopLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface CallerOptions {
  /** The GraphQL endpoint: `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** Gives the token for a request, where the gateway asks for one. */
  readonly token?: (() => Promise<string>) | undefined;
  /** Ends the attempts; a request on its way is still waited for, 10 s at most. */
  readonly signal: AbortSignal;
  readonly log: ShopLog;
}

export interface Call {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Caller {
  /** The data of a call, or null when it was refused or the signal has aborted. Waits for as long as the gateway is away. */
  send(call: Call): Promise<Readonly<Record<string, unknown>> | null>;
  /** Requests that had to be repeated so far. */
  readonly repeated: number;
}

/** Milliseconds for one request. */
const TIMEOUT_MS = 10_000;
/** Milliseconds between attempts at most, before and after doubling. */
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 4_000;
/** The gateway is there but cannot take it now, or cannot say whether it did; a repeat has the same idempotency key. */
const PASSING: ReadonlySet<string> = new Set(['OVERLOADED', 'RATE_LIMITED', 'STORAGE_UNAVAILABLE']);
/** A defect does not go away by asking: after so many attempts the call is given up. */
const DEFECT_ATTEMPTS = 3;

/** What one attempt came to. */
type Outcome =
  | { readonly kind: 'answered'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | null; readonly defect: boolean };

/**
 * Calls a gateway that may go away: attempts are repeated with full jitter, up to 4 s apart, until one is answered.
 * An outage is said once when it begins and once when it ends, whoever of the callers met it.
 */
export function createCaller({ url, token, signal, log }: CallerOptions): Caller {
  let repeated = 0;
  let outageSince: number | null = null;
  const refusalsSaid = new Set<string>();

  const attempt = async (body: string): Promise<Outcome> => {
    try {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${await token()}` };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json', ...authorization },
        body,
        // Not the caller's signal: a request that was sent is seen through, as a gateway that drains sees it through.
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return read(response.status, await response.text());
    } catch (error) {
      return failed(reasonOf(error));
    }
  };

  return {
    get repeated() {
      return repeated;
    },
    async send(call) {
      const body = JSON.stringify(call);
      for (let attempts = 1; ; attempts += 1) {
        const outcome = await attempt(body);
        // At the end of the play the gateway may be ending too.
        if (outcome.kind === 'failed' && signal.aborted) return null;
        if (outcome.kind !== 'failed') {
          if (outageSince !== null) {
            log.info(`The gateway takes calls again, after ${((performance.now() - outageSince) / 1_000).toFixed(1)} s.`);
            outageSince = null;
          }
          if (outcome.kind === 'answered') return outcome.data;
          // That something is sold out is daily business.
          if (outcome.code !== 'CONFLICT' && !refusalsSaid.has(outcome.code)) {
            refusalsSaid.add(outcome.code);
            log.warn(`The gateway refuses a call with ${outcome.code}: ${outcome.message} (Further ones are only counted.)`);
          }
          return null;
        }
        if (outageSince === null) {
          outageSince = performance.now();
          log.warn(`The gateway does not take calls (${outcome.reason}). Trying again.`);
        }
        if (outcome.defect && attempts === DEFECT_ATTEMPTS) return null;
        const ceiling = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
        await pause((outcome.retryAfterMs ?? 0) + Math.random() * ceiling, signal);
        if (signal.aborted) return null;
        repeated += 1;
      }
    },
  };
}

function read(status: number, text: string): Outcome {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return failed(`HTTP ${status} without JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { data, errors } = body as { data?: Readonly<Record<string, unknown>> | null; errors?: readonly GraphQLErrorJson[] };
  const [error] = errors ?? [];
  if (error === undefined) return data ? { kind: 'answered', data } : failed(`HTTP ${status} without data`);
  const code = error.extensions?.code ?? `HTTP ${status}`;
  const defect = code === 'INTERNAL_SERVER_ERROR';
  if (!defect && !PASSING.has(code) && status < 500) return { kind: 'refused', code, message: error.message };
  return { kind: 'failed', reason: `${code}: ${error.message}`, retryAfterMs: error.extensions?.retryAfterMs ?? null, defect };
}

interface GraphQLErrorJson {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
}

function failed(reason: string): Outcome {
  return { kind: 'failed', reason, retryAfterMs: null, defect: false };
}

/** `fetch` says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1_000} s` : error.message;
}
