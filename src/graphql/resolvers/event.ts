import { isNonNullType, type GraphQLFieldResolver, type GraphQLObjectType } from 'graphql';
import type { EventType, Reference } from '../../event/model.js';
import type { LogEvent } from '../../event/event.js';
import { SluiceError } from '../../base/error.js';
import type { OperationContext, Runtime } from '../runtime.js';

/** `meta` of any event. */
export function metaOf(event: LogEvent): Record<string, unknown> {
  return {
    id: event.id,
    type: event.type,
    topic: event.topic,
    key: event.key,
    tenant: event.tenant,
    position: event.position,
    version: event.version,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    correlationId: event.correlationId,
    causationId: event.causationId,
    traceparent: event.traceparent,
  };
}

/** The type of a node. Refuses, clearly, what this gateway's schema cannot read: the edge is delivered with `node: null`. */
export function typeOfEvent(runtime: Runtime, event: LogEvent): string {
  const type = runtime.model.types.get(event.type);
  if (type === undefined || type.topic !== event.topic) {
    throw new SluiceError('EVENT_VERSION_UNSUPPORTED', `The schema of this gateway has no type ${event.type} in ${event.topic}. Start it with the schema that the event was published with.`);
  }
  if (event.version > type.version) {
    throw new SluiceError('EVENT_VERSION_UNSUPPORTED', `${event.type} was published as version ${event.version}; the schema of this gateway has version ${type.version}. Start it with the newer schema.`);
  }
  return type.name;
}

/** Makes the fields of an event type read from its payload, its `meta` from the envelope, its references from loaders. */
export function resolveEventFields(object: GraphQLObjectType, type: EventType): void {
  const stored = new Set(type.stored);
  for (const field of Object.values(object.getFields())) {
    // The application has one of its own.
    if (field.resolve !== undefined) continue;
    if (field.name === 'meta') field.resolve = metaOf;
    else if (stored.has(field.name)) {
      const required = isNonNullType(field.type);
      field.resolve = (event: LogEvent) => {
        const value = event.payload[field.name];
        if (required && (value === null || value === undefined)) {
          throw new SluiceError('INTERNAL_SERVER_ERROR', `Event ${event.id} lacks the required field ${type.name}.${field.name}: whoever wrote it to the outbox left it out.`);
        }
        return value;
      };
    }
  }
}

/** Makes a `@reference` field ask the loaders. `read` gives the parent's own stored field. */
export function referenceResolver<Parent>(reference: Reference, read: (parent: Parent, field: string) => unknown): GraphQLFieldResolver<Parent, OperationContext> {
  return (parent, _args, context) => context.loaders.load(reference, read(parent, reference.by), context.tenant);
}
