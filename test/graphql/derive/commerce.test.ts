import { readFile } from 'node:fs/promises';
import { assertEnumType, assertObjectType, buildSchema, GraphQLUnionType, isInputObjectType, isIntrospectionType, printType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { deriveSchema, type Derived } from '../../../src/graphql/derive/derive.js';
import { loadSources } from '../../../src/graphql/derive/sources.js';

let derived: Derived;
let schema: GraphQLSchema;

beforeAll(async () => {
  derived = deriveSchema(await loadSources('schema/commerce'));
  schema = buildSchema(derived.sdl);
});

/** A type as SDL without descriptions and with the arguments of a field on one line. */
function shown(name: string): string {
  const type = schema.getType(name);
  if (type === undefined) throw new Error(`There is no type "${name}".`);
  return plain(printType(type));
}

function rootField(root: string, name: string): string {
  const field = assertObjectType(schema.getType(root)).getFields()[name];
  if (field === undefined) throw new Error(`There is no field "${root}.${name}".`);
  const args = field.args.map((each) => {
    const fallback = each.astNode?.defaultValue;
    return `${each.name}: ${String(each.type)}${fallback !== undefined && 'value' in fallback ? ` = ${String(fallback.value)}` : ''}`;
  });
  return `${name}(${args.join(', ')}): ${String(field.type)}`;
}

const plain = (sdl: string): string =>
  sdl.replace(/"""[\s\S]*?"""\n?/g, '').replace(/^\s*"[^\n]*"\n/gm, '').replace(/\n\s*\n/g, '\n').replace(/\s+/g, ' ').trim();

describe('every row of the table in DESIGN §3, for OrderEvent', () => {
  test.each([
    ['publish mutation', () => rootField('Mutation', 'publishOrderPlaced'), 'publishOrderPlaced(input: OrderPlacedInput!, options: PublishOptions): PublishReceipt!'],
    ['atomic batch', () => rootField('Mutation', 'publish'), 'publish(events: [PublishInput!]!, options: PublishOptions): [PublishReceipt!]!'],
    ['subscription', () => rootField('Subscription', 'orderEvents'), 'orderEvents(after: Cursor, from: StartFrom = NOW, since: DateTime, last: Int, where: OrderEventFilter): OrderEventEdge!'],
    ['history query', () => rootField('Query', 'orderEvents'), 'orderEvents(first: Int, after: Cursor, last: Int, before: Cursor, where: OrderEventFilter): OrderEventConnection!'],
    ['edge', () => shown('OrderEventEdge'), 'type OrderEventEdge { cursor: Cursor! node: OrderEvent }'],
    ['connection', () => shown('OrderEventConnection'), 'type OrderEventConnection { edges: [OrderEventEdge!]! pageInfo: PageInfo! head: Cursor! }'],
    ['across topics: subscription', () => rootField('Subscription', 'events'), 'events(topics: [Topic!], after: Cursor, from: StartFrom = NOW, since: DateTime, last: Int, where: EventFilter): EventEdge!'],
    ['across topics: history query', () => rootField('Query', 'events'), 'events(topics: [Topic!], first: Int, after: Cursor, last: Int, before: Cursor, where: EventFilter): EventConnection!'],
    ['across topics: edge', () => shown('EventEdge'), 'type EventEdge { cursor: Cursor! node: Event }'],
    ['across topics: connection', () => shown('EventConnection'), 'type EventConnection { edges: [EventEdge!]! pageInfo: PageInfo! head: Cursor! }'],
    ['across topics: filter', () => shown('EventFilter'), 'input EventFilter { type: [EventType!] key: [ID!] }'],
    ['filter', () => shown('OrderEventFilter'), 'input OrderEventFilter { type: [OrderEventType!] key: [ID!] customerId: [ID!] }'],
    ['event types', () => shown('OrderEventType'), 'enum OrderEventType { OrderPlaced OrderPaid OrderShipped OrderCancelled }'],
    ['topics', () => shown('Topic'), 'enum Topic { CustomerEvent InventoryEvent LeadEvent OrderEvent PaymentEvent RevenueEvent RiskEvent RegionalOrderEvent SubscriptionEvent }'],
    ['input', () => shown('OrderPlacedInput'), 'input OrderPlacedInput { orderId: ID! customerId: ID! lines: [OrderItemInput!]! total: MoneyInput! }'],
    ['input of a value inside', () => shown('OrderItemInput'), 'input OrderItemInput { sku: ID! quantity: Int! unitPrice: MoneyInput! }'],
    ['event', () => shown('OrderPaid'), 'type OrderPaid implements Event { meta: EventMeta! orderId: ID! customerId: ID! paymentId: ID! amount: Money! customer: Customer order: Order payment: Payment }'],
    ['meta', () => shown('EventMeta'), 'type EventMeta { id: ID! type: String! topic: String! key: ID! tenant: String! position: Position! version: Int! occurredAt: DateTime! recordedAt: DateTime! correlationId: ID causationId: ID traceparent: String }'],
    ['options', () => shown('PublishOptions'), 'input PublishOptions { idempotencyKey: String occurredAt: DateTime correlationId: ID causationId: ID }'],
    ['receipt', () => shown('PublishReceipt'), 'type PublishReceipt { eventId: ID! duplicate: Boolean! cursor: Cursor! }'],
  ])('%s', (_row, made, expected) => {
    expect(made()).toBe(expected);
  });

  test('PublishInput takes exactly one event', () => {
    const type = schema.getType('PublishInput');
    if (!isInputObjectType(type)) throw new Error('PublishInput is no input type.');
    expect(type.isOneOf).toBe(true);
    expect(Object.values(type.getFields()).map((each) => `${each.name}: ${String(each.type)}`)).toEqual(
      [...derived.model.types.values()].map((each) => `${each.inputField}: ${each.inputType}`),
    );
    expect(type.getFields()['orderPlaced']?.description).toBe('A customer placed an order.');
  });
});

test('EventType has every event type of every topic, in the order of the files, with its description', () => {
  const type = assertEnumType(schema.getType('EventType'));
  expect(type.getValues().map((each) => each.name)).toEqual([...derived.model.topics.values()].flatMap((each) => each.types));
  expect(type.getValue('OrderPlaced')?.description).toBe('A customer placed an order.');
});

test('topics, keys and event types are those of the domain', () => {
  expect([...derived.model.topics.values()].map((each) => `${each.field} ${each.key}: ${each.types.join(' ')}`)).toEqual([
    'customerEvents customerId: CustomerRegistered CustomerUpdated BillingAddressChanged',
    'inventoryEvents sku: StockAdjusted StockReserved StockDepleted',
    'leadEvents formId: FormSubmitted',
    'orderEvents orderId: OrderPlaced OrderPaid OrderShipped OrderCancelled',
    'paymentEvents customerId: PaymentCaptured PaymentFailed PaymentRefunded',
    'revenueEvents day: RevenueChanged',
    'riskEvents customerId: FraudSuspected FraudCaseCleared',
    'regionalOrderEvents orderId: OrderRouted',
    'subscriptionEvents subscriptionId: SubscriptionStarted SubscriptionRenewed SubscriptionCanceled',
  ]);
  expect([...derived.model.entities.values()].map((each) => `${each.name} ${each.table ?? '-'} ${each.key}`)).toEqual([
    'Customer commerce.customers id',
    'Product commerce.products sku',
    'Order commerce.orders id',
    'OrderLine commerce.order_lines id',
    'Payment commerce.payments id',
    'FraudCase commerce.fraud_cases id',
    'Plan commerce.subscriptions id',
  ]);
});

test('the model says what is stored and what is looked up, also inside values and payloads', () => {
  const { model } = derived;
  expect(model.types.get('OrderPlaced')).toMatchObject({
    topic: 'OrderEvent',
    key: 'orderId',
    inputField: 'orderPlaced',
    publishField: 'publishOrderPlaced',
    stored: ['orderId', 'customerId', 'lines', 'total'],
    filterable: ['customerId'],
    version: 1,
  });
  const product = { field: 'product', by: 'sku', entity: 'Product', to: 'sku', many: false, invalidatedBy: ['StockAdjusted', 'StockReserved'] };
  expect(model.references.get('OrderItem')).toEqual([product]);
  expect(model.references.get('Order')?.find((each) => each.field === 'lines')).toEqual({ field: 'lines', by: 'id', entity: 'OrderLine', to: 'orderId', many: true, invalidatedBy: [] });
  expect(model.references.get('PlaceOrderPayload')?.map((each) => each.entity)).toEqual(['Order']);
  expect(model.types.get('OrderPlaced')?.references).toEqual(model.references.get('OrderPlaced'));
  expect(model.entities.get('Order')?.stored).toContainEqual({ name: 'total', type: 'Money', embedded: ['amount', 'currency'] });
  expect(model.entities.get('Customer')?.at).toMatch(/^schema\/commerce\/customer\.graphql:\d+$/);
});

test('everything that a client can meet has a description', () => {
  const bare: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (!type.description) bare.push(type.name);
    if ('getFields' in type) {
      for (const field of Object.values(type.getFields())) {
        if (!field.description) bare.push(`${type.name}.${field.name}`);
        if ('args' in field) for (const arg of field.args) if (!arg.description) bare.push(`${type.name}.${field.name}(${arg.name}:)`);
      }
    }
    if ('getValues' in type) for (const value of type.getValues()) if (!value.description) bare.push(`${type.name}.${value.name}`);
  }
  for (const directive of schema.getDirectives()) if (!directive.description) bare.push(`@${directive.name}`);
  expect(bare).toEqual([]);
});

