import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createShop, type Shop } from '../support/commerce.js';

let shop: Shop;

beforeAll(async () => {
  shop = await createShop();
});

afterAll(async () => {
  await shop.close();
});

beforeEach(async () => {
  await shop.sql`TRUNCATE commerce.customers, commerce.products, commerce.orders, commerce.order_lines, commerce.requests, sluice.outbox CASCADE`;
});

const ada = (email = 'ada@example.org') => shop.registerCustomer({ name: 'Ada Berg', email });
const stocked = (sku: string, stock: number, amount = 1_250, currency = 'EUR') =>
  shop.adjustStock({ sku, delta: stock, name: `Thing ${sku}`, price: { amount, currency } });
const emptyOutbox = () => shop.sql`TRUNCATE sluice.outbox`;
const counts = async () => (await shop.sql<{ customers: number; orders: number; lines: number; requests: number; outbox: number }[]>`
  SELECT (SELECT count(*)::int FROM commerce.customers) AS customers, (SELECT count(*)::int FROM commerce.orders) AS orders,
    (SELECT count(*)::int FROM commerce.order_lines) AS lines, (SELECT count(*)::int FROM commerce.requests) AS requests,
    (SELECT count(*)::int FROM sluice.outbox) AS outbox`)[0];

test('registerCustomer stores the customer and its events', async () => {
  const address = { street: 'Lindenweg 3', city: 'Ulm', postalCode: '89073', country: 'DE' };
  const { customerId, duplicate } = await shop.registerCustomer({ name: '  Ada Berg ', email: 'Ada@example.org', billingAddress: address });
  expect(duplicate).toBe(false);
  expect(await shop.query('customer', { id: customerId })).toMatchObject({ id: customerId, name: 'Ada Berg', email: 'Ada@example.org', billingAddress: address, createdAt: expect.any(Date) as Date });
  expect(await shop.outbox()).toEqual([
    { topic: 'CustomerEvent', type: 'CustomerRegistered', key: customerId, payload: { customerId, name: 'Ada Berg', email: 'Ada@example.org' } },
    { topic: 'CustomerEvent', type: 'BillingAddressChanged', key: customerId, payload: { customerId, address } },
  ]);
});

test('an email belongs to one customer, however it is capitalised', async () => {
  await ada();
  const { customerId } = await ada('other@example.org');
  const before = await counts();
  await expect(ada('ADA@example.org')).rejects.toMatchObject({ code: 'CONFLICT', details: { email: 'ADA@example.org' } });
  await expect(shop.updateCustomer({ customerId, email: 'ada@EXAMPLE.org' })).rejects.toMatchObject({ code: 'CONFLICT', details: { email: 'ada@EXAMPLE.org' } });
  expect(await counts()).toEqual(before);
});

test('of many who register one email at once, one does', async () => {
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => ada()));
  expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  for (const each of results) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'CONFLICT' });
  expect(await counts()).toMatchObject({ customers: 1, outbox: 1 });
});

test('updateCustomer changes what is given and says the whole', async () => {
  const { customerId } = await ada();
  await emptyOutbox();
  await shop.updateCustomer({ customerId, name: 'Ada Thal', email: null });
  await shop.updateCustomer({ customerId: customerId.toUpperCase(), email: 'thal@example.org' });
  await shop.updateCustomer({ customerId, name: 'Ada Thal' });
  expect((await shop.outbox()).map((row) => [row.type, row.key, row.payload])).toEqual([
    ['CustomerUpdated', customerId, { customerId, name: 'Ada Thal', email: 'ada@example.org' }],
    ['CustomerUpdated', customerId, { customerId, name: 'Ada Thal', email: 'thal@example.org' }],
  ]);
});

test('concurrent updates of one customer write their events in commit order', async () => {
  const { customerId } = await ada();
  await Promise.all(Array.from({ length: 30 }, (_, index) => shop.updateCustomer({ customerId, name: `Name ${index}` })));
  const rows = await shop.outbox();
  expect(rows).toHaveLength(31);
  expect(await shop.query('customer', { id: customerId })).toMatchObject({ name: rows.at(-1)?.payload['name'] });
});

