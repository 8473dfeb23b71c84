import { eq } from 'drizzle-orm';
import { badInput } from '../../event/limits.js';
import { acceptable } from '../../reference/key.js';
import type { ShopTransaction } from '../rows.js';
import { customers, orders, payments, subscriptions } from '../tables.js';

/*
 * Row locks of business transactions. Whoever needs several takes them in this order, so that no two wait for each other
 * in a circle: idempotency key, customer, order, products by number. All are held to the end of the transaction and taken
 * before it publishes: that makes the order of events inside a key the order of commits.
 */

export type CustomerRow = typeof customers.$inferSelect;
export type OrderRow = typeof orders.$inferSelect;
export type PaymentRow = typeof payments.$inferSelect;
export type PlanRow = typeof subscriptions.$inferSelect;

/** Locks a customer for a change of it, or for an event whose key it is. @throws SluiceError `BAD_USER_INPUT` when there is none. */
export async function holdCustomer(shop: ShopTransaction, id: string): Promise<CustomerRow> {
  const [found] = acceptable('uuid', id) ? await shop.select(customers, eq(customers.id, id)).for('no key update') : [];
  if (found === undefined) throw nobody(id);
  return found;
}

/** Keeps a customer from being deleted until something of theirs is in. Holds up nobody else. */
export async function keepCustomer(shop: ShopTransaction, id: string): Promise<CustomerRow> {
  const [found] = acceptable('uuid', id) ? await shop.select(customers, eq(customers.id, id)).for('key share') : [];
  if (found === undefined) throw nobody(id);
  return found;
}

/** Locks an order, for events whose key is the order. */
export async function holdOrder(shop: ShopTransaction, id: string): Promise<OrderRow> {
  const [found] = acceptable('uuid', id) ? await shop.select(orders, eq(orders.id, id)).for('no key update') : [];
  if (found === undefined) throw badInput(`input.orderId: there is no order "${id}".`);
  return found;
}

/** Locks the order's customer, then the order: for events of payments, whose key is the customer. */
export async function holdOrderOfCustomer(shop: ShopTransaction, id: string): Promise<OrderRow> {
  // An order is its customer's for good, so this may be read before anything is locked.
  const [of] = acceptable('uuid', id) ? await shop.select(orders, eq(orders.id, id)) : [];
  if (of !== undefined) await holdCustomer(shop, of.customerId);
  return holdOrder(shop, id);
}

/** Locks the payment's customer and order. The payment needs no lock of its own: whoever changes it holds the order. */
export async function holdPayment(shop: ShopTransaction, id: string): Promise<{ readonly payment: PaymentRow; readonly order: OrderRow }> {
  const read = async (): Promise<PaymentRow | undefined> => (acceptable('uuid', id) ? (await shop.select(payments, eq(payments.id, id)))[0] : undefined);
  const seen = await read();
  if (seen === undefined) throw badInput(`input.paymentId: there is no payment "${id}".`);
  const order = await holdOrderOfCustomer(shop, seen.orderId);
  // Read committed: this statement sees what those who held the order before have made of it.
  return { payment: await read() ?? seen, order };
}

export async function holdPlan(shop: ShopTransaction, id: string): Promise<PlanRow> {
  const [found] = acceptable('uuid', id) ? await shop.select(subscriptions, eq(subscriptions.id, id)).for('no key update') : [];
  if (found === undefined) throw badInput(`input.subscriptionId: there is no subscription "${id}".`);
  return found;
}

const nobody = (id: string): Error => badInput(`input.customerId: there is no customer "${id}".`);
