import type { OrderPlacedResolvers, ProductResolvers } from '../generated/graphql.js';

/** Items for sale at or below which a product is said to be running low. */
const LOW_STOCK = 5;

export const itemCount: NonNullable<OrderPlacedResolvers['itemCount']> = ({ lines = [] }) => lines.reduce((sum, line) => sum + line.quantity, 0);

export const availability: NonNullable<ProductResolvers['availability']> = ({ stock = 0 }) => (stock === 0 ? 'SOLD_OUT' : stock <= LOW_STOCK ? 'LOW' : 'IN_STOCK');
