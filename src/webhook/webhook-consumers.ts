import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';
import { Bell, settled } from '../base/signal.js';
import type { Backoff } from '../consumer/definition.js';
import type { ConsumerSpec } from '../consumer/spec.js';
import { raiseRevisions } from '../consumer/store/consumers.js';
import { isUnavailable } from '../db/connect.js';
import { webhookConsumer } from './consumer.js';
import { LOOK_EVERY, WebhookEndpoint, type EndpointMeans } from './endpoint.js';
import { dropStrays, readChanges, readLook, type NotedPause } from './store.js';
import { consumerOf, type OpenReading, type Webhook } from './webhook.js';

const STOP_WITHIN = 1_000;
/** Webhooks that are begun with, or told of, at once. */
const AT_ONCE = 8;

/** What runs consumers. */
export interface ConsumerHost {
  /** Resolves when it is written down: what is published from then on is its. */
  add(spec: ConsumerSpec): Promise<void>;
  remove(name: string): Promise<void>;
  /** Something was decided about a consumer. */
  hint(): void;
}

export interface WebhookConsumersOptions extends EndpointMeans {
  readonly consumers: ConsumerHost;
  readonly open: OpenReading;
  /** In place of the usual waits between attempts. */
  readonly backoff?: Partial<Backoff>;
}

/**
 * Has the consumers of all webhooks run on this gateway, as they are at present: it looks for changes, and for endpoints that others leave
 * alone, every second, and when it is told of one. Others are told then what they could not be told before. A webhook that this gateway's schema does not have is left to others; its events wait.
 */
export class WebhookConsumers {
  readonly #options: WebhookConsumersOptions;
  readonly #log: Logger;
  readonly #running = new Map<string, WebhookEndpoint>();
  readonly #bell = new Bell();
  /** Consumers that wait for endpoints which need not be left alone any more; kept until they were told. */
  readonly #released = new Set<string>();
  #revision = -1;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;
  #loop: Promise<void> | undefined;

  constructor(options: WebhookConsumersOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /** Begins with those that there are, and looks for changes from then on. With thousands it takes a while: nobody waits for it, since they are written down. */
  start(): void {
    this.#loop = this.#run();
    this.#bell.ring();
  }

  /** Takes no more changes. What it has asked the database is waited for a second, no longer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#bell.ring();
    await settled(Promise.allSettled([this.#loop, this.#looking]), STOP_WITHIN);
  }

  /** Takes what has changed; one look after the other. Errors: the driver's own. */
  look(): Promise<void> {
    const begin = (): Promise<void> => (this.#stopped ? Promise.resolve() : this.#look());
    // What went wrong with the one before is told to who asked for it.
    this.#looking = this.#looking.then(begin, begin);
    return this.#looking;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#bell.wait(this.#options.lookEvery ?? LOOK_EVERY);
      if (this.#stopped) return;
      try {
        await this.look();
      } catch (error) {
        this.#log[isUnavailable(error) ? 'debug' : 'error']({ err: error }, 'webhooks could not be read; they run as they were known last');
      }
    }
  }

  async #look(): Promise<void> {
    const { pool, gateway, metrics } = this.#options;
    const { revision, pauses } = await pool.ask((sql) => readLook(sql, gateway));
    const noted = new Map<string, NotedPause[]>();
    for (const pause of pauses) noted.set(pause.id, [...(noted.get(pause.id) ?? []), pause]);
    if (revision !== this.#revision) await this.#takeChanges(revision, noted);
    for (const pause of pauses) this.#running.get(pause.id)?.learn(pause);
    await this.#each([...this.#running.values()].filter(({ isUntold }) => isUntold), (endpoint) => endpoint.tell());
    metrics.webhooksHeld.set([...this.#running.values()].filter(({ isHeld }) => isHeld).length);
  }

  async #takeChanges(revision: number, noted: ReadonlyMap<string, readonly NotedPause[]>): Promise<void> {
    const { pool, consumers } = this.#options;
    const changes = await pool.ask((sql) => readChanges(sql, this.#revision));
    for (const [id, endpoint] of this.#running) {
      if (changes.ids.has(id)) continue;
      this.#running.delete(id);
      await consumers.remove(consumerOf(endpoint.webhook));
    }
    await this.#each(changes.changed.filter(({ id }) => changes.ids.has(id)), (webhook) => this.#take(webhook, noted.get(webhook.id) ?? []));
    if (this.#stopped) return;
    if (this.#released.size > 0) {
      await pool.ask((sql) => raiseRevisions(sql, [...this.#released]));
      this.#released.clear();
    }
    // Of webhooks that were deleted while another gateway was about to begin with them.
    await pool.ask(dropStrays);
    this.#revision = revision;
    consumers.hint();
  }

  /** Until it stops, so many at once. Errors: the first of `work`'s, when what was begun has ended. */
  async #each<T>(waiting: T[], work: (item: T) => Promise<void>): Promise<void> {
    const takeNext = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined && !this.#stopped; item = waiting.shift()) await work(item);
    };
    const taken = await Promise.allSettled(Array.from({ length: AT_ONCE }, takeNext));
    for (const each of taken) if (each.status === 'rejected') throw each.reason;
  }

  async #take(webhook: Webhook, pauses: readonly NotedPause[]): Promise<void> {
    const { consumers, open } = this.#options;
    const running = this.#running.get(webhook.id);
    let reading;
    try {
      reading = open(webhook);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      this.#log.warn({ webhook: webhook.id, name: webhook.name, tenant: webhook.tenant, reason: error.message }, 'a webhook cannot be sent to by this gateway: its events wait');
      this.#running.delete(webhook.id);
      if (running !== undefined) await consumers.remove(consumerOf(webhook));
      return;
    }
    if (running !== undefined && specOf(running.webhook, running.reading.types) === specOf(webhook, reading.types)) {
      if (running.replace(webhook, reading)) this.#released.add(consumerOf(webhook));
      return;
    }
    if (running !== undefined) await consumers.remove(consumerOf(webhook));
    const endpoint = new WebhookEndpoint(this.#options, webhook, reading);
    for (const pause of pauses) endpoint.learn(pause);
    await consumers.add(webhookConsumer(endpoint, this.#options.backoff));
    this.#running.set(webhook.id, endpoint);
  }
}

/** What of a webhook its consumer is made with: another one is another consumer to the host. */
function specOf({ topics, concurrency }: Webhook, types: ReadonlySet<string>): string {
  return JSON.stringify([topics, [...types].sort(), concurrency]);
}
