import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, publishNotes, query, type TestGateways } from '../support/gateway.js';
import { subscribeNotes } from '../support/subscriber.js';
import { waitFor } from '../support/wait.js';

/*
 * A gateway's tail of the log, seen from its subscribers. Seen to fail: with a tail that only reads when it is
 * notified (no safety poll), the first test ends after one event.
 */
let gateways: TestGateways;
let writer: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  // It notifies nobody, so that whoever hears of its events has looked.
  writer = await gateways.start({ notify: false });
});
afterAll(() => gateways.close());

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => `n${from + index}`);

describe('the tail', () => {
  it('G7: keeps up without NOTIFY, at polling latency', async () => {
    const deaf = await gateways.start({ notify: false, pollInterval: 20 });
    const listening = await gateways.start();
    const subscribers = [deaf, listening].map(({ url }) => subscribeNotes(url));
    for (let round = 0; round < 5; round += 1) {
      await publishNotes(writer.url, numbers(round * 4 + 1, round * 4 + 4));
      // The one that waits to be notified looks by itself every second.
      for (const subscriber of subscribers) await waitFor(() => subscriber.received.length === round * 4 + 4, { timeoutMs: 5_000 });
    }
    for (const subscriber of subscribers) {
      expect(subscriber.received.map((event) => event.key)).toEqual(numbers(1, 20));
      await subscriber.stop();
    }
    await Promise.all([deaf.stop(), listening.stop()]);
  });

  it('G7: is back within 5 s of losing its connections, LISTEN included, and misses nothing', async () => {
    const gateway = await gateways.start();
    const subscriber = subscribeNotes(gateway.url, { args: 'from: NOW' });
    const ready = async (): Promise<boolean> => (await fetch(`${gateway.url}/health/ready`)).ok;
    await waitFor(ready);
    await waitFor(async () => /^sluice_subscriptions\{.*\} 1$/m.test(await (await fetch(`${gateway.url}/metrics`)).text()));
    await publishNotes(writer.url, ['before']);
    await waitFor(() => subscriber.received.length === 1);
    for (let round = 1; round <= 3; round += 1) {
      const gone = await gateways.sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('sluice tail', 'sluice listen', 'sluice control', 'sluice read') AND datname = current_database()`;
      expect(gone.length).toBeGreaterThanOrEqual(2);
      await publishNotes(writer.url, numbers(round * 10, round * 10 + 4));
      await waitFor(() => subscriber.received.length === 1 + round * 5, { timeoutMs: 5_000, what: 'the events of a round' });
    }
    expect(subscriber.received.map((event) => event.key)).toEqual(['before', ...numbers(10, 14), ...numbers(20, 24), ...numbers(30, 34)]);
    expect(subscriber.error()).toBeNull();
    await waitFor(ready, { what: 'the gateway to be ready again' });
    await subscriber.stop();
    await gateway.stop();
  });

  it('reads a burst that is far larger than its ring, and readers take it from the log', async () => {
    const gateway = await gateways.start({ ringEvents: 8 });
    const subscriber = subscribeNotes(gateway.url, { args: 'from: NOW' });
    await waitFor(async () => /^sluice_subscriptions\{.*\} 1$/m.test(await (await fetch(`${gateway.url}/metrics`)).text()));
    const events = Array.from({ length: 1_000 }, (_, number) => ({ noted: { noteId: 'burst', number } }));
    const result = await query(writer.url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { eventId } }', { events });
    expect(result.errors).toBeUndefined();
    await waitFor(() => subscriber.received.length === 1_000);
    expect(subscriber.received.map((event) => event.number)).toEqual(events.map((event) => event.noted.number));
    await subscriber.stop();
    await gateway.stop();
  });
});
