import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { token } from '../support/tokens.js';
import { createKey, revoke } from './admin.js';
import { FOLLOW_WAYS, type FollowWay } from './follow.js';
import { post, publish, WAYS } from './ways.js';

/** Two customers of one gateway, who have never heard of each other and use the same names for everything. */
const TENANTS = ['acme', 'globex'] as const;

let gateways: TestGateways;
let gateway: Gateway;
let both: readonly { readonly tenant: string; readonly admin: string; readonly ann: string }[];
const { application } = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, [...TENANTS, 'default']);
  gateway = await gateways.start(guarded(application, { checkpointInterval: 50 }));
  both = await Promise.all(TENANTS.map(async (tenant) => ({
    tenant,
    admin: await bearer.admin({ tenant }),
    ann: await bearer.scoped('ledger:read ledger:write accounts:read', { tenant }),
  })));
});
afterAll(() => gateways.close());

/** Asks for everything of an event that could be somebody else's. */
const ALL = '... on BulletinPosted { bulletinId text meta { tenant key } owner { name } owners { name } account { holder } }';
const BOARD = `subscription($where: BulletinEventFilter, $last: Int, $since: DateTime, $from: StartFrom, $after: Cursor) {
  bulletinEvents(where: $where, last: $last, since: $since, from: $from, after: $after) { cursor node { ${ALL} } } }`;
const PAGE = `query($where: BulletinEventFilter, $last: Int) { bulletinEvents(where: $where, last: $last) { edges { cursor node { ${ALL} } } } }`;
const of = (tenant: string, text: string): object => ({
  bulletinId: 'same', text, meta: { tenant, key: 'same' }, owner: { name: `ann of ${tenant}` }, owners: [{ name: `ann of ${tenant}` }], account: { holder: `${tenant}/same` },
});
const posted = (text: string) => [{ bulletinPosted: { bulletinId: 'same', text, ownerId: 'ann', accountId: 'same' } }];
/** `owners` looks up by group; the fixture's ids are all in the group `all`. */
const withGroup = async (): Promise<void> => {
  await gateways.sql`UPDATE owners SET group_id = 'ann' WHERE id = 'ann'`;
};

describe.each(FOLLOW_WAYS)('G13: two tenants, the same documents, variables and ids at the same time, over $name', (way) => {
  beforeAll(withGroup);

  it('each gets its own events with its own references, live, from the past and by filters', async () => {
    const starts: readonly Readonly<Record<string, unknown>>[] = [{}, { where: { key: ['same'] } }, { from: 'BEGINNING' }, { last: 1_000 }, { since: '2020-01-01T00:00:00Z', where: { type: ['BulletinPosted'] } }];
    const follows = await Promise.all(both.flatMap(({ tenant, ann }) => starts.map(async (variables) => ({ tenant, variables, follow: await way.follow(gateway.url, { query: BOARD, variables }, ann) }))));
    const rounds = Array.from({ length: 10 }, (_, index) => `round ${index}`);
    let last = '';
    for (const round of rounds) {
      const receipts = await Promise.all(both.map(({ tenant, admin }) => publish(gateway.url, admin, posted(`${round} of ${tenant}`))));
      last = receipts.map(([receipt]) => receipt?.cursor ?? '').sort().at(-1) ?? '';
    }
    const head = (await post<{ events: { head: string } }>(gateway.url, both[0]?.ann ?? '', '{ events(first: 0) { head } }')).events.head;
    expect(last).not.toBe('');
    for (const { tenant, variables, follow } of follows) {
      await follow.reached(head);
      expect(follow.nodes.slice(-rounds.length), JSON.stringify(variables)).toEqual(rounds.map((round) => of(tenant, `${round} of ${tenant}`)));
      for (const node of follow.nodes) expect(JSON.stringify(node)).not.toContain(TENANTS.find((each) => each !== tenant));
      follow.stop();
    }
  });

  it('a cursor of one shows the other only its own', async () => {
    const [acme, globex] = both;
    if (acme === undefined || globex === undefined) throw new Error('two tenants');
    const [, second] = await publish(gateway.url, acme.admin, [...posted('a1'), ...posted('a2'), ...posted('a3')]);
    const [own] = await publish(gateway.url, globex.admin, posted('g1'));
    const byTransport = await way.follow(gateway.url, { query: BOARD }, globex.ann, second?.cursor);
    const byVariable = await way.follow(gateway.url, { query: BOARD, variables: { after: second?.cursor } }, globex.ann);
    for (const follow of [byTransport, byVariable]) {
      await follow.reached(own?.cursor ?? '');
      expect(follow.nodes).toEqual([of('globex', 'g1')]);
      follow.stop();
    }
  });

  it('scopes of one say nothing in the other', async () => {
    const admin = await bearer.admin({ tenant: 'acme' });
    const follow = await way.follow(gateway.url, { query: 'subscription { events { node { ... on Event { meta { tenant } } } } }' }, admin);
    await publish(gateway.url, both[1]?.admin ?? '', [{ parcelSent: { parcelId: 'p', ownerId: 'root' } }, { entryBooked: { ledgerId: 'l' } }]);
    const [last] = await publish(gateway.url, admin, posted('own'));
    await follow.reached(last?.cursor ?? '');
    expect(follow.nodes).toEqual([{ meta: { tenant: 'acme' } }]);
    follow.stop();
  });
});

