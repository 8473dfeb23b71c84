import { context, createContextKey, isSpanContextValid, ROOT_CONTEXT, SpanStatusCode, trace, type Context, type Span, type Tracer } from '@opentelemetry/api';

/** What asks for spans, as OpenTelemetry names it. */
const SCOPE = 'sluice';
/** By this key the SDK and every instrumentation know that nothing below is to be traced. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What the API has in front of the SDK that is registered: by what it can do, since there may be several copies of the API in a program. */
interface Proxy {
  /** Undefined: none is registered. `getTracer` would make a tracer that does nothing. */
  getDelegateTracer(name: string): Tracer | undefined;
  getDelegate(): { readonly forceFlush?: () => Promise<void> };
}

const proxy = (): Proxy => trace.getTracerProvider() as unknown as Proxy;

/**
 * The tracer of the OpenTelemetry SDK that the program has registered; null: there is none, and nothing is traced. It may be registered
 * at any time, so it is asked for with every batch or call: a look that makes nothing.
 */
export function findTracer(): Tracer | null {
  return proxy().getDelegateTracer(SCOPE) ?? null;
}

/** Whether a text is a `traceparent` of W3C Trace Context. Events may come with anything in its place. */
export function isTraceparent(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(text);
}

/** Where what a `traceparent` names is the parent; where nothing is, if it names nothing: a trace begins. */
export function parentOf(traceparent: string | null): Context {
  if (!isTraceparent(traceparent)) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}

/** The same where something of this process is under way that an instrumentation has a span for: that is the parent. */
export function parentHereOf(traceparent: string | null): Context {
  return trace.getActiveSpan() === undefined ? parentOf(traceparent) : context.active();
}

/** What names a span to others; null: the SDK made none. */
export function traceparentOf(span: Span): string | null {
  const given = span.spanContext();
  return isSpanContextValid(given) ? `00-${given.traceId}-${given.spanId}-${given.traceFlags.toString(16).padStart(2, '0')}` : null;
}

/** Where no instrumentation traces anything: what is done there has its span already. */
export function untraced(within: Context): Context {
  return within.setValue(SUPPRESSED, true);
}

/** What went wrong, as it may be shown to operators. */
export interface SpanFailure {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
}

/** Without a stack: it has the message again, as it was before anything was left out. */
export function failSpan(span: Span, { name, message, code }: SpanFailure): void {
  span.setAttribute('error.type', code ?? name);
  span.recordException({ name, message });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Has the SDK hand on what it has kept so far: a program that ends by `process.exit` would lose it. Waits `ms` at most. Errors: those of the exporter. */
export async function flushSpans(ms: number): Promise<void> {
  const provider = proxy().getDelegate();
  if (provider.forceFlush === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([provider.forceFlush(), late]).finally(() => clearTimeout(timer));
}
