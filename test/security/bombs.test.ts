import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { MAX_KEPT_BYTES } from '../../src/graphql/limits/limits.js';
import { OPERATION_CHARACTERS } from '../../src/stream/history.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { post, publish, WAYS, type Operation, type Way } from './ways.js';

let gateways: TestGateways;
let gateway: Gateway;
let who: string;
const app = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(app.application));
  who = await bearer.plain();
  await publish(gateway.url, await bearer.admin(), Array.from({ length: 50 }, (_, index) => ({ bulletinPosted: { bulletinId: `b-${index}`, text: 'x', details: { label: 'x', inner: { label: 'y' } } } })));
});
afterAll(() => gateways.close());

const times = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, index) => make(index)).join(' ');
const nested = (depth: number, open: string, inside: string): string => `${open} { `.repeat(depth) + inside + ' }'.repeat(depth);
const COUNTED = '... on BulletinPosted { counted }';

/** Each is small to send and would be large to execute, or to look at. */
const BOMBS: readonly (readonly [string, string])[] = [
  ['aliases of a root field', `{ ${times(2_000, (index) => `a${index}: open`)} }`],
  ['aliases of a history field', `{ ${times(200, (index) => `a${index}: bulletinEvents(first: 1000) { edges { node { ${COUNTED} } } }`)} }`],
  ['aliases below an event', `{ open bulletinEvents { edges { node { ... on BulletinPosted { ${times(2_000, (index) => `a${index}: counted`)} } } } } }`],
  ['aliases behind fragments', `{ ${times(1_000, () => '...F')} ...G } fragment G on Query { ${times(1_000, (index) => `g${index}: open`)} } fragment F on Query { open }`],
  ['directives', `{ open ${'@include(if: true) '.repeat(1_000)} }`],
  ['directives that nobody knows', `{ open ${'@nothing '.repeat(2_000)} }`],
  ['directives on fragments', `{ open ${times(1_000, () => '... @include(if: true) @skip(if: false) { open }')} }`],
  ['depth', `{ open bulletinEvents { edges { node { ... on BulletinPosted { details { ${nested(300, 'inner', 'label')} } counted } } } } }`],
  ['depth by fragments', `{ open bulletinEvents { edges { node { ... on BulletinPosted { counted details { ...D0 } } } } } } ${times(200, (index) => `fragment D${index} on Details { inner { ${index === 199 ? 'label' : `...D${index + 1}`} } }`)}`],
  ['depth without fields', `{ open ${nested(2_000, '...', 'open')} }`],
  ['depth of a list literal', `{ open echo(value: ${'['.repeat(3_000)}${']'.repeat(3_000)}) }`],
  ['depth of an object literal', `{ open echo(value: ${'{a:'.repeat(3_000)}1${'}'.repeat(3_000)}) }`],
  ['fragments that double each other', `{ open ...F0 } ${times(40, (index) => (index === 39 ? 'fragment F39 on Query { open }' : `fragment F${index} on Query { ...F${index + 1} ... { ...F${index + 1} } }`))}`],
  ['fragments that double each other under aliases', `{ open bulletinEvents { edges { node { ... on BulletinPosted { details { ...F0 } } } } } } ${times(24, (index) => (index === 23 ? 'fragment F23 on Details { label }' : `fragment F${index} on Details { a${index}: inner { ...F${index + 1} } b${index}: inner { ...F${index + 1} } }`))}`],
  ['fragments in a circle', '{ open ...A } fragment A on Query { open ...B } fragment B on Query { open ...A }'],
  ['a fragment in itself', '{ open ...A } fragment A on Query { open ...A }'],
  ['fragments in a circle below an event', `{ bulletinEvents { edges { node { ...A } } } } fragment A on BulletinEvent { ${COUNTED} ... on BulletinPosted { details { ...D } } } fragment D on Details { label inner { ...D } }`],
  ['the same fields again and again', `{ ${times(20_000, () => 'open')} }`],
  ['fields that must be compared with each other', `{ open bulletinEvents { edges { node { ${times(600, (index) => `... on BulletinPosted { details { inner { a${index % 3}: label inner { label } } } }`)} } } } }`],
  ['many operations', `${times(1_500, (index) => `query Q${index} { open }`)} `],
  ['many fragments', `{ open } ${times(1_500, (index) => `fragment F${index} on Query { open }`)}`],
  ['many variables', `query(${times(2_500, (index) => `$v${index}: Int = 1`)}) { open }`],
  ['comments and commas', `{ open ${'#x\n,,,,'.repeat(100_000)} ${times(5_000, () => 'open')} }`],
  ['names of a great length', `{ ${'a'.repeat(900_000)} }`],
  ['introspection in a circle', `{ open __schema { types { ${'fields { type { '.repeat(15)}name${' } }'.repeat(15)} } } }`],
];

