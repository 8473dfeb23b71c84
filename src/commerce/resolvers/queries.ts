import { and, asc, desc, eq, gt, sql, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { holds, type Principal } from '../../auth/principal.js';
import { badInput } from '../../event/limits.js';
import { withPrincipal } from '../../graphql/access/with-principal.js';
import { acceptable, keyForm } from '../../reference/key.js';
import type { OrderStatus, QueryResolvers } from '../generated/graphql.js';
import { readRows } from '../rows.js';
import { orders as ordersTable, products as productsTable } from '../tables.js';
import { findOne } from './find.js';
import type { OrderRow } from './hold.js';

/** Rows of one page at most; each may have references. */
const MAX_ORDERS = 200;
const MAX_PRODUCTS = 500;
const STATUSES: readonly OrderStatus[] = ['PLACED', 'PAID', 'SHIPPED', 'CANCELLED'];

export const customer: NonNullable<QueryResolvers['customer']> = (_parent, { id }, context) => findOne(context, 'Customer', 'id', id);
export const product: NonNullable<QueryResolvers['product']> = (_parent, { sku }, context) => findOne(context, 'Product', 'sku', sku);
export const order: NonNullable<QueryResolvers['order']> = (_parent, { id }, context) => findOne(context, 'Order', 'id', id);
export const payment: NonNullable<QueryResolvers['payment']> = (_parent, { id }, context) => findOne(context, 'Payment', 'id', id);
export const plan: NonNullable<QueryResolvers['plan']> = (_parent, { id }, context) => findOne(context, 'Plan', 'id', id);

/**
 * The newest of each status, merged: an index gives them, however many orders of other statuses lie between. Only those that
 * `@visibleTo` of Order leaves to the caller, so that pages are full and `before` tells nothing of others.
 */
export const orders: NonNullable<QueryResolvers['orders']> = withPrincipal(async (_parent, { first, status, customerId, before }, context) => {
  const shop = readRows(context);
  const count = checkedFirst(first ?? 50, MAX_ORDERS);
  const statuses = [...new Set(status ?? STATUSES)];
  const owner = ownerSeenBy(context.principal, 'orders');
  if (owner === 'none') return [];
  const conditions: SQL[] = owner === 'any' ? [] : [eq(ordersTable.customerId, owner.id)];
  if (customerId != null) {
    if (!acceptable('uuid', customerId)) return [];
    conditions.push(eq(ordersTable.customerId, customerId));
  }
  if (before != null) {
    const [known] = acceptable('uuid', before) ? await shop.select(ordersTable, and(eq(ordersTable.id, before), ...conditions)) : [];
    if (known === undefined) throw badInput(`before: there is no order "${before}". Send the id of the last order of the page before.`);
    // Compared in the database: its clock has microseconds, a Date has none.
    conditions.push(sql`(${ordersTable.placedAt}, ${ordersTable.id}) < ${shop.part(ordersTable, { placedAt: ordersTable.placedAt, id: ordersTable.id }, eq(ordersTable.id, known.id))}`);
  }
  const newest = (each: OrderStatus) => shop.select(ordersTable, and(eq(ordersTable.status, each), ...conditions))
    .orderBy(desc(ordersTable.placedAt), desc(ordersTable.id)).limit(count);
  const [one, two, ...more] = statuses.map(newest);
  if (one === undefined) return [];
  const rows = await (two === undefined ? one : unionAll(one, two, ...more).orderBy(sql`placed_at DESC, id DESC`).limit(count));
  return rows.map(orderOf);
});

export const products: NonNullable<QueryResolvers['products']> = async (_parent, { first, after }, context) => {
  const count = checkedFirst(first ?? 100, MAX_PRODUCTS);
  // Postgres stores no NUL, so there is nothing behind it to compare with.
  if (after?.includes('\0')) throw badInput('after: contains a character that no number has.');
  const rows = await readRows(context).select(productsTable, after == null ? undefined : gt(productsTable.sku, after)).orderBy(asc(productsTable.sku)).limit(count);
  return rows.map(({ sku, name, priceAmount, priceCurrency, stock, updatedAt }) => ({ sku, name, price: { amount: priceAmount, currency: priceCurrency }, stock, updatedAt }));
};

/** Whose rows of a topic a caller sees: of its own customer, unless it may read all. */
function ownerSeenBy(principal: Principal, topic: string): 'any' | 'none' | { readonly id: string } {
  if (holds(principal, [[`${topic}:read-all`]])) return 'any';
  const { sub } = principal.claims;
  // Written as the database does, since `@visibleTo` compares texts.
  return typeof sub === 'string' && acceptable('uuid', sub) && keyForm('uuid', true).write(sub) === sub ? { id: sub } : 'none';
}

export function checkedFirst(first: number, most: number): number {
  if (first < 1 || first > most) throw badInput(`first: must be 1 to ${most}, not ${first}. Read further pages with what comes after the last row.`);
  return first;
}

/** The entity as a reference would read it. */
function orderOf(row: OrderRow) {
  const { id, customerId, status, totalAmount, totalCurrency, placedAt, updatedAt, shipmentCarrier, shipmentTrackingNumber } = row;
  const shipment = shipmentCarrier === null || shipmentTrackingNumber === null ? null : { carrier: shipmentCarrier, trackingNumber: shipmentTrackingNumber };
  return { id, customerId, status, total: { amount: totalAmount, currency: totalCurrency }, placedAt, updatedAt, shipment };
}
