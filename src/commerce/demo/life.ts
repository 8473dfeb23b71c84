import type { commerce } from '../application.js';
import type { Random } from './random.js';
import type { Line, Product, Stock } from './stock.js';
import { CARRIERS, CHANGES_OF_MIND, CITIES, COMPLAINTS, FIRST_NAMES, FORMS, GOODBYES, LAST_NAMES, PLANS, REFUSALS, STREETS } from './words.js';

/** What a step was answered. */
export type Answer = Readonly<Record<string, unknown>>;

/** A business mutation: the shop publishes nothing by itself. Nobody in it looks into cases of fraud: that is left to whoever watches. */
export type Operation = Exclude<keyof typeof commerce.resolvers.Mutation, 'clearFraudCase'>;

/** One thing that somebody does. */
export interface Action {
  /** Seconds since the one before, in the shop's time. */
  readonly after: number;
  readonly operation: Operation;
  /** Under this name later actions of the same life find the answer. */
  readonly name?: string;
  /** Answers without which it cannot be done. */
  readonly needs: readonly string[];
  input(...answers: readonly Answer[]): Readonly<Record<string, unknown>>;
  /** Events that it is going to make, more or less. */
  readonly events: number;
}

/** What one somebody does, from beginning to end. It is asked for the next action when the one before is done. */
export type Life = Generator<Action, void, void>;

const EUR = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' });
const customerOf = ({ customerId }: Answer = {}): { customerId: unknown } => ({ customerId });
const orderOf = ({ orderId }: Answer = {}): { orderId: unknown } => ({ orderId });
const planOf = ({ subscriptionId }: Answer = {}): { subscriptionId: unknown } => ({ subscriptionId });

/** A customer: from the first question or the first order to the last. `tag` makes the email theirs alone. */
export function* customerLife(random: Random, stock: Stock, tag: string): Life {
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  const email = `${first}.${last}.${tag}@example.org`.toLowerCase();
  const address = () => ({ street: `${random.pick(STREETS)} ${random.between(1, 120)}`, ...random.pick(CITIES) });
  if (random.chance(0.15)) {
    yield question(random, email);
    yield register(random.between(10, 30));
  } else {
    yield register(0);
  }
  function register(after: number): Action {
    const input = { name: `${first} ${last}`, email, ...(random.chance(0.4) ? { billingAddress: address() } : {}) };
    return { after, operation: 'registerCustomer', name: 'customer', needs: [], input: () => input, events: 'billingAddress' in input ? 2 : 1 };
  }

  const move = (after: number): Action => {
    const to = address();
    return { after, operation: 'changeBillingAddress', needs: ['customer'], input: (customer) => ({ ...customerOf(customer), address: to }), events: 1 };
  };
  if (random.chance(0.5)) yield move(random.between(3, 8));
  // Some only look around.
  for (let order = 1; random.chance(order === 1 ? 0.92 : 0.55); order += 1) {
    yield* orderLife(random, stock, order);
    if (order === 1 && random.chance(0.35)) yield* planLife(random);
    if (random.chance(0.06)) yield move(random.between(5, 20));
    if (random.chance(0.04)) {
      const name = `${first} ${random.pick(LAST_NAMES)}`;
      yield { after: random.between(5, 20), operation: 'updateCustomer', needs: ['customer'], input: (customer) => ({ ...customerOf(customer), name }), events: 1 };
    }
  }
}

/** An order: placed, paid at once or after a refusal or in two parts, shipped or called off. */
function* orderLife(random: Random, stock: Stock, count: number): Life {
  const lines = stock.choose(random);
  if (lines.length === 0) return;
  const [order, payment] = [`order ${count}`, `payment ${count}`];
  const needs = [order];
  yield { after: random.between(3, 25), operation: 'placeOrder', name: order, needs: ['customer'], input: (customer) => ({ ...customerOf(customer), lines }), events: 1 + lines.length };

  function* cancel(after: number, reason: string, refunds: number): Life {
    yield { after, operation: 'cancelOrder', needs, input: (placed) => ({ ...orderOf(placed), reason }), events: 1 + lines.length + refunds };
    stock.putBack(lines);
  }
  for (let refusals = 1; random.chance(refusals === 1 ? 0.15 : 0.3); refusals += 1) {
    const reason = random.pick(REFUSALS);
    yield { after: random.between(2, 6), operation: 'failPayment', needs, input: (placed) => ({ ...orderOf(placed), reason }), events: 1 };
    if (random.chance(0.25)) {
      yield* cancel(random.between(8, 25), 'not paid', 0);
      return;
    }
  }
  const voucher = random.chance(0.05);
  if (voucher) {
    yield {
      after: random.between(2, 5), operation: 'capturePayment', needs, events: 1,
      // A gift card, and never all of the order: that is for the card that follows.
      input: (placed) => ({ ...orderOf(placed), amount: EUR(Math.max(1, Math.floor(amountOf(placed) / 4))) }),
    };
  }
  yield { after: random.between(2, 8), operation: 'capturePayment', name: payment, needs, input: orderOf, events: 2 };
  if (random.chance(0.06)) {
    yield* cancel(random.between(4, 12), random.pick(CHANGES_OF_MIND), voucher ? 2 : 1);
    return;
  }
  yield ship(random, lines, order);
  if (random.chance(0.05)) {
    const reason = random.pick(COMPLAINTS);
    yield { after: random.between(20, 40), operation: 'refundPayment', needs: [payment], input: ({ paymentId } = {}) => ({ paymentId, reason }), events: 1 };
  }
}

