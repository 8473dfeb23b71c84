import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import type { Gateway } from '../../src/gateway.js';
import {
  AdjustStockDocument, CancelOrderDocument, CancelSubscriptionDocument, CapturePaymentDocument, ChangeBillingAddressDocument, EventHistoryDocument, FailPaymentDocument, OrderDocument, OrderHistoryDocument,
  OrdersDocument, PaymentDocument, PlaceOrderDocument, PlanDocument, ProductsDocument, RefundPaymentDocument, RegisterCustomerDocument, RenewSubscriptionDocument, ShipOrderDocument,
  StartSubscriptionDocument, SubmitFormDocument,
} from '../generated/graphql.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, consumers: { run: false } });
});
afterAll(() => gateways.close());

async function run<Result, Variables extends object>(document: TypedDocumentNode<Result, Variables>, variables: Variables): Promise<Result> {
  const { data, errors } = await query<Result>(gateway.url, print(document), variables);
  if (errors !== undefined || data === null || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

it('the generated documents type what the gateway answers', async () => {
  const { registerCustomer } = await run(RegisterCustomerDocument, { input: { name: 'Ada', email: 'ada@example.com' } });
  await run(AdjustStockDocument, { input: { sku: 'cup', delta: 3, name: 'Cup', price: { amount: 900, currency: 'EUR' } } });
  const { placeOrder } = await run(PlaceOrderDocument, { input: { customerId: registerCustomer.customerId, lines: [{ sku: 'cup', quantity: 2 }] } });
  const { order } = await run(OrderDocument, { id: placeOrder.orderId });
  expect(order?.id).toBe(placeOrder.orderId);
  const { orderEvents } = await run(OrderHistoryDocument, { last: 1 });
  expect(orderEvents.edges.map((edge) => edge.node?.__typename)).toEqual(['OrderPlaced']);
  const { events } = await run(EventHistoryDocument, { topics: ['OrderEvent', 'InventoryEvent'], where: { type: ['OrderPlaced', 'StockReserved'] } });
  const said = events.edges.map(({ node }) => (node?.__typename === 'OrderPlaced' ? node.orderId : node?.__typename === 'StockReserved' ? node.sku : null));
  expect([...said].sort()).toEqual([placeOrder.orderId, 'cup'].sort());
});

it('a shop front end finds everything it needs, typed', async () => {
  const { registerCustomer: { customerId } } = await run(RegisterCustomerDocument, { input: { name: 'Bo Lund', email: 'bo@example.com' } });
  const address = { street: 'Lindenweg 3', city: 'Ulm', postalCode: '89073', country: 'DE' };
  expect((await run(ChangeBillingAddressDocument, { input: { customerId, address } })).changeBillingAddress.customer?.billingAddress).toEqual(address);
  await run(AdjustStockDocument, { input: { sku: 'tea', delta: 5, name: 'Tea', price: { amount: 400, currency: 'EUR' } } });
  const place = async () => (await run(PlaceOrderDocument, { input: { customerId, lines: [{ sku: 'tea', quantity: 2 }] } })).placeOrder.orderId;
  const [first, second] = [await place(), await place()];
  await run(FailPaymentDocument, { input: { orderId: first, reason: 'card declined' } });
  const { capturePayment } = await run(CapturePaymentDocument, { input: { orderId: first } });
  expect(capturePayment).toMatchObject({ open: { amount: 0 }, order: { status: 'PAID' } });
  expect((await run(ShipOrderDocument, { input: { orderId: first, carrier: 'Cargo Bike', trackingNumber: 'C1' } })).shipOrder.order?.shipment?.carrier).toBe('Cargo Bike');
  expect((await run(CancelOrderDocument, { input: { orderId: second } })).cancelOrder).toMatchObject({ refundedPaymentIds: [], order: { status: 'CANCELLED' } });
  await run(RefundPaymentDocument, { input: { paymentId: capturePayment.paymentId, reason: 'goods came back' } });
  expect((await run(PaymentDocument, { id: capturePayment.paymentId })).payment).toMatchObject({ status: 'REFUNDED', reason: 'goods came back', order: { status: 'SHIPPED' } });

  const { orders } = await run(OrdersDocument, { customerId });
  expect(orders.map((order) => [order.id, order.status, order.lines.map((line) => line.product?.name), order.payments.map((payment) => payment.status)])).toEqual([
    [second, 'CANCELLED', ['Tea'], []], [first, 'SHIPPED', ['Tea'], ['FAILED', 'REFUNDED']],
  ]);
  expect((await run(OrdersDocument, { customerId, status: ['CANCELLED'] })).orders.map((order) => order.id)).toEqual([second]);
  expect((await run(ProductsDocument, { after: 'cup' })).products).toMatchObject([{ sku: 'tea', stock: 3 }]);

  const { startSubscription: { subscriptionId } } = await run(StartSubscriptionDocument, { input: { customerId, planName: 'Tea of the month', price: { amount: 990, currency: 'EUR' } } });
  const { renewSubscription } = await run(RenewSubscriptionDocument, { input: { subscriptionId } });
  expect((await run(CancelSubscriptionDocument, { input: { subscriptionId } })).cancelSubscription.endsAt).toBe(renewSubscription.renewsAt);
  expect((await run(PlanDocument, { id: subscriptionId })).plan).toMatchObject({ status: 'CANCELED', customer: { name: 'Bo Lund' } });
  expect((await run(SubmitFormDocument, { input: { formId: 'contact', page: '/contact', answers: { message: 'hello' } } })).submitForm).toMatchObject({ formId: 'contact', duplicate: false });
});
