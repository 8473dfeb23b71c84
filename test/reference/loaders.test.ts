import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pool } from '../../src/db/pool.js';
import type { LoaderFunction } from '../../src/reference/loader-source.js';
import { createReferences, referenceConnections, type ReferenceObservation, type References, type ReferencesOptions } from '../../src/reference/loaders.js';
import { mapEntities } from '../../src/reference/table-mapping.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { createTcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { entity, field, model, reference } from './model.js';

const ANN = '00000000-0000-4000-8000-00000000000a';
const BOB = '00000000-0000-4000-8000-00000000000b';

const REFS = {
  customer: reference('customer', 'customerId', 'Customer'),
  item: reference('item', 'itemId', 'Item'),
  product: reference('product', 'sku', 'Product', { to: 'sku' }),
  byGrade: reference('byGrade', 'grade', 'Product', { to: 'grade' }),
  byWeight: reference('byWeight', 'weight', 'Product', { to: 'weight' }),
  lines: reference('lines', 'orderId', 'Line', { to: 'orderId', many: true }),
  latest: reference('latest', 'orderId', 'Line', { to: 'orderId' }),
  cheap: reference('cheap', 'sku', 'Cheap', { to: 'sku' }),
  slow: reference('slow', 'id', 'Slow'),
  broken: reference('broken', 'id', 'Broken'),
  score: reference('score', 'customerId', 'Score'),
};
const MODEL = model(
  [
    entity('Customer', 'customers', [
      field('id', 'ID'), field('name', 'String'), field('big', 'ID'), field('age', 'Int'), field('ratio', 'Float'), field('total', 'String'), field('active', 'Boolean'),
      field('createdAt', 'DateTime'), field('localTime', 'DateTime'), field('birthday', 'String'), field('notes', 'JSON'), field('tags', 'String'), field('visits', 'DateTime'), field('mood', 'Mood'),
      field('price', 'Money', ['amount', 'currency']), field('credit', 'Money', ['amount', 'currency']),
    ]),
    entity('Item', 'items', [field('id', 'ID'), field('name', 'String')]),
    entity('Product', 'shop.products', [field('sku', 'ID'), field('title', 'String'), field('grade', 'String'), field('weight', 'Float')], [], 'sku'),
    entity('Line', 'lines', [field('id', 'ID'), field('orderId', 'ID')]),
    entity('Cheap', 'shop.cheap', [field('sku', 'ID')], [], 'sku'),
    entity('Slow', 'slow', [field('id', 'ID')]),
    entity('Broken', 'broken', [field('id', 'ID'), field('value', 'Int')]),
    entity('Score', null, [field('id', 'ID')]),
  ],
  { OrderPlaced: Object.values(REFS) },
);

let db: TestDatabase;
const statements: string[] = [];
const seen: ReferenceObservation[] = [];
const pools: Pool[] = [];

async function references(options: Partial<ReferencesOptions> & { readonly max?: number; readonly url?: string } = {}): Promise<References> {
  const loaders: Record<string, LoaderFunction> = { Score: async (keys) => keys.map((id) => ({ id })), ...options.loaders };
  const pool = new Pool(referenceConnections({ url: options.url ?? db.url, ...(options.max === undefined ? {} : { max: options.max }), ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) }), () => undefined);
  pools.push(pool);
  const mappings = await pool.ask((sql) => mapEntities(sql, MODEL, Object.keys(loaders)));
  return createReferences({ pool, model: MODEL, mappings, onStatement: (text) => statements.push(text), observe: (each) => seen.push(each), ...options, loaders });
}

/** What was sent while `run` ran. */
async function counting<T>(run: () => Promise<T>): Promise<{ result: T; sent: number }> {
  const before = statements.length;
  return { result: await run(), sent: statements.length - before };
}

