import { randomUUID } from 'node:crypto';
import { connect, type Sql } from '../../db/connect.js';
import { Bell } from '../../base/signal.js';
import { number, span } from '../terminal/words.js';
import { ok, problem, warning, type Finding } from './finding.js';

/**
 * Connections of one gateway with the default settings: application 10, read 4, reference 4, control 3, auth 2, and one each for
 * tail, append, LISTEN, status and retention.
 */
export const GATEWAY_CONNECTIONS = 38;
/** Seconds that the clocks may differ: `occurredAt` and `since` are compared across them. */
const CLOCK_WARNING = 1;
/** Milliseconds in which a notification must arrive. */
const LISTEN_WITHIN = 3_000;

interface Server {
  readonly version: number;
  readonly text: string;
  readonly fsync: string;
  readonly recovering: boolean;
  readonly encoding: string;
  readonly connections: number;
  readonly most: number;
  readonly now: Date;
  readonly autovacuum: string;
  readonly full_page_writes: string;
}

/** The server itself: what a gateway refuses at its start, and what it would suffer from. */
export async function checkServerFitness(sql: Sql): Promise<Finding[]> {
  await sql`SELECT 1`;
  const asked = Date.now();
  const [server] = await sql<Server[]>`
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text, current_setting('fsync') AS fsync,
      pg_is_in_recovery() AS recovering, current_setting('server_encoding') AS encoding, clock_timestamp() AS now,
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
      current_setting('autovacuum') AS autovacuum, current_setting('full_page_writes') AS full_page_writes`;
  const answered = Date.now();
  if (server === undefined) return [problem('server', 'It answers no settings.', 'Is this a PostgreSQL?')];
  const free = server.most - server.connections;
  return [
    server.version < 140_000
      ? problem('version', `PostgreSQL ${server.text}`, 'Sluice needs 14 or newer: upgrade the server.')
      : ok('version', `PostgreSQL ${server.text}`),
    server.recovering ? problem('primary', 'The server is a standby (in recovery).', 'Point DATABASE_URL at the primary.') : ok('primary', 'The server takes writes.'),
    server.fsync === 'on' && server.full_page_writes === 'on'
      ? ok('fsync', 'fsync and full_page_writes are on.')
      : problem('fsync', `fsync is ${server.fsync}, full_page_writes is ${server.full_page_writes}: a crash of the machine can lose acknowledged events.`, 'Set both to on. A gateway refuses to start with fsync=off.'),
    server.encoding === 'UTF8' ? ok('encoding', 'UTF8') : problem('encoding', `The database is encoded in ${server.encoding}.`, "Create one with ENCODING 'UTF8'."),
    clock(server.now.getTime() - (asked + answered) / 2, answered - asked),
    free < GATEWAY_CONNECTIONS
      ? warning('connections', `${server.connections} of ${server.most} are taken; a gateway uses up to ${GATEWAY_CONNECTIONS}.`, 'Raise max_connections, or lower SLUICE_POOL_SIZE.')
      : ok('connections', `${server.connections} of ${number(server.most)} are taken.`),
    server.autovacuum === 'on' ? ok('autovacuum', 'on') : problem('autovacuum', 'Autovacuum is off: the outbox becomes slower without end.', 'Set autovacuum=on.'),
  ];
}

function clock(differenceMs: number, roundTripMs: number): Finding {
  const seconds = Math.max(Math.abs(differenceMs) - roundTripMs / 2, 0) / 1_000;
  const detail = `The database's clock is ${differenceMs < 0 ? 'behind' : 'ahead of'} this machine's by ${span(Math.abs(differenceMs) / 1_000)}.`;
  return seconds > CLOCK_WARNING
    ? warning('clock', detail, '`since` and `occurredAt` are moments of different clocks then. Run NTP on both machines.')
    : ok('clock', `The clocks of the database and this machine agree within ${span(CLOCK_WARNING)}.`);
}

