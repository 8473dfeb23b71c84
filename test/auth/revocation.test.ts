import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createApiKey, findApiKey, listApiKeys } from '../../src/auth/api-keys.js';
import { forgetCredentials } from '../../src/auth/forget.js';
import { revoke } from '../../src/auth/revoke.js';
import { connect, type Sql } from '../../src/db/connect.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { SECRET, token } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';

/*
 * Revocation, on gateways that share a database. Seen to fail: with an `apply` that does nothing, everything that is about a
 * second gateway; with a `read` that reads nothing, what is about a restart.
 */

const auth = { jwt: { secret: SECRET } };
let gateways: TestGateways;
let sql: Sql;
beforeAll(async () => {
  gateways = await createGateways();
  sql = connect({ url: gateways.databaseUrl, max: 2, name: 'test' });
});
afterAll(async () => {
  await sql.end();
  await gateways.close();
});
let running: Gateway[] = [];
const start = async (options: Parameters<TestGateways['start']>[0] = {}): Promise<Gateway> => {
  const gateway = await gateways.start({ auth, ...options });
  running.push(gateway);
  return gateway;
};
afterEach(async () => {
  await Promise.all(running.map((gateway) => gateway.stop()));
  running = [];
});

const bearer = (gateway: Gateway, text: string) => gateway.auth.authenticate({ kind: 'bearer', token: text });
const reasonOf = (gateway: Gateway, text: string): Promise<unknown> => bearer(gateway, text).then(() => 'good', (error: unknown) => (error as { details: { reason: unknown } }).details.reason);
let names = 0;
/** Names are of one test, since all share the database. */
const somebody = (): string => `ann-${names += 1}`;
const earlier = (): number => Math.floor(Date.now() / 1_000) - 10;

/** As an administrator over HTTP. */
async function asAdmin(gateway: Gateway, text: string, variables: object, tenant = 'default'): Promise<Record<string, unknown>> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST', body: JSON.stringify({ query: text, variables }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token({ sub: 'root', scope: 'sluice:admin', tenant })}` },
  });
  const result = await response.json() as { data?: Record<string, unknown>; errors?: unknown };
  if (result.errors !== undefined || !result.data) throw new Error(JSON.stringify(result.errors));
  return result.data;
}

describe('revoked on one gateway', () => {
  it.each([
    ['with NOTIFY', {}],
    ['without NOTIFY', { notify: false, pollInterval: 1_000 }],
  ])('G13: is refused on both, and ends what is open on both within 5 s, %s', async (_what, options) => {
    const [one, other] = [await start(options), await start(options)];
    const name = somebody();
    const [old, jti] = await Promise.all([token({ sub: name, iat: earlier() }), token({ sub: `${name}-2`, jti: `${name}-jti`, iat: earlier() })]);
    const made = await asAdmin(one, 'mutation($name: String!) { createApiKey(input: { name: $name, scopes: ["notes:read"] }) { secret apiKey { id } } }', { name });
    const { secret, apiKey: { id } } = made['createApiKey'] as { secret: string; apiKey: { id: string } };
    const credentials = [old, jti, secret];
    const sessions = await Promise.all([one, other].flatMap((gateway) => credentials.map(async (text) => gateway.auth.open(await bearer(gateway, text)))));
    expect(sessions.map(({ ended }) => ended.aborted)).toEqual(Array(6).fill(false));

    const began = performance.now();
    await asAdmin(one, 'mutation($sub: ID, $jti: ID, $id: ID!) { revokeApiKey(id: $id, reason: "left") { apiKey { revokedAt } } a: revokeTokens(sub: $sub) { revokedAt } b: revokeTokens(jti: $jti) { rememberedUntil } }', { sub: name, jti: `${name}-jti`, id });
    // Who has the answer finds it so where it was asked.
    expect(await Promise.all(credentials.map((text) => reasonOf(one, text)))).toEqual(['revoked', 'revoked', 'revoked']);
    await waitFor(() => sessions.every(({ ended }) => ended.aborted), { timeoutMs: 5_000, what: 'every session to end' });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(sessions.map(({ ended }) => ended.reason as unknown)).toEqual(Array(6).fill('revoked'));
    expect(await Promise.all(credentials.map((text) => reasonOf(other, text)))).toEqual(['revoked', 'revoked', 'revoked']);
    for (const session of sessions) session.close();
  });

  it('it is still revoked after a restart, and on a gateway that starts later', async () => {
    const one = await start();
    const name = somebody();
    const old = await token({ sub: name, iat: earlier() });
    await asAdmin(one, 'mutation($sub: ID) { revokeTokens(sub: $sub) { revokedAt } }', { sub: name });
    await one.stop();
    expect(await reasonOf(await start(), old)).toBe('revoked');
  });

  it('what was issued later is good: signing somebody out is not shutting somebody out', async () => {
    const one = await start();
    const name = somebody();
    await asAdmin(one, 'mutation($sub: ID) { revokeTokens(sub: $sub) { revokedAt } }', { sub: name });
    expect(await reasonOf(one, await token({ sub: name, iat: earlier() }))).toBe('revoked');
    expect(await reasonOf(one, await token({ sub: name }, { issuedAt: null }))).toBe('revoked');
    await waitFor(async () => await reasonOf(one, await token({ sub: name })) === 'good', { timeoutMs: 15_000, what: 'a token that was issued later' });
  }, 30_000);

  it('G13: it is revoked in its tenant alone', async () => {
    const one = await start();
    const name = somebody();
    const inAcme = await token({ sub: name, jti: name, tenant: 'acme', iat: earlier() });
    for (const kind of ['sub', 'jti'] as const) await revoke(sql, { tenant: 'default', kind, value: name, revokedBy: null }, true);
    await waitFor(async () => await reasonOf(one, await token({ sub: name, iat: earlier() })) === 'revoked');
    expect(await reasonOf(one, inAcme)).toBe('good');
    await revoke(sql, { tenant: 'acme', kind: 'jti', value: name, revokedBy: null }, true);
    await waitFor(async () => await reasonOf(one, inAcme) === 'revoked');
  });

  it('an administrator of one tenant neither sees nor revokes the keys of another', async () => {
    const name = somebody();
    await start();
    const { apiKey } = await createApiKey(sql, { tenant: 'acme', name, scopes: [], expiresAt: null, createdBy: null });
    expect(await revoke(sql, { tenant: 'default', kind: 'key', value: apiKey.id, revokedBy: null }, true)).toBeNull();
    expect((await listApiKeys(sql, { tenant: 'default', first: 500 })).filter(({ id }) => id === apiKey.id)).toEqual([]);
    expect(await findApiKey(sql, 'acme', apiKey.id)).toMatchObject({ revokedAt: null });
    expect(await sql`SELECT FROM sluice.revocations WHERE value = ${apiKey.id}`).toHaveLength(0);
  });
});

