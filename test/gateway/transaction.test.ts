import { drizzle } from 'drizzle-orm/postgres-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import type { EventInputs } from '../../src/commerce/generated/events.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, consumers: { run: false } });
});
afterAll(() => gateways.close());

const pages = async (): Promise<string[]> => {
  const history = await query<{ leadEvents: { edges: { node: { page: string } }[] } }>(gateway.url, '{ leadEvents { edges { node { ... on FormSubmitted { page } } } } }');
  return history.data?.leadEvents.edges.map((edge) => edge.node.page) ?? [];
};

describe('publish in a transaction of the application', () => {
  it('G2: the event exists if the transaction commits, and never did if it rolls back', async () => {
    const db = drizzle(gateways.sql);
    const lead = (page: string): EventInputs['FormSubmitted'] => ({ formId: 'contact', page, answers: {} });
    await expect(db.transaction(async (tx) => {
      await gateway.publish<EventInputs>(tx, 'FormSubmitted', lead('/rolled-back'));
      throw new Error('changed my mind');
    })).rejects.toThrow('changed my mind');
    const id = await db.transaction((tx) => gateway.publish<EventInputs>(tx, 'FormSubmitted', lead('/committed')));
    await waitFor(async () => (await pages()).length > 0, { what: 'the event' });
    expect(await pages()).toEqual(['/committed']);
    const [row] = await gateways.sql<{ id: string }[]>`SELECT id FROM sluice.events`;
    expect(row?.id).toBe(id);
  });

  it('refuses data that does not fit, and with it the transaction', async () => {
    const db = drizzle(gateways.sql);
    await expect(db.transaction(async (tx) => {
      await gateway.publish(tx, 'FormSubmitted', { formId: 'contact' });
    })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('page') });
  });
});

// Seen to fail when the answer does not wait for the append.
it('a business mutation answers when its events are in the log', async () => {
  for (let round = 0; round < 20; round += 1) {
    const made = await query<{ registerCustomer: { customerId: string } }>(gateway.url, 'mutation($input: RegisterCustomerInput!) { registerCustomer(input: $input) { customerId } }', { input: { name: 'Ada', email: `ada${round}@example.com` } });
    const history = await query<{ customerEvents: { edges: { node: { customerId: string } }[] } }>(gateway.url, '{ customerEvents(last: 1) { edges { node { ... on CustomerRegistered { customerId } } } } }');
    expect(history.data?.customerEvents.edges[0]?.node.customerId).toBe(made.data?.registerCustomer.customerId);
  }
});
