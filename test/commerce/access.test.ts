import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import type { Gateway } from '../../src/gateway.js';
import { readBlocks } from '../contract/event-stream.js';
import { createGateways, type query, type TestGateways } from '../support/gateway.js';
import { SECRET, token } from '../support/tokens.js';

/** The scopes of schema/commerce, over the wire. */

let gateways: TestGateways;
let gateway: Gateway;

type Answer = Awaited<ReturnType<typeof query<Record<string, unknown>>>>;
interface Caller {
  ask(text: string, variables?: object): Promise<Answer>;
  /** The code of the first error; null when there is none. */
  refusal(text: string, variables?: object): Promise<string | null>;
  /** Events of a subscription, as an event stream, until `count` have come. */
  follow(text: string, count: number): Promise<Record<string, { readonly node: Record<string, unknown> | null }>[]>;
}

/** A caller with a token; without arguments, one who gives none. */
function as(who?: { readonly sub?: string; readonly scope?: string; readonly tenant?: string }): Caller {
  const headers = async (): Promise<Record<string, string>> => ({
    'content-type': 'application/json',
    ...(who === undefined ? {} : { authorization: `Bearer ${await token({ sub: 'somebody', ...who })}` }),
  });
  const send = async (text: string, variables: object, accept: string): Promise<Response> =>
    fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { ...await headers(), accept }, body: JSON.stringify({ query: text, variables }) });
  const ask = async (text: string, variables: object = {}): Promise<Answer> => await (await send(text, variables, 'application/json')).json() as Answer;
  return {
    ask,
    refusal: async (text, variables) => (await ask(text, variables)).errors?.[0]?.extensions['code'] as string | undefined ?? null,
    async follow(text, count) {
      const found: Awaited<ReturnType<Caller['follow']>> = [];
      for await (const block of readBlocks(await send(text, {}, 'text/event-stream'))) {
        if (block.event !== 'next' || block.data === undefined) continue;
        const result = JSON.parse(block.data) as { data?: (typeof found)[number]; errors?: unknown };
        if (!result.data) throw new Error(JSON.stringify(result.errors));
        found.push(result.data);
        if (found.length === count) break;
      }
      return found;
    },
  };
}

const admin = () => as({ scope: 'sluice:admin' });
const EUR = (amount: number) => ({ amount, currency: 'EUR' });

async function must<T>(caller: Caller, mutation: string, type: string, fields: string, input: object): Promise<T> {
  const { data, errors } = await caller.ask(`mutation($input: ${type}!) { result: ${mutation}(input: $input) { ${fields} } }`, { input });
  if (!data) throw new Error(JSON.stringify(errors));
  return data['result'] as T;
}

interface Life { readonly customerId: string; readonly orderId: string; readonly paymentId: string; readonly subscriptionId: string }

/** Somebody who orders, pays, and subscribes. */
async function live(name: string): Promise<Life> {
  const { customerId } = await must<Life>(admin(), 'registerCustomer', 'RegisterCustomerInput', 'customerId', { name, email: `${name}@example.org` });
  const { orderId } = await must<Life>(admin(), 'placeOrder', 'PlaceOrderInput', 'orderId', { customerId, lines: [{ sku: 'CUP', quantity: 1 }] });
  const { paymentId } = await must<Life>(admin(), 'capturePayment', 'CapturePaymentInput', 'paymentId', { orderId });
  const { subscriptionId } = await must<Life>(admin(), 'startSubscription', 'StartSubscriptionInput', 'subscriptionId', { customerId, planName: 'Coffee', price: EUR(1_000) });
  return { customerId, orderId, paymentId, subscriptionId };
}

let ada: Life;
let bo: Life;

beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, auth: { jwt: { secret: SECRET } }, consumers: { run: false } });
  await must(admin(), 'adjustStock', 'AdjustStockInput', 'sku', { sku: 'CUP', delta: 100, name: 'Cup', price: EUR(900) });
  ada = await live('ada');
  bo = await live('bo');
  const [today, moment] = ['2026-03-01', '2026-03-01T09:00:00Z'];
  for (const { customerId, orderId, paymentId } of [ada, bo]) {
    await must(admin(), 'publishOrderRouted', 'OrderRoutedInput', 'eventId', { orderId, customerId, region: 'UNKNOWN', lines: [], total: EUR(900) });
    await must(admin(), 'publishRevenueChanged', 'RevenueChangedInput', 'eventId', { day: today, sku: 'CUP', change: EUR(900), total: EUR(900), paymentId });
    await must(admin(), 'publishFraudSuspected', 'FraudSuspectedInput', 'eventId', { caseId: customerId, customerId, windowStart: moment, windowEnd: moment, spent: EUR(2), limit: EUR(1), paymentIds: [paymentId] });
  }
  await must(as(), 'submitForm', 'SubmitFormInput', 'eventId', { formId: 'contact', page: '/', answers: {} });
});

