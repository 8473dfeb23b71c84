import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { token } from '../support/tokens.js';
import { FOLLOW_WAYS } from './follow.js';
import { post, publish, WAYS } from './ways.js';

let gateways: TestGateways;
let gateway: Gateway;
let admin: string;
/** Head before anything was published, and the time of the first event. */
let start: string;
let head: string;
let since: string;
const { application } = guardedApplication();

/** Who sees which parcels: of ann's p1 and p3, of bob's p2, and so on. */
const SEES: readonly (readonly [string, () => Promise<string | null>, readonly string[]])[] = [
  ['the one they belong to', () => bearer.plain(), ['p1', 'p3']],
  ['another one they belong to', () => bearer.plain({ sub: 'bob' }), ['p2']],
  ['nobody', () => Promise.resolve(null), []],
  ['a stranger', () => bearer.plain({ sub: 'ann2' }), []],
  ['a sub in other letters', () => bearer.plain({ sub: 'ANN' }), []],
  ['a sub with a space', () => bearer.plain({ sub: 'ann ' }), []],
  ['a sub that is a pattern', () => bearer.plain({ sub: '%' }), []],
  ['the wrong scope', () => bearer.scoped('parcels:read', { sub: 'x' }), []],
  ['who may read all', () => bearer.scoped('parcels:read-all', { sub: 'x' }), ['p1', 'p2', 'p3', 'p4', 'p5']],
  ['an admin', () => bearer.admin(), ['p1', 'p2', 'p3', 'p4', 'p5']],
];

const EVENTS = [
  { parcelSent: { parcelId: 'p1', ownerId: 'ann', weight: 1 } }, { parcelSent: { parcelId: 'p2', ownerId: 'bob' } }, { bulletinPosted: { bulletinId: 'b', ownerId: 'ann' } },
  { parcelLost: { parcelId: 'p3', ownerId: 'ann' } }, { parcelLost: { parcelId: 'p4', ownerId: '$sub' } }, { parcelSent: { parcelId: 'p5', ownerId: 'claims.sub' } },
];
const ID = '... on ParcelSent { parcelId } ... on ParcelLost { parcelId }';

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(application, { checkpointInterval: 50 }));
  admin = await bearer.admin();
  start = await headNow();
  await publish(gateway.url, admin, EVENTS);
  head = await headNow();
  const { events } = await post<{ events: { edges: { node: { meta: { recordedAt: string } } }[] } }>(gateway.url, admin, '{ events(first: 1) { edges { node { ... on Event { meta { recordedAt } } } } } }');
  since = events.edges[0]?.node.meta.recordedAt ?? '';
});
afterAll(() => gateways.close());

const headNow = async (): Promise<string> => (await post<{ events: { head: string } }>(gateway.url, admin, '{ events(first: 0) { head } }')).events.head;
const ids = (nodes: readonly unknown[]): string[] => nodes.flatMap((node) => (node as { parcelId?: string } | null)?.parcelId ?? []);

/** Ways to begin; all events of the fixture come after it. */
const BEGINNINGS: readonly (readonly [string, () => Readonly<Record<string, unknown>>])[] = [
  ['after a cursor', () => ({ after: start })], ['from the beginning', () => ({ from: 'BEGINNING' })], ['since a moment', () => ({ since })], ['with the last', () => ({ last: 1_000 })],
];

