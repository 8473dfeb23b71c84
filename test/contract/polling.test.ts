import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { freshKey, noneOpen, NOTES, number, range } from './notes.js';
import { TRANSPORTS } from './transports.js';

/** Milliseconds. The safety poll of a gateway with NOTIFY is 1 s, so this is told apart from it. */
const POLL = 20;
const WITHIN = 500;

let gateways: TestGateways;
let publisher: Gateway;
let reader: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  publisher = await gateways.start({ notify: false });
  reader = await gateways.start({ notify: false, pollInterval: POLL });
});
afterAll(() => gateways.close());

describe.each(TRANSPORTS)('G7: with NOTIFY off, over $name', (transport) => {
  it('what another gateway appends arrives at polling latency, in order', async () => {
    const key = freshKey();
    const subscription = transport.subscribe(reader.url, NOTES, { where: { key: [key] } });
    await subscription.established();
    const delays: number[] = [];
    for (const next of range(1, 20)) {
      await number(publisher.url, key, [next]);
      const published = performance.now();
      await subscription.take(next);
      delays.push(performance.now() - published);
    }
    expect(subscription.numbers).toEqual(range(1, 20));
    // The median: this shows that it polls, not how fast the machine is.
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(WITHIN);
    subscription.close();
    await noneOpen(reader);
  });

  it('a row in the outbox arrives although nobody says so', async () => {
    const key = freshKey();
    const subscription = transport.subscribe(reader.url, NOTES, { where: { key: [key] } });
    await subscription.established();
    await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', ${JSON.stringify({ noteId: key, number: 1 })}::text::json)`;
    expect((await subscription.take(1)).numbers).toEqual([1]);
    subscription.close();
    await noneOpen(reader);
  });
});
