import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createApiKey, listApiKeys, type NewApiKey } from '../../src/auth/api-keys.js';
import { ANONYMOUS, OPEN, type Principal } from '../../src/auth/principal.js';
import { revoke } from '../../src/auth/revoke.js';
import { issueTicket } from '../../src/auth/tickets.js';
import { AuthSettingsError } from '../../src/auth/verify.js';
import { connect, type Sql } from '../../src/db/connect.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { SECRET, token } from '../support/tokens.js';
import { createTcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';

/* API keys and tickets on gateways that share a database; two of them, `one` and `twin`, take the same tokens, `other` takes none. */
const JWT = { secret: SECRET };

let gateways: TestGateways;
let sql: Sql;
let one: Gateway;
let other: Gateway;
let twin: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  [one, twin, other] = [await gateways.start({ auth: { jwt: JWT } }), await gateways.start({ auth: { jwt: JWT } }), await gateways.start({ auth: { jwt: null } })];
  sql = connect({ url: gateways.databaseUrl, max: 4, name: 'test' });
});
afterAll(async () => {
  await sql.end();
  await gateways.close();
});

const make = (parts: Partial<NewApiKey> = {}) => createApiKey(sql, { tenant: 'default', name: 'billing', scopes: ['notes:read'], expiresAt: null, createdBy: 'root', ...parts });
const show = (gateway: Gateway, text: string): Promise<Principal> => gateway.auth.authenticate({ kind: 'bearer', token: text });
const use = (gateway: Gateway, ticket: string): Promise<Principal> => gateway.auth.authenticate({ kind: 'ticket', ticket });
const refused = (reason: string) => ({ code: 'UNAUTHENTICATED', details: { reason } });

