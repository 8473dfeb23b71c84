import { fileURLToPath } from 'node:url';
import type { Application } from '../graphql/application.js';
import type { Resolvers } from './generated/graphql.js';
import { availability, itemCount } from './resolvers/computed.js';
import { customer, registerCustomer, updateCustomer } from './resolvers/customer.js';
import { adjustStock, product } from './resolvers/inventory.js';
import { order, placeOrder } from './resolvers/order.js';

const resolvers = {
  Query: { customer, product, order },
  OrderPlaced: { itemCount },
  Product: { availability },
  Mutation: { registerCustomer, updateCustomer, adjustStock, placeOrder },
} satisfies Resolvers;

/** The reference domain: a shop. */
export const commerce: Application = {
  name: 'commerce',
  schema: fileURLToPath(new URL('../../schema/commerce', import.meta.url)),
  migrations: [{ folder: 'commerce', schema: 'commerce' }],
  resolvers,
  loaders: {},
};
