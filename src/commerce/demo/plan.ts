import { v4 as uuidv4 } from 'uuid';
import type { PublishInput } from '../generated/graphql.js';
import { createRandom, type Random } from './random.js';
import { CARRIERS, CATALOGUE, CHANGES_OF_MIND, CITIES, FIRST_NAMES, FORMS, LAST_NAMES, PLANS, REFUSALS, STREETS } from './words.js';

/** What an earlier step was answered, or null when it was refused. */
export type Answer = Readonly<Record<string, unknown>>;

export type Operation = 'registerCustomer' | 'updateCustomer' | 'adjustStock' | 'placeOrder' | 'publish';

/** One call of the shop. */
export interface Step {
  /** 1, 2, 3, … */
  readonly number: number;
  readonly operation: Operation;
  /** Numbers of the steps whose answers `variables` is given; at most `HORIZON` back. */
  readonly needs: readonly number[];
  /** The input of a business mutation, or the events of a publish. */
  variables(...answers: readonly Answer[]): Readonly<Record<string, unknown>> | readonly PublishEvent[];
  /** Events that it is going to make, more or less. */
  readonly events: number;
}

/** `PublishInput` as JSON holds it: dates are text. */
type PublishEvent = { readonly [Field in keyof PublishInput]?: Json<NonNullable<PublishInput[Field]>> };
type Json<T> = T extends Date ? string : T extends object ? { readonly [Field in keyof T]: Json<T[Field]> } : T;

/** How far back a step may need another; whoever plays the plan can forget what is older. */
export const HORIZON = 5_000;
const DAY = 24 * 60 * 60 * 1_000;

interface OpenOrder { readonly order: number; readonly customer: number; readonly paymentId: string; stage: 'placed' | 'refused' | 'paid' }
interface OpenPlan { readonly id: string; readonly customer: number; readonly plan: (typeof PLANS)[number]; renewals: number }

/**
 * What happens in the shop, without end: the same steps for the same seed and day. Orders are paid, refused, shipped,
 * cancelled and refunded some steps after they were placed. It only plans; nothing here waits or calls.
 */
