import { sql } from 'drizzle-orm';
import { bigint, check, date, foreignKey, index, integer, jsonb, pgSchema, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

/**
 * The rows behind schema/commerce. An entity's columns are its fields in snake case, money and addresses spread over
 * several. `npx drizzle-kit generate` writes the migration after a change here.
 *
 * Every table has its tenant, in every key: no row can refer to one of another tenant, and what users choose (a number, an
 * address, an idempotency key) is unique in a tenant only. Resolvers reach the rows through src/commerce/rows.ts.
 */
const commerce = pgSchema('commerce');

const tenant = () => text('tenant').notNull();
const at = (name: string) => timestamp(name, { withTimezone: true }).notNull().defaultNow();

export const customers = commerce.table('customers', {
  id: uuid('id').notNull(),
  name: text('name').notNull(),
  email: text('email').notNull(),
  billingAddressStreet: text('billing_address_street'),
  billingAddressCity: text('billing_address_city'),
  billingAddressPostalCode: text('billing_address_postal_code'),
  billingAddressCountry: text('billing_address_country'),
  createdAt: at('created_at'),
  updatedAt: at('updated_at'),
  tenant: tenant(),
  /** Since when no orders are taken of them. */
  frozenAt: timestamp('frozen_at', { withTimezone: true }),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  // One customer per address, however it is capitalised.
  uniqueIndex('customers_email').on(table.tenant, sql`lower(${table.email})`),
]);

export const products = commerce.table('products', {
  sku: text('sku').notNull(),
  name: text('name').notNull(),
  priceAmount: integer('price_amount').notNull(),
  priceCurrency: text('price_currency').notNull(),
  stock: integer('stock').notNull(),
  updatedAt: at('updated_at'),
  tenant: tenant(),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.sku] }),
  check('products_stock', sql`${table.stock} >= 0`),
  check('products_price', sql`${table.priceAmount} > 0`),
]);

export const orders = commerce.table('orders', {
  id: uuid('id').notNull(),
  customerId: uuid('customer_id').notNull(),
  status: text('status', { enum: ['PLACED', 'PAID', 'SHIPPED', 'CANCELLED'] }).notNull(),
  totalAmount: integer('total_amount').notNull(),
  totalCurrency: text('total_currency').notNull(),
  placedAt: at('placed_at'),
  updatedAt: at('updated_at'),
  shipmentCarrier: text('shipment_carrier'),
  shipmentTrackingNumber: text('shipment_tracking_number'),
  tenant: tenant(),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  foreignKey({ columns: [table.tenant, table.customerId], foreignColumns: [customers.tenant, customers.id] }),
  // For the newest of each status, which `orders` merges: few open ones are found among many shipped. Of all, and of one customer.
  index('orders_status').on(table.tenant, table.status, table.placedAt, table.id),
  index('orders_customer_id').on(table.tenant, table.customerId, table.status, table.placedAt, table.id),
  check('orders_status', sql`${table.status} IN ('PLACED', 'PAID', 'SHIPPED', 'CANCELLED')`),
]);

export const orderLines = commerce.table('order_lines', {
  /** The order's id and the line's number, padded so that text order is the order of the lines. */
  id: text('id').notNull(),
  orderId: uuid('order_id').notNull(),
  sku: text('sku').notNull(),
  quantity: integer('quantity').notNull(),
  unitPriceAmount: integer('unit_price_amount').notNull(),
  unitPriceCurrency: text('unit_price_currency').notNull(),
  tenant: tenant(),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  foreignKey({ columns: [table.tenant, table.orderId], foreignColumns: [orders.tenant, orders.id] }),
  foreignKey({ columns: [table.tenant, table.sku], foreignColumns: [products.tenant, products.sku] }),
  index('order_lines_order_id').on(table.tenant, table.orderId),
  check('order_lines_quantity', sql`${table.quantity} > 0`),
]);

export const payments = commerce.table('payments', {
  id: uuid('id').notNull(),
  orderId: uuid('order_id').notNull(),
  customerId: uuid('customer_id').notNull(),
  amountAmount: integer('amount_amount').notNull(),
  amountCurrency: text('amount_currency').notNull(),
  status: text('status', { enum: ['CAPTURED', 'FAILED', 'REFUNDED'] }).notNull(),
  createdAt: at('created_at'),
  updatedAt: at('updated_at'),
  reason: text('reason'),
  tenant: tenant(),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  foreignKey({ columns: [table.tenant, table.orderId], foreignColumns: [orders.tenant, orders.id] }),
  foreignKey({ columns: [table.tenant, table.customerId], foreignColumns: [customers.tenant, customers.id] }),
  index('payments_order_id').on(table.tenant, table.orderId),
  check('payments_status', sql`${table.status} IN ('CAPTURED', 'FAILED', 'REFUNDED')`),
  check('payments_amount', sql`${table.amountAmount} > 0`),
]);

