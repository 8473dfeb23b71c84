import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IAT_AHEAD } from '../../src/auth/claims.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { createKeyServer, SECRET, token, type KeyServer } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { createKey, revoke } from './admin.js';
import { WAYS, type Outcome, type Way } from './ways.js';

/** One that takes a shared secret, one that takes an identity provider's keys, one that asks for issuer and audience. */
let gateways: TestGateways;
let shared: Gateway;
let provided: Gateway;
let strict: Gateway;
let provider: KeyServer;
let admin: string;
const { application, calls } = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  provider = await createKeyServer();
  await createOwners(gateways.sql, ['default']);
  shared = await gateways.start(guarded(application));
  provided = await gateways.start(guarded(application, { auth: { jwt: { jwksUrl: provider.url, issuer: provider.issuer, audience: provider.audience } } }));
  strict = await gateways.start(guarded(application, { auth: { jwt: { secret: SECRET, issuer: 'https://issuer.test/', audience: 'us' } } }));
  admin = await bearer.admin();
});
afterAll(async () => {
  await gateways.close();
  await provider.close();
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that nobody's library would make. */
function forged(header: object, claims: object, secret: string | Buffer | null = SECRET): string {
  const body = `${part(header)}.${part({ sub: 'ann', iat: now(), exp: now() + 3_600, ...claims })}`;
  return `${body}.${secret === null ? '' : createHmac('sha256', secret).update(body).digest('base64url')}`;
}
const now = (): number => Math.floor(Date.now() / 1_000);
const rsa = { alg: 'RS256', typ: 'JWT' };
const hmac = { alg: 'HS256', typ: 'JWT' };

/** Changes the first letter of one part to another. */
function spoiled(text: string, index: number): string {
  const parts = text.split('.');
  const old = parts[index] ?? '';
  parts[index] = `${old.startsWith('A') ? 'B' : 'A'}${old.slice(1)}`;
  return parts.join('.');
}

type Reason = 'invalid' | 'expired' | 'revoked';

const BAD: readonly (readonly [string, () => Gateway, () => Promise<string> | string, Reason])[] = [
  ['what is no token', () => shared, () => 'no-token', 'invalid'],
  ['an empty part', () => shared, () => '..', 'invalid'],
  ['five parts, as an encrypted token has', () => shared, () => 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c', 'invalid'],
  ['an expired one', () => shared, () => token({ sub: 'ann' }, { expiresIn: now() - 5 }), 'expired'],
  ['one that is not valid yet', () => shared, () => token({ sub: 'ann', nbf: now() + 600 }), 'invalid'],
  ['the signature of another secret', () => shared, () => token({ sub: 'ann' }, { secret: 'another secret of tests, also long enough' }), 'invalid'],
  ['a spoiled signature', () => shared, async () => spoiled(await token({ sub: 'ann' }), 2), 'invalid'],
  ['spoiled claims', () => shared, async () => spoiled(await token({ sub: 'ann' }), 1), 'invalid'],
  ['other claims under a signature', () => shared, async () => {
    const [header, , signature] = (await token({ sub: 'ann' })).split('.');
    return `${header}.${part({ sub: 'root', scope: 'sluice:admin', exp: now() + 3_600 })}.${signature}`;
  }, 'invalid'],
  ['alg none', () => shared, () => forged({ alg: 'none' }, {}, null), 'invalid'],
  ['alg NONE', () => shared, () => forged({ alg: 'NONE' }, {}, null), 'invalid'],
  ['alg none with a signature', () => shared, () => forged({ alg: 'none' }, {}), 'invalid'],
  ['alg none where keys are asymmetric', () => provided, () => forged({ alg: 'none' }, { iss: provider.issuer, aud: provider.audience }, null), 'invalid'],
  ['no alg', () => shared, () => forged({ typ: 'JWT' }, {}), 'invalid'],
  ['an alg that is a list', () => shared, () => forged({ alg: ['HS256'] }, {}), 'invalid'],
  ['HS512 said, HS256 done', () => shared, () => forged({ alg: 'HS512' }, {}), 'invalid'],
  ['RS256 said to a gateway with a secret', () => shared, () => forged(rsa, {}), 'invalid'],
  ['HS256 with the public key as the secret', () => provided, () => {
    const [jwk] = provider.published().keys;
    return forged({ ...hmac, kid: jwk?.['kid'] }, { iss: provider.issuer, aud: provider.audience }, JSON.stringify(jwk));
  }, 'invalid'],
  ['HS256 with the modulus of the public key as the secret', () => provided, () => {
    const [jwk] = provider.published().keys;
    return forged({ ...hmac, kid: jwk?.['kid'] }, { iss: provider.issuer, aud: provider.audience }, Buffer.from(String(jwk?.['n']), 'base64url'));
  }, 'invalid'],
  ['HS256 with the shared secret of another gateway', () => provided, () => forged(hmac, { iss: provider.issuer, aud: provider.audience }), 'invalid'],
  ['a key that it brings along itself', () => shared, () => forged({ ...hmac, jwk: { kty: 'oct', k: Buffer.from('mine').toString('base64url') } }, {}, 'mine'), 'invalid'],
  ['a critical header nobody knows', () => shared, () => forged({ ...hmac, crit: ['exp2'], exp2: 1 }, {}), 'invalid'],
  ['a kid that is a path', () => provided, () => forged({ ...hmac, kid: '../../../dev/null' }, { iss: provider.issuer, aud: provider.audience }, ''), 'invalid'],
  ['another issuer', () => strict, () => token({ sub: 'ann', iss: 'https://other.test/', aud: 'us' }), 'invalid'],
  ['no issuer', () => strict, () => token({ sub: 'ann', aud: 'us' }), 'invalid'],
  ['an issuer that begins alike', () => strict, () => token({ sub: 'ann', iss: 'https://issuer.test/evil', aud: 'us' }), 'invalid'],
  ['another audience', () => strict, () => token({ sub: 'ann', iss: 'https://issuer.test/', aud: 'them' }), 'invalid'],
  ['no audience', () => strict, () => token({ sub: 'ann', iss: 'https://issuer.test/' }), 'invalid'],
  ['another issuer, of the provider', () => provided, () => provider.sign({ sub: 'ann', iss: 'https://other.test/' }), 'invalid'],
  ['another audience, of the provider', () => provided, () => provider.sign({ sub: 'ann', aud: 'them' }), 'invalid'],
  ['an expired one of the provider', () => provided, () => provider.sign({ sub: 'ann' }, { expiresIn: now() - 5 }), 'expired'],
  ['no sub', () => shared, () => token({ scope: 'sluice:admin' }), 'invalid'],
  ['a sub that is a list', () => shared, () => forged(hmac, { sub: ['ann'] }), 'invalid'],
  ['a tenant that is an object', () => shared, () => forged(hmac, { tenant: { toString: 'default' } }), 'invalid'],
  ['an exp that is text', () => shared, () => forged(hmac, { exp: '9999999999' }), 'invalid'],
  ['a sub that is called as API keys are', () => shared, () => token({ sub: 'key:1', scope: 'sluice:admin' }), 'invalid'],
  ['a revoked jti', () => shared, async () => {
    const revoked = await token({ sub: 'ann', jti: 'stolen' });
    await revoke(shared.url, admin, { jti: 'stolen' });
    return revoked;
  }, 'revoked'],
  ['a revoked sub', () => shared, async () => {
    const revoked = await token({ sub: 'leaver' }, { issuedAt: now() - 2 });
    await revoke(shared.url, admin, { sub: 'leaver' });
    return revoked;
  }, 'revoked'],
  ['a revoked API key', () => shared, async () => {
    const { id, key } = await createKey(shared.url, admin, { name: 'robot', scopes: [] });
    await revoke(shared.url, admin, { keyId: id });
    return key;
  }, 'revoked'],
  ['an API key with another secret', () => shared, async () => {
    const { key } = await createKey(shared.url, admin, { name: 'robot 2', scopes: [] });
    return `${key.slice(0, -4)}${key.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  }, 'invalid'],
];

/** Nobody is anonymous who showed something. */
function expectRefused(answer: Outcome, way: Way, reason: Reason): void {
  if (way.name === 'WebSocket') {
    expect(answer.close).toBe(reason === 'expired' ? 4403 : 4401);
    return;
  }
  expect({ status: answer.status, code: answer.code, reason: answer.errors[0]?.extensions?.['reason'] }).toEqual({ status: 401, code: 'UNAUTHENTICATED', reason });
  expect(answer.data ?? null).toBeNull();
}

// Each is asked for what needs no credential at all.
describe.each(WAYS)('G16: a bad credential is refused and is never anonymous, over $name', (way) => {
  it.each(BAD)('%s', async (_what, gateway, credential, reason) => {
    const bad = await credential();
    const before = calls.get('Query.open') ?? 0;
    // Taken from an event: on this gateway at once, as it has answered the revocation.
    expectRefused(await way.ask(gateway().url, { query: '{ open }' }, bad), way, reason);
    if (way.streams) expectRefused(await way.ask(gateway().url, { query: 'subscription { bulletinEvents { cursor } }' }, bad), way, reason);
    expect(calls.get('Query.open') ?? 0).toBe(before);
  });
});

/** When it was, in seconds; once for all ways. */
let signedOut: Promise<number> | undefined;
const GOOD: readonly (readonly [string, () => Gateway, () => Promise<string | null>])[] = [
  ['no credential', () => shared, () => Promise.resolve(null)],
  ['a token', () => shared, () => token({ sub: 'ann' })],
  ['a token of the provider', () => provided, () => provider.sign({ sub: 'ann' })],
  ['a token with the issuer and among the audiences', () => strict, () => token({ sub: 'ann', iss: 'https://issuer.test/', aud: ['them', 'us'] })],
  ['an API key', () => shared, async () => (await createKey(shared.url, admin, { name: 'good', scopes: [] })).key],
  ['a token issued after its sub was revoked', () => shared, async () => {
    const revoked = await (signedOut ??= revoke(shared.url, admin, { sub: 'back again' }).then(now));
    // As far ahead as an `iat` may lie.
    await waitFor(() => now() > revoked + IAT_AHEAD / 1_000, { timeoutMs: 15_000 });
    return token({ sub: 'back again' });
  }],
];

describe.each(WAYS)('G16: who is let in, over $name', (way) => {
  it.each(GOOD)('%s', async (_what, gateway, credential) => {
    const good = await credential();
    const answer = await way.ask(gateway().url, { query: '{ open }' }, good);
    expect([answer.code, answer.close, typeof answer.data?.['open']]).toEqual([null, undefined, 'number']);
    const known = await way.ask(gateway().url, { query: '{ known }' }, good);
    expect(known.code).toBe(good === null ? 'UNAUTHENTICATED' : null);
  }, 30_000);
});
