import { DrizzleQueryError } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import { v5 } from 'uuid';
import { SluiceError } from '../base/error.js';
import type { LogEvent, NewEvent } from '../event/event.js';
import type { EventModel } from '../event/model.js';
import type { BatchLoaders } from '../reference/loaders.js';
import type { ConsumerTransaction, EmitOptions, HandlerContext, KeyState, StateOptions, StepTrace } from './definition.js';
import type { AttemptSpan, BatchSpans } from './spans.js';
import type { ConsumerSpec } from './spec.js';
import type { Failure } from './store/parked.js';
import { textOf } from './text-of.js';

/** Namespace of the ids of emitted events; random, and for good: a repeat must find them. */
const NAMESPACE = '0d0c2c0e-2f1f-4a86-8f55-0f5a4e1c7c11';
const MAX_EMITS = 1_000;
const MAX_STEPS = 50;
/** Characters kept of an error's message. */
const MAX_MESSAGE = 2_000;
/** And of its name, its code and the step. */
const MAX_NAME = 200;

/** Makes an event that a consumer emits: checked as a publisher's is. Throws `BAD_USER_INPUT`. */
export type MakeEvent = (type: string, data: object, about: {
  readonly id: string; readonly occurredAt: Date; readonly correlationId: string | null; readonly causationId: string; readonly traceparent: string | null;
}) => NewEvent;

/** What an attempt works with, whatever the delivery. */
export interface Means {
  readonly spec: ConsumerSpec;
  readonly db: PostgresJsDatabase;
  readonly loaders: BatchLoaders;
  readonly log: Logger;
  /** Null: there is no transaction. */
  readonly tx: ConsumerTransaction | null;
  readonly dryRun: boolean;
  readonly makeEvent: MakeEvent;
  readonly references: EventModel['references'];
  /** Aborts when the consumer is to end what it does. */
  readonly signal: AbortSignal;
  /** Null: nobody traces. */
  readonly spans: BatchSpans | null;
}

/** The state of a key between attempts of one batch. */
export interface StateCell {
  readonly value: unknown;
  readonly changed: boolean;
  /** It is to be forgotten. */
  readonly cleared: boolean;
}

/** What an attempt that worked leaves to be written. */
export interface Effects {
  readonly cell: StateCell | null;
  readonly emits: readonly NewEvent[];
  readonly late: number;
}

export type AttemptResult =
  | { readonly ok: true; readonly effects: Effects; readonly ms: number; readonly steps: readonly StepTrace[] }
  | { readonly ok: false; readonly error: unknown; readonly ms: number; readonly steps: readonly StepTrace[] };

/** What an attempt is about: an event, or a state that is due. */
export interface Subject {
  readonly tenant: string;
  readonly lane: string;
  readonly watermark: number;
  /** By it, what is emitted has the same ids whenever it is emitted. */
  readonly id: string;
  readonly occurredAt: Date;
  readonly event: LogEvent | null;
  readonly attempt: number;
  readonly span: AttemptSpan | null;
}

/** The time of an attempt is over. */
export class AttemptTimeout extends Error {
  override readonly name = 'AttemptTimeout';
}

/**
 * One attempt: runs the handler with its time limit. Past it, or when the consumer ends, `signal` aborts and the attempt has
 * failed, whether the handler listens or not; what it does later finds its transaction closed and its state unheard.
 */
export async function attempt(means: Means, subject: Subject, cell: StateCell | null): Promise<AttemptResult> {
  const { spec, log } = means;
  const began = performance.now();
  const context = new Given(means, subject, cell);
  let stop: (error: Error) => void = () => undefined;
  const timer = setTimeout(() => stop(new AttemptTimeout(`The attempt took longer than ${spec.timeoutMs} ms.`)), spec.timeoutMs);
  const abort = (): void => stop(new Error('The consumer stops, or has lost its lease.'));
  means.signal.addEventListener('abort', abort);
  try {
    await new Promise<void>((resolve, reject) => {
      let over = false;
      stop = (error) => {
        over = true;
        context.end(error);
        reject(error);
      };
      if (means.signal.aborted) {
        abort();
        return;
      }
      run(spec, subject, context).then(resolve, (error: unknown) => {
        if (over) log.debug({ err: error, consumer: spec.name }, 'an attempt that was given up has ended');
        else reject(error);
      });
    });
    return { ok: true, effects: context.effects(), ms: performance.now() - began, steps: context.steps };
  } catch (error) {
    return { ok: false, error, ms: performance.now() - began, steps: context.steps };
  } finally {
    clearTimeout(timer);
    means.signal.removeEventListener('abort', abort);
  }
}

async function run(spec: ConsumerSpec, { event, span }: Subject, context: Given): Promise<void> {
  if (event === null) await spec.onDue?.(context);
  else if (span === null) await spec.run(event, context);
  else await span.within(() => spec.run(event, context));
}

type Context = HandlerContext<Record<string, object>, unknown>;

/** What a handler is given. Parts of it are made when they are asked for: most handlers use few of them. */
class Given implements Context {
  readonly steps: StepTrace[] = [];
  readonly #means: Means;
  readonly #subject: Subject;
  readonly #cell: StateCell | null;
  readonly #emits: NewEvent[] = [];
  #late = 0;
  #state: HeldState | null = null;
  #over: AbortController | null = null;
  #ended: Error | null = null;

