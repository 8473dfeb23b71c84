import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { spawnNode } from '../support/process.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

// Without the refusing `socket` of src/db/connect.ts the process never ends: it has one connection more, of a pool that is over.
test('a pool that ends while it waits to connect again opens nothing any more', async () => {
  const child = spawnNode('test/db/ended-pool-process.ts', { env: { DATABASE_URL: database.url } });
  await child.waitForLine(/^ended$/);
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(child.stdout.slice(1)).toEqual([expect.stringContaining('CONNECTION_DESTROYED'), 'ended']);
});
