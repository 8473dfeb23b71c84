import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { checkLog, checkMigrations, checkPrivileges } from '../../src/cli/doctor/log.js';
import { checkListen, checkSessions } from '../../src/cli/doctor/server.js';
import { GATEWAY_MIGRATIONS } from '../../src/db/migrate.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { unusedPort } from '../support/tcp-proxy.js';
import { sluice } from './sluice.js';

let gateways: TestGateways;
let url: string;
let empty: TestDatabase;
beforeAll(async () => {
  empty = await createDatabase();
  gateways = await createGateways();
  url = (await gateways.start()).url;
});
afterAll(async () => {
  await gateways.close();
  await empty.drop();
});

const levels = (findings: readonly Finding[]): Record<string, string> => Object.fromEntries(findings.map(({ check, level }) => [check, level]));
const named = (findings: readonly Finding[], check: string): Finding | undefined => findings.find((each) => each.check === check);

async function doctor(args: readonly string[], env: Record<string, string>): Promise<{ code: number | null; status: string; findings: Finding[] }> {
  const ended = await sluice(['doctor', '--json', '--schema', 'test/fixtures/notes', ...args], { env });
  expect(ended.stderr).toBe('');
  return { code: ended.code, ...JSON.parse(ended.stdout) as { status: string; findings: Finding[] } };
}

