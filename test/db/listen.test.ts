import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../src/db/listen.js';
import { Pool } from '../../src/db/pool.js';
import { createLogger } from '../../src/observe/log.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { waitFor } from '../support/wait.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

// Seen to fail when a connection that was lost is opened again at once, whether or not anything was heard on it: nobody was told for as long as that went on.
test('a connection that is lost each time before anything is heard on it is a problem, and none once it stays', async () => {
  const pool = new Pool({ url: database.url, max: 1, name: 'sluice control' }, (error) => { throw error; });
  let [listening, cutting, heard] = [0, true, 0];
  const listener = listen({
    url: database.url, pool, log: createLogger('silent'), onHint: () => void (heard += 1),
    onListening() {
      listening += 1;
      // Before its first heartbeat, which goes through this very connection.
      if (cutting) pool.ask((sql) => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice listen' AND datname = current_database()`).catch((error: unknown) => { throw error; });
    },
  });
  await waitFor(() => listening >= 3);
  expect(listener.problem()).toMatch(/hears nothing/);
  cutting = false;
  await waitFor(() => listener.problem() === null);
  await database.sql`SELECT pg_notify('sluice_head', '7')`;
  await waitFor(() => heard === 1);
  await listener.stop();
  await pool.end();
});
