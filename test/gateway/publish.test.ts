import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';

let gateways: TestGateways;
let one: Gateway;
let two: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  one = await gateways.start();
  two = await gateways.start();
});
afterAll(() => gateways.close());

const PUBLISH = 'mutation($input: NotedInput!, $options: PublishOptions) { publishNoted(input: $input, options: $options) { eventId duplicate cursor } }';
type Receipt = { eventId: string; duplicate: boolean; cursor: string };

describe('publish', () => {
  it('G3: the same key 50 times at once over two gateways is one event', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, index) =>
      query<{ publishNoted: Receipt }>((index % 2 ? one : two).url, PUBLISH, { input: { noteId: 'g3', text: 'once' }, options: { idempotencyKey: 'fifty' } })));
    const receipts = results.map((result) => result.data?.publishNoted);
    expect(new Set(receipts.map((receipt) => receipt?.eventId)).size).toBe(1);
    expect(new Set(receipts.map((receipt) => receipt?.cursor)).size).toBe(1);
    expect(receipts.filter((receipt) => receipt?.duplicate === false)).toHaveLength(1);
    const [row] = await gateways.sql<{ count: number }[]>`SELECT count(*)::int FROM sluice.events WHERE key = 'g3'`;
    expect(row?.count).toBe(1);
  });

  it('the log says at level debug which events a publish stored, and where', async () => {
    const lines: string[] = [];
    const gateway = await gateways.start({ log: createLogger('debug', { write: (line) => void lines.push(line) }) });
    const { data } = await query<{ publishNoted: Receipt }>(gateway.url, PUBLISH, { input: { noteId: 'said' } });
    const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'published');
    expect(said).toMatchObject([{ level: 'debug', eventIds: [data?.publishNoted.eventId], tenant: 'default', status: 'stored', firstPosition: expect.any(Number) }]);
    await gateway.stop();
  });

  it('G3: the same key with another payload is a conflict, also for the order of a batch', async () => {
    const publish = (text: string) => query(one.url, PUBLISH, { input: { noteId: 'c', text }, options: { idempotencyKey: 'conflict' } });
    await publish('first');
    const second = await publish('second');
    expect(second.errors?.[0]?.extensions['code']).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('keeps the events of one call adjacent and in order, or stores none of them', async () => {
    const many = 'mutation($events: [PublishInput!]!) { publish(events: $events) { eventId cursor } }';
    const events = Array.from({ length: 20 }, (_, index) => ({ noted: { noteId: 'batch', number: index } }));
    const both = await Promise.all([one, two].map((gateway) => query<{ publish: Receipt[] }>(gateway.url, many, { events })));
    for (const result of both) {
      const ids = result.data?.publish.map((receipt) => receipt.eventId) ?? [];
      const rows = await gateways.sql<{ position: string; number: number }[]>`SELECT position, (payload ->> 'number')::int AS number FROM sluice.events WHERE id = ANY(${ids}) ORDER BY position`;
      expect(rows.map((row) => row.number)).toEqual(events.map((_, index) => index));
      expect(Number(rows.at(-1)?.position) - Number(rows[0]?.position)).toBe(19);
    }
    const bad = await query(one.url, many, { events: [{ noted: { noteId: 'none' } }, { noted: { noteId: 'x'.repeat(256) } }] });
    expect(bad.errors?.[0]).toMatchObject({ message: expect.stringContaining('events[1].noteId must have 1 to 255 characters'), extensions: { code: 'BAD_USER_INPUT' } });
    const [row] = await gateways.sql<{ count: number }[]>`SELECT count(*)::int FROM sluice.events WHERE key = 'none'`;
    expect(row?.count).toBe(0);
  });

  it.each([
    ['a NUL', { noteId: 'n', text: 'a\0b' }, {}, 'U+0000'],
    ['half a surrogate pair', { noteId: 'n', text: '\ud800' }, {}, 'surrogate'],
    ['too large a payload', { noteId: 'n', text: 'x'.repeat(262_144) }, {}, 'at most 262144'],
    ['an empty key', { noteId: '' }, {}, '1 to 255 characters'],
    ['a moment of another unit', { noteId: 'n' }, { occurredAt: '4026-01-01T00:00:00Z' }, 'occurredAt must lie'],
    ['an empty idempotency key', { noteId: 'n' }, { idempotencyKey: '' }, 'idempotencyKey must have'],
    ['a wrong type', { noteId: 'n', number: 'seven' }, {}, 'Int cannot represent'],
    ['an unknown field', { noteId: 'n', nothing: 1 }, {}, 'nothing'],
  ])('refuses %s with BAD_USER_INPUT', async (_what, input, options, message) => {
    const result = await query(one.url, PUBLISH, { input, options });
    expect(result.errors?.[0]).toMatchObject({ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('fails one bad event alone when it shares a commit with good ones', async () => {
    const results = await Promise.all([
      ...Array.from({ length: 30 }, (_, index) => query(one.url, PUBLISH, { input: { noteId: `good${index}` } })),
      query(one.url, PUBLISH, { input: { noteId: 'bad\u0000' } }),
      ...Array.from({ length: 30 }, (_, index) => query(one.url, PUBLISH, { input: { noteId: `fine${index}` } })),
    ]);
    expect(results.filter((result) => result.errors === undefined)).toHaveLength(60);
  });

  it('moves an event that any service put into the outbox', async () => {
    await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Noted', '{"noteId": "sql", "text": "plain SQL"}')`;
    const subscription = await fetch(`${two.url}/graphql?query=${encodeURIComponent('subscription { noteEvents(from: BEGINNING, where: { key: ["sql"] }) { node { ... on Noted { text } } } }')}`, { headers: { accept: 'text/event-stream' } });
    const reader = subscription.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (reader !== undefined && !text.includes('plain SQL')) text += (await reader.read()).value ?? '';
    await reader?.cancel();
    expect(text).toContain('{"node":{"text":"plain SQL"}}');
  });
});
