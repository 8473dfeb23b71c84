import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { LogEvent } from '../event/event.js';
import { toClientError } from './errors.js';
import type { FieldContext, Runtime } from './runtime.js';

/** What became of an execution. A failure is kept until its turn comes: a rejection that nobody listens to yet ends Node. */
export type Outcome = { readonly result: ExecutionResult } | { readonly error: unknown };

/**
 * Executes a subscription for one event, which its root field hands on. At once when no resolver had to wait, which is most events: a
 * promise a delivery is what many sockets notice.
 */
export function executeEvent(runtime: Runtime, args: ExecutionArgs, event: LogEvent, contextValue: FieldContext): Outcome | Promise<Outcome> {
  try {
    const result = execute({ ...args, rootValue: event, contextValue });
    if (!(result instanceof Promise)) return { result: complete(runtime, event, result) };
    return result.then((later): Outcome => ({ result: complete(runtime, event, later) })).catch((error: unknown) => ({ error }));
  } catch (error) {
    return { error };
  }
}

/** The result as the client gets it. */
function complete(runtime: Runtime, event: LogEvent, result: ExecutionResult): ExecutionResult {
  const extensions = { ...result.extensions, sluice: { cursor: runtime.hub.epochs.cursorOf(event) } };
  if (result.errors === undefined) return { ...result, extensions };
  return { ...result, errors: result.errors.map((error) => toClientError(error, runtime.log, { eventId: event.id })), extensions };
}