/** What fits into the address of a request in any case; more may be refused by its length (431) before it is read. */
const LINE = 12_000;

const inAddress = (way: Way): boolean => way.name === 'GET' || way.name === 'SSE by GET';

describe.each(WAYS)('G16: over $name', (way) => {
  it.each(BOMBS)('a bomb is refused before anything is executed: %s', async (_what, query) => {
    const before = app.total;
    const answer = await way.ask(gateway.url, { query, ...(query.includes('Q0') ? { operationName: 'Q0' } : {}) }, who);
    expect(app.total).toBe(before);
    expect(answer.data ?? null).toBeNull();
    if (inAddress(way) && answer.status === 431) expect(encodeURIComponent(query).length).toBeGreaterThan(LINE);
    else expect(answer.code, answer.text.slice(0, 500)).toBe('BAD_USER_INPUT');
    expect(answer.close).toBeUndefined();
    // It does not give back what it was sent.
    expect(answer.text.length).toBeLessThan(20_000);
    expect((await way.ask(gateway.url, { query: '{ open }' }, who)).code).toBeNull();
  });

  it('variables nested without end are refused or taken, and end nothing', async () => {
    const depth = way.writes ? 50_000 : 1_000;
    const before = app.calls.get('Query.open') ?? 0;
    const value = JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`) as unknown;
    const answer = await way.ask(gateway.url, { query: 'query($value: JSON) { echo(value: $value) }', variables: { value: way.writes ? value : JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown } }, who);
    expect([null, 'BAD_USER_INPUT', 'undefined']).toContain(answer.code);
    expect((await way.ask(gateway.url, { query: '{ open }' }, who)).code).toBeNull();
    expect(app.calls.get('Query.open')).toBe(before + 1);
  });
});

// Seen to fail without `checkKept` and without the limit in `compileFilter`.
describe.each(WAYS.filter(({ streams }) => streams))('G16: what a subscription keeps, over $name', (way) => {
  const LIVE = 'subscription($where: BulletinEventFilter) { bulletinEvents(where: $where) { cursor } }';
  const keys = (count: number, length = 1): string[] => Array.from({ length: count }, (_, index) => `${index}`.padStart(length, 'k'));
  const ask = (operation: Operation) => way.ask(gateway.url, operation, who);

  it('more than 1,000 values in a list of `where` are refused, 1,000 are taken', async () => {
    expect((await ask({ query: LIVE, variables: { where: { key: keys(1_000) } } })).code).toBeNull();
    // What is longer than an address may be never gets here.
    const refused = await ask({ query: LIVE, variables: { where: { key: keys(1_001) } } });
    expect(refused.errors[0]?.message ?? refused.text).toContain('`where.key` has 1001 values; at most 1000 are allowed.');
    const literal = await ask({ query: `subscription { bulletinEvents(where: { key: [${keys(1_001).join(' ')}] }) { cursor } }` });
    expect([literal.code, literal.errors[0]?.message]).toEqual(['BAD_USER_INPUT', expect.stringContaining('`where.key` has 1001 values')]);
  });

  it.skipIf(way.name === 'SSE by GET')('variables and extensions of more than 64 KiB are refused, in a query they are not', async () => {
    const [large, small] = [{ undeclared: 'x'.repeat(MAX_KEPT_BYTES) }, { undeclared: 'x'.repeat(MAX_KEPT_BYTES - 100) }];
    for (const name of ['variables', 'extensions']) {
      const refused = await ask({ query: LIVE, [name]: large });
      expect([refused.code, refused.errors[0]?.message]).toEqual(['BAD_USER_INPUT', expect.stringContaining(`The ${name} of the subscription are ${MAX_KEPT_BYTES + 17} bytes of JSON`)]);
      expect((await ask({ query: LIVE, [name]: small })).code).toBeNull();
    }
    expect((await ask({ query: '{ open }', variables: large })).code).toBeNull();
  });
});

// Seen to fail with a room of its own for each page.
it('history fields under aliases share what an operation may hold; those that find no room left are short or empty, and say that more follow', async () => {
  const text = 'x'.repeat(250_000);
  for (let call = 0; call < 3; call += 1) {
    await publish(gateway.url, await bearer.admin(), Array.from({ length: 15 }, (_, index) => ({ bulletinPosted: { bulletinId: `long-${call}-${index}`, text } })));
  }
  interface Found { edges: object[]; pageInfo: { hasPreviousPage: boolean } }
  const pages = Object.values(await post<Record<string, Found>>(gateway.url, who, `{ ${times(8, (index) => `a${index}: bulletinEvents(last: 40) { edges { cursor } pageInfo { hasPreviousPage } }`)} }`));
  expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual(pages.map(() => true));
  const events = pages.reduce((sum, { edges }) => sum + edges.length, 0);
  expect(events).toBeGreaterThan(100);
  expect(events).toBeLessThanOrEqual(OPERATION_CHARACTERS / text.length + 1);
  // Pages are read side by side: which of them find less room, and whether one finds none, is up to the order in which they come.
  expect(pages.some(({ edges }) => edges.length < 40)).toBe(true);
});

describe('a body', () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${who}`, ...headers }, body });

  it('that is too large is refused with 413 before it is read to its end', async () => {
    const before = app.total;
    const status = await send(`{"query":"{ open }","pad":"${'x'.repeat(40 * 1024 * 1024)}"}`).then((response) => response.status, () => 413);
    expect(status).toBe(413);
    expect(app.total).toBe(before);
  });

  it('of many operations is refused: no batching', async () => {
    const before = app.total;
    const response = await send(JSON.stringify(Array.from({ length: 100 }, () => ({ query: '{ open }' }))));
    expect(response.status).toBe(400);
    expect(app.total).toBe(before);
  });

  it('nested without end, of no object and of no JSON is 400, and the gateway goes on', async () => {
    for (const body of [`{"query":"{ open }","variables":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, '[]', 'null', '1', '"{ open }"', '', '{', '{"query":1}', '{"query":{"a":1}}', '{"query":"{ open }","variables":[]}', '{"query":"{ open }","variables":"x"}', '{"query":"{ open }","operationName":{}}']) {
      const response = await send(body);
      expect([body.slice(0, 40), response.status >= 200 && response.status < 500]).toEqual([body.slice(0, 40), true]);
      const text = await response.text();
      expect(text, body.slice(0, 40)).toContain('"errors"');
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    }
    expect((await WAYS[0]?.ask(gateway.url, { query: '{ open }' }, who))?.code).toBeNull();
  });

  it('that is compressed is not unpacked', async () => {
    const before = app.total;
    expect((await send(gzipSync('{"query":"{ open }"}'), { 'content-encoding': 'gzip' })).status).toBeGreaterThanOrEqual(400);
    expect(app.total).toBe(before);
  });
});