describe('sluice doctor', () => {
  it('looks at everything of a database and a gateway that are well, and shows no password', async () => {
    const { findings } = await doctor(['--url', url], { DATABASE_URL: gateways.databaseUrl });
    expect(findings.map(({ check }) => check)).toEqual(['database', 'version', 'primary', 'fsync', 'encoding', 'clock', 'connections', 'autovacuum', 'listen', 'migrations', 'privileges',
      'snapshots', 'idle transactions', 'held back', 'notifications', 'outbox', 'rejected', 'partitions', 'epoch', 'outbox vacuum', 'gateway', 'access', 'round trip', 'websocket']);
    // Those that other tests on this server, or its load, may trouble are looked at below.
    const { clock: _clock, connections: _connections, snapshots: _snapshots, listen: _listen, 'round trip': _roundTrip, gateway: _gateway, 'idle transactions': _idle, ...rest } = levels(findings);
    expect(new Set(Object.values(rest))).toEqual(new Set(['ok']));
    expect(named(findings, 'access')?.detail).toContain('It is open: everybody who reaches it may publish, read and erase everything. Its address here is a loopback one.');
    expect(JSON.stringify(findings)).not.toContain(new URL(gateways.databaseUrl).password || 'no password');
  }, 120_000);

  it('a problem is 2, with a remedy: nothing migrated, no database, no gateway', async () => {
    const fresh = await doctor([], { DATABASE_URL: empty.url });
    expect([fresh.code, fresh.status]).toEqual([2, 'problem']);
    expect(named(fresh.findings, 'migrations')).toMatchObject({ level: 'problem', remedy: expect.stringContaining('sluice migrate') });
    expect(await empty.sql`SELECT FROM pg_namespace WHERE nspname = 'sluice'`).toHaveLength(0);

    const port = await unusedPort();
    const away = await doctor(['--url', `http://127.0.0.1:${port}`], { DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port}/x` });
    expect(away.code).toBe(2);
    expect(levels(away.findings)).toEqual({ 'database': 'problem', 'gateway': 'problem', 'access': 'problem', 'round trip': 'problem', 'websocket': 'problem' });
    expect(away.findings.every(({ remedy = '' }) => remedy.length > 10)).toBe(true);
    expect(JSON.stringify(away)).not.toContain('hunter2');
  }, 120_000);

  it('warnings alone are 1', async () => {
    await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('Nope', '{}')`;
    await expect.poll(async () => (await gateways.sql`SELECT FROM sluice.outbox_rejected`).length).toBe(1);
    const { code, status, findings } = await doctor([], { DATABASE_URL: gateways.databaseUrl });
    expect(named(findings, 'rejected')).toMatchObject({ level: 'warning', detail: expect.stringContaining("1 × unknown event type 'Nope' (such as seq 1)"), remedy: expect.stringContaining('sluice.retry_rejected') });
    // Another process on this server may have given it a problem as well.
    if (findings.every(({ level }) => level !== 'problem')) expect([code, status]).toEqual([1, 'warning']);
    await gateways.sql`DELETE FROM sluice.outbox_rejected`;
  }, 120_000);

  it('without --url, --no-database leaves nothing to look at', async () => {
    const ended = await sluice(['doctor', '--no-database']);
    expect([ended.code, ended.stdout]).toEqual([64, '']);
  }, 60_000);
});

describe('what doctor finds', () => {
  it('a transaction that somebody left open', async () => {
    const open = await gateways.sql.reserve();
    await open`BEGIN`;
    await open`SELECT txid_current()`;
    // An age of a minute cannot be waited for: the clock of the question is what is moved.
    const { shadowed, drop } = await shadowClock(gateways, '10 minutes');
    try {
      expect(named(await checkSessions(shadowed), 'idle transactions')).toMatchObject({ level: 'warning', detail: expect.stringMatching(/test \(pid \d+\) has been idle in its transaction for 10 min/) });
    } finally {
      await open`ROLLBACK`;
      open.release();
      await drop();
    }
  });

  it('an outbox that nobody empties, a log without room, a database that is another, an outbox without vacuum', async () => {
    const { shadowed, drop } = await shadowClock(gateways, '5 minutes');
    try {
      await shadowed.begin(async (tx) => {
        // In a transaction that is rolled back: no gateway sees it.
        await tx`INSERT INTO sluice.outbox (type, payload, created_at) VALUES ('Noted', '{}', pg_catalog.clock_timestamp())`;
        await tx`UPDATE sluice.epochs SET fingerprint = 'elsewhere'`;
        await tx`SET LOCAL sluice.erasing = 'on'`;
        await tx`UPDATE sluice.log SET floor_position = partitioned_to - 1`;
        const findings = await checkLog(tx as unknown as typeof shadowed);
        expect(levels(findings)).toMatchObject({ outbox: 'problem', partitions: 'warning', epoch: 'warning' });
        throw new Error('roll back');
      }).catch((error: unknown) => {
        if (!(error instanceof Error && error.message === 'roll back')) throw error;
      });
      await gateways.sql`ALTER TABLE sluice.outbox SET (autovacuum_enabled = false)`;
      expect(named(await checkLog(shadowed), 'outbox vacuum')).toMatchObject({ level: 'problem' });
      await gateways.sql`ALTER TABLE sluice.outbox RESET (autovacuum_enabled)`;
    } finally {
      await drop();
    }
  });

  it('rights that are missing', async () => {
    const role = `doctor_${process.pid}`;
    await gateways.sql.unsafe(`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA sluice TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA sluice TO ${role}`);
    const session = await gateways.sql.reserve();
    try {
      await session.unsafe(`SET ROLE ${role}`);
      expect(await checkPrivileges(session, true)).toMatchObject({ level: 'problem', detail: expect.stringMatching(new RegExp(`^${role} lacks DELETE on `)) });
      await session.unsafe(`RESET ROLE; GRANT ALL ON ALL TABLES IN SCHEMA sluice TO ${role}; SET ROLE ${role}`);
      expect(await checkPrivileges(session, true)).toMatchObject({ level: 'problem', detail: expect.stringContaining('cannot make its partitions') });
      expect((await checkMigrations(session, [GATEWAY_MIGRATIONS])).finding.level).toBe('ok');
    } finally {
      await session.unsafe('RESET ROLE');
      session.release();
      await gateways.sql.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('whether notifications arrive', async () => {
    expect(await checkListen(gateways.databaseUrl, gateways.sql)).toMatchObject({ level: 'ok' });
    // What a pooler in transaction mode does: the NOTIFY goes where nobody listens.
    expect(await checkListen(empty.url, gateways.sql)).toMatchObject({ level: 'warning', remedy: expect.stringContaining('SLUICE_NOTIFY=off') });
  });
});

/** A session whose `clock_timestamp()` is ahead, so that what is young looks old to it. */
async function shadowClock(on: TestGateways, ahead: string): Promise<{ shadowed: TestGateways['sql']; drop: () => Promise<void> }> {
  await on.sql.unsafe(`CREATE SCHEMA IF NOT EXISTS shadow; CREATE OR REPLACE FUNCTION shadow.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + interval '${ahead}' $$`);
  const { default: postgres } = await import('postgres');
  const shadowed = postgres(on.databaseUrl, { max: 1, onnotice: () => undefined, connection: { search_path: 'shadow, pg_catalog, public' } });
  return {
    shadowed,
    async drop() {
      await shadowed.end({ timeout: 5 });
      await on.sql`DROP SCHEMA shadow CASCADE`;
    },
  };
}
