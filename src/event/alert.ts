import type { LogEvent } from './event.js';
import { INTERNAL_TOPIC } from './internal.js';

/*
 * Internal: something that an administrator is to be told of. The key is the name of the consumer, the tenant that of who operates it. Every
 * payload has `consumer` and `webhook`, `{ id, name }` or null; the rest is below. They are written by drizzle/gateway/0009_alerts.sql.
 */

/** Retention has taken what the consumer had not read: `lost`, positions in all, up to the position `upto`. */
const CONSUMER_LAGGED = 'ConsumerLagged';
/** The consumer has paused itself: `reason`. */
export const CONSUMER_PAUSED = 'ConsumerPaused';
/** The consumer had no dead letters, and has: `position` and `type` of the first event. */
const DEAD_LETTERS_OPENED = 'DeadLettersOpened';
/** The gateway has stopped a webhook: `status`, PAUSED or DISABLED, and `reason`. */
const WEBHOOK_PAUSED = 'WebhookPaused';

export const ALERT_TYPES: readonly string[] = [CONSUMER_LAGGED, CONSUMER_PAUSED, DEAD_LETTERS_OPENED, WEBHOOK_PAUSED];

export type AlertKind = 'CONSUMER_LAGGED' | 'CONSUMER_PAUSED' | 'DEAD_LETTERS' | 'WEBHOOK_PAUSED' | 'WEBHOOK_DISABLED';

/** What an alert tells. */
export interface Alert {
  readonly kind: AlertKind;
  /** Name of the consumer, of a webhook as well. */
  readonly consumer: string;
  /** Null: it is about a processor. */
  readonly webhook: { readonly id: string; readonly name: string } | null;
  /** Why, in the words of who stopped it. */
  readonly reason: string | null;
  /** Of CONSUMER_LAGGED: positions in all, up to then. */
  readonly lost: number | null;
  /** Of DEAD_LETTERS: position of the first, as text. */
  readonly position: string | null;
  /** What it is and what to do, in plain words. */
  readonly message: string;
}

/** What an event tells an administrator; null for any other event, and for an alert that this release cannot read. */
export function alertOf({ topic, type, payload }: LogEvent): Alert | null {
  if (topic !== INTERNAL_TOPIC) return null;
  const { consumer } = payload;
  const webhook = webhookOf(payload['webhook']);
  if (typeof consumer !== 'string' || webhook === undefined) return null;
  const about = { consumer, webhook, reason: null, lost: null, position: null };
  const { reason, lost, position, status, type: of } = payload;
  const who = webhook === null ? `The consumer ${consumer}` : `The webhook ${JSON.stringify(webhook.name)}`;
  const resume = webhook === null ? `resumeConsumer(name: ${JSON.stringify(consumer)})` : `resumeWebhook(id: "${webhook.id}")`;
  switch (type) {
    case CONSUMER_LAGGED:
      return typeof lost !== 'number' ? null : {
        ...about, kind: 'CONSUMER_LAGGED', lost,
        message: `${who} is LAGGED: retention has taken ${lost.toLocaleString('en-US')} positions of the log before it came to them. What it did lacks their events; unless it is paused, it goes on with what is left. `
          + `Find out why it fell behind, rebuild what it makes if you can, and acknowledge it with ${resume}. Until then, while more is lost, there is one more of these alerts a day.`,
      };
    case CONSUMER_PAUSED:
      return typeof reason !== 'string' ? null : {
        ...about, kind: 'CONSUMER_PAUSED', reason,
        message: `${who} has paused itself: ${sentence(reason)} Its events wait, for as long as retention waits for a consumer. Mend what it names, then ${resume}.`,
      };
    case DEAD_LETTERS_OPENED:
      return typeof position !== 'string' || typeof of !== 'string' ? null : {
        ...about, kind: 'DEAD_LETTERS', position,
        message: `${who} has given up on an event, ${of} at position ${position}. Others that follow are not told while there is one. deadLetters(where: { consumer: [${JSON.stringify(consumer)}] }) shows why: replay or discard them.`,
      };
    case WEBHOOK_PAUSED:
      if (typeof reason !== 'string' || webhook === null || (status !== 'PAUSED' && status !== 'DISABLED')) return null;
      return {
        ...about, reason, kind: status === 'PAUSED' ? 'WEBHOOK_PAUSED' : 'WEBHOOK_DISABLED',
        message: `${who} is ${status === 'PAUSED' ? 'paused' : 'disabled'}: ${sentence(reason)} Its events wait, for as long as retention waits for a consumer. `
          + `Mend the endpoint${status === 'PAUSED' ? '' : ', or give it another URL or delete it'}; testWebhook(id: "${webhook.id}") says whether it works, ${resume} goes on where it stopped.`,
      };
    default:
      return null;
  }
}

function webhookOf(value: unknown): Alert['webhook'] | undefined {
  if (value === null) return null;
  const { id, name } = (value ?? {}) as { readonly id?: unknown; readonly name?: unknown };
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : undefined;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
