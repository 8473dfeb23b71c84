import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { sluice } from './sluice.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describe('sluice migrate', () => {
  it('says what is pending and changes nothing, applies it, then has nothing to do', async () => {
    const env = { DATABASE_URL: database.url };
    const pending = await sluice(['migrate', '--check', '--json'], { env });
    expect(pending.code).toBe(1);
    expect(JSON.parse(pending.stdout)).toEqual({ applied: [], unknown: [], pending: expect.arrayContaining([{ set: 'sluice', name: '0000_log' }, { set: 'commerce', name: '0000_commerce' }]) });
    expect(await database.sql`SELECT nspname FROM pg_namespace WHERE nspname = 'sluice'`).toHaveLength(0);

    const applied = await sluice(['migrate'], { env });
    expect(applied.code).toBe(0);
    expect(applied.stdout).toMatch(/^set +migration +state\nsluice +0000_log +applied now\n[^]*commerce +0000_commerce +applied now\n[^]*\d applied\.$/);

    const current = await sluice(['migrate', '--check'], { env });
    expect([current.code, current.stderr]).toEqual([0, '']);
    expect(current.stdout).toMatch(/Up to date\.$/);
  }, 180_000);

  it('a database of a newer Sluice is named as such', async () => {
    await database.sql`INSERT INTO sluice.migrations (hash, created_at) VALUES ('x', 1900000000000)`;
    const ended = await sluice(['migrate', '--check', '--json'], { env: { DATABASE_URL: database.url } });
    expect((JSON.parse(ended.stdout) as { unknown: unknown }).unknown).toEqual([{ set: 'sluice', name: 'made 2030-03-17T17:46:40.000Z' }]);
    await database.sql`DELETE FROM sluice.migrations WHERE hash = 'x'`;
  }, 120_000);

  // Seen to fail: both made a cluster, although they change nothing.
  it.each([
    ['migrate --check', ['migrate', '--check'], 3, 'stderr'],
    ['doctor', ['doctor'], 2, 'stdout'],
  ] as const)('%s makes no embedded database where there is none, and says so', async (_what, args, code, said) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-none-'));
    try {
      const ended = await sluice(args, { env: { SLUICE_DATA_DIR: path.join(folder, 'data') } });
      expect(ended[said]).toMatch(/There is no database: DATABASE_URL is not set, and there is no embedded one in .*data/);
      expect(ended.code).toBe(code);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it.each([
    ['a database that is away', { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }, 3, /cannot be used|does not answer/],
    ['a wrong setting', { DATABASE_URL: 'localhost' }, 64, /DATABASE_URL: got "localhost", takes/],
  ])('ends for %s', async (_what, env, code, message) => {
    const ended = await sluice(['migrate'], { env });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toContain('hunter2');
    expect(ended.code).toBe(code);
  }, 120_000);
});