test('adjustStock creates, counts, renames and sells out', async () => {
  expect(await stocked('CUP', 5)).toEqual({ sku: 'CUP', stock: 5, duplicate: false });
  expect(await shop.adjustStock({ sku: 'CUP', delta: -5, reason: 'broken' })).toEqual({ sku: 'CUP', stock: 0, duplicate: false });
  await shop.adjustStock({ sku: 'CUP', delta: 0, name: 'Blue cup', price: { amount: 900, currency: 'EUR' } });
  expect(await shop.query('product', { sku: 'CUP' })).toMatchObject({ sku: 'CUP', name: 'Blue cup', price: { amount: 900, currency: 'EUR' }, stock: 0 });
  expect((await shop.outbox()).map((row) => [row.topic, row.type, row.key, row.payload])).toEqual([
    ['InventoryEvent', 'StockAdjusted', 'CUP', { sku: 'CUP', delta: 5, stock: 5, reason: null }],
    ['InventoryEvent', 'StockAdjusted', 'CUP', { sku: 'CUP', delta: -5, stock: 0, reason: 'broken' }],
    ['InventoryEvent', 'StockDepleted', 'CUP', { sku: 'CUP' }],
    ['InventoryEvent', 'StockAdjusted', 'CUP', { sku: 'CUP', delta: 0, stock: 0, reason: null }],
  ]);
});

test('a product that many create at once is created once and counts all', async () => {
  await Promise.all(Array.from({ length: 20 }, () => stocked('NEW', 2)));
  expect(await shop.query('product', { sku: 'NEW' })).toMatchObject({ stock: 40 });
  expect((await shop.outbox()).map((row) => row.payload['stock'])).toEqual(Array.from({ length: 20 }, (_, index) => 2 * (index + 1)));
});

test('placeOrder emits OrderPlaced, then StockReserved per product, then StockDepleted at zero', async () => {
  const { customerId } = await ada();
  await stocked('TEA', 3, 400);
  await stocked('CUP', 9, 1_000);
  await emptyOutbox();
  const { orderId, total, duplicate } = await shop.placeOrder({ customerId, lines: [{ sku: 'TEA', quantity: 2 }, { sku: 'CUP', quantity: 4 }, { sku: 'TEA', quantity: 1 }] });
  expect([total, duplicate]).toEqual([{ amount: 5_200, currency: 'EUR' }, false]);
  const lines = [
    { sku: 'TEA', quantity: 3, unitPrice: { amount: 400, currency: 'EUR' } },
    { sku: 'CUP', quantity: 4, unitPrice: { amount: 1_000, currency: 'EUR' } },
  ];
  expect(await shop.outbox()).toEqual([
    { topic: 'OrderEvent', type: 'OrderPlaced', key: orderId, payload: { orderId, customerId, lines, total } },
    { topic: 'InventoryEvent', type: 'StockReserved', key: 'TEA', payload: { sku: 'TEA', orderId, quantity: 3, stock: 0 } },
    { topic: 'InventoryEvent', type: 'StockReserved', key: 'CUP', payload: { sku: 'CUP', orderId, quantity: 4, stock: 5 } },
    { topic: 'InventoryEvent', type: 'StockDepleted', key: 'TEA', payload: { sku: 'TEA', lastOrderId: orderId } },
  ]);
  expect(await shop.query('order', { id: orderId })).toMatchObject({ id: orderId, customerId, status: 'PLACED', total });
  const stored = await shop.context().loaders.load({ field: 'lines', by: 'id', entity: 'OrderLine', to: 'orderId', many: true, invalidatedBy: [] }, orderId, 'default');
  expect(stored).toEqual(lines.map((line, index) => ({ id: `${orderId}/00${index + 1}`, orderId, ...line })));
});

test('a query for what is not there is null', async () => {
  expect(await shop.query('customer', { id: 'nobody' })).toBeNull();
  expect(await shop.query('order', { id: '00000000-0000-7000-8000-000000000000' })).toBeNull();
  expect(await shop.query('product', { sku: 'NONE' })).toBeNull();
});

