import { asc, eq, sql } from 'drizzle-orm';
import { acceptable } from '../../reference/key.js';
import type { EventInputs } from '../generated/events.js';
import { defineProcessor } from '../generated/events.js';
import { ShopWriter } from '../rows.js';
import { dailyRevenue, orderLines } from '../tables.js';
import { dayOf } from './spend-window.js';
import { split } from './split.js';

/** What a payment is booked on when nobody knows the lines of its order; no product has this number. */
const NO_PRODUCT = '';

/** One product of an order. */
interface Part {
  readonly sku: string;
  readonly quantity: number;
  /** What it costs, in minor units. */
  readonly cost: number;
  readonly currency: string;
}

/**
 * Running totals per day, product and currency: what arrived less what went back. Its order key is the day on which an event
 * occurred, so each row has one writer: totals are changed and told in one order, and no two transactions wait for each
 * other in a circle. Days of the past run side by side. It adds to what is there: before it is reset to count anew, its table
 * is to be emptied.
 */
export const revenue = defineProcessor({
  name: 'revenue',
  topics: ['PaymentEvent', 'OrderEvent'],
  types: ['PaymentCaptured', 'PaymentRefunded', 'OrderPaid'],
  delivery: 'exactly-once',
  from: 'beginning',
  key: ({ meta }) => dayOf(meta.occurredAt),
  async handle(event, { tenant, key: day, tx, emit }) {
    const shop = new ShopWriter(tx, tenant);
    const parts = await partsOf(shop, event.orderId);
    if (event.__typename === 'OrderPaid') {
      await count(shop, day, parts);
      return;
    }
    const amount = event.__typename === 'PaymentRefunded' ? -event.amount.amount : event.amount.amount;
    for (const change of await book(shop, day, { amount, currency: event.amount.currency }, parts)) {
      emit('RevenueChanged', { ...change, paymentId: event.paymentId });
    }
  },
});

/** By number, so that whoever changes the rows of an order changes them in one order. Empty when the shop has no such order. */
async function partsOf(shop: ShopWriter, orderId: string): Promise<readonly Part[]> {
  if (!acceptable('uuid', orderId)) return [];
  // An order's lines were written with its first event and never change.
  const lines = await shop.select(orderLines, eq(orderLines.orderId, orderId)).orderBy(asc(orderLines.sku), asc(orderLines.id));
  const parts = new Map<string, Part>();
  for (const { sku, quantity, unitPriceAmount, unitPriceCurrency: currency } of lines) {
    const { quantity: before, cost } = parts.get(sku) ?? { quantity: 0, cost: 0 };
    parts.set(sku, { sku, quantity: before + quantity, cost: cost + quantity * unitPriceAmount, currency });
  }
  return [...parts.values()];
}

async function count(shop: ShopWriter, day: string, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return;
  await shop.put(dailyRevenue, parts.map(({ sku, quantity, currency }) => ({ day, sku, currency, units: quantity, orders: 1 })), {
    units: sql`${dailyRevenue.units} + excluded.units`, orders: sql`${dailyRevenue.orders} + excluded.orders`, updatedAt: sql`clock_timestamp()`,
  });
}

type Change = Omit<EventInputs['RevenueChanged'], 'paymentId'>;

async function book(shop: ShopWriter, day: string, { amount, currency }: { readonly amount: number; readonly currency: string }, parts: readonly Part[]): Promise<readonly Change[]> {
  const shares = parts.length === 0 ? [amount] : split(amount, parts.map(({ cost }) => cost));
  const rows = shares.flatMap((share, index) => (share === 0 ? [] : [{ day, sku: parts[index]?.sku ?? NO_PRODUCT, currency, amount: share }]));
  if (rows.length === 0) return [];
  const changed = await shop.put(dailyRevenue, rows, { amount: sql`${dailyRevenue.amount} + excluded.amount`, updatedAt: sql`clock_timestamp()` });
  const totals = new Map(changed.map((row) => [row.sku, row.amount]));
  return rows.map(({ sku, amount: share }) => ({
    day, sku, change: { amount: share, currency }, total: { amount: totals.get(sku) ?? share, currency },
  }));
}
