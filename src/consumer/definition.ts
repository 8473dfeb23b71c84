import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import type { EventModel } from '../event/model.js';
import type { BatchLoaders } from '../reference/loaders.js';

/** What an error may cost: see docs/consumers.md. */
export type Delivery = 'at-most-once' | 'at-least-once' | 'exactly-once';

/** A drizzle transaction. */
export type ConsumerTransaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0];

/** What the gateway recorded beside an event, as processors see it. Names as in GraphQL's `EventMeta`; moments are `Date`s. */
export interface Meta {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly tenant: string;
  readonly position: string;
  readonly version: number;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly traceparent: string | null;
}

/** Moments in payloads are text (RFC 3339), as they are stored. */
type Stored<Value> = Value extends Date ? string : Value extends readonly (infer Item)[] ? readonly Stored<Item>[] : Value extends object ? { readonly [Name in keyof Value]: Stored<Value[Name]> } : Value;

/**
 * An event as a processor is given it: its stored fields, its type as `__typename`, by which the compiler tells event types
 * apart, and `meta`. `Events` maps event types to what they are published with; code generation writes that map.
 */
export type EventOf<Events extends object, Type extends keyof Events & string = keyof Events & string> = {
  readonly [Name in Type]: Stored<Events[Name]> & { readonly __typename: Name; readonly meta: Meta };
}[Type];

/** What a key's state is checked with, when it is read and when it is written: a zod schema, or anything that parses. */
export interface StateSchema<State> {
  parse(value: unknown): State;
}

export interface StateOptions<State> {
  readonly schema: StateSchema<State>;
  /** The state of a key that has none. Must pass the schema. */
  readonly initial: State;
  /**
   * When the state has something to do, whatever comes: `onDue` is called for the key once the watermark has passed this
   * moment. Default: never.
   */
  readonly dueAt?: (state: State) => Date | null;
  /** Bytes of JSON that one key's state may have; past it the event fails with `BAD_USER_INPUT`. Default 65,536. */
  readonly maxBytes?: number;
}

/** The state of the event's key. Written with the checkpoint, or not at all. */
export interface KeyState<State> {
  readonly value: State;
  /** Replaces it. Errors: whatever the schema throws. */
  set(next: State): void;
  /** Forgets it: the next event of the key finds `initial`. */
  clear(): void;
}

/** What may be said about an event that a processor emits. The rest is taken from the event that led to it. */
export interface EmitOptions {
  /** Default: when the event that led to it occurred. */
  readonly occurredAt?: Date;
  /** Default: that of the event that led to it. */
  readonly correlationId?: string;
}

/** What one step of an attempt did, in `ms` milliseconds: `passed`, `dropped`, `emitted`, `failed`, or a word of its own. */
export interface StepTrace {
  readonly name: string;
  readonly outcome: string;
  readonly ms: number;
}

export interface HandlerContext<Events extends object = Record<string, object>, State = undefined> {
  /** Whose event it is. What is emitted is of the same tenant. */
  readonly tenant: string;
  /** The order key. */
  readonly key: string;
  readonly state: KeyState<State>;
  /**
   * The latest `occurredAt` (but of none later than it was recorded) of the consumer's events up to this one, whatever their key: how far event time has come. The same
   * in a replay.
   */
  readonly watermark: Date;
  /** Says that the event came too late for what it was for: it is counted (`late`), and handled all the same. */
  late(): void;
  /**
   * Publishes an event and returns its id, which is the same whenever this event is handled. exactly-once: with the
   * transaction. at-least-once: before the checkpoint, with an idempotency key, so that a repeat changes nothing. at-most-once:
   * after `handle`. It is caused by the event. At most 1,000 per event. Errors: `BAD_USER_INPUT` when the data does not fit.
   */
  emit<Type extends keyof Events & string>(type: Type, data: Events[Type], options?: EmitOptions): string;
  /** exactly-once: the transaction that everything commits in. Otherwise there is none, and reading it throws; use `db`. */
  readonly tx: ConsumerTransaction;
  /** A pool. What goes through it has no part in the transaction. */
  readonly db: PostgresJsDatabase;
  /** Reference data as of this event, batched. */
  readonly loaders: BatchLoaders;
  /** The `@reference` fields by type name, as the schema has them: what `loaders` are asked with. */
  readonly references: EventModel['references'];
  readonly log: Logger;
  /** Says what a step of `handle` did: seen with the event's attempts, and in the metrics. The first 50 of an attempt are kept. */
  trace(step: StepTrace): void;
  /** Aborts when the attempt's time is over, the lease is lost, or the gateway stops. Hand it on to whatever waits. */
  readonly signal: AbortSignal;
  /** 1 for the first. */
  readonly attempt: number;
  /**
   * True in a fork. What goes through `tx` is taken back and what is emitted is dropped; all else (`db`, requests to others)
   * is for `handle` to leave undone.
   */
  readonly dryRun: boolean;
}

