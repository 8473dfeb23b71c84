import { z } from 'zod';
import type { Endpoint } from '../events/endpoint.js';
import { ask } from '../events/request.js';

/** Consumers of one request. */
const PAGE = 500;

const CONSUMER = z.object({
  name: z.string(), kind: z.string(), delivery: z.string(), topics: z.array(z.string()), types: z.array(z.string()), tenant: z.string().nullable(), forkOf: z.string().nullable(),
  status: z.string(), statusReason: z.string().nullable(), statusBy: z.string().nullable(), statusAt: z.string(),
  startPosition: z.string(), endPosition: z.string().nullable(), createdAt: z.string(), gateways: z.number(),
  lag: z.object({ events: z.number(), ms: z.number(), source: z.string() }),
  rates: z.object({ delivered: z.number(), failed: z.number(), error: z.number().nullable(), added: z.number() }),
  etaMs: z.number().nullable(),
  counts: z.object({
    delivered: z.number(), skipped: z.number(), discarded: z.number(), failed: z.number(), late: z.number(), dead: z.number(), retrying: z.number(), waiting: z.number(), lost: z.number(),
  }),
  lostAt: z.string().nullable(), laggedSince: z.string().nullable(), paused: z.boolean(),
});

const DETAILED = CONSUMER.extend({
  slots: z.array(z.object({
    slot: z.number(), position: z.string(), watermark: z.string().nullable(), owner: z.string().nullable(),
    delivered: z.number(), skipped: z.number(), discarded: z.number(), failed: z.number(), late: z.number(),
  })),
  actions: z.array(z.object({ id: z.string(), action: z.string(), principal: z.string().nullable(), reason: z.string().nullable(), details: z.unknown(), at: z.string() })),
});

export type Consumer = z.infer<typeof CONSUMER>;
export type DetailedConsumer = z.infer<typeof DETAILED>;

const FIELDS = `name kind delivery topics types tenant forkOf status statusReason statusBy statusAt startPosition endPosition createdAt gateways
  lag { events ms source } rates { delivered failed error added } etaMs counts { delivered skipped discarded failed late dead retrying waiting lost } lostAt laggedSince paused`;

/** All that the caller may operate, by name. Errors: those of `ask`. */
export async function readConsumers(endpoint: Endpoint, signal?: AbortSignal): Promise<Consumer[]> {
  const found: Consumer[] = [];
  for (;;) {
    const { data } = await ask(endpoint, `query($first: Int!, $after: ID) { consumers(first: $first, after: $after) { ${FIELDS} } }`, { first: PAGE, after: found.at(-1)?.name ?? null }, signal);
    const page = z.array(CONSUMER).parse(data['consumers']);
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/** One of them with its slots and the last 20 decisions, or null. Errors: those of `ask`. */
export async function readConsumer(endpoint: Endpoint, name: string): Promise<DetailedConsumer | null> {
  const { data } = await ask(endpoint, `query($name: ID!) { consumer(name: $name) {
    ${FIELDS} slots { slot position watermark owner delivered skipped discarded failed late } actions { id action principal reason details at } } }`, { name });
  return DETAILED.nullable().parse(data['consumer']);
}

const CHANGES = {
  pause: 'pauseConsumer(name: $name, reason: $reason) { consumer { name } }',
  resume: 'resumeConsumer(name: $name, reason: $reason) { consumer { name } }',
  reset: 'resetConsumer(name: $name, to: $to, discardDeadLetters: $discard, reason: $reason) { position deadLetters parked keys }',
  fork: 'forkConsumer(name: $name, label: $label, from: $from, until: $until, reason: $reason) { consumer { name } }',
  delete: 'deleteConsumer(name: $name, discardDeadLetters: $discard, reason: $reason) { names deadLetters }',
} as const;

const VARIABLES: Readonly<Record<string, string>> = { name: 'ID!', reason: 'String', to: 'ConsumerPlaceInput!', discard: 'Boolean!', label: 'String!', from: 'ConsumerPlaceInput!', until: 'ConsumerPlaceInput' };

export type Change = keyof typeof CHANGES;

/** Changes one. Gives what the mutation answers. It is not repeated: whether a change whose answer was lost was made, `show` says. Errors: those of `ask`. */
export async function changeConsumer<T>(endpoint: Endpoint, change: Change, variables: Readonly<Record<string, unknown>>, answer: z.ZodType<T>): Promise<T> {
  const field = CHANGES[change];
  const used = Object.entries(VARIABLES).filter(([name]) => field.includes(`$${name}`)).map(([name, type]) => `$${name}: ${type}`);
  const { data } = await ask(endpoint, `mutation(${used.join(', ')}) { done: ${field} }`, variables);
  return answer.parse(data['done']);
}
