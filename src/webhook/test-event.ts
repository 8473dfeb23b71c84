import { newEventId } from '../event/event-id.js';
import type { LogEvent } from '../event/event.js';
import { INTERNAL_TOPIC } from '../event/internal.js';
import type { Webhook } from './webhook.js';

/** What `testWebhook` sends: of no topic, at no place in the log. */
export const TEST_TYPE = 'sluice.test';

/** `position` and `epoch` are of the head: what its cursor names. */
export function createTestEvent({ id, name, tenant }: Webhook, { position, epoch }: Pick<LogEvent, 'position' | 'epoch'>): LogEvent {
  const now = new Date();
  return {
    position, epoch, id: newEventId(), tenant, topic: INTERNAL_TOPIC, type: TEST_TYPE, key: id, version: 1, payload: { webhook: name },
    occurredAt: now, recordedAt: now, correlationId: null, causationId: null, traceparent: null, size: 0,
  };
}
