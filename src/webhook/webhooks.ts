import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { checkName } from '../auth/api-keys.js';
import { SluiceError } from '../base/error.js';
import type { Pool } from '../db/pool.js';
import { registerIn } from '../consumer/store/consumers.js';
import { badInput, checkJson, checkReason } from '../event/limits.js';
import type { AllowList } from './allow-list.js';
import { registrationOf } from './consumer.js';
import { checkHeaders } from './headers.js';
import { newSecret } from './signature.js';
import { changing, countDeadLetters, deleteWebhook, findWebhook, insertWebhook, listWebhooks, noteAction, setStatus, writeWebhook, type Changeable } from './store.js';
import type { WebhookTest } from './test-event.js';
import { validateWebhook } from './validate.js';
import type { OpenReading, Reading, Webhook, WebhookFormat, WebhookOrder } from './webhook.js';

/** Requests under way at once, where nothing else is said. */
const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 64;
/** Topics, and event types, that one may name. */
const MAX_NAMES = 1_000;
/** Characters of `where` as JSON, and of a selection. */
const MAX_TEXT = 64 * 1_024;
/** Secrets that sign at once. Each makes every request longer. */
const MAX_SECRETS = 4;
/** Seconds for which a secret that was replaced signs on, and the most. */
const DEFAULT_OVERLAP = 24 * 60 * 60;
const MAX_OVERLAP = 30 * 24 * 60 * 60;

/** What can be said of a webhook. Left out or (where that is no value) null: the default, or as it is. */
export interface WebhookParts {
  readonly name?: string | null;
  readonly url?: string | null;
  readonly topics?: readonly string[] | null;
  /** Null: all of the topics. */
  readonly types?: readonly string[] | null;
  /** Null: every event. */
  readonly where?: unknown;
  /** Null: all that is stored. */
  readonly selection?: string | null;
  readonly format?: WebhookFormat | null;
  /** By name. */
  readonly headers?: unknown;
  readonly concurrency?: number | null;
}

export interface CreateWebhook extends WebhookParts {
  readonly name: string;
  readonly url: string;
  readonly topics: readonly string[];
  readonly order?: WebhookOrder | null;
  readonly from?: 'NOW' | 'BEGINNING' | null;
  /** Default: one is made. */
  readonly secret?: string | null;
}

/** Who asks, for which webhook of its tenant. */
export interface Asked {
  readonly tenant: string;
  /** Name of the principal. */
  readonly by: string;
  readonly id: string;
}

export interface WithSecret {
  readonly webhook: Webhook;
  /** Shown by this alone. */
  readonly secret: string;
}

export interface WebhooksOptions {
  readonly pool: Pool;
  readonly allow: AllowList;
  readonly open: OpenReading;
  /** Sends a test event now. */
  readonly test: (webhook: Webhook, signal: AbortSignal) => Promise<WebhookTest>;
  /** Has this gateway take a change at once, as others do within a second. */
  readonly onChange: () => Promise<void>;
  readonly log: Logger;
}

