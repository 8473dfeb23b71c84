import { isNonNullType, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import type { EventType, Reference } from '../../event/model.js';
import type { LogEvent } from '../../event/event.js';
import { SluiceError } from '../../base/error.js';
import type { Loaders } from '../../reference/loaders.js';
import type { SeenEvent } from '../access/policy.js';
import type { FieldContext, Runtime } from '../runtime.js';

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

const seen = new WeakMap<LogEvent, SeenEvent>();

/** The event as an application's resolvers get it: its stored fields and `meta`. Made once, however many fields ask. */
export function seenOf(event: LogEvent): SeenEvent {
  let made = seen.get(event);
  if (made === undefined) seen.set(event, (made = { ...event.payload, meta: metaOf(event) }));
  return made;
}

/** Makes the fields of an event type read from its payload, its `meta` from the envelope, its references from loaders. */
export function resolveEventFields(object: GraphQLObjectType, type: EventType): void {
  const stored = new Set(type.stored);
  for (const field of Object.values(object.getFields())) {
    const own = field.resolve;
    if (own !== undefined) {
      // The application's, which knows the event as the SDL has it.
      field.resolve = (event: LogEvent, args, context, info) => own(seenOf(event), args, context, info);
      continue;
    }
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
export function referenceResolver<Parent>(reference: Reference, read: (parent: Parent, field: string) => unknown): GraphQLFieldResolver<Parent, FieldContext> {
  return (parent, _args, context, info) => loadersFor(context, info).find(reference, read(parent, reference.by), context.tenant);
}

function loadersFor(context: FieldContext, info: GraphQLResolveInfo): Loaders {
  if (context.pageLoaders.size === 0) return context.loaders;
  return context.pageLoaders.get(rootOf(info)) ?? context.loaders;
}

/** The name of the root field in the response. */
function rootOf(info: GraphQLResolveInfo): string | number {
  let { path } = info;
  while (path.prev !== undefined) path = path.prev;
  return path.key;
}

/**
 * Lets the references of a history page use what was looked up before, as far as it is good for everything up to the
 * page's `head`: who has the answer to a mutation and then reads the history sees what it changed.
 */
export function readsPage(runtime: Runtime, context: FieldContext, info: GraphQLResolveInfo, page: { readonly epoch: string; readonly head: number }): void {
  context.pageLoaders.set(rootOf(info), runtime.references.forEvents({ epoch: page.epoch, position: page.head }));
}