/** The more there is to pack, the longer it takes. */
function ship(random: Random, lines: readonly Line[], order: string): Action {
  const carrier = random.pick(CARRIERS);
  const trackingNumber = `${carrier.charAt(0)}${random.between(10_000_000, 99_999_999)}`;
  const items = lines.reduce((sum, line) => sum + line.quantity, 0);
  return { after: random.between(8, 20) + 2 * Math.min(items, 10), operation: 'shipOrder', needs: [order], input: (placed) => ({ ...orderOf(placed), carrier, trackingNumber }), events: 1 };
}

const amountOf = (placed: Answer = {}): number => (placed['total'] as { readonly amount: number }).amount;

/** A subscription: a month of it passes in half a minute. */
function* planLife(random: Random): Life {
  const plan = random.pick(PLANS);
  const needs = ['plan'];
  yield {
    after: random.between(5, 20), operation: 'startSubscription', name: 'plan', needs: ['customer'], events: 1,
    input: (customer) => ({ ...customerOf(customer), planName: plan.name, price: EUR(plan.amount) }),
  };
  for (let month = 1; month <= 6 && random.chance(0.75); month += 1) {
    yield { after: random.between(28, 32), operation: 'renewSubscription', needs, input: planOf, events: 1 };
  }
  if (random.chance(0.7)) {
    const reason = random.pick(GOODBYES);
    yield { after: random.between(5, 25), operation: 'cancelSubscription', needs, input: (started) => ({ ...planOf(started), reason }), events: 1 };
  }
}

/** Machines that a fraudster tries to get. */
const LOOT = 4;

/**
 * Somebody with the cards of others, who buys the dearest there is, again and again: three are more than anybody may spend
 * in ten minutes. By the fourth order they are frozen, and it is refused.
 */
export function* fraudsterLife(random: Random, stock: Stock, tag: string): Life {
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  const input = { name, email: `${name.replace(' ', '.')}.${tag}@example.net`.toLowerCase(), billingAddress: { street: `${random.pick(STREETS)} ${random.between(1, 120)}`, ...random.pick(CITIES) } };
  yield { after: 0, operation: 'registerCustomer', name: 'customer', needs: [], input: () => input, events: 2 };
  for (let count = 1; count <= LOOT; count += 1) {
    const lines = stock.chooseDearest();
    if (lines.length === 0) return;
    const order = `order ${count}`;
    yield { after: random.between(2, 5), operation: 'placeOrder', name: order, needs: ['customer'], input: (customer) => ({ ...customerOf(customer), lines }), events: 2 };
    yield { after: random.between(1, 3), operation: 'capturePayment', needs: [order], input: orderOf, events: 2 };
  }
}

/** Somebody who writes, and is not heard of again. */
export function* strangerLife(random: Random): Life {
  yield question(random, random.chance(0.8) ? `${random.pick(FIRST_NAMES).toLowerCase()}@example.org` : null);
}

function question(random: Random, replyTo: string | null): Action {
  const { formId, page, questions } = random.pick(FORMS);
  const input = { formId, page, replyTo, answers: { message: random.pick(questions) } };
  return { after: 0, operation: 'submitForm', needs: [], input: () => input, events: 1 };
}

/** A lorry: goods that come `after` seconds from now. The plan can sell them once it has arrived. */
export function* deliveryLife(random: Random, stock: Stock, product: Product, after: number, reason: string): Life {
  const { sku, name, amount } = product;
  const delta = random.between(12, 30);
  yield { after, operation: 'adjustStock', needs: [], input: () => ({ sku, delta, reason, name, price: EUR(amount) }), events: 1 };
  stock.deliver(sku, delta);
}
