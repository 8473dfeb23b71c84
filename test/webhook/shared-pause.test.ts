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
import { createHooks, note, type Hooks, type ShownWebhook } from './hooks.js';
import { answer } from './sink.js';

/* What one gateway finds out about an endpoint holds for the others, and for those that begin later. */

let hooks: Hooks;
beforeAll(async () => {
  hooks = await createHooks();
  await hooks.sql`CREATE TABLE noted (webhook uuid, until timestamptz)`;
  await hooks.sql`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO noted VALUES (NEW.id, NEW.held_until); RETURN NULL; END'`;
  await hooks.sql`CREATE TRIGGER noting AFTER UPDATE ON sluice.webhooks FOR EACH ROW WHEN (NEW.held_until IS NOT NULL AND NEW.held_until IS DISTINCT FROM OLD.held_until) EXECUTE FUNCTION note()`;
});
afterAll(() => hooks.close());

const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
/** How often gateways told each other of the webhook's endpoint. */
const told = async ({ id }: ShownWebhook): Promise<number> => (await hooks.sql`SELECT FROM noted WHERE webhook = ${id}`).length;
const knows = (gateway: Gateway): Promise<unknown> => waitFor(async () => (await (await fetch(`${gateway.url}/metrics`)).text()).includes('sluice_webhook_endpoints_held 1\n'), { what: 'the gateway to leave the endpoint alone' });
/** Each of so many gateways has slots of it. */
const shared = ({ consumer }: ShownWebhook, gateways: number): Promise<unknown> => waitFor(async () =>
  (await hooks.sql`SELECT owner FROM sluice.consumer_slots WHERE consumer = ${consumer} GROUP BY owner HAVING count(*) = ${64 / gateways}`).length === gateways, { what: `${gateways} gateways with slots` });
/** Each of so many gateways has events before it that it would send. */
const waiting = ({ consumer }: ShownWebhook, gateways: number): Promise<unknown> => waitFor(async () =>
  (await hooks.sql`SELECT FROM sluice.consumer_members WHERE consumer = ${consumer} AND lag_events > 0 AND expires_at > clock_timestamp()`).length === gateways, { what: `events that wait on ${gateways} gateways` });