/** `onDue` has no event: what it emits occurs at `dueAt` unless it says otherwise. */
export type DueContext<Events extends object, State> = Omit<HandlerContext<Events, State>, 'attempt'> & { readonly dueAt: Date };

export interface Backoff {
  /** Milliseconds before the second attempt; default 500. Each later one waits twice as long. */
  readonly firstMs: number;
  /** Milliseconds at most; default 5 min. */
  readonly maxMs: number;
  /** Part of each wait that is random, 0 to 1; default 0.3. */
  readonly jitter: number;
}

/** What every consumer has, processors and webhooks alike. */
export interface ConsumerOptions {
  /** Names its checkpoints. 1 to 63 of `a-z 0-9 - _ .`, beginning with a letter. Another name is another consumer. */
  readonly name: string;
  /** Topics whose events it reads. */
  readonly topics: readonly string[];
  readonly delivery: Delivery;
  /** Where a consumer begins that has no checkpoint yet. Default `now`. */
  readonly from?: 'now' | 'beginning';
  /** Batches under way at once on one gateway; 1 to 64. Default 4. */
  readonly partitions?: number;
  /** Events of one batch at most, when that many wait; 1 to 1,000. Default 100. */
  readonly batch?: number;
  /** Attempts before an event becomes a dead letter; 1 to 100. Default 8. at-most-once: always 1. */
  readonly maxAttempts?: number;
  readonly backoff?: Partial<Backoff>;
  /** Milliseconds for one attempt; then its signal aborts and it has failed. Default 30 s. */
  readonly timeoutMs?: number;
  /**
   * What a dead letter does to the events behind it that have its key: `skip` (default) lets them pass, `block-key` keeps them
   * until somebody replays or discards it.
   */
  readonly onPoison?: 'skip' | 'block-key';
  /** Events that may wait on one gateway for another attempt, or behind one that does; past it that gateway begins with no others. Default 10,000. */
  readonly maxParked?: number;
  /** at-most-once only: events that waited longer than this many ms are passed over (counted as skipped). Default: never. */
  readonly shedAfterMs?: number;
  /** Milliseconds for which retention waits for this consumer. Default 7 days. */
  readonly maxLagMs?: number;
}

export interface ProcessorOptions<Events extends object, Type extends keyof Events & string, State> extends ConsumerOptions {
  /** Event types it reads. Default: all of its topics. */
  readonly types?: readonly Type[];
  /**
   * The order key: events with the same one are handled one after the other, in log order, and share their state; events with
   * different ones at the same time. At most 255 characters; it must be the same whenever it is asked. Default: the topic's key.
   */
  readonly key?: (event: EventOf<Events, Type>) => string;
  /** Only for exactly-once and at-least-once. */
  readonly state?: StateOptions<State>;
  /** Handles one event. What it throws makes the attempt fail. */
  handle(event: EventOf<Events, Type>, context: HandlerContext<Events, State>): Promise<void> | void;
  /** Called for a key whose state is due. */
  onDue?(context: DueContext<Events, State>): Promise<void> | void;
}

/** An application's processor, whatever its types: what `defineProcessor` makes. */
export type Processor = ProcessorOptions<Record<string, object>, string, unknown>;

/**
 * `defineProcessor` for the events of one schema. Code generation calls it with that schema's types:
 * `export const defineProcessor = processorsOf<EventInputs>()`.
 */
export function processorsOf<Events extends object>() {
  return <const Type extends keyof Events & string = keyof Events & string, State = undefined>(options: ProcessorOptions<Events, Type, State>): Processor =>
    // Its events are checked where it is defined; whoever runs it knows them by name.
    options as unknown as Processor;
}
