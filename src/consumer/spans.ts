import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api';
import type { LogEvent } from '../event/event.js';
import { failSpan, findTracer, parentOf, traceparentOf } from '../observe/trace.js';
import type { StepTrace } from './definition.js';
import type { ConsumerSpec } from './spec.js';
import type { Item } from './slot.js';
import type { Failure, Parking } from './store/parked.js';

/** What a batch came to, as far as its attempts are told. */
interface Outcomes {
  readonly delivered: readonly Item[];
  readonly parks: readonly Parking[];
  readonly reparks: readonly Parking[];
  readonly stop: Error | null;
}

/** Has a batch worked off, seen by the OpenTelemetry SDK that is registered; where none is, `work` is given null, and no span is made. */
export async function traced<Result extends Outcomes>({ spec, dryRun }: { readonly spec: ConsumerSpec; readonly dryRun: boolean }, work: (spans: BatchSpans | null) => Promise<Result>): Promise<Result> {
  const tracer = findTracer();
  if (tracer === null) return await work(null);
  const spans = new BatchSpans(tracer, spec, dryRun);
  try {
    const result = await work(spans);
    spans.end(result);
    return result;
  } catch (error) {
    spans.end(null);
    throw error;
  }
}

/**
 * The spans of a batch: one for each attempt at an event, below what published the event. What became of an attempt is known when the
 * batch is committed: until then its span is kept, one for each event of the batch at most.
 */
export class BatchSpans {
  readonly #tracer: Tracer;
  readonly #about: Attributes;
  readonly #open = new Map<LogEvent, AttemptSpan>();

  constructor(tracer: Tracer, { name, delivery }: ConsumerSpec, dryRun: boolean) {
    this.#tracer = tracer;
    this.#about = {
      'messaging.system': 'sluice', 'messaging.operation.name': 'process', 'messaging.operation.type': 'process', 'messaging.consumer.group.name': name,
      'sluice.delivery': delivery, ...(dryRun ? { 'sluice.dry_run': true } : {}),
    };
  }

  /** Begins an attempt. One at the same event before it was rolled back, and is repeated. */
  begin({ event, slot, attempts }: Item): AttemptSpan {
    this.#open.get(event)?.close('repeated');
    const within = parentOf(event.traceparent);
    const span = this.#tracer.startSpan(`process ${event.topic}`, {
      kind: SpanKind.CONSUMER,
      attributes: {
        ...this.#about, 'messaging.destination.name': event.topic, 'messaging.destination.partition.id': String(slot.index), 'messaging.message.id': event.id,
        ...(event.correlationId === null ? {} : { 'messaging.message.conversation_id': event.correlationId }),
        'sluice.event.type': event.type, 'sluice.event.position': event.position, 'sluice.tenant': event.tenant, 'sluice.attempt': attempts + 1,
      },
    }, within);
    const attempt = new AttemptSpan(this.#tracer, span, trace.setSpan(within, span));
    this.#open.set(event, attempt);
    return attempt;
  }

  /** The batch was committed; null: it came to nothing, and all of it is repeated. */
  end(outcomes: Outcomes | null): void {
    if (this.#open.size === 0) return;
    const delivered = new Set(outcomes?.delivered.map(({ event }) => event));
    const parked = new Map([...outcomes?.parks ?? [], ...outcomes?.reparks ?? []].map((each) => [each.event, each]));
    for (const [event, attempt] of this.#open) {
      const parking = parked.get(event);
      if (delivered.has(event)) attempt.close('delivered');
      else if (parking !== undefined) attempt.close(parking.status, parking.error);
      else attempt.close(attempt.hasFailed && outcomes?.stop ? 'held' : 'repeated');
    }
    this.#open.clear();
  }
}

interface OpenStep {
  readonly name: string;
  readonly span: Span;
}

/** One attempt, and below it a span for each of its steps. What is done within it is below it, too. */
export class AttemptSpan {
  /** What is emitted has it: the way of a message is one trace. Null: as the event has it. */
  readonly traceparent: string | null;
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #within: Context;
  /** A step that is under way, or has failed and waits for what is said of it. */
  #step: OpenStep | null = null;
  #endedAt: number | null = null;
  #failed = false;

  constructor(tracer: Tracer, span: Span, within: Context) {
    this.#tracer = tracer;
    this.#span = span;
    this.#within = within;
    this.traceparent = traceparentOf(span);
  }

  get hasFailed(): boolean {
    return this.#failed;
  }

  within<T>(work: () => T): T {
    return context.with(this.#within, work);
  }

  /** Begins a step, which ends when it is told of (`step`). Null when nobody is to see it. */
  openStep(name: string): { within<T>(work: () => T): T } | null {
    if (this.#endedAt !== null || !this.#span.isRecording()) return null;
    const span = this.#tracer.startSpan(name, {}, this.#within);
    this.#step = { name, span };
    return { within: (work) => context.with(trace.setSpan(this.#within, span), work) };
  }

  /** A step has ended. One that was not begun here has taken the time that it says. */
  step({ name, outcome, ms }: StepTrace): void {
    if (this.#endedAt !== null) return;
    const isOpen = this.#step?.name === name;
    const span = isOpen && this.#step !== null ? this.#step.span : this.#tracer.startSpan(name, { startTime: performance.now() - ms }, this.#within);
    span.setAttribute('sluice.step.outcome', outcome);
    if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    // What it failed of is known when the attempt has ended.
    if (isOpen && outcome === 'failed') return;
    span.end();
    if (isOpen) this.#step = null;
  }

  /** The attempt has ended; its outcome is still to come. */
  ended(failure: Failure | null): void {
    this.#endedAt = performance.now();
    if (failure !== null) this.#fail(failure);
    // Of an attempt that was given up one may still be under way.
    if (this.#step !== null && failure !== null) failSpan(this.#step.span, shown(failure));
    this.#step?.span.end();
    this.#step = null;
  }

  close(outcome: 'delivered' | 'held' | 'repeated' | Parking['status'], failure: Failure | null = null): void {
    if (failure !== null && !this.#failed) this.#fail(failure);
    this.#span.setAttribute('sluice.outcome', outcome);
    this.#span.end(this.#endedAt ?? undefined);
  }

  #fail(failure: Failure): void {
    this.#failed = true;
    failSpan(this.#span, shown(failure));
    if (failure.step !== null) this.#span.setAttribute('sluice.step', failure.step);
  }
}

/** What the database says of a statement may quote its values. */
function shown(failure: Failure): Failure {
  return failure.name === 'PostgresError' ? { ...failure, message: 'The database refused a statement: the dead letter says why.' } : failure;
}