describe('an API key', () => {
  it('is good on every gateway, with its scopes and tenant, and notes that it is used', async () => {
    const { apiKey, secret } = await make({ tenant: 'acme', scopes: ['notes:read', 'notes:read', 'ticks:publish'] });
    expect(apiKey).toMatchObject({ tenant: 'acme', name: 'billing', scopes: ['notes:read', 'ticks:publish'], createdBy: 'root', lastUsedAt: null });
    for (const gateway of [one, other]) {
      expect(await show(gateway, secret)).toMatchObject({
        kind: 'key', name: `key:${apiKey.id}`, tenant: 'acme', scopes: new Set(['notes:read', 'ticks:publish']), claims: { sub: `key:${apiKey.id}` },
        expiresAt: null, credential: { keyId: apiKey.id, sub: null, jti: null },
      });
    }
    await waitFor(async () => (await listApiKeys(sql, { tenant: 'acme' }))[0]?.lastUsedAt);
  });

  it('is stored as a hash of its secret, nowhere as it is', async () => {
    const { secret } = await make();
    const rows = JSON.stringify(await sql`SELECT id, name, scopes, encode(hash, 'hex') AS hash, encode(hash, 'escape') AS text FROM sluice.api_keys`);
    expect(rows).not.toContain(secret.split('_')[2]);
  });

  it.each([
    ['another secret', (secret: string) => secret.slice(0, -64) + randomBytes(32).toString('hex')],
    ['another key\'s id', (secret: string) => secret.replace(/_[0-9a-f]{16}_/, '_0000000000000000_')],
    ['a character less', (secret: string) => secret.slice(0, -1)],
    ['a character more', (secret: string) => `${secret}0`],
    ['capital letters', (secret: string) => secret.toUpperCase().replace('SLUICE', 'sluice')],
    ['no id', () => 'sluice_'],
  ])('with %s is invalid', async (_what, change) => {
    const { secret } = await make();
    await expect(show(one, change(secret))).rejects.toMatchObject(refused('invalid'));
    await expect(show(one, secret)).resolves.toMatchObject({ kind: 'key' });
  });

  it('with an end is expired from then on, also where it is in memory', async () => {
    const expiresAt = new Date(Date.now() + 3_000);
    const { secret } = await make({ expiresAt });
    const session = one.auth.open(await show(one, secret));
    await waitFor(() => session.ended.aborted);
    expect(session.ended.reason).toBe('expired');
    session.close();
    for (const gateway of [one, other]) await expect(show(gateway, secret)).rejects.toMatchObject(refused('expired'));
  });

  it('that was revoked is refused as such to who holds it, and as any wrong one to who guesses', async () => {
    const { apiKey, secret } = await make();
    await revoke(sql, { tenant: 'default', kind: 'key', value: apiKey.id, revokedBy: null }, true);
    // Not in memory anywhere yet: its row says it.
    await expect(show(other, secret)).rejects.toMatchObject(refused('revoked'));
    await expect(show(other, secret.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).rejects.toMatchObject(refused('invalid'));
  });

  it.each([
    ['no name', { name: '' }],
    ['a name with a line end', { name: 'a\nb' }],
    ['a scope with a space', { scopes: ['a b'] }],
    ['an empty scope', { scopes: [''] }],
    ['too many scopes', { scopes: Array.from({ length: 257 }, (_, index) => `s${index}`) }],
    ['an end that is past', { expiresAt: new Date(Date.now() - 1) }],
    ['an end that is no moment', { expiresAt: new Date(Number.NaN) }],
  ])('is not made with %s', async (_what, parts) => {
    await expect(make(parts)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is not made beyond 1,000 of a tenant; those that were revoked do not count', async () => {
    await sql`INSERT INTO sluice.api_keys (id, tenant, name, hash, scopes) SELECT lpad(to_hex(n), 16, '0'), 'crowded', 'x', sha256('x'), '{}' FROM generate_series(1, 1000) n`;
    await expect(make({ tenant: 'crowded' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await revoke(sql, { tenant: 'crowded', kind: 'key', value: '0000000000000001', revokedBy: null }, true);
    await expect(make({ tenant: 'crowded' })).resolves.toMatchObject({ apiKey: { tenant: 'crowded' } });
    await sql`DELETE FROM sluice.api_keys WHERE tenant = 'crowded'`;
  });

  it('is not made beyond 10,000 of a tenant with those that were revoked: as many revocations of them are remembered', async () => {
    await sql`INSERT INTO sluice.api_keys (id, tenant, name, hash, scopes, revoked_at) SELECT lpad(to_hex(n), 16, '0'), 'turning', 'x', sha256('x'), '{}', now() FROM generate_series(1, 9999) n`;
    await expect(make({ tenant: 'turning' })).resolves.toMatchObject({ apiKey: { tenant: 'turning' } });
    await expect(make({ tenant: 'turning' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await sql`DELETE FROM sluice.api_keys WHERE tenant = 'turning'`;
  });

  it('is listed a page at a time, the latest first', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await make({ tenant: 'paged' })).apiKey.id);
    const first = await listApiKeys(sql, { tenant: 'paged', first: 2 });
    const rest = await listApiKeys(sql, { tenant: 'paged', after: first[1]?.id ?? '' });
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
    await expect(listApiKeys(sql, { tenant: 'paged', first: 501 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('a gateway without tokens', () => {
  it('takes keys, and refuses every token', async () => {
    await expect(show(other, await token({ sub: 'ann' }))).rejects.toMatchObject(refused('invalid'));
    await expect(other.auth.authenticate({ kind: 'none' })).resolves.toBe(ANONYMOUS);
  });

  it('with a secret that is too short does not start', async () => {
    await expect(gateways.start({ auth: { jwt: { secret: 'short' } } })).rejects.toThrow(AuthSettingsError);
  });
});

describe('a ticket', () => {
  const issue = (of: Principal) => issueTicket(sql, of, JWT);
  const principal = async (claims: object = {}): Promise<Principal> => show(one, await token({ sub: `ann-${randomBytes(4).toString('hex')}`, scope: 'notes:read', tenant: 'acme', jti: 't-1', ...claims }));

  it('stands for its principal once, on another gateway too', async () => {
    const ann = await principal({ nested: { '__proto__x': [1, 'ü', '\u0000'] } });
    const { ticket, expiresAt } = await issue(ann);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 50_000);
    // Its token's expiry and what can revoke it go along.
    expect(await use(twin, ticket)).toEqual(ann);
    // Seen to fail with SELECT in place of DELETE … RETURNING.
    for (const gateway of [one, twin]) await expect(use(gateway, ticket)).rejects.toMatchObject(refused('invalid'));
  });

  it('shown many times at once on two gateways is good for exactly one', async () => {
    const ann = await principal();
    for (let round = 0; round < 5; round += 1) {
      const { ticket } = await issue(ann);
      const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => use(index % 2 === 0 ? one : twin, ticket)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('G13: is no good when its principal was revoked, or has expired, meanwhile', async () => {
    const ann = await principal();
    const { ticket } = await issue({ ...ann, credential: { ...ann.credential, issuedAt: Date.now() - 5_000 } });
    await revoke(sql, { tenant: 'acme', kind: 'sub', value: ann.name, revokedBy: null }, true);
    await waitFor(async () => (await twin.metrics.registry.getSingleMetricAsString('sluice_head_position')).endsWith(` ${(await gateways.sql<{ p: string }[]>`SELECT max(position) AS p FROM sluice.events`)[0]?.p}`));
    await expect(use(twin, ticket)).rejects.toMatchObject(refused('revoked'));
    const short = { ...await principal(), expiresAt: Date.now() + 1_500 };
    const ends = await issue(short);
    expect(ends.expiresAt.getTime()).toBe(short.expiresAt);
    await waitFor(() => Date.now() > short.expiresAt);
    await expect(use(one, ends.ticket)).rejects.toMatchObject(refused('expired'));
  });

  // Seen to fail with tickets that are found by their own hash alone.
  it('G13: of a token is no good where tokens are verified otherwise: one got by a forged token ends with the secret that leaked', async () => {
    const changes = [{ secret: `another ${SECRET}` }, { ...JWT, issuer: 'us' }, { ...JWT, audience: 'us' }];
    for (const jwt of changes) {
      const changed = await gateways.start({ auth: { jwt } });
      const { ticket } = await issue(await principal());
      for (const gateway of [changed, other]) await expect(use(gateway, ticket)).rejects.toMatchObject(refused('invalid'));
      await expect(use(twin, ticket)).resolves.toMatchObject({ kind: 'token' });
      await changed.stop();
    }
    // Nor one from before there was such a rule.
    const left = randomBytes(32).toString('hex');
    await sql`INSERT INTO sluice.stream_tickets VALUES (sha256(${left}), 'token', 'acme', 'ann', '{}', now() + interval '1 minute')`;
    await expect(use(one, `ticket_${left}`)).rejects.toMatchObject(refused('invalid'));
  });

  it('of an API key is good on every gateway', async () => {
    const { secret } = await make();
    const key = await show(one, secret);
    for (const gateway of [one, other]) expect(await use(gateway, (await issue(key)).ticket)).toEqual(key);
  });

  it('that nobody used within 60 s has expired', async () => {
    const { ticket } = await issue(await principal());
    await sql`UPDATE sluice.stream_tickets SET expires_at = clock_timestamp() - interval '1 ms'`;
    await expect(use(one, ticket)).rejects.toMatchObject(refused('expired'));
  });

  it.each(['', 'ticket_', `ticket_${'0'.repeat(63)}`, `ticket_${'0'.repeat(64)}`, `ticket_${'Z'.repeat(64)}`, 'x'.repeat(100_000)])('made up is invalid: %.80s', async (ticket) => {
    await expect(use(one, ticket)).rejects.toMatchObject(refused('invalid'));
  });

  it('is not stored as it is', async () => {
    const { ticket } = await issue(await principal());
    const rows = JSON.stringify(await sql`SELECT encode(hash, 'hex') AS hash, encode(hash, 'escape') AS text, principal FROM sluice.stream_tickets`);
    expect(rows).not.toContain(ticket.slice('ticket_'.length));
  });

  it('is not given for nobody; where authentication is off, any is good', async () => {
    await expect(issue(ANONYMOUS)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { ticket } = await issue(OPEN);
    const open = await gateways.start();
    expect(await use(open, ticket)).toBe(OPEN);
    await open.stop();
  });

  it('is not given to who has 100 that are good, however many ask at once; others get theirs', async () => {
    const [ann, ben] = [await principal(), await principal()];
    const many = await Promise.allSettled(Array.from({ length: 130 }, () => issue(ann)));
    expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(many.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'RATE_LIMITED', details: { retryAfterMs: expect.any(Number) as number } } });
    await expect(issue(ben)).resolves.toMatchObject({ ticket: expect.stringMatching(/^ticket_/) as string });
    const [first] = many;
    if (first?.status === 'fulfilled') await use(one, first.value.ticket);
    await expect(issue(ann)).resolves.toBeDefined();
  });
});

describe('while the database is away', () => {
  it('a key that is not in memory is to come back; tokens and keys in memory go on', async () => {
    const url = new URL(gateways.databaseUrl);
    const proxy = await createTcpProxy({ targetPort: Number(url.port) });
    url.host = `127.0.0.1:${proxy.port}`;
    const cutOff = await gateways.start({ databaseUrl: url.href, auth: { jwt: { secret: SECRET } } });
    try {
      const [known, unknown] = [await make(), await make()];
      await show(cutOff, known.secret);
      proxy.setTarget(1);
      proxy.cutAll();
      await expect(show(cutOff, known.secret)).resolves.toMatchObject({ kind: 'key' });
      await expect(show(cutOff, await token({ sub: 'ann' }))).resolves.toMatchObject({ kind: 'token' });
      await expect(show(cutOff, unknown.secret)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', details: { retryAfterMs: expect.any(Number) as number } });
    } finally {
      await cutOff.stop(500);
      await proxy.close();
    }
  }, 60_000);
});

describe('failures', () => {
  it('are counted by reason', async () => {
    const invalid = async (): Promise<number> => (await one.metrics.authFailures.get()).values.find(({ labels }) => labels.reason === 'invalid')?.value ?? 0;
    const before = await invalid();
    await expect(show(one, 'words')).rejects.toMatchObject(refused('invalid'));
    expect(await invalid()).toBe(before + 1);
  });
});