describe.each(FOLLOW_WAYS)('@visibleTo on a topic, over $name', (way) => {
  const LIVE = `subscription($after: Cursor, $from: StartFrom, $since: DateTime, $last: Int, $where: ParcelEventFilter) { parcelEvents(after: $after, from: $from, since: $since, last: $last, where: $where) { cursor node { __typename ${ID} } } }`;
  const ACROSS = `subscription($after: Cursor, $from: StartFrom, $since: DateTime, $last: Int) { events(after: $after, from: $from, since: $since, last: $last) { cursor node { __typename ${ID} } } }`;

  it.each(SEES)('%s: live, each event and none that is not theirs', async (_who, who, expected) => {
    const followed = await way.follow(gateway.url, { query: LIVE }, await who());
    const across = await way.follow(gateway.url, { query: ACROSS }, await who());
    const receipts = await publish(gateway.url, admin, EVENTS);
    const last = receipts.at(-1)?.cursor ?? '';
    await Promise.all([followed.reached(last), across.reached(last)]);
    expect([ids(followed.nodes), ids(across.nodes)]).toEqual([expected, expected]);
    // No null in place of what may not be seen: that would tell that it happened.
    expect(followed.results).toHaveLength(expected.length);
    followed.stop();
    across.stop();
  });

  it.each(SEES)('%s: from the past, however it begins', async (_who, who, expected) => {
    const bearer = await who();
    for (const [what, variables] of BEGINNINGS) {
      const followed = await way.follow(gateway.url, { query: LIVE, variables: variables() }, bearer);
      const across = await way.follow(gateway.url, { query: ACROSS, variables: variables() }, bearer);
      await Promise.all([followed.reached(head), across.reached(head)]);
      expect(ids(followed.nodes).slice(0, expected.length), what).toEqual(expected);
      expect(ids(across.nodes).slice(0, expected.length), what).toEqual(expected);
      expect(new Set(ids(followed.nodes)), what).toEqual(new Set(expected));
      expect(new Set(ids(across.nodes)), what).toEqual(new Set(expected));
      followed.stop();
      across.stop();
    }
    const resumed = await way.follow(gateway.url, { query: LIVE }, bearer, start);
    await resumed.reached(head);
    expect(new Set(ids(resumed.nodes))).toEqual(new Set(expected));
    resumed.stop();
  });

  it('a filter that names another owner, a key that is not theirs and `last` show nothing', async () => {
    for (const where of [{ ownerId: ['bob'] }, { key: ['p2'] }, { ownerId: ['bob', '$sub'], type: ['ParcelSent'] }]) {
      const followed = await way.follow(gateway.url, { query: LIVE, variables: { last: 10, where } }, await bearer.plain());
      await followed.reached(head);
      expect(followed.results).toEqual([]);
      followed.stop();
    }
  });

  it('`last` counts what may be seen', async () => {
    const own = await way.follow(gateway.url, { query: LIVE, variables: { last: 1, where: { key: ['p1', 'p2'] } } }, await bearer.plain());
    await own.reached(head);
    expect(ids(own.nodes)).toEqual(['p1']);
    own.stop();
  });
});

describe.each(WAYS)('rows, over $name', (way) => {
  it.each(SEES)('%s: in history, forwards, backwards, page by page and across topics', async (_who, who, expected) => {
    const bearer = await who();
    const seen = new Set(expected);
    for (const args of ['first: 50', 'last: 50', 'first: 50, where: { type: [ParcelSent, ParcelLost] }']) {
      for (const field of args.includes('where') ? ['parcelEvents'] : ['parcelEvents', 'events']) {
        const { data, text } = await way.ask(gateway.url, { query: `{ page: ${field}(${args}) { edges { node { ${ID} } } } }` }, bearer);
        const edges = (data?.['page'] as { edges: { node: object | null }[] } | undefined)?.edges ?? [];
        expect(new Set(ids(edges.map(({ node }) => node))), text).toEqual(seen);
        if (field === 'parcelEvents') expect(edges.every(({ node }) => node !== null)).toBe(true);
      }
    }
    const page = await way.ask(gateway.url, { query: `query($after: Cursor) { parcelEvents(first: 1, after: $after, where: { key: ["p1", "p2", "p3", "p4", "p5"] }) { edges { node { ${ID} } } } }`, variables: { after: start } }, bearer);
    expect(ids(((page.data?.['parcelEvents'] as { edges: { node: unknown }[] } | undefined)?.edges ?? []).map(({ node }) => node))).toEqual(expected.slice(0, 1));
  });

  it.each<readonly [string, () => Promise<string | null>, readonly string[]]>([
    ['ann', () => bearer.plain(), ['ann']], ['bob', () => bearer.plain({ sub: 'bob' }), ['bob']],
    ['nobody', () => Promise.resolve(null), []], ['who may read all', () => bearer.scoped('parcels:read-all', { sub: 'x' }), ['ann', 'bob']],
  ])('%s: references, lists and root fields give the rows that are theirs', async (_who, who, expected) => {
    const bearer = await who();
    const own = (id: string): object | null => (expected.includes(id) ? { name: `${id} of default` } : null);
    const ask = async (query: string): Promise<Readonly<Record<string, unknown>>> => {
      const answer = await way.ask(gateway.url, { query }, bearer);
      expect(answer.code, answer.text).toBeNull();
      return answer.data ?? {};
    };
    expect(await ask('{ ann: owner(id: "ann") { name } bob: owner(id: "bob") { name } nobody: owner(id: "nobody") { name } owners { name } }')).toEqual({
      ann: own('ann'), bob: own('bob'), nobody: null, owners: expected.map(own),
    });
    expect(await ask('{ ann: lazyOwner(id: "ann") { name } bob: lazyOwner(id: "bob") { name } lazyOwners { name } }')).toEqual({ ann: own('ann'), bob: own('bob'), lazyOwners: expected.map(own) });
    const { bulletinEvents } = await ask('{ bulletinEvents(first: 1) { edges { node { ... on BulletinPosted { owner { name } } } } } }');
    expect(bulletinEvents).toEqual({ edges: [{ node: { owner: own('ann') } }] });
  });

  it('a root field that cannot be null is FORBIDDEN for another\'s row, and tells no more than that', async () => {
    const [own, other, admins] = await Promise.all([
      way.ask(gateway.url, { query: '{ ownerForSure(id: "ann") { name } }' }, await bearer.plain()),
      way.ask(gateway.url, { query: '{ ownerForSure(id: "bob") { name } }' }, await bearer.plain()),
      way.ask(gateway.url, { query: '{ ownerForSure(id: "bob") { name } }' }, admin),
    ]);
    expect([own.code, other.code, admins.code]).toEqual([null, 'FORBIDDEN', null]);
    expect(other.data ?? null).toBeNull();
    expect(other.text).not.toContain('of default');
  });
});

