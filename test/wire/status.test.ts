import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { ask, plus, type RawAnswer } from '../support/raw-http.js';
import { openRaw } from '../support/raw-socket.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ trustProxy: 1, wireLimits: { connectionsPerAddress: 50 } });
});
afterAll(() => gateways.close());

/** Connections that wait for a lock, by what they are for. */
const waiting = async (): Promise<string[]> => (await gateways.sql<{ name: string }[]>`
  SELECT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE 'sluice %'`).map(({ name }) => name);

// Seen to fail: with `control` asked by every request, all three of its connections waited, and more after each 2 s.
it.each([['/health/ready', 'sluice.migrations'], ['/metrics', 'sluice.outbox_rejected']])('G16: a crowd at %s asks the database once, over a connection of its own', async (path, table) => {
  const held = await gateways.sql.reserve();
  await held`BEGIN`;
  await held`LOCK TABLE ${held(table)} IN ACCESS EXCLUSIVE MODE`;
  let answered = 0;
  const crowd = Array.from({ length: 40 }, async (): Promise<RawAnswer> => {
    const answer = await ask(gateway.port, { path });
    answered += 1;
    return answer;
  });
  await waitFor(async () => (await waiting()).length > 0);
  expect(await waiting()).toEqual(['sluice status']);
  expect(answered).toBe(0);
  await held`ROLLBACK`;
  held.release();
  for (const { status } of await Promise.all(crowd)) expect(status).toBe(200);
});

// Seen to fail: with places taken for /graphql alone, each was 200.
it.each(['/', '/health/ready', '/metrics', '/nothing'])('G16: %s takes a place of its address; /health/live answers in any case', async (path) => {
  const sockets = await Promise.all(Array.from({ length: 50 }, () => openRaw(gateway.port, { headers: ['X-Forwarded-For: 6.6.6.1'] })));
  const from = (address: string, where: string): Promise<RawAnswer> => ask(gateway.port, plus({ path: where }, 'X-Forwarded-For', address));
  const refused = await from('6.6.6.1', path);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
  expect((await from('6.6.6.1', '/health/live')).status).toBe(200);
  expect((await from('6.6.6.2', path)).status).toBe(path === '/nothing' ? 404 : 200);
  for (const { socket } of sockets) socket.destroy();
  await waitFor(async () => (await gateway.metrics.connections.get()).values[0]?.value === 0);
});
