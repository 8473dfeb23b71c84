import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, UnfitServerError, type Sql } from '../../src/db/connect.js';
import { startEmbedded, type Embedded } from '../../src/db/embedded.js';
import { startGateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observe/log.js';
import { domain } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

/** What a gateway that is given this database says, and that it said so before it wrote anything. */
async function refusal(databaseUrl: string): Promise<string> {
  const refused: unknown = await startGateway({ databaseUrl, application: domain(), log: createLogger('silent'), auth: 'none', port: 0 }).then(() => 'it started', (error: unknown) => error);
  if (!(refused instanceof UnfitServerError)) throw new Error(`not refused as unfit: ${String(refused)}`);
  await ask(databaseUrl, async (sql) => expect(await sql`SELECT FROM pg_namespace WHERE nspname = 'sluice'`).toHaveLength(0));
  return refused.message;
}

async function ask(url: string, question: (sql: Sql) => Promise<unknown>): Promise<void> {
  const sql = connect({ url, max: 1, name: 'test unfit' });
  try {
    await question(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

// A cluster of its own: these settings are those of a whole server. Seen to fail: each with its check left out of `checkServer`.
describe('a server on which acknowledged events are not safe is refused', () => {
  let dataDir: string;
  let server: Embedded;
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'sluice-unfit-'));
    await chmod(dataDir, 0o755);
    server = await startEmbedded({ dataDir, log: () => undefined });
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('fsync=off', async () => {
    await ask(server.url, async (sql) => {
      await sql`ALTER SYSTEM SET fsync = off`;
      await sql`SELECT pg_reload_conf()`;
      await waitFor(async () => (await sql<{ fsync: string }[]>`SELECT current_setting('fsync') AS fsync`)[0]?.fsync === 'off', { what: 'the server to have read its settings' });
    });
    expect(await refusal(server.url)).toMatch(/fsync=off.*Set fsync=on/);
    await ask(server.url, async (sql) => {
      await sql`ALTER SYSTEM RESET fsync`;
      await sql`SELECT pg_reload_conf()`;
    });
  });

  it('a standby', async () => {
    await server.stop();
    const cluster = path.join(dataDir, 'pg');
    const signal = path.join(cluster, 'standby.signal');
    await writeFile(signal, '');
    const { uid, gid } = await stat(cluster);
    await chown(signal, uid, gid);
    server = await startEmbedded({ dataDir, log: () => undefined });
    expect(await refusal(server.url)).toMatch(/is a standby.*Point DATABASE_URL at the primary/);
  });
});

it('a database of another encoding is refused', async () => {
  const url = new URL(inject('databaseUrl'));
  const name = `latin_${process.pid}`;
  await ask(url.href, (sql) => sql`CREATE DATABASE ${sql(name)} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
  try {
    url.pathname = `/${name}`;
    expect(await refusal(url.href)).toMatch(/encoded in LATIN1; Sluice needs UTF8/);
  } finally {
    await ask(inject('databaseUrl'), (sql) => sql`DROP DATABASE ${sql(name)}`);
  }
});