afterAll(() => gateways.close());

/** Each topic: its scopes, its field, and how its events name their customer, if they do. */
const TOPICS = [
  ['customers', 'customerEvents', '... on CustomerRegistered { customerId }'],
  ['orders', 'orderEvents', '... on OrderPlaced { customerId } ... on OrderPaid { customerId }'],
  ['payments', 'paymentEvents', '... on PaymentCaptured { customerId }'],
  ['subscriptions', 'subscriptionEvents', '... on SubscriptionStarted { customerId }'],
  ['inventory', 'inventoryEvents', null],
  ['leads', 'leadEvents', null],
  ['risk', 'riskEvents', null],
  ['revenue', 'revenueEvents', null],
  ['orders', 'regionalOrderEvents', '... on OrderRouted { customerId }'],
] as const;
const history = (field: string, selection = ''): string => `{ ${field}(first: 100) { edges { node { __typename ${selection} } } } }`;

/** Who the events of a history are about. */
async function customersIn(caller: Caller, field: string, selection: string): Promise<ReadonlySet<string | undefined>> {
  const { data, errors } = await caller.ask(history(field, selection));
  if (!data) throw new Error(JSON.stringify(errors));
  const { edges } = data[field] as { edges: { node: { customerId?: string } | null }[] };
  return new Set(edges.map((edge) => edge.node?.customerId));
}

describe.each(TOPICS)('%s: %s', (topic, field) => {
  test('read and read-all read it, over query and subscription; nothing else does', async () => {
    for (const scope of [`${topic}:read`, `${topic}:read-all`, 'sluice:admin']) expect(await as({ scope }).refusal(history(field)), scope).toBeNull();
    const others = TOPICS.filter(([other]) => other !== topic).flatMap(([other]) => [`${other}:read`, `${other}:read-all`]).join(' ');
    expect(await as({ scope: `${topic}:publish ${others}` }).refusal(history(field))).toBe('FORBIDDEN');
    expect(await as().refusal(history(field))).toBe('UNAUTHENTICATED');
    const stream = `subscription { ${field}(from: BEGINNING) { node { __typename } } }`;
    await expect(as({ scope: others }).follow(stream, 1)).rejects.toThrow('FORBIDDEN');
    expect(await admin().follow(stream, 1)).toHaveLength(1);
  });
});

// Stock, leads and revenue belong to no customer, and no customer is shown what is suspected of them.
test.each(TOPICS.flatMap(([topic, field, owner]) => (owner === null ? [] : [[topic, field, owner] as const])))('%s, %s: with read alone, a customer gets what is theirs; with read-all, everything', async (topic, field, owner) => {
  const [all, own] = [new Set([ada.customerId, bo.customerId]), new Set([ada.customerId])];
  expect(await customersIn(as({ scope: `${topic}:read-all`, sub: ada.customerId }), field, owner)).toEqual(all);
  expect(await customersIn(as({ scope: `${topic}:read`, sub: ada.customerId }), field, owner)).toEqual(own);
  expect(await customersIn(as({ scope: `${topic}:read`, sub: 'nobody' }), field, owner)).toEqual(new Set());
  // Bo's alone: Ada's come first, and are passed over.
  const [first] = await as({ scope: `${topic}:read`, sub: bo.customerId }).follow(`subscription { ${field}(from: BEGINNING) { node { ${owner} } } }`, 1);
  expect(first?.[field]?.node).toEqual({ customerId: bo.customerId });
});

