import { afterAll, beforeAll, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

const CONNECTIONS = 4;
const CUTS = 12;
/** Calls at once. */
const LANES = 16;
const REGISTER = 'mutation($input: RegisterCustomerInput!) { registerCustomer(input: $input) { customerId } }';

let gateways: TestGateways;
let gateway: GatewayProcess;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.spawn({ schema: commerce.schema, env: { SLUICE_CONSUMERS: 'off', SLUICE_POOL_SIZE: String(CONNECTIONS) } });
});
afterAll(() => gateways.close());

/** What was answered to the call of each address: the customer's id, or the code of the error. */
type Answers = Map<string, string>;

async function register(email: string): Promise<string> {
  const { data, errors } = await query<{ registerCustomer: { customerId: string } }>(gateway.url, REGISTER, { input: { name: 'Ada', email, idempotencyKey: email } });
  return data?.registerCustomer.customerId ?? String(errors?.[0]?.extensions['code']);
}

// Seen to fail with a pool of postgres.js in place of src/db/application.ts: after some cuts calls have no answer any more.
test('G1 G2: connections are cut while mutations run; what was acknowledged is there with its event, nothing is there in part or twice, and afterwards every mutation works at once', async () => {
  const { sql } = gateways;
  const cut = async (): Promise<number> => (await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice application'`).length;
  const answers: Answers = new Map();
  let over = false;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let n = 0; !over; n += 1) {
      const email = `${lane}.${n}@example.org`;
      answers.set(email, await register(email));
    }
  });
  let ended = 0;
  for (let n = 0; n < CUTS; n += 1) {
    const before = answers.size;
    await waitFor(() => answers.size >= before + 2 * LANES, { what: 'answers after a cut' });
    ended += await cut();
  }
  over = true;
  await Promise.all(lanes);
  const failed = [...answers].filter(([, answer]) => answer === 'STORAGE_UNAVAILABLE').map(([email]) => email);
  const acknowledged = [...answers].filter(([, answer]) => /^[0-9a-f-]{36}$/.test(answer));
  expect(ended).toBeGreaterThan(CUTS);
  expect(failed.length).toBeGreaterThan(0);
  expect(acknowledged.length + failed.length).toBe(answers.size);

  // More than there are connections, with the same keys: what was stored though nobody was told is found, and not stored again.
  const repeated = await Promise.all(failed.map(register));
  expect(repeated.filter((answer) => !/^[0-9a-f-]{36}$/.test(answer))).toEqual([]);
  const told = new Map([...acknowledged, ...failed.map((email, index) => [email, repeated[index] ?? ''] as const)]);
  await waitFor(async () => (await sql`SELECT FROM sluice.outbox`).length === 0, { what: 'an empty outbox' });
  const rows = await sql<{ id: string; email: string }[]>`SELECT id, email FROM commerce.customers`;
  expect(new Map(rows.map(({ id, email }) => [email, id]))).toEqual(told);
  const events = await sql<{ key: string }[]>`SELECT key FROM sluice.events WHERE type = 'CustomerRegistered'`;
  expect(events.map(({ key }) => key).sort()).toEqual([...told.values()].sort());

  expect(await sql`SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice application' AND state LIKE 'idle in transaction%'`.then((found) => [...found])).toEqual([]);
  const [{ open } = { open: 0 }] = await sql<{ open: number }[]>`SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice application'`;
  expect(open).toBeLessThanOrEqual(CONNECTIONS);
  expect(gateway.process.lines.filter((line) => /CONNECT_TIMEOUT|"level":"(fatal|error)"/.test(line))).toEqual([]);
}, 60_000);
