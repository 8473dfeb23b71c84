import { createHash } from 'node:crypto';
import { coerceInputValue, isInputObjectType, type GraphQLSchema } from 'graphql';
import type { EventModel, EventType } from '../event/model.js';
import { badInput, checkJson, checkKey, checkOccurredAt, MAX_PAYLOAD_BYTES } from '../event/limits.js';
import type { NewEvent } from '../event/event.js';

/** The `PublishOptions` input, coerced. */
export interface PublishOptions {
  readonly idempotencyKey?: string | null;
  readonly occurredAt?: Date | null;
  readonly correlationId?: string | null;
  readonly causationId?: string | null;
}

/** One event as a publisher gives it: its type and its coerced input. */
export interface EventInput {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Checks what GraphQL's types cannot and makes the event. `what` names the input in messages. */
export function makeEvent(input: EventInput, id: string, options: PublishOptions, traceparent: string | null, what: string): NewEvent {
  checkJson(input.data, what);
  const payload = JSON.stringify(input.data);
  const bytes = Buffer.byteLength(payload);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw badInput(`${what} has ${bytes} bytes as JSON; at most ${MAX_PAYLOAD_BYTES} are allowed. Keep large content elsewhere and publish a reference to it.`);
  }
  return {
    id,
    topic: input.type.topic,
    type: input.type.name,
    key: checkKey(String(input.data[input.type.key]), `${what}.${input.type.key}`),
    version: input.type.version,
    payload,
    occurredAt: options.occurredAt ? checkOccurredAt(options.occurredAt, Date.now()) : null,
    correlationId: options.correlationId ? checkKey(options.correlationId, 'correlationId') : null,
    causationId: options.causationId ? checkKey(options.causationId, 'causationId') : null,
    traceparent,
  };
}

/**
 * Reads data given in TypeScript as the event's input type would read it from a client. Throws `BAD_USER_INPUT` that
 * names the first field that does not fit.
 */
export function readEventData(schema: GraphQLSchema, model: EventModel, typeName: string, data: object): EventInput {
  const type = model.types.get(typeName);
  if (type === undefined) throw badInput(`There is no event type ${typeName}. Known are: ${[...model.types.keys()].join(', ')}.`);
  const inputType = schema.getType(type.inputType);
  if (!isInputObjectType(inputType)) throw new Error(`the derived schema lacks ${type.inputType}`);
  const plain: unknown = JSON.parse(JSON.stringify(data));
  const coerced = coerceInputValue(plain, inputType, (path, _value, error) => {
    throw badInput(`${[typeName, ...path].join('.')}: ${error.message}`);
  });
  return { type, data: coerced as Record<string, unknown> };
}

/** sha256 over types and canonical JSON of a whole call: what an idempotency key stands for (G3). */
export function fingerprint(inputs: readonly EventInput[]): Uint8Array {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(JSON.stringify([input.type.name, canonical(input.data)]));
  return hash.digest();
}

/** The same value with the names of every object in order, so that equal content has equal text. */
function canonical(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(canonical);
  // Pairs, not an object: a name such as `__proto__` must stay a name.
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, canonical(inner)]);
}
