import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { migrate, pendingMigrations } from '../../src/db/migrate.js';
import * as tables from '../../src/commerce/tables.js';
import { createDatabase } from '../support/postgres.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('the migrations make exactly the tables that src/commerce/tables.ts declares', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-drizzle-'));
  try {
    await cp(path.join(ROOT, 'drizzle/commerce'), folder, { recursive: true });
    const { stdout } = await promisify(execFile)(process.execPath, [
      path.join(ROOT, 'node_modules/drizzle-kit/bin.cjs'), 'generate', '--dialect', 'postgresql', '--schema', 'src/commerce/tables.ts', '--out', path.relative(ROOT, folder),
    ], { cwd: ROOT });
    expect(stdout).toContain('No schema changes');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the migrated database has the declared columns', async () => {
  const database = await createDatabase();
  try {
    await migrate(database.url, commerce.migrations);
    const declared = Object.values(tables).filter((each) => is(each, PgTable)).map(getTableConfig);
    expect(declared).toHaveLength(11);
    for (const table of declared) {
      const found = await database.sql`
        SELECT column_name AS name, data_type AS type, is_nullable = 'NO' AS "notNull" FROM information_schema.columns
        WHERE table_schema = 'commerce' AND table_name = ${table.name} ORDER BY ordinal_position`;
      expect([...found]).toEqual(table.columns.map((column) => ({ name: column.name, type: column.getSQLType(), notNull: column.notNull })));
    }
  } finally {
    await database.drop();
  }
});

test('migrating twice is migrating once, and the constraints are there', async () => {
  const database = await createDatabase();
  try {
    await migrate(database.url, commerce.migrations);
    await migrate(database.url, commerce.migrations);
    expect(await pendingMigrations(database.sql, { folder: 'commerce', schema: 'commerce' })).toBe(0);
    const { sql } = database;
    await expect(sql`INSERT INTO commerce.products (sku, name, price_amount, price_currency, stock) VALUES ('A', 'a', 1, 'EUR', 0)`).rejects.toMatchObject({ code: '23502', column_name: 'tenant' });
    await sql`INSERT INTO commerce.products (sku, name, price_amount, price_currency, stock, tenant) VALUES ('A', 'a', 1, 'EUR', 0, 'one'), ('A', 'a', 1, 'EUR', 0, 'two'), ('TWO', 'a', 1, 'EUR', 0, 'two')`;
    await expect(sql`UPDATE commerce.products SET stock = -1`).rejects.toMatchObject({ code: '23514', constraint_name: 'products_stock' });
    await sql`INSERT INTO commerce.customers (id, name, email, tenant) VALUES (gen_random_uuid(), 'a', 'Ada@example.org', 'one'), (gen_random_uuid(), 'a', 'Ada@example.org', 'two')`;
    await expect(sql`INSERT INTO commerce.customers (id, name, email, tenant) VALUES (gen_random_uuid(), 'b', 'ada@example.org', 'one')`).rejects.toMatchObject({ code: '23505' });
    await sql`INSERT INTO commerce.orders (id, customer_id, status, total_amount, total_currency, tenant) SELECT id, id, 'PLACED', 1, 'EUR', tenant FROM commerce.customers WHERE tenant = 'one'`;
    // Nothing refers to a row of another tenant.
    for (const table of ['orders', 'payments', 'subscriptions', 'order_lines'] as const) {
      const row = {
        orders: sql`(id, customer_id, status, total_amount, total_currency, tenant) SELECT gen_random_uuid(), id, 'PLACED', 1, 'EUR', 'two' FROM commerce.customers WHERE tenant = 'one'`,
        payments: sql`(id, order_id, customer_id, amount_amount, amount_currency, status, tenant) SELECT id, id, customer_id, 1, 'EUR', 'CAPTURED', 'two' FROM commerce.orders`,
        subscriptions: sql`(id, customer_id, name, status, price_amount, price_currency, renews_at, tenant) SELECT id, id, '', 'ACTIVE', 1, 'EUR', now(), 'two' FROM commerce.customers WHERE tenant = 'one'`,
        order_lines: sql`SELECT 'l', id, 'A', 1, 1, 'EUR', 'two' FROM commerce.orders`,
      }[table];
      await expect(sql`INSERT INTO commerce.${sql(table)} ${row}`, table).rejects.toMatchObject({ code: '23503' });
    }
    await expect(sql`UPDATE commerce.orders SET status = 'LOST'`).rejects.toMatchObject({ code: '23514' });
    await expect(sql`INSERT INTO commerce.order_lines SELECT 'l', id, 'A', 0, 1, 'EUR', tenant FROM commerce.orders`).rejects.toMatchObject({ code: '23514', constraint_name: 'order_lines_quantity' });
    await expect(sql`INSERT INTO commerce.order_lines SELECT 'l', id, 'TWO', 1, 1, 'EUR', tenant FROM commerce.orders`).rejects.toMatchObject({ code: '23503' });
  } finally {
    await database.drop();
  }
});
