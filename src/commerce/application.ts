import { fileURLToPath } from 'node:url';
import type { Application } from '../graphql/application.js';
import type { Resolvers } from './generated/graphql.js';
import { forgetRequests } from './request.js';
import { fraud } from './processors/fraud.js';
import { orderRouting } from './processors/order-routing.js';
import { revenue } from './processors/revenue.js';
import { welcomeMail } from './processors/welcome-mail.js';
import { availability, itemCount } from './resolvers/computed.js';
import { changeBillingAddress, registerCustomer, updateCustomer } from './resolvers/customer.js';
import { clearFraudCase } from './resolvers/fraud-case.js';
import { adjustStock } from './resolvers/inventory.js';
import { submitForm } from './resolvers/lead.js';
import { cancelOrder, shipOrder } from './resolvers/order.js';
import { capturePayment, failPayment, refundPayment } from './resolvers/payment.js';
import { placeOrder } from './resolvers/place-order.js';
import { customer, order, orders, payment, plan, product, products } from './resolvers/queries.js';
import { channelStock, dailyRevenue, fraudCases, mails } from './resolvers/results.js';
import { cancelSubscription, renewSubscription, startSubscription } from './resolvers/subscription.js';

const resolvers = {
  Query: { customer, product, products, order, orders, payment, plan, channelStock, dailyRevenue, fraudCases, mails },
  OrderPlaced: { itemCount },
  Product: { availability },
  Mutation: {
    registerCustomer, updateCustomer, changeBillingAddress, adjustStock, placeOrder, capturePayment, failPayment, refundPayment, shipOrder, cancelOrder,
    startSubscription, renewSubscription, cancelSubscription, submitForm, clearFraudCase,
  },
} satisfies Resolvers;

/** The reference domain: a shop. */
export const commerce = {
  name: 'commerce',
  schema: fileURLToPath(new URL('../../schema/commerce', import.meta.url)),
  migrations: [{ folder: 'commerce', schema: 'commerce' }],
  resolvers,
  loaders: {},
  processors: [fraud, revenue, welcomeMail, orderRouting],
  maintain: forgetRequests,
} satisfies Application;
