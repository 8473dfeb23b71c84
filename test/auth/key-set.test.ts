import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVerifier, type Verifier } from '../../src/auth/verify.js';
import { MAX_TOKEN_LIFE } from '../../src/auth/revoke.js';
import { createLogger } from '../../src/observe/log.js';
import { createKeyServer, type KeyServer } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';

/* Tokens of an identity provider, whose clock is ours: `at` moves time for what is decided by it. */

let server: KeyServer;
let passed: number;
const at = (): number => Date.now() + passed;
const start = (): Verifier => createVerifier({ jwt: { jwksUrl: server.url, issuer: server.issuer, audience: server.audience }, clockTolerance: 0, maxTokenLife: MAX_TOKEN_LIFE, log: createLogger('silent'), now: at });
const invalid = { code: 'UNAUTHENTICATED', details: { reason: 'invalid' } };
const away = { code: 'STORAGE_UNAVAILABLE', details: { retryAfterMs: expect.any(Number) as number } };

beforeEach(async () => {
  server = await createKeyServer();
  passed = 0;
});
afterEach(() => server.close());

describe('a key set', () => {
  it.each(['RS256', 'ES256'] as const)('verifies %s, reads the keys once for many, and keeps them', async (alg) => {
    await server.rotate({ alg });
    const verifier = start();
    const text = await server.sign({ sub: 'ann', scope: 'orders:read' });
    const principals = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(text)));
    expect(principals.every(({ name }) => name === 'ann')).toBe(true);
    await verifier.verify(await server.sign({ sub: 'ben' }));
    expect(server.requests).toBe(1);
  });

  it('refuses another issuer and another audience, and a key that was never published', async () => {
    const verifier = start();
    await expect(verifier.verify(await server.sign({ sub: 'ann', iss: 'https://evil.example/' }))).rejects.toMatchObject(invalid);
    await expect(verifier.verify(await server.sign({ sub: 'ann', aud: 'somebody else' }))).rejects.toMatchObject(invalid);
    const hidden = await server.rotate({ publish: false });
    await expect(verifier.verify(await server.sign({ sub: 'ann' }, { kid: hidden }))).rejects.toMatchObject(invalid);
  });

  it('learns a new key when a token names it, and asks no more than once in 5 s for keys that nobody has', async () => {
    const verifier = start();
    await verifier.verify(await server.sign({ sub: 'ann' }));
    passed = 6_000;
    await server.rotate();
    await expect(verifier.verify(await server.sign({ sub: 'ann' }))).resolves.toMatchObject({ name: 'ann' });
    expect(server.requests).toBe(2);
    const hidden = await server.rotate({ publish: false });
    // Seen to fail without the cooldown: a request of ours for every token that somebody makes up.
    for (let turn = 0; turn < 5; turn += 1) await expect(verifier.verify(await server.sign({ sub: 'ann' }, { kid: hidden }))).rejects.toMatchObject(invalid);
    expect(server.requests).toBe(2);
  });

  it('no longer takes a key that was withdrawn, once it has read the keys again', async () => {
    const verifier = start();
    const old = await server.sign({ sub: 'ann' });
    await verifier.verify(old);
    await server.rotate({ keepOld: false });
    passed = 11 * 60_000;
    await waitFor(async () => (await verifier.verify(old).then(() => null, (error: unknown) => error)) !== null);
    await expect(verifier.verify(old)).rejects.toMatchObject(invalid);
    await expect(verifier.verify(await server.sign({ sub: 'ann' }))).resolves.toMatchObject({ name: 'ann' });
  });

  it.each(['down', 'garbage'] as const)('that is %s: known keys go on, other tokens are to come back, and it is not asked for each', async (how) => {
    const verifier = start();
    const old = await server.sign({ sub: 'ann' }, { expiresIn: '30d' });
    await verifier.verify(old);
    const hidden = await server.rotate();
    server.behave(how);
    passed = 11 * 60_000;
    await expect(verifier.verify(old)).resolves.toMatchObject({ name: 'ann' });
    for (let turn = 0; turn < 5; turn += 1) {
      await expect(verifier.verify(await server.sign({ sub: 'ann' }, { kid: hidden, expiresIn: '30d' }))).rejects.toMatchObject(away);
    }
    // One ahead of its time, in the background; the others came within its cooldown. Seen to fail with jose's cooldown, which counts from successes.
    expect(server.requests).toBe(2);
    // A day without the provider: what it may have withdrawn is no longer trusted.
    passed = 25 * 60 * 60_000;
    await expect(verifier.verify(old)).rejects.toMatchObject(away);
    server.behave('well');
    passed += 6_000;
    await expect(verifier.verify(old)).resolves.toMatchObject({ name: 'ann' });
  });

  it('that does not answer costs a token 3 s', async () => {
    const verifier = start();
    server.behave('silent');
    await expect(verifier.verify(await server.sign({ sub: 'ann' }))).rejects.toMatchObject(away);
  }, 15_000);
});