test('entities and root queries follow the same rules', async () => {
  const text = `{ customer(id: "${ada.customerId}") { id } order(id: "${ada.orderId}") { id payments { id } lines { sku } } orders { id } payment(id: "${ada.paymentId}") { id } plan(id: "${ada.subscriptionId}") { id } }`;
  const scope = 'customers:read orders:read payments:read subscriptions:read';
  expect(await as({ scope, sub: ada.customerId }).ask(text)).toEqual({ data: {
    customer: { id: ada.customerId }, order: { id: ada.orderId, payments: [{ id: ada.paymentId }], lines: [{ sku: 'CUP' }] }, orders: [{ id: ada.orderId }],
    payment: { id: ada.paymentId }, plan: { id: ada.subscriptionId },
  } });
  expect(await as({ scope, sub: bo.customerId }).ask(text)).toEqual({ data: { customer: null, order: null, orders: [{ id: bo.orderId }], payment: null, plan: null } });
  for (const each of scope.split(' ')) expect(await as({ scope: scope.replace(each, ''), sub: ada.customerId }).refusal(text), `without ${each}`).toBe('FORBIDDEN');
  expect(await as().refusal('{ products { sku } }')).toBe('UNAUTHENTICATED');
  expect(await as({ scope: 'inventory:read' }).ask('{ products { sku } product(sku: "CUP") { sku } }')).toEqual({ data: { products: [{ sku: 'CUP' }], product: { sku: 'CUP' } } });
  expect(await as({ scope: 'inventory:read' }).refusal('{ product(sku: "CUP") { sku } orders { lines { product { sku } } } }')).toBe('FORBIDDEN');
});

test('what the processors have made is read with the scopes of what it is about', async () => {
  const results = { fraudCases: 'risk', dailyRevenue: 'revenue', mails: 'customers', 'channelStock(sku: "CUP")': 'inventory' };
  for (const [field, topic] of Object.entries(results)) {
    const text = `{ ${field} { __typename } }`;
    expect(await as({ scope: `${topic}:read-all` }).refusal(text), field).toBeNull();
    // Mails are everybody's.
    expect(await as({ scope: `${topic}:read` }).refusal(text), field).toBe(topic === 'customers' ? 'FORBIDDEN' : null);
    expect(await as({ scope: `${topic}:publish orders:read-all` }).refusal(text), field).toBe('FORBIDDEN');
    expect(await as().refusal(text), field).toBe('UNAUTHENTICATED');
  }
});

test('a reference to what the caller may not see is null', async () => {
  const text = '{ inventoryEvents(first: 100, where: { type: [StockReserved] }) { edges { node { ... on StockReserved { order { id } } } } } }';
  const { data } = await as({ scope: 'inventory:read orders:read', sub: ada.customerId }).ask(text);
  expect(data?.['inventoryEvents']).toEqual({ edges: [{ node: { order: { id: ada.orderId } } }, { node: { order: null } }] });
  expect(await as({ scope: 'inventory:read' }).refusal(text)).toBe('FORBIDDEN');
});

/** Every business mutation but `submitForm`: who may call it. */
const MUTATIONS: Readonly<Record<string, string>> = {
  registerCustomer: 'customers', updateCustomer: 'customers', changeBillingAddress: 'customers', adjustStock: 'inventory', placeOrder: 'orders', capturePayment: 'payments',
  failPayment: 'payments', refundPayment: 'payments', shipOrder: 'orders', cancelOrder: 'orders', startSubscription: 'subscriptions', renewSubscription: 'subscriptions', cancelSubscription: 'subscriptions',
  clearFraudCase: 'risk',
};

test('business mutations need the publish scope of what they change; submitForm needs nothing', async () => {
  expect([...Object.keys(MUTATIONS), 'submitForm'].sort()).toEqual(Object.keys(commerce.resolvers.Mutation).sort());
  const everything = async (): Promise<unknown> => [await gateways.sql`SELECT count(*)::int AS n FROM sluice.events`, await gateways.sql`SELECT stock FROM commerce.products`, await gateways.sql`SELECT id FROM commerce.customers ORDER BY id`];
  const before = await everything();
  for (const [mutation, topic] of Object.entries(MUTATIONS)) {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const input = {
      registerCustomer: { name: 'Eve', email: 'eve@example.org' }, updateCustomer: { customerId: 'nobody', name: 'Eve' },
      changeBillingAddress: { customerId: 'nobody', address: { street: 'a', city: 'b', postalCode: 'c', country: 'DE' } }, adjustStock: { sku: 'CUP', delta: -100 },
      placeOrder: { customerId: 'nobody', lines: [{ sku: 'CUP', quantity: 1 }] }, shipOrder: { orderId: 'none', carrier: 'c', trackingNumber: 't' }, refundPayment: { paymentId: 'none' },
      startSubscription: { customerId: 'nobody', planName: 'Tea', price: EUR(1) }, renewSubscription: { subscriptionId: 'none' }, cancelSubscription: { subscriptionId: 'none' }, clearFraudCase: { caseId: 'none' },
    }[mutation] ?? { orderId: 'none' };
    const text = `mutation($input: ${type}!) { ${mutation}(input: $input) { duplicate } }`;
    const others = TOPICS.flatMap(([other]) => [`${other}:read`, `${other}:read-all`, ...(other === topic ? [] : [`${other}:publish`])]).join(' ');
    expect(await as({ scope: others }).refusal(text, { input }), mutation).toBe('FORBIDDEN');
    expect(await as().refusal(text, { input }), mutation).toBe('UNAUTHENTICATED');
    // Let in: what is wrong is the input. (The two that would change something are not called.)
    if (!['registerCustomer', 'adjustStock'].includes(mutation)) expect(await as({ scope: `${topic}:publish` }).refusal(text, { input }), mutation).toBe('BAD_USER_INPUT');
  }
  expect(await everything()).toEqual(before);
});

