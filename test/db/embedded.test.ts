import { execFileSync, spawn } from 'node:child_process';
import { chmod, cp, lstat, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, afterEach, expect, test } from 'vitest';
import { findPackage } from '../../src/db/embedded-binaries.js';
import { type Embedded, startEmbedded } from '../../src/db/embedded.js';
import { type NodeProcess, spawnNode } from '../support/process.js';
import { waitFor } from '../support/wait.js';

const STARTER = 'test/support/embedded-starter.ts';
const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const logged: string[] = [];
const log = (line: string): void => void logged.push(line);

afterEach(() => {
  logged.length = 0;
});

afterAll(async () => {
  for (const folder of folders) {
    const pid = await postmasterPid(folder);
    if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
});

/** 0700 like a home: the account that runs Postgres in place of root cannot pass. */
async function closedFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'sluice-embedded-')));
  folders.push(folder);
  return folder;
}

async function folder(): Promise<string> {
  const made = await closedFolder();
  await chmod(made, 0o755);
  return made;
}

async function postmasterPid(dataDir: string): Promise<number | null> {
  try {
    return Number((await readFile(path.join(dataDir, 'pg/postmaster.pid'), 'utf8')).split('\n')[0]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

async function query<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connection: { application_name: 'test' } });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function serverOf(child: NodeProcess): Promise<Pick<Embedded, 'url' | 'port' | 'adopted'>> {
  const [, json] = await child.waitForLine(/^ready (.*)$/);
  return JSON.parse(json ?? '') as Pick<Embedded, 'url' | 'port' | 'adopted'>;
}

async function alivePid(dataDir: string): Promise<number> {
  const pid = await postmasterPid(dataDir);
  if (pid === null || !isAlive(pid)) throw new Error(`no server runs in ${dataDir}`);
  return pid;
}

/** Not by the pid: an orphan stays in the list of processes until pid 1 has reaped it. */
async function expectStopped(dataDir: string, server: Pick<Embedded, 'url'>): Promise<void> {
  expect(await postmasterPid(dataDir)).toBeNull();
  await expect(query(server.url, (sql) => sql`select 1`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
}

test('starts, answers with the settings we chose, stops, and starts again on the same port with the data', async () => {
  const dataDir = path.join(await folder(), 'not/yet/there');
  const first = await startEmbedded({ dataDir, log });
  expect(first.adopted).toBe(false);
  const settings = await query(first.url, async (sql) => {
    await sql`create table kept (n int)`;
    await sql`insert into kept values (1)`;
    return await sql`select current_setting('fsync') as fsync, current_setting('max_connections') as connections,
      current_setting('TimeZone') as timezone, current_setting('listen_addresses') as addresses,
      current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding,
      (select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'postgres') as scram,
      (select datcollate from pg_database where datname = current_database()) as collation`;
  });
  expect(settings).toEqual([
    { fsync: 'on', connections: '200', timezone: 'UTC', addresses: '127.0.0.1', sockets: '', encoding: 'UTF8', scram: true, collation: 'C' },
  ]);
  expect((await stat(path.join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  const wrong = new URL(first.url);
  wrong.password = 'guess';
  await expect(query(wrong.href, (sql) => sql`select 1`)).rejects.toMatchObject({ code: '28P01' });
  await first.stop();
  await first.stop();
  await expectStopped(dataDir, first);

  const second = await startEmbedded({ dataDir, log });
  expect(second).toMatchObject({ adopted: false, port: first.port, url: first.url });
  expect(await query(second.url, (sql) => sql`select n from kept`)).toEqual([{ n: 1 }]);
  await second.stop();
  expect(logged.filter((line) => line.startsWith('making a new'))).toHaveLength(1);
});

test('a kill -9 of the gateway leaves the server running, and the next start adopts it with its data', async () => {
  const dataDir = await folder();
  const gateway = spawnNode(STARTER, { args: [dataDir] });
  const before = await serverOf(gateway);
  const pid = await alivePid(dataDir);
  // A Ctrl-C in the terminal goes to the process group of the gateway; the server must have its own.
  const group = (id: number): string => execFileSync('ps', ['-o', 'pgid=', '-p', String(id)], { encoding: 'utf8' }).trim();
  expect(group(pid)).not.toBe(group(gateway.pid));
  await query(before.url, (sql) => sql`create table kept as select 7 as n`);
  await gateway.kill('SIGKILL');

  const after = await startEmbedded({ dataDir, log });
  expect(after).toMatchObject({ adopted: true, port: before.port });
  expect(await alivePid(dataDir)).toBe(pid);
  expect(await query(after.url, (sql) => sql`select n from kept`)).toEqual([{ n: 7 }]);
  await after.stop();
  await expectStopped(dataDir, after);
});

test('a kill -9 of gateway and server is recovered from, also when the pid was given to another program', async () => {
  const dataDir = await folder();
  const gateway = spawnNode(STARTER, { args: [dataDir] });
  const before = await serverOf(gateway);
  await query(before.url, (sql) => sql`create table kept as select 7 as n`);
  const crash = async (): Promise<boolean> => process.kill(await alivePid(dataDir), 'SIGKILL');
  await Promise.all([gateway.kill('SIGKILL'), crash()]);
  const second = await startEmbedded({ dataDir, log });
  expect(second.adopted).toBe(false);
  expect(await query(second.url, (sql) => sql`select n from kept`)).toEqual([{ n: 7 }]);

  await crash();
  const pidFile = path.join(dataDir, 'pg/postmaster.pid');
  const { uid, gid } = await stat(pidFile);
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) });
  try {
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    await writeFile(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'));
    const third = await startEmbedded({ dataDir, log });
    expect(third.adopted).toBe(false);
    expect(await query(third.url, (sql) => sql`select n from kept`)).toEqual([{ n: 7 }]);
    await third.stop();
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('two gateways that start at once share one server, and the last to stop stops it', async () => {
  const dataDir = await folder();
  const gateways = [spawnNode(STARTER, { args: [dataDir] }), spawnNode(STARTER, { args: [dataDir] })];
  const [one, two] = await Promise.all(gateways.map(serverOf));
  if (one === undefined || two === undefined) throw new Error('both are ready');
  expect(two.url).toBe(one.url);
  expect([one.adopted, two.adopted].sort()).toEqual([false, true]);
  await query(one.url, async (sql) => {
    await sql`set application_name = 'sluice'`;
    expect(await gateways[0]?.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(gateways[0]?.stderr.at(-1)).toMatch(/keeps running: 1 connections of another gateway/);
    expect(await sql`select 1 as n`).toEqual([{ n: 1 }]);
  });
  expect(await gateways[1]?.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  await expectStopped(dataDir, one);
});

test('a half-done initdb is not used and not kept', async () => {
  const dataDir = await folder();
  const gateway = spawnNode(STARTER, { args: [dataDir] });
  const drafts = async (): Promise<string[]> => (await readdir(dataDir)).filter((name) => name.startsWith('pg.new-'));
  await waitFor(async () => {
    const [draft] = await drafts();
    return draft !== undefined && (await readdir(path.join(dataDir, draft, 'data'))).includes('PG_VERSION');
  }, { what: 'initdb to be halfway' });
  await gateway.kill('SIGKILL');
  expect(await readdir(dataDir)).not.toContain('pg');

  const server = await startEmbedded({ dataDir, log });
  expect(await query(server.url, (sql) => sql`select 1 as n`)).toEqual([{ n: 1 }]);
  expect(await drafts()).toEqual([]);
  await server.stop();
});

test('a busy port: a wanted one is an error, the remembered one is replaced', async () => {
  const dataDir = await folder();
  const blocker = net.createServer();
  const port = await new Promise<number>((resolve) => {
    blocker.listen(0, '127.0.0.1', () => {
      const address = blocker.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  try {
    await expect(startEmbedded({ dataDir, port, log })).rejects.toMatchObject({ code: 'PORT_BUSY', message: expect.stringContaining(String(port)) as string });
    await writeFile(path.join(dataDir, 'port'), `${port}\n`);
    const server = await startEmbedded({ dataDir, log });
    expect(server.port).not.toBe(port);
    await server.stop();
  } finally {
    blocker.close();
  }
  const wanted = await startEmbedded({ dataDir, port, log });
  expect(wanted.port).toBe(port);
  await wanted.stop();
});

test('works below a folder that the account of the server cannot pass, with binaries that it cannot reach', async () => {
  const home = await closedFolder();
  const temporary = await folder();
  await chmod(temporary, 0o1777);
  const packageDir = path.join(home, 'package');
  await cp(path.dirname(await findPackage()), packageDir, { recursive: true, verbatimSymlinks: true });
  const dataDir = path.join(home, 'data');
  for (const round of ['copies', 'uses the copy']) {
    const gateway = spawnNode(STARTER, { args: [dataDir, path.join(packageDir, 'native')], env: { TMPDIR: temporary } });
    const server = await serverOf(gateway);
    expect(await query(server.url, (sql) => sql`select 1 as n`), round).toEqual([{ n: 1 }]);
    expect(await gateway.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(gateway.stderr.some((line) => line.startsWith('copying the PostgreSQL binaries'))).toBe(isRoot && round === 'copies');
  }
  const copies = (await readdir(temporary)).filter((name) => name.startsWith('sluice-pg-'));
  expect(copies).toHaveLength(isRoot ? 1 : 0);
  for (const copy of copies) {
    // Someone else's folder under that name must not be run.
    await chmod(path.join(temporary, copy), 0o777);
    const gateway = spawnNode(STARTER, { args: [dataDir, path.join(packageDir, 'native')], env: { TMPDIR: temporary } });
    expect((await gateway.exited).code).toBe(1);
    expect(gateway.stderr.join('\n')).toContain('is not a folder that only uid 0 can write');
  }
});

test('runs as an ordinary user, who cannot use the folder of somebody else', async () => {
  const dataDir = await folder();
  await chmod(dataDir, 0o777);
  // As root: as nobody, with binaries where nobody can read them. Otherwise: as we are.
  const native = await findPackage();
  const binaries = isRoot ? path.join(await folder(), 'package/native') : native;
  if (isRoot) await cp(path.dirname(native), path.dirname(binaries), { recursive: true, verbatimSymlinks: true });
  const as = (uid: number): NodeProcess => spawnNode(STARTER, { args: isRoot ? [dataDir, binaries, String(uid)] : [dataDir, binaries] });
  const gateway = as(65_534);
  const server = await serverOf(gateway);
  expect(await query(server.url, (sql) => sql`select 1 as n`)).toEqual([{ n: 1 }]);
  expect((await stat(path.join(dataDir, 'pg'))).uid).toBe(isRoot ? 65_534 : process.getuid?.());
  await gateway.kill('SIGTERM');
  if (!isRoot) return;
  // Root keeps the owner of an existing cluster.
  const asRoot = await startEmbedded({ dataDir, binaries, log });
  await asRoot.stop();
  expect((await stat(path.join(dataDir, 'pg'))).uid).toBe(65_534);
  const stranger = as(65_533);
  expect((await stranger.exited).code).toBe(1);
  expect(stranger.stderr.join('\n')).toMatch(/belongs to uid 65534, but the gateway runs as uid 65533/);
});

test('makes the symlinks and x bits that npm ci --ignore-scripts leaves out', async () => {
  const packageDir = path.join(await folder(), 'package');
  await cp(path.dirname(await findPackage()), packageDir, { recursive: true, verbatimSymlinks: true });
  const lib = path.join(packageDir, 'native/lib');
  const names = await readdir(lib, { withFileTypes: true });
  const links = names.filter((entry) => entry.isSymbolicLink()).map((entry) => path.join(lib, entry.name));
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) await rm(link);
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await chmod(path.join(packageDir, 'native/bin', program), 0o644);

  const server = await startEmbedded({ dataDir: await folder(), binaries: path.join(packageDir, 'native'), log });
  expect(await query(server.url, (sql) => sql`select 1 as n`)).toEqual([{ n: 1 }]);
  await server.stop();
  for (const link of links) expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

test('refuses what it cannot use, and says what to do', async () => {
  await expect(findPackage('sunos', 'sparc')).rejects.toMatchObject({
    code: 'NO_PACKAGE',
    message: expect.stringMatching(/sunos-sparc.*DATABASE_URL/) as string,
  });

  const dataDir = await folder();
  await (await startEmbedded({ dataDir, log })).stop();
  const configFile = path.join(dataDir, 'pg/postgresql.conf');
  const config = await readFile(configFile, 'utf8');
  await writeFile(configFile, `${config}\nnonsense_setting = 1\n`);
  await expect(startEmbedded({ dataDir, log })).rejects.toMatchObject({
    code: 'FAILED',
    message: expect.stringContaining('unrecognized configuration parameter "nonsense_setting"') as string,
  });

  await writeFile(configFile, config);
  await writeFile(path.join(dataDir, 'pg/PG_VERSION'), '17\n');
  await expect(startEmbedded({ dataDir, log })).rejects.toMatchObject({
    code: 'VERSION_MISMATCH',
    message: expect.stringMatching(/made by PostgreSQL 17.*binaries are PostgreSQL 18/) as string,
  });
});
