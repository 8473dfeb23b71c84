import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { checkedPrice, checkedReason } from '../check.js';
import type { Money, MoneyInput, MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import type { ShopTransaction } from '../rows.js';
import { orders, payments } from '../tables.js';
import { holdOrderOfCustomer, holdPayment, type OrderRow, type PaymentRow } from './hold.js';

/** An order is paid when its captured payments add up to its total; the one that completes it is the one that settled it. */
export const capturePayment: NonNullable<MutationResolvers['capturePayment']> = (_parent, { input }, context) =>
  perform(context, 'capturePayment', input, async (shop) => {
    const order = await holdOrderOfCustomer(shop, input.orderId);
    const owed = await owedFor(shop, order);
    const amount = amountOf(input.amount, owed);
    const { id: orderId, customerId } = order;
    const paymentId = await record(shop, order, amount, 'CAPTURED', null);
    await shop.publish('PaymentCaptured', { paymentId, customerId, orderId, amount });
    const open = { amount: owed.amount - amount.amount, currency: owed.currency };
    if (open.amount === 0) {
      await shop.update(orders, { status: 'PAID', updatedAt: sql`clock_timestamp()` }, eq(orders.id, orderId));
      await shop.publish('OrderPaid', { orderId, customerId, paymentId, amount: owedInAll(order) });
    }
    return { paymentId, orderId, amount, open };
  });

export const failPayment: NonNullable<MutationResolvers['failPayment']> = (_parent, { input }, context) =>
  perform(context, 'failPayment', input, async (shop) => {
    const reason = checkedReason(input.reason);
    const order = await holdOrderOfCustomer(shop, input.orderId);
    const amount = amountOf(input.amount, await owedFor(shop, order));
    const { id: orderId, customerId } = order;
    const paymentId = await record(shop, order, amount, 'FAILED', reason);
    await shop.publish('PaymentFailed', { paymentId, customerId, orderId, amount, reason });
    return { paymentId, orderId, amount };
  });

/** A paid order stays paid until it is shipped: there its payments go back with `cancelOrder` only. */
export const refundPayment: NonNullable<MutationResolvers['refundPayment']> = (_parent, { input }, context) =>
  perform(context, 'refundPayment', input, async (shop) => {
    const reason = checkedReason(input.reason);
    const { payment, order } = await holdPayment(shop, input.paymentId);
    const refuse = (why: string): SluiceError => new SluiceError('CONFLICT', `input.paymentId: payment "${payment.id}" ${why}`, {
      paymentId: payment.id, status: payment.status, orderStatus: order.status,
    });
    if (payment.status === 'FAILED') throw refuse('was refused: nothing arrived that could go back.');
    if (payment.status === 'REFUNDED') throw refuse('went back already.');
    if (order.status === 'PAID') throw refuse('is for an order that is paid and not shipped. Cancel the order: that gives its payments back.');
    await refund(shop, [payment], reason);
    const { id: paymentId, orderId, customerId } = payment;
    const amount = moneyOf(payment);
    await shop.publish('PaymentRefunded', { paymentId, customerId, orderId, amount, reason });
    return { paymentId, orderId, amount };
  });

/** The payments of an order that have arrived and not gone back, in the order of their ids. The order must be held. */
export async function capturedFor(shop: ShopTransaction, orderId: string): Promise<readonly PaymentRow[]> {
  return shop.select(payments, and(eq(payments.orderId, orderId), eq(payments.status, 'CAPTURED'))).orderBy(asc(payments.id));
}

export async function refund(shop: ShopTransaction, these: readonly PaymentRow[], reason: string | null): Promise<void> {
  if (these.length === 0) return;
  await shop.update(payments, { status: 'REFUNDED', reason, updatedAt: sql`clock_timestamp()` }, inArray(payments.id, these.map((each) => each.id)));
}

export const moneyOf = (payment: PaymentRow): Money => ({ amount: payment.amountAmount, currency: payment.amountCurrency });
const owedInAll = (order: OrderRow): Money => ({ amount: order.totalAmount, currency: order.totalCurrency });

/** What is still to be paid; more than nothing. @throws SluiceError `CONFLICT` when that is nothing. */
async function owedFor(shop: ShopTransaction, order: OrderRow): Promise<Money> {
  if (order.status !== 'PLACED') {
    const why = order.status === 'CANCELLED' ? 'is cancelled: nothing is owed for it.' : 'is paid: nothing is owed for it any more.';
    throw new SluiceError('CONFLICT', `input.orderId: order "${order.id}" ${why}`, { orderId: order.id, status: order.status });
  }
  const paid = (await capturedFor(shop, order.id)).reduce((sum, each) => sum + each.amountAmount, 0);
  return { amount: order.totalAmount - paid, currency: order.totalCurrency };
}

function amountOf(given: MoneyInput | null | undefined, owed: Money): Money {
  if (given == null) return owed;
  const { amount, currency } = checkedPrice(given, 'input.amount');
  if (currency !== owed.currency) throw badInput(`input.amount.currency: the order is priced in ${owed.currency}, not ${currency}.`);
  if (amount > owed.amount) throw new SluiceError('CONFLICT', `input.amount: ${amount} is more than the ${owed.amount} that is owed.`, { owed: owed.amount, requested: amount });
  return { amount, currency };
}

async function record(shop: ShopTransaction, order: OrderRow, amount: Money, status: 'CAPTURED' | 'FAILED', reason: string | null): Promise<string> {
  const id = uuidv7();
  await shop.insert(payments, [{
    id, orderId: order.id, customerId: order.customerId, amountAmount: amount.amount, amountCurrency: amount.currency, status, reason,
  }]);
  return id;
}
