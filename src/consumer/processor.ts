import { isErased } from '../event/internal.js';
import type { LogEvent } from '../event/event.js';
import type { EventModel } from '../event/model.js';
import type { EventOf, Meta, Processor } from './definition.js';
import { withDefaults, type ConsumerSpec } from './spec.js';

/** A processor that cannot be run as it is defined: the message says what to change. */
export class ProcessorError extends Error {
  override readonly name = 'ProcessorError';
}

/** The processors as they are run. Throws `ProcessorError` for the first thing that does not fit. */
export function readProcessors(processors: readonly Processor[], model: EventModel): ConsumerSpec[] {
  const names = new Set<string>();
  return processors.map((processor) => {
    const spec = readProcessor(processor, model);
    if (names.has(spec.name)) throw new ProcessorError(`Two processors are called "${spec.name}". Give each a name of its own: checkpoints are kept by it.`);
    names.add(spec.name);
    return spec;
  });
}

function readProcessor(processor: Processor, model: EventModel): ConsumerSpec {
  const { types: chosen, key, state, handle, onDue, ...options } = processor;
  const { name } = options;
  const wrong = (what: string): never => {
    throw new ProcessorError(`Processor "${name}": ${what}`);
  };
  if (!/^[a-z][a-z0-9_.-]{0,62}$/.test(name)) wrong('its name must be 1 to 63 of a-z, 0-9, "-", "_" and ".", beginning with a letter.');
  if (options.topics.length === 0) wrong('it reads no topic. Name at least one in `topics`.');
  const known = options.topics.flatMap((topic) => model.topics.get(topic)?.types ?? wrong(`there is no topic ${topic}. Known are: ${[...model.topics.keys()].join(', ')}.`));
  for (const type of chosen ?? []) if (!known.includes(type)) wrong(`${type} is not an event type of its topics. They have: ${known.join(', ')}.`);
  const spec = withDefaults(options);
  const range = (field: 'partitions' | 'batch' | 'maxAttempts' | 'timeoutMs' | 'maxParked' | 'maxLagMs', least: number, most: number): void => {
    const value = spec[field];
    if (!Number.isInteger(value) || value < least || value > most) wrong(`\`${field}\` must be a whole number from ${least} to ${most}, not ${value}.`);
  };
  range('partitions', 1, 64);
  range('batch', 1, 1_000);
  range('maxAttempts', 1, 100);
  range('timeoutMs', 1, 3_600_000);
  range('maxParked', 1, 1_000_000);
  range('maxLagMs', 1_000, Number.MAX_SAFE_INTEGER);
  if (!['at-most-once', 'at-least-once', 'exactly-once'].includes(spec.delivery)) wrong('`delivery` must be at-most-once, at-least-once or exactly-once.');
  if (state !== undefined && spec.delivery === 'at-most-once') wrong('an at-most-once processor keeps no state: it would not be written with the checkpoint. Choose at-least-once or exactly-once.');
  if (spec.shedAfterMs !== null && spec.delivery !== 'at-most-once') wrong('only an at-most-once processor may pass over what waited too long (`shedAfterMs`).');
  if (onDue !== undefined && state?.dueAt === undefined) wrong('`onDue` needs `state.dueAt`, which says when.');
  if (state !== undefined) {
    try {
      state.schema.parse(state.initial);
    } catch (error) {
      throw new ProcessorError(`Processor "${name}": \`state.initial\` does not fit \`state.schema\`: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return {
    ...spec, kind: 'processor', types: new Set(chosen ?? known), typesAreGiven: false, tenant: null, state: state ?? null,
    wants: () => true,
    laneOf: (event) => (key === undefined ? event.key : key(eventOf(event))),
    run: async (event, context) => {
      await handle(eventOf(event), context);
    },
    onDue: onDue === undefined ? null : async (context) => {
      await onDue(context);
    },
  };
}

const made = new WeakMap<LogEvent, EventOf<Record<string, object>>>();

/** The event as processors see it, made once: they share it, and it is frozen. */
function eventOf(event: LogEvent): EventOf<Record<string, object>> {
  let known = made.get(event);
  if (known === undefined) {
    const { id, topic, key, tenant, position, version, occurredAt, recordedAt, correlationId, causationId, traceparent } = event;
    const meta: Meta = { id, topic, key, tenant, position: String(position), version, occurredAt, recordedAt, correlationId, causationId, traceparent };
    known = Object.freeze({ ...(isErased(event) ? {} : event.payload), __typename: event.type, meta: Object.freeze(meta) });
    made.set(event, known);
  }
  return known;
}
