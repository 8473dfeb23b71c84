import { afterAll, beforeAll, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;

beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, consumers: { run: false } });
});

afterAll(() => gateways.close());

const REGISTER = 'mutation($input: RegisterCustomerInput!) { registerCustomer(input: $input) { customerId duplicate customer { name email billingAddress { city } } } }';
const STOCK = 'mutation($input: AdjustStockInput!) { adjustStock(input: $input) { sku stock duplicate product { name stock price { amount currency } } } }';
const ORDER = `mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
  orderId duplicate total { amount currency } order { status total { amount } customer { name } lines { quantity unitPrice { amount } product { sku stock } } payments { id } } } }`;

async function send<T>(text: string, input: object): Promise<T> {
  const result = await query<T>(gateway.url, text, { input });
  if (!result.data || result.errors) throw new Error(JSON.stringify(result.errors));
  return result.data;
}

test('an order through the gateway: payload, references, events in the log', async () => {
  const address = { street: 'Lindenweg 3', city: 'Ulm', postalCode: '89073', country: 'DE' };
  const { registerCustomer: registered } = await send<{ registerCustomer: { customerId: string } }>(REGISTER, { name: 'Ada Berg', email: 'ada@example.org', billingAddress: address });
  expect(registered).toMatchObject({ duplicate: false, customer: { name: 'Ada Berg', email: 'ada@example.org', billingAddress: { city: 'Ulm' } } });
  const { customerId } = registered;
  const price = { amount: 400, currency: 'EUR' };
  expect(await send(STOCK, { sku: 'TEA', delta: 2, name: 'Tea', price })).toEqual({ adjustStock: { sku: 'TEA', stock: 2, duplicate: false, product: { name: 'Tea', stock: 2, price } } });

  const input = { customerId, lines: [{ sku: 'TEA', quantity: 2 }], idempotencyKey: 'first' };
  const { placeOrder: placed } = await send<{ placeOrder: { orderId: string } }>(ORDER, input);
  expect(placed).toEqual({
    orderId: expect.any(String) as string, duplicate: false, total: { amount: 800, currency: 'EUR' },
    order: { status: 'PLACED', total: { amount: 800 }, customer: { name: 'Ada Berg' }, lines: [{ quantity: 2, unitPrice: { amount: 400 }, product: { sku: 'TEA', stock: 0 } }], payments: [] },
  });
  expect(await send(ORDER, input)).toEqual({ placeOrder: { ...placed, duplicate: true } });

  const rows = await waitFor(async () => {
    const found = await gateways.sql<{ type: string; key: string }[]>`SELECT type, key FROM sluice.events ORDER BY position`;
    return found.length >= 6 ? found : null;
  }, { what: 'six events in the log' });
  expect(rows.map((row) => [row.type, row.key])).toEqual([
    ['CustomerRegistered', customerId], ['BillingAddressChanged', customerId], ['StockAdjusted', 'TEA'],
    ['OrderPlaced', placed.orderId], ['StockReserved', 'TEA'], ['StockDepleted', 'TEA'],
  ]);

  const read = await query(gateway.url, `query($customerId: ID!, $orderId: ID!) {
    customer(id: $customerId) { id name } order(id: $orderId) { id placedAt } product(sku: "TEA") { stock } nobody: customer(id: "x") { id } }`, { customerId, orderId: placed.orderId });
  expect(read).toEqual({ data: { customer: { id: customerId, name: 'Ada Berg' }, order: { id: placed.orderId, placedAt: expect.stringMatching(/Z$/) as string }, product: { stock: 0 }, nobody: null } });
});

test('a business error reaches the client with its code and details', async () => {
  const { registerCustomer: { customerId } } = await send<{ registerCustomer: { customerId: string } }>(REGISTER, { name: 'Bo Lund', email: 'bo@example.org' });
  await send(STOCK, { sku: 'MUG', delta: 1, name: 'Mug', price: { amount: 900, currency: 'EUR' } });
  const short = await query(gateway.url, ORDER, { input: { customerId, lines: [{ sku: 'MUG', quantity: 2 }] } });
  expect(short.errors).toMatchObject([{ path: ['placeOrder'], extensions: { code: 'CONFLICT', sku: 'MUG', available: 1, requested: 2 } }]);
  const taken = await query(gateway.url, REGISTER, { input: { name: 'Bo', email: 'BO@example.org' } });
  expect(taken.errors).toMatchObject([{ extensions: { code: 'CONFLICT', email: 'BO@example.org' } }]);
  const wrong = await query(gateway.url, ORDER, { input: { customerId, lines: [] } });
  expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('two mutations of one request each show their own result', async () => {
  const price = { amount: 100, currency: 'EUR' };
  const result = await query(gateway.url, `mutation($first: AdjustStockInput!, $second: AdjustStockInput!) {
    first: adjustStock(input: $first) { product { stock } } second: adjustStock(input: $second) { product { stock } } }`, {
    first: { sku: 'CUP', delta: 3, name: 'Cup', price }, second: { sku: 'CUP', delta: 4 },
  });
  expect(result).toEqual({ data: { first: { product: { stock: 3 } }, second: { product: { stock: 7 } } } });
});
