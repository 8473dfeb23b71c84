import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapEntities, ReferenceMappingError } from '../../src/reference/table-mapping.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { entity, field, model, reference } from './model.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase();
  await db.sql.unsafe(`
    CREATE TABLE customers (id uuid PRIMARY KEY, full_name text, "camelCase" text, price jsonb, limit_amount int, limit_currency text);
    CREATE DOMAIN sku AS varchar(10);
    CREATE SCHEMA shop;
    CREATE TABLE shop.products (sku sku PRIMARY KEY, tags text[]);
    CREATE VIEW shop.cheap AS SELECT sku FROM shop.products;
    CREATE MATERIALIZED VIEW shop.kept AS SELECT sku FROM shop.products;
    CREATE TABLE documents (id json);
  `);
});
afterAll(() => db.drop());

async function failure(run: Promise<unknown>): Promise<ReferenceMappingError> {
  const error = await run.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof ReferenceMappingError)) throw new Error('expected a ReferenceMappingError', { cause: error });
  return error;
}

describe('mapEntities', () => {
  test('maps fields by exact name, by snake case, to json and to prefixed columns', async () => {
    const [mapping] = await mapEntities(db.sql, model([
      entity('Customer', 'customers', [
        field('id', 'ID'), field('fullName', 'String'), field('camelCase', 'String'),
        field('price', 'Money', ['amount', 'currency']), field('limit', 'Money', ['amount', 'currency']),
      ]),
    ]));
    expect(mapping?.table).toBe('"public"."customers"');
    expect(mapping?.fields.map((each) => ('column' in each ? each.column.name : each.parts.map((part) => part.column.name)))).toEqual([
      'id', 'full_name', 'camelCase', 'price', ['limit_amount', 'limit_currency'],
    ]);
    expect(mapping?.keys.get('id')?.base).toBe('uuid');
  });

  test('finds tables of other schemas, views and materialised views, and keeps the type of a key without its length', async () => {
    const mappings = await mapEntities(db.sql, model(
      ['shop.products', 'shop.cheap', 'shop.kept'].map((table, index) => entity(`P${index}`, table, [field('sku', 'ID')], [], 'sku')),
    ));
    expect(mappings.map((each) => each.table)).toEqual(['"shop"."products"', '"shop"."cheap"', '"shop"."kept"']);
    expect(mappings[0]?.keys.get('sku')).toEqual({ name: 'sku', base: 'varchar', cast: '"public"."sku"', array: false, deterministic: true });
  });

  test('lists everything that is wrong, each with its place and remedy', async () => {
    const error = await failure(mapEntities(
      db.sql,
      model(
        [
          entity('Customer', 'customers', [field('id', 'ID'), field('email', 'String'), field('shipping', 'Address', ['street', 'zip'])]),
          entity('Product', 'products', [field('id', 'ID')]),
          entity('Document', 'documents', [field('id', 'ID')]),
          entity('Score', null, [field('id', 'ID')]),
          entity('Rate', null, [field('id', 'ID')]),
        ],
        { OrderPlaced: [reference('score', 'customerId', 'Score'), reference('rates', 'customerId', 'Rate', { many: true }), reference('customer', 'email', 'Customer', { to: 'phone' })] },
      ),
      ['Rate', 'Weather'],
    ));
    expect(error.message).toBe(`Reference data cannot be read:
schema/score.graphql:3: "Score" is the target of @reference on "score", but it has neither a table nor a loader.
  Name its table with @entity(table: "…"), or register a loader called "Score".
schema/rate.graphql:3: the reference "rates" looks "Rate" up by "id" as a list, but a loader finds one by "id".
  Name a table or view with @entity(table: "…"), or refer to one "Rate" by its "id".
loader "Weather": no type of this name has @entity.
  Loaders are named after entities: Customer, Product, Document, Score, Rate.
schema/customer.graphql:3: "Customer.email" has no column in "customers": looked for "email", found id, full_name, camelCase, price, limit_amount, limit_currency.
  Add the column, read from a view that has it, or mark the field @computed.
schema/customer.graphql:3: "Customer.shipping" has no column in "customers": looked for shipping (json or jsonb) or shipping_street, shipping_zip, found id, full_name, camelCase, price, limit_amount, limit_currency.
  Add the column, read from a view that has it, or mark the field @computed.
schema/customer.graphql:3: "Customer" is looked up by "phone", which is not a stored field of it.
  Add the field, or correct @entity(key:) or @reference(to:).
schema/product.graphql:3: "Product" names the table "products", which does not exist in the search_path.
  Create the table or view, or correct @entity(table: "schema.table"); names are compared exactly.
schema/document.graphql:3: "Document.id" is looked up by, but its column cannot be compared with "=".
  Look it up by a column that holds one plain value.`);
    expect(error.problems).toHaveLength(8);
  });

  test('says when the role may not read the table', async () => {
    await db.sql.begin(async (tx) => {
      await tx.unsafe('CREATE ROLE sluice_reference_test_reader; SET LOCAL ROLE sluice_reference_test_reader');
      const error = await failure(mapEntities(tx as unknown as TestDatabase['sql'], model([entity('Customer', 'customers', [field('id', 'ID')])])));
      expect(error.problems).toEqual([
        { at: 'schema/customer.graphql:3', message: 'the gateway may not read "customers" of "Customer".', remedy: 'GRANT USAGE on its schema and SELECT ON "public"."customers" to the gateway\'s role.' },
      ]);
      throw new Rollback();
    }).catch((error: unknown) => {
      if (!(error instanceof Rollback)) throw error;
    });
  });
});

class Rollback extends Error {}
