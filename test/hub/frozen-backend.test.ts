import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, publishNotes, query, type TestGateways } from '../support/gateway.js';
import { subscribeNotes } from '../support/subscriber.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
const frozen: number[] = [];
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterAll(async () => {
  for (const pid of frozen) process.kill(pid, 'SIGCONT');
  await gateways.close();
});

// Seen to fail with a plain pool in place of `Pool`: the tail then waits for as long as the backend is frozen.
it('G7: a server connection that hangs is given up, and the tail reads on over a new one', async () => {
  await publishNotes(gateway.url, ['before']);
  const backends = await gateways.sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity WHERE application_name IN ('sluice tail', 'sluice append') AND datname = current_database()`;
  expect(backends.length).toBe(2);
  for (const { pid } of backends) {
    frozen.push(pid);
    process.kill(pid, 'SIGSTOP');
  }
  // Nobody is told: both hang until their questions are overdue. The append is repeated with the same ids.
  const started = performance.now();
  const [cursor] = await publishNotes(gateway.url, ['after']);
  await waitFor(async () => /^sluice_head_position 2$/m.test(await (await fetch(`${gateway.url}/metrics`)).text()), { what: 'the tail', timeoutMs: 15_000 });
  expect(performance.now() - started).toBeLessThan(20_000);
  const history = await query<{ noteEvents: { edges: { cursor: string }[] } }>(gateway.url, '{ noteEvents { edges { cursor } } }');
  expect(history.data?.noteEvents.edges.at(-1)?.cursor).toBe(cursor);
  expect(history.data?.noteEvents.edges).toHaveLength(2);
}, 40_000);

// Seen to fail with a plain pool for the reads: the page and the subscription wait for as long as the backends are frozen.
it('G7: a hanging connection of those that read the log costs a page 10 s, and a subscription that catches up goes on by itself', async () => {
  const small = await gateways.start({ ringEvents: 1 });
  await publishNotes(small.url, ['one', 'two', 'three']);
  const page = '{ noteEvents(last: 3) { edges { cursor } } }';
  const freeze = async (): Promise<void> => {
    for (const { pid } of await gateways.sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity WHERE application_name = 'sluice read' AND datname = current_database()`) {
      frozen.push(pid);
      process.kill(pid, 'SIGSTOP');
    }
  };
  await query(small.url, page);
  await freeze();
  const hung = await query(small.url, page);
  expect(hung.errors).toMatchObject([{ extensions: { code: 'STORAGE_UNAVAILABLE' } }]);
  expect((await query(small.url, page)).data).toMatchObject({ noteEvents: { edges: [{}, {}, {}] } });
  const subscriber = subscribeNotes(small.url);
  await waitFor(() => subscriber.received.length >= 3, { timeoutMs: 30_000 });
  expect(subscriber.received.slice(-3).map(({ key }) => key)).toEqual(['one', 'two', 'three']);
  await subscriber.stop();
}, 90_000);
