import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { SECRET, token } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { jsonLines, sluice, type Finished } from './sluice.js';

/* `sluice keys` and `sluice revoke`: on a database that nobody has used yet, then beside a gateway. */

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createGateways({ empty: true });
});
afterAll(() => gateways.close());
const run = (...args: string[]): Promise<Finished> => sluice(args, { env: { DATABASE_URL: gateways.databaseUrl } });
const show = (gateway: Gateway, text: string): Promise<string> =>
  gateway.auth.authenticate({ kind: 'bearer', token: text }).then(({ name }) => name, (error: unknown) => String((error as { details: { reason: unknown } }).details.reason));

describe('credentials from the command line', () => {
  it('the first key is made before there is a gateway, printed once, and good; revoked, it is refused', async () => {
    const none = await run('keys', 'list');
    expect([none.code, none.stderr]).toEqual([1, 'sluice keys: The database was not migrated yet: `sluice migrate` does it.']);

    const made = await run('keys', 'create', 'ops team', '--scope', 'sluice:admin', '--scope', 'notes:read', '--expires', '90d', '--tenant', 'acme');
    expect(made.stdout).toMatch(/^sluice_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(made.stderr).toMatch(/^Key [0-9a-f]{16} \(ops team\) of tenant acme, for sluice:admin notes:read, until 20\d\d-.*Z\. It is not shown again\.$/);
    expect(made.stderr).not.toContain(made.stdout);
    const [, id = ''] = made.stdout.split('_');

    const gateway = await gateways.start({ auth: { jwt: { secret: SECRET } } });
    expect(await show(gateway, made.stdout)).toBe(`key:${id}`);
    const listed = await run('keys', 'list', '--tenant', 'acme', '--json');
    expect(jsonLines(listed.stdout.split('\n'))).toEqual([expect.objectContaining({ id, name: 'ops team', scopes: ['sluice:admin', 'notes:read'], revokedAt: null, createdBy: null })]);
    expect(listed.stdout).not.toContain(made.stdout.split('_')[2]);
    expect((await run('keys', 'list')).stdout).not.toContain(id);

    const elsewhere = await run('keys', 'revoke', id);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining(`There is no key ${id} of this tenant`)]);
    const revoked = await run('keys', 'revoke', id, '--tenant', 'acme', '--reason', 'test');
    expect([revoked.code, revoked.stdout]).toEqual([0, `Key ${id} (ops team) is revoked. Within 5 s no gateway accepts it.`]);
    await waitFor(async () => await show(gateway, made.stdout) === 'revoked');
    expect((await run('keys', 'list', '--tenant', 'acme')).stdout).toMatch(new RegExp(`^id +name +state[^]*\n${id} +ops team +revoked`));

    const ann = await token({ sub: 'ann', jti: 't-1', iat: Math.floor(Date.now() / 1_000) - 10 });
    const ben = await token({ sub: 'ben', jti: 't-2', iat: Math.floor(Date.now() / 1_000) - 10 });
    expect(await Promise.all([show(gateway, ann), show(gateway, ben)])).toEqual(['ann', 'ben']);
    const done = await run('revoke', '--sub', 'ann', '--json');
    expect(JSON.parse(done.stdout)).toEqual({ kind: 'sub', value: 'ann', tenant: 'default', revokedAt: expect.any(String) as string, rememberedUntil: expect.any(String) as string });
    expect((await run('revoke', '--jti', 't-2', '--expires', '2h')).stdout).toMatch(/^Revoked at .*Z: jti t-2 of tenant default\. Remembered until .*Z\.$/);
    await waitFor(async () => await show(gateway, ann) === 'revoked' && await show(gateway, ben) === 'revoked');
  }, 240_000);

  it.each([
    ['no action', ['keys'], /missing required argument 'action'/],
    ['another action', ['keys', 'drop'], /Allowed choices are create, list, revoke/],
    ['a key without a purpose', ['keys', 'create'], /Say what the key is for/],
    ['a key without an id', ['keys', 'revoke'], /Say which key/],
    ['a scope that is none', ['keys', 'create', 'x', '--scope', 'a b'], /is no scope/],
    ['an end that is past', ['keys', 'create', 'x', '--expires', '2020-01-01T00:00:00Z'], /--expires takes a time from now/],
    ['an end without a zone', ['keys', 'create', 'x', '--expires', '2090-01-01'], /--expires takes a time from now/],
    ['nothing to revoke', ['revoke'], /either --sub or --jti/],
    ['two things to revoke', ['revoke', '--sub', 'a', '--jti', 'b'], /either --sub or --jti/],
  ])('are not changed by wrong use: %s', async (_what, args, message) => {
    const ended = await run(...args);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(64);
  }, 60_000);
});