  constructor(means: Means, subject: Subject, cell: StateCell | null) {
    this.#means = means;
    this.#subject = subject;
    this.#cell = cell;
  }

  /** What it is asked from now on throws this; its signal aborts. */
  end(error: Error): void {
    this.#ended = error;
    this.#over?.abort(error);
  }

  effects(): Effects {
    return { cell: this.#state === null ? this.#cell : this.#state.cell, emits: this.#means.dryRun ? [] : this.#emits, late: this.#late };
  }

  get tenant(): string {
    return this.#subject.tenant;
  }

  get key(): string {
    return this.#subject.lane;
  }

  get watermark(): Date {
    return new Date(this.#subject.watermark);
  }

  get attempt(): number {
    return this.#subject.attempt;
  }

  get dueAt(): Date {
    return this.#subject.occurredAt;
  }

  get dryRun(): boolean {
    return this.#means.dryRun;
  }

  get db(): PostgresJsDatabase {
    return this.#means.db;
  }

  get loaders(): BatchLoaders {
    return this.#means.loaders;
  }

  get references(): EventModel['references'] {
    return this.#means.references;
  }

  get log(): Logger {
    return this.#means.log;
  }

  get signal(): AbortSignal {
    if (this.#over === null) {
      this.#over = new AbortController();
      if (this.#ended !== null) this.#over.abort(this.#ended);
    }
    return this.#over.signal;
  }

  get state(): KeyState<unknown> {
    const { spec } = this.#means;
    if (spec.state === null || this.#cell === null) throw new TypeError(`${spec.name} has no state: give it \`state\`.`);
    return (this.#state ??= new HeldState(spec.state, this.#cell, this.#open));
  }

  get tx(): ConsumerTransaction {
    const { spec, tx } = this.#means;
    if (tx === null) throw new TypeError(`${spec.name} is ${spec.delivery}: there is no transaction. Use \`db\`, or choose exactly-once.`);
    return tx;
  }

  get late(): Context['late'] {
    return () => void (this.#late += 1);
  }

  get trace(): Context['trace'] {
    return ({ name, outcome, ms }) => {
      if (this.steps.length >= MAX_STEPS) return;
      // Whatever a handler says is kept with the event, as JSON, and shown.
      const step = { name: textOf(name, MAX_NAME), outcome: textOf(outcome, MAX_NAME), ms: Math.min(Math.max(Number(ms) || 0, 0), this.#means.spec.timeoutMs) };
      this.steps.push(step);
      this.#subject.span?.step(step);
    };
  }

  /** For pipelines: what a step does is seen below it. */
  openStep(name: string): ReturnType<AttemptSpan['openStep']> {
    return this.steps.length >= MAX_STEPS ? null : this.#subject.span?.openStep(textOf(name, MAX_NAME)) ?? null;
  }

  get emit(): Context['emit'] {
    return (type: string, data: object, options: EmitOptions = {}) => {
      const { spec, makeEvent } = this.#means;
      const { tenant, id: subject, occurredAt, event, span } = this.#subject;
      this.#open();
      if (this.#emits.length >= MAX_EMITS) throw new SluiceError('BAD_USER_INPUT', `One event may lead to ${MAX_EMITS} others at most.`);
      const id = v5(`${spec.name}/${tenant}/${subject}/${this.#emits.length}`, NAMESPACE);
      this.#emits.push(makeEvent(type, data, {
        id, occurredAt: options.occurredAt ?? occurredAt, correlationId: options.correlationId ?? event?.correlationId ?? null,
        causationId: event?.id ?? `${spec.name}/due`, traceparent: span?.traceparent ?? event?.traceparent ?? null,
      }));
      return id;
    };
  }

  get #open(): () => void {
    return () => {
      if (this.#ended !== null) throw this.#ended;
    };
  }
}

class HeldState implements KeyState<unknown> {
  cell: StateCell;
  readonly #options: StateOptions<unknown>;
  readonly #open: () => void;

  constructor(options: StateOptions<unknown>, cell: StateCell, open: () => void) {
    this.#options = options;
    this.cell = cell;
    this.#open = open;
  }

  get value(): unknown {
    return this.cell.value;
  }

  set(next: unknown): void {
    this.#open();
    this.cell = { value: this.#options.schema.parse(next), changed: true, cleared: false };
  }

  clear(): void {
    this.#open();
    this.cell = { value: structuredClone(this.#options.initial), changed: true, cleared: true };
  }
}

/** The error as it is kept with the event. Of what an ORM wrapped, what the database said: not the statement, which has the values. */
export function describe(given: unknown): Failure {
  const error = given instanceof DrizzleQueryError ? given.cause ?? given : given;
  const { name, message, code, step } = (error instanceof Error ? error : new Error(textOf(error, MAX_MESSAGE))) as Error & { readonly code?: unknown; readonly step?: unknown };
  return {
    name: textOf(name, MAX_NAME), message: textOf(message, MAX_MESSAGE),
    code: typeof code === 'string' ? textOf(code, MAX_NAME) : null, step: typeof step === 'string' ? textOf(step, MAX_NAME) : null,
  };
}
