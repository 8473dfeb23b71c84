import type { Random } from './random.js';
import { CATALOGUE } from './words.js';

/** One product of an order. */
export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export type Product = (typeof CATALOGUE)[number];

/** The one product that is not bought in passing. */
const DEAREST = CATALOGUE.reduce((a, b) => (a.amount >= b.amount ? a : b));
const USUAL = CATALOGUE.filter(({ sku }) => sku !== DEAREST.sku);

/** At or below so many, a delivery is ordered. */
const LOW = 4;
/** As many one customer may take at once. */
const FEW = 8;

/**
 * What the plan believes to be in stock. It cannot know what the gateway refused, so now and then an order finds less:
 * that is refused, as in any shop.
 */
export class Stock {
  readonly #left = new Map<string, number>();
  readonly #ordered = new Set<string>();

  /** One of the dearest product, or none when the shelf is empty. */
  chooseDearest(): readonly Line[] {
    const { sku } = DEAREST;
    const left = this.#left.get(sku) ?? 0;
    if (left === 0) return [];
    this.#left.set(sku, left - 1);
    return [{ sku, quantity: 1 }];
  }

  /** One to three usual products that are there, or none when the shelves are empty. */
  choose(random: Random): readonly Line[] {
    const skus = new Set(Array.from({ length: random.between(1, 3) }, () => random.pick(USUAL).sku));
    return [...skus].flatMap((sku) => {
      const left = this.#left.get(sku) ?? 0;
      // Now and then someone takes all that is left.
      const quantity = Math.min(left, left <= FEW && random.chance(0.15) ? left : random.chance(0.75) ? 1 : random.between(2, 3));
      this.#left.set(sku, left - quantity);
      return quantity > 0 ? [{ sku, quantity }] : [];
    });
  }

  putBack(lines: readonly Line[]): void {
    for (const { sku, quantity } of lines) this.#left.set(sku, (this.#left.get(sku) ?? 0) + quantity);
  }

  /** Products of which there are few and none is on its way; each is told once until its delivery. */
  running(): readonly Product[] {
    const low = CATALOGUE.filter(({ sku }) => (this.#left.get(sku) ?? 0) <= LOW && !this.#ordered.has(sku));
    for (const { sku } of low) this.#ordered.add(sku);
    return low;
  }

  deliver(sku: string, quantity: number): void {
    this.#ordered.delete(sku);
    this.putBack([{ sku, quantity }]);
  }
}
