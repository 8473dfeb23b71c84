import { GATEWAY_MIGRATIONS, readMigrations, type MigrationSet } from '../../db/migrate.js';
import type { Sql } from '../../db/connect.js';
import { readBacklog } from '../../outbox/backlog.js';
import { number, span } from '../terminal/words.js';
import { ok, problem, warning, type Finding } from './finding.js';

/** Seconds that a committed outbox row may wait; with a gateway it is milliseconds. */
const WAIT_WARNING = 2;
const WAIT_PROBLEM = 60;
const DEAD_ROWS = 100_000;
const DAY = 24 * 60 * 60;

/** Whether everything is applied. The log can be looked at (`ready`) once the gateway's own tables are there. */
export async function checkMigrations(sql: Sql, sets: readonly MigrationSet[]): Promise<{ readonly finding: Finding; readonly ready: boolean }> {
  const all = (await Promise.all(sets.map((set) => readMigrations(sql, set)))).flat();
  const pending = all.filter(({ state }) => state === 'pending');
  const unknown = all.filter(({ state }) => state === 'unknown');
  const ready = all.some(({ set, state }) => set === GATEWAY_MIGRATIONS.schema && state === 'applied');
  const named = (states: typeof all): string => states.map(({ set, name }) => `${set} ${name}`).join(', ');
  if (pending.length > 0) return { ready, finding: problem('migrations', `${pending.length} to apply: ${named(pending)}.`, '`sluice migrate` applies them; so does a gateway at its start.') };
  if (unknown.length > 0) return { ready, finding: warning('migrations', `The database has ${unknown.length} that this Sluice does not know: ${named(unknown)}.`, 'Upgrade this Sluice: a newer one has been here.') };
  return { ready, finding: ok('migrations', `All ${all.length} are applied.`) };
}

/** What the present user may do: all that a gateway does. */
export async function checkPrivileges(sql: Sql, ready: boolean): Promise<Finding> {
  const [may] = await sql<{ user: string; create: boolean; missing: string[] | null }[]>`
    SELECT current_user AS user, has_database_privilege(current_database(), 'CREATE') AS create,
      ${ready
    ? sql`(SELECT array_agg(format('%s on %s', p, c.relname) ORDER BY c.relname, p)
        FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
        WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind IN ('r', 'p') AND NOT has_table_privilege(c.oid, p))`
    : sql`NULL::text[]`} AS missing`;
  const missing = may?.missing ?? [];
  if (missing.length > 0) {
    return problem('privileges', `${may?.user} lacks ${missing.slice(0, 4).join(', ')}${missing.length > 4 ? ` and ${missing.length - 4} more` : ''}.`, 'Connect as the owner of the schema sluice, or grant them.');
  }
  if (!ready && may?.create !== true) return problem('privileges', `${may?.user} may not create a schema in this database.`, 'GRANT CREATE ON DATABASE … TO it, or run `sluice migrate` as another user.');
  if (!ready) return ok('privileges', `${may?.user} may create what is missing.`);
  // Partitions are made and dropped by whoever owns the log.
  const [owner] = await sql<{ owns: boolean; owner: string }[]>`SELECT pg_has_role(relowner, 'USAGE') AS owns, relowner::regrole::text AS owner FROM pg_class WHERE oid = 'sluice.events'::regclass`;
  return owner?.owns === true
    ? ok('privileges', `${may?.user} owns the log.`)
    : problem('privileges', `The log belongs to ${owner?.owner}: ${may?.user} cannot make its partitions, and publishing ends when the last one is full.`, `GRANT ${owner?.owner} TO ${may?.user}, or connect as ${owner?.owner}.`);
}

/** The log and its outbox. The tables are there. */
export async function checkLog(sql: Sql): Promise<Finding[]> {
  return [await checkOutbox(sql), await checkRejected(sql), await checkPartitions(sql), await checkEpoch(sql), await checkVacuum(sql)];
}

async function checkOutbox(sql: Sql): Promise<Finding> {
  const { rows, oldestSeconds } = await readBacklog(sql);
  if (rows === 0) return ok('outbox', 'Nothing waits.');
  const detail = `${number(rows)}${rows >= 10_000 ? ' or more' : ''} rows wait, the oldest for ${span(oldestSeconds)}.`;
  const remedy = 'A gateway takes them within milliseconds: does one run on this database, and does its log complain?';
  return oldestSeconds >= WAIT_PROBLEM ? problem('outbox', detail, remedy) : oldestSeconds >= WAIT_WARNING ? warning('outbox', detail, remedy) : ok('outbox', detail);
}

