import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { freshKey, noneOpen, NOTES, publish, range, type History } from './notes.js';
import type { Edge, Subscription } from './subscription.js';
import { TRANSPORTS } from './transports.js';

const NODE = '{ cursor node { meta { topic position } ... on Noted { noteId number } } }';
/** Answers as `noteEvents`, so that a `Subscription` reads them. */
const EVENTS = `subscription($topics: [Topic!], $after: Cursor, $from: StartFrom, $since: DateTime, $last: Int, $where: EventFilter) {
  noteEvents: events(topics: $topics, after: $after, from: $from, since: $since, last: $last, where: $where) ${NODE}
}`;
const PAGE = `query($topics: [Topic!], $first: Int, $after: Cursor, $last: Int, $before: Cursor, $where: EventFilter) {
  events(topics: $topics, first: $first, after: $after, last: $last, before: $before, where: $where) {
    edges ${NODE} head pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

let gateways: TestGateways;
let gateway: Gateway;
const open: Subscription[] = [];
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ checkpointInterval: 50 });
});
afterEach(async () => {
  for (const subscription of open.splice(0)) subscription.close();
  await noneOpen(gateway);
});
afterAll(() => gateways.close());

async function page(variables: Record<string, unknown>): Promise<History> {
  const result = await query<{ events: History }>(gateway.url, PAGE, variables);
  if (!result.data) throw new Error(JSON.stringify(result.errors));
  return result.data.events;
}

const note = (noteId: string, number: number): Record<string, unknown> => ({ noted: { noteId, number } });
const removal = (noteId: string): Record<string, unknown> => ({ noteRemoved: { noteId } });
const tick = (tickId: string): Record<string, unknown> => ({ ticked: { tickId } });

/** Events of both topics under one key, in several calls; gives their cursors. */
async function mixed(key: string): Promise<string[]> {
  return [
    ...await publish(gateway.url, [note(key, 1), tick(key), note(key, 2), removal(key)]),
    ...await publish(gateway.url, [tick(key)]),
    ...await publish(gateway.url, [note(key, 3)]),
    ...await publish(gateway.url, [tick(key), tick(key), note(key, 4)]),
  ];
}
/** Which of `mixed` are of TickEvent. */
const TICKS = [1, 4, 6, 7];
/** Which of `mixed` are of NoteEvent. */
const NOTED = [0, 2, 3, 5, 8];

const cursorsOf = (edges: readonly Edge[]): string[] => edges.map((edge) => edge.cursor);
const topicsOf = (edges: readonly Edge[]): (string | undefined)[] => edges.map((edge) => edge.node?.meta?.topic);
const picked = (cursors: readonly string[], indexes: readonly number[]): (string | undefined)[] => indexes.map((index) => cursors[index]);

/** Adds one event to the log that no publish makes: of another schema, or of the gateway itself. */
async function appendForeign(topic: string, type: string, key: string): Promise<void> {
  await gateways.sql`INSERT INTO sluice.event_types VALUES (${type}, ${topic}, 'id', 1) ON CONFLICT DO NOTHING`;
  const [row] = await gateways.sql<{ id: string }[]>`INSERT INTO sluice.outbox (type, payload) VALUES (${type}, ${JSON.stringify({ id: key })}::text::json) RETURNING id`;
  await waitFor(async () => (await gateways.sql`SELECT FROM sluice.events WHERE id = ${row?.id ?? ''}`).length > 0, { what: 'the event in the log' });
}

const CASES: readonly (readonly [string, (key: string) => Record<string, unknown>, readonly number[]])[] = [
  ['every topic by default', (key) => ({ where: { key: [key] } }), range(0, 8)],
  ['every topic for null', (key) => ({ topics: null, where: { key: [key] } }), range(0, 8)],
  ['every topic, each named', (key) => ({ topics: ['TickEvent', 'NoteEvent'], where: { key: [key] } }), range(0, 8)],
  ['one topic', (key) => ({ topics: ['TickEvent'], where: { key: [key] } }), TICKS],
  ['a topic named twice', (key) => ({ topics: ['NoteEvent', 'NoteEvent'], where: { key: [key] } }), NOTED],
  ['types of two topics', (key) => ({ where: { key: [key], type: ['NoteRemoved', 'Ticked'] } }), [1, 3, 4, 6, 7]],
  ['a type and the topic of another', (key) => ({ topics: ['TickEvent'], where: { key: [key], type: ['Noted'] } }), []],
  ['an empty list of types', (key) => ({ where: { key: [key], type: [] } }), []],
  ['an empty list of keys', () => ({ where: { key: [] } }), []],
  ['fields that are null', (key) => ({ where: { key: [key], type: null } }), range(0, 8)],
];

it.each(CASES)('history, %s: exactly these events, in log order', async (_what, variables, indexes) => {
  const key = freshKey();
  const cursors = await mixed(key);
  expect(cursorsOf((await page({ first: 100, ...variables(key) })).edges)).toEqual(picked(cursors, indexes));
});

it('a history in pages, from either end, is the history', async () => {
  const key = freshKey();
  const cursors = await mixed(key);
  const where = { key: [key] };
  const forward: string[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo }: History = await page({ first: 2, after, where });
    forward.push(...cursorsOf(edges));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(forward).toEqual(cursors);
  const backward: string[] = [];
  for (let before: string | null = null; ;) {
    const { edges, pageInfo }: History = await page({ last: 2, before, where });
    backward.unshift(...cursorsOf(edges));
    if (!pageInfo.hasPreviousPage) break;
    before = pageInfo.startCursor;
  }
  expect(backward).toEqual(cursors);
});

describe.each(TRANSPORTS)('across topics over $name', (transport) => {
  const subscribe = (variables: Record<string, unknown>, resumeFrom?: string): Subscription => {
    const subscription = transport.subscribe(gateway.url, EVENTS, variables, resumeFrom === undefined ? {} : { resumeFrom });
    open.push(subscription);
    return subscription;
  };

  // Seen to fail: with only the first topic of `topics` in the filter, with `type` not asked for a subscription, and with
  // the ticks of a batch delivered behind its notes.
  it.each(CASES)('G5, G16: %s: what is live and what is read from the log are exactly these events, in log order', async (_what, variables, indexes) => {
    const key = freshKey();
    const live = subscribe(variables(key));
    await live.established();
    const expected = picked(await mixed(key), indexes);
    // What comes behind them says that nothing else came between.
    const [end] = await publish(gateway.url, [tick('end')]);
    await waitFor(() => live.checkpoints.includes(end ?? ''), { what: 'a checkpoint behind them' });
    const past = subscribe({ ...variables(key), from: 'BEGINNING' });
    await waitFor(() => past.checkpoints.includes(end ?? ''), { what: 'a checkpoint behind them' });
    expect(cursorsOf(live.edges)).toEqual(expected);
    expect(past.edges).toEqual(live.edges);
    const positions = live.edges.map((edge) => Number(edge.node?.meta?.position));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('G5: resuming at the cursor of every event gives exactly the rest, whichever topic it is of', async () => {
    const key = freshKey();
    const cursors = await mixed(key);
    for (const [index, cursor] of cursors.slice(0, -1).entries()) {
      const rest = await subscribe({ where: { key: [key] } }, cursor).take(8 - index);
      expect(cursorsOf(rest.edges)).toEqual(cursors.slice(index + 1));
    }
  });

  it('G5: a cursor is a place in the log: a topic goes on where events() was, and the other way round', async () => {
    const key = freshKey();
    const cursors = await mixed(key);
    const where = { key: [key] };
    const own = transport.subscribe(gateway.url, NOTES, { where }, { resumeFrom: cursors[4] ?? '' });
    open.push(own);
    expect((await own.take(2)).numbers).toEqual([3, 4]);
    expect(topicsOf((await subscribe({ where }, own.edges[0]?.cursor).take(3)).edges)).toEqual(['TickEvent', 'TickEvent', 'NoteEvent']);
  });

  it('since and last count events of the topics that are asked for', async () => {
    const key = freshKey();
    const cursors = await mixed(key);
    const where = { key: [key] };
    expect(cursorsOf((await subscribe({ last: 3, where }).take(3)).edges)).toEqual(cursors.slice(-3));
    expect(cursorsOf((await subscribe({ topics: ['NoteEvent'], last: 3, where }).take(3)).edges)).toEqual(picked(cursors, [3, 5, 8]));
    const [row] = await gateways.sql<{ at: Date }[]>`SELECT recorded_at AS at FROM sluice.events WHERE key = ${key} ORDER BY position OFFSET 5 LIMIT 1`;
    // In milliseconds, as a client says it: calls within one of them are all of that moment.
    const since = row?.at.toISOString() ?? '';
    const [rest] = await gateways.sql<{ count: number }[]>`SELECT count(*)::int FROM sluice.events WHERE key = ${key} AND recorded_at >= ${since}::text::timestamptz`;
    expect(cursorsOf((await subscribe({ since, where }).take(rest?.count ?? 0)).edges)).toEqual(cursors.slice(-(rest?.count ?? 0)));
  });

  it('G5: a history page and then a subscription after its head leave no hole and repeat nothing', async () => {
    const key = freshKey();
    const where = { key: [key] };
    const published: string[] = [];
    let publishing = true;
    const publisher = (async () => {
      for (let next = 1; publishing; next += 1) published.push(...await publish(gateway.url, [note(key, next), tick(key)]));
    })();
    for (let round = 0; round < 5; round += 1) {
      const { edges, head } = await page({ first: 1_000, where });
      const subscription = await subscribe({ after: head, where }).take(20);
      const seen = [...cursorsOf(edges), ...cursorsOf(subscription.edges.slice(0, 20))];
      await waitFor(() => published.length >= seen.length, { what: 'the receipts' });
      expect(seen).toEqual(published.slice(0, seen.length));
      subscription.close();
    }
    publishing = false;
    await publisher;
  });

  // Seen to fail: with no topics in the filter when `topics` is left out.
  it('G5: events of the gateway itself and of topics that the schema lacks are passed over, and a checkpoint moves past them', async () => {
    const key = freshKey();
    const subscription = subscribe({});
    await subscription.established();
    await publish(gateway.url, [note(key, 1)]);
    await gateway.eraseKey({ topic: 'NoteEvent', key: 'nobody' });
    await appendForeign('ParcelEvent', 'ParcelSent', key);
    const [last] = await publish(gateway.url, [tick(key)]);
    await subscription.take(2);
    expect(topicsOf(subscription.edges)).toEqual(['NoteEvent', 'TickEvent']);
    expect(subscription.results.flatMap((result) => result.errors ?? [])).toEqual([]);
    expect(topicsOf((await page({ first: 100, where: { key: [key] } })).edges)).toEqual(['NoteEvent', 'TickEvent']);
    await gateway.eraseKey({ topic: 'NoteEvent', key: 'nobody' });
    await waitFor(() => subscription.checkpoints.some((cursor) => positionOf(cursor) > positionOf(last ?? '')), { what: 'a checkpoint behind the gateway\'s own event' });
    expect(subscription.results).toHaveLength(2);
  });

  it('G5: a type that the schema lacks, of a topic that it has, is `node: null` with its cursor, and the stream goes on', async () => {
    const key = freshKey();
    const subscription = subscribe({ where: { key: [key] } });
    await subscription.established();
    await appendForeign('NoteEvent', 'NoteFiled', key);
    await publish(gateway.url, [tick(key)]);
    await subscription.take(2);
    const [unknown] = subscription.results;
    expect(unknown?.data?.noteEvents).toEqual({ cursor: expect.any(String), node: null });
    expect(unknown?.errors).toMatchObject([{ path: ['noteEvents', 'node'], extensions: { code: 'EVENT_VERSION_UNSUPPORTED' } }]);
    expect(unknown?.extensions?.sluice?.cursor).toBe(unknown?.data?.noteEvents.cursor);
    expect(topicsOf(subscription.edges.slice(1))).toEqual(['TickEvent']);
  });

  it.each([
    ['an empty list of topics', { topics: [] }, '`topics` is empty'],
    ['a topic that the schema lacks', { topics: ['ParcelEvent'] }, 'ParcelEvent'],
    ['a topic of the gateway itself', { topics: ['_sluice'] }, '_sluice'],
    ['a type that the schema lacks', { where: { type: ['KeyErased'] } }, 'KeyErased'],
  ])('%s is refused with BAD_USER_INPUT, by the query and by the subscription alike', async (_what, variables, message) => {
    const refused = [{ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } }];
    expect(await subscribe(variables).failed()).toMatchObject(refused);
    expect((await query(gateway.url, PAGE, variables)).errors).toMatchObject(refused);
  });

  it('counts its subscriptions and deliveries under the topic *', async () => {
    const labels = `{topic="*",transport="${transport.kind}"}`;
    const read = async (name: string): Promise<number> => Number((await (await fetch(`${gateway.url}/metrics`)).text()).split(`${name}${labels} `)[1]?.split('\n')[0] ?? 0);
    const before = await read('sluice_deliveries_total');
    const key = freshKey();
    const subscription = subscribe({ where: { key: [key] } });
    await subscription.established();
    expect(await read('sluice_subscriptions')).toBe(1);
    await mixed(key);
    await subscription.take(9);
    await waitFor(async () => (await read('sluice_deliveries_total')) === before + 9, { what: 'nine deliveries' });
  });
});

/** Where the gateway put a position into the text; a client never looks. */
function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').readBigUInt64BE(9));
}
