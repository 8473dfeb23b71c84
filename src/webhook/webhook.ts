import type { LogEvent } from '../event/event.js';

export type WebhookFormat = 'CLOUDEVENTS' | 'PLAIN';
/** `KEY`: the events of a key one after the other. `NONE`: all as they come, so that one that fails holds up no other. */
export type WebhookOrder = 'KEY' | 'NONE';
/** `ENABLED` is sent to. `PAUSED` by somebody, or by the gateway for its failures. `DISABLED`: the endpoint has said that it is gone. */
export type WebhookStatus = 'ENABLED' | 'PAUSED' | 'DISABLED';

/** What requests are signed with. */
export interface WebhookSecret {
  /** `whsec_…` */
  readonly secret: string;
  /** Null: until it is replaced. */
  readonly until: Date | null;
}

/** What a webhook is sent of the events: what whoever makes it says of them. */
export interface WebhookSelection {
  readonly tenant: string;
  readonly topics: readonly string[];
  /** Event types; null: all of the topics. */
  readonly types: readonly string[] | null;
  /** A filter as `where` of a subscription takes it, as JSON; null: every event. */
  readonly where: Readonly<Record<string, unknown>> | null;
  /** GraphQL, as below `node` of `events`; null: all that is stored. */
  readonly selection: string | null;
}

/** Where events are sent to. Its secrets and values of its headers are for requests alone. */
export interface Webhook extends WebhookSelection {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly format: WebhookFormat;
  readonly order: WebhookOrder;
  /** Where it begins. */
  readonly startFrom: 'now' | 'beginning';
  /** Requests under way at once, of one gateway. */
  readonly concurrency: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The newest first. */
  readonly secrets: readonly WebhookSecret[];
  readonly status: WebhookStatus;
  /** Why it does not run; null: it does, or nobody said. */
  readonly statusReason: string | null;
  /** Name of the principal that stopped it; null: it runs, or the gateway has. */
  readonly statusBy: string | null;
  readonly statusAt: Date;
  /** The endpoint is left alone until then, by gateways that have not found that out by themselves; null: it is not. */
  readonly heldUntil: Date | null;
  /** Since when nothing but failures, to some seconds. */
  readonly failingSince: Date | null;
  readonly lastError: string | null;
  /** To about a minute. */
  readonly lastDeliveredAt: Date | null;
  /** Name of the principal that made it. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change, of whichever webhook. */
  readonly revision: number;
}

/** What a webhook reads, in the schema of this gateway. */
export interface Reading {
  readonly types: ReadonlySet<string>;
  matches(event: LogEvent): boolean;
  /** What is sent of an event. Throws when a part of it could not be had. */
  payloadOf(event: LogEvent, signal: AbortSignal): Promise<unknown>;
}

/** Opens what a webhook reads. Errors: `BAD_USER_INPUT` when this gateway's schema does not have it, or no webhook may read it. */
export type OpenReading = (what: WebhookSelection & { readonly id: string }) => Reading;

/** Name of the consumer that sends. */
export function consumerOf({ id }: { readonly id: string }): string {
  return `webhook:${id}`;
}

/** The secrets that sign at this moment (milliseconds since 1970), the newest first. */
export function signingSecrets({ secrets }: Pick<Webhook, 'secrets'>, now: number): string[] {
  return secrets.filter(({ until }) => until === null || until.getTime() > now).map(({ secret }) => secret);
}
