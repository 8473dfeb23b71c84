import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Pool } from '../../src/db/pool.js';
import { maintain } from '../../src/log/maintain.js';
import { createLogger } from '../../src/observe/log.js';
import { call, createLog, DAY, noted, type TestLog } from '../support/log.js';
import { waitFor } from '../support/wait.js';

let log: TestLog;
beforeAll(async () => {
  log = await createLog();
});
afterAll(() => log.close());

// Seen to fail without the `while` of `forgetActions`: 3 of the old decisions stayed.
it('keeps a partition ahead of the head and forgets idempotency keys whose window is over, and decisions of more than 400 days ago', async () => {
  await log.append([call(Array.from({ length: 150 }, () => noted('m')))]);
  await log.append([call([noted('m')], { key: 'old', fingerprint: randomBytes(32) }), call([noted('m')], { key: 'young', fingerprint: randomBytes(32) })]);
  await log.sql`UPDATE sluice.idempotency SET recorded_at = clock_timestamp() - interval '2 days' WHERE key = 'old'`;
  await log.sql`INSERT INTO sluice.consumer_actions (consumer, action, at) SELECT 'fraud', 'pause', clock_timestamp() - interval '401 days' FROM generate_series(1, 10003)`;
  await log.sql`INSERT INTO sluice.consumer_actions (consumer, action, at) VALUES ('fraud', 'resume', clock_timestamp() - interval '399 days')`;
  const pool = new Pool({ url: log.url, max: 1, name: 'sluice maintain' }, (error) => { throw error; });
  const maintenance = maintain({ pool, log: createLogger('silent'), idempotencyWindow: DAY });
  const keys = async (): Promise<string[]> => (await log.sql<{ key: string }[]>`SELECT key FROM sluice.idempotency`).map((row) => row.key);
  await waitFor(async () => (await keys()).length === 1, { what: 'the old key to go' });
  expect(await keys()).toEqual(['young']);
  await waitFor(async () => (await log.sql`SELECT FROM sluice.consumer_actions WHERE action = 'pause'`).length === 0, { what: 'old decisions to go' });
  expect(await log.sql`SELECT FROM sluice.consumer_actions`).toHaveLength(1);
  const [state] = await log.sql<{ head: string; size: string; to: string }[]>`SELECT (sluice.head()).position AS head, partition_size AS size, partitioned_to AS to FROM sluice.log`;
  expect(Number(state?.to)).toBeGreaterThan(Number(state?.head) + Number(state?.size));
  await maintenance.stop();
  await pool.end();
});
