import { z } from 'zod';
import { ADMIN_SCOPE } from '../../auth/principal.js';
import { pause } from '../../base/signal.js';
import { backoffMs } from '../../client/backoff.js';
import { CommandError } from '../exit-codes.js';
import { isDenied, remedyOf } from './denied.js';
import type { Endpoint } from './endpoint.js';

/** Milliseconds after which a request counts as lost. */
const ANSWER_WITHIN = 30_000;
/** Codes after which the same request may succeed. */
const PASSING = new Set(['OVERLOADED', 'RATE_LIMITED', 'STORAGE_UNAVAILABLE']);

/** The gateway has answered, and refuses. */
export class RefusedError extends CommandError {
  /** `extensions.code` of the first error. */
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Its message, as it came. */
  readonly said: string;

  constructor(code: string, message: string, extensions: Readonly<Record<string, unknown>>, remedy = '') {
    super(code.startsWith('CURSOR_') ? 'cursor' : PASSING.has(code) ? 'unreachable' : isDenied(code) ? 'denied' : 'failed', `${code}: ${message}${remedy === '' ? '' : ` ${remedy}`}`);
    this.code = code;
    this.extensions = extensions;
    this.said = message;
  }
}

const ANSWER = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional(), extensions: z.record(z.string(), z.unknown()).optional() })).optional(),
});

export interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
  /** Of parts that failed while the whole did not, such as a reference. */
  readonly errors: readonly { readonly message: string; readonly path?: readonly (string | number)[] | undefined }[];
}

/** One operation over HTTP. Errors: `RefusedError`; `CommandError` (unreachable) when there is no GraphQL answer; the reason of `signal` when it aborts. */
export async function ask(endpoint: Endpoint, query: string, variables: object = {}, signal?: AbortSignal): Promise<Answer> {
  const answer = ANSWER.safeParse(await post(endpoint, JSON.stringify({ query, variables }), signal));
  if (!answer.success) throw new CommandError('unreachable', `${endpoint.url.href} does not answer as GraphQL does. Is it the /graphql of a gateway?`);
  const { data, errors = [] } = answer.data;
  const [first] = errors;
  if (data === null || data === undefined) {
    const given = first?.extensions?.['code'];
    const code = typeof given === 'string' ? given : 'UNKNOWN';
    const remedy = isDenied(code) ? remedyOf(code, first?.extensions?.['reason'], endpoint) : '';
    throw new RefusedError(code, first?.message ?? 'The answer is empty.', first?.extensions ?? {}, remedy);
  }
  return { data, errors };
}

/**
 * As `ask`, for what the command must know of the gateway's schema. Where that is not shown to everybody, the refusal says what to do; `otherwise`:
 * how the command does without, a sentence.
 */
export async function askSchema(endpoint: Endpoint, query: string, otherwise = ''): Promise<Answer> {
  try {
    return await ask(endpoint, query);
  } catch (error) {
    // Only its words tell it from other refusals, whose remedies `ask` knows; a gateway with other words has that of its code.
    if (!(error instanceof RefusedError) || error.exit !== 'denied' || !/introspection is off/i.test(error.said)) throw error;
    const remedies = [`set SLUICE_TOKEN to a token or an API key with ${ADMIN_SCOPE}`, 'or start the gateway with SLUICE_INTROSPECTION=on', ...(otherwise === '' ? [] : [otherwise])];
    throw new CommandError('denied', `${error.code}: The command has to read the schema of the gateway, which shows it to ${ADMIN_SCOPE} alone (introspection is off): ${remedies.join(', ')}.`, { cause: error });
  }
}

async function post({ url, headers, token }: Endpoint, body: string, signal?: AbortSignal): Promise<unknown> {
  const late = AbortSignal.timeout(ANSWER_WITHIN);
  try {
    const response = await fetch(url, {
      method: 'POST', body, signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      headers: { 'content-type': 'application/json', 'accept': 'application/json', ...headers },
    });
    const text = await response.text();
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      if (response.status === 401) throw new CommandError('denied', `${url.href} answered HTTP 401. ${remedyOf('UNAUTHENTICATED', undefined, { token })}`, { cause: error });
      throw new CommandError('unreachable', `${url.href} answered HTTP ${response.status} and no JSON. Is it the /graphql of a gateway?`, { cause: error });
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CommandError) throw error;
    throw new CommandError('unreachable', `The gateway at ${url.href} cannot be reached: ${reasonOf(error)}. Is it running? \`sluice serve\` starts one; --url names another.`, { cause: error });
  }
}

/** What `fetch` failed of, which is in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN / 1_000} s`;
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

/** Waits of some 20 s in all, with the backoff of the client. */
const ATTEMPTS = 14;

/** Repeats what may be repeated without harm while the gateway does not answer or is overloaded, up to about 20 s. Throws the reason of `signal` when it aborts. */
export async function persist<T>(attempt: () => Promise<T>, onRetry: (error: CommandError) => void, signal?: AbortSignal): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CommandError) || error.exit !== 'unreachable' || tries + 1 >= ATTEMPTS) throw error;
      onRetry(error);
      const asked = error instanceof RefusedError ? error.extensions['retryAfterMs'] : undefined;
      // The middle of the jitter: one command is no herd.
      await pause(Math.max(backoffMs(tries, 0.5), typeof asked === 'number' ? Math.min(asked, 4_000) : 0), signal);
      signal?.throwIfAborted();
    }
  }
}
