import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGateways, domain, publishNotes, query, type TestGateways } from '../support/gateway.js';

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createGateways();
});
afterAll(() => gateways.close());

it('a resolver of the application comes before the derived one, also for a stored field', async () => {
  const gateway = await gateways.start({
    application: { ...domain(), resolvers: { Noted: { text: (event: { text: string; meta: { key: string } }) => `${event.meta.key}: ${event.text.toUpperCase()}` } } },
  });
  await publishNotes(gateway.url, ['n'], 'quiet');
  const history = await query<{ noteEvents: { edges: { node: unknown }[] } }>(gateway.url, '{ noteEvents { edges { node { ... on Noted { noteId text } } } } }');
  expect(history.data?.noteEvents.edges.map((edge) => edge.node)).toEqual([{ noteId: 'n', text: 'n: QUIET' }]);
});
