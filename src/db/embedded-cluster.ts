import { randomBytes } from 'node:crypto';
import { chmod, chown, link, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Account, type ProgramResult, chooseAccount, runProgram } from './embedded-account.js';
import { type Binaries, prepareBinaries } from './embedded-binaries.js';
import { EmbeddedError, codeOf } from './embedded-error.js';

/** A data folder with its cluster in `pg`, the password of the superuser in `password`, the port in `port`. */
export interface Cluster {
  readonly dataDir: string;
  readonly dir: string;
  readonly password: string;
  readonly binaries: Binaries;
  readonly account: Account | null;
  /** Runs pg_ctl on this cluster. `output: false` for `start`, whose server would inherit the pipe. */
  pgCtl(args: readonly string[], options?: { output: boolean }): Promise<ProgramResult>;
}

/** Opens the cluster in `dataDir`, and makes it first if there is none. Safe against other gateways doing the same. */
export async function openCluster(dataDir: string, packageDir: string, log: (line: string) => void): Promise<Cluster> {
  await makeDataDir(dataDir);
  const dir = path.join(dataDir, 'pg');
  const owner = await ownerOf(dir);
  const account = await chooseAccount(owner);
  if (account === null && owner !== null && process.getuid !== undefined && owner.uid !== process.getuid()) {
    throw new EmbeddedError('NOT_REACHABLE', `${dir} belongs to uid ${owner.uid}, but the gateway runs as uid ${process.getuid()}. Start it as that user, or set SLUICE_DATA_DIR to another folder.`);
  }
  const binaries = await prepareBinaries(packageDir, account, log);
  const password = await readPassword(dataDir);
  if (!(await isCluster(dir))) {
    log(`making a new PostgreSQL ${binaries.major} cluster in ${dir}`);
    await makeCluster(dir, password, binaries, account);
  }
  const version = (await readFile(path.join(dir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== binaries.major) {
    throw new EmbeddedError(
      'VERSION_MISMATCH',
      `${dir} was made by PostgreSQL ${version}, the embedded binaries are PostgreSQL ${binaries.major}. ` +
        `Dump it with PostgreSQL ${version} and restore it into a new SLUICE_DATA_DIR, or run PostgreSQL ${version} on it yourself and set DATABASE_URL.`,
    );
  }
  if (account !== null && owner?.uid === 0) await giveTo(dir, account);
  const pgPath = await pathFor(dir, account);
  return {
    dataDir,
    dir,
    password,
    binaries,
    account,
    pgCtl: (args, options = { output: true }) => runProgram(binaries.pgCtl, ['-D', pgPath, ...args], { account, cwd: dir, ...options }),
  };
}

/** What the running or dead server wrote into postmaster.pid; null when there is no such file or it is half written. */
export async function readPostmaster(cluster: Cluster): Promise<{ pid: number; port: number } | null> {
  const text = await readText(path.join(cluster.dir, 'postmaster.pid'));
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return lines.length >= 4 && pid > 0 && port > 0 ? { pid, port } : null;
}

/**
 * After a crash of the machine or container the recorded pid can belong to another program, and Postgres then refuses
 * to start. Our own pid in its place reads as "not a server" to pg_ctl and to its server (they skip their parents),
 * while the shared memory recorded in the same file still keeps a second server out if backends are alive.
 * True when the file was changed. Linux only: elsewhere there is no cheap way to know what a pid runs.
 */
export async function disownReusedPid(cluster: Cluster, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const commandLine = await readText(`/proc/${pid}/cmdline`);
  if (commandLine === null || commandLine.includes('postgres')) return false;
  const file = path.join(cluster.dir, 'postmaster.pid');
  const lines = (await readText(file))?.split('\n') ?? [];
  if (Number(lines[0]) !== pid) return false;
  lines[0] = String(process.pid);
  await writeFile(file, lines.join('\n'));
  return true;
}

export async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function makeDataDir(dataDir: string): Promise<void> {
  const first = await mkdir(dataDir, { recursive: true });
  if (first === undefined || process.platform === 'win32') return;
  // Ours and new: the server's account must pass through, whatever the umask is. `password` inside is 0600.
  for (let made = dataDir; made.length >= first.length; made = path.dirname(made)) await chmod(made, 0o755);
}

async function ownerOf(dir: string): Promise<Account | null> {
  try {
    const { uid, gid } = await stat(dir);
    return { uid, gid };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Errors: `EmbeddedError` for a folder that holds something else. */
export async function isCluster(dir: string): Promise<boolean> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  if (names.length === 0) return false;
  if (names.includes('PG_VERSION')) return true;
  throw new EmbeddedError('FAILED', `${dir} is not a PostgreSQL cluster, yet it is not empty. Move it away, or set SLUICE_DATA_DIR to another folder.`);
}

/** The same for everyone who starts at the same time: the first `link` wins. */
async function readPassword(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'password');
  const existing = await readText(file);
  if (existing !== null) return existing.trim();
  const draft = path.join(dataDir, `password.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  await writeDurably(draft, `${randomBytes(24).toString('base64url')}\n`);
  try {
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
  return (await readFile(file, 'utf8')).trim();
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** initdb runs in a folder of another name that becomes `dir` when it is whole: a kill leaves no half cluster. */
async function makeCluster(dir: string, password: string, binaries: Binaries, account: Account | null): Promise<void> {
  await removeAbandoned(dir);
  const work = `${dir}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const data = path.join(work, 'data');
  const passwordFile = path.join(work, 'password');
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account !== null) for (const entry of [work, data, passwordFile]) await chown(entry, account.uid, account.gid);
    const target = await pathFor(data, account);
    const args = ['-D', target, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${target}/../password`, '-E', 'UTF8', '--locale=C', '--no-instructions'];
    const { exitCode, output } = await runProgram(binaries.initdb, args, { account, cwd: data, output: true });
    if (exitCode !== 0) throw new EmbeddedError('FAILED', `initdb for ${dir} ended with exit code ${exitCode}:\n${output.trim()}`);
    await rename(data, dir);
    await syncFolder(path.dirname(dir));
  } catch (error) {
    // Another gateway made the cluster meanwhile, with the same password: use that one.
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '') || !(await isCluster(dir))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Without it a power cut could take away the name of a cluster that has acknowledged events. */
async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder for that
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a killed initdb left: the name has the pid of the gateway that ran it. */
async function removeAbandoned(dir: string): Promise<void> {
  const prefix = `${path.basename(dir)}.new-`;
  for (const name of await readdir(path.dirname(dir))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (pid !== process.pid && isAlive(pid)) continue;
    // That initdb may still run, and make files while we remove them.
    await rm(path.join(path.dirname(dir), name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function giveTo(dir: string, account: Account): Promise<void> {
  await chown(dir, account.uid, account.gid);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) await chown(path.join(entry.parentPath, entry.name), account.uid, account.gid);
  }
}

/**
 * How `account` can name `dir`. Below a folder it may not pass (root's 0700 home) an absolute path fails; there the
 * programs, whose working folder is `dir`, get /proc/self/cwd, which needs no rights on the way.
 */
async function pathFor(dir: string, account: Account | null): Promise<string> {
  if (account === null) return dir;
  const { exitCode } = await runProgram('/bin/sh', ['-c', 'cd -- "$0"', dir], { account, cwd: path.parse(dir).root, output: true });
  if (exitCode === 0) return dir;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new EmbeddedError(
    'NOT_REACHABLE',
    `PostgreSQL refuses to run as root, and uid ${account.uid}, which runs it instead, cannot reach ${dir}. ` +
      'Set SLUICE_DATA_DIR to a folder that every user can pass through, start the gateway as another user, or set DATABASE_URL.',
  );
}
