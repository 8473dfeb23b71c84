import { fileURLToPath } from 'node:url';
import type { Application } from '../graphql/application.js';
import type { Resolvers } from './generated/graphql.js';
import { forgetRequests } from './request.js';
import { availability, itemCount } from './resolvers/computed.js';
import { changeBillingAddress, registerCustomer, updateCustomer } from './resolvers/customer.js';
import { adjustStock } from './resolvers/inventory.js';
import { submitForm } from './resolvers/lead.js';
import { cancelOrder, shipOrder } from './resolvers/order.js';
import { capturePayment, failPayment, refundPayment } from './resolvers/payment.js';
import { placeOrder } from './resolvers/place-order.js';
import { customer, order, orders, payment, plan, product, products } from './resolvers/queries.js';
import { cancelSubscription, renewSubscription, startSubscription } from './resolvers/subscription.js';

const resolvers = {
  Query: { customer, product, products, order, orders, payment, plan },
  OrderPlaced: { itemCount },
  Product: { availability },
  Mutation: {
    registerCustomer, updateCustomer, changeBillingAddress, adjustStock, placeOrder, capturePayment, failPayment, refundPayment, shipOrder, cancelOrder,
    startSubscription, renewSubscription, cancelSubscription, submitForm,
  },
} satisfies Resolvers;

/** The reference domain: a shop. */
export const commerce = {
  name: 'commerce',
  schema: fileURLToPath(new URL('../../schema/commerce', import.meta.url)),
  migrations: [{ folder: 'commerce', schema: 'commerce' }],
  resolvers,
  loaders: {},
  maintain: forgetRequests,
} satisfies Application;