describe('a pause of an endpoint', () => {
  // Seen to fail with no pauses in `readLook`: the second gateway never learnt of it. And with a trial that holds its neighbours up until it is taken for lost (a minute).
  it('that it asked for holds for every gateway: none sends before its time', async () => {
    const [one, two] = [await hooks.start(), await hooks.start()];
    const url = hooks.sink.on('/asks', (_request, before) => answer(before === 0 ? 429 : 200, before === 0 ? { 'retry-after': '3' } : {}));
    const made = await hooks.create(one, { name: 'asks', url, topics: ['NoteEvent'] });
    await shared(made, 2);
    await note(one, ['first']);
    await hooks.sink.received('/asks', 1);
    await Promise.all([knows(one), knows(two)]);
    expect(await hooks.show(two, made.id)).toMatchObject({ heldUntil: expect.any(String) as string });
    await note(one, keys);
    await hooks.delivered(made, 21);
    const [refused, ...others] = hooks.sink.at('/asks');
    expect(others).toHaveLength(21);
    for (const { at } of others) expect(at - (refused?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
    // Both had some of them.
    expect(await hooks.sql`SELECT FROM sluice.consumer_slots WHERE consumer = ${made.consumer} AND delivered > 0 GROUP BY owner`).toHaveLength(2);
    expect(await hooks.show(two, made.id)).toMatchObject({ heldUntil: null });
    expect(await told(made)).toBe(1);
    await hooks.change(one, 'deleteWebhook', made.id);
    await Promise.all([one.stop(), two.stop()]);
  });

  // Seen to fail with those alone in `readLook` that were asked for.
  it('that did not answer holds for the others as well, until somebody lets it go on', async () => {
    const circuit = { failures: 1, firstPauseMs: 600_000 };
    const [one, two] = [await hooks.start({ webhooks: { circuit } }), await hooks.start({ webhooks: { circuit } })];
    const url = hooks.sink.on('/away', (_request, before) => answer(before === 0 ? 502 : 200));
    const made = await hooks.create(one, { name: 'away', url, topics: ['NoteEvent'] });
    await shared(made, 2);
    await note(one, ['first']);
    await Promise.all([knows(one), knows(two)]);
    await note(one, keys);
    await waiting(made, 2);
    const resumed = Date.now();
    expect(await hooks.change(two, 'resumeWebhook', made.id)).toMatchObject({ heldUntil: null });
    await hooks.delivered(made, 21);
    for (const { at } of hooks.sink.at('/away').slice(1)) expect(at).toBeGreaterThanOrEqual(resumed);
    await hooks.change(one, 'deleteWebhook', made.id);
    await Promise.all([one.stop(), two.stop()]);
  });

  // Seen to fail with no pauses in `readLook`.
  it('holds for a gateway that begins later, until the webhook has another URL', async () => {
    const first = await hooks.start();
    const made = await hooks.create(first, { name: 'later', url: hooks.sink.on('/later', answer(429, { 'retry-after': '3600' })), topics: ['NoteEvent'] });
    await note(first, ['first']);
    await knows(first);
    await first.stop();
    const second = await hooks.start();
    await knows(second);
    await note(second, keys);
    await waiting(made, 1);
    expect(hooks.sink.at('/later')).toHaveLength(1);
    expect(await hooks.update(second, made.id, { name: 'renamed' })).toMatchObject({ heldUntil: expect.any(String) as string });
    expect(await hooks.update(second, made.id, { url: hooks.sink.on('/later-2', answer(200)) })).toMatchObject({ heldUntil: null });
    await hooks.sink.received('/later-2', 21);
    expect(hooks.sink.at('/later')).toHaveLength(1);
    await hooks.delivered(made, 21);
    await hooks.change(second, 'deleteWebhook', made.id);
    await second.stop();
  });

  // Seen to fail without the margin: a row was written 16 times.
  it('is told once, however many requests were under way when the endpoint asked for it', async () => {
    // The margin is twice that: as long as the answers may take on a busy machine.
    const gateway = await hooks.start({ webhooks: { lookEvery: 10_000 } });
    const held: (() => void)[] = [];
    const url = hooks.sink.on('/many', async () => {
      await new Promise<void>((resolve) => {
        held.push(resolve);
      });
      return answer(429, { 'retry-after': '3600' });
    });
    const made = await hooks.create(gateway, { name: 'many', url, topics: ['NoteEvent'], order: 'NONE', concurrency: 16 });
    await note(gateway, Array.from({ length: 200 }, (_, index) => `m-${index}`));
    await waitFor(() => held.length === 16, { what: '16 requests under way' });
    // Each answers a little later than the one before.
    for (const [index, release] of held.entries()) {
      release();
      await waitFor(async () => await told(made) > 0, { what: `the answer to request ${index}` });
    }
    await waiting(made, 1);
    expect(await told(made)).toBe(1);
    expect(hooks.sink.at('/many')).toHaveLength(16);
    await hooks.change(gateway, 'deleteWebhook', made.id);
    await gateway.stop();
  });
});

describe('a gateway whose own requests arrive', () => {
  // Seen to fail without `#delivers`: one gateway with a bad line held up the others.
  it('goes on although another fails, and stops when one of its own fails; what the endpoint asks for it obeys at once', async () => {
    const gateway = await hooks.start({ consumers: { run: false } });
    let status = 200;
    const made = await hooks.create(gateway, { name: 'arrives', url: hooks.sink.on('/arrives', () => answer(status)), topics: ['NoteEvent'] });
    const webhook = await findWebhook(hooks.sql, 'default', made.id);
    const pool = new Pool({ url: hooks.databaseUrl, max: 1, name: 'test' }, () => undefined);
    const sender = createSender({ allow: ['127.0.0.1'] });
    const create = () => new WebhookEndpoint({
      pool, gateway: randomUUID(), sender, metrics: createMetrics(), log: createLogger('silent'), cursorOf: () => '', source: 'urn:test', pauseAfterMs: 60_000,
    }, webhook, { types: new Set(), matches: () => true, payloadOf: () => Promise.resolve({}) });
    const event = createTestEvent(webhook, { position: 1, epoch: 'e' });
    const pause = { id: webhook.id, revision: webhook.revision, until: Date.now() + 60_000, opened: 1, own: false };
    const endpoint = create();
    await endpoint.deliver(event, NEVER);
    endpoint.learn({ ...pause, asked: false });
    await endpoint.deliver(event, NEVER);
    status = 500;
    await expect(endpoint.deliver(event, NEVER)).rejects.toMatchObject({ message: 'The endpoint answered 500.' });
    endpoint.learn({ ...pause, asked: false });
    await expect(endpoint.deliver(event, NEVER)).rejects.toMatchObject({ name: 'HoldConsumer' });
    status = 200;
    const another = create();
    await another.deliver(event, NEVER);
    // Of the webhook as it was before somebody changed it.
    another.learn({ ...pause, asked: true, revision: pause.revision - 1 });
    await another.deliver(event, NEVER);
    another.learn({ ...pause, asked: true });
    await expect(another.deliver(event, NEVER)).rejects.toMatchObject({ name: 'HoldConsumer' });
    await sender.close();
    await pool.end();
    await gateway.stop();
  });
});
