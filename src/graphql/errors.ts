import { randomUUID } from 'node:crypto';
import { DrizzleQueryError } from 'drizzle-orm';
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import type { Logger } from 'pino';
import { ERROR_CODES, SluiceError, type ErrorCode } from '../base/error.js';
import { driverError, isUnavailable, lostToOthers } from '../db/connect.js';
import { BoundedLog } from './bounded-log.js';
import { Seldom } from './seldom.js';

/** By logger: whatever a gateway says of its storage goes through one. */
const unavailable = new WeakMap<Logger, Seldom>();
/** By logger: whatever operations cause, and a client may repeat at will. */
const caused = new WeakMap<Logger, BoundedLog>();

/**
 * The error as a client may see it: its own errors with code and details, those of GraphQL with a code added, and
 * anything else as `INTERNAL_SERVER_ERROR` with an id under which the log has it. Never a stack, never SQL. `about` goes into
 * the log; of `STORAGE_UNAVAILABLE` a message is logged once a second at most, with the number of its like, and of all else 200 lines a second.
 */
export function toClientError(error: unknown, log: Logger, about: Readonly<Record<string, unknown>> = {}): GraphQLError {
  const outer = error instanceof GraphQLError ? error : undefined;
  const place = { nodes: outer?.nodes ?? null, source: outer?.source ?? null, positions: outer?.positions ?? null, path: outer?.path ?? null };
  const cause = rootCause(error);
  if (cause instanceof SluiceError) {
    if (cause.code === 'STORAGE_UNAVAILABLE') seldom(log).warn(cause, about);
    else if (cause.code === 'INTERNAL_SERVER_ERROR') bounded(log).write('warn', { err: cause, code: cause.code, ...about }, 'an operation failed');
    return new GraphQLError(cause.message, { ...place, extensions: { code: cause.code, ...cause.details } });
  }
  if (outer !== undefined && cause instanceof GraphQLError) {
    if (outer.extensions['code'] !== undefined) return outer;
    // With a path it happened while a result was made; without one, the request itself was at fault.
    const code: ErrorCode = outer.path === undefined ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
    return new GraphQLError(outer.message, { ...place, extensions: { ...outer.extensions, code } });
  }
  const driver = driverError(cause);
  if (lostToOthers(driver)) {
    bounded(log).write('warn', { err: cause, ...about }, 'a transaction gave way to others');
    return new GraphQLError('What this call needs is held by others for too long; nothing was stored. Try again soon.', { ...place, extensions: { code: 'OVERLOADED' satisfies ErrorCode, retryAfterMs: 1_000 } });
  }
  if (isUnavailable(driver)) {
    bounded(log).write('warn', { err: cause, ...about }, 'the database cannot be asked');
    return new GraphQLError('The database cannot be reached at present. Try again soon.', { ...place, extensions: { code: 'STORAGE_UNAVAILABLE' satisfies ErrorCode, retryAfterMs: 1_000 } });
  }
  const errorId = randomUUID();
  bounded(log).write('error', { err: cause, errorId, ...about }, 'an operation failed unexpectedly');
  return new GraphQLError('Something went wrong in the gateway. Its log has the details under the errorId.', {
    ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' satisfies ErrorCode, errorId },
  });
}

function bounded(log: Logger): BoundedLog {
  const known = caused.get(log) ?? new BoundedLog(log);
  caused.set(log, known);
  return known;
}

function seldom(log: Logger): Seldom {
  const known = unavailable.get(log) ?? new Seldom(log);
  unavailable.set(log, known);
  return known;
}

/**
 * The error of a request that could not be executed, with a code of the table: libraries have their own for what does not
 * parse or fit the schema, and not the same on every transport. What a resolver threw has a path and keeps its code.
 * `http` goes along for graphql-yoga, which takes the status from it and does not send it.
 */
export function withKnownCode(error: GraphQLError, http?: GraphQLErrorExtensions['http']): GraphQLError {
  const { code } = error.extensions;
  if (error.path !== undefined || (typeof code === 'string' && Object.hasOwn(ERROR_CODES, code))) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null, source: error.source ?? null, positions: error.positions ?? null,
    extensions: { ...(http === undefined ? {} : { http }), code: 'BAD_USER_INPUT' satisfies ErrorCode },
  });
}

/** What a chain of wrapped GraphQL errors is about; of a statement that was not even sent, why. */
function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause instanceof DrizzleQueryError && cause.cause instanceof SluiceError ? cause.cause : cause;
}

/** Thrown by a subscription's iterator to end it: errors for the client, ready to send. */
export class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map((error) => error.message).join('; '));
    this.errors = errors;
  }
}

/** True for errors that pass by themselves: the transport has the client come back rather than give up. */
export function isTransient(errors: readonly GraphQLError[]): boolean {
  return errors.some((error) => error.extensions['code'] === 'STORAGE_UNAVAILABLE' || error.extensions['code'] === 'OVERLOADED');
}
