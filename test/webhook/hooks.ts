import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import type { Gateway, GatewayOptions } from '../../src/gateway.js';
import { createGateways, query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { createSink, type SinkRequest } from './sink.js';

/** As `Webhook` of GraphQL has it, as far as the tests look. */
export interface ShownWebhook {
  readonly id: string;
  readonly name: string;
  readonly secret: string | null;
  readonly status: string;
  readonly statusReason: string | null;
  readonly heldUntil: string | null;
  readonly failingSince: string | null;
  readonly lastError: string | null;
  readonly consumer: string;
}

const FIELDS = 'id name url topics types where selection format order headerNames concurrency status statusReason statusBy heldUntil failingSince lastError lastDeliveredAt problem secret oldSecretsUntil consumer createdBy';

/** The body of a CloudEvent. */
export interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly traceparent?: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

export const cloudEvent = (request: SinkRequest | undefined): CloudEvent => JSON.parse(request?.body ?? 'null') as CloudEvent;
/** `webhook-id` of each. */
export const ids = (requests: readonly SinkRequest[]): unknown[] => requests.map(({ headers }) => headers['webhook-id']);

/** Whether a receiver that has this secret believes the request. */
export function isSignedWith(secret: string, { body, headers }: SinkRequest): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** Attempts follow each other soon, leases are short, and the endpoint is on loopback. */
export const SOON: Partial<GatewayOptions> = {
  consumers: { leaseMs: 1_000 },
  webhooks: { allow: ['127.0.0.1'], timeoutMs: 2_000, lookEvery: 100, backoff: { firstMs: 50, maxMs: 200, jitter: 0 }, circuit: { failures: 50, firstPauseMs: 200, longestPauseMs: 500 } },
};

/** A database for gateways, and an endpoint on loopback. */
export async function createHooks() {
  const gateways = await createGateways();
  const sink = await createSink();
  const call = async <T>(gateway: { readonly url: string }, text: string, variables: object): Promise<T> => {
    const { data, errors } = await query<{ result: T }>(gateway.url, text, variables);
    if (!data) throw new Error(errors?.map(({ message, extensions }) => `${String(extensions['code'])}: ${message}`).join('\n'));
    return data.result;
  };
  return {
    ...gateways, sink, call,
    start: (options: Partial<GatewayOptions> = {}): Promise<Gateway> => gateways.start({ ...SOON, ...options, webhooks: { ...SOON.webhooks, ...options.webhooks } }),
    /** In a process of its own. */
    spawnHere: () => gateways.spawn({ env: { SLUICE_WEBHOOK_ALLOW: '127.0.0.1' } }),
    create: (gateway: { readonly url: string }, input: object) => call<ShownWebhook & { readonly secret: string }>(gateway, `mutation($input: CreateWebhookInput!) { result: createWebhook(input: $input) { ${FIELDS} } }`, { input }),
    update: (gateway: { readonly url: string }, id: string, input: object) => call<ShownWebhook>(gateway, `mutation($id: ID!, $input: UpdateWebhookInput!) { result: updateWebhook(id: $id, input: $input) { ${FIELDS} } }`, { id, input }),
    /** `pauseWebhook` and the like, with the id alone. */
    change: (gateway: { readonly url: string }, field: string, id: string) => call<ShownWebhook>(gateway, `mutation($id: ID!) { result: ${field}(id: $id) { ${FIELDS} } }`, { id }),
    rotate: (gateway: { readonly url: string }, id: string, overlapSeconds?: number) =>
      call<ShownWebhook & { readonly secret: string }>(gateway, `mutation($id: ID!, $overlapSeconds: Int! = 86400) { result: rotateWebhookSecret(id: $id, overlapSeconds: $overlapSeconds) { ${FIELDS} } }`, { id, ...(overlapSeconds === undefined ? {} : { overlapSeconds }) }),
    test: (gateway: { readonly url: string }, id: string) => call<{ delivered: boolean; status: number | null; reason: string | null; body: string | null; sample: string | null }>(gateway, 'mutation($id: ID!) { result: testWebhook(id: $id) { delivered status reason body sample ms } }', { id }),
    show: (gateway: { readonly url: string }, id: string) => call<ShownWebhook>(gateway, `query($id: ID!) { result: webhook(id: $id) { ${FIELDS} } }`, { id }),
    /** Events of the internal topic that tell that a webhook was stopped, once there are some. */
    alerts: (consumer: string) => waitFor(async () => {
      const found = await gateways.sql<{ key: string; payload: Record<string, unknown> }[]>`SELECT key, payload FROM sluice.events WHERE topic = '_sluice' AND type = 'WebhookPaused' AND key = ${consumer} ORDER BY position`;
      return found.length > 0 ? [...found] : null;
    }, { what: 'an alert' }),
    /** Waits until the consumer has written down that so many events are done. */
    delivered: (hook: { readonly consumer: string }, count: number, timeoutMs = 10_000) => waitFor(async () => {
      const [row] = await gateways.sql<{ delivered: number }[]>`SELECT sum(delivered)::int AS delivered FROM sluice.consumer_slots WHERE consumer = ${hook.consumer}`;
      return (row?.delivered ?? 0) >= count;
    }, { timeoutMs, what: `${count} deliveries of ${hook.consumer}` }),
    async close() {
      await sink.close();
      await gateways.close();
    },
  };
}

export type Hooks = Awaited<ReturnType<typeof createHooks>>;

/** Publishes notes in one call, in order; gives their ids. */
export async function note(gateway: { readonly url: string }, keys: readonly string[]): Promise<string[]> {
  const events = keys.map((noteId, number) => ({ noted: { noteId, number, author: 'ann' } }));
  const { data, errors } = await query<{ publish: { eventId: string }[] }>(gateway.url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { eventId } }', { events });
  expect(errors).toBeUndefined();
  return (data?.publish ?? []).map(({ eventId }) => eventId);
}

