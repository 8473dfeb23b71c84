import { inArray } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { checkedSku, MAX_INT } from '../check.js';
import type { MutationResolvers, PlaceOrderLineInput } from '../generated/graphql.js';
import { perform } from '../request.js';
import type { ShopTransaction } from '../rows.js';
import { orderLines, orders, products } from '../tables.js';
import { keepCustomer } from './hold.js';
import { setStocks } from './inventory.js';

/** Lines of one order at most; each product is a row lock and an event. */
const MAX_LINES = 200;

/**
 * Lines with the same number are one line with their sum. Products are locked in the order of their numbers, so two
 * orders never wait for each other in a circle; events follow the order of the lines.
 */
export const placeOrder: NonNullable<MutationResolvers['placeOrder']> = (_parent, { input }, context) =>
  perform(context, 'placeOrder', input, async (shop) => {
    const wanted = merged(input.lines);
    const { id: customerId, frozenAt } = await keepCustomer(shop, input.customerId);
    if (frozenAt !== null) {
      throw new SluiceError('CONFLICT', `input.customerId: customer "${customerId}" is frozen, because payments of theirs have to be looked into: no orders are taken until the case is cleared.`, {
        customerId, frozenAt: frozenAt.toISOString(),
      });
    }
    const lines = await reserve(shop, wanted);
    const total = totalOf(lines);

    const orderId = uuidv7();
    await shop.insert(orders, [{ id: orderId, customerId, status: 'PLACED', totalAmount: total.amount, totalCurrency: total.currency }]);
    await shop.insert(orderLines, lines.map((line, index) => ({
      id: `${orderId}/${String(index + 1).padStart(3, '0')}`,
      orderId,
      sku: line.sku,
      quantity: line.quantity,
      unitPriceAmount: line.unitPrice.amount,
      unitPriceCurrency: line.unitPrice.currency,
    })));

    await shop.publish('OrderPlaced', {
      orderId, customerId, lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice })), total,
    });
    for (const { sku, quantity, stock } of lines) await shop.publish('StockReserved', { sku, orderId, quantity, stock });
    for (const { sku, stock } of lines) {
      if (stock === 0) await shop.publish('StockDepleted', { sku, lastOrderId: orderId });
    }
    return { orderId, total };
  });

/** One product of the order. */
interface Wanted {
  readonly sku: string;
  readonly quantity: number;
  /** Where the product was first named, for messages: `input.lines[0]`. */
  readonly path: string;
}

function merged(lines: readonly PlaceOrderLineInput[]): readonly Wanted[] {
  if (lines.length === 0) throw badInput('input.lines: is empty. Order at least one product.');
  if (lines.length > MAX_LINES) throw badInput(`input.lines: has ${lines.length} lines; at most ${MAX_LINES} are allowed. Place several orders.`);
  const bySku = new Map<string, Wanted>();
  for (const [index, line] of lines.entries()) {
    const path = `input.lines[${index}]`;
    const sku = checkedSku(line.sku, `${path}.sku`);
    if (line.quantity < 1) throw badInput(`${path}.quantity: must be at least 1, not ${line.quantity}.`);
    const earlier = bySku.get(sku);
    const quantity = (earlier?.quantity ?? 0) + line.quantity;
    if (quantity > MAX_INT) throw badInput(`${path}.quantity: "${sku}" is ordered ${quantity} times in all; at most ${MAX_INT} are allowed.`);
    bySku.set(sku, { sku, quantity, path: earlier?.path ?? path });
  }
  return [...bySku.values()];
}

/** A product with its price, and its stock after the order. */
interface Reserved extends Wanted {
  readonly unitPrice: { readonly amount: number; readonly currency: string };
  readonly stock: number;
}

async function reserve(shop: ShopTransaction, wanted: readonly Wanted[]): Promise<readonly Reserved[]> {
  // Postgres locks rows in the order in which it returns them.
  const rows = await shop.select(products, inArray(products.sku, wanted.map((each) => each.sku))).orderBy(products.sku).for('no key update');
  const bySku = new Map(rows.map((row) => [row.sku, row]));
  const lines = wanted.map((each) => {
    const row = bySku.get(each.sku);
    if (row === undefined) throw badInput(`${each.path}.sku: there is no product "${each.sku}".`);
    return { ...each, unitPrice: { amount: row.priceAmount, currency: row.priceCurrency }, stock: row.stock - each.quantity };
  });
  const short = lines.find((line) => line.stock < 0);
  if (short !== undefined) {
    const available = short.stock + short.quantity;
    throw new SluiceError('CONFLICT', `${short.path}.quantity: ${short.quantity} of "${short.sku}" are ordered and ${available} are in stock.`, {
      sku: short.sku, available, requested: short.quantity,
    });
  }
  await setStocks(shop, lines);
  return lines;
}

function totalOf(lines: readonly Reserved[]): { readonly amount: number; readonly currency: string } {
  const currencies = new Set(lines.map((line) => line.unitPrice.currency));
  const [currency] = currencies;
  if (currency === undefined || currencies.size > 1) {
    throw badInput(`input.lines: the products are priced in ${[...currencies].sort().join(' and ')}; an order has one currency. Place one order for each.`);
  }
  // Past 2^53 the sum is not exact, but it is surely too large.
  const amount = lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0);
  if (amount > MAX_INT) throw badInput(`input.lines: the order costs more than ${MAX_INT} in all, the most that can be written. Place several orders.`);
  return { amount, currency };
}