let refs: References;
beforeAll(async () => {
  db = await createDatabase();
  await db.sql.unsafe(`
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE TABLE customers (id uuid PRIMARY KEY, name text, big int8, age int, ratio float8, total numeric, active bool, created_at timestamptz, local_time timestamp, birthday date,
      notes json, tags text[], visits timestamp[], mood mood, price jsonb, credit_amount int8, credit_currency text);
    INSERT INTO customers VALUES
      ('${ANN}', 'Ann', 9007199254740993, 41, 0.5, 12345678901234567890.10, true, '2024-05-06 07:08:09.123+02', '2024-05-06 07:08:09', '1983-02-01',
       '{"a": [1]}', '{x,"y,z"}', '{2024-01-02 03:04:05}', 'glad', '{"amount": 5, "currency": "EUR"}', 7, 'USD'),
      ('${BOB}', 'Bob', null, null, null, null, false, null, null, null, null, null, null, null, null, null, null);
    CREATE TABLE items (id int PRIMARY KEY, name text);
    INSERT INTO items SELECT n, 'item ' || n FROM generate_series(1, 3000) n;
    CREATE SCHEMA shop;
    CREATE TABLE shop.products (sku varchar(8) PRIMARY KEY, title text, grade mood, weight numeric);
    INSERT INTO shop.products VALUES ('12345678', 'exact', 'glad', 1.50), ('null', 'called null', null, null), ('a"b\\c,{}', 'odd', 'sad', 2);
    CREATE VIEW shop.cheap AS SELECT sku FROM shop.products WHERE weight < 2;
    CREATE TABLE lines (id int PRIMARY KEY, order_id text);
    INSERT INTO lines SELECT n, CASE WHEN n <= 20 THEN 'few' ELSE 'many' END FROM generate_series(40, 1, -1) n;
    CREATE VIEW slow AS SELECT id FROM items WHERE pg_sleep(60) IS NOT NULL;
    CREATE VIEW broken AS SELECT id, 10 / (id - 2) AS value FROM items;
  `);
  refs = await references();
});
afterAll(async () => {
  await Promise.all(pools.map((each) => each.end()));
  await db.drop();
});

describe('rows', () => {
  test('have the names of fields and the values that scalars want', async () => {
    expect(await refs.forBatch().load(REFS.customer, ANN, 't')).toEqual({
      id: ANN, name: 'Ann', big: '9007199254740993', age: 41, ratio: 0.5, total: '12345678901234567890.10', active: true,
      createdAt: new Date('2024-05-06T05:08:09.123Z'), localTime: new Date('2024-05-06T07:08:09Z'), birthday: '1983-02-01',
      notes: { a: [1] }, tags: ['x', 'y,z'], visits: [new Date('2024-01-02T03:04:05Z')], mood: 'glad',
      price: { amount: 5, currency: 'EUR' }, credit: { amount: '7', currency: 'USD' },
    });
    expect(await refs.forBatch().load(REFS.customer, BOB, 't')).toMatchObject({ name: 'Bob', big: null, createdAt: null, active: false, price: null, credit: null, tags: null });
  });

  test('are found by uuid, int, text, enum and numeric keys, however the key is written, in one statement', async () => {
    const loaders = refs.forBatch();
    const { result, sent } = await counting(() => Promise.all([
      loaders.load(REFS.customer, ANN.toUpperCase(), 't'), loaders.load(REFS.customer, ANN, 't'), loaders.load(REFS.customer, BOB.replaceAll('-', ''), 't'),
      loaders.load(REFS.item, 7, 't'), loaders.load(REFS.item, '07', 't'), loaders.load(REFS.item, 8n, 't'),
      loaders.load(REFS.product, 'null', 't'), loaders.load(REFS.product, 'a"b\\c,{}', 't'),
      loaders.load(REFS.byGrade, 'sad', 't'), loaders.load(REFS.byWeight, 1.5, 't'),
    ]));
    expect(result.map((row) => row && ('name' in row ? row.name : 'title' in row ? row.title : row))).toEqual(['Ann', 'Ann', 'Bob', 'item 7', 'item 7', 'item 8', 'called null', 'odd', 'odd', 'exact']);
    expect(sent).toBe(5);
  });

  test('come from a view, and from a key longer than its column not at all', async () => {
    const loaders = refs.forBatch();
    expect(await Promise.all(['12345678', 'a"b\\c,{}'].map((sku) => loaders.load(REFS.cheap, sku, 't')))).toEqual([{ sku: '12345678' }, null]);
    expect(await loaders.load(REFS.product, '123456789', 't')).toBeNull();
  });

  test('a missing row is null; no key asks nothing', async () => {
    const loaders = refs.forBatch();
    const { result, sent } = await counting(() => Promise.all([loaders.load(REFS.item, null, 't'), loaders.load(REFS.item, undefined, 't'), loaders.load(REFS.lines, null, 't')]));
    expect([result, sent]).toEqual([[null, null, []], 0]);
    expect(await loaders.load(REFS.item, 999_999, 't')).toBeNull();
    await expect(loaders.load(REFS.item, { id: 1 }, 't')).rejects.toThrow('A reference key is a string, number, boolean or date; this one is object.');
  });

  test('fresh loaders see a changed row, the same loaders the row they have read', async () => {
    const loaders = refs.forBatch();
    expect(await loaders.load(REFS.item, 11, 't')).toMatchObject({ name: 'item 11' });
    await db.sql`UPDATE items SET name = 'renamed' WHERE id = 11`;
    expect(await loaders.load(REFS.item, 11, 't')).toMatchObject({ name: 'item 11' });
    expect(await refs.forBatch().load(REFS.item, 11, 't')).toMatchObject({ name: 'renamed' });
  });
});

