import { createHmac, generateKeyPairSync } from 'node:crypto';
import { CompactEncrypt, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createVerifier, type Verifier } from '../../src/auth/verify.js';
import { VerifiedTokens } from '../../src/auth/verified-tokens.js';
import { MAX_TOKEN_LIFE } from '../../src/auth/revoke.js';
import { createLogger } from '../../src/observe/log.js';
import { createKeyServer, SECRET, token } from '../support/tokens.js';

/* Tokens signed with a shared secret. Seen to fail, each by taking the line that refuses it out of src/auth: see the rows. */

const log = createLogger('silent');
const NOW = Date.parse('2026-06-01T12:00:00Z');
const seconds = (at: number): number => at / 1_000;
const good = { sub: 'ann', iat: seconds(NOW), exp: seconds(NOW) + 60 };
const verifier = (settings: { secret?: string; issuer?: string; audience?: string; clockTolerance?: number } = {}, now = NOW): Verifier => {
  const { clockTolerance = 0, secret = SECRET, ...rest } = settings;
  return createVerifier({ jwt: { secret, ...rest }, clockTolerance, maxTokenLife: MAX_TOKEN_LIFE, log, now: () => now });
};
const refused = (reason: string) => ({ code: 'UNAUTHENTICATED', details: { reason } });
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Any header and any payload text, signed as HS256. */
const handmade = (header: object, payload: string, secret: string | Buffer = SECRET): string => {
  const signed = `${part(header)}.${Buffer.from(payload).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

describe('a token signed with the secret', () => {
  it('gives the principal that its claims name', async () => {
    const principal = await verifier().verify(await token({ ...good, scope: 'orders:read  orders:publish', scopes: ['leads:read'], tenant: 'acme', jti: 't-1', plan: 'gold' }));
    expect(principal).toMatchObject({
      kind: 'token', name: 'ann', tenant: 'acme', expiresAt: NOW + 60_000, claims: { sub: 'ann', plan: 'gold' },
      credential: { jti: 't-1', sub: 'ann', keyId: null, issuedAt: NOW },
    });
    expect([...principal.scopes]).toEqual(['orders:read', 'orders:publish', 'leads:read']);
  });

  it('is of the tenant default, without scopes and not known by jti and iat, if it says nothing of them', async () => {
    const principal = await verifier().verify(await token({ sub: 'ann', exp: good.exp }, { issuedAt: null }));
    expect(principal).toMatchObject({ tenant: 'default', scopes: new Set(), credential: { jti: null, issuedAt: null } });
  });

  it('keeps claims that are called like what every object has as what they are: data', async () => {
    const principal = await verifier().verify(handmade({ alg: 'HS256' }, `{"sub":"ann","exp":${good.exp},"__proto__":{"scope":"sluice:admin","tenant":"acme"},"constructor":"x"}`));
    expect(Object.keys(principal.claims).sort()).toEqual(['__proto__', 'constructor', 'exp', 'sub']);
    expect(principal.claims['toString']).toBeUndefined();
    // Seen to fail with claims copied by assignment into an object that has a prototype.
    expect(Object.getPrototypeOf(principal.claims)).toBeNull();
    expect([principal.scopes.size, principal.tenant]).toEqual([0, 'default']);
  });

  it.each([
    ['another secret', () => token(good, { secret: 'another secret, of at least thirty-two bytes' })],
    ['no signature: alg none', () => Promise.resolve(`${part({ alg: 'none' })}.${part(good)}.`)],
    ['alg NONE with the signature of HS256', () => Promise.resolve(handmade({ alg: 'NONE' }, JSON.stringify(good)))],
    ['an extension that must be understood (crit)', () => Promise.resolve(handmade({ alg: 'HS256', crit: ['exp2'], exp2: 1 }, JSON.stringify(good)))],
    ['a payload that is not encoded (b64: false)', () => Promise.resolve(handmade({ alg: 'HS256', b64: false, crit: ['b64'] }, JSON.stringify(good)))],
    ['an encrypted token', () => new CompactEncrypt(new TextEncoder().encode(JSON.stringify(good))).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'JWT' }).encrypt(new TextEncoder().encode(SECRET.slice(0, 32)))],
    // Seen to fail without the check of `typ`.
    ['a token made for something else', () => Promise.resolve(handmade({ alg: 'HS256', typ: 'logout+jwt' }, JSON.stringify(good)))],
    ['a type that is no text', () => Promise.resolve(handmade({ alg: 'HS256', typ: 7 }, JSON.stringify(good)))],
    ['a changed payload', async () => (await token(good)).replace(/\.[^.]+\./, `.${part({ ...good, scope: 'sluice:admin' })}.`)],
    ['a payload that is no object', () => Promise.resolve(handmade({ alg: 'HS256' }, '["sub"]'))],
    ['no JSON', () => Promise.resolve(handmade({ alg: 'HS256' }, '{"sub":'))],
    ['words', () => Promise.resolve('let me in')],
    ['nothing', () => Promise.resolve('')],
    ['dots', () => Promise.resolve('..')],
    ['no sub', () => token({ exp: good.exp })],
    ['an empty sub', () => token({ ...good, sub: '' })],
    ['a sub that is a number', () => token({ ...good, sub: 7 as unknown as string })],
    ['a sub of 256 characters', () => token({ ...good, sub: 'x'.repeat(256) })],
    ['a sub that would change a terminal', () => token({ ...good, sub: 'ann\u001b[2J' })],
    ['a sub with half a character', () => Promise.resolve(handmade({ alg: 'HS256' }, `{"sub":"\\ud800","exp":${good.exp}}`))],
    // Seen to fail without the line in `principalOf`: a token would be taken for an API key by rules that read `sub`.
    ['the sub of an API key', () => token({ ...good, sub: 'key:0f3a9c51d2e84b76' })],
    ['no exp', () => token({ sub: 'ann' }, { expiresIn: null, issuedAt: null })],
    ['an exp that is text', () => token({ ...good, exp: '4102444800' as unknown as number })],
    ['an exp that no date can hold', () => Promise.resolve(handmade({ alg: 'HS256' }, '{"sub":"ann","exp":1e300}'))],
    ['an exp further ahead than a token may live', () => token({ ...good, exp: seconds(NOW + MAX_TOKEN_LIFE) + 1 })],
    // Seen to fail without the line in `principalOf`: it would escape every revocation of its sub.
    ['an iat that lies ahead', () => token({ ...good, iat: seconds(NOW) + 6 })],
    ['an nbf that lies ahead', () => token({ ...good, nbf: seconds(NOW) + 1 })],
    ['a tenant that is a number', () => token({ ...good, tenant: 7 })],
    ['a tenant that is null', () => token({ ...good, tenant: null })],
    ['an empty tenant', () => token({ ...good, tenant: '' })],
    ['a tenant of 256 characters', () => token({ ...good, tenant: 'x'.repeat(256) })],
    ['a tenant with U+0000', () => token({ ...good, tenant: 'a\0b' })],
    ['a jti that is no text', () => token({ ...good, jti: 1 as unknown as string })],
    ['a scope that is a list', () => token({ ...good, scope: ['sluice:admin'] })],
    ['a scope with a quote', () => token({ ...good, scope: 'a" b' })],
    ['scopes that are text', () => token({ ...good, scopes: 'sluice:admin' })],
    ['two scopes in one entry', () => token({ ...good, scopes: ['orders:read sluice:admin'] })],
    ['a scope that is no text', () => token({ ...good, scopes: [['sluice:admin']] })],
    ['more scopes than anybody has', () => token({ ...good, scopes: Array.from({ length: 257 }, (_, index) => `s${index}`) })],
    ['more than 8 KB', () => token({ ...good, pad: 'x'.repeat(8_192) })],
  ])('is refused as invalid: %s', async (_what, make) => {
    await expect(verifier().verify(await make())).rejects.toMatchObject(refused('invalid'));
  });

  it('of another algorithm of the family is refused, with the same secret', async () => {
    const secret = SECRET.repeat(2);
    const signed = await new SignJWT(good).setProtectedHeader({ alg: 'HS512' }).sign(new TextEncoder().encode(secret));
    await expect(verifier({ secret }).verify(await token(good, { secret }))).resolves.toMatchObject({ name: 'ann' });
    // Seen to fail with HS512 among the algorithms.
    await expect(verifier({ secret }).verify(signed)).rejects.toMatchObject(refused('invalid'));
  });

  it('of more than 8 KB is not even looked at', async () => {
    // Seen to fail without the check: jose reads all of it first, and says that the signature is wrong.
    await expect(verifier().verify('x'.repeat(8_193))).rejects.toMatchObject({ ...refused('invalid'), cause: { message: expect.stringContaining('8192 characters') as string } });
  });

  it('is good until the moment of its exp, and expired from then on', async () => {
    const text = await token({ ...good, exp: seconds(NOW) + 0.5 });
    await expect(verifier({}, NOW + 499).verify(text)).resolves.toMatchObject({ expiresAt: NOW + 500 });
    // Seen to fail with jose's own check alone, which counts whole seconds.
    await expect(verifier({}, NOW + 500).verify(text)).rejects.toMatchObject(refused('expired'));
    await expect(verifier({}, NOW + 5_000).verify(text)).rejects.toMatchObject(refused('expired'));
    await expect(verifier({ clockTolerance: 10_000 }, NOW + 5_000).verify(text)).resolves.toMatchObject({ expiresAt: NOW + 10_500 });
  });

  it('that is forged and expired is invalid: only who holds a token learns that it has expired', async () => {
    await expect(verifier().verify(await token({ ...good, exp: seconds(NOW) - 60 }, { secret: 'another secret, of at least thirty-two bytes' }))).rejects.toMatchObject(refused('invalid'));
  });

  it('must be from the issuer and for the audience, if they are set', async () => {
    const strict = verifier({ issuer: 'https://id.example/', audience: 'sluice' });
    await expect(strict.verify(await token({ ...good, iss: 'https://id.example/', aud: ['other', 'sluice'] }))).resolves.toMatchObject({ name: 'ann' });
    for (const claims of [{}, { iss: 'https://id.example/' }, { aud: 'sluice' }, { iss: 'https://evil.example/', aud: 'sluice' }, { iss: 'https://id.example/', aud: 'sluice2' }]) {
      await expect(strict.verify(await token({ ...good, ...claims }))).rejects.toMatchObject(refused('invalid'));
    }
  });

  it('is not told apart by the error, which holds nothing of it', async () => {
    const text = await token({ ...good, scope: 7 });
    const error = await verifier().verify(text).catch((caught: unknown) => caught) as Error & { cause: Error };
    expect(`${error.message} ${error.cause.message}`).not.toContain(text.slice(0, 20));
    expect(error.message).toBe((await verifier().verify('words').catch((caught: unknown) => caught) as Error).message);
  });
});

describe('settings', () => {
  it.each([
    ['a secret of 31 bytes', { secret: 'x'.repeat(31) }, /has 31 bytes; at least 32/],
    ['a key set without issuer', { jwksUrl: 'https://id.example/keys', issuer: '', audience: 'a' }, /needs an issuer and an audience/],
    ['a key set without audience', { jwksUrl: 'https://id.example/keys', issuer: 'a', audience: '' }, /needs an issuer and an audience/],
    ['a key set over http', { jwksUrl: 'http://id.example/keys', issuer: 'a', audience: 'a' }, /https/],
    ['a key set over http, from a host called like loopback', { jwksUrl: 'http://127.0.0.1.evil.example/keys', issuer: 'a', audience: 'a' }, /https/],
    ['a key set in a file', { jwksUrl: 'file:///keys', issuer: 'a', audience: 'a' }, /https/],
    ['a key set with a password in its address', { jwksUrl: 'https://u:hunter2@id.example/keys', issuer: 'a', audience: 'a' }, /no user name or password/],
    ['no URL', { jwksUrl: 'keys', issuer: 'a', audience: 'a' }, /no URL/],
  ] as const)('refuse at the start: %s', (_what, jwt, message) => {
    const start = (): Verifier => createVerifier({ jwt, clockTolerance: 0, maxTokenLife: 1, log, now: Date.now });
    expect(start).toThrow(message);
    expect(start).not.toThrow(/hunter2/);
  });

  // Seen to fail with a check of its own beside the one of the settings: the gateway then ended with a stack.
  it.each(['http://localhost/keys', 'http://127.8.0.1/keys', 'http://[::1]/keys', 'http://[::ffff:127.0.0.1]/keys'])('a key set over http on this machine is taken: %s', (jwksUrl) => {
    expect(() => createVerifier({ jwt: { jwksUrl, issuer: 'a', audience: 'a' }, clockTolerance: 0, maxTokenLife: 1, log, now: Date.now })).not.toThrow();
  });

  it('a secret of 32 bytes is long enough, counted as UTF-8', () => {
    expect(() => verifier({ secret: 'ä'.repeat(16) })).not.toThrow();
  });
});

describe('key confusion', () => {
  it('a public key is no secret: HS256 signed with it is refused, whatever form it has', async () => {
    const server = await createKeyServer('RS256');
    try {
      const byKeys = createVerifier({ jwt: { jwksUrl: server.url, issuer: server.issuer, audience: server.audience }, clockTolerance: 0, maxTokenLife: MAX_TOKEN_LIFE, log, now: Date.now });
      await expect(byKeys.verify(await server.sign({ sub: 'ann' }))).resolves.toMatchObject({ name: 'ann' });
      const [jwk] = server.published().keys;
      const { createPublicKey } = await import('node:crypto');
      const key = createPublicKey({ key: jwk as never, format: 'jwk' });
      const claims = JSON.stringify({ sub: 'ann', scope: 'sluice:admin', iss: server.issuer, aud: server.audience, exp: Math.floor(Date.now() / 1_000) + 60 });
      const forms = [key.export({ type: 'spki', format: 'pem' }), key.export({ type: 'spki', format: 'der' }), key.export({ type: 'pkcs1', format: 'pem' }), JSON.stringify(jwk), String(jwk?.['n'])];
      for (const secret of forms) {
        await expect(byKeys.verify(handmade({ alg: 'HS256', kid: jwk?.['kid'] }, claims, secret))).rejects.toMatchObject(refused('invalid'));
      }
      // A key that the token brings along counts for nothing.
      const own = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const forged = await new SignJWT(JSON.parse(claims) as object as { sub: string }).setProtectedHeader({ alg: 'RS256', kid: String(jwk?.['kid']), jwk: own.publicKey.export({ format: 'jwk' }) }).sign(own.privateKey);
      await expect(byKeys.verify(forged)).rejects.toMatchObject(refused('invalid'));
    } finally {
      await server.close();
    }
  });
});

describe('tokens that were verified', () => {
  it('are verified once, and only those that were good', async () => {
    let verified = 0;
    const counting: Verifier = { warm: () => Promise.resolve(), verify: (text) => { verified += 1; return verifier().verify(text); } };
    const tokens = new VerifiedTokens(counting);
    const text = await token(good);
    const first = await tokens.find(text);
    expect(await tokens.find(text)).toBe(first);
    expect(verified).toBe(1);
    for (let turn = 0; turn < 2; turn += 1) await expect(tokens.find(`${text}x`)).rejects.toMatchObject(refused('invalid'));
    expect(verified).toBe(3);
  });
});
