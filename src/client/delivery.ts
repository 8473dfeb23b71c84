import { DocumentError } from './document.js';
import { cursorOfResult } from './resume.js';

/** One error of a GraphQL result, as it travels. */
export interface ResultError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  /** `code` is one of docs/errors.md. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** The union of event types in the result of a subscription, each with its `__typename`. */
export type EventOf<Result> = Named<NonNullable<EdgeOf<Result>['node']>>;

type EdgeOf<Result> = Extract<Result[Exclude<keyof Result, '__typename'>], { readonly node?: unknown }>;
type Named<Event> = Event extends { readonly __typename?: infer Name } ? Event & { readonly __typename: NonNullable<Name> } : Event;

interface DeliveryBase {
  /** The event's place in the log: what to go on after once it has been dealt with. */
  readonly cursor: string;
  /** What failed while the event was completed: fields that are null for it, or all of it. Mostly empty. */
  readonly errors: readonly ResultError[];
}

/** An event with its place in the log. */
export interface Delivered<Event> extends DeliveryBase {
  readonly event: Event;
  readonly missing: null;
}

/**
 * A place in the log whose event cannot be had: `erased`, its content was deleted; `failed`, it could not be completed
 * (`errors` say why, for example `EVENT_VERSION_UNSUPPORTED`). It is to be passed over knowingly, for no other will come.
 */
export interface Missing extends DeliveryBase {
  readonly event: null;
  readonly missing: 'erased' | 'failed';
}

export type Delivery<Event> = Delivered<Event> | Missing;

/** A result as any transport hands it over. */
export interface ResultLike {
  readonly data?: unknown;
  readonly errors?: readonly ResultError[] | undefined;
  readonly extensions?: unknown;
}

/** The cursor of a result: in its extensions, or selected in its edge. Undefined: it is no event, but how the stream ends. */
export function cursorOf(result: ResultLike): string | undefined {
  const selected = edgeOf(result)?.['cursor'];
  return cursorOfResult(result.extensions) ?? (typeof selected === 'string' ? selected : undefined);
}

/** The delivery in a result. Throws `DocumentError` when the event has no `__typename`. */
export function deliveryOf<Event>(result: ResultLike, cursor: string): Delivery<Event> {
  const errors = result.errors ?? [];
  const node = edgeOf(result)?.['node'];
  if (node === null || node === undefined) {
    if (node === undefined && errors.length === 0) throw new DocumentError('The subscription must select `node`, without an alias: it holds the event.');
    return { cursor, errors, event: null, missing: errors.length > 0 ? 'failed' : 'erased' };
  }
  if (typeof (node as Record<string, unknown>)['__typename'] !== 'string') {
    throw new DocumentError('The subscription must select `__typename` in `node`: it tells the events apart. A document given as text is not completed.');
  }
  return { cursor, errors, event: node as Event, missing: null };
}

function edgeOf({ data }: ResultLike): Record<string, unknown> | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const edge: unknown = Object.entries(data).find(([name]) => name !== '__typename')?.[1];
  return typeof edge === 'object' && edge !== null ? (edge as Record<string, unknown>) : undefined;
}