test('descriptions of the source are carried to what is derived', () => {
  const mutation = assertObjectType(schema.getType('Mutation')).getFields()['publishOrderPlaced'];
  expect(mutation?.description).toBe('Publish `OrderPlaced`.\n\nA customer placed an order.');
  const input = schema.getType('OrderPlacedInput');
  expect(input?.description).toBe('A customer placed an order.');
  expect(isInputObjectType(input) && input.getFields()['customerId']?.description).toBe('Who ordered.');
});

test('an event type is on its own what its union and its interface say', () => {
  const union = schema.getType('LeadEvent');
  expect(union).toBeInstanceOf(GraphQLUnionType);
  expect((union as GraphQLUnionType).getTypes().map((each) => each.name)).toEqual(['FormSubmitted']);
  expect((schema.getType('FormSubmitted') as GraphQLObjectType).getInterfaces().map((each) => each.name)).toEqual(['Event']);
});

test('directives stay in the derived SDL, and the SDL derives from itself nothing new', async () => {
  expect(derived.sdl).toContain('union OrderEvent @topic(key: "orderId", publishScopes: [["orders:publish"]]) @requiresScopes(');
  expect(derived.sdl).toContain('type Customer @entity(table: "commerce.customers", key: "id", tenant: "tenant") @requiresScopes(');
  expect(derived.sdl).toContain('customerId: ID! @filterable');
  expect(derived.sdl).not.toMatch(/[ \t]$/m);
  expect(deriveSchema(await loadSources('schema/commerce')).sdl).toBe(derived.sdl);
  expect(derived.warnings).toEqual([]);
});

test('the committed derived.graphql is up to date', async () => {
  const committed = await readFile('schema/derived.graphql', 'utf8');
  expect(committed.slice(committed.indexOf('\n\n') + 2), 'Run `npm run codegen`.').toBe(derived.sdl);
});
