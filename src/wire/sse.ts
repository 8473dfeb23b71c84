import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Transport } from '../graphql/runtime.js';
import { isTransient, SubscriptionEnded } from '../graphql/errors.js';
import type { Drain } from './drain.js';

const MEDIA_TYPE = 'text/event-stream';
/** `Last-Event-ID` of a stream that is over: an EventSource that comes back with it is told to stop (204). */
export const END_ID = 'end';
/** Milliseconds between comments that keep proxies from closing a quiet stream. */
const KEEP_ALIVE = 12_000;
/** Milliseconds after which a client that was cut off or sent away comes back: not all of them at the same moment. */
const RETRY_FROM = 500;
const RETRY_TO = 1_500;

/** The side channel of one event stream: checkpoints go between results. */
class Channel {
  write: (chunk: string) => void = () => undefined;

  checkpoint(cursor: string): void {
    // No event name, empty data: EventSource keeps the id and hands nothing to the application; graphql-sse ignores it.
    this.write(`id: ${cursor}\ndata:\n\n`);
  }
}

const channels = new WeakMap<Request, Channel>();

/** How a subscription over server-sent events takes part; null when the request does not ask for an event stream. */
export function sseTransport(request: Request): Transport | null {
  if (request.headers.get('accept')?.includes(MEDIA_TYPE) !== true) return null;
  const channel = new Channel();
  channels.set(request, channel);
  return { kind: 'sse', resumeAfter: request.headers.get('last-event-id') || null, onCheckpoint: (cursor) => channel.checkpoint(cursor) };
}

/**
 * Server-sent events that can be resumed: each `next` has its cursor as `id`, checkpoints are ids without content, and the
 * last event of a stream carries an id that ends it. In place of graphql-yoga's own, which writes no ids.
 */
export function useResumableSse(drain: Drain): Plugin {
  return {
    onResultProcess({ request, result, setResultProcessor, acceptableMediaTypes }) {
      const channel = channels.get(request);
      if (channel === undefined || Array.isArray(result)) return;
      acceptableMediaTypes.push(MEDIA_TYPE);
      setResultProcessor((_result, fetchAPI) => {
        const results = Symbol.asyncIterator in result ? (result as AsyncIterable<ExecutionResult>) : once(result as ExecutionResult);
        return new fetchAPI.Response(eventStream(results, channel, drain, fetchAPI.ReadableStream), {
          headers: { 'content-type': `${MEDIA_TYPE}; charset=utf-8`, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' },
        });
      }, MEDIA_TYPE);
    },
  };
}

async function* once(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  if (result.data === undefined && result.errors !== undefined) throw new SubscriptionEnded(result.errors);
  yield result;
}

function eventStream(results: AsyncIterable<ExecutionResult>, channel: Channel, drain: Drain, Stream: typeof ReadableStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = results[Symbol.asyncIterator]();
  let keepAlive: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(keepAlive);
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
    },
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (next.done !== true) return channel.write(frame('next', next.value, cursorOf(next.value)));
        // A stream that the drain ended goes on elsewhere: no `complete`, and the last cursor stays the client's.
        channel.write(drain.started ? retry() : frame('complete', null, END_ID));
      } catch (error) {
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

function retry(): string {
  return `retry: ${Math.round(RETRY_FROM + Math.random() * (RETRY_TO - RETRY_FROM))}\n\n`;
}

function frame(event: 'next' | 'complete', data: object | null, id: string | null): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata:${data === null ? '' : ` ${JSON.stringify(data)}`}\n\n`;
}

function cursorOf(result: ExecutionResult): string | null {
  const extension = result.extensions?.['sluice'] as { cursor?: unknown } | undefined;
  return typeof extension?.cursor === 'string' ? extension.cursor : null;
}
