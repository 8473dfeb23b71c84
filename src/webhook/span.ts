import { context, SpanKind, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { failSpan, findTracer, parentHereOf, traceparentOf, untraced } from '../observe/trace.js';
import type { Endpoint, Message, Outcome, Sender } from './sender.js';

/** A sender whose requests are spans, where an OpenTelemetry SDK is registered: then their own context goes out as `traceparent` in place of the event's. */
export function traceRequests(sender: Sender): Sender {
  return {
    send(endpoint, message, signal) {
      const tracer = findTracer();
      return tracer === null ? sender.send(endpoint, message, signal) : inRequestSpan(tracer, endpoint, message, (given) => sender.send(endpoint, given, signal));
    },
    close: () => sender.close(),
  };
}

async function inRequestSpan(tracer: Tracer, endpoint: Endpoint, message: Message, send: (message: Message) => Promise<Outcome>): Promise<Outcome> {
  const within = parentHereOf(message.traceparent);
  const span = tracer.startSpan('POST', { kind: SpanKind.CLIENT, attributes: { 'http.request.method': 'POST', 'sluice.webhook.id': endpoint.id, 'messaging.message.id': message.id, ...addressOf(endpoint.url) } }, within);
  const given = { ...message, traceparent: traceparentOf(span) ?? message.traceparent };
  try {
    // An instrumentation of the HTTP client would send a second `traceparent` along.
    const outcome = await context.with(untraced(trace.setSpan(within, span)), () => send(given));
    settle(span, outcome);
    return outcome;
  } catch (error) {
    failSpan(span, { name: error instanceof Error ? error.name : 'Error', message: 'The request was given up.', code: null });
    throw error;
  } finally {
    span.end();
  }
}

/** Without path and query: whoever knows those of a webhook may send to it as we do. */
function addressOf(url: string): Attributes {
  if (!URL.canParse(url)) return {};
  const { origin, hostname, port, protocol } = new URL(url);
  return { 'url.full': `${origin}/REDACTED`, 'server.address': hostname, 'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

function settle(span: Span, outcome: Outcome): void {
  span.setAttribute('sluice.webhook.outcome', outcome.kind);
  const status = 'status' in outcome ? outcome.status : null;
  if (status !== null) span.setAttribute('http.response.status_code', status);
  if (outcome.kind === 'delivered') return;
  failSpan(span, { name: outcome.kind, code: status === null ? null : String(status), message: outcome.kind === 'gone' ? 'The endpoint answered 410.' : outcome.reason });
}
