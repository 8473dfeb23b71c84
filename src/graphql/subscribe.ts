import { setMaxListeners } from 'node:events';
import { createSourceEventStream, getOperationAST, GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { endOf, type Session } from '../auth/session.js';
import type { LogEvent } from '../event/event.js';
import { decide, type Decision } from './access/decision.js';
import { knowPrincipal } from './access/with-principal.js';
import { toClientError, SubscriptionEnded } from './errors.js';
import type { ErrorCode } from '../base/error.js';
import { abortWith } from '../base/signal.js';
import { executeEvent, type Outcome } from './execute-event.js';
import type { EventSource } from './resolvers/topic.js';
import { eventContext, type OperationContext, type Runtime } from './runtime.js';
import { executionKey, SharedExecutions } from './shared-executions.js';

/**
 * Runs a subscription: executes the events of each batch together, with loaders of their own (so that a batch costs one
 * statement per entity), and yields a result per event, in order, with its cursor in the extensions. An error that ends
 * the stream is thrown as `SubscriptionEnded`. `return` ends it at once, also while it waits for the next event. What the caller
 * may see is decided before the first event, and again whenever its session was renewed; with its session the stream ends.
 */
export function createSubscribe(runtime: Runtime) {
  const shared = new SharedExecutions<LogEvent, Outcome | Promise<Outcome>>();
  return async (given: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> => {
    const args = lasting(given);
    const outer = args.contextValue as OperationContext;
    const { session } = outer;
    // Every operation of a socket listens; Node would take more than ten for a leak.
    setMaxListeners(0, session.ended);
    const ending = new AbortController();
    const unlink = abortWith(ending, [outer.signal, runtime.stopping, session.ended]);
    const context: OperationContext = { ...outer, signal: ending.signal };
    let decided: Decided;
    let source: AsyncIterable<unknown> | ExecutionResult;
    try {
      decided = { version: session.version, ...decide(runtime, args, session.principal) };
      if (decided.errors.length > 0) {
        unlink();
        return { errors: decided.errors };
      }
      source = await createSourceEventStream({ ...args, contextValue: context });
    } catch (error) {
      // Not what a resolver threw, which comes as `errors`. Thrown on, it would end every operation of the socket.
      unlink();
      return { errors: [toClientError(error, runtime.log)] };
    }
    if (!isEventSource(source)) {
      unlink();
      if ('errors' in source && source.errors !== undefined) {
        const errors = source.errors.map((error) => toClientError(error, runtime.log));
        for (const error of errors) countCursorError(runtime, error.extensions['code']);
        return { errors };
      }
      return source as ExecutionResult;
    }
    const results = run(runtime, args, source, context, decided, shared, unlink);
    const iterator: AsyncIterableIterator<ExecutionResult> = {
      next: () => results.next(),
      return: async () => {
        ending.abort();
        unlink();
        return results.return(undefined);
      },
      throw: async (error: unknown) => {
        ending.abort();
        unlink();
        return results.throw(error);
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  };
}

async function* run(runtime: Runtime, args: ExecutionArgs, source: EventSource, context: OperationContext, first: Decided, shared: SharedExecutions<LogEvent, Outcome | Promise<Outcome>>, onEnd: () => void): AsyncGenerator<ExecutionResult, void, void> {
  const { hub, metrics } = runtime;
  const labels = { topic: source.label, transport: context.transport.kind };
  // Looked up once: at 10,000 deliveries a second the labels cost as much as the counting.
  const deliveries = metrics.deliveries.labels(labels);
  const deliverySeconds = metrics.deliverySeconds.labels(labels);
  const { session } = context;
  let decided = first;
  let key = executionKey(args, decided.audience);
  /** True when the session was renewed meanwhile, and what the caller may see was decided anew. */
  const renewed = (): boolean => {
    if (session.version === decided.version) return false;
    decided = { version: session.version, ...decide(runtime, args, session.principal) };
    if (decided.errors.length > 0) throw new SubscriptionEnded(decided.errors);
    key = executionKey(args, decided.audience);
    return true;
  };
  let saidAt = performance.now();
  metrics.subscriptions.inc(labels);
  try {
    context.transport.onCheckpoint(hub.epochs.cursor(source.start, source.epoch));
    for await (const batch of source) {
      const loaders = runtime.references.forEvents({ epoch: batch.epoch, position: batch.upTo });
      const executeAll = (events: readonly LogEvent[]): (Outcome | Promise<Outcome>)[] => {
        // Others may share the result: it must not end with this client.
        const common = eventContext(context, { audience: decided.audience, loaders, signal: runtime.stopping });
        if (decided.readsPrincipal) knowPrincipal(common, session.principal);
        return events.map((event) => shared.get(event, key, () => executeEvent(runtime, args, event, common)));
      };
      // The batch was put together for who the caller was then.
      let events = renewed() ? batch.events.filter((each) => source.matches(each)) : batch.events;
      let results = executeAll(events);
      for (let index = 0; ;) {
        const [event, result] = [events[index], results[index]];
        if (event === undefined || result === undefined) break;
        const outcome = result instanceof Promise ? await result : result;
        if (session.ended.aborted) throw sessionEnded(session);
        if (renewed()) {
          // What was executed for who the caller was is of no use; some of it may no longer be the caller's to see.
          events = events.slice(index).filter((each) => source.matches(each));
          results = executeAll(events);
          index = 0;
          continue;
        }
        if ('error' in outcome) throw outcome.error;
        index += 1;
        yield outcome.result;
        // Back here, the transport has taken the result: of a socket's, up to 64 KiB may not have gone to the kernel yet.
        saidAt = performance.now();
        deliveries.inc();
        deliverySeconds.observe(Math.max(0, Date.now() - event.recordedAt.getTime()) / 1_000);
      }
      // The hub wakes quiet streams every quarter of the interval, so this comes in time. And one at once when the stream
      // has caught up: by it clients know that they show the present.
      if (batch.caughtUp || performance.now() - saidAt >= runtime.checkpointInterval * 0.75) {
        saidAt = performance.now();
        context.transport.onCheckpoint(hub.epochs.cursor(batch.upTo, batch.epoch));
      }
    }
    if (session.ended.aborted) throw sessionEnded(session);
  } catch (error) {
    if (error instanceof SubscriptionEnded) throw error;
    const ended = toClientError(error, runtime.log);
    if (ended.extensions['code'] === 'CURSOR_EXPIRED') runtime.log.warn(labels, 'retention has overtaken a connected reader: it is told CURSOR_EXPIRED');
    countCursorError(runtime, ended.extensions['code']);
    throw new SubscriptionEnded([ended]);
  } finally {
    metrics.subscriptions.dec(labels);
    onEnd();
  }
}

/** What is kept of an operation for as long as it runs: variables that it declares, and of the request not the parameters once more. */
function lasting(args: ExecutionArgs): ExecutionArgs {
  const { params: _params, ...contextValue } = args.contextValue as OperationContext & { readonly params?: unknown };
  const declared = getOperationAST(args.document, args.operationName)?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  const given = args.variableValues ?? {};
  const variableValues = Object.fromEntries(declared.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]));
  return { ...args, variableValues, contextValue };
}

/** What the caller may see, and the version of its session that this was decided for. */
interface Decided extends Decision {
  readonly version: number;
}

/** Says why nothing more is delivered. */
function sessionEnded({ ended }: Session): GraphQLError {
  const reason = endOf(ended);
  const why = reason === 'expired' ? 'The token has expired' : 'The token or key was revoked';
  return new GraphQLError(`${why}: nothing more is delivered. Subscribe with a new one, after the last cursor.`, { extensions: { code: 'UNAUTHENTICATED' satisfies ErrorCode, reason } });
}

function countCursorError(runtime: Runtime, code: unknown): void {
  if (typeof code === 'string' && code.startsWith('CURSOR_')) runtime.metrics.cursorErrors.inc({ code });
}

function isEventSource(value: object): value is EventSource {
  return Symbol.asyncIterator in value;
}
