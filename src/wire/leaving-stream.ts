import { GraphQLError, type ExecutionResult } from 'graphql';
import { isTransient, SubscriptionEnded } from '../graphql/errors.js';
import type { Drain } from './drain.js';
import type { Peer } from './peer.js';

/**
 * A stream that ends for a passing reason closes the socket instead of the operation: the client comes back and resumes.
 * The socket may still owe an answer to another operation; until it closes, a stream that has ended so stays silent:
 * told `complete`, the client would forget it, and its cursor. The same when the session has ended.
 */
export function leaveWithSocket(results: AsyncIterableIterator<ExecutionResult>, peer: Peer, drain: Drain): AsyncIterableIterator<ExecutionResult> {
  const silent = async (): Promise<IteratorResult<ExecutionResult>> => {
    await aborted(peer.gone);
    return { done: true, value: undefined };
  };
  // Not a generator: its `return` would wait for the event that is being waited for.
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      try {
        if (peer.ended) return await silent();
        const result = await results.next();
        return peer.ended || (result.done === true && drain.started) ? await silent() : result;
      } catch (error) {
        if (peer.ended) return silent();
        if (!(error instanceof SubscriptionEnded) || !isTransient(error.errors)) throw error;
        peer.sendAway();
        return silent();
      }
    },
    return: async () => (await results.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/** A subscription that could not begin: as a stream that fails, so that the client is sent `error`, not a `next` without data. */
export async function* failed(result: ExecutionResult): AsyncGenerator<ExecutionResult, undefined> {
  throw new SubscriptionEnded(result.errors ?? [new GraphQLError('The subscription did not begin.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })]);
  yield result;
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