async function checkRejected(sql: Sql): Promise<Finding> {
  const reasons = await sql<{ reason: string; rows: number; first: string }[]>`
    SELECT reason, count(*)::int AS rows, min(seq) AS first FROM (SELECT reason, seq FROM sluice.outbox_rejected LIMIT 10000) r GROUP BY reason ORDER BY rows DESC`;
  if (reasons.length === 0) return ok('rejected', 'No outbox row was rejected.');
  const listed = reasons.slice(0, 5).map(({ reason, rows, first }) => `${number(rows)} × ${reason} (such as seq ${first})`).join('; ');
  return warning('rejected', `Outbox rows that could not become events: ${listed}${reasons.length > 5 ? `; and ${reasons.length - 5} more reasons` : ''}.`,
    'They are in sluice.outbox_rejected. Mend the cause, then SELECT sluice.retry_rejected(ARRAY[<seq>, …]), or delete them.');
}

async function checkPartitions(sql: Sql): Promise<Finding> {
  const [log] = await sql<{ head: number; upto: number; size: number; earliest: number }[]>`
    SELECT (sluice.head()).position::float8 AS head, partitioned_to::float8 AS upto, partition_size::float8 AS size, earliest_position::float8 AS earliest FROM sluice.log`;
  if (log === undefined) return problem('partitions', 'sluice.log is empty.', 'Restore it from a backup: the log cannot be written without.');
  const room = log.upto - 1 - log.head;
  const detail = `${number(log.head - log.earliest + 1)} events (positions ${number(log.earliest)} to ${number(log.head)}), room for ${number(Math.max(room, 0))} more.`;
  return log.head > 0 && room < log.size * 0.05
    ? warning('partitions', detail, 'A gateway makes the next partition every minute, and append makes it when there is none: does a gateway run?')
    : ok('partitions', detail);
}

async function checkEpoch(sql: Sql): Promise<Finding> {
  const [epoch] = await sql<{ number: number; same: boolean; age: number; behind: boolean }[]>`
    SELECT number, fingerprint = sluice.fingerprint() AS same, extract(epoch FROM clock_timestamp() - started_at)::float8 AS age, (sluice.head()).position < seen_position AS behind
    FROM sluice.epochs ORDER BY number DESC LIMIT 1`;
  if (epoch === undefined) return ok('epoch', 'None yet: the first gateway begins one.');
  if (!epoch.same || epoch.behind) {
    return warning('epoch', epoch.same ? 'The log ends before a position that was seen: it was cut off.' : 'The database is not the one that the last epoch was opened under: it was restored, copied or failed over.',
      'Nothing to do: the next gateway begins a new epoch, and cursors from beyond this point are CURSOR_EPOCH_MISMATCH. If no restore was meant, find out what happened.');
  }
  const detail = epoch.number === 1 ? 'The first: the log was never restored.' : `Number ${epoch.number}, for ${span(epoch.age)}.`;
  return epoch.number > 1 && epoch.age < DAY
    ? warning('epoch', detail, 'The log was restored, copied or failed over within a day. Clients that had read further got CURSOR_EPOCH_MISMATCH. Nothing to do if it was meant.')
    : ok('epoch', detail);
}

async function checkVacuum(sql: Sql): Promise<Finding> {
  const [outbox] = await sql<{ dead: number; vacuumed: number | null; disabled: boolean; bytes: number }[]>`
    SELECT s.n_dead_tup::float8 AS dead, extract(epoch FROM clock_timestamp() - greatest(s.last_autovacuum, s.last_vacuum))::float8 AS vacuumed,
      'autovacuum_enabled=false' = ANY (coalesce(c.reloptions, '{}')) AS disabled, pg_total_relation_size(c.oid)::float8 AS bytes
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE c.oid = 'sluice.outbox'::regclass`;
  if (outbox === undefined) return ok('outbox vacuum', 'No statistics yet.');
  const detail = `${number(outbox.dead)} dead rows, ${(outbox.bytes / 2 ** 20).toFixed(1)} MB, ${outbox.vacuumed === null ? 'never vacuumed' : `vacuumed ${span(outbox.vacuumed)} ago`}.`;
  if (outbox.disabled) return problem('outbox vacuum', `Autovacuum is disabled for the outbox. ${detail}`, 'ALTER TABLE sluice.outbox RESET (autovacuum_enabled).');
  return outbox.dead >= DEAD_ROWS ? warning('outbox vacuum', detail, 'Something holds a snapshot (see above), or autovacuum is too slow: VACUUM sluice.outbox.') : ok('outbox vacuum', detail);
}