describe('a bad key', () => {
  test('that cannot be of the type costs no statement and no neighbour', async () => {
    const loaders = refs.forBatch();
    const { result, sent } = await counting(() => Promise.all([
      ...['abc', ANN, `${ANN}0`].map((key) => loaders.load(REFS.customer, key, 't')),
      ...['x', '1', '99999999999', '1e3', ' 1', ''].map((key) => loaders.load(REFS.item, key, 't')),
      ...['nu\0ll', 'null'].map((key) => loaders.load(REFS.product, key, 't')),
    ]));
    expect(result.map((row) => row !== null)).toEqual([false, true, false, false, true, false, false, false, false, false, true]);
    expect(sent).toBe(3);
  });

  test('that only the database can tell is split off', async () => {
    const loaders = refs.forBatch();
    const { result, sent } = await counting(() => Promise.all(['glad', 'sad', 'angry', 'sad'].map((key) => loaders.load(REFS.byGrade, key, 't'))));
    expect(result.map((row) => row && 'title' in row && row.title)).toEqual(['exact', 'odd', null, 'odd']);
    expect(sent).toBe(4); // three keys, two keys, one key, and whether that one fits the type
  });

  test('and a row that cannot be read are told apart: the latter is an error of its key', async () => {
    const loaders = refs.forBatch();
    const results = await Promise.allSettled([1, 2, 3].map((id) => loaders.load(REFS.broken, id, 't')));
    expect(results).toMatchObject([{ value: { id: '1', value: -10 } }, { status: 'rejected', reason: { code: '22012' } }, { value: { id: '3', value: 10 } }]);
    expect(seen.at(-1)).toMatchObject({ entity: 'Broken', keys: 3, rows: 2, failed: 1 });
  });
});

