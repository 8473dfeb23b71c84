import { createCaller } from '../../src/commerce/demo/caller.js';
import { documentOf } from '../../src/commerce/demo/calls.js';
import type { Answer, Operation } from '../../src/commerce/demo/life.js';
import { createRandom, type Random } from '../../src/commerce/demo/random.js';
import type { Sql } from '../../src/db/connect.js';

/* What a shop is paid while it burns: most of it another service writes into the outbox by SQL, the rest are calls of mutations. */

/** Calls a business mutation; repeats it under the same key until it is answered. Throws when it is refused. */
export type Call = (operation: Operation, key: string, input: object) => Promise<Answer>;

/** Through a gateway that may lose any of its connections at any time. */
export function callsTo(url: string): Call {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const caller = createCaller({ url: `${url}/graphql`, signal: new AbortController().signal, log: { info: say, warn: say } });
  return async (operation, key, input) => {
    const data = await caller.send({ query: documentOf(operation), variables: { input: { ...input, idempotencyKey: key } } });
    if (data === null) throw new Error(`${operation} ${key} was refused: ${said.slice(-3).join(' | ')}`);
    return data['result'] as Answer;
  };
}

/** Who buys what: some of the customers are not the shop's, and have no orders. */
export interface Shop {
  readonly customers: readonly { readonly customerId: string; readonly orderIds: readonly string[] }[];
}

const SKUS = ['CUP', 'POT', 'TEA'] as const;

/** A shop with goods, customers and an order or two of each. */
export async function openShop(call: Call, count: number): Promise<Shop> {
  const random = createRandom(11);
  for (const [sku, amount] of [['CUP', 333], ['POT', 1_999], ['TEA', 700]] as const) await call('adjustStock', `stock ${sku}`, { sku, delta: 1_000_000, name: sku, price: { amount, currency: 'EUR' } });
  const customers = await Promise.all(Array.from({ length: count }, async (_, index) => {
    if (index % 8 === 7) return { customerId: `nobody ${index}`, orderIds: [] };
    const { customerId } = await call('registerCustomer', `register ${index}`, { name: `Customer ${index}`, email: `customer-${index}@example.org` });
    const orderIds = await Promise.all([1, 2].slice(random.between(0, 1)).map(async (order) => {
      const lines = SKUS.filter(() => random.chance(0.6)).map((sku) => ({ sku, quantity: random.between(1, 7) }));
      const { orderId } = await call('placeOrder', `order ${index} ${order}`, { customerId, lines: lines.length > 0 ? lines : [{ sku: 'CUP', quantity: 1 }] });
      return orderId as string;
    }));
    return { customerId: customerId as string, orderIds };
  }));
  return { customers };
}

interface OutboxPayment {
  readonly type: 'PaymentCaptured' | 'PaymentRefunded';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Payments of which the amount is missing: whoever reads them fails. */
export const BROKEN = 4;

/**
 * So many payments that arrived, over the last day (of which there are two by the calendar), and a tenth as many that went back in the last month. Times of a customer are out
 * of order, by more than ten minutes at times: those are late. One in a hundred begins a spree of four that are too much in ten minutes.
 */
export function paymentsByOthers({ customers }: Shop, count: number): OutboxPayment[] {
  const random = createRandom(5);
  const begin = Date.now() - DAY;
  const captured: { place: number; payment: OutboxPayment }[] = [];
  const add = (place: number, customer: Shop['customers'][number], amount: number | null, at: { readonly place: number; readonly minutes: number }): void => {
    const paymentId = `payment ${captured.length}`;
    const payload = { paymentId, customerId: customer.customerId, orderId: orderOf(customer, random), amount: amount === null ? null : { amount, currency: random.chance(0.1) ? 'USD' : 'EUR' } };
    captured.push({ place, payment: { type: 'PaymentCaptured', payload, occurredAt: new Date(Math.min(Date.now(), begin + (at.place * DAY) / count + at.minutes * MINUTE)) } });
  };
  for (let broken = 0; captured.length < count;) {
    const place = captured.length;
    const customer = random.pick(customers);
    if (place >= ((broken + 0.5) * count) / BROKEN) {
      // Not too late: then nobody would look at the amount.
      add(place, customer, null, { place, minutes: 0 });
      broken += 1;
    } else if (random.chance(0.01)) {
      for (let step = 0; step < 4 && captured.length < count; step += 1) add(place + step * 3, customer, 180_000, { place, minutes: step * 2 });
    } else add(place, customer, random.between(1, 20_000), { place, minutes: -random.between(0, random.chance(0.2) ? 40 : 5) });
  }
  const all = captured.sort((a, b) => a.place - b.place).map(({ payment }) => payment);
  return all.flatMap((payment) => (random.chance(0.1) && payment.payload['amount'] !== null ? [payment, { ...payment, type: 'PaymentRefunded', occurredAt: new Date(begin - random.between(0, 29 * 24 * 60) * MINUTE) }] : [payment]));
}

function orderOf({ orderIds }: Shop['customers'][number], random: Random): string {
  return orderIds.length === 0 || random.chance(0.1) ? 'elsewhere' : random.pick(orderIds);
}

export async function writePayments(sql: Sql, payments: readonly OutboxPayment[]): Promise<void> {
  await sql`INSERT INTO sluice.outbox (type, payload, occurred_at) SELECT t, p::json, o::timestamptz FROM unnest(
    ${payments.map(({ type }) => type)}::text[], ${payments.map(({ payload }) => JSON.stringify(payload))}::text[], ${payments.map(({ occurredAt }) => occurredAt.toISOString())}::text[]) WITH ORDINALITY AS r(t, p, o, n) ORDER BY n`;
}

/** Somebody new who orders and pays in two parts; every third gets the first part back in place of paying the second. Gives how many payments arrived. */
export async function visit(call: Call, number: number): Promise<number> {
  const key = (step: string): string => `visit ${number} ${step}`;
  const { customerId } = await call('registerCustomer', key('register'), { name: `Visitor ${number}`, email: `visitor-${number}@example.org` });
  const { orderId } = await call('placeOrder', key('order'), { customerId, lines: [{ sku: 'CUP', quantity: 1 + (number % 3) }, { sku: 'TEA', quantity: 1 }] });
  const { paymentId } = await call('capturePayment', key('part'), { orderId, amount: { amount: 100 + number % 50, currency: 'EUR' } });
  if (number % 3 === 0) {
    await call('refundPayment', key('back'), { paymentId });
    return 1;
  }
  await call('capturePayment', key('rest'), { orderId });
  return 2;
}
