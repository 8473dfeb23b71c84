import { eq, sql } from 'drizzle-orm';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import type { DatabaseTransaction } from '../../graphql/context.js';
import { checkedPrice, checkedReason, checkedSku, checkedText, MAX_INT } from '../check.js';
import type { AdjustStockInput, MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import { products } from '../tables.js';

/** A change of name or price alone (`delta: 0`) emits `StockAdjusted` too: it is what tells readers of the product. */
export const adjustStock: NonNullable<MutationResolvers['adjustStock']> = (_parent, { input }, context) =>
  perform(context, 'adjustStock', input, async (tx) => {
    const sku = checkedSku(input.sku, 'input.sku');
    const { delta } = input;
    const change = changeOf(input);
    const reason = checkedReason(input.reason);
    if (delta === 0 && change.name === undefined && change.priceAmount === undefined) throw badInput('input.delta: is 0 and there is no name or price; nothing would change.');

    const before = await lockProduct(tx, sku, change);
    const stock = before + delta;
    if (stock < 0) {
      throw new SluiceError('CONFLICT', `input.delta: ${-delta} cannot be taken from the ${before} of "${sku}" in stock.`, { sku, available: before, requested: -delta });
    }
    if (stock > MAX_INT) throw badInput(`input.delta: the stock of "${sku}" would be ${stock}; at most ${MAX_INT} can be counted.`);
    await tx.update(products).set({ ...change, stock, updatedAt: sql`clock_timestamp()` }).where(eq(products.sku, sku));
    await context.publish(tx, 'StockAdjusted', { sku, delta, stock, reason });
    if (stock === 0 && before > 0) await context.publish(tx, 'StockDepleted', { sku });
    return { sku, stock };
  });

interface Change {
  readonly name?: string;
  readonly priceAmount?: number;
  readonly priceCurrency?: string;
}

function changeOf(input: AdjustStockInput): Change {
  const price = input.price ? checkedPrice(input.price, 'input.price') : null;
  return {
    ...(input.name == null ? {} : { name: checkedText(input.name, 'input.name') }),
    ...(price === null ? {} : { priceAmount: price.amount, priceCurrency: price.currency }),
  };
}

/** Holds the product's row, made with a stock of 0 when there is none, and gives its stock. */
async function lockProduct(tx: DatabaseTransaction, sku: string, change: Change): Promise<number> {
  const lock = async (): Promise<number | undefined> =>
    (await tx.select({ stock: products.stock }).from(products).where(eq(products.sku, sku)).for('no key update'))[0]?.stock;
  const known = await lock();
  if (known !== undefined) return known;
  const { name, priceAmount, priceCurrency } = change;
  if (name === undefined || priceAmount === undefined || priceCurrency === undefined) {
    throw badInput(`input.sku: there is no product "${sku}". Send its name and price to create it.`);
  }
  const made = await tx.insert(products).values({ sku, name, priceAmount, priceCurrency, stock: 0 }).onConflictDoNothing().returning({ stock: products.stock });
  // Someone else has made it between the two statements; this statement sees it.
  return made[0]?.stock ?? await lock() ?? 0;
}
