import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import type { Gateway } from '../../src/gateway.js';
import { EventHistoryDocument, OrderHistoryDocument, OrderDocument, PlaceOrderDocument, AdjustStockDocument, RegisterCustomerDocument } from '../generated/graphql.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce });
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
