import { getIntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_SCOPE, ANONYMOUS, OPEN, type Principal } from '../../src/auth/principal.js';
import type { Gateway } from '../../src/gateway.js';
import { buildSchema } from 'graphql';
import { Admission } from '../../src/graphql/limits/admission.js';
import { DEFAULT_LIMITS } from '../../src/graphql/limits/limits.js';
import { readManifest, sha256 } from '../../src/graphql/limits/persisted.js';
import { Rates } from '../../src/graphql/limits/rates.js';
import { createLogger } from '../../src/observe/log.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { probes, WAYS } from './probes.js';

const domain = probes();
let gateways: TestGateways;
let closed: Gateway;
let open: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  closed = await gateways.start({ application: domain.application, introspection: false });
  open = await gateways.start({ application: domain.application });
});
afterAll(() => gateways.close());

const MISSPELT: [string, string, Record<string, unknown>?][] = [
  ['a field', '{ prob { count } }'],
  ['an argument', '{ probes(firs: 1) { count } }'],
  ['a type', '{ ... on Quer { __typename } }'],
  ['an enum value', 'subscription { probeEvents(from: NO) { cursor } }'],
  ['a field of an input', 'mutation { publishProbed(input: { probeId: "a", anythin: 1 }) { cursor } }'],
  ['a field of a variable', 'query($where: ProbeEventFilter) { probeEvents(where: $where) { head } }', { where: { typ: ['Probed'] } }],
];

describe.each(WAYS)('G16: the schema over $name', ({ name, ask }) => {
  it.each([
    ['introspection', getIntrospectionQuery()],
    ['one type', '{ __type(name: "Probe") { name } }'],
    ['the schema under another name', '{ a: __schema { b: queryType { name } } }'],
    ['the schema by a fragment', '{ ...a } fragment a on Query { ... on Query { __schema { queryType { name } } } }'],
  ])('off: %s is refused; on: answered', async (_what, text) => {
    const errors = await ask(closed, text);
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN' }]);
    expect(errors?.[0]?.message).toMatch(/introspection is off/);
    expect(await ask(open, text)).toBeNull();
    expect(await ask(closed, '{ __typename }')).toBeNull();
  });

  it.each<[string, string, Record<string, unknown>?]>(MISSPELT)('off: a message does not say what %s may be; on: it does', async (_what, text, variables = {}) => {
    // Nothing is changed by GET, whatever it says.
    if ((name === 'GET' || name === 'EventSource') && text.startsWith('mutation')) return;
    const [hidden] = (await ask(closed, text, variables)) ?? [];
    const [shown] = (await ask(open, text, variables)) ?? [];
    expect(shown?.message).toMatch(/Did you mean/);
    expect(hidden?.message).not.toMatch(/Did you mean/);
    expect(hidden?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});

it('off: no GraphiQL, and the page at / says so', async () => {
  const browse = async ({ url }: Gateway, path: string) => (await fetch(`${url}${path}`, { headers: { accept: 'text/html' } })).text();
  expect(await browse(open, '/graphql')).toContain('GraphiQL');
  expect(await browse(closed, '/graphql')).not.toContain('GraphiQL');
  expect(await browse(open, '/')).toContain('href="/graphql"');
  expect(await browse(closed, '/')).not.toContain('href="/graphql"');
  expect(await browse(closed, '/')).toContain('introspection and GraphiQL are off');
});

describe('who may ask nevertheless', () => {
  const token = (...scopes: string[]): Principal => ({ ...ANONYMOUS, kind: 'token', name: 'ada', scopes: new Set(scopes) });
  const make = (persistedOnly: boolean): Admission => new Admission({
    limits: DEFAULT_LIMITS, schema: buildSchema('type Query { a: Int }'), model: { topics: new Map(), types: new Map(), entities: new Map(), references: new Map(), invalidations: new Map() } as never,
    rates: new Rates(DEFAULT_LIMITS), log: createLogger('silent'), onRefused: () => undefined, introspection: false, persisted: readManifest(JSON.stringify({ [sha256('{ a }')]: '{ a }' })), persistedOnly,
  });
  const document = parse(getIntrospectionQuery());

  it.each<[string, Principal, string | null]>([
    ['sluice:admin', token(ADMIN_SCOPE), null],
    ['another scope', token('orders:read'), 'FORBIDDEN'],
    ['nobody known', ANONYMOUS, 'UNAUTHENTICATED'],
    // Without authentication everybody holds every scope.
    ['everybody', OPEN, 'FORBIDDEN'],
  ])('introspection: %s', (_who, principal, code) => {
    const ask = (): void => make(false).check(document, {}, principal);
    if (code === null) ask();
    else expect(ask).toThrow(expect.objectContaining({ extensions: expect.objectContaining({ code }) as object }) as Error);
  });

  it('one caller\'s answer is not another\'s: a document that an administrator asked for stays refused to others', () => {
    const admission = make(false);
    admission.check(document, {}, token(ADMIN_SCOPE));
    expect(() => admission.check(document, {}, ANONYMOUS)).toThrow(/introspection is off/);
    admission.check(document, {}, token(ADMIN_SCOPE));
  });

  it('what is not in the manifest: sluice:admin alone', async () => {
    const ask = (principal: Principal) => make(true).begin({ query: '{ b: a }' }, principal, '::1');
    await expect(ask(token(ADMIN_SCOPE))).resolves.toEqual({ query: '{ b: a }' });
    for (const principal of [token('orders:read'), ANONYMOUS, OPEN]) await expect(ask(principal)).rejects.toThrow(/only the operations of its manifest/);
  });
});
