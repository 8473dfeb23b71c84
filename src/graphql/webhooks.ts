import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';
import { FairSlots } from '../base/fair-slots.js';
import type { Backoff } from '../consumer/definition.js';
import { register } from '../consumer/store/consumers.js';
import type { Pool } from '../db/pool.js';
import type { LogEvent } from '../event/event.js';
import type { Hub } from '../hub/hub.js';
import type { Metrics } from '../observe/metrics.js';
import { parseAllowList } from '../webhook/allow-list.js';
import type { CircuitOptions } from '../webhook/circuit-breaker.js';
import { createSender } from '../webhook/sender.js';
import { traceRequests } from '../webhook/span.js';
import { sendTest } from '../webhook/test-event.js';
import { WebhookConsumers, type ConsumerHost } from '../webhook/webhook-consumers.js';
import type { OpenReading } from '../webhook/webhook.js';
import { Webhooks } from '../webhook/webhooks.js';

export interface WebhookSettings {
  /** Hosts and networks that may be sent to although they are not public. Default: none. */
  readonly allow?: readonly string[];
  /** Milliseconds for one request. Default 15 s. */
  readonly timeoutMs?: number;
  /** Milliseconds of nothing but failures after which a webhook is paused. Default 5 days. */
  readonly pauseAfterMs?: number;
  /** Milliseconds between looks for webhooks that other gateways have changed. Default 1 s. */
  readonly lookEvery?: number;
  /** Waits between attempts at one event. Default: 5 s, twice as long each time, at most an hour; 82 attempts. */
  readonly backoff?: Partial<Backoff>;
  /** When an endpoint is left alone for a while. Default: after 5 failures in a row, 30 s, twice as long each time, at most 10 min. */
  readonly circuit?: CircuitOptions;
}

/** Test requests under way at once, in all and of a tenant, and those that may wait for their turn; past it `OVERLOADED`. */
const TESTS = { total: 32, perName: 4, line: 100 };
const PAUSE_AFTER = 5 * 24 * 60 * 60 * 1_000;

export interface WebhookServiceOptions {
  readonly settings: WebhookSettings | undefined;
  /** Of the application: names the gateway in `source` of CloudEvents. */
  readonly name: string;
  readonly pool: Pool;
  /** Identifies this gateway: a uuid. */
  readonly gateway: string;
  readonly hub: Hub;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Undefined: this gateway runs none. */
  readonly consumers: () => ConsumerHost | undefined;
  readonly open: OpenReading;
}

/** Everything about webhooks: who manages them, and what sends. */
export interface WebhookService {
  readonly webhooks: Webhooks;
  /** Has those that there are run, in a while. */
  start(): void;
  /** Takes no more changes. */
  stop(): Promise<void>;
  /** When their consumers have stopped: ends the connections. */
  close(): Promise<void>;
}

/** Errors: `BAD_USER_INPUT` for an entry of `allow` that is none. */
export function createWebhooks({ settings = {}, name, pool, gateway, hub, metrics, log, consumers, open }: WebhookServiceOptions): WebhookService {
  const { allow = [], timeoutMs, pauseAfterMs = PAUSE_AFTER, ...rest } = settings;
  const sender = traceRequests(createSender({ allow, ...(timeoutMs === undefined ? {} : { timeoutMs }) }));
  const tests = new FairSlots({
    ...TESTS, full: () => new SluiceError('OVERLOADED', 'Too many webhooks are tested at present. Wait `retryAfterMs` and try again.', { retryAfterMs: 1_000 }),
  });
  const source = `urn:sluice:${encodeURIComponent(name)}`;
  const cursorOf = (event: LogEvent): string => hub.epochs.cursorOf(event);
  const host: ConsumerHost = {
    // Where none run they are written down all the same, so that they begin where they should.
    add: (spec) => consumers()?.add(spec) ?? pool.ask((sql) => register(sql, spec)),
    remove: (each) => consumers()?.remove(each) ?? Promise.resolve(),
    hint: () => consumers()?.hint(),
  };
  const running = new WebhookConsumers({
    pool, gateway, sender, metrics, log, source, pauseAfterMs, consumers: host, open, cursorOf, ...rest,
  });
  const webhooks = new Webhooks({
    pool, open, log, allow: parseAllowList(allow), onChange: () => running.look(),
    test: async (webhook, signal) => {
      const release = await tests.acquire(webhook.tenant, signal);
      return sendTest({ pool, sender, open, source, cursorOf, place: () => ({ position: hub.head, epoch: hub.epochs.present }) }, webhook, signal).finally(release);
    },
  });
  return { webhooks, start: () => running.start(), stop: () => running.stop(), close: () => running.stop().then(() => sender.close()) };
}
