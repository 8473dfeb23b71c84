import type { Backoff } from '../consumer/definition.js';
import type { ConsumerSpec } from '../consumer/spec.js';
import { DEFAULTS, withDefaults } from '../consumer/spec.js';
import type { Registration } from '../consumer/store/consumers.js';
import { isErased } from '../event/internal.js';
import type { WebhookEndpoint } from './endpoint.js';
import { consumerOf, type Webhook } from './webhook.js';

/**
 * Waits of 5 s, 10 s, 20 s … up to an hour, each up to 30 % shorter: 82 attempts take 50 to 72 h. Then the event
 * is a dead letter, and the next of its key goes on.
 */
const MAX_ATTEMPTS = 82;
const BACKOFF = { firstMs: 5_000, maxMs: 60 * 60 * 1_000, jitter: 0.3 };
/** Events that a batch takes: small, so that what was delivered is soon written down, and little is sent again after a crash. */
const BATCH = 20;
/** Milliseconds of an attempt: longer than a request may take, with what a selection looks up. */
const ATTEMPT_WITHIN = 30_000;

/** What is written down of that consumer. `types`: what the webhook reads. */
export function registrationOf(webhook: Pick<Webhook, 'id' | 'tenant' | 'topics' | 'types' | 'startFrom'>, types: ReadonlySet<string>): Registration {
  const { id, tenant, topics, types: given, startFrom } = webhook;
  return { name: consumerOf({ id }), kind: 'webhook', delivery: 'at-least-once', topics, types, typesAreGiven: given !== null, tenant, from: startFrom, maxLagMs: DEFAULTS.maxLagMs };
}

/** The consumer that sends for a webhook. What it wants and where it sends may change while it runs; its lanes do not. `backoff`: in place of the usual waits. */
export function webhookConsumer(endpoint: WebhookEndpoint, backoff: Partial<Backoff> = {}): ConsumerSpec {
  const { webhook, reading } = endpoint;
  const registration = registrationOf(webhook, reading.types);
  const { name, topics, delivery, from } = registration;
  return {
    ...withDefaults({
      name, topics, delivery, from,
      partitions: webhook.concurrency, batch: BATCH, maxAttempts: MAX_ATTEMPTS, backoff: { ...BACKOFF, ...backoff }, timeoutMs: ATTEMPT_WITHIN,
    }),
    ...registration,
    // Nothing is left to send of an erased event.
    wants: (event) => !isErased(event) && endpoint.reading.matches(event),
    // Without order each event is alone: one that fails holds up no other.
    laneOf: webhook.order === 'KEY' ? (event) => event.key : (event) => event.id,
    // A fork has no effects.
    run: async (event, { signal, dryRun }) => {
      if (!dryRun) await endpoint.deliver(event, signal);
    },
    state: null,
    onDue: null,
  };
}
