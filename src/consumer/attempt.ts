import { DrizzleQueryError } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import { v5 } from 'uuid';
import { SluiceError } from '../base/error.js';
import type { LogEvent, NewEvent } from '../event/event.js';
import type { BatchLoaders } from '../reference/loaders.js';
import type { ConsumerTransaction, EmitOptions, HandlerContext, KeyState, StateOptions, StepTrace } from './definition.js';
import type { ConsumerSpec } from './spec.js';
import type { Failure } from './store/parked.js';

/** Namespace of the ids of emitted events; random, and for good: a repeat must find them. */
const NAMESPACE = '0d0c2c0e-2f1f-4a86-8f55-0f5a4e1c7c11';
const MAX_EMITS = 1_000;
const MAX_STEPS = 50;
/** Characters kept of an error's message. */
const MAX_MESSAGE = 2_000;

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
  /** Aborts when the consumer is to end what it does. */
  readonly signal: AbortSignal;
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
  | { readonly ok: true; readonly effects: Effects; readonly ms: number }
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
  const { spec } = means;
  const began = performance.now();
  const steps: StepTrace[] = [];
  const over = new AbortController();
  const { context, effects } = createContext(means, subject, cell, steps, over.signal);
  let stop: (error: Error) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (error) => {
      over.abort(error);
      reject(error);
    };
  });
  const timer = setTimeout(() => stop(new AttemptTimeout(`The attempt took longer than ${spec.timeoutMs} ms.`)), spec.timeoutMs);
  const abort = (): void => stop(new Error('The consumer stops, or has lost its lease.'));
  if (means.signal.aborted) abort();
  means.signal.addEventListener('abort', abort, { once: true });
  const work = Promise.resolve().then(() => run(spec, subject, context));
  try {
    await Promise.race([work, stopped]);
    return { ok: true, effects: effects(), ms: performance.now() - began };
  } catch (error) {
    if (over.signal.aborted) work.catch((late: unknown) => means.log.debug({ err: late, consumer: spec.name }, 'an attempt that was given up has ended'));
    return { ok: false, error, ms: performance.now() - began, steps };
  } finally {
    clearTimeout(timer);
    means.signal.removeEventListener('abort', abort);
  }
}

async function run(spec: ConsumerSpec, subject: Subject, context: HandlerContext<Record<string, object>, unknown>): Promise<void> {
  if (subject.event !== null) {
    await spec.run(subject.event, context);
    return;
  }
  const { attempt: _attempt, ...rest } = context;
  await spec.onDue?.({ ...rest, dueAt: subject.occurredAt });
}

function createContext(means: Means, subject: Subject, cell: StateCell | null, steps: StepTrace[], signal: AbortSignal) {
  const { spec, dryRun } = means;
  const emits: NewEvent[] = [];
  let late = 0;
  const open = (): void => {
    if (signal.aborted) throw signal.reason as Error;
  };
  const state = spec.state === null || cell === null ? null : keyState(spec.state, cell, open);
  const context: HandlerContext<Record<string, object>, unknown> = {
    tenant: subject.tenant, key: subject.lane, watermark: new Date(subject.watermark), attempt: subject.attempt, signal, dryRun, db: means.db, loaders: means.loaders, log: means.log,
    get state() {
      if (state === null) throw new TypeError(`${spec.name} has no state: give it \`state\`.`);
      return state.handle;
    },
    get tx() {
      if (means.tx === null) throw new TypeError(`${spec.name} is ${spec.delivery}: there is no transaction. Use \`db\`, or choose exactly-once.`);
      return means.tx;
    },
    late: () => void (late += 1),
    trace: (step) => void (steps.length < MAX_STEPS && steps.push(step)),
    emit(type: string, data: object, options: EmitOptions = {}) {
      open();
      if (emits.length >= MAX_EMITS) throw new SluiceError('BAD_USER_INPUT', `One event may lead to ${MAX_EMITS} others at most.`);
      const id = v5(`${spec.name}/${subject.tenant}/${subject.id}/${emits.length}`, NAMESPACE);
      emits.push(means.makeEvent(type, data, {
        id, occurredAt: options.occurredAt ?? subject.occurredAt, correlationId: options.correlationId ?? subject.event?.correlationId ?? null,
        causationId: subject.event?.id ?? `${spec.name}/due`, traceparent: subject.event?.traceparent ?? null,
      }));
      return id;
    },
  };
  return { context, effects: (): Effects => ({ cell: state?.cell() ?? null, emits: dryRun ? [] : emits, late }) };
}

function keyState(options: StateOptions<unknown>, before: StateCell, open: () => void): { readonly handle: KeyState<unknown>; cell(): StateCell } {
  let now = before;
  return {
    cell: () => now,
    handle: {
      get value() {
        return now.value;
      },
      set(next) {
        open();
        now = { value: options.schema.parse(next), changed: true, cleared: false };
      },
      clear() {
        open();
        now = { value: options.initial, changed: true, cleared: true };
      },
    },
  };
}

/** The error as it is kept with the event. Of what an ORM wrapped, what the database said: not the statement, which has the values. */
export function describe(given: unknown): Failure {
  const error = given instanceof DrizzleQueryError ? given.cause ?? given : given;
  const { name, message, code, step } = (error instanceof Error ? error : new Error(String(error))) as Error & { readonly code?: unknown; readonly step?: unknown };
  const text = message.replaceAll('\0', '');
  return { name, message: text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)} …` : text, code: typeof code === 'string' ? code : null, step: typeof step === 'string' ? step : null };
}
