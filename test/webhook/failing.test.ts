import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pool } from '../../src/db/pool.js';
import type { Gateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';
import { createMetrics } from '../../src/observe/metrics.js';
import { WebhookEndpoint } from '../../src/webhook/endpoint.js';
import { createSender } from '../../src/webhook/sender.js';
import { findWebhook } from '../../src/webhook/store.js';
import { createTestEvent } from '../../src/webhook/test-event.js';
import { waitFor } from '../support/wait.js';
import { NEVER } from './fixture.js';
import { createHooks, ids, note, type Hooks } from './hooks.js';
import { answer } from './sink.js';

/* Endpoints that take nothing for long, and what a gateway does about them by itself. */

let hooks: Hooks;
beforeAll(async () => {
  hooks = await createHooks();
});
afterAll(() => hooks.close());

const stopped = (gateway: Gateway, id: string) => waitFor(async () => {
  const shown = await hooks.show(gateway, id);
  return shown.status === 'ENABLED' ? null : shown;
}, { what: 'the webhook to be stopped' });

describe('an endpoint', () => {
  it('that takes nothing for long is paused, with one alert and a metric; once it works again, nothing is missing', async () => {
    const gateway = await hooks.start({ webhooks: { pauseAfterMs: 400 } });
    let status = 500;
    const made = await hooks.create(gateway, { name: 'failing', url: hooks.sink.on('/failing', () => answer(status, {}, 'out of order')), topics: ['NoteEvent'], order: 'NONE' });
    const published = await note(gateway, ['f-1', 'f-2', 'f-3']);
    const seen = await stopped(gateway, made.id);
    expect(seen).toMatchObject({ status: 'PAUSED', statusBy: null, lastError: 'The endpoint answered 500. It said: out of order' });
    expect(seen.statusReason).toMatch(/^Nothing could be delivered for 0 s\. The last failure: The endpoint answered 500/);
    expect(seen.failingSince).not.toBeNull();
    expect((await hooks.alerts(made.consumer)).map(({ payload }) => payload['status'])).toEqual(['PAUSED']);
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain('sluice_webhooks_stopped_total{status="PAUSED"} 1');
    status = 200;
    expect(await hooks.change(gateway, 'resumeWebhook', made.id)).toMatchObject({ status: 'ENABLED', failingSince: null, lastError: null });
    await hooks.delivered(made, 3);
    expect(new Set(ids(hooks.sink.at('/failing')))).toEqual(new Set(published));
    await gateway.stop();
  });

  it('that takes some and not others is not paused', async () => {
    const gateway = await hooks.start({ webhooks: { pauseAfterMs: 300 } });
    const made = await hooks.create(gateway, { name: 'fussy', url: hooks.sink.on('/fussy', ({ body }) => answer(body.includes('"bad"') ? 500 : 200)), topics: ['NoteEvent'] });
    await note(gateway, ['bad']);
    await waitFor(async () => {
      await note(gateway, ['good']);
      return hooks.sink.at('/fussy').filter(({ body }) => body.includes('"bad"')).length > 8;
    });
    expect(await hooks.show(gateway, made.id)).toMatchObject({ status: 'ENABLED' });
    await hooks.change(gateway, 'deleteWebhook', made.id);
    await gateway.stop();
  });

  it('that is no longer allowed is sent nothing: the webhook is paused, and says why', async () => {
    const allowing = await hooks.start();
    const made = await hooks.create(allowing, { name: 'inside', url: hooks.sink.on('/inside', answer(200)), topics: ['NoteEvent'] });
    await allowing.stop();
    const strict = await hooks.start({ webhooks: { allow: [] } });
    await note(strict, ['i-1']);
    expect(await stopped(strict, made.id)).toMatchObject({ status: 'PAUSED', statusReason: expect.stringContaining('SLUICE_WEBHOOK_ALLOW') as string });
    expect(hooks.sink.at('/inside')).toEqual([]);
    expect(await hooks.test(strict, made.id)).toMatchObject({ delivered: false, status: null, reason: expect.stringContaining('loopback') as string });
    await hooks.change(strict, 'deleteWebhook', made.id);
    await strict.stop();
  });

  it('that asks for a pause with 429 is sent nothing until it is over, whatever the event', async () => {
    const gateway = await hooks.start();
    const made = await hooks.create(gateway, { name: 'busy', url: hooks.sink.on('/busy', (_request, before) => answer(before === 0 ? 429 : 200, before === 0 ? { 'retry-after': '1' } : {})), topics: ['NoteEvent'], concurrency: 1 });
    await note(gateway, ['b-1']);
    await hooks.sink.received('/busy', 1);
    await note(gateway, ['b-2', 'b-3']);
    await hooks.delivered(made, 3);
    const [refused, ...others] = hooks.sink.at('/busy');
    // Retry-After has whole seconds.
    for (const { at } of others) expect(at - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(await hooks.sql`SELECT sum(failed)::int AS failed FROM sluice.consumer_slots WHERE consumer = ${made.consumer}`).toMatchObject([{ failed: 0 }]);
    await hooks.change(gateway, 'deleteWebhook', made.id);
    await gateway.stop();
  });

  // Seen to fail without the end of the hold in Runner, when the URL changes and when the webhook is resumed: nothing was sent for an hour.
  it.each([
    ['another URL', (gateway: Gateway, id: string) => hooks.update(gateway, id, { url: `${hooks.sink.url}/mended` })],
    ['resumeWebhook', (gateway: Gateway, id: string) => hooks.change(gateway, 'resumeWebhook', id)],
    ['resumeConsumer', (gateway: Gateway, id: string) => hooks.call(gateway, 'mutation($name: ID!) { result: resumeConsumer(name: $name) { consumer { name } } }', { name: `webhook:${id}` })],
  ])('that asked for an hour is sent to again after %s', async (what, mend) => {
    const gateway = await hooks.start();
    hooks.sink.on('/mended', answer(200));
    const path = `/hour/${encodeURIComponent(what)}`;
    const made = await hooks.create(gateway, { name: what, url: hooks.sink.on(path, (_request, before) => answer(before === 0 ? 429 : 200, { 'retry-after': '3600' })), topics: ['NoteEvent'], concurrency: 1 });
    await note(gateway, ['h-1']);
    await hooks.sink.received(path, 1);
    await mend(gateway, made.id);
    await hooks.delivered(made, 1);
    await hooks.change(gateway, 'deleteWebhook', made.id);
    await gateway.stop();
  });
});

describe('an endpoint that is left alone for a while', () => {
  const circuit = { failures: 2, firstPauseMs: 20, longestPauseMs: 50 };

  it('since one event makes it hang is tried with it no more often than others: each time is an attempt', async () => {
    // Seen to fail with HoldConsumer for every failure of a trial: the second attempt was never counted.
    const gateway = await hooks.start({ webhooks: { timeoutMs: 100, circuit } });
    const made = await hooks.create(gateway, { name: 'hanging', url: hooks.sink.on('/hanging', ({ body }) => (body.includes('"stuck"') ? { kind: 'hang' } : answer(200))), topics: ['NoteEvent'] });
    await note(gateway, ['stuck']);
    const attempts = async () => (await hooks.sql<{ attempts: number }[]>`SELECT attempts FROM sluice.parked_events WHERE consumer = ${made.consumer}`)[0]?.attempts ?? 0;
    await waitFor(async () => await attempts() >= 4, { what: 'four attempts' });
    await hooks.change(gateway, 'deleteWebhook', made.id);
    await gateway.stop();
  });

  it('since what stands before it answers 502, 503 or 504 costs events no attempts', async () => {
    // Seen to fail with these as any other status: each was an attempt.
    const gateway = await hooks.start({ webhooks: { circuit } });
    const made = await hooks.create(gateway, { name: 'proxied', url: hooks.sink.on('/proxied', (_request, before) => answer([502, 503, 504, 502, 503, 504][before] ?? 200)), topics: ['NoteEvent'], concurrency: 1 });
    await note(gateway, ['p-1']);
    await hooks.delivered(made, 1);
    expect(hooks.sink.at('/proxied')).toHaveLength(7);
    // The first one: the endpoint was not left alone yet.
    expect(await hooks.sql`SELECT sum(failed)::int AS failed FROM sluice.consumer_slots WHERE consumer = ${made.consumer}`).toMatchObject([{ failed: 1 }]);
    await hooks.change(gateway, 'deleteWebhook', made.id);
    await gateway.stop();
  });
});

describe('a host name', () => {
  it('that leads inside once is a failed attempt; five times, and for long, pauses the webhook', async () => {
    // Seen to fail with a pause for whatever is refused: it was paused at once.
    const gateway = await hooks.start();
    const made = await hooks.create(gateway, { name: 'misled', url: 'https://hooks.example/', topics: ['NoteEvent'] });
    const webhook = await findWebhook(hooks.sql, 'default', made.id);
    const pool = new Pool({ url: hooks.databaseUrl, max: 1, name: 'test' }, () => undefined);
    const sender = createSender({ allow: [], resolve: () => Promise.resolve(['10.0.0.1']) });
    const endpoint = new WebhookEndpoint({
      pool, gateway: randomUUID(), sender, metrics: createMetrics(), log: createLogger('silent'), cursorOf: () => '', source: 'urn:test', pauseAfterMs: 60_000,
      circuit: { failures: 50 }, refusedForMs: 0,
    }, webhook, { types: new Set(), matches: () => true, payloadOf: () => Promise.resolve({}) });
    const event = createTestEvent(webhook, { position: 1, epoch: 'e' });
    for (let times = 1; times < 5; times += 1) await expect(endpoint.deliver(event, NEVER)).rejects.toMatchObject({ name: 'Error', message: expect.stringContaining('resolves to a private address') as string });
    expect(await hooks.show(gateway, made.id)).toMatchObject({ status: 'ENABLED' });
    await expect(endpoint.deliver(event, NEVER)).rejects.toMatchObject({ name: 'HoldConsumer' });
    expect(await hooks.show(gateway, made.id)).toMatchObject({ status: 'PAUSED', statusReason: expect.stringContaining('resolves to a private address') as string });
    await sender.close();
    await pool.end();
    await gateway.stop();
  });
});

describe('G9 a gateway that is killed', () => {
  it('leaves its events to another, which sends what is not written down with the webhook-id that it had', async () => {
    // Seen to fail with another id at each attempt (createMessage given a new one).
    const [killed, other] = [await hooks.spawnHere(), await hooks.start()];
    const held = new Set<string>();
    const url = hooks.sink.on('/killed', async ({ headers }) => {
      const id = String(headers['webhook-id']);
      const again = held.has(id);
      held.add(id);
      return again || held.size > 5 ? answer(200) : { kind: 'hang' };
    });
    const made = await hooks.create(killed, { name: 'killed', url, topics: ['NoteEvent'], order: 'NONE' });
    const published = await note(killed, Array.from({ length: 40 }, (_, index) => `k-${index}`));
    await waitFor(() => held.size >= 5);
    await killed.process.kill('SIGKILL');
    // Its lease ends by itself, after 10 s.
    await hooks.delivered(made, 40, 40_000);
    const sent = ids(hooks.sink.at('/killed'));
    expect(new Set(sent)).toEqual(new Set(published));
    expect(sent.length).toBeGreaterThan(published.length);
    await other.stop();
  }, 60_000);
});
