import { context, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-node';

export interface SeenSpans {
  /** Those that have ended, in the order in which they began. */
  all(): ReadableSpan[];
  /** The program has no SDK any more: the files that this worker runs next have none. */
  unregister(): Promise<void>;
}

/** Registers an OpenTelemetry SDK in this process, as a program does that wants traces. */
export function registerSpans(): SeenSpans {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  const began = ({ startTime: [seconds, nanoseconds] }: ReadableSpan): number => seconds * 1_000 + nanoseconds / 1e6;
  return {
    all: () => exporter.getFinishedSpans().toSorted((one, other) => began(one) - began(other)),
    async unregister() {
      trace.disable();
      context.disable();
      propagation.disable();
      await provider.shutdown();
    },
  };
}

export const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
/** As it is handed on. */
export const traceparentOf = (span: ReadableSpan): string => `00-${span.spanContext().traceId}-${idOf(span)}-01`;
