import { SluiceError } from '../base/error.js';
import type { Pool } from '../db/pool.js';
import { newEventId } from '../event/event-id.js';
import type { LogEvent } from '../event/event.js';
import { INTERNAL_TOPIC, isErased } from '../event/internal.js';
import { readRange } from '../log/read.js';
import { addressOf } from './endpoint.js';
import { createMessage } from './message.js';
import type { Outcome, Sender } from './sender.js';
import type { OpenReading, Reading, Webhook } from './webhook.js';

/** What `testWebhook` sends: no receiver takes it for an event that has happened now. */
export const TEST_TYPE = 'sluice.test';
/** Positions of the log, back from the head, among which an event for a test is looked for; and of its topics and types so many, and 4 MiB of payload. */
const POSITIONS = 10_000;
const CANDIDATES = 100;

type Place = Pick<LogEvent, 'position' | 'epoch'>;

export interface TestMeans {
  readonly pool: Pool;
  readonly sender: Sender;
  readonly open: OpenReading;
  /** Of the head. */
  readonly place: () => Place;
  readonly cursorOf: (event: LogEvent) => string;
  readonly source: string;
}

/** What became of a test. */
export interface WebhookTest {
  readonly outcome: Outcome;
  /** Position of the event that it was made from; null: none was found, or looked for. */
  readonly sample: number | null;
}

/** An event of no topic, at no place in the log. `place` is of the head: what its cursor names. */
export function createTestEvent({ id, name, tenant }: Webhook, { position, epoch }: Place): LogEvent {
  const now = new Date();
  return {
    position, epoch, id: newEventId(), tenant, topic: INTERNAL_TOPIC, type: TEST_TYPE, key: id, version: 1, payload: { webhook: name },
    occurredAt: now, recordedAt: now, correlationId: null, causationId: null, traceparent: null, size: 0,
  };
}

/**
 * Sends one event now: the latest that the webhook would have been sent, as it would be sent at present, but of type `sluice.test` and with an id of its
 * own. It is looked for among the latest 100 events of its topics and types, as far as they are in the last 10,000 positions of the log and have 4 MiB of payload. When there is none,
 * `{ webhook: <name> }`, of which a selection selects nothing. What cannot be sent (its selection fails, or this gateway's schema lacks something) is `refused`. Errors: the driver's own.
 */
export async function sendTest({ pool, sender, open, place, cursorOf, source }: TestMeans, webhook: Webhook, signal: AbortSignal): Promise<WebhookTest> {
  const began = performance.now();
  const { format, selection } = webhook;
  const at = place();
  let event = createTestEvent(webhook, at);
  let data: unknown = selection === null ? event.payload : {};
  let position: number | null = null;
  try {
    const reading = open(webhook);
    const sample = await findSample(pool, webhook, reading, at.position);
    if (sample !== null) {
      ({ position } = sample);
      data = await reading.payloadOf(sample, signal);
      event = { ...sample, id: event.id, type: TEST_TYPE, traceparent: null };
    }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { outcome: { kind: 'refused', reason: `Nothing was sent. ${error.message}`, lookedUp: false, ms: Math.round(performance.now() - began) }, sample: position };
  }
  return { outcome: await sender.send(addressOf(webhook), createMessage(event, { format, data, source, cursor: cursorOf(event) }), signal), sample: position };
}

async function findSample(pool: Pool, { tenant, topics }: Webhook, reading: Reading, head: number): Promise<LogEvent | null> {
  const range = { low: head - POSITIONS, high: head, limit: CANDIDATES, backward: true };
  const found = await pool.ask((sql) => readRange(sql, range, tenant, { topics, types: [...reading.types], keys: null }));
  return found.find((event) => !isErased(event) && reading.matches(event)) ?? null;
}
