import { and, asc, desc, eq, gt, sql, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { badInput } from '../../event/limits.js';
import { acceptable } from '../../reference/key.js';
import type { OrderStatus, QueryResolvers } from '../generated/graphql.js';
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

/** The newest of each status, merged: an index gives them, however many orders of other statuses lie between. */
export const orders: NonNullable<QueryResolvers['orders']> = async (_parent, { first, status, customerId, before }, { db }) => {
  const count = checkedFirst(first ?? 50, MAX_ORDERS);
  const statuses = [...new Set(status ?? STATUSES)];
  const conditions: SQL[] = [];
  if (customerId != null) {
    if (!acceptable('uuid', customerId)) return [];
    conditions.push(eq(ordersTable.customerId, customerId));
  }
  if (before != null) {
    const [known] = acceptable('uuid', before) ? await db.select({ id: ordersTable.id }).from(ordersTable).where(eq(ordersTable.id, before)) : [];
    if (known === undefined) throw badInput(`before: there is no order "${before}". Send the id of the last order of the page before.`);
    // Compared in the database: its clock has microseconds, a Date has none.
    conditions.push(sql`(${ordersTable.placedAt}, ${ordersTable.id}) < (SELECT placed_at, id FROM ${ordersTable} WHERE id = ${known.id})`);
  }
  const newest = (each: OrderStatus) => db.select().from(ordersTable).where(and(eq(ordersTable.status, each), ...conditions))
    .orderBy(desc(ordersTable.placedAt), desc(ordersTable.id)).limit(count);
  const [one, two, ...more] = statuses.map(newest);
  if (one === undefined) return [];
  const rows = await (two === undefined ? one : unionAll(one, two, ...more).orderBy(sql`placed_at DESC, id DESC`).limit(count));
  return rows.map(orderOf);
};

export const products: NonNullable<QueryResolvers['products']> = async (_parent, { first, after }, { db }) => {
  const count = checkedFirst(first ?? 100, MAX_PRODUCTS);
  // Postgres stores no NUL, so there is nothing behind it to compare with.
  if (after?.includes('\0')) throw badInput('after: contains a character that no number has.');
  const rows = await db.select().from(productsTable).where(after == null ? undefined : gt(productsTable.sku, after)).orderBy(asc(productsTable.sku)).limit(count);
  return rows.map(({ sku, name, priceAmount, priceCurrency, stock, updatedAt }) => ({ sku, name, price: { amount: priceAmount, currency: priceCurrency }, stock, updatedAt }));
};

function checkedFirst(first: number, most: number): number {
  if (first < 1 || first > most) throw badInput(`first: must be 1 to ${most}, not ${first}. Read further pages with what comes after the last row.`);
  return first;
}

/** The entity as a reference would read it. */
function orderOf(row: OrderRow) {
  const { id, customerId, status, totalAmount, totalCurrency, placedAt, updatedAt, shipmentCarrier, shipmentTrackingNumber } = row;
  const shipment = shipmentCarrier === null || shipmentTrackingNumber === null ? null : { carrier: shipmentCarrier, trackingNumber: shipmentTrackingNumber };
  return { id, customerId, status, total: { amount: totalAmount, currency: totalCurrency }, placedAt, updatedAt, shipment };
}
