import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapEntities, ReferenceMappingError, tenancyWarnings } from '../../src/reference/table-mapping.js';
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
    CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE of_tenants (id text, tenant text, "accountId" uuid, shop_number bigint, loose text COLLATE loose, fixed char(9), tags text[]);
    CREATE TABLE odd_tenants (id text, tenant jsonb);
  `);
});
afterAll(() => db.drop());

const owned = (name: string, table: string, more: { readonly tenant?: string; readonly shared?: boolean } = {}) => ({ ...entity(name, table, [field('id', 'ID')]), shared: false, ...more });

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

  test('finds whose rows they are: by the column called tenant, by the one that is named, by none', async () => {
    const mappings = await mapEntities(db.sql, model([
      owned('A', 'of_tenants'), owned('B', 'of_tenants', { tenant: 'accountId' }), owned('C', 'of_tenants', { tenant: 'shop_number' }), owned('D', 'of_tenants', { shared: true }),
      owned('E', 'customers'), owned('F', 'customers', { shared: true }), owned('G', 'odd_tenants', { shared: true }),
    ]));
    expect(mappings.map(({ tenancy }) => (typeof tenancy === 'string' ? tenancy : tenancy.column.name))).toEqual(['tenant', 'accountId', 'shop_number', 'shared', 'default', 'shared', 'shared']);
    expect(tenancyWarnings(mappings)).toEqual(['schema/e.graphql:3: "customers" of "E" has no column "tenant", so only the tenant "default" sees its rows; name the column with @entity(tenant: "…"), or write @entity(shared: true) if every tenant may see every row.']);
  });

  test('refuses a tenant column that is missing, or by which two tenants could be one', async () => {
    const error = await failure(mapEntities(db.sql, model([
      owned('A', 'of_tenants', { tenant: 'account_id' }), owned('B', 'of_tenants', { tenant: 'loose' }), owned('C', 'of_tenants', { tenant: 'fixed' }), owned('D', 'of_tenants', { tenant: 'tags' }), owned('E', 'odd_tenants'),
    ])));
    const remedy = 'Make it text, varchar, uuid or a whole number, name another column with @entity(tenant: "…"), or write @entity(shared: true) if every tenant may see every row.';
    expect(error.problems).toEqual([
      {
        at: 'schema/a.graphql:3', message: '"A" names "account_id" as the column of its tenant, which "of_tenants" does not have: found id, tenant, accountId, shop_number, loose, fixed, tags.',
        remedy: 'Add the column, correct @entity(tenant: "…") (names are compared exactly), or write @entity(shared: true) if every tenant may see every row.',
      },
      { at: 'schema/b.graphql:3', message: '"B" finds the tenant of its rows in the column "loose" of "of_tenants", whose type "text", by its collation, may find different tenants equal.', remedy },
      { at: 'schema/c.graphql:3', message: '"C" finds the tenant of its rows in the column "fixed" of "of_tenants", whose type "bpchar" may find different tenants equal.', remedy },
      { at: 'schema/d.graphql:3', message: '"D" finds the tenant of its rows in the column "tags" of "of_tenants", whose type "_text" may find different tenants equal.', remedy },
      { at: 'schema/e.graphql:3', message: '"E" finds the tenant of its rows in the column "tenant" of "odd_tenants", whose type "jsonb" may find different tenants equal.', remedy },
    ]);
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