/** Makes and changes webhooks on behalf of a caller, in the caller's tenant. Errors of all: `BAD_USER_INPUT`; the driver's own. */
export class Webhooks {
  readonly #options: WebhooksOptions;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** When it answers, every event that is published later is sent. Errors: `CONFLICT` when the name is taken or the tenant has too many. */
  async create({ tenant, by }: Omit<Asked, 'id'>, { secret: given, order, from, ...parts }: CreateWebhook): Promise<WithSecret> {
    const id = randomUUID();
    const secret = given ?? newSecret();
    const whole = merge({ name: parts.name, url: parts.url, topics: parts.topics, types: null, where: null, selection: null, format: 'CLOUDEVENTS', concurrency: DEFAULT_CONCURRENCY, headers: {}, secrets: [{ secret, until: null }] }, parts);
    const { types } = this.#check({ ...whole, id, tenant }, secret);
    const hook = { ...whole, id, tenant, order: order ?? 'KEY', startFrom: from === 'BEGINNING' ? 'beginning' : 'now', createdBy: by } as const;
    await changing(this.#options.pool, async (sql, revision) => {
      await insertWebhook(sql, hook, revision);
      // With the webhook or not at all: what is published from now on is its, whoever sends it and whenever they begin.
      await registerIn(sql, registrationOf(hook, types));
      await noteAction(sql, hook, 'create', by, { name: hook.name });
    });
    await this.#changed();
    return { webhook: await this.get(tenant, id), secret };
  }

  /** Holds from the next request on; what was sent or passed over before stays so. Errors: `CONFLICT` when the name is taken. */
  async update(asked: Asked, parts: WebhookParts): Promise<Webhook> {
    await this.#change(asked, async (sql, hook, revision) => {
      const whole = merge(hook, parts);
      this.#check({ ...whole, id: hook.id, tenant: hook.tenant });
      await writeWebhook(sql, hook, whole, revision);
      await noteAction(sql, hook, 'update', asked.by, { changed: Object.keys(parts).filter((part) => parts[part as keyof WebhookParts] !== undefined) });
    });
    return this.get(asked.tenant, asked.id);
  }

  /** Sends nothing more; events wait in the log, for as long as retention waits for a consumer. */
  async pause(asked: Asked, reason: string | null): Promise<Webhook> {
    checkReason(reason);
    await this.#change(asked, (sql, { id }) => setStatus(sql, id, 'PAUSED', reason, asked.by));
    return this.get(asked.tenant, asked.id);
  }

  /** Goes on where it stopped, also when the gateway had paused or disabled it. */
  async resume(asked: Asked): Promise<Webhook> {
    await this.#change(asked, (sql, { id }) => setStatus(sql, id, 'ENABLED', null, asked.by));
    return this.get(asked.tenant, asked.id);
  }

  /**
   * A new secret signs; those before it as well, for `overlapSeconds` (24 h): receivers change over meanwhile. 0: they end at
   * once. Errors: `CONFLICT` when four sign already.
   */
  async rotateSecret(asked: Asked, { secret: given = null, overlapSeconds = DEFAULT_OVERLAP }: { readonly secret?: string | null; readonly overlapSeconds?: number }): Promise<WithSecret> {
    if (!(Number.isInteger(overlapSeconds) && overlapSeconds >= 0 && overlapSeconds <= MAX_OVERLAP)) throw badInput(`\`overlapSeconds\` must be 0 to ${MAX_OVERLAP} (30 days), not ${overlapSeconds}.`);
    const secret = given ?? newSecret();
    if (given !== null) validateWebhook({ secret }, this.#options.allow);
    await this.#change(asked, async (sql, hook, revision) => {
      const now = Date.now();
      const end = now + overlapSeconds * 1_000;
      const old = hook.secrets.map((each) => ({ secret: each.secret, until: new Date(Math.min(each.until?.getTime() ?? end, end)) })).filter(({ until }) => until.getTime() > now);
      if (old.some((each) => each.secret === secret)) throw badInput('The secret signs already. Give another, or leave it out: then one is made.');
      if (old.length >= MAX_SECRETS) throw new SluiceError('CONFLICT', `${old.length} secrets sign at present. Wait until the oldest has ended, or rotate with \`overlapSeconds: 0\`, which ends them at once.`);
      await writeWebhook(sql, hook, { ...hook, secrets: [{ secret, until: null }, ...old] }, revision);
      await noteAction(sql, hook, 'rotate-secret', asked.by, { overlapSeconds });
    });
    return { webhook: await this.get(asked.tenant, asked.id), secret };
  }

  /** With what waits. Gives it as it was. Errors: `CONFLICT` when it has dead letters and they are not to be discarded. */
  async delete(asked: Asked, discardDeadLetters: boolean): Promise<Webhook> {
    return this.#change(asked, async (sql, hook) => {
      const deadLetters = await countDeadLetters(sql, hook);
      if (deadLetters > 0 && !discardDeadLetters) throw new SluiceError('CONFLICT', `${hook.name} has ${deadLetters} dead ${deadLetters === 1 ? 'letter' : 'letters'}, which would be gone. Discard them first, or delete with \`discardDeadLetters: true\`. Nothing was changed.`);
      await deleteWebhook(sql, hook);
      await noteAction(sql, hook, 'delete', asked.by, { name: hook.name, deadLetters });
      return hook;
    });
  }

  /** Sends one event of type `sluice.test` now, also when it is paused, with what is sent of the latest that it would have got; tells what became of it. */
  async test({ tenant, id }: Omit<Asked, 'by'>, signal: AbortSignal): Promise<WebhookTest> {
    return this.#options.test(await this.get(tenant, id), signal);
  }

  get(tenant: string, id: string): Promise<Webhook> {
    return this.#options.pool.ask((sql) => findWebhook(sql, tenant, id));
  }

  list(page: { readonly tenant: string; readonly first?: number; readonly after?: string | null }): Promise<Webhook[]> {
    return this.#options.pool.ask((sql) => listWebhooks(sql, page));
  }

  /** Why this gateway cannot send for it; null: it can. */
  problem(webhook: Webhook): string | null {
    try {
      this.#options.open(webhook);
      return null;
    } catch (error) {
      if (error instanceof SluiceError) return error.message;
      throw error;
    }
  }

  async #change<T>({ tenant, id }: Asked, work: (sql: Parameters<typeof findWebhook>[0] & Parameters<typeof setStatus>[0], webhook: Webhook, revision: number) => Promise<T>): Promise<T> {
    const result = await changing(this.#options.pool, async (sql, revision) => work(sql, await findWebhook(sql, tenant, id), revision));
    await this.#changed();
    return result;
  }

  /** It is stored: whatever goes wrong here, the next look of a gateway finds it. */
  async #changed(): Promise<void> {
    await this.#options.onChange().catch((error: unknown) => this.#options.log.warn({ err: error }, 'a change of a webhook is taken by the next look'));
  }

  #check(hook: Changeable & { readonly id: string; readonly tenant: string }, secret?: string): Reading {
    checkName(hook.name, 'name');
    validateWebhook({ url: hook.url, headers: hook.headers, ...(secret === undefined ? {} : { secret }) }, this.#options.allow);
    checkNames(hook.topics, 'topics');
    if (hook.types !== null) checkNames(hook.types, 'types');
    if (!(Number.isInteger(hook.concurrency) && hook.concurrency >= 1 && hook.concurrency <= MAX_CONCURRENCY)) throw badInput(`\`concurrency\` must be 1 to ${MAX_CONCURRENCY}, not ${hook.concurrency}.`);
    if (hook.where !== null) checkJson(hook.where, 'where');
    if (hook.where !== null && JSON.stringify(hook.where).length > MAX_TEXT) throw badInput(`\`where\` has more than ${MAX_TEXT} characters. Make several webhooks, each with a part of it.`);
    if (hook.selection !== null && hook.selection.length > MAX_TEXT) throw badInput(`\`selection\` has ${hook.selection.length} characters; at most ${MAX_TEXT} are allowed.`);
    if (hook.selection !== null) checkJson(hook.selection, 'selection');
    return this.#options.open(hook);
  }
}

