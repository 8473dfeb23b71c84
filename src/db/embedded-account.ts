import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbeddedError, codeOf } from './embedded-error.js';

/**
 * The account that Postgres runs under: our own, except that Postgres refuses root. Root switches to the owner of
 * an existing cluster, else to `postgres`, else to `nobody`.
 */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Null: run as we are (not root, or Windows). */
export async function chooseAccount(clusterOwner: Account | null): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  if (clusterOwner !== null && clusterOwner.uid !== 0) return clusterOwner;
  for (const name of ['postgres', 'nobody']) {
    const account = await lookUp(name);
    if (account !== null) return account;
  }
  throw new EmbeddedError(
    'NOT_REACHABLE',
    'PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as. ' +
      'Start the gateway as another user, or set DATABASE_URL to a server of your own.',
  );
}

/** By `id`, not /etc/passwd: macOS and directory services keep their users elsewhere. */
async function lookUp(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await promisify(execFile)('id', [flag, name])).stdout)),
    );
    if (uid === undefined || gid === undefined || !Number.isInteger(uid) || !Number.isInteger(gid)) return null;
    return { uid, gid };
  } catch (error) {
    // `id` exits with 1 for an unknown user; a system without `id` has no better answer either.
    if (error instanceof Error) return null;
    throw error;
  }
}

/**
 * Runs a program to its end as `account`. With `output: false` nothing is captured: a server that the program leaves
 * running would inherit the pipe and hold it open.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { account: Account | null; cwd: string; output: boolean },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.account ?? {}),
      cwd: options.cwd,
      env: programEnvironment(),
      stdio: options.output ? ['ignore', 'pipe', 'pipe'] : 'ignore',
      windowsHide: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-8_000);
      });
    }
    child.on('error', (error) => reject(explainSpawnError(program, options.account, error)));
    child.on('close', (exitCode, signal) => resolve({ exitCode: exitCode ?? -1, output: signal === null ? output : `${output}\nended by ${signal}` }));
  });
}

/** PG* variables (PGPORT, PGOPTIONS) would change the server, and another account has no business with our secrets. */
function programEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function explainSpawnError(program: string, account: Account | null, error: Error): Error {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOEXEC') {
    return new EmbeddedError(
      'NO_PACKAGE',
      `${program} does not run on this system (${code}); the binaries need glibc, which Alpine Linux does not have. ` +
        'Set DATABASE_URL to a PostgreSQL server (14 or newer).',
      { cause: error },
    );
  }
  if (account !== null && (code === 'EPERM' || code === 'EINVAL')) {
    return new EmbeddedError(
      'NOT_REACHABLE',
      `PostgreSQL refuses to run as root, and switching to uid ${account.uid} is not allowed here (${code}). ` +
        'Start the gateway as another user, or set DATABASE_URL to a server of your own.',
      { cause: error },
    );
  }
  return error;
}
