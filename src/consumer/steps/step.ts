import type { HandlerContext, Meta } from '../definition.js';

/** An event as a step is given it, whatever its type. */
export interface AnyEvent {
  readonly __typename: string;
  readonly meta: Meta;
  readonly [field: string]: unknown;
}

export interface AnyContext extends HandlerContext<Record<string, object>, unknown> {
  /** Begins a step that `trace` ends; null, and absent, when nobody is to see it. What runs within is seen below it. */
  readonly openStep?: (name: string) => { within<T>(work: () => T): T } | null;
}

/** What a step came to. What is dropped goes no further. */
export type StepResult = { readonly outcome: 'passed' | 'emitted'; readonly value: unknown } | { readonly outcome: 'dropped' };

/** One step, as it is run. It answers at once when it has nothing to wait for. */
export interface Step {
  readonly name: string;
  run(value: unknown, context: AnyContext, event: AnyEvent): StepResult | PromiseLike<StepResult>;
}

export function isPromise<Value>(given: Value | PromiseLike<Value>): given is PromiseLike<Value> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}

/** `next` of what is given, once it is there: at once when it is. */
export function after<Value, Next>(given: Value | PromiseLike<Value>, next: (value: Value) => Next): Next | PromiseLike<Next> {
  return isPromise(given) ? given.then(next) : next(given);
}