/** Rows of the entity `Plan`. */
export const subscriptions = commerce.table('subscriptions', {
  id: uuid('id').notNull(),
  customerId: uuid('customer_id').notNull(),
  name: text('name').notNull(),
  status: text('status', { enum: ['ACTIVE', 'CANCELED'] }).notNull(),
  priceAmount: integer('price_amount').notNull(),
  priceCurrency: text('price_currency').notNull(),
  renewsAt: timestamp('renews_at', { withTimezone: true }).notNull(),
  startedAt: at('started_at'),
  updatedAt: at('updated_at'),
  tenant: tenant(),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  foreignKey({ columns: [table.tenant, table.customerId], foreignColumns: [customers.tenant, customers.id] }),
  index('subscriptions_customer_id').on(table.tenant, table.customerId),
  check('subscriptions_status', sql`${table.status} IN ('ACTIVE', 'CANCELED')`),
]);

/** One row per idempotency key that a business mutation was called with. */
export const requests = commerce.table('requests', {
  tenant: tenant(),
  key: text('key').notNull(),
  mutation: text('mutation').notNull(),
  /** sha256 of what was asked, in hex. */
  fingerprint: text('fingerprint').notNull(),
  /** What was answered. Null only inside the transaction that does the work. */
  result: jsonb('result').$type<Readonly<Record<string, unknown>>>(),
  createdAt: at('created_at'),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.key] }),
  // For those whose window is over.
  index('requests_created_at').on(table.createdAt),
]);

/*
 * What the processors keep. They follow events, which anybody with the scope may publish: what an event names need not have
 * a row, so nothing here refers to one.
 */

/** One for each customer and day on which they spent too much in a short time. */
export const fraudCases = commerce.table('fraud_cases', {
  tenant: tenant(),
  /** Made of the customer and the day: a case that is found again is the same one. */
  id: uuid('id').notNull(),
  customerId: text('customer_id').notNull(),
  /** Of the end of the window, in UTC. */
  day: date('day').notNull(),
  status: text('status', { enum: ['OPEN', 'CLEARED'] }).notNull(),
  windowStart: timestamp('window_start', { withTimezone: true }).notNull(),
  windowEnd: timestamp('window_end', { withTimezone: true }).notNull(),
  spentAmount: bigint('spent_amount', { mode: 'number' }).notNull(),
  spentCurrency: text('spent_currency').notNull(),
  /** When the customer was frozen for it; null when there was none with this id. */
  frozenAt: timestamp('frozen_at', { withTimezone: true }),
  openedAt: at('opened_at'),
  clearedAt: timestamp('cleared_at', { withTimezone: true }),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  uniqueIndex('fraud_cases_customer_id').on(table.tenant, table.customerId, table.day),
  index('fraud_cases_opened_at').on(table.tenant, table.openedAt, table.id),
  check('fraud_cases_status', sql`${table.status} IN ('OPEN', 'CLEARED')`),
]);

/** Running totals. */
export const dailyRevenue = commerce.table('daily_revenue', {
  tenant: tenant(),
  /** In UTC. */
  day: date('day').notNull(),
  /** Empty for payments of which no order lines are known: no product has such a number. */
  sku: text('sku').notNull(),
  currency: text('currency').notNull(),
  /** Captured less refunded, in minor units. */
  amount: bigint('amount', { mode: 'number' }).notNull().default(0),
  /** Of the orders that were paid in full on the day: items, and how many orders. */
  units: bigint('units', { mode: 'number' }).notNull().default(0),
  orders: bigint('orders', { mode: 'number' }).notNull().default(0),
  updatedAt: at('updated_at'),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.day, table.sku, table.currency] }),
]);

/** What sales channels were last told of each product. */
export const channelStock = commerce.table('channel_stock', {
  tenant: tenant(),
  channel: text('channel').notNull(),
  sku: text('sku').notNull(),
  stock: integer('stock').notNull(),
  /** Of the event that said so: what an earlier one says comes too late. */
  position: bigint('position', { mode: 'bigint' }).notNull(),
  updatedAt: at('updated_at'),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.sku, table.channel] }),
]);

/** Mails that went out. */
export const mails = commerce.table('mails', {
  tenant: tenant(),
  /** That of the event that led to it. */
  id: uuid('id').notNull(),
  customerId: text('customer_id').notNull(),
  recipient: text('recipient').notNull(),
  subject: text('subject').notNull(),
  sentAt: at('sent_at'),
}, (table) => [
  primaryKey({ columns: [table.tenant, table.id] }),
  index('mails_sent_at').on(table.tenant, table.sentAt, table.id),
]);
