import type { Rows } from '../../reference/cache.js';
import type { EmitOptions, HandlerContext, Meta } from '../definition.js';
import type { Step } from './step.js';

/** Parses or throws: a zod schema, or anything that does so. */
export interface StepSchema<Output> {
  parse(value: unknown): Output;
}

/** Schemas of an event type, by the version it was published with (`@version`, kept as `meta.version`). */
export type Versions = Readonly<Record<number, StepSchema<object>>>;

export type TypeName<Value> = Value extends { readonly __typename: infer Name extends string } ? Name : never;

/** What is left of an event once its schemas have parsed it: what they made of its stored fields, its type and `meta`. */
export type Validated<Schemas> = {
  readonly [Name in keyof Schemas & string]: (Schemas[Name] extends Readonly<Record<number, StepSchema<infer Output>>> ? Output : never) & { readonly __typename: Name; readonly meta: Meta };
}[keyof Schemas & string];

/** An event to be published. */
export type Routed<Events extends object> = {
  readonly [Type in keyof Events & string]: { readonly type: Type; readonly data: Events[Type]; readonly options?: EmitOptions };
}[keyof Events & string];

/** A step's function: the value as the step before left it, the context of the attempt, and the event as it was read. */
export type StepFunction<Events extends object, State, Event, Value, Result> = (value: Value, context: HandlerContext<Events, State>, event: Event) => Result;

/** A pipeline, whatever is in it. */
export interface Pipeline {
  readonly list: readonly Step[];
}

/**
 * Steps so far; every method gives a longer pipeline and leaves this one as it is. At most 50 steps. They run one after the
 * other, for one event; what a step drops reaches none of the later ones, so put `filter` before what costs something.
 *
 * Every step has a name in the event's trace and in its dead letter: what it is (`map`), the name of the function (`map total`) or the
 * `name` it is given; the second of the same name is `map 2`. What a step throws makes the attempt fail, as in `handle`.
 */
export interface Steps<Events extends object, State, Event, Value> extends Pipeline {
  /**
   * Adds a reference field of the event's type, as the schema declares it (`@reference`): the row, null or a list, looked up together with those of
   * other events. With a schema the rows are parsed, and typed. A type without that field is a `PoisonEvent`.
   */
  enrich<const Field extends string, Row = Rows>(reference: Field, schema?: StepSchema<Row>): Steps<Events, State, Event, Value & { readonly [Name in Field]: Row }>;
  /** Adds what functions find, all asked at once. */
  enrich<Found extends object>(lookups: { readonly [Field in keyof Found]: StepFunction<Events, State, Event, Value, Promise<Found[Field]> | Found[Field]> }, name?: string): Steps<Events, State, Event, Value & Readonly<Found>>;
  /** Drops what the test is false for: the event is handled. A type guard narrows the type. */
  filter<Kept extends Value>(test: (value: Value, context: HandlerContext<Events, State>, event: Event) => value is Kept, name?: string): Steps<Events, State, Event, Kept>;
  filter(test: StepFunction<Events, State, Event, Value, boolean | Promise<boolean>>, name?: string): Steps<Events, State, Event, Value>;
  /** Another value in its place. */
  map<Next>(change: StepFunction<Events, State, Event, Value, Next | Promise<Next>>, name?: string): Steps<Events, State, Event, Next>;
  /** Does something with the value, which goes on as it is: state, windows, `tx`, requests to others. */
  tap(effect: StepFunction<Events, State, Event, Value, void | Promise<void>>, name?: string): Steps<Events, State, Event, Value>;
  /**
   * Publishes an event, several, or none (null), as `context.emit` does; the value goes on, so there may be more routes. The
   * type says where to: into its topic, which subscribers follow. To another processor and to webhooks one
   * routes in the same way, with an event of a topic that they read; they have their own checkpoint, attempts and dead letters.
   */
  route(to: StepFunction<Events, State, Event, Value, Routes<Events> | Promise<Routes<Events>>>, name?: string): Steps<Events, State, Event, Value>;
}

export type Routes<Events extends object> = Routed<Events> | readonly Routed<Events>[] | null;

/** Steps at which the value is still an event as it was read. */
export interface EventSteps<Events extends object, State, Event, Value> extends Steps<Events, State, Event, Value> {
  /**
   * Parses the stored fields by event type and version. What they make of them goes on, with `__typename` and `meta`. A type or a version
   * without a schema, and what a schema refuses, is a `PoisonEvent`: a dead letter at once, whose message lists what is wrong.
   */
  validate<Schemas extends { readonly [Name in TypeName<Value>]?: Versions }>(schemas: Schemas & { readonly [Name in Exclude<keyof Schemas, TypeName<Value>>]: never }, name?: string): Steps<Events, State, Event, Validated<Schemas>>;
  filter<Kept extends Value>(test: (value: Value, context: HandlerContext<Events, State>, event: Event) => value is Kept, name?: string): EventSteps<Events, State, Event, Kept>;
  filter(test: StepFunction<Events, State, Event, Value, boolean | Promise<boolean>>, name?: string): EventSteps<Events, State, Event, Value>;
  tap(effect: StepFunction<Events, State, Event, Value, void | Promise<void>>, name?: string): EventSteps<Events, State, Event, Value>;
}
