import type { LogEvent } from '../event/event.js';
import { isErased } from '../event/internal.js';
import { isTraceparent } from '../observe/trace.js';
import type { Endpoint, Message } from './sender.js';

export interface MessageOptions {
  readonly format: Endpoint['format'];
  /** Signed cursor of the event: where to go on after it. */
  readonly cursor: string;
  /** `source` of CloudEvents: a URI that names this gateway, such as its public URL. With the event's id it is unique. */
  readonly source: string;
  /** In place of the event's payload: what a selection of the webhook gave. */
  readonly data?: unknown;
}

/** The message of an event, as JSON. Of an erased event the data is null, unless it is given. */
export function createMessage(event: LogEvent, options: MessageOptions): Message {
  const data = options.data === undefined ? payloadOf(event) : options.data;
  const traceparent = isTraceparent(event.traceparent) ? event.traceparent : null;
  const isCloudEvent = options.format === 'CLOUDEVENTS';
  return {
    id: event.id,
    body: JSON.stringify(isCloudEvent ? cloudEvent(event, data, traceparent, options) : plain(event, data, traceparent, options)),
    contentType: isCloudEvent ? 'application/cloudevents+json; charset=utf-8' : 'application/json',
    traceparent,
  };
}

function payloadOf(event: LogEvent): unknown {
  return isErased(event) ? null : event.payload;
}

/** CloudEvents 1.0, structured. What is not of the specification begins with `sluice`; absent instead of null. */
function cloudEvent(event: LogEvent, data: unknown, traceparent: string | null, { cursor, source }: MessageOptions): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: attribute(event.type),
    subject: attribute(event.key),
    time: event.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    ...(traceparent === null ? {} : { traceparent }),
    sluicetopic: attribute(event.topic),
    sluicetenant: attribute(event.tenant),
    sluiceversion: event.version,
    // As text: it may be larger than the integers of CloudEvents, which have 32 bits.
    sluiceposition: String(event.position),
    sluicecursor: cursor,
    sluicerecordedat: event.recordedAt.toISOString(),
    ...(event.correlationId === null ? {} : { sluicecorrelationid: attribute(event.correlationId) }),
    ...(event.causationId === null ? {} : { sluicecausationid: attribute(event.causationId) }),
    data,
  };
}

/** `type`, `timestamp` and `data` as Standard Webhooks recommends, and beside them what a subscription has in `meta` and `cursor`. */
function plain(event: LogEvent, data: unknown, traceparent: string | null, { cursor }: MessageOptions): Record<string, unknown> {
  return {
    type: event.type,
    timestamp: event.occurredAt.toISOString(),
    data,
    meta: {
      id: event.id,
      topic: event.topic,
      key: event.key,
      tenant: event.tenant,
      position: String(event.position),
      version: event.version,
      recordedAt: event.recordedAt.toISOString(),
      correlationId: event.correlationId,
      causationId: event.causationId,
      traceparent,
    },
    cursor,
  };
}

/** Attributes of CloudEvents hold no control characters and no noncharacters, keys of events may: those are percent-encoded. */
function attribute(text: string): string {
  return text.replace(/[\p{Cc}\p{Noncharacter_Code_Point}]/gu, encodeURIComponent);
}