test('what is wrong with the input is said with its place', async () => {
  const { customerId } = await ada();
  await stocked('CUP', 3);
  await stocked('MUG', 3, 2_000_000_000);
  await stocked('PIN', 3, 100, 'USD');
  const before = await counts();
  const refused = async (call: Promise<unknown>, message: RegExp): Promise<void> => {
    await expect(call).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) as string });
  };
  const order = (...lines: [sku: string, quantity: number][]) => shop.placeOrder({ customerId, lines: lines.map(([sku, quantity]) => ({ sku, quantity })) });
  await refused(order(), /^input\.lines: is empty/);
  await refused(order(['CUP', 1], ['CUP', 0]), /^input\.lines\[1\]\.quantity: must be at least 1/);
  await refused(order(['CUP', -1]), /^input\.lines\[0\]\.quantity/);
  await refused(order(['CUP', 1], ['NONE', 1]), /^input\.lines\[1\]\.sku: there is no product "NONE"/);
  await refused(order(['CUP', 2_147_483_647], ['CUP', 1]), /^input\.lines\[1\]\.quantity: .* 2147483648 times/);
  await refused(order(['CUP', 1], ['PIN', 1]), /^input\.lines: .* EUR and USD/);
  await refused(order(['MUG', 2]), /^input\.lines: the order costs more than/);
  await refused(order(...Array.from({ length: 201 }, (): [string, number] => ['CUP', 1])), /^input\.lines: has 201 lines/);
  await refused(shop.placeOrder({ customerId: 'nobody', lines: [{ sku: 'CUP', quantity: 1 }] }), /^input\.customerId: there is no customer "nobody"/);
  await refused(shop.registerCustomer({ name: ' ', email: 'x@example.org' }), /^input\.name/);
  await refused(shop.registerCustomer({ name: 'X\0', email: 'x@example.org' }), /^input\.name/);
  await refused(shop.registerCustomer({ name: 'X', email: 'nowhere' }), /^input\.email/);
  await refused(shop.registerCustomer({ name: 'X', email: 'x@example.org', billingAddress: { street: 'a', city: 'b', postalCode: '1', country: 'Germany' } }), /^input\.billingAddress\.country/);
  await refused(shop.registerCustomer({ name: 'X', email: 'x@example.org', idempotencyKey: '' }), /^input\.idempotencyKey/);
  await refused(shop.updateCustomer({ customerId }), /^input: gives nothing to change/);
  await refused(shop.updateCustomer({ customerId: 'nobody', name: 'X' }), /^input\.customerId/);
  await refused(shop.adjustStock({ sku: 'NONE', delta: 1 }), /^input\.sku: there is no product "NONE"/);
  await refused(shop.adjustStock({ sku: 'CUP', delta: 0 }), /^input\.delta/);
  await refused(shop.adjustStock({ sku: 'CUP', delta: 2_147_483_647 }), /^input\.delta/);
  await refused(shop.adjustStock({ sku: 'CUP', delta: 1, price: { amount: 0, currency: 'EUR' } }), /^input\.price\.amount/);
  await refused(shop.adjustStock({ sku: 'CUP', delta: 1, price: { amount: 1, currency: 'euro' } }), /^input\.price\.currency/);
  await refused(shop.adjustStock({ sku: ' CUP', delta: 1 }), /^input\.sku/);
  expect(await counts()).toEqual(before);
});

test('what is not in stock is a conflict that says how much there is', async () => {
  const { customerId } = await ada();
  await stocked('CUP', 3);
  await stocked('TEA', 3);
  const before = await counts();
  await expect(shop.placeOrder({ customerId, lines: [{ sku: 'TEA', quantity: 1 }, { sku: 'CUP', quantity: 4 }] }))
    .rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.lines\[1\]/) as string, details: { sku: 'CUP', available: 3, requested: 4 } });
  await expect(shop.adjustStock({ sku: 'CUP', delta: -4 })).rejects.toMatchObject({ code: 'CONFLICT', details: { sku: 'CUP', available: 3, requested: 4 } });
  expect(await counts()).toEqual(before);
  expect(await shop.query('product', { sku: 'TEA' })).toMatchObject({ stock: 3 });
});
