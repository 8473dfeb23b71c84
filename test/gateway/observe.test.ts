import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, publishNotes, query, type TestGateways } from '../support/gateway.js';
import { subscribeNotes } from '../support/subscriber.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterAll(() => gateways.close());

/** The sum of a metric over its labels; undefined when it is not there. */
async function metric(name: string): Promise<number | undefined> {
  const lines = (await (await fetch(`${gateway.url}/metrics`)).text()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

describe('what an operator sees', () => {
  it('counts the way of an event from publisher to socket', async () => {
    const subscriber = subscribeNotes(gateway.url);
    await waitFor(async () => await metric('sluice_subscriptions') === 1, { what: 'the subscription' });
    await publishNotes(gateway.url, ['one', 'two']);
    await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', '{"noteId": "three"}'), ('Nothing', '{}')`;
    await waitFor(() => subscriber.received.length === 3, { what: 'three events' });
    await query(gateway.url, '{ noteEvents(after: "nonsense") { head } }');
    const expected: Record<string, number> = {
      sluice_published_events_total: 2, sluice_append_batch_events_sum: 2, sluice_outbox_drained_rows_total: 2, sluice_outbox_rejected_rows_total: 1,
      sluice_outbox_rejected_rows: 1, sluice_outbox_backlog_rows: 0, sluice_outbox_oldest_seconds: 0, sluice_publish_queue_events: 0,
      sluice_head_position: 3, sluice_tail_delay_seconds_count: 3, sluice_deliveries_total: 3, sluice_delivery_seconds_count: 3,
      sluice_earliest_position: 1, sluice_log_events: 3, sluice_retention_dropped_partitions_total: 0, sluice_erased_events_total: 0,
      sluice_catch_up_reads: 0, sluice_connections: 1,
    };
    // The last delivery is counted when the socket has taken it, a moment after the client has it.
    await waitFor(async () => await metric('sluice_deliveries_total') === 3, { what: 'the third delivery to be counted' });
    // What the database says of itself may be a second old.
    await waitFor(async () => await metric('sluice_outbox_rejected_rows') === 1 && await metric('sluice_log_events') === 3, { what: 'the log to be measured' });
    expect(Object.fromEntries(await Promise.all(Object.keys(expected).map(async (name) => [name, await metric(name)])))).toEqual(expected);
    expect(await metric('sluice_append_seconds_count')).toBeGreaterThanOrEqual(3);
    await subscriber.stop();
  });

  it('counts subscriptions that are refused for their cursor', async () => {
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('subscription { noteEvents(after: "nonsense") { cursor } }')}`, { headers: { accept: 'text/event-stream' } });
    expect(await response.text()).toContain('CURSOR_INVALID');
    expect(await metric('sluice_cursor_errors_total')).toBe(1);
  });

  it('says that it is ready, or why not, part by part', async () => {
    await waitFor(async () => ((await (await fetch(`${gateway.url}/health/ready`)).json()) as { status: string }).status === 'ok', { what: 'LISTEN to be confirmed' });
    expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${gateway.url}/health/ready`)).json()).toEqual({ status: 'ok', checks: { database: null, migrations: null, log: null, listen: null, shutdown: null } });
    await gateways.sql`DELETE FROM sluice.migrations`;
    const unready = await waitFor(async () => {
      const answer = await fetch(`${gateway.url}/health/ready`);
      return answer.status === 503 ? answer : undefined;
    }, { what: 'an answer that is not the last one' });
    expect(await unready.json()).toMatchObject({ status: 'unready', checks: { database: null, migrations: expect.stringMatching(/^[1-9]\d* to apply$/) as string } });
  });
});