export function* planShop(seed: number, day: Date): Generator<Step, never, void> {
  const random = createRandom(seed);
  const stock = new Map<string, number>();
  const customers: number[] = [];
  const orders: OpenOrder[] = [];
  const plans: OpenPlan[] = [];
  let number = 0;
  const step = (operation: Operation, events: number, variables: Step['variables'], needs: readonly number[] = []): Step => ({ number: number += 1, operation, needs, variables, events });
  const publish = (events: number, needs: readonly number[], make: (...answers: readonly Answer[]) => readonly PublishEvent[]): Step => step('publish', events, make, needs);
  /** Drops what needs a step too far back. A customer is the oldest step that an order or a subscription needs. */
  const forget = (): void => {
    const gone = (customer: number): boolean => number - customer >= HORIZON - 1;
    while (customers[0] !== undefined && gone(customers[0])) customers.shift();
    for (const list of [orders, plans]) {
      for (let index = list.length - 1; index >= 0; index -= 1) if (gone(list[index]?.customer ?? 0)) list.splice(index, 1);
    }
  };
  const price = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' });

  const deliver = (product: (typeof CATALOGUE)[number], reason: string): Step => {
    const delta = random.between(8, 24);
    stock.set(product.sku, (stock.get(product.sku) ?? 0) + delta);
    return step('adjustStock', 1, () => ({ sku: product.sku, delta, reason, name: product.name, price: price(product.amount) }));
  };
  const register = (): Step => {
    const input = person(random, `${seed.toString(36)}${(number + 1).toString(36)}`);
    const made = step('registerCustomer', input['billingAddress'] === undefined ? 1 : 2, () => input);
    customers.push(made.number);
    return made;
  };
  const update = (customer: number): Step => {
    const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
    return step('updateCustomer', 1, ({ customerId } = {}) => ({ customerId, name }), [customer]);
  };
  const order = (customer: number): Step | null => {
    const skus = new Set(Array.from({ length: random.between(1, 3) }, () => random.pick(CATALOGUE).sku));
    const lines = [...skus].flatMap((sku) => {
      const left = stock.get(sku) ?? 0;
      // Now and then someone takes all there is.
      const quantity = Math.min(left, random.chance(0.05) ? left : random.between(1, 3));
      stock.set(sku, left - quantity);
      return quantity > 0 ? [{ sku, quantity }] : [];
    });
    if (lines.length === 0) return null;
    const made = step('placeOrder', 1 + lines.length, ({ customerId } = {}) => ({ customerId, lines }), [customer]);
    orders.push({ order: made.number, customer, paymentId: uuidv4({ random: random.bytes(16) }), stage: 'placed' });
    return made;
  };
  const advance = (open: OpenOrder): Step => {
    const needs = [open.customer, open.order];
    const { paymentId } = open;
    const done = (): void => void orders.splice(orders.indexOf(open), 1);
    const facts = (customer: Answer | undefined, placed: Answer | undefined) => ({
      customerId: String(customer?.['customerId']), orderId: String(placed?.['orderId']), amount: placed?.['total'] as { amount: number; currency: string },
    });
    if (open.stage !== 'paid' && random.chance(open.stage === 'placed' ? 0.85 : 0.6)) {
      open.stage = 'paid';
      return publish(2, needs, (...known) => {
        const paid = { ...facts(known[0], known[1]), paymentId };
        return [{ paymentCaptured: paid }, { orderPaid: paid }];
      });
    }
    if (open.stage === 'placed') {
      open.stage = 'refused';
      const reason = random.pick(REFUSALS);
      // Another attempt is another payment, so this one has an id of its own.
      const failed = uuidv4({ random: random.bytes(16) });
      return publish(1, needs, (...known) => [{ paymentFailed: { ...facts(known[0], known[1]), paymentId: failed, reason } }]);
    }
    done();
    if (open.stage === 'refused') {
      return publish(1, needs, (...known) => {
        const { customerId, orderId } = facts(known[0], known[1]);
        return [{ orderCancelled: { orderId, customerId, reason: 'not paid' } }];
      });
    }
    if (random.chance(0.92)) {
      const carrier = random.pick(CARRIERS);
      const trackingNumber = `${carrier.charAt(0)}${random.between(10_000_000, 99_999_999)}`;
      return publish(1, needs, (...known) => {
        const { customerId, orderId } = facts(known[0], known[1]);
        return [{ orderShipped: { orderId, customerId, carrier, trackingNumber } }];
      });
    }
    const reason = random.pick(CHANGES_OF_MIND);
    return publish(2, needs, (...known) => {
      const { customerId, orderId, amount } = facts(known[0], known[1]);
      return [{ orderCancelled: { orderId, customerId, reason } }, { paymentRefunded: { orderId, customerId, paymentId, amount, reason } }];
    });
  };
  const subscribe = (customer: number): Step => {
    const plan = random.pick(PLANS);
    const id = uuidv4({ random: random.bytes(16) });
    plans.push({ id, customer, plan, renewals: 0 });
    const renewsAt = new Date(day.getTime() + 30 * DAY).toISOString();
    return publish(1, [customer], (known) => [{
      subscriptionStarted: { subscriptionId: id, customerId: String(known?.['customerId']), planName: plan.name, price: price(plan.amount), renewsAt },
    }]);
  };
  const renew = (open: OpenPlan): Step => {
    if (random.chance(0.25)) {
      plans.splice(plans.indexOf(open), 1);
      return publish(1, [open.customer], (known) => [{ subscriptionCanceled: { subscriptionId: open.id, customerId: String(known?.['customerId']), reason: 'too much coffee' } }]);
    }
    open.renewals += 1;
    const renewsAt = new Date(day.getTime() + 30 * DAY * (1 + open.renewals)).toISOString();
    return publish(1, [open.customer], (known) => [{ subscriptionRenewed: { subscriptionId: open.id, customerId: String(known?.['customerId']), price: price(open.plan.amount), renewsAt } }]);
  };
  const form = (): Step => {
    const { formId, page, questions } = random.pick(FORMS);
    const answers = { message: random.pick(questions) };
    const replyTo = `${random.pick(FIRST_NAMES).toLowerCase()}@example.org`;
    return publish(1, [], () => [{ formSubmitted: { formId, page, replyTo, answers } }]);
  };

  for (const product of CATALOGUE) yield deliver(product, 'opening stock');
  for (let opening = 0; opening < 5; opening += 1) yield register();
  for (;;) {
    forget();
    const choice = random.next();
    const sold = CATALOGUE.find((product) => (stock.get(product.sku) ?? 0) <= 1);
    if (customers.length === 0 || choice < 0.08) yield register();
    else if (sold !== undefined && choice < 0.2) yield deliver(sold, 'delivery');
    else if (choice < 0.24) yield update(random.pick(customers));
    else if (choice < 0.31) yield form();
    else if (choice < 0.35) yield subscribe(random.pick(customers));
    else if (choice < 0.4 && plans.length > 5) yield renew(random.pick(plans));
    else if (choice < 0.8 && orders.length > 3) yield advance(random.pick(orders.slice(0, 3)));
    else {
      const placed = order(random.pick(customers));
      if (placed !== null) yield placed;
    }
  }
}

function person(random: Random, tag: string): Readonly<Record<string, unknown>> {
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  const email = `${first}.${last}.${tag}@example.org`.toLowerCase();
  if (random.chance(0.4)) return { name: `${first} ${last}`, email };
  return { name: `${first} ${last}`, email, billingAddress: { street: `${random.pick(STREETS)} ${random.between(1, 120)}`, ...random.pick(CITIES) } };
}
