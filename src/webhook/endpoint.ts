import type { Logger } from 'pino';
import type { Metrics } from '../observe/metrics.js';
import { HoldConsumer, RetryLater } from '../consumer/outcome.js';
import type { Pool } from '../db/pool.js';
import type { LogEvent } from '../event/event.js';
import { CLOSED, createCircuitBreaker, type Circuit, type CircuitBreaker, type CircuitOptions } from './circuit-breaker.js';
import { Health } from './health.js';
import { createMessage } from './message.js';
import type { Endpoint, Outcome, Sender } from './sender.js';
import { SharedPause } from './shared-pause.js';
import { stopWebhook, type NotedPause, type Seen, type Stop } from './store.js';
import { signingSecrets, type Reading, type Webhook } from './webhook.js';

/** Milliseconds until a webhook that was stopped is looked at again: every gateway knows by then. */
const STOPPED = 2_000;
const SHORTEST_HOLD = 100;
/** Milliseconds until it is asked again what came of a request that tries whether the endpoint is back. */
const TRIED = 250;
/** Milliseconds between two looks for what other gateways have changed or found out. */
export const LOOK_EVERY = 1_000;
/** Look-ups that are refused, one after the other, and milliseconds from the first to the last: then the name leads there for good. */
const REFUSED_TIMES = 5;
const REFUSED_FOR = 10 * 60 * 1_000;
/** Events of which is kept when they failed for want of an answer; past it the one that was noted first is forgotten. */
const MAX_UNANSWERED = 1_000;
/** What stands before an endpoint says so when that is away. */
const AWAY: readonly (number | null)[] = [502, 503, 504, null];
/** Characters of an answer that are kept with an error. */
const MAX_SAID = 300;

export interface EndpointMeans {
  readonly pool: Pool;
  /** Identifies this gateway: a uuid. */
  readonly gateway: string;
  readonly sender: Sender;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Signed cursor of an event. */
  readonly cursorOf: (event: LogEvent) => string;
  /** `source` of CloudEvents. */
  readonly source: string;
  /** Milliseconds of nothing but failures after which a webhook is paused. */
  readonly pauseAfterMs: number;
  /** Default: as circuit-breaker.ts has it. */
  readonly circuit?: CircuitOptions;
  /** Milliseconds between two looks for what other gateways have changed or found out, default 1,000. */
  readonly lookEvery?: number;
  /** Milliseconds of nothing but look-ups that are refused after which a webhook is paused, if there were five. Default 10 min. */
  readonly refusedForMs?: number;
}

/** A webhook as one gateway sends for it: as it is at present, and what is known of its endpoint. */
export class WebhookEndpoint {
  readonly #means: EndpointMeans;
  readonly #health: Health;
  readonly #breaker: CircuitBreaker;
  readonly #shared: SharedPause;
  #circuit: Circuit = CLOSED;
  /** The last request of this gateway of which the outcome is known was delivered, but for those that the endpoint answered with a time to come back: it got them. */
  #delivers = false;
  /** Grows whenever what is known of the endpoint is forgotten: what was under way then says nothing of it any more. */
  #generation = 0;
  #deliveries = 0;
  /** By event: deliveries of others when it got no answer the last time. */
  readonly #unanswered = new Map<string, number>();
  #refused: { readonly times: number; readonly since: number } | null = null;
  #webhook: Webhook;
  #reading: Reading;

  constructor(means: EndpointMeans, webhook: Webhook, reading: Reading) {
    this.#means = means;
    this.#webhook = webhook;
    this.#reading = reading;
    this.#breaker = createCircuitBreaker(means.circuit);
    this.#health = new Health(means.pool, webhook.id, means.pauseAfterMs);
    this.#shared = new SharedPause({ ...means, marginMs: 2 * (means.lookEvery ?? LOOK_EVERY) });
  }

  get webhook(): Webhook {
    return this.#webhook;
  }

  get reading(): Reading {
    return this.#reading;
  }

  /**
   * It was changed. Another URL is another endpoint, and of one that somebody lets go on they know more: nothing is known of it any more.
   * True when it was left alone until now.
   */
  replace(webhook: Webhook, reading: Reading): boolean {
    const resumed = webhook.status === 'ENABLED' && webhook.statusAt.getTime() !== this.#webhook.statusAt.getTime();
    const anew = webhook.url !== this.#webhook.url || resumed;
    const held = this.#circuit.phase !== 'closed';
    if (anew) {
      this.#circuit = CLOSED;
      this.#delivers = false;
      this.#shared.forget();
      this.#generation += 1;
    }
    this.#webhook = webhook;
    this.#reading = reading;
    return anew && held;
  }

