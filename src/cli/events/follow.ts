import { z } from 'zod';
import { abortWith } from '../../base/signal.js';
import { cursorErrorOf } from '../../client/errors.js';
import { createResumableClient, type ResumableClient } from '../../client/graphql-ws.js';
import { CommandError } from '../exit-codes.js';
import { deniedByClose, isDenied, remedyOf } from './denied.js';
import type { ErrorText } from './edge.js';
import { webSocketUrl, webSocketWith, type Endpoint } from './endpoint.js';
import type { Start } from './start.js';

export interface FollowOptions<Edge> {
  readonly endpoint: Endpoint;
  readonly subscription: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly start: Start;
  /** What an edge is read with. */
  readonly edge: z.ZodType<Edge>;
  /** Takes an event. */
  onEdge(edge: Edge, errors: readonly ErrorText[]): void;
  /** Everything up to here has been handed over, also what a filter left out. */
  onCheckpoint(cursor: string): void;
  /** For stderr: the connection broke, or is there again. */
  say(text: string): void;
  /** Too much waits: the subscription is ended, and begun again after its last event once `drained` resolves. */
  full(): boolean;
  drained(): Promise<void>;
  readonly signal: AbortSignal;
}

const resultOf = <Edge>(edge: z.ZodType<Edge>) => z.object({ data: z.object({ edge }).nullish(), errors: z.array(z.object({ message: z.string() })).optional() });

/**
 * Reads a subscription for ever, through lost connections and restarts of the gateway. Ends when `signal` aborts.
 * Errors: `CommandError` when the gateway refuses for good (a cursor that cannot be honoured, above all).
 */
export async function follow<Edge>(options: FollowOptions<Edge>): Promise<void> {
  const { signal } = options;
  let place: Start = options.start;
  const { client, connected } = open(options, (cursor) => {
    place = { after: cursor };
    options.onCheckpoint(cursor);
  });
  try {
    while (!signal.aborted) {
      await subscribeOnce(client, place, options);
      await options.drained();
    }
  } finally {
    const ended = client.dispose();
    // It would wait for the attempt under way, up to 10 s.
    if (signal.aborted && !connected()) client.terminate();
    await ended;
  }
}

/** The cursor at which a subscription with these arguments starts. Errors: as `follow`, the reason of `signal`, and when there is none within 30 s. */
export async function findStart(options: Pick<FollowOptions<unknown>, 'endpoint' | 'subscription' | 'variables' | 'start' | 'say' | 'signal'>): Promise<string> {
  const found = new AbortController();
  let start: string | undefined;
  const unlink = abortWith(found, [options.signal]);
  const timer = setTimeout(() => found.abort(), 30_000);
  try {
    await follow({
      ...options, edge: z.unknown(), onEdge: () => undefined, full: () => false, drained: async () => undefined, signal: found.signal,
      onCheckpoint(cursor) {
        start ??= cursor;
        found.abort();
      },
    });
  } finally {
    clearTimeout(timer);
    unlink();
  }
  options.signal.throwIfAborted();
  if (start === undefined) throw new CommandError('unreachable', `The gateway at ${options.endpoint.url.href} takes no WebSocket. Is there a proxy between that does not pass them on?`);
  return start;
}

function open<Edge>({ endpoint, say, signal }: FollowOptions<Edge>, moved: (cursor: string) => void): { readonly client: ResumableClient; connected(): boolean } {
  let lostAt: number | undefined;
  let connected = false;
  const lost = (why: string): void => {
    if (lostAt !== undefined || signal.aborted) return;
    lostAt = performance.now();
    say(connected ? `connection lost (${why}); trying again` : `no connection yet (${why}); trying again`);
  };
  const client = createResumableClient({
    url: webSocketUrl(endpoint), webSocketImpl: webSocketWith(endpoint), ...(endpoint.token === null ? {} : { token: endpoint.token }),
    onCheckpoint: (_id, cursor) => moved(cursor),
    on: {
      connected() {
        if (lostAt !== undefined) say(`connected${connected ? ' again' : ''} after ${((performance.now() - lostAt) / 1_000).toFixed(1)} s${connected ? ', going on behind the last event' : ''}`);
        lostAt = undefined;
        connected = true;
      },
      closed(event) {
        const { code, reason } = readClose(event);
        // 1000 is our own end.
        if (code !== 1000) lost(`${code ?? 'broken'}${reason === '' ? '' : ` ${reason}`}`);
      },
      error: (error) => lost(readFailure(error)),
    },
  });
  return { client, connected: () => connected && lostAt === undefined };
}

function subscribeOnce<Edge>(client: ResumableClient, place: Start, options: FollowOptions<Edge>): Promise<void> {
  const { signal, subscription, variables } = options;
  const resultType = resultOf(options.edge);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      signal.removeEventListener('abort', end);
      dispose();
      resolve();
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', end);
      reject(error);
    };
    const dispose = client.subscribe<unknown>({ query: subscription, variables: { ...variables, ...place } }, {
      next(result) {
        const parsed = resultType.safeParse(result);
        const edge = parsed.data?.data?.edge;
        if (edge === undefined) {
          const cursorError = cursorErrorOf(result.errors);
          throw new CommandError(cursorError === undefined ? 'failed' : 'cursor', result.errors?.[0]?.message ?? 'The gateway sent something that is no event.');
        }
        options.onEdge(edge, parsed.data?.errors ?? []);
        // Not in here: what is running must return first, so that its cursor counts.
        if (options.full()) queueMicrotask(end);
      },
      error: (reason) => fail(refusalOf(reason, options.endpoint)),
      complete: () => (signal.aborted ? resolve() : fail(new CommandError('failed', 'The gateway has ended the subscription.'))),
    });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** What a subscription ended of, said to a person. */
function refusalOf(reason: unknown, endpoint: Endpoint): Error {
  if (reason instanceof CommandError) return reason;
  const denied = deniedByClose(reason, endpoint);
  if (denied !== null) return denied;
  const cursorError = cursorErrorOf(reason);
  if (cursorError !== undefined) {
    const { code, message, earliestCursor } = cursorError;
    const remedy = earliestCursor === undefined ? 'Start anew with --from now or --from beginning.' : `The earliest that is kept is --from ${earliestCursor}; what lies between is gone.`;
    return new CommandError('cursor', `${code}: ${message} ${remedy}`);
  }
  if (Array.isArray(reason)) {
    const [first] = reason as readonly { readonly message?: unknown; readonly extensions?: { readonly code?: unknown; readonly reason?: unknown } }[];
    const code = String(first?.extensions?.code ?? 'Refused');
    const said = `${code}: ${String(first?.message)}`;
    return isDenied(code) ? new CommandError('denied', `${said} ${remedyOf(code, first?.extensions?.reason, endpoint)}`) : new CommandError('failed', said);
  }
  if (reason instanceof Error) return reason;
  const { code, reason: text } = readClose(reason);
  return new CommandError('failed', `The gateway has closed the connection for good (${code ?? 'no code'}${text === '' ? '' : `: ${text}`}).`);
}

function readClose(event: unknown): { readonly code: number | undefined; readonly reason: string } {
  const { code, reason } = (typeof event === 'object' && event !== null ? event : {}) as { readonly code?: unknown; readonly reason?: unknown };
  return { code: typeof code === 'number' ? code : undefined, reason: typeof reason === 'string' ? reason : '' };
}

function readFailure(error: unknown): string {
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { readonly message?: unknown };
  return typeof message === 'string' && message !== '' ? message : 'refused';
}
