import { z } from 'zod';
import { lowerFirst } from '../../graphql/derive/node.js';
import { CommandError } from '../exit-codes.js';
import { isDenied } from './denied.js';
import type { Endpoint } from './endpoint.js';
import { ask, persist, RefusedError } from './request.js';

/** `PublishOptions`, the same for every call of a command. */
export interface CallOptions {
  readonly correlationId?: string;
  readonly occurredAt?: string;
}

export interface Receipt {
  readonly eventId: string;
  readonly duplicate: boolean;
  readonly cursor: string;
}

export interface NewEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Publishes events in one call: all of them are stored, adjacent and in order, or none. */
export type Publish = (events: readonly NewEvent[], idempotencyKey: string) => Promise<readonly Receipt[]>;

const RECEIPTS = z.array(z.object({ eventId: z.string(), duplicate: z.boolean(), cursor: z.string() }));
const INPUTS = z.object({ inputFields: z.array(z.object({ name: z.string(), type: z.object({ name: z.string().nullable() }) })) }).nullable();

/**
 * Asks the gateway which event types it takes. What it gives repeats a call whose answer was lost, with its key, so that
 * nothing is stored twice. Errors: `CommandError`, of the call too; an unknown event type is `failed` before anything is sent, or by
 * the gateway when it does not show its schema.
 */
export async function connectPublisher(endpoint: Endpoint, options: CallOptions, onRetry: (error: CommandError) => void): Promise<Publish> {
  const fieldOf = await inputFields(endpoint);
  return async (events, idempotencyKey) => {
    const variables = { events: events.map((event) => ({ [fieldOf(event.type)]: event.data })), options: { ...options, idempotencyKey } };
    const answer = await persist(() => ask(endpoint, `mutation Publish($events: [PublishInput!]!, $options: PublishOptions) {
      receipts: publish(events: $events, options: $options) { eventId duplicate cursor }
    }`, variables), onRetry);
    return RECEIPTS.parse(answer.data['receipts']);
  };
}

/** By the name of an event type, its field of `PublishInput`. Where introspection is refused, which no publisher needs, as the names are derived. */
async function inputFields(endpoint: Endpoint): Promise<(type: string) => string> {
  let data: Readonly<Record<string, unknown>>;
  try {
    ({ data } = await ask(endpoint, '{ __type(name: "PublishInput") { inputFields { name type { name } } } }'));
  } catch (error) {
    // A bad token has a reason; with it nothing else is taken either.
    if (error instanceof RefusedError && isDenied(error.code) && error.extensions['reason'] === undefined) return lowerFirst;
    throw error;
  }
  const input = INPUTS.parse(data['__type']);
  if (input === null) throw new CommandError('failed', `${endpoint.url.href} is not the GraphQL of a Sluice gateway: it has no PublishInput.`);
  const fields = new Map(input.inputFields.map((field) => [(field.type.name ?? '').replace(/Input$/, ''), field.name]));
  return (type) => {
    const field = fields.get(type);
    if (field === undefined) throw new CommandError('failed', `there is no event type "${type}". Event types: ${[...fields.keys()].join(', ')}.`);
    return field;
  };
}
