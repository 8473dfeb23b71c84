import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createDatabase } from './postgres.js';

test('a database starts as a copy of its template, and drop() removes it', async () => {
  const template = await createDatabase();
  await template.sql`create table seeded as select 1 as n`;
  await template.sql.end();
  const copy = await createDatabase(new URL(template.url).pathname.slice(1));
  expect(await copy.sql`select n from seeded`).toEqual([{ n: 1 }]);
  await copy.drop();
  await template.drop();
  const gone = postgres(copy.url, { max: 1 });
  await expect(gone`select 1`).rejects.toMatchObject({ code: '3D000' });
  await gone.end();
});

test('drop() names the pool that nobody ended', async () => {
  const database = await createDatabase();
  const leak = postgres(database.url, { max: 1, connection: { application_name: 'forgotten' } });
  await leak`select 'the last query'`;
  await expect(database.drop()).rejects.toThrow(/1 connections .*\n +forgotten \[idle\]: select 'the last query'/);
  await leak.end();
});
