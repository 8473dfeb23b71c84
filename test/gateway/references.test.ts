import { afterAll, beforeAll, expect, it } from 'vitest';
import { createResumableClient } from '../../src/client/index.js';
import { commerce } from '../../src/commerce/application.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import WebSocket from 'ws';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, consumers: { run: false } });
});
afterAll(() => gateways.close());

async function batches(entity: string): Promise<number> {
  const metric = await gateway.metrics.referenceSeconds.get();
  return metric.values.find((value) => value.metricName === 'sluice_reference_seconds_count' && value.labels.entity === entity)?.value ?? 0;
}

it('delivers 100 events with 3 references each for one statement per entity', async () => {
  const names = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Tony'];
  const customers: string[] = [];
  for (const name of names) {
    const made = await query<{ registerCustomer: { customerId: string } }>(gateway.url, 'mutation($input: RegisterCustomerInput!) { registerCustomer(input: $input) { customerId } }', { input: { name, email: `${name}@example.com` } });
    customers.push(made.data?.registerCustomer.customerId ?? '');
  }
  await query(gateway.url, 'mutation { adjustStock(input: { sku: "cup", delta: 500, name: "Cup", price: { amount: 900, currency: "EUR" } }) { stock } }');
  const placed: string[] = [];
  for (let index = 0; index < 10; index += 1) {
    const order = await query<{ placeOrder: { orderId: string } }>(gateway.url, 'mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { orderId } }', { input: { customerId: customers[index % 5], lines: [{ sku: 'cup', quantity: 1 }] } });
    expect(order.errors).toBeUndefined();
    placed.push(order.data?.placeOrder.orderId ?? '');
  }
  const head = await query<{ orderEvents: { head: string } }>(gateway.url, '{ orderEvents(first: 0) { head } }');
  // One call, so that the hundred arrive together.
  const events = Array.from({ length: 100 }, (_, index) => ({ orderPlaced: {
    orderId: placed[index % 10], customerId: customers[index % 5], total: { amount: 900, currency: 'EUR' },
    lines: [{ sku: 'cup', quantity: 1, unitPrice: { amount: 900, currency: 'EUR' } }],
  } }));
  const published = await query(gateway.url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { cursor } }', { events });
  expect(published.errors).toBeUndefined();
  const before = await Promise.all(['Customer', 'Order', 'Product'].map(batches));

  const client = createResumableClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const seen: unknown[] = [];
  for await (const result of client.iterate<{ orderEvents: { node: Record<string, unknown> } }>({
    query: 'subscription($after: Cursor) { orderEvents(after: $after) { node { ... on OrderPlaced { customer { name } order { status } lines { product { name } } } } } }',
    variables: { after: head.data?.orderEvents.head },
  })) {
    expect(result.errors).toBeUndefined();
    seen.push(result.data?.orderEvents.node);
    if (seen.length === 100) break;
  }
  await client.dispose();
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => ({ customer: { name: names[index % 5] }, order: { status: 'PLACED' }, lines: [{ product: { name: 'Cup' } }] })));
  const after = await Promise.all(['Customer', 'Order', 'Product'].map(batches));
  expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1]);
});
