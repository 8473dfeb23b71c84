import { buildSchema, defaultFieldResolver, execute, parse, type ExecutionResult, type GraphQLFieldResolver } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Pool } from '../../src/db/pool.js';
import { createReferences, referenceConnections, type BatchLoaders, type References } from '../../src/reference/loaders.js';
import { mapEntities } from '../../src/reference/table-mapping.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { entity, field, model, reference } from './model.js';

const customer = reference('customer', 'customerId', 'Customer');
const order = reference('order', 'orderId', 'Order');
const lines = reference('lines', 'id', 'Line', { to: 'orderId', many: true });
const product = reference('product', 'sku', 'Product');
const stuck = reference('stuck', 'orderId', 'Stuck');
const MODEL = model(
  [
    entity('Customer', 'customers', [field('id', 'ID'), field('name', 'String')]),
    entity('Order', 'orders', [field('id', 'ID'), field('customerId', 'ID')], [customer, lines]),
    entity('Line', 'order_lines', [field('id', 'ID'), field('orderId', 'ID'), field('sku', 'ID')], [product]),
    entity('Product', 'products', [field('id', 'ID'), field('title', 'String')]),
    entity('Stuck', 'stuck', [field('id', 'ID')]),
  ],
  { OrderPlaced: [customer, order, product, stuck] },
);

const schema = buildSchema(`
  type Query { event: OrderPlaced }
  type OrderPlaced { customerId: ID orderId: ID sku: ID customer: Customer order: Order product: Product stuck: Stuck }
  type Customer { id: ID! name: String! }
  type Order { id: ID! customer: Customer lines: [Line!]! }
  type Line { id: ID! product: Product }
  type Product { id: ID! title: String! }
  type Stuck { id: ID! }`);

const fieldResolver: GraphQLFieldResolver<Record<string, unknown>, { readonly loaders: BatchLoaders }> = (source, args, context, info) => {
  const found = MODEL.references.get(info.parentType.name)?.find((each) => each.field === info.fieldName);
  return found === undefined ? defaultFieldResolver(source, args, context, info) : context.loaders.load(found, source[found.by], 'shop');
};

const EVENTS = Array.from({ length: 100 }, (_, n) => ({ event: { customerId: String(n), orderId: String(1000 + n), sku: `sku-${n % 7}` } }));

let db: TestDatabase;
let pool: Pool;
let references: References;
let tables: (string | undefined)[] = [];
beforeAll(async () => {
  db = await createDatabase();
  await db.sql.unsafe(`
    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int);
    CREATE TABLE order_lines (id int PRIMARY KEY, order_id int, sku text);
    CREATE TABLE products (id text PRIMARY KEY, title text);
    CREATE VIEW stuck AS SELECT id FROM orders WHERE pg_sleep(60) IS NOT NULL;
    INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(0, 99) n;
    INSERT INTO orders SELECT 1000 + n, n FROM generate_series(0, 99) n;
    INSERT INTO order_lines SELECT n, 1000 + n / 3, 'sku-' || (7 + n % 11) FROM generate_series(0, 299) n;
    INSERT INTO products SELECT 'sku-' || n, 'product ' || n FROM generate_series(0, 17) n;
  `);
  pool = new Pool(referenceConnections({ url: db.url, timeoutMs: 300 }), () => undefined);
  const onStatement = (text: string): void => void tables.push(/JOIN "public"\."(\w+)"/.exec(text)?.[1]);
  references = createReferences({ pool, model: MODEL, mappings: await pool.ask((sql) => mapEntities(sql, MODEL)), timeoutMs: 300, onStatement });
});
beforeEach(() => {
  tables = [];
});
afterAll(async () => {
  await pool.end();
  await db.drop();
});

/** Executes the query for each event with the loaders they share; `apart` says how many ticks later each begins. */
async function deliver(query: string, apart: (index: number) => number = () => 0): Promise<ExecutionResult[]> {
  const document = parse(query);
  const loaders = references.forBatch();
  return Promise.all(EVENTS.map(async (rootValue, index) => {
    for (let turn = apart(index); turn > 0; turn -= 1) await new Promise<void>((tick) => process.nextTick(tick));
    return execute({ schema, document, rootValue, fieldResolver, contextValue: { loaders } });
  }));
}

const plain = (results: unknown): unknown => JSON.parse(JSON.stringify(results));

describe('100 events executed at once', () => {
  test('with three references each cost three statements', async () => {
    const results = await deliver('{ event { customer { name } order { id } product { title } } }');
    expect(plain(results)).toEqual(EVENTS.map(({ event }, n) => ({
      data: { event: { customer: { name: `customer ${n}` }, order: { id: event.orderId }, product: { title: `product ${n % 7}` } } },
    })));
    expect(tables.toSorted()).toEqual(['customers', 'orders', 'products']);
  });

  test('with nested references cost one statement per entity and column, also when they begin some ticks apart', async () => {
    const results = await deliver('{ event { customer { name } order { customer { name } lines { product { title } } } } }', (index) => index % 5);
    expect(results.every((each) => each.errors === undefined)).toBe(true);
    expect(plain(results[40]?.data)).toEqual({
      event: {
        customer: { name: 'customer 40' },
        order: { customer: { name: 'customer 40' }, lines: [120, 121, 122].map((n) => ({ product: { title: `product ${7 + (n % 11)}` } })) },
      },
    });
    expect(tables.toSorted()).toEqual(['customers', 'order_lines', 'orders', 'products']);
  });

  test('lose only the field whose table hangs', async () => {
    const results = await deliver('{ event { customer { name } stuck { id } } }');
    for (const [index, each] of results.entries()) {
      expect(plain(each.data)).toEqual({ event: { customer: { name: `customer ${index}` }, stuck: null } });
      expect(each.errors?.map((error) => [error.path?.join('.'), error.message])).toEqual([['event.stuck', 'Stuck was not read within 300 ms.']]);
    }
  });

  test('see what the database holds when they are delivered', async () => {
    const names = async (): Promise<unknown> => (plain(await deliver('{ event { customer { name } } }')) as { data: { event: { customer: { name: string } } } }[])[3]?.data.event.customer.name;
    expect(await names()).toBe('customer 3');
    await db.sql`UPDATE customers SET name = 'renamed' WHERE id = 3`;
    expect(await names()).toBe('renamed');
  });
});