test('publish mutations need the publish scope of the topic, alone and in a batch', async () => {
  const form = { formId: 'contact', page: '/', answers: {} };
  const alone = 'mutation($input: FormSubmittedInput!) { publishFormSubmitted(input: $input) { eventId } }';
  const batch = 'mutation($events: [PublishInput!]!) { publish(events: $events) { eventId } }';
  expect(await as().refusal(alone, { input: form })).toBe('UNAUTHENTICATED');
  expect(await as({ scope: 'leads:read orders:publish' }).refusal(alone, { input: form })).toBe('FORBIDDEN');
  expect(await as({ scope: 'leads:publish' }).refusal(alone, { input: form })).toBeNull();
  const events = [{ formSubmitted: form }, { orderShipped: { orderId: ada.orderId, customerId: ada.customerId, carrier: 'c', trackingNumber: 't' } }];
  expect(await as({ scope: 'leads:publish' }).refusal(batch, { events })).toBe('FORBIDDEN');
  expect(await as({ scope: 'leads:publish' }).refusal(batch, { events: events.slice(0, 1) })).toBeNull();
});

test('G13: another tenant\'s administrator sees and changes nothing, by query, history, mutation or idempotency key', async () => {
  const other = as({ scope: 'sluice:admin', tenant: 'other' });
  const { data } = await other.ask(`{ customer(id: "${ada.customerId}") { id } order(id: "${ada.orderId}") { id } orders { id } products { sku } payment(id: "${ada.paymentId}") { id } plan(id: "${ada.subscriptionId}") { id }
    ${TOPICS.map(([, field]) => `${field}(first: 100) { edges { cursor } }`).join(' ')} }`);
  const none = Object.fromEntries(TOPICS.map(([, field]) => [field, { edges: [] }]));
  expect(data).toEqual({ customer: null, order: null, orders: [], products: [], payment: null, plan: null, ...none });
  expect(await other.refusal('mutation($input: ShipOrderInput!) { shipOrder(input: $input) { duplicate } }', { input: { orderId: ada.orderId, carrier: 'c', trackingNumber: 't' } })).toBe('BAD_USER_INPUT');
  // An event of its own that names what is another tenant's, shows nothing of it.
  const theirs = await must<{ eventId: string }>(other, 'publishOrderPaid', 'OrderPaidInput', 'eventId', { orderId: ada.orderId, customerId: ada.customerId, paymentId: ada.paymentId, amount: EUR(1) });
  const [event] = await other.follow('subscription { orderEvents(from: BEGINNING) { node { ... on OrderPaid { meta { id tenant } order { id } customer { id } payment { id } } } } }', 1);
  expect(event?.['orderEvents']?.node).toEqual({ meta: { id: theirs.eventId, tenant: 'other' }, order: null, customer: null, payment: null });
  const register = (caller: Caller) => must<{ customerId: string; duplicate: boolean }>(caller, 'registerCustomer', 'RegisterCustomerInput', 'customerId duplicate', { name: 'Cy', email: 'cy@example.org', idempotencyKey: 'cy' });
  const [one, two] = [await register(admin()), await register(other)];
  expect([one.duplicate, two.duplicate, one.customerId === two.customerId]).toEqual([false, false, false]);
});