describe('@visibleTo on one event of a topic', () => {
  const MEMOS = '{ memoEvents(where: { type: [MemoWritten] }) { edges { node { ... on MemoWritten { memoId } } } } }';
  const TEAMS: readonly (readonly [string, Readonly<Record<string, unknown>>, readonly string[]])[] = [
    ['the team', { team: 'red' }, ['red']],
    ['no claim', {}, []],
    ['a claim that is null', { team: null }, []],
    ['a list with the team', { team: ['red'] }, []],
    ['an object that reads as the team', { team: { toString: 'red', valueOf: 'red' } }, []],
    ['a text that reads as null', { team: 'null' }, ['null']],
    ['a text that reads as undefined', { team: 'undefined' }, []],
    ['an empty text', { team: '' }, []],
    ['a name of a prototype', { team: 'constructor' }, []],
    ['an admin of the same team only by scope', { scope: 'sluice:admin:' }, []],
  ];

  beforeAll(async () => {
    await publish(gateway.url, admin, [
      { memoWritten: { memoId: 'red', team: 'red' } }, { memoWritten: { memoId: 'blue', team: 'blue' } }, { memoWritten: { memoId: 'none' } },
      { memoWritten: { memoId: 'null', team: 'null' } }, { memoWritten: { memoId: 'claims', team: 'claims' } }, { memoShredded: { memoId: 'shredded' } },
    ]);
  });

  it.each(TEAMS)('%s', async (_what, claims, expected) => {
    const { memoEvents } = await post<{ memoEvents: { edges: { node: { memoId: string } }[] } }>(gateway.url, await token({ sub: 'ann', ...claims }), MEMOS);
    expect(memoEvents.edges.map(({ node }) => node.memoId)).toEqual(expected);
  });

  it('does not hide the others of the topic', async () => {
    const followed = await FOLLOW_WAYS[1]?.follow(gateway.url, { query: 'subscription { memoEvents(from: BEGINNING) { node { __typename } } }' }, await token({ sub: 'ann', team: 'blue' }));
    await followed?.reached(await headNow());
    expect(followed?.nodes).toEqual([{ __typename: 'MemoWritten' }, { __typename: 'MemoShredded' }]);
    followed?.stop();
  });
});

describe('events that are skipped', () => {
  it.each(FOLLOW_WAYS)('of topics and types that the caller may not read, over $name', async (way) => {
    const ALL = 'subscription { events(from: BEGINNING) { node { __typename } } }';
    const types = async (who: string | null): Promise<string[]> => {
      const followed = await way.follow(gateway.url, { query: ALL }, who);
      await followed.reached(await headNow());
      followed.stop();
      return [...new Set(followed.nodes.map((node) => (node as { __typename: string }).__typename))].sort();
    };
    await publish(gateway.url, admin, [{ roomOpened: { roomId: 'r' } }, { entryBooked: { ledgerId: 'l' } }, { entryReversed: { ledgerId: 'l' } }, { memoShredded: { memoId: 'm' } }]);
    expect(await types(null)).toEqual(['BulletinPosted']);
    expect(await types(await bearer.plain({ sub: 'nobody' }))).toEqual(['BulletinPosted', 'MemoShredded', 'RoomOpened']);
    expect(await types(await bearer.scoped('ledger:read'))).toEqual(['BulletinPosted', 'EntryBooked', 'MemoShredded', 'ParcelLost', 'ParcelSent', 'RoomOpened']);
    expect(await types(await bearer.scoped('ledger:read ledger:reversals', { sub: 'x' }))).toEqual(['BulletinPosted', 'EntryBooked', 'EntryReversed', 'MemoShredded', 'RoomOpened']);
    // Nothing lifts the rule of MemoWritten: an admin without the claim is shown none.
    expect(await types(admin)).toEqual(['BulletinPosted', 'EntryBooked', 'EntryReversed', 'MemoShredded', 'ParcelLost', 'ParcelSent', 'RoomOpened']);
    for (const who of [null, await bearer.plain({ sub: 'nobody' }), await bearer.scoped('ledger:read')]) {
      const { events } = await post<{ events: { edges: { node: { __typename: string } }[] } }>(gateway.url, who, '{ events(last: 100) { edges { node { __typename } } } }');
      expect([...new Set(events.edges.map(({ node }) => node.__typename))].sort()).toEqual(await types(who));
    }
  });
});