describe.each(WAYS.filter(({ streams }) => !streams))('G13: two tenants in history, over $name', (way) => {
  it('pages, keys and heads show each its own', async () => {
    await withGroup();
    for (const { admin, tenant } of both) await publish(gateway.url, admin, posted(`page of ${tenant}`));
    const answers = await Promise.all(both.flatMap((each) => Array.from({ length: 5 }, async () => ({ ...each, answer: await way.ask(gateway.url, { query: PAGE, variables: { last: 500, where: { key: ['same'] } } }, each.ann) }))));
    for (const { tenant, answer } of answers) {
      expect(answer.code, answer.text).toBeNull();
      expect(answer.text).toContain(`page of ${tenant}`);
      expect(answer.text).not.toContain(TENANTS.find((each) => each !== tenant));
    }
  });
});

describe('G13: what is kept by a name is kept by tenant', () => {
  it('idempotency keys: the same key with another payload is no conflict, and no duplicate', async () => {
    const options = { idempotencyKey: 'the same key' };
    const first = await Promise.all(both.map(({ admin, tenant }) => publish(gateway.url, admin, posted(`once by ${tenant}`), options)));
    const again = await Promise.all(both.map(({ admin, tenant }) => publish(gateway.url, admin, posted(`once by ${tenant}`), options)));
    expect(first.map(([receipt]) => receipt?.duplicate)).toEqual([false, false]);
    expect(again.map(([receipt]) => receipt?.duplicate)).toEqual([true, true]);
    expect(again.map(([receipt]) => receipt?.eventId)).toEqual(first.map(([receipt]) => receipt?.eventId));
    expect(new Set(first.map(([receipt]) => receipt?.eventId)).size).toBe(2);
  });

  it('a tenant cannot be chosen: not by input, options, outbox columns of a publish, headers or params', async () => {
    const [, globex] = both;
    const operation = { query: 'mutation { publishBulletinPosted(input: { bulletinId: "forged" }) { eventId } }' };
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'authorization': `Bearer ${both[0]?.admin}`, 'x-tenant': 'globex', 'tenant': 'globex', 'x-sluice-tenant': 'globex' },
      body: JSON.stringify({ ...operation, extensions: { tenant: 'globex', sluice: { tenant: 'globex' } } }),
    });
    expect(response.status).toBe(200);
    const { bulletinEvents } = await post<{ bulletinEvents: { edges: unknown[] } }>(gateway.url, globex?.admin ?? '', '{ bulletinEvents(last: 5, where: { key: ["forged"] }) { edges { cursor } } }');
    expect(bulletinEvents.edges).toEqual([]);
    for (const query of ['mutation { publishBulletinPosted(input: { bulletinId: "x", tenant: "globex" }) { eventId } }', 'mutation { publishBulletinPosted(input: { bulletinId: "x" }, options: { tenant: "globex" }) { eventId } }', 'mutation { publishBulletinPosted(input: { bulletinId: "x", meta: { tenant: "globex" } }) { eventId } }']) {
      expect((await WAYS[0]?.ask(gateway.url, { query }, both[0]?.admin))?.code).toBe('BAD_USER_INPUT');
    }
  });

  it('an erasure leaves the other tenant\'s key alone', async () => {
    for (const { admin, tenant } of both) await publish(gateway.url, admin, [{ bulletinPosted: { bulletinId: 'erase', text: `kept by ${tenant}` } }]);
    await post(gateway.url, both[0]?.admin ?? '', 'mutation { eraseKey(topic: BulletinEvent, key: "erase") { erasedEvents } }');
    const texts = await Promise.all(both.map(async ({ admin }) => (await post<{ bulletinEvents: { edges: { node: { text: string } | null }[] } }>(gateway.url, admin, '{ bulletinEvents(where: { key: ["erase"] }) { edges { node { ... on BulletinPosted { text } } } } }')).bulletinEvents.edges.map(({ node }) => node?.text ?? null)));
    expect(texts).toEqual([[null], ['kept by globex']]);
  });

  it('a revocation of a sub, a jti or a key in one tenant hits nobody of the other', async () => {
    const [acme, globex] = both;
    const mine = await token({ sub: 'same', jti: 'same', tenant: 'globex' }, { issuedAt: Math.floor(Date.now() / 1_000) - 2 });
    await revoke(gateway.url, acme?.admin ?? '', { sub: 'same' });
    await revoke(gateway.url, acme?.admin ?? '', { jti: 'same' });
    expect(await post(gateway.url, mine, '{ known }')).toEqual({ known: expect.any(Number) });
    const { id, key } = await createKey(gateway.url, globex?.admin ?? '', { name: 'theirs', scopes: [] });
    await expect(revoke(gateway.url, acme?.admin ?? '', { keyId: id })).rejects.toThrow();
    expect(await post(gateway.url, key, '{ known }')).toEqual({ known: expect.any(Number) });
    expect(JSON.stringify(await post(gateway.url, acme?.admin ?? '', '{ apiKeys { id name } }'))).not.toContain(id);
  });

  it('an API key reads and publishes in the tenant of who made it', async () => {
    const { key } = await createKey(gateway.url, both[0]?.admin ?? '', { name: 'writer', scopes: [] });
    const [receipt] = await publish(gateway.url, key, [{ bulletinPosted: { bulletinId: 'by key', text: 'x' } }]);
    const seen = await Promise.all(both.map(({ admin }) => post<{ bulletinEvents: { edges: { node: { meta: { id: string; tenant: string } } }[] } }>(gateway.url, admin, '{ bulletinEvents(where: { key: ["by key"] }) { edges { node { ... on Event { meta { id tenant } } } } } }')));
    expect(seen.map(({ bulletinEvents }) => bulletinEvents.edges.map(({ node }) => node.meta))).toEqual([[{ id: receipt?.eventId, tenant: 'acme' }], []]);
  });

  it('rows of a root field and of a table come from the caller\'s tenant', async () => {
    for (const { tenant, admin, ann } of both) {
      expect(await post(gateway.url, admin, '{ owners { name } account(id: "a") { holder } }')).toEqual({ owners: [{ name: `ann of ${tenant}` }, { name: `bob of ${tenant}` }], account: { holder: `${tenant}/a` } });
      expect(await post(gateway.url, ann, '{ owner(id: "ann") { name } }')).toEqual({ owner: { name: `ann of ${tenant}` } });
    }
  });

  it('who names no tenant is of the tenant default, also when it is called so by a token', async () => {
    const [nobody, unnamed, named] = [null, await bearer.plain(), await bearer.plain({ tenant: 'default' })];
    const { publishBulletinPosted: { eventId } } = await post<{ publishBulletinPosted: { eventId: string } }>(gateway.url, nobody, 'mutation { publishBulletinPosted(input: { bulletinId: "default" }) { eventId } }');
    for (const who of [nobody, unnamed, named]) {
      const { bulletinEvents } = await post<{ bulletinEvents: { edges: { node: { meta: { id: string } } }[] } }>(gateway.url, who, '{ bulletinEvents(where: { key: ["default"] }) { edges { node { ... on Event { meta { id } } } } } }');
      expect(bulletinEvents.edges.map(({ node }) => node.meta.id)).toEqual([eventId]);
    }
    expect(await post(gateway.url, both[0]?.admin ?? '', '{ bulletinEvents(where: { key: ["default"] }) { edges { cursor } } }')).toEqual({ bulletinEvents: { edges: [] } });
  });

  // Their texts put together are the same; the tenants are not.
  it.each([[['a', 'bc'], ['ab', 'c']], [['a","b', 'c'], ['a', 'b","c']], [['a/b', 'c'], ['a', 'b/c']], [['default', 'default:x'], ['default:default', 'x']], [['A', 'x'], ['a', 'x']], [['a', 'x'], ['a ', 'x']]] as const)('%j and %j are two', async ([tenant, sub], [otherTenant, otherSub]) => {
    const [one, two] = [await bearer.plain({ tenant, sub }), await bearer.plain({ tenant: otherTenant, sub: otherSub })];
    const query = 'subscription { bulletinEvents { node { ... on BulletinPosted { text meta { tenant } } } } }';
    const [, webSocket] = FOLLOW_WAYS as [FollowWay, FollowWay];
    const follows = await Promise.all([one, two].map((who) => webSocket.follow(gateway.url, { query }, who)));
    let last = '';
    for (const who of [one, two]) last = (await publish(gateway.url, who, [{ bulletinPosted: { bulletinId: sub, text: 't' } }], { idempotencyKey: JSON.stringify([tenant, otherTenant]) }))[0]?.cursor ?? '';
    await Promise.all(follows.map((each) => each.reached(last)));
    expect(follows.map((each) => each.nodes)).toEqual([tenant, otherTenant].map((each) => [{ text: 't', meta: { tenant: each } }]));
    for (const each of follows) each.stop();
  });
});