  /** It is left alone at present. */
  get isHeld(): boolean {
    return this.#circuit.phase === 'open' && Date.now() < this.#circuit.until;
  }

  /**
   * What another gateway has found out, or this one before it began anew with the webhook. When the endpoint asked for the pause, it holds here as well. When it only
   * failed there, it does unless this gateway's own requests arrive.
   */
  learn(pause: NotedPause): void {
    if (pause.revision !== this.#webhook.revision || (pause.own && this.#shared.isKnown) || (!pause.asked && this.#delivers)) return;
    this.#circuit = this.#breaker.learn(this.#circuit, pause, Date.now());
    this.#shared.learn(pause);
  }

  /** This gateway has found out something that others could not be told yet. */
  get isUntold(): boolean {
    return this.#shared.isUntold;
  }

  /** Tells them. Never throws. */
  tell(): Promise<void> {
    return this.#shared.tell(this.#webhook);
  }

  /**
   * Sends one event. What became of it decides what is thrown: `HoldConsumer` when the endpoint takes nothing at present (it cannot be
   * reached time after time, or asks for a pause with 429), or was stopped; else an attempt has failed.
   */
  async deliver(event: LogEvent, signal: AbortSignal): Promise<void> {
    const admitted = this.#breaker.admit(this.#circuit, Date.now());
    if (admitted === null) {
      throw this.#hold('The endpoint did not take events time after time: it is left alone for a while.');
    }
    this.#circuit = admitted;
    const isTrial = admitted.phase === 'half-open';
    const generation = this.#generation;
    const webhook = this.#webhook;
    let outcome: Outcome;
    try {
      const data = await this.#reading.payloadOf(event, signal);
      const { format } = webhook;
      outcome = await this.#means.sender.send(addressOf(webhook), createMessage(event, { format, data, cursor: this.#means.cursorOf(event), source: this.#means.source }), signal);
    } catch (error) {
      if (generation === this.#generation) this.#circuit = this.#breaker.abandon(this.#circuit, Date.now());
      throw error;
    }
    this.#count(outcome);
    if (generation !== this.#generation && outcome.kind !== 'delivered') throw changedMeanwhile(outcome.kind === 'gone' ? 'The endpoint answered 410.' : outcome.reason);
    await this.#settle(webhook, event.id, outcome, isTrial);
  }

  async #settle(webhook: Webhook, eventId: string, outcome: Outcome, isTrial: boolean): Promise<void> {
    if (outcome.kind !== 'refused') this.#refused = null;
    switch (outcome.kind) {
      case 'delivered':
        this.#circuit = this.#breaker.succeed(this.#circuit);
        this.#deliveries += 1;
        this.#delivers = true;
        this.#unanswered.delete(eventId);
        await this.#note({ delivered: true });
        return;
      case 'gone':
        this.#circuit = this.#breaker.abandon(this.#circuit, Date.now());
        await this.#stop(webhook, { status: 'DISABLED', reason: `The endpoint answered 410 (gone): it is no more.${said(outcome.body)}`, failingMs: null });
        throw new HoldConsumer(STOPPED, 'The endpoint answered 410: the webhook is disabled.');
      case 'refused':
        if (outcome.lookedUp && !this.#isRefusedForGood()) {
          return this.#fail(webhook, eventId, { ...outcome, kind: 'failed', status: null, reached: false, retryAfterMs: null, body: '' }, isTrial);
        }
        this.#circuit = this.#breaker.abandon(this.#circuit, Date.now());
        await this.#stop(webhook, { status: 'PAUSED', reason: outcome.reason, failingMs: null });
        throw new HoldConsumer(STOPPED, outcome.reason);
      case 'failed':
        return this.#fail(webhook, eventId, outcome, isTrial);
    }
  }

  /** One wrong answer of a name server stops nothing. */
  #isRefusedForGood(): boolean {
    const now = performance.now();
    this.#refused = { times: (this.#refused?.times ?? 0) + 1, since: this.#refused?.since ?? now };
    return this.#refused.times >= REFUSED_TIMES && now - this.#refused.since > (this.#means.refusedForMs ?? REFUSED_FOR);
  }

  async #fail(webhook: Webhook, eventId: string, outcome: Extract<Outcome, { kind: 'failed' }>, isTrial: boolean): Promise<never> {
    const { status, retryAfterMs } = outcome;
    const reason = `${outcome.reason}${said(outcome.body)}`;
    const generation = this.#generation;
    if (retryAfterMs === null) this.#delivers = false;
    this.#find(retryAfterMs);
    const [isLong] = await Promise.all([this.#note({ delivered: false, error: reason }), this.#shared.tell(webhook)]);
    if (isLong) {
      const { pauseAfterMs } = this.#means;
      await this.#stop(webhook, { status: 'PAUSED', reason: `Nothing could be delivered for ${shown(pauseAfterMs)}. The last failure: ${reason}`, failingMs: pauseAfterMs });
    }
    if (generation !== this.#generation) throw changedMeanwhile(reason);
    const passedOver = AWAY.includes(status) && this.#notePassedOver(eventId);
    if (this.#circuit.phase !== 'open') throw retryAfterMs === null ? new Error(reason) : new RetryLater(retryAfterMs, reason);
    // Others were taken since it failed the last time, or the endpoint is there and does not answer this one: it is the event's failure. Others wait all the same.
    const isItsOwn = passedOver || (isTrial && status === null && outcome.reached);
    // An endpoint that is away, or asks for time, says nothing of the event.
    if (status === 429 || (AWAY.includes(status) && !isItsOwn)) throw this.#hold(reason);
    throw new RetryLater(Math.max(retryAfterMs ?? 0, this.#circuit.until - Date.now()), reason);
  }

  /** One failed: what that says of the endpoint. It asked for no more than it asked for, however long it is left alone for failures. */
  #find(retryAfterMs: number | null): void {
    const now = Date.now();
    const wasOpen = this.#circuit.phase === 'open';
    this.#circuit = this.#breaker.fail(this.#circuit, now, Math.random(), retryAfterMs);
    if (this.#circuit.phase !== 'open') return;
    const { opened, until } = this.#circuit;
    const asked = now + (retryAfterMs ?? 0);
    if (asked > now) this.#shared.find({ until: asked, opened, asked: true });
    if (!wasOpen && until > asked) this.#shared.find({ until, opened, asked: false });
  }

  /** Whether the event has failed before, and others were delivered since. */
  #notePassedOver(eventId: string): boolean {
    const before = this.#unanswered.get(eventId);
    this.#unanswered.delete(eventId);
    this.#unanswered.set(eventId, this.#deliveries);
    const [oldest] = this.#unanswered.keys();
    if (this.#unanswered.size > MAX_UNANSWERED && oldest !== undefined) this.#unanswered.delete(oldest);
    return before !== undefined && before < this.#deliveries;
  }

  #hold(reason: string): HoldConsumer {
    const left = this.#circuit.phase === 'closed' ? 0 : this.#circuit.until - Date.now();
    return new HoldConsumer(Math.max(SHORTEST_HOLD, this.#circuit.phase === 'half-open' ? Math.min(left, TRIED) : left), reason);
  }

  async #note(seen: Seen): Promise<boolean> {
    try {
      return await this.#health.note(seen);
    } catch (error) {
      // It was sent or not whatever is noted of it.
      this.#means.log.warn({ err: error, webhook: this.#webhook.id }, 'what became of a webhook could not be noted');
      return false;
    }
  }

  async #stop(webhook: Webhook, stop: Stop): Promise<void> {
    const { pool, log, metrics } = this.#means;
    if (!(await pool.ask((sql) => stopWebhook(sql, webhook, stop), 10_000))) return;
    metrics.webhooksStopped.inc({ status: stop.status });
    log.error({ webhook: webhook.id, name: webhook.name, tenant: webhook.tenant, status: stop.status, reason: stop.reason }, 'a webhook was stopped: nothing is sent until somebody resumes it');
  }

  #count({ kind, ms }: Outcome): void {
    this.#means.metrics.webhookRequests.inc({ outcome: kind });
    this.#means.metrics.webhookSeconds.observe({ outcome: kind }, ms / 1_000);
  }
}

/** What the sender is to know. */
export function addressOf(webhook: Webhook): Endpoint {
  const { id, url, headers, format } = webhook;
  return { id, url, headers, format, secrets: signingSecrets(webhook, Date.now()) };
}

/** Of the body of an answer what is shown and kept: 300 characters at most. */
export function shortened(body: string): string {
  const text = body.trim();
  return text.length > MAX_SAID ? `${text.slice(0, MAX_SAID)} …` : text;
}

/** Nothing is known of what it is now. */
function changedMeanwhile(reason: string): Error {
  return new Error(`The webhook was changed meanwhile. ${reason}`);
}

function said(body: string): string {
  const text = shortened(body);
  return text === '' ? '' : ` It said: ${text}`;
}

function shown(ms: number): string {
  return ms >= 86_400_000 ? `${Math.round(ms / 86_400_000)} days` : `${Math.round(ms / 1_000)} s`;
}
