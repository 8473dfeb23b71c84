import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { pause } from '../base/signal.js';
import { createCaller, type Caller, type ShopLog } from './demo/caller.js';
import { HORIZON, planShop, type Answer, type Operation, type Step } from './demo/plan.js';

export interface ShopOptions {
  /** The GraphQL endpoint: `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** Events a second, above 0. What the gateway cannot take is not made up for later. */
  readonly rate: number;
  /** Ends the play: no further call is made, and those on their way are waited for, 10 s at most. */
  readonly signal: AbortSignal;
  readonly log: ShopLog;
  /**
   * The same seed makes the same calls with the same idempotency keys, on the same day; a second play with it changes
   * nothing that the first has done. Default: another one each time.
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

const QUERIES: Readonly<Record<Operation, string>> = {
  registerCustomer: 'mutation DemoRegister($input: RegisterCustomerInput!) { result: registerCustomer(input: $input) { customerId } }',
  updateCustomer: 'mutation DemoUpdate($input: UpdateCustomerInput!) { result: updateCustomer(input: $input) { customerId } }',
  adjustStock: 'mutation DemoStock($input: AdjustStockInput!) { result: adjustStock(input: $input) { sku stock } }',
  placeOrder: 'mutation DemoOrder($input: PlaceOrderInput!) { result: placeOrder(input: $input) { orderId total { amount currency } } }',
  publish: 'mutation DemoPublish($events: [PublishInput!]!, $options: PublishOptions) { result: publish(events: $events, options: $options) { eventId } }',
};

/**
 * Plays a small shop through the public mutations until the signal aborts: customers, orders and stock through the
 * business mutations, and payments, shipping, subscriptions and leads as published events (which say what happened
 * elsewhere, so no table changes with them). A gateway that is away or busy is waited for.
 * @throws RangeError for a rate that is not above 0.
 */
export async function playShop(options: ShopOptions): Promise<ShopReport> {
  const { rate, log } = options;
  if (!(rate > 0 && Number.isFinite(rate))) throw new RangeError(`rate must be a number above 0, not ${rate}`);
  const seed = options.seed ?? randomInt(1, 2 ** 31);
  // A signal of its own, on which every call on its way may listen: Node warns past 10.
  const signal = AbortSignal.any([options.signal]);
  setMaxListeners(0, signal);
  const caller = createCaller({ url: options.url, signal, log });
  const count = { calls: 0, events: 0, refused: 0, skipped: 0 };
  /** Answers of the last steps, also those that are still to come. */
  const answers = new Map<number, Promise<Answer | null>>();
  const inFlight = new Set<Promise<unknown>>();

  const take = async (step: Step): Promise<Answer | null> => {
    const needed = await Promise.all(step.needs.map((number) => answers.get(number) ?? Promise.resolve(null)));
    const known = needed.filter((each) => each !== null);
    if (known.length < needed.length) {
      count.skipped += 1;
      return null;
    }
    const answer = await call(caller, step, known, `demo-${seed}-${step.number}`);
    if (answer !== null) {
      count.calls += 1;
      count.events += step.events;
    } else if (!signal.aborted) {
      count.refused += 1;
    }
    return answer;
  };

  let due = performance.now();
  let said = due;
  const today = new Date();
  today.setUTCHours(0, 0, 0, 0);
  for (const step of planShop(seed, today)) {
    const early = due - performance.now();
    if (early > 0) await pause(early, signal);
    while (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    if (signal.aborted) break;
    const now = performance.now();
    due = Math.max(due, now - MAX_BEHIND) + (step.events * 1_000) / rate;

    const taken = take(step);
    answers.set(step.number, taken);
    answers.delete(step.number - HORIZON);
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

async function call(caller: Caller, step: Step, known: readonly Answer[], idempotencyKey: string): Promise<Answer | null> {
  const made = step.variables(...known);
  const variables = step.operation === 'publish' ? { events: made, options: { idempotencyKey } } : { input: { ...made, idempotencyKey } };
  const data = await caller.send({ query: QUERIES[step.operation], variables });
  return (data?.['result'] ?? null) as Answer | null;
}
