import type { StockNewsFragment } from '../gql/graphql';

export interface Product {
  readonly sku: string;
  readonly name: string;
  /** Items for sale. */
  readonly stock: number;
}

export interface Stock {
  /** Products whose stock has moved, the one that moved last at the end; at most `MAX_PRODUCTS`. */
  readonly products: readonly Product[];
  /** Events that made it. */
  readonly events: number;
}

/** Past it the product that has not moved for longest leaves. */
const MAX_PRODUCTS = 500;
/** Items for sale from which a product is running low. */
const LOW = 5;

export const NO_STOCK: Stock = { products: [], events: 0 };

export function afterStockEvent({ products, events }: Stock, event: StockNewsFragment): Stock {
  const known = products.find(({ sku }) => sku === event.sku);
  const product = {
    sku: event.sku,
    name: event.product?.name ?? known?.name ?? event.sku,
    stock: event.__typename === 'StockDepleted' ? 0 : event.stock,
  };
  return { products: [...products.filter((each) => each !== known), product].slice(-MAX_PRODUCTS), events: events + 1 };
}

/** The scarcest first. */
export function runningLow({ products }: Stock): readonly Product[] {
  return products.filter(({ stock }) => stock <= LOW).sort((a, b) => a.stock - b.stock || a.name.localeCompare(b.name));
}