describe('limits', () => {
  test('a list has the order of the entity key; one of several rows is the first', async () => {
    const loaders = refs.forBatch();
    const [few, none, one] = await Promise.all([loaders.load(REFS.lines, 'few', 't'), loaders.load(REFS.lines, 'none', 't'), loaders.load(REFS.latest, 'many', 't')]);
    expect(few).toEqual(Array.from({ length: 20 }, (_, index) => ({ id: String(index + 1), orderId: 'few' })));
    expect(none).toEqual([]);
    expect(one).toEqual({ id: '21', orderId: 'many' });
  });

  test('more rows than allowed for a key, or for a statement, are an error of the keys concerned', async () => {
    const perKey = (await references({ rowsPerKey: 19 })).forBatch();
    await expect(perKey.load(REFS.lines, 'few', 't')).rejects.toMatchObject({ code: 'CONFLICT', message: '"lines" finds more than 19 rows of Line for one key; narrow the reference, or query the rows in pages.' });
    const perStatement = (await references({ rowsPerStatement: 30 })).forBatch();
    const [few, many] = await Promise.allSettled(['few', 'many'].map((key) => perStatement.load(REFS.lines, key, 't')));
    expect(few).toMatchObject({ status: 'fulfilled', value: { length: 20 } });
    expect(many).toMatchObject({ reason: { code: 'CONFLICT', message: '"lines" finds more than 30 rows of Line in one batch; narrow the reference, or query the rows in pages.' } });
  });

  test('more keys than a batch takes are several statements', async () => {
    const loaders = refs.forBatch();
    const { result, sent } = await counting(() => Promise.all(Array.from({ length: 2500 }, (_, index) => loaders.load(REFS.item, index + 1, 't'))));
    expect(result.every((row, index) => row !== null && 'id' in row && row.id === String(index + 1))).toBe(true);
    expect(sent).toBe(3);
  });

  test('a hanging view and a locked table fail at the deadline, and the server ends the statements', async () => {
    const own = await references({ timeoutMs: 300, max: 3 });
    const lock = await db.sql.reserve();
    try {
      await lock`BEGIN`;
      await lock`LOCK TABLE lines IN ACCESS EXCLUSIVE MODE`;
      const started = performance.now();
      const failed = await Promise.allSettled([...Array.from({ length: 5 }, () => own.forBatch().load(REFS.slow, 1, 't')), own.forBatch().load(REFS.lines, 'few', 't')]);
      for (const each of failed) expect(each).toMatchObject({ reason: { code: 'STORAGE_UNAVAILABLE', message: expect.stringMatching(/^(Slow|Line) was not read within 300 ms\.$/) } });
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(seen.at(-1)).toMatchObject({ failed: 1, rows: 0 });
      const running = async (): Promise<boolean> => (await db.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice references' AND state = 'active'`).length > 0;
      await waitFor(async () => !(await running()), { what: 'the server to end the statements' });
    } finally {
      await lock`ROLLBACK`;
      lock.release();
    }
    expect(await own.forBatch().load(REFS.lines, 'few', 't')).toHaveLength(20);
  });

  test('a hanging table leaves connections to the others', async () => {
    const own = await references({ timeoutMs: 1_000, max: 2 });
    const hanging = Promise.allSettled(Array.from({ length: 4 }, () => own.forBatch().load(REFS.slow, 1, 't')));
    const order: string[] = [];
    await Promise.all([hanging.then(() => order.push('slow')), own.forBatch().load(REFS.item, 5, 't').then(() => order.push('item'))]);
    expect(order).toEqual(['item', 'slow']);
  });
});

describe('a database that', () => {
  test('freezes fails fields at the deadline; once it is back they are read again', async () => {
    const url = new URL(db.url);
    const proxy = await createTcpProxy({ targetPort: Number(url.port) });
    url.port = String(proxy.port);
    const own = await references({ url: url.href, timeoutMs: 200, max: 1 });
    expect(await own.forBatch().load(REFS.item, 5, 't')).not.toBeNull();
    proxy.pause();
    await expect(own.forBatch().load(REFS.item, 5, 't')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    // The one connection is held by the statement nobody waits for, so this one is never sent.
    const before = statements.length;
    await expect(own.forBatch().load(REFS.item, 6, 't')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(statements.length).toBe(before);
    proxy.resume();
    await waitFor(async () => (await own.forBatch().load(REFS.item, 5, 't').catch(() => null)) !== null, { what: 'the connection to answer' });
    proxy.cutAll();
    await waitFor(async () => (await own.forBatch().load(REFS.item, 5, 't').catch(() => null)) !== null, { what: 'a new connection' });
    await Promise.all(pools.splice(-1).map((each) => each.end()));
    await proxy.close();
  });
});

describe('a loader function', () => {
  test('gets the keys of a batch and the tenant, once per tenant', async () => {
    const calls: unknown[] = [];
    const own = await references({
      loaders: {
        Score: async (keys, context) => {
          calls.push([keys, { tenant: context.tenant }]);
          return keys.map((key) => (key === 'bad' ? new Error('no score') : key === 'none' ? undefined : { id: `${context.tenant}/${key}` }));
        },
      },
    });
    const loaders = own.forBatch();
    const results = await Promise.allSettled([['a', 't1'], ['bad', 't1'], ['none', 't1'], ['a', 't2']].map(([key, tenant]) => loaders.load(REFS.score, key, tenant ?? '')));
    expect(results).toMatchObject([{ value: { id: 't1/a' } }, { reason: { message: 'no score' } }, { value: null }, { value: { id: 't2/a' } }]);
    expect(calls).toEqual([[['a', 'bad', 'none'], { tenant: 't1' }], [['a'], { tenant: 't2' }]]);
  });

  test('comes before the table for the key, not for other columns', async () => {
    const own = await references({ loaders: { Product: async (keys) => keys.map((sku) => ({ sku, title: 'from the loader' })) } });
    const loaders = own.forBatch();
    expect(await loaders.load(REFS.product, 'null', 't')).toMatchObject({ title: 'from the loader' });
    expect(await loaders.load(REFS.byGrade, 'glad', 't')).toMatchObject({ title: 'exact' });
  });

  test('that answers with too few, throws or hangs fails its own fields', async () => {
    const load = async (loader: LoaderFunction): Promise<unknown> => (await references({ timeoutMs: 100, loaders: { Score: loader } })).forBatch().load(REFS.score, 'a', 't');
    await expect(load(async () => [])).rejects.toThrow('The loader "Score" returned 0 results for 1 keys. Return a list with one result per key, in the order of the keys; null where there is none.');
    await expect(load(() => { throw new Error('at once'); })).rejects.toThrow('at once');
    await expect(load(() => new Promise(() => undefined))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});
