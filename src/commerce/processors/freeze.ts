import { eq, sql } from 'drizzle-orm';
import { v5 as uuidv5 } from 'uuid';
import { acceptable } from '../../reference/key.js';
import type { ShopWriter } from '../rows.js';
import { customers, fraudCases } from '../tables.js';
import type { Excess } from './spend-window.js';

/** Of the ids of cases; never changes. */
const CASES = '5a0c7f86-2f0e-4d4f-9c53-6f1f0f0d3a52';

/**
 * Opens the case of a customer and a day and freezes the customer; null when there is that case already, and then nothing is
 * done. A customer who is frozen stays so since when they were.
 */
export async function freeze(shop: ShopWriter, customerId: string, { day, from, to, spent }: Excess): Promise<string | null> {
  const id = uuidv5(JSON.stringify([customerId, day]), CASES);
  const opened = await shop.insertNew(fraudCases, {
    id, customerId, day, status: 'OPEN', windowStart: from, windowEnd: to, spentAmount: spent.amount, spentCurrency: spent.currency,
  });
  if (!opened) return null;
  // The event need not be of a customer of the shop.
  const frozen = !acceptable('uuid', customerId) ? 0 : await shop.update(
    customers, { frozenAt: sql`coalesce(${customers.frozenAt}, clock_timestamp())`, updatedAt: sql`clock_timestamp()` }, eq(customers.id, customerId),
  );
  if (frozen > 0) await shop.update(fraudCases, { frozenAt: sql`clock_timestamp()` }, eq(fraudCases.id, id));
  return id;
}
