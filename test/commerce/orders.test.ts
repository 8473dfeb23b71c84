import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createShop, type Shop } from '../support/commerce.js';

let shop: Shop;
let customerId: string;
let orderId: string;

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const TOTAL = EUR(5_200);

beforeAll(async () => {
  shop = await createShop();
});

afterAll(async () => {
  await shop.close();
});

/** An order of 3 TEA (of 3) and 4 CUP (of 9), placed by Ada. */
beforeEach(async () => {
  await shop.sql`TRUNCATE commerce.customers, commerce.products, commerce.requests, sluice.outbox CASCADE`;
  ({ customerId } = await shop.registerCustomer({ name: 'Ada Berg', email: 'ada@example.org' }));
  await shop.adjustStock({ sku: 'TEA', delta: 3, name: 'Tea', price: EUR(400) });
  await shop.adjustStock({ sku: 'CUP', delta: 9, name: 'Cup', price: EUR(1_000) });
  ({ orderId } = await shop.placeOrder({ customerId, lines: [{ sku: 'TEA', quantity: 3 }, { sku: 'CUP', quantity: 4 }] }));
  await shop.sql`TRUNCATE sluice.outbox`;
});

const events = async () => (await shop.outbox()).map((row) => [row.topic, row.type, row.key, row.payload]);
const types = async () => (await shop.outbox()).map((row) => row.type);
const statusOf = async (id = orderId) => (await shop.query('order', { id }))?.['status'];
const refusal = async (call: () => Promise<unknown>, code: string, message: RegExp, details: object = {}): Promise<void> => {
  const before = [await events(), await shop.sql`SELECT * FROM commerce.orders`, await shop.sql`SELECT * FROM commerce.payments`, await shop.sql`SELECT * FROM commerce.products`];
  await expect(call()).rejects.toMatchObject({ code, message: expect.stringMatching(message), ...(code === 'CONFLICT' ? { details } : {}) });
  expect([await events(), await shop.sql`SELECT * FROM commerce.orders`, await shop.sql`SELECT * FROM commerce.payments`, await shop.sql`SELECT * FROM commerce.products`]).toEqual(before);
};
const ship = (id = orderId) => shop.shipOrder({ orderId: id, carrier: 'Parcel Post', trackingNumber: 'P1' });

test('capturePayment of all that is owed pays the order', async () => {
  const { paymentId, ...rest } = await shop.capturePayment({ orderId: orderId.toUpperCase() });
  expect(rest).toEqual({ orderId, amount: TOTAL, open: EUR(0), duplicate: false });
  expect(await shop.query('payment', { id: paymentId })).toMatchObject({ id: paymentId, orderId, customerId, amount: TOTAL, status: 'CAPTURED', reason: null });
  expect(await statusOf()).toBe('PAID');
  expect(await events()).toEqual([
    ['PaymentEvent', 'PaymentCaptured', customerId, { paymentId, customerId, orderId, amount: TOTAL }],
    ['OrderEvent', 'OrderPaid', orderId, { orderId, customerId, paymentId, amount: TOTAL }],
  ]);
});

test('parts add up: the one that completes the order settles it', async () => {
  const first = await shop.capturePayment({ orderId, amount: EUR(2_000) });
  expect(first).toMatchObject({ amount: EUR(2_000), open: EUR(3_200) });
  expect(await statusOf()).toBe('PLACED');
  await refusal(() => shop.capturePayment({ orderId, amount: EUR(3_201) }), 'CONFLICT', /3201 is more than the 3200/, { owed: 3_200, requested: 3_201 });
  const second = await shop.capturePayment({ orderId });
  expect(second).toMatchObject({ amount: EUR(3_200), open: EUR(0) });
  expect(await statusOf()).toBe('PAID');
  expect((await shop.outbox()).at(-1)).toMatchObject({ type: 'OrderPaid', payload: { paymentId: second.paymentId, amount: TOTAL } });
});

