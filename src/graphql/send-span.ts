import { context, SpanKind, trace, type Attributes } from '@opentelemetry/api';
import { failSpan, findTracer, parentHereOf, traceparentOf } from '../observe/trace.js';
import { SluiceError } from '../base/error.js';
import type { EventInput } from './event-input.js';

/** Who publishes. */
export interface Origin {
  readonly tenant: string;
  readonly traceparent: string | null;
}

/**
 * Stores the events of one call below a span, which is the parent of whatever comes of them: they have it as `traceparent`. Where no
 * OpenTelemetry SDK is registered, they have that of the caller. `idsOf`: their ids.
 */
export async function inSendSpan<Result>(origin: Origin, inputs: readonly EventInput[], store: (origin: Origin) => Promise<Result>, idsOf: (result: Result) => readonly string[]): Promise<Result> {
  const tracer = findTracer();
  if (tracer === null) return await store(origin);
  const within = parentHereOf(origin.traceparent);
  const { tenant } = origin;
  const [topic, ...others] = new Set(inputs.map(({ type }) => type.topic));
  const destination: Attributes = topic === undefined || others.length > 0 ? {} : { 'messaging.destination.name': topic };
  const span = tracer.startSpan(others.length > 0 ? 'send' : `send ${topic}`, {
    kind: SpanKind.PRODUCER,
    attributes: {
      'messaging.system': 'sluice', 'messaging.operation.name': 'send', 'messaging.operation.type': 'send', ...destination, 'sluice.tenant': tenant,
      ...(inputs.length === 1 ? { 'sluice.event.type': inputs[0]?.type.name } : { 'messaging.batch.message_count': inputs.length }),
    },
  }, within);
  try {
    const result = await context.with(trace.setSpan(within, span), () => store({ tenant, traceparent: traceparentOf(span) ?? origin.traceparent }));
    const [id, ...more] = idsOf(result);
    if (id !== undefined && more.length === 0) span.setAttribute('messaging.message.id', id);
    return result;
  } catch (error) {
    // What is no refusal of ours may have values of a statement in its message.
    failSpan(span, error instanceof SluiceError ? error : { name: error instanceof Error ? error.name : 'Error', message: 'The events could not be stored.', code: null });
    throw error;
  } finally {
    span.end();
  }
}