/** Whether NOTIFY arrives: a pooler in transaction mode takes LISTEN and delivers nothing. */
export async function checkListen(url: string, sql: Sql): Promise<Finding> {
  const channel = `sluice_doctor_${randomUUID().replaceAll('-', '')}`;
  const heard = new Bell();
  const listener = connect({ url, max: 1, name: 'cli listen' });
  try {
    await listener.listen(channel, () => heard.ring());
    const began = performance.now();
    await sql`SELECT pg_notify(${channel}, '')`;
    if (await heard.wait(LISTEN_WITHIN)) return ok('listen', `LISTEN hears NOTIFY after ${(performance.now() - began).toFixed(1)} ms.`);
    return warning('listen', `LISTEN was taken, but NOTIFY did not arrive within ${LISTEN_WITHIN / 1_000} s: there is a pooler in transaction mode between.`,
      'Point DATABASE_URL at the server itself. Through the pooler events arrive at polling latency: then set SLUICE_NOTIFY=off.');
  } finally {
    await listener.end({ timeout: 1 });
  }
}

interface Session {
  readonly pid: number;
  readonly name: string;
  readonly seconds: number;
  readonly idle: boolean;
}

/** Seconds after which a snapshot or an idle transaction is worth a word, and after which it harms. */
const LONG = 60;
const TOO_LONG = 15 * 60;

/** Transactions of others that make the outbox slow (a snapshot keeps dead rows) or hold keys and positions up. */
export async function checkSessions(sql: Sql): Promise<Finding[]> {
  const sessions = await sql<Session[]>`
    SELECT pid, coalesce(nullif(application_name, ''), usename, backend_type) AS name, state LIKE 'idle in transaction%' AS idle,
      extract(epoch FROM clock_timestamp() - CASE WHEN state LIKE 'idle in transaction%' THEN state_change ELSE xact_start END)::float8 AS seconds
    FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND xact_start IS NOT NULL AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL OR state LIKE 'idle in transaction%')
    ORDER BY seconds DESC`;
  const [held] = await sql<{ slots: number; prepared: number }[]>`
    SELECT (SELECT count(*)::int FROM pg_replication_slots WHERE NOT active AND (xmin IS NOT NULL OR catalog_xmin IS NOT NULL)) AS slots,
      (SELECT count(*)::int FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - ${`${LONG} seconds`}::interval) AS prepared`;
  const [queue] = await sql<{ usage: number }[]>`SELECT pg_notification_queue_usage() AS usage`;
  const usage = queue?.usage ?? 0;
  const share = `${(usage * 100).toFixed(usage < 0.01 ? 2 : 0)} % of the notification queue is in use.`;
  const stale = (held?.slots ?? 0) + (held?.prepared ?? 0);
  return [
    longest('snapshots', sessions.filter(({ idle }) => !idle), 'has had its snapshot for', 'Dead rows of the outbox cannot be removed meanwhile. End it (SELECT pg_terminate_backend(<pid>)), or run it on a standby.', 'No snapshot has been held for long.'),
    longest('idle transactions', sessions.filter(({ idle }) => idle), 'has been idle in its transaction for', 'What it has put into the outbox waits, and so does whoever needs its locks. Mend the program; set idle_in_transaction_session_timeout.', 'No transaction is left open.'),
    stale === 0
      ? ok('held back', 'No inactive replication slot and no prepared transaction holds dead rows back.')
      : warning('held back', `${held?.slots} inactive replication slots and ${held?.prepared} prepared transactions hold dead rows back.`, 'Drop the slots that nobody reads; commit or roll back what was prepared.'),
    usage >= 0.5
      ? problem('notifications', `${share} Gateways no longer notify, so that commits do not fail: events arrive at polling latency.`, 'A session that listens and stays in a transaction fills it: end it.')
      : usage >= 0.1 ? warning('notifications', share, 'A session that listens and stays in a transaction fills it: find and end it.') : ok('notifications', share),
  ];
}

function longest(check: string, sessions: readonly Session[], what: string, remedy: string, fine: string): Finding {
  const [worst] = sessions;
  if (worst === undefined || worst.seconds < LONG) return ok(check, fine);
  const others = sessions.filter(({ seconds }) => seconds >= LONG).length - 1;
  const detail = `${worst.name} (pid ${worst.pid}) ${what} ${span(worst.seconds)}${others > 0 ? `, and ${others} more are like it` : ''}.`;
  return worst.seconds >= TOO_LONG ? problem(check, detail, remedy) : warning(check, detail, remedy);
}