/** What is given, over what there is. */
function merge(hook: Changeable, parts: WebhookParts): Changeable {
  return {
    name: parts.name ?? hook.name,
    url: parts.url ?? hook.url,
    topics: parts.topics ?? hook.topics,
    types: parts.types === undefined ? hook.types : parts.types,
    where: parts.where === undefined ? hook.where : objectOr(parts.where, 'where', 'a filter such as { "key": ["o-1"] }'),
    selection: parts.selection === undefined ? hook.selection : parts.selection,
    format: parts.format ?? hook.format,
    headers: parts.headers === undefined ? hook.headers : checkHeaders(headersOf(objectOr(parts.headers, 'headers', 'an object such as { "x-from": "sluice" }') ?? {})),
    concurrency: parts.concurrency ?? hook.concurrency,
    secrets: hook.secrets,
  };
}

function objectOr(value: unknown, what: string, example: string): Readonly<Record<string, unknown>> | null {
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw badInput(`\`${what}\` must be ${example}.`);
  return value as Readonly<Record<string, unknown>>;
}

function headersOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(given);
  const odd = entries.find(([, value]) => typeof value !== 'string');
  if (odd !== undefined) throw badInput(`The value of the header ${JSON.stringify(odd[0].slice(0, 100))} must be text.`);
  return Object.fromEntries(entries) as Record<string, string>;
}

function checkNames(names: readonly string[], what: string): void {
  if (names.length === 0) throw badInput(`\`${what}\` is empty. Name at least one${what === 'types' ? ', or leave it out for all of the topics' : ''}.`);
  if (names.length > MAX_NAMES) throw badInput(`\`${what}\` has ${names.length} names; at most ${MAX_NAMES} are allowed.`);
  if (new Set(names).size < names.length) throw badInput(`\`${what}\` names one twice.`);
}
