import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pool } from '../../src/db/pool.js';
import type { Gateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';
import { parseAllowList } from '../../src/webhook/allow-list.js';
import { Webhooks } from '../../src/webhook/webhooks.js';
import { createMetrics } from '../../src/observe/metrics.js';
import { observe } from '../../src/graphql/consumers.js';
import { waitFor } from '../support/wait.js';
import { answer } from './sink.js';
import { createHooks, type Hooks } from './hooks.js';

/* What may be said of webhooks, by several at once and in what numbers. */

let hooks: Hooks;
let gateway: Gateway;
let twin: Gateway;
beforeAll(async () => {
  hooks = await createHooks();
  [gateway, twin] = [await hooks.start(), await hooks.start()];
});
afterAll(() => hooks.close());

const make = (name: string, input: object = {}) => hooks.create(gateway, { name, url: 'https://example.com/', topics: ['NoteEvent'], ...input });
const revision = async (): Promise<number> => (await hooks.sql<{ revision: number }[]>`SELECT revision::int AS revision FROM sluice.webhook_changes`)[0]?.revision ?? 0;
/** Webhooks that only take up room: as if nobody had begun with them yet. */
const fill = (tenant: string, count: number) => hooks.sql`
  INSERT INTO sluice.webhooks (id, tenant, name, url, topics, format, "order", start_from, concurrency, secrets, revision)
  SELECT gen_random_uuid(), ${tenant}, 'filler ' || n, 'https://example.com/', '{Unknown}', 'PLAIN', 'KEY', 'now', 1, '[]', 0 FROM generate_series(1, ${count}::int) n`;
const unfill = () => hooks.sql`DELETE FROM sluice.webhooks WHERE name LIKE 'filler %'`;

describe('webhooks', () => {
  it('of one name that are made at once on two gateways: one is made', async () => {
    const made = await Promise.allSettled([gateway, twin, gateway, twin].map((at) => hooks.create(at, { name: 'contested', url: 'https://example.com/', topics: ['NoteEvent'] })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of made) if (each.status === 'rejected') expect(String(each.reason)).toMatch(/CONFLICT: There is a webhook called "contested" already/);
    expect(await hooks.sql`SELECT FROM sluice.webhooks WHERE name = 'contested'`).toHaveLength(1);
  });

  it('G9 that are made while no gateway can begin with them have their place in the log all the same', async () => {
    // Seen to fail without `registerIn` in the transaction: there was no consumer, and it would have begun behind what was published meanwhile.
    const pool = new Pool({ url: hooks.databaseUrl, max: 1, name: 'test' }, () => undefined);
    const webhooks = new Webhooks({
      pool, log: createLogger('silent'), allow: parseAllowList([]), test: () => Promise.reject(new Error('not tested')), onChange: () => Promise.reject(new Error('nobody looks')),
      open: () => ({ types: new Set(['Noted']), matches: () => true, payloadOf: () => Promise.resolve(null) }),
    });
    const other = randomUUID();
    const [head] = await hooks.sql<{ position: string }[]>`SELECT position FROM sluice.head()`;
    const { webhook } = await webhooks.create({ tenant: other, by: 'ann' }, { name: 'alone', url: 'https://example.com/', topics: ['NoteEvent'] });
    expect(await hooks.sql`SELECT start_position, tenant, types FROM sluice.consumers WHERE name = ${`webhook:${webhook.id}`}`).toMatchObject([{ start_position: head?.position, tenant: other, types: ['Noted'] }]);
    expect(await hooks.sql`SELECT FROM sluice.consumer_slots WHERE consumer = ${`webhook:${webhook.id}`}`).toHaveLength(64);
    await webhooks.delete({ tenant: other, by: 'ann', id: webhook.id }, false);
    await pool.end();
  });

  it('that are changed at once on two gateways are changed one after the other, each with a number of its own', async () => {
    const made = await make('changed');
    const before = await revision();
    await Promise.all([...'abcdefgh'].map((letter, index) => hooks.update(index % 2 === 0 ? gateway : twin, made.id, index % 3 === 0 ? { url: `https://example.com/${letter}` } : { headers: { [`x-${letter}`]: '1' } })));
    expect(await revision()).toBe(before + 8);
    const [row] = await hooks.sql<{ revision: number; headers: Record<string, string>; url: string }[]>`SELECT revision::int AS revision, headers, url FROM sluice.webhooks WHERE id = ${made.id}`;
    expect(row?.revision).toBe(before + 8);
    // Nothing that one wrote was lost to another's older reading of the rest.
    expect(Object.keys(row?.headers ?? {})).toHaveLength(1);
    expect(row?.url).toMatch(/\/[adg]$/);
  });

  it('of a tenant are at most 1,000', async () => {
    await fill('default', 1_000 - (await hooks.sql`SELECT FROM sluice.webhooks`).length);
    await expect(make('one too many')).rejects.toThrow(/CONFLICT: The tenant has 1000 webhooks/);
    await unfill();
    await expect(make('one that fits')).resolves.toMatchObject({ status: 'ENABLED' });
  });

  it('of all tenants are at most 5,000', async () => {
    await fill('acme', 5_000);
    await expect(make('one too many in all')).rejects.toThrow(/CONFLICT: There are 50\d\d webhooks in all/);
    await unfill();
  });

  it('are listed a page at a time, the latest first', async () => {
    const list = (first: number, after: string | null) => hooks.call<{ id: string }[]>(twin, 'query($first: Int!, $after: ID) { result: webhooks(first: $first, after: $after) { id } }', { first, after });
    const all = await list(500, null);
    expect(all.length).toBeGreaterThan(2);
    const pages = [await list(2, null), await list(500, all[1]?.id ?? '')];
    expect(pages.flat()).toEqual(all);
    await expect(list(501, null)).rejects.toThrow(/`first` must be 1 to 500/);
    await expect(list(1, 'x')).rejects.toThrow(/`after` is the id/);
  });
});

describe('a secret', () => {
  it('is one of at most four that sign at once, until they have ended', async () => {
    const made = await make('rotating');
    for (let count = 0; count < 3; count += 1) await hooks.rotate(gateway, made.id);
    await expect(hooks.rotate(gateway, made.id)).rejects.toThrow(/CONFLICT: 4 secrets sign at present/);
    await hooks.rotate(twin, made.id, 0);
    const [row] = await hooks.sql<{ secrets: { secret: string; until: string | null }[] }[]>`SELECT secrets FROM sluice.webhooks WHERE id = ${made.id}`;
    expect(row?.secrets.map(({ until }) => until)).toEqual([null]);
  });

  it('that ends sooner than the overlap keeps its end', async () => {
    const made = await make('ending');
    await hooks.rotate(gateway, made.id, 60);
    await hooks.rotate(gateway, made.id, 3_600);
    const [row] = await hooks.sql<{ secrets: { secret: string; until: string | null }[] }[]>`SELECT secrets FROM sluice.webhooks WHERE id = ${made.id}`;
    const [newest, between, first] = row?.secrets ?? [];
    expect([newest?.until, first?.secret]).toEqual([null, made.secret]);
    expect(Date.parse(first?.until ?? '')).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(Date.parse(between?.until ?? '')).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it.each([
    ['an overlap of more than 30 days', 30 * 86_400 + 1, /`overlapSeconds` must be 0 to 2592000/],
    ['a negative overlap', -1, /`overlapSeconds` must be 0 to/],
  ])('is not rotated with %s', async (_what, overlapSeconds, message) => {
    const made = await make(`odd ${overlapSeconds}`);
    await expect(hooks.rotate(gateway, made.id, overlapSeconds)).rejects.toThrow(message);
  });
});

it('what is decided about a webhook is in the record, without values; with dead letters it goes only if these may go', async () => {
  const made = await make('recorded');
  await hooks.update(gateway, made.id, { headers: { authorization: 'Bearer secret' } });
  await hooks.rotate(gateway, made.id, 60);
  await hooks.sql`INSERT INTO sluice.parked_events (consumer, slot, position, lane, status, event_id, epoch, tenant, topic, type, key, version, payload, occurred_at, recorded_at)
    VALUES (${made.consumer}, 0, 1, 'a', 'dead', gen_random_uuid(), 'e', 'default', 'NoteEvent', 'Noted', 'a', 1, '{}', now(), now())`;
  await expect(hooks.change(gateway, 'deleteWebhook', made.id)).rejects.toThrow(/CONFLICT: recorded has 1 dead letter, which would be gone/);
  await hooks.call(gateway, 'mutation($id: ID!) { result: deleteWebhook(id: $id, discardDeadLetters: true) { id } }', { id: made.id });
  expect(await hooks.sql`SELECT action, principal IS NOT NULL AS known, details FROM sluice.consumer_actions WHERE consumer = ${made.consumer} ORDER BY id`).toMatchObject([
    { action: 'create', known: true, details: { name: 'recorded' } }, { action: 'update', known: true, details: { changed: ['headers'] } },
    { action: 'rotate-secret', known: true, details: { overlapSeconds: 60 } }, { action: 'delete', known: true, details: { name: 'recorded', deadLetters: 1 } },
  ]);
});

it('four tests of a tenant are under way at once, and what an endpoint says is cut off', async () => {
  let [busy, most] = [0, 0];
  const url = hooks.sink.on('/tests', async () => {
    busy += 1;
    most = Math.max(most, busy);
    await waitFor(() => most >= 4);
    busy -= 1;
    return answer(500, {}, 'x'.repeat(2_000));
  });
  const made = await make('tested', { url });
  const results = await Promise.all(Array.from({ length: 9 }, () => hooks.test(gateway, made.id)));
  expect(most).toBe(4);
  expect(results[0]?.body).toBe(`${'x'.repeat(300)} …`);
});

it('all webhooks are one series of the metrics', async () => {
  const metrics = createMetrics();
  const observer = observe(metrics);
  for (const name of [`webhook:${randomUUID()}`, `webhook:${randomUUID()}`, 'fraud']) observer.onBatch(name, { delivered: 1, skipped: 0, failures: 0, dead: 0, ms: 1, delays: [1] });
  const { values } = await metrics.consumerEvents.get();
  expect(values.filter(({ labels }) => labels.result === 'delivered').map(({ labels, value }) => [labels.consumer, value])).toEqual([['webhook', 2], ['fraud', 1]]);
});

describe('a consumer', () => {
  it('that is paused past the webhook shows there, and goes on with it', async () => {
    const made = await make('operated');
    await hooks.sql`UPDATE sluice.consumers SET status = 'paused', status_reason = 'maintenance', status_by = 'ops', status_at = clock_timestamp(), revision = revision + 1 WHERE name = ${made.consumer}`;
    expect(await hooks.show(gateway, made.id)).toMatchObject({ status: 'PAUSED', statusReason: 'maintenance', statusBy: 'ops' });
    expect(await hooks.change(twin, 'resumeWebhook', made.id)).toMatchObject({ status: 'ENABLED', statusReason: null, statusBy: null });
    expect(await hooks.sql`SELECT action FROM sluice.consumer_actions WHERE consumer = ${made.consumer} ORDER BY id`).toMatchObject([{ action: 'create' }, { action: 'resume' }]);
  });

  it('whose webhook is no more is taken away with the next change', async () => {
    const name = `webhook:${randomUUID()}`;
    await hooks.sql`INSERT INTO sluice.consumers (name, kind, delivery, topics, types, start_position) VALUES (${name}, 'webhook', 'at-least-once', '{NoteEvent}', '{Noted}', 0)`;
    await make('next');
    expect(await hooks.sql`SELECT FROM sluice.consumers WHERE name = ${name}`).toHaveLength(0);
  });
});