test('a part that goes back before the order is paid is owed again', async () => {
  const { paymentId } = await shop.capturePayment({ orderId, amount: EUR(2_000) });
  expect(await shop.refundPayment({ paymentId, reason: 'wrong card' })).toEqual({ paymentId, orderId, amount: EUR(2_000), duplicate: false });
  expect(await shop.query('payment', { id: paymentId })).toMatchObject({ status: 'REFUNDED', reason: 'wrong card' });
  expect((await shop.outbox()).at(-1)).toEqual({
    topic: 'PaymentEvent', type: 'PaymentRefunded', key: customerId, payload: { paymentId, customerId, orderId, amount: EUR(2_000), reason: 'wrong card' },
  });
  expect(await shop.capturePayment({ orderId })).toMatchObject({ amount: TOTAL, open: EUR(0) });
});

test('failPayment is kept with its reason and leaves the order to another attempt', async () => {
  const { paymentId, ...rest } = await shop.failPayment({ orderId, reason: 'card declined' });
  expect(rest).toEqual({ orderId, amount: TOTAL, duplicate: false });
  expect(await shop.query('payment', { id: paymentId })).toMatchObject({ status: 'FAILED', reason: 'card declined', amount: TOTAL });
  expect(await events()).toEqual([['PaymentEvent', 'PaymentFailed', customerId, { paymentId, customerId, orderId, amount: TOTAL, reason: 'card declined' }]]);
  expect(await statusOf()).toBe('PLACED');
  expect(await shop.capturePayment({ orderId })).toMatchObject({ open: EUR(0) });
  await refusal(() => shop.refundPayment({ paymentId }), 'CONFLICT', /was refused: nothing arrived/, { paymentId, status: 'FAILED', orderStatus: 'PAID' });
});

test('shipOrder sends a paid order on its way', async () => {
  await shop.capturePayment({ orderId });
  await shop.sql`TRUNCATE sluice.outbox`;
  expect(await shop.shipOrder({ orderId, carrier: ' Blue Courier ', trackingNumber: 'B42' })).toEqual({ orderId, duplicate: false });
  expect(await shop.query('order', { id: orderId })).toMatchObject({ status: 'SHIPPED', shipment: { carrier: 'Blue Courier', trackingNumber: 'B42' } });
  expect(await events()).toEqual([['OrderEvent', 'OrderShipped', orderId, { orderId, customerId, carrier: 'Blue Courier', trackingNumber: 'B42' }]]);
});

test('cancelOrder before payment puts the stock back on sale', async () => {
  expect(await shop.cancelOrder({ orderId, reason: 'ordered twice' })).toEqual({ orderId, refundedPaymentIds: [], duplicate: false });
  expect(await statusOf()).toBe('CANCELLED');
  expect(await shop.query('product', { sku: 'TEA' })).toMatchObject({ stock: 3 });
  expect(await shop.query('product', { sku: 'CUP' })).toMatchObject({ stock: 9 });
  expect(await events()).toEqual([
    ['OrderEvent', 'OrderCancelled', orderId, { orderId, customerId, reason: 'ordered twice' }],
    ['InventoryEvent', 'StockAdjusted', 'TEA', { sku: 'TEA', delta: 3, stock: 3, reason: 'order cancelled' }],
    ['InventoryEvent', 'StockAdjusted', 'CUP', { sku: 'CUP', delta: 4, stock: 9, reason: 'order cancelled' }],
  ]);
});

test('cancelOrder of a paid order gives every payment that arrived back, and no other', async () => {
  const failed = await shop.failPayment({ orderId });
  const first = await shop.capturePayment({ orderId, amount: EUR(200) });
  const second = await shop.capturePayment({ orderId });
  await shop.sql`TRUNCATE sluice.outbox`;
  expect(await shop.cancelOrder({ orderId })).toEqual({ orderId, refundedPaymentIds: [first.paymentId, second.paymentId], duplicate: false });
  expect((await shop.outbox()).filter((row) => row.topic === 'PaymentEvent')).toEqual([
    { topic: 'PaymentEvent', type: 'PaymentRefunded', key: customerId, payload: { paymentId: first.paymentId, customerId, orderId, amount: EUR(200), reason: null } },
    { topic: 'PaymentEvent', type: 'PaymentRefunded', key: customerId, payload: { paymentId: second.paymentId, customerId, orderId, amount: EUR(5_000), reason: null } },
  ]);
  expect(await types()).toEqual(['OrderCancelled', 'StockAdjusted', 'StockAdjusted', 'PaymentRefunded', 'PaymentRefunded']);
  expect((await shop.query('payment', { id: failed.paymentId }))?.['status']).toBe('FAILED');
  await refusal(() => shop.refundPayment({ paymentId: first.paymentId }), 'CONFLICT', /went back already/, { status: 'REFUNDED' });
});

