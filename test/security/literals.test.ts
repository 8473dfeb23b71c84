import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signCursor } from '../../src/event/cursor.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { token } from '../support/tokens.js';
import { FOLLOW_WAYS } from './follow.js';
import { RawSocket } from './raw-socket.js';
import { post, publish, WAYS, type Way } from './ways.js';

let gateways: TestGateways;
let gateway: Gateway;
let admin: string;
const { application } = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(application, { checkpointInterval: 50 }));
  admin = await bearer.admin();
});
afterAll(() => gateways.close());

/** Texts that a key, a claim's place, a template, a path or a statement could be mistaken for. */
const LITERALS = [
  '$sub', '${sub}', '{{sub}}', '{sub}', ':sub', '@sub', 'claims.sub', 'sub', 'ann\u0000', 'null', 'undefined', 'true', '*', '%', '_', '', ' ann', 'ann ', 'Ann', 'ann\n', '"ann"', "ann' OR '1'='1", 'ann"]', '["ann"]', '{"sub":"ann"}',
  'default', 'tenant:default', 'default\u001fann', 'ann","tenant":"acme', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '..', 'ａｎｎ', 'ann\u200b',
];

describe('texts that look like claims or parts of keys stay texts', () => {
  it('in events: what belongs to such a text is not shown to ann', async () => {
    const good = LITERALS.filter((text) => text !== '' && !text.includes('\u0000'));
    await publish(gateway.url, admin, good.map((ownerId, index) => ({ parcelSent: { parcelId: `literal-${index}`, ownerId } })));
    const seen = await post<{ parcelEvents: { edges: { node: { ownerId: string } }[] } }>(gateway.url, await bearer.plain(), '{ parcelEvents { edges { node { ... on ParcelSent { ownerId } } } } }');
    expect(seen.parcelEvents.edges).toEqual([]);
    const all = await post<typeof seen>(gateway.url, admin, '{ parcelEvents(last: 100) { edges { node { ... on ParcelSent { ownerId } } } } }');
    expect(all.parcelEvents.edges.map(({ node }) => node.ownerId)).toEqual(good);
  });

  it.each(LITERALS.filter((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text !== ''))('in claims: %j as sub sees what belongs to exactly that', async (sub) => {
    await publish(gateway.url, admin, [{ parcelSent: { parcelId: 'mine', ownerId: sub } }, { parcelSent: { parcelId: 'hers', ownerId: 'ann' } }]);
    const { parcelEvents } = await post<{ parcelEvents: { edges: { node: { ownerId: string } }[] } }>(gateway.url, await token({ sub }), '{ parcelEvents(last: 100) { edges { node { ... on ParcelSent { ownerId } } } } }');
    expect([...new Set(parcelEvents.edges.map(({ node }) => node.ownerId))]).toEqual([sub]);
  });

  it.each(FOLLOW_WAYS)('in documents and variables: two subscribers with texts that run into each other get each their own, over $name', async (way) => {
    const document = (key: string): string => `subscription { bulletinEvents(where: { key: [${JSON.stringify(key)}] }) { node { ... on BulletinPosted { bulletinId } } } }`;
    const variable = 'subscription($key: [ID!]) { bulletinEvents(where: { key: $key }) { node { ... on BulletinPosted { bulletinId } } } }';
    const keys = ['a', 'b', 'a","b', '"a"', '$key', 'default', '["a","b"]', 'ann', 'sub', '__proto__', 'constructor'];
    const who = await bearer.plain();
    const follows = await Promise.all(keys.flatMap((key) => [{ query: document(key) }, { query: variable, variables: { key: [key] } }, { query: variable, variables: { key } }].map(async (operation) => ({ key, follow: await way.follow(gateway.url, operation, who) }))));
    const last = (await publish(gateway.url, admin, keys.map((bulletinId) => ({ bulletinPosted: { bulletinId } })))).at(-1)?.cursor ?? '';
    for (const { key, follow } of follows) {
      await follow.reached(last);
      expect(follow.nodes).toEqual([{ bulletinId: key }]);
      follow.stop();
    }
  });

  it('operation names and variables that the operation does not have tell nobody apart, and open nothing', async () => {
    for (const operationName of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'sluice:admin']) {
      for (const way of WAYS) expect([operationName, way.name, (await way.ask(gateway.url, { query: 'query A { known } query B { open }', operationName }, null)).code]).toEqual([operationName, way.name, 'BAD_USER_INPUT']);
    }
    for (const way of WAYS) {
      const answer = await way.ask(gateway.url, { query: 'query constructor { vault }', operationName: 'constructor', variables: { scopes: ['sluice:admin'], sub: 'root', session: { principal: { kind: 'open' } } }, extensions: { scopes: ['sluice:admin'], principal: 'open' } }, await bearer.plain());
      expect([way.name, answer.code]).toEqual([way.name, 'FORBIDDEN']);
    }
  });
});

