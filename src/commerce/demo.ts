import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { pause } from '../base/signal.js';
import { createCaller, type ShopLog } from './demo/caller.js';
import { documentOf } from './demo/calls.js';
import { syncInventory } from './demo/inventory-sync.js';
import type { Answer } from './demo/life.js';
import { planShop, type Step } from './demo/plan.js';
import type { SalesChannel } from './demo/sales-channel.js';

export interface ShopOptions {
  /** The GraphQL endpoint: `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** Gives the token for a request, where the gateway asks for one: of somebody who may do everything. */
  readonly token?: () => Promise<string>;
  /** Events a second, above 0. What the gateway cannot take is not made up for later. */
  readonly rate: number;
  /** Ends the play: no further call is made, and those on their way are waited for, 10 s at most. */
  readonly signal: AbortSignal;
  readonly log: ShopLog;
  /** Is told of every change of stock by a webhook, which the play creates, or finds. The gateway must be allowed to send there. Default: none. */
  readonly channel?: SalesChannel;
  /**
   * The same seed makes the same calls with the same idempotency keys; a second play with it changes nothing that the
   * first has done. Default: another one each time.
   */
  readonly seed?: number;
}

export interface ShopReport {
  /** Calls that were answered. */
  readonly calls: number;
  /** Events that they made, more or less: sold-out products are not counted. */
  readonly events: number;
  /** Calls that were refused, such as an order of what was just sold out. */
  readonly refused: number;
  /** Steps left out because a call they build on was refused. */
  readonly skipped: number;
  /** Requests that were repeated because the gateway was away or busy. */
  readonly repeated: number;
}

/** Calls on their way at most; when as many wait for an answer, the shop waits too. */
const MAX_IN_FLIGHT = 64;
/** Milliseconds that the shop may run behind its rate and still catch up. */
const MAX_BEHIND = 1_000;
/** Milliseconds between lines in the log. */
const REPORT_MS = 60_000;

/** What is known of somebody whose life goes on. */
interface Known {
  /** By the names of the actions; null for what was refused. */
  readonly answers: Map<string, Answer | null>;
  /** Settles when the last step taken has been answered. */
  step: Promise<void>;
}

/**
 * Plays a small shop through the public mutations until the signal aborts: customers who come, order, pay, get their
 * parcels, change their minds, subscribe, move and go. At 5 events a second a customer pays some seconds after ordering and
 * has the parcel on its way half a minute later; at another rate all of it is as much faster or slower. A gateway that
 * is away or busy is waited for.
 * @throws RangeError for a rate that is not above 0.
 */
export async function playShop(options: ShopOptions): Promise<ShopReport> {
  const { rate, log } = options;
  if (!(rate > 0 && Number.isFinite(rate))) throw new RangeError(`rate must be a number above 0, not ${rate}`);
  const seed = options.seed ?? randomInt(1, 2 ** 31);
  // A signal of its own, on which every call on its way may listen: Node warns past 10.
  const signal = AbortSignal.any([options.signal]);
  setMaxListeners(0, signal);
  const caller = createCaller({ url: options.url, token: options.token, signal, log });
  if (options.channel !== undefined) await syncInventory(caller, options.channel);
  const count = { calls: 0, events: 0, refused: 0, skipped: 0 };
  const lives = new Map<number, Known>();
  const inFlight = new Set<Promise<void>>();

  const call = async ({ number, action }: Step, answers: Known['answers']): Promise<void> => {
    const needed = action.needs.map((name) => answers.get(name) ?? null);
    const known = needed.filter((each) => each !== null);
    if (known.length < needed.length) {
      count.skipped += 1;
      return;
    }
    const variables = { input: { ...action.input(...known), idempotencyKey: `demo-${seed}-${number}` } };
    const data = await caller.send({ query: documentOf(action.operation), variables });
    const answer = (data?.['result'] ?? null) as Answer | null;
    if (action.name !== undefined) answers.set(action.name, answer);
    if (answer !== null) {
      count.calls += 1;
      count.events += action.events;
    } else if (!signal.aborted) {
      count.refused += 1;
    }
  };
  /** What somebody does next waits for what they did before, however fast the shop is played. */
  const take = (step: Step): Promise<void> => {
    const life: Known = lives.get(step.life) ?? { answers: new Map(), step: Promise.resolve() };
    life.step = life.step.then(() => call(step, life.answers));
    if (step.last) lives.delete(step.life);
    else lives.set(step.life, life);
    return life.step;
  };

  let due = performance.now();
  let said = due;
  let opening = true;
  for (const step of planShop(seed)) {
    const early = due - performance.now();
    if (early > 0) await pause(early, signal);
    while (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    if (opening && !step.opening) {
      await Promise.all(inFlight);
      opening = false;
    }
    if (signal.aborted) break;
    const now = performance.now();
    due = Math.max(due, now - MAX_BEHIND) + (step.action.events * 1_000) / rate;

    const taken = take(step);
    inFlight.add(taken);
    const landed = (): void => void inFlight.delete(taken);
    taken.then(landed, landed);
    if (now - said > REPORT_MS) {
      said = now;
      log.info(`The demo shop has made ${count.events} events with ${count.calls} calls; ${count.refused} were refused.`);
    }
  }
  await Promise.all(inFlight);
  return { ...count, repeated: caller.repeated };
}