describe('the event of a revocation', () => {
  it('and its row are written together, and no subscriber ever sees it', async () => {
    const one = await start();
    const name = somebody();
    const revoked = await revoke(sql, { tenant: 'default', kind: 'sub', value: name, reason: 'test', revokedBy: 'root' }, true);
    const [event] = await sql`SELECT position::float8, topic, type, tenant, key, payload FROM sluice.events WHERE key = ${name}`;
    expect(event).toEqual({ position: revoked?.position, topic: '_sluice', type: 'TokensRevoked', tenant: 'default', key: name, payload: { kind: 'sub', value: name, revokedAt: revoked?.revokedAt, until: revoked?.until } });
    expect(await sql`SELECT reason, revoked_by FROM sluice.revocations WHERE value = ${name}`).toEqual([{ reason: 'test', revoked_by: 'root' }]);
    const shown = await query<{ events: { edges: unknown[] } }>(one.url, '{ events(first: 100) { edges { cursor } } }');
    expect(JSON.stringify(shown)).not.toContain(name);
  });

  it('is applied although the log has gone on elsewhere: what was passed over is read from the table', async () => {
    const one = await start();
    const name = somebody();
    const old = await token({ sub: name, iat: earlier() });
    const session = one.auth.open(await bearer(one, old));
    // As a row whose event nobody here reads: that of a log which was cut off, or whose partition has gone.
    await sql`INSERT INTO sluice.revocations (tenant, kind, value, revoked_at, until) VALUES ('default', 'sub', ${name}, clock_timestamp(), clock_timestamp() + interval '1 day')`;
    expect(await reasonOf(one, old)).toBe('good');
    await sql`UPDATE sluice.epochs SET fingerprint = 'another database' WHERE number = (SELECT max(number) FROM sluice.epochs)`;
    await waitFor(() => session.ended.aborted, { timeoutMs: 10_000, what: 'the new epoch' });
    expect(session.ended.reason).toBe('revoked');
    session.close();
  }, 30_000);
});

