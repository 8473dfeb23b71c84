import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { monthAfter } from '../../src/commerce/resolvers/subscription.js';
import { createShop, type Shop } from '../support/commerce.js';

let shop: Shop;
let customerId: string;
const PRICE = { amount: 1_190, currency: 'EUR' };
const YEAR = new Date().getUTCFullYear() + 1;

beforeAll(async () => {
  shop = await createShop();
});

afterAll(async () => {
  await shop.close();
});

beforeEach(async () => {
  await shop.sql`TRUNCATE commerce.customers, commerce.requests, sluice.outbox CASCADE`;
  ({ customerId } = await shop.registerCustomer({ name: 'Ada Berg', email: 'ada@example.org' }));
  await shop.sql`TRUNCATE sluice.outbox`;
});

const events = async () => (await shop.outbox()).map((row) => [row.topic, row.type, row.key, row.payload]);
const start = (renewsAt?: Date) => shop.startSubscription({ customerId, planName: 'Monthly coffee', price: PRICE, ...(renewsAt === undefined ? {} : { renewsAt }) });
const refused = async (call: () => Promise<unknown>, code: string, message: RegExp): Promise<void> => {
  const before = [await events(), await shop.sql`SELECT * FROM commerce.subscriptions`];
  await expect(call()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect([await events(), await shop.sql`SELECT * FROM commerce.subscriptions`]).toEqual(before);
};

test('a subscription starts, is renewed at another price, and ends', async () => {
  const first = new Date(`${YEAR}-01-31T12:00:00Z`);
  const { subscriptionId, ...started } = await start(first);
  expect(started).toEqual({ renewsAt: first.toISOString(), duplicate: false });
  expect(await shop.query('plan', { id: subscriptionId })).toMatchObject({ customerId, name: 'Monthly coffee', status: 'ACTIVE', price: PRICE, renewsAt: first });

  const second = new Date(`${YEAR}-02-28T12:00:00Z`);
  expect(await shop.renewSubscription({ subscriptionId, renewsAt: second })).toEqual({ subscriptionId, renewsAt: second.toISOString(), duplicate: false });
  const dearer = { amount: 1_290, currency: 'EUR' };
  const third = new Date(`${YEAR}-03-28T12:00:00Z`);
  expect(await shop.renewSubscription({ subscriptionId: subscriptionId.toUpperCase(), price: dearer })).toMatchObject({ renewsAt: third.toISOString() });
  expect(await shop.cancelSubscription({ subscriptionId, reason: 'too much coffee' })).toEqual({ subscriptionId, endsAt: third.toISOString(), duplicate: false });
  expect(await shop.query('plan', { id: subscriptionId })).toMatchObject({ status: 'CANCELED', price: dearer, renewsAt: third });
  expect(await events()).toEqual([
    ['SubscriptionEvent', 'SubscriptionStarted', subscriptionId, { subscriptionId, customerId, planName: 'Monthly coffee', price: PRICE, renewsAt: first.toISOString() }],
    ['SubscriptionEvent', 'SubscriptionRenewed', subscriptionId, { subscriptionId, customerId, price: PRICE, renewsAt: second.toISOString() }],
    ['SubscriptionEvent', 'SubscriptionRenewed', subscriptionId, { subscriptionId, customerId, price: dearer, renewsAt: third.toISOString() }],
    ['SubscriptionEvent', 'SubscriptionCanceled', subscriptionId, { subscriptionId, customerId, reason: 'too much coffee' }],
  ]);
});

test('a period lasts a month unless it is said otherwise', async () => {
  const before = monthAfter(new Date());
  const { renewsAt } = await start();
  expect(new Date(renewsAt).getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect(new Date(renewsAt).getTime()).toBeLessThanOrEqual(monthAfter(new Date()).getTime());
  const after = (text: string) => monthAfter(new Date(text)).toISOString();
  expect(after('2027-01-31T08:00:00Z')).toBe('2027-02-28T08:00:00.000Z');
  expect(after('2028-01-30T08:00:00Z')).toBe('2028-02-29T08:00:00.000Z');
  expect(after('2027-12-15T08:00:00Z')).toBe('2028-01-15T08:00:00.000Z');
});

test('a subscription that was cancelled is neither renewed nor cancelled again', async () => {
  const { subscriptionId } = await start();
  await shop.cancelSubscription({ subscriptionId });
  await refused(() => shop.renewSubscription({ subscriptionId }), 'CONFLICT', /was cancelled and is not renewed/);
  await refused(() => shop.cancelSubscription({ subscriptionId }), 'CONFLICT', /was cancelled already/);
});

test('what is wrong with a subscription is said with its place', async () => {
  const { subscriptionId, renewsAt } = await start();
  const input = { customerId, planName: 'Tea', price: PRICE };
  await refused(() => shop.startSubscription({ ...input, planName: ' ' }), 'BAD_USER_INPUT', /^input\.planName/);
  await refused(() => shop.startSubscription({ ...input, price: { amount: 0, currency: 'EUR' } }), 'BAD_USER_INPUT', /^input\.price\.amount/);
  await refused(() => shop.startSubscription({ ...input, renewsAt: new Date() }), 'BAD_USER_INPUT', /^input\.renewsAt: must be later than now/);
  await refused(() => shop.startSubscription({ ...input, renewsAt: new Date(`${YEAR + 20}-01-01T00:00:00Z`) }), 'BAD_USER_INPUT', /^input\.renewsAt: lies more than 10 years ahead/);
  await refused(() => shop.startSubscription({ ...input, customerId: 'nobody' }), 'BAD_USER_INPUT', /^input\.customerId: there is no customer "nobody"/);
  await refused(() => shop.renewSubscription({ subscriptionId, renewsAt: new Date(renewsAt) }), 'BAD_USER_INPUT', /^input\.renewsAt: must be later than the end of the present period/);
  await refused(() => shop.renewSubscription({ subscriptionId: 'none' }), 'BAD_USER_INPUT', /^input\.subscriptionId: there is no subscription "none"/);
  await refused(() => shop.cancelSubscription({ subscriptionId: 'none' }), 'BAD_USER_INPUT', /^input\.subscriptionId/);
});

test('changeBillingAddress emits the new address, and nothing when it is the old one', async () => {
  const address = { street: 'Lindenweg 3', city: 'Ulm', postalCode: '89073', country: 'DE' };
  expect(await shop.changeBillingAddress({ customerId: customerId.toUpperCase(), address })).toEqual({ customerId, duplicate: false });
  await shop.changeBillingAddress({ customerId, address: { ...address, street: ' Lindenweg 3 ' } });
  const moved = { ...address, street: 'Via Verdi 1', city: 'Parma', postalCode: '43121', country: 'IT' };
  await shop.changeBillingAddress({ customerId, address: moved });
  expect(await shop.query('customer', { id: customerId })).toMatchObject({ billingAddress: moved });
  expect(await events()).toEqual([
    ['CustomerEvent', 'BillingAddressChanged', customerId, { customerId, address }],
    ['CustomerEvent', 'BillingAddressChanged', customerId, { customerId, address: moved }],
  ]);
  await refused(() => shop.changeBillingAddress({ customerId: 'nobody', address }), 'BAD_USER_INPUT', /^input\.customerId: there is no customer "nobody"/);
  await refused(() => shop.changeBillingAddress({ customerId, address: { ...address, country: 'Germany' } }), 'BAD_USER_INPUT', /^input\.address\.country/);
});

test('submitForm emits what was filled in', async () => {
  const answers = { message: 'Do you ship to islands?', urgent: null, boxes: [1, { of: 'tea' }] };
  const { eventId, ...rest } = await shop.submitForm({ formId: 'contact', page: '/contact', replyTo: 'ada@example.org', answers });
  expect(rest).toEqual({ formId: 'contact', duplicate: false });
  expect(await events()).toEqual([['LeadEvent', 'FormSubmitted', 'contact', { formId: 'contact', page: '/contact', replyTo: 'ada@example.org', answers }]]);
  expect(await shop.sql`SELECT 1 FROM sluice.outbox WHERE id = ${eventId}`).toHaveLength(1);
  await refused(() => shop.submitForm({ formId: ' ', page: '/', answers }), 'BAD_USER_INPUT', /^input\.formId/);
  await refused(() => shop.submitForm({ formId: 'f'.repeat(256), page: '/', answers }), 'BAD_USER_INPUT', /^input\.formId/);
  await refused(() => shop.submitForm({ formId: 'f', page: 'pricing', answers }), 'BAD_USER_INPUT', /^input\.page/);
  await refused(() => shop.submitForm({ formId: 'f', page: '/', answers, replyTo: 'me' }), 'BAD_USER_INPUT', /^input\.replyTo/);
  for (const wrong of [null, 'text', [1]]) await refused(() => shop.submitForm({ formId: 'f', page: '/', answers: wrong }), 'BAD_USER_INPUT', /^input\.answers: must be an object/);
});
