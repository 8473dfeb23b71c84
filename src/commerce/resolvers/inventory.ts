import { eq, sql } from 'drizzle-orm';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { checkedPrice, checkedReason, checkedSku, checkedText, MAX_INT } from '../check.js';
import type { AdjustStockInput, MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import type { ShopTransaction } from '../rows.js';
import { products } from '../tables.js';

/** A change of name or price alone (`delta: 0`) emits `StockAdjusted` too: it is what tells readers of the product. */
export const adjustStock: NonNullable<MutationResolvers['adjustStock']> = (_parent, { input }, context) =>
  perform(context, 'adjustStock', input, async (shop) => {
    const sku = checkedSku(input.sku, 'input.sku');
    const { delta } = input;
    const change = changeOf(input);
    const reason = checkedReason(input.reason);
    if (delta === 0 && change.name === undefined && change.priceAmount === undefined) throw badInput('input.delta: is 0 and there is no name or price; nothing would change.');

    const before = await lockProduct(shop, sku, change);
    const stock = before + delta;
    if (stock < 0) {
      throw new SluiceError('CONFLICT', `input.delta: ${-delta} cannot be taken from the ${before} of "${sku}" in stock.`, { sku, available: before, requested: -delta });
    }
    if (stock > MAX_INT) throw badInput(`input.delta: the stock of "${sku}" would be ${stock}; at most ${MAX_INT} can be counted.`);
    await shop.update(products, { ...change, stock, updatedAt: sql`clock_timestamp()` }, eq(products.sku, sku));
    await shop.publish('StockAdjusted', { sku, delta, stock, reason });
    if (stock === 0 && before > 0) await shop.publish('StockDepleted', { sku });
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
async function lockProduct(shop: ShopTransaction, sku: string, change: Change): Promise<number> {
  const lock = async (): Promise<number | undefined> =>
    (await shop.select(products, eq(products.sku, sku)).for('no key update'))[0]?.stock;
  const known = await lock();
  if (known !== undefined) return known;
  const { name, priceAmount, priceCurrency } = change;
  if (name === undefined || priceAmount === undefined || priceCurrency === undefined) {
    throw badInput(`input.sku: there is no product "${sku}". Send its name and price to create it.`);
  }
  if (await shop.insertNew(products, { sku, name, priceAmount, priceCurrency, stock: 0 })) return 0;
  // Someone else has made it between the two statements; this statement sees it.
  return await lock() ?? 0;
}

/** Gives products their stock after a change. Their rows must be held. */
export async function setStocks(shop: ShopTransaction, stocks: readonly { readonly sku: string; readonly stock: number }[]): Promise<void> {
  const after = JSON.stringify(stocks.map(({ sku, stock }) => ({ sku, stock })));
  await shop.update(
    products, { stock: sql`after.stock`, updatedAt: sql`clock_timestamp()` }, sql`${products.sku} = after.sku`,
    sql`json_to_recordset(${after}::json) AS after(sku text, stock integer)`,
  );
}