test('what the state of an order does not allow is a conflict that names the state', async () => {
  await refusal(() => ship(), 'CONFLICT', /is not paid yet/, { orderId, status: 'PLACED' });

  const { paymentId } = await shop.capturePayment({ orderId });
  await refusal(() => shop.capturePayment({ orderId }), 'CONFLICT', /is paid: nothing is owed/, { orderId, status: 'PAID' });
  await refusal(() => shop.failPayment({ orderId }), 'CONFLICT', /is paid: nothing is owed/, { orderId, status: 'PAID' });
  await refusal(() => shop.refundPayment({ paymentId }), 'CONFLICT', /Cancel the order/, { paymentId, status: 'CAPTURED', orderStatus: 'PAID' });

  await ship();
  await refusal(() => shop.cancelOrder({ orderId }), 'CONFLICT', /has been shipped and cannot be cancelled/, { orderId, status: 'SHIPPED' });
  await refusal(() => ship(), 'CONFLICT', /has been shipped already/, { orderId, status: 'SHIPPED' });
  await refusal(() => shop.capturePayment({ orderId }), 'CONFLICT', /is paid/, { orderId, status: 'SHIPPED' });
  await shop.refundPayment({ paymentId, reason: 'goods came back' });
  expect(await statusOf()).toBe('SHIPPED');

  const other = await shop.placeOrder({ customerId, lines: [{ sku: 'CUP', quantity: 1 }] });
  await shop.cancelOrder({ orderId: other.orderId });
  const state = { orderId: other.orderId, status: 'CANCELLED' };
  await refusal(() => shop.cancelOrder({ orderId: other.orderId }), 'CONFLICT', /is cancelled already/, state);
  await refusal(() => ship(other.orderId), 'CONFLICT', /is cancelled and cannot be shipped/, state);
  await refusal(() => shop.capturePayment({ orderId: other.orderId }), 'CONFLICT', /is cancelled: nothing is owed/, state);
  await refusal(() => shop.failPayment({ orderId: other.orderId }), 'CONFLICT', /is cancelled: nothing is owed/, state);
});

test('stock that could not be counted any more is not given back', async () => {
  await shop.adjustStock({ sku: 'TEA', delta: 2_147_483_645 });
  await refusal(() => shop.cancelOrder({ orderId }), 'CONFLICT', /the stock of "TEA" would be 2147483648/, { sku: 'TEA' });
});

test('what is wrong with the input is said with its place', async () => {
  const nowhere = '00000000-0000-7000-8000-000000000000';
  for (const id of [nowhere, 'none']) {
    const none = new RegExp(`^input\\.orderId: there is no order "${id}"`);
    await refusal(() => shop.capturePayment({ orderId: id }), 'BAD_USER_INPUT', none);
    await refusal(() => shop.failPayment({ orderId: id }), 'BAD_USER_INPUT', none);
    await refusal(() => ship(id), 'BAD_USER_INPUT', none);
    await refusal(() => shop.cancelOrder({ orderId: id }), 'BAD_USER_INPUT', none);
    await refusal(() => shop.refundPayment({ paymentId: id }), 'BAD_USER_INPUT', new RegExp(`^input\\.paymentId: there is no payment "${id}"`));
  }
  await refusal(() => shop.capturePayment({ orderId, amount: EUR(0) }), 'BAD_USER_INPUT', /^input\.amount\.amount/);
  await refusal(() => shop.capturePayment({ orderId, amount: { amount: 1, currency: 'USD' } }), 'BAD_USER_INPUT', /^input\.amount\.currency: the order is priced in EUR/);
  await refusal(() => shop.failPayment({ orderId, reason: ' ' }), 'BAD_USER_INPUT', /^input\.reason/);
  await refusal(() => shop.shipOrder({ orderId, carrier: '', trackingNumber: 'x' }), 'BAD_USER_INPUT', /^input\.carrier/);
  await refusal(() => shop.shipOrder({ orderId, carrier: 'x', trackingNumber: ' ' }), 'BAD_USER_INPUT', /^input\.trackingNumber/);
  await refusal(() => shop.cancelOrder({ orderId, reason: '\0' }), 'BAD_USER_INPUT', /^input\.reason/);
});