describe('names of prototypes in JSON', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
  /** As text: an object literal would set the prototype. */
  const poisoned = (name: string): string => `{"${name}":{"polluted":true,"scopes":["sluice:admin"]},"deep":[{"${name}":{"polluted":true}}]}`;

  async function raw(query: string, variables: string, who: string): Promise<{ data?: Record<string, unknown>; text: string }> {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${who}` }, body: `{"query":${JSON.stringify(query)},"variables":${variables}}` });
    const text = await response.text();
    return { ...JSON.parse(text) as object, text };
  }
  const clean = (): void => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  };

  it.each(NAMES)('%s in a JSON scalar comes back as it went, or is refused; nothing else changes', async (name) => {
    const who = await bearer.plain();
    const echoed = await raw('query($value: JSON) { echo(value: $value) }', `{"value":${poisoned(name)}}`, who);
    clean();
    if (!echoed.text.includes('BAD_USER_INPUT')) expect(echoed.text).toContain(`"${name}":{"polluted":true`);
    const stored = await raw('mutation($note: JSON) { publishBulletinPosted(input: { bulletinId: "proto", note: $note }) { cursor } }', `{"note":${poisoned(name)}}`, who);
    clean();
    if (stored.text.includes('BAD_USER_INPUT')) return;
    const { text } = await raw('{ bulletinEvents(last: 1) { edges { node { ... on BulletinPosted { note } } } } }', '{}', who);
    expect(text).toContain(`"${name}":{"polluted":true`);
    const literal = await raw(`{ echo(value: { ${name}: { polluted: true } }) }`, '{}', who);
    clean();
    if (!literal.text.includes('BAD_USER_INPUT')) expect(literal.text).toContain(`"${name}":{"polluted":true}`);
  });

  it.each(NAMES)('%s as a variable, a member of an input, an id of an operation, in params and extensions opens nothing', async (name) => {
    const who = await bearer.plain();
    for (const variables of [`{"${name}":{"polluted":true}}`, `{"input":{"bulletinId":"x","${name}":{"polluted":true}}}`]) {
      const { text } = await raw('query { open }', variables, who);
      expect(text).toContain('"data"');
      await raw('mutation($input: BulletinPostedInput!) { publishBulletinPosted(input: $input) { cursor } }', variables, who);
      clean();
    }
    const socket = new RawSocket(gateway.url, { params: null });
    socket.socket.on('open', () => socket.send(`{"type":"connection_init","payload":{"authorization":"Bearer ${who}","${name}":{"authorization":"x","polluted":true},"cursors":{"${name}":"x"},"sluice":{"${name}":{"checkpoints":true}}}}`));
    if (await socket.opened()) {
      socket.send(`{"type":"subscribe","id":"vault","payload":{"query":"{ vault }","${name}":{"polluted":true},"extensions":{"${name}":{"principal":"open"}}}}`);
      socket.send(`{"type":"subscribe","id":"${name}","payload":{"query":"{ open }"}}`);
      await expect.poll(() => socket.closed?.code ?? (socket.of('vault').length > 0 && socket.of(name).length > 0)).toBeTruthy();
      expect(socket.closed === undefined ? socket.refusal('vault') : 'FORBIDDEN').toBe('FORBIDDEN');
      if (socket.closed === undefined) expect(socket.refusal(name)).toBeNull();
    }
    socket.close();
    clean();
  });
});

describe('cursors that nobody was given', () => {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const HISTORY = 'query($after: Cursor) { bulletinEvents(after: $after) { edges { cursor } } }';
  const LIVE = 'subscription($after: Cursor) { bulletinEvents(after: $after) { cursor } }';
  let good: string;
  let signing: { key: Uint8Array; epoch: string };

  beforeAll(async () => {
    [good] = (await publish(gateway.url, admin, [{ bulletinPosted: { bulletinId: 'cursor' } }, { bulletinPosted: { bulletinId: 'cursor' } }])).map(({ cursor }) => cursor) as [string];
    const [row] = await gateways.sql<{ key: Uint8Array; epoch: Uint8Array }[]>`SELECT l.signing_key AS key, e.id AS epoch FROM sluice.log l, sluice.epochs e ORDER BY e.number DESC LIMIT 1`;
    if (row === undefined) throw new Error('no epoch');
    signing = { key: row.key, epoch: Buffer.from(row.epoch).toString('hex') };
  });

  const flipped = (position: number, bit: number): string => {
    const letter = ALPHABET[ALPHABET.indexOf(good[position] ?? 'A') ^ (1 << bit)] ?? '';
    return `${good.slice(0, position)}${letter}${good.slice(position + 1)}`;
  };

  it('every single bit of the text flipped is CURSOR_INVALID', async () => {
    expect(await post(gateway.url, admin, HISTORY, { after: good })).toEqual({ bulletinEvents: { edges: [{ cursor: expect.any(String) }] } });
    const all = [...good].flatMap((_letter, position) => Array.from({ length: 6 }, (_, bit) => flipped(position, bit)));
    expect(all.length).toBe(good.length * 6);
    const codes = new Map<string | null, number>();
    for (let from = 0; from < all.length; from += 26) {
      for (const { code } of await Promise.all(all.slice(from, from + 26).map((after) => (WAYS[0] as Way).ask(gateway.url, { query: HISTORY, variables: { after } }, admin)))) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes]).toEqual([['CURSOR_INVALID', all.length]]);
  });

  it.each(WAYS)('one bit of every letter flipped is CURSOR_INVALID, over $name', async (way) => {
    const all = [...good].map((_letter, position) => flipped(position, position % 6));
    const answers = await Promise.all(all.map((after) => way.ask(gateway.url, { query: way.streams ? LIVE : HISTORY, variables: { after } }, admin)));
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['CURSOR_INVALID']));
  });

  it.each(WAYS)('of another epoch, beyond the head, signed by another key and made by hand are refused with their codes, over $name', async (way) => {
    const MADE: readonly (readonly [string, string, string])[] = [
      ['beyond the head', signCursor({ epoch: signing.epoch, position: 1_000_000 }, signing.key), 'CURSOR_EPOCH_MISMATCH'],
      ['of another epoch', signCursor({ epoch: 'feedfacefeedface', position: 1 }, signing.key), 'CURSOR_EPOCH_MISMATCH'],
      ['signed by another key', signCursor({ epoch: signing.epoch, position: 1 }, Buffer.alloc(32, 7)), 'CURSOR_INVALID'],
      ['signed with nothing', signCursor({ epoch: signing.epoch, position: 1 }, Buffer.alloc(0)), 'CURSOR_INVALID'],
      ['a number', '1', 'CURSOR_INVALID'], ['padded', `${good}=`, 'CURSOR_INVALID'], ['in other letters', good.replaceAll('-', '+').replaceAll('_', '/') === good ? `${good} ` : good.replaceAll('-', '+').replaceAll('_', '/'), 'CURSOR_INVALID'],
      ['a statement', "' OR 1=1 --", 'CURSOR_INVALID'], ['a path', '../../etc/passwd', 'CURSOR_INVALID'], ['with U+0000', `${good}\u0000`, 'CURSOR_INVALID'],
    ];
    for (const [what, after, code] of MADE) {
      const answer = await way.ask(gateway.url, { query: way.streams ? LIVE : HISTORY, variables: { after } }, admin);
      expect([what, answer.code], answer.text).toEqual([what, code]);
    }
  });

  it.each(FOLLOW_WAYS)('brought by the transport they are refused too, over $name', async (way) => {
    for (const [cursor, code] of [[flipped(20, 0), 'CURSOR_INVALID'], [signCursor({ epoch: signing.epoch, position: 1_000_000 }, signing.key), 'CURSOR_EPOCH_MISMATCH']] as const) {
      const follow = await way.follow(gateway.url, { query: LIVE }, admin, cursor);
      expect(follow.end).toBe(code);
      follow.stop();
    }
  });
});
