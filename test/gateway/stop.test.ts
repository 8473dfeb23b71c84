import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGateways, publishNotes, type TestGateways } from '../support/gateway.js';
import { createTcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createGateways();
});
afterAll(() => gateways.close());

it.each(['refuses', 'does not answer'])('G15: stops within its time when the database %s', async (how) => {
  const server = new URL(gateways.databaseUrl);
  const proxy = await createTcpProxy({ targetPort: Number(server.port) });
  server.port = String(proxy.port);
  const gateway = await gateways.start({ databaseUrl: server.href });
  await publishNotes(gateway.url, ['before']);
  if (how === 'refuses') await proxy.close();
  else proxy.pause();
  await waitFor(async () => (await fetch(`${gateway.url}/health/ready`)).status === 503, { what: 'the gateway to notice' });
  const began = performance.now();
  await gateway.stop(1_000);
  expect(performance.now() - began).toBeLessThan(9_000);
  if (how !== 'refuses') {
    proxy.resume();
    await proxy.close();
  }
}, 40_000);
