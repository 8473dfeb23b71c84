import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterAll(() => gateways.close());

const AUDITS = serverAudits({ url: () => `${gateway.url}/graphql` });

// MUST, SHOULD and MAY alike: an audit that is not met answers `warn`, `notice` or `error`, and none of them is let pass.
describe('GraphQL over HTTP, as the audit of graphql-http sees it', () => {
  it('has all its audits', () => {
    expect(AUDITS.length).toBeGreaterThanOrEqual(60);
  });

  it.each(AUDITS.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
  });
});
