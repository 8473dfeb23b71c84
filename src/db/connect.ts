import postgres from 'postgres';
import { ARRAY_TYPES } from './array-types.js';

export type Sql = postgres.Sql;
/** A pool, or a transaction of it. */
export type Executor = Sql | postgres.TransactionSql;

/** The oldest PostgreSQL the gateway runs on, as `server_version_num` has it. */
const OLDEST_SERVER = 140_000;

export interface ConnectOptions {
  readonly url: string;
  /** Connections at most; opened when needed. */
  readonly max: number;
  /** Shown in `pg_stat_activity`: `sluice append`, `sluice read`, … */
  readonly name: string;
  /** Session settings, sent when a connection opens. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Told when a connection has ended, whoever ended it; before anything else can use its place. */
  readonly onClose?: () => void;
  /** Told of each NOTIFY of a channel that a connection listens to. Such a connection is kept however old and idle it is. */
  readonly onNotify?: (channel: string, payload: string) => void;
}

/** A pool of connections. Nothing is opened until the first query, and no attempt is begun after its end. */
export function connect(options: ConnectOptions): Sql {
  const sql = postgres(options.url, {
    max: options.max,
    connect_timeout: 5,
    // Seconds between attempts of a pool whose server is away; postgres.js' own backoff waits up to 20 s.
    backoff: (attempts) => Math.min(0.05 * 2 ** attempts, 1),
    keep_alive: 10,
    connection: { application_name: options.name, TimeZone: 'UTC', ...options.settings },
    onnotice: () => undefined,
    fetch_types: false,
    types: ARRAY_TYPES,
    ...(options.onClose === undefined ? {} : { onclose: options.onClose }),
    ...(options.onNotify === undefined ? {} : { onnotify: options.onNotify, max_lifetime: null, idle_timeout: 0 }),
  });
  const end = sql.end.bind(sql);
  // postgres.js 3.4.9 makes an attempt that was due when the pool ended all the same: the connection stays, and the process with it.
  const close = { socket: () => { throw new Error('The pool of connections has ended.'); } };
  sql.end = (how) => end(how).finally(() => Object.assign(sql.options, close));
  return sql;
}

/**
 * Session settings of the connections that call `append` and read the log. Their plans must not depend on whether a
 * table was empty when they were first made (measured: 33.8k events/s falls to 3.9k), and a procedure that commits
 * cannot carry SET clauses of its own.
 */
export const LOG_SESSION: Readonly<Record<string, string>> = {
  jit: 'off',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  // Planning took longer than reading: a page of one event 0.48 ms instead of 0.29, with 100 partitions 1.5 instead of 0.46.
  plan_cache_mode: 'force_generic_plan',
  synchronous_commit: 'on',
  default_transaction_isolation: 'read committed',
};

/** What is wrong with a server that the gateway cannot use, said so that an operator can mend it. */
export class UnfitServerError extends Error {
  override readonly name = 'UnfitServerError';
}

/** Refuses a server that is too old, or that may lose acknowledged commits, or that cannot be written to. */
export async function checkServer(sql: Sql): Promise<void> {
  const row = await askServer(sql);
  if (row.version < OLDEST_SERVER) {
    throw new UnfitServerError(`PostgreSQL ${row.text} is too old: Sluice needs 14 or newer. Upgrade the server, or leave DATABASE_URL unset to use the embedded one.`);
  }
  if (row.fsync !== 'on') {
    throw new UnfitServerError('The server runs with fsync=off, so a crash of its machine can lose acknowledged events. Set fsync=on.');
  }
  if (row.recovering) {
    throw new UnfitServerError('The server is a standby (in recovery). Point DATABASE_URL at the primary.');
  }
  if (row.encoding !== 'UTF8') {
    throw new UnfitServerError(`The database is encoded in ${row.encoding}; Sluice needs UTF8. Create one with ENCODING 'UTF8'.`);
  }
}

async function askServer(sql: Sql): Promise<{ version: number; text: string; fsync: string; recovering: boolean; encoding: string }> {
  try {
    const [row] = await sql<Awaited<ReturnType<typeof askServer>>[]>`
      SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text,
        current_setting('fsync') AS fsync, pg_is_in_recovery() AS recovering, current_setting('server_encoding') AS encoding`;
    if (row === undefined) throw new UnfitServerError('The database answered no settings.');
    return row;
  } catch (error) {
    // Wrong password, no such database, nobody there: what they have in common is the remedy.
    if (!isUnavailable(error) && !/^(28|3D)/.test(sqlState(error) ?? '')) throw error;
    throw new UnfitServerError(`The database cannot be used: ${error instanceof Error ? error.message : String(error)}. Is it running, and is DATABASE_URL right?`, { cause: error });
  }
}

/** SQLSTATE of an error that the server sent; undefined for a lost connection and the like. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof postgres.PostgresError ? error.code : undefined;
}

/** What an ORM has wrapped: the error of the driver or of the server, or the error itself when there is none. */
export function driverError(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && sqlState(cause) === undefined && !isUnavailable(cause) && cause.cause !== undefined) cause = cause.cause;
  return sqlState(cause) !== undefined || isUnavailable(cause) ? cause : error;
}

/** SQLSTATE of the error or of what it wraps. */
export function stateOf(error: unknown): string | undefined {
  return sqlState(driverError(error));
}

/** serialization_failure, deadlock_detected, lock_not_available: rolled back because of others; a repeat may succeed. */
export function lostToOthers(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(sqlState(error) ?? '');
}

/** in_failed_sql_transaction: a statement before this one has failed. */
export function isBroken(error: unknown): boolean {
  return stateOf(error) === '25P02';
}

/** SQLSTATE classes that say "this data is bad", so that trying again is useless and its neighbours are innocent. */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '');
}

/** Errors of the driver when the server is away, as it names them. */
const CONNECTION_ERRORS = new Set(['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT']);

/** The server did not answer in time. Whether it did what was asked is unknown. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** True when the database could not be asked: it is away, starting, stopping, full or out of connections. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  const state = sqlState(error);
  if (state !== undefined) return /^(08|53|57P)/.test(state);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && CONNECTION_ERRORS.has(error.code);
}
