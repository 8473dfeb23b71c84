import { asc, eq, inArray, sql } from 'drizzle-orm';
import { SluiceError } from '../../base/error.js';
import { checkedReason, checkedText, MAX_INT } from '../check.js';
import type { MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import type { ShopTransaction } from '../rows.js';
import { orderLines, orders, products } from '../tables.js';
import { holdOrder, holdOrderOfCustomer, type OrderRow } from './hold.js';
import { setStocks } from './inventory.js';
import { capturedFor, moneyOf, refund } from './payment.js';

export const shipOrder: NonNullable<MutationResolvers['shipOrder']> = (_parent, { input }, context) =>
  perform(context, 'shipOrder', input, async (shop) => {
    const carrier = checkedText(input.carrier, 'input.carrier');
    const trackingNumber = checkedText(input.trackingNumber, 'input.trackingNumber');
    const order = await holdOrder(shop, input.orderId);
    if (order.status === 'PLACED') throw refused(order, 'is not paid yet and cannot be shipped.');
    if (order.status === 'SHIPPED') throw refused(order, 'has been shipped already.');
    if (order.status === 'CANCELLED') throw refused(order, 'is cancelled and cannot be shipped.');
    const { id: orderId, customerId } = order;
    await shop.update(orders, { status: 'SHIPPED', shipmentCarrier: carrier, shipmentTrackingNumber: trackingNumber, updatedAt: sql`clock_timestamp()` }, eq(orders.id, orderId));
    await shop.publish('OrderShipped', { orderId, customerId, carrier, trackingNumber });
    return { orderId };
  });

/** Everything that the order holds is let go with it: its stock and its money. */
export const cancelOrder: NonNullable<MutationResolvers['cancelOrder']> = (_parent, { input }, context) =>
  perform(context, 'cancelOrder', input, async (shop) => {
    const reason = checkedReason(input.reason);
    const order = await holdOrderOfCustomer(shop, input.orderId);
    if (order.status === 'SHIPPED') throw refused(order, 'has been shipped and cannot be cancelled.');
    if (order.status === 'CANCELLED') throw refused(order, 'is cancelled already.');
    const { id: orderId, customerId } = order;
    const returned = await giveBack(shop, orderId);
    const arrived = await capturedFor(shop, orderId);
    await refund(shop, arrived, reason);
    await shop.update(orders, { status: 'CANCELLED', updatedAt: sql`clock_timestamp()` }, eq(orders.id, orderId));

    await shop.publish('OrderCancelled', { orderId, customerId, reason });
    for (const { sku, quantity, stock } of returned) await shop.publish('StockAdjusted', { sku, delta: quantity, stock, reason: 'order cancelled' });
    for (const payment of arrived) {
      await shop.publish('PaymentRefunded', { paymentId: payment.id, customerId, orderId, amount: moneyOf(payment), reason });
    }
    return { orderId, refundedPaymentIds: arrived.map((payment) => payment.id) };
  });

function refused(order: OrderRow, why: string): SluiceError {
  return new SluiceError('CONFLICT', `input.orderId: order "${order.id}" ${why}`, { orderId: order.id, status: order.status });
}

interface Returned {
  readonly sku: string;
  readonly quantity: number;
  /** Items for sale after it. */
  readonly stock: number;
}

/** Puts what an order has set aside back on sale, in the order of its lines. */
async function giveBack(shop: ShopTransaction, orderId: string): Promise<readonly Returned[]> {
  const lines = await shop.select(orderLines, eq(orderLines.orderId, orderId)).orderBy(asc(orderLines.id));
  const rows = await shop.select(products, inArray(products.sku, lines.map((line) => line.sku))).orderBy(products.sku).for('no key update');
  const before = new Map(rows.map((row) => [row.sku, row.stock]));
  const returned = lines.map(({ sku, quantity }) => ({ sku, quantity, stock: (before.get(sku) ?? 0) + quantity }));
  const full = returned.find((line) => line.stock > MAX_INT);
  if (full !== undefined) {
    throw new SluiceError('CONFLICT', `input.orderId: the stock of "${full.sku}" would be ${full.stock}; at most ${MAX_INT} can be counted.`, { orderId, sku: full.sku, stock: full.stock });
  }
  await setStocks(shop, returned);
  return returned;
}
