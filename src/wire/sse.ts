import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { endOf, type Session } from '../auth/session.js';
import type { Runtime, Transport } from '../graphql/runtime.js';
import { isTransient, SubscriptionEnded } from '../graphql/errors.js';
import type { Drain } from './drain.js';

export const EVENT_STREAM = 'text/event-stream';
/** `Last-Event-ID` of a stream that is over: an EventSource that comes back with it is told to stop (204). */
export const END_ID = 'end';
/** Milliseconds between comments that keep proxies from closing a quiet stream. */
const KEEP_ALIVE = 12_000;
/** Milliseconds after which a client that was cut off or sent away comes back. */
const RETRY_FROM = 500;
const RETRY_TO = 1_500;

/** The side channel of one event stream: checkpoints go between results. */
class Channel {
  readonly session: Session;
  readonly response: ServerResponse;
  /** A subscription was asked for, whether it began or was refused. */
  subscribes = false;
  write: (chunk: string) => void = () => undefined;

  constructor(session: Session, response: ServerResponse) {
    this.session = session;
    this.response = response;
  }

  checkpoint(cursor: string): void {
    // No event name, empty data: EventSource keeps the id and hands nothing to the application; graphql-sse ignores it.
    this.write(`id: ${cursor}\ndata:\n\n`);
  }
}

const channels = new WeakMap<Request, Channel>();

/** How a subscription over server-sent events takes part; null when the request does not ask for an event stream. */
export function sseTransport(request: Request, session: Session, response: ServerResponse): Transport | null {
  if (request.headers.get('accept')?.includes(EVENT_STREAM) !== true) return null;
  const channel = new Channel(session, response);
  channels.set(request, channel);
  return { kind: 'sse', resumeAfter: request.headers.get('last-event-id') || null, onCheckpoint: (cursor) => channel.checkpoint(cursor) };
}

/**
 * Server-sent events that can be resumed: each `next` has its cursor as `id`, checkpoints are ids without content, and the
 * last event of a stream carries an id that ends it. In place of graphql-yoga's own, which writes no ids. A subscription whose
 * session has ended closes with `retry:` and without that id: its client comes back with its cursor and another token, or gets 401.
 */
export function useResumableSse(drain: Drain, runtime: Pick<Runtime, 'log' | 'metrics'>): Plugin {
  return {
    onSubscribe({ args }) {
      const { request } = args.contextValue as { readonly request: Request };
      const channel = channels.get(request);
      if (channel !== undefined) channel.subscribes = true;
    },
    onResultProcess({ request, result, setResultProcessor, acceptableMediaTypes }) {
      const channel = channels.get(request);
      if (channel === undefined || Array.isArray(result)) return;
      acceptableMediaTypes.push(EVENT_STREAM);
      setResultProcessor((_result, fetchAPI) => {
        const results = Symbol.asyncIterator in result ? (result as AsyncIterable<ExecutionResult>) : once(result as ExecutionResult);
        return new fetchAPI.Response(eventStream(results, { channel, drain, runtime, endless: channel.subscribes }, fetchAPI.ReadableStream), {
          headers: { 'content-type': `${EVENT_STREAM}; charset=utf-8`, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' },
        });
      }, EVENT_STREAM);
    },
  };
}

async function* once(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  if (result.data === undefined && result.errors !== undefined) throw new SubscriptionEnded(result.errors);
  yield result;
}

interface StreamOptions {
  readonly channel: Channel;
  readonly drain: Drain;
  readonly runtime: Pick<Runtime, 'log' | 'metrics'>;
  /** A subscription, not an answer: that was decided when it began, and goes out. */
  readonly endless: boolean;
}

function eventStream(results: AsyncIterable<ExecutionResult>, { channel, drain, runtime: { log, metrics }, endless }: StreamOptions, Stream: typeof ReadableStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = results[Symbol.asyncIterator]();
  const { session: { ended }, response } = channel;
  let keepAlive: NodeJS.Timeout | undefined;
  let over = false;
  let endSession = (): void => undefined;
  const stop = (): void => {
    over = true;
    clearInterval(keepAlive);
    ended.removeEventListener('abort', endSession);
    channel.write = () => undefined;
  };
  return new Stream<Uint8Array>({
    start(controller) {
      channel.write = (chunk) => controller.enqueue(encoder.encode(chunk));
      // Something at once: some browsers report an open stream only after its first bytes. And how soon to come back:
      // left to themselves some wait 5 s, longer than anyone may be behind after a fault has healed (G7).
      channel.write(retry());
      keepAlive = setInterval(() => {
        // Nothing is added for a reader that does not read.
        if ((controller.desiredSize ?? 0) > 0) channel.write(':\n\n');
      }, KEEP_ALIVE);
      if (!endless) return;
      endSession = () => {
        if (over) return;
        stop();
        metrics.sessionsEnded.inc({ reason: endOf(ended) });
        iterator.return?.().catch((error: unknown) => log.debug({ err: error }, 'a subscription did not end cleanly'));
        // Events that still wait for a slow client must not go out any more: it is cut off, and comes back as well.
        if (response.writableLength > 0) return void response.socket?.resetAndDestroy();
        controller.enqueue(encoder.encode(retry()));
        controller.close();
      };
      ended.addEventListener('abort', endSession);
    },
    async pull(controller) {
      // It may have ended while the subscription was being opened, or refused.
      if (endless && ended.aborted) return endSession();
      try {
        const next = await iterator.next();
        if (over) return;
        if (next.done !== true) return channel.write(frame('next', next.value, cursorOf(next.value)));
        // A stream that the drain ended goes on elsewhere: no `complete`, and the last cursor stays the client's.
        channel.write(drain.started ? retry() : frame('complete', null, END_ID));
      } catch (error) {
        if (over) return;
        if (!(error instanceof SubscriptionEnded)) {
          stop();
          return controller.error(error);
        }
        channel.write(isTransient(error.errors)
          ? retry()
          : frame('next', { errors: error.errors }, END_ID) + frame('complete', null, END_ID));
      }
      stop();
      controller.close();
    },
    async cancel() {
      stop();
      await iterator.return?.();
    },
  });
}

/** How soon to come back; not everybody at the same moment. */
export function retry(): string {
  return `retry: ${Math.round(RETRY_FROM + Math.random() * (RETRY_TO - RETRY_FROM))}\n\n`;
}

function frame(event: 'next' | 'complete', data: object | null, id: string | null): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata:${data === null ? '' : ` ${JSON.stringify(data)}`}\n\n`;
}

function cursorOf(result: ExecutionResult): string | null {
  const extension = result.extensions?.['sluice'] as { cursor?: unknown } | undefined;
  return typeof extension?.cursor === 'string' ? extension.cursor : null;
}
