import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: GatewayProcess;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.spawn({ schema: path.resolve('schema/commerce') });
});
afterAll(() => gateways.close());

// Seen to fail with a pool of the driver's in place of src/db/application.ts, and no guard (src/db/driver-guard.ts): the process ended with a TypeError.
it('a transaction whose connection is terminated fails alone: the gateway goes on', async () => {
  const registered = await query<{ registerCustomer: { customerId: string } }>(gateway.url, 'mutation { registerCustomer(input: { name: "Ada", email: "ada@example.org" }) { customerId } }');
  const customerId = registered.data?.registerCustomer.customerId ?? '';
  for (let round = 0; round < 5; round += 1) {
    const holder = await gateways.sql.reserve();
    await holder`BEGIN`;
    await holder`SELECT FROM commerce.customers WHERE id = ${customerId} FOR UPDATE`;
    const waiting = query(gateway.url, 'mutation($id: ID!, $name: String) { updateCustomer(input: { customerId: $id, name: $name }) { customerId } }', { id: customerId, name: `Ada ${round}` });
    await waitFor(async () => {
      const killed = await gateways.sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice application' AND wait_event_type = 'Lock'`;
      return killed.length > 0;
    }, { what: 'a backend that waits for the row' });
    expect((await waiting).errors?.map(({ extensions }) => extensions['code'])).toEqual(['STORAGE_UNAVAILABLE']);
    await holder`ROLLBACK`;
    holder.release();
  }
  expect((await query(gateway.url, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  expect(gateway.process.lines.filter((line) => line.includes('"level":"fatal"'))).toEqual([]);
});