describe('the room for revocations', () => {
  const fill = (tenant: string, kind: string, from: number, to: number) => sql`
    INSERT INTO sluice.revocations (tenant, kind, value, revoked_at, until) SELECT ${tenant}, ${kind}, n::text, now(), now() + interval '1 day' FROM generate_series(${from}::int, ${to}::int) n`;
  const put = (tenant: string, kind: 'sub' | 'jti' | 'key', value: string) => revoke(sql, { tenant, kind, value, revokedBy: null }, true);
  afterEach(() => sql`DELETE FROM sluice.revocations WHERE tenant LIKE 'room-%'`);

  // Seen to fail, each, with the count of everything for everything.
  it('of a tenant that is full has still place for a key that leaked, and for what is there already', async () => {
    await start();
    await fill('room-full', 'jti', 1, 50_000);
    await expect(put('room-full', 'sub', 'ann')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(put('room-full', 'jti', '17')).resolves.toMatchObject({ position: expect.any(Number) as number });
    const { apiKey } = await createApiKey(sql, { tenant: 'room-full', name: 'leaked', scopes: [], expiresAt: null, createdBy: null });
    await expect(put('room-full', 'key', apiKey.id)).resolves.toMatchObject({ position: expect.any(Number) as number });
    await expect(put('room-other', 'sub', 'ann')).resolves.toBeDefined();
  }, 60_000);

  it('that others have filled leaves each tenant 1,000', async () => {
    await start();
    for (const n of [1, 2, 3, 4, 5]) await fill(`room-${n}`, 'jti', 1, 50_000);
    await fill('room-small', 'jti', 1, 999);
    await expect(put('room-small', 'sub', 'ann')).resolves.toBeDefined();
    await expect(put('room-small', 'sub', 'ben')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(put('room-new', 'sub', 'ann')).resolves.toBeDefined();
  }, 60_000);
});

describe('what cannot be revoked', () => {
  it.each([
    ['both', { sub: 'a', jti: 'b' }, /either `sub`.*or `jti`/],
    ['neither', {}, /either `sub`.*or `jti`/],
    ['an empty name', { sub: '' }, /sub must have 1 to 255 characters/],
    ['a name with a control character', { jti: 'a\u0007' }, /jti must have 1 to 255 characters/],
    ['an end that is past', { jti: 'a', expiresAt: '2020-01-01T00:00:00Z' }, /past/],
    ['an end of a sub', { sub: 'a', expiresAt: '2090-01-01T00:00:00Z' }, /goes with `jti`/],
    ['a reason without end', { sub: 'a', reason: 'x'.repeat(1_001) }, /at most 1,000 characters|at most 1000 characters/],
  ])('%s', async (_what, variables, message) => {
    const one = await start();
    await expect(asAdmin(one, 'mutation($sub: ID, $jti: ID, $expiresAt: DateTime, $reason: String) { revokeTokens(sub: $sub, jti: $jti, expiresAt: $expiresAt, reason: $reason) { revokedAt } }', variables)).rejects.toThrow(message);
  });

  it('a key that is not there', async () => {
    await expect(asAdmin(await start(), 'mutation { revokeApiKey(id: "0000000000000000") { apiKey { id } } }', {})).rejects.toThrow(/There is no API key/);
  });
});

describe('maintenance', () => {
  it('forgets revocations, tickets and keys that can matter no more, and nothing else', async () => {
    await start();
    const day = 'interval \'1 day\'';
    await sql.unsafe(`
      INSERT INTO sluice.revocations (tenant, kind, value, revoked_at, until) VALUES ('m', 'jti', 'past', now() - ${day}, now() - interval '2 hours'), ('m', 'jti', 'just past', now() - ${day}, now() - interval '30 minutes');
      INSERT INTO sluice.api_keys (id, tenant, name, hash, scopes, revoked_at, expires_at) VALUES
        ('00000000000000a1', 'm', 'long revoked', sha256('a'), '{}', now() - 91 * ${day}, NULL), ('00000000000000a2', 'm', 'long expired', sha256('a'), '{}', NULL, now() - 91 * ${day}),
        ('00000000000000a3', 'm', 'just revoked', sha256('a'), '{}', now() - 89 * ${day}, NULL), ('00000000000000a4', 'm', 'good', sha256('a'), '{}', NULL, NULL);
      INSERT INTO sluice.stream_tickets VALUES (sha256('1'), 'token', 'm', 'ann', '{}', now() - interval '2 minutes'), (sha256('2'), 'token', 'm', 'ann', '{}', now() + interval '1 minute')`);
    expect(await forgetCredentials(sql)).toEqual({ more: false });
    expect(await sql`SELECT value FROM sluice.revocations WHERE tenant = 'm'`).toEqual([{ value: 'just past' }]);
    expect(await sql`SELECT name FROM sluice.api_keys WHERE tenant = 'm' ORDER BY id`).toEqual([{ name: 'just revoked' }, { name: 'good' }]);
    expect(await sql`SELECT FROM sluice.stream_tickets WHERE tenant = 'm'`).toHaveLength(1);
  });
});
