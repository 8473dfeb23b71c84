import type { Sql } from '../../db/connect.js';
import type { Pool } from '../../db/pool.js';
import { badInput, checkReason } from '../../event/limits.js';
import type { Epochs } from '../../log/epoch.js';
import { change, conflict, operates, unknownConsumer, type Operator } from './operator.js';
import { SLOTS } from '../slot-of.js';
import { positionOf, type Place } from './place.js';

/** Of a fork's name, behind the `@`. */
const LABEL = /^[a-z0-9][a-z0-9._-]{0,35}$/;
/** Forks of one consumer: each reads and handles all of its events once more. */
const MAX_FORKS = 8;

export interface Decision {
  readonly name: string;
  readonly operator: Operator;
  /** For the record. */
  readonly reason?: string | null;
}

/** Stops it within a second; what is under way is finished. Paused already, it has this reason. Errors: `BAD_USER_INPUT`; `CONFLICT` when it is done. */
export function pauseConsumer(pool: Pool, decision: Decision): Promise<void> {
  return setStatus(pool, decision, 'pause');
}

/** Lets it go on within a second. Of one that is LAGGED it says that somebody knows: it is no longer. Errors: `BAD_USER_INPUT`; `CONFLICT` when it is done. */
export function resumeConsumer(pool: Pool, decision: Decision): Promise<void> {
  return setStatus(pool, decision, 'resume');
}

/** Of a webhook it is a change of that, too: what is known of its endpoint is forgotten when it goes on. */
async function setStatus(pool: Pool, { name, operator, reason = null }: Decision, action: 'pause' | 'resume'): Promise<void> {
  checkReason(reason);
  const [found] = await change(pool, (sql) => sql<{ status: string }[]>`
    WITH found AS (SELECT c.name, c.status, CASE WHEN c.lagged_since IS NOT NULL AND ${action === 'resume'} THEN c.lost END AS lost, CASE c.kind WHEN 'webhook' THEN sluice.change_webhooks() END AS change FROM sluice.consumers c WHERE c.name = ${name} AND ${operates(sql, operator, 'c.tenant')} FOR UPDATE),
    changed AS (
      UPDATE sluice.consumers c SET status = ${action === 'pause' ? 'paused' : 'running'}, status_reason = ${reason}, status_by = ${operator.principal}, status_at = clock_timestamp(), revision = c.revision + 1,
        lagged_since = CASE WHEN ${action === 'pause'} THEN c.lagged_since END
      FROM found WHERE c.name = found.name AND c.status <> 'done' RETURNING c.name, found.lost),
    told AS (UPDATE sluice.webhooks w SET revision = found.change, held_until = CASE WHEN ${action === 'pause'} THEN w.held_until END FROM found, changed WHERE changed.name = found.name AND found.name = 'webhook:' || w.id),
    noted AS (INSERT INTO sluice.consumer_actions (consumer, action, principal, reason, details)
      SELECT name, ${action}, ${operator.principal}, ${reason}, CASE WHEN lost IS NULL THEN '{}' ELSE json_build_object('lost', lost) END FROM changed)
    SELECT status FROM found`);
  if (found === undefined) throw unknownConsumer(name);
  if (found.status === 'done') throw conflict(`${name} has come to its end. Reset it to have it work again, or make another fork.`);
}

/** What was found where a change begins. */
interface Found {
  readonly kind: 'processor' | 'webhook';
  readonly forkOf: string | null;
  readonly endPosition: string | null;
}

async function find(pool: Pool, { name, operator }: Decision): Promise<Found> {
  const [found] = await pool.ask((sql) => sql<Found[]>`
    SELECT c.kind, c.fork_of AS "forkOf", c.end_position AS "endPosition" FROM sluice.consumers c WHERE c.name = ${name} AND ${operates(sql, operator, 'c.tenant')}`);
  if (found === undefined) throw unknownConsumer(name);
  return found;
}

/** What a reset forgot. */
export interface Reset {
  readonly deadLetters: number;
  /** Events that waited for another attempt, or behind one that did. Those after `position` come again. */
  readonly parked: number;
  /** Keys whose state is forgotten. */
  readonly keys: number;
  /** It goes on after it. */
  readonly position: string;
}

/**
 * Has it begin anew after a place: its state and everything that it parked is forgotten, its counters are at zero. What it did is not
 * undone: events that come again are handled again. It stays paused or running; one that was done runs. Errors: `BAD_USER_INPUT`;
 * those of cursors; `CONFLICT` when it has dead letters and `discardDeadLetters` is not true.
 */
export async function resetConsumer(pool: Pool, epochs: Epochs, decision: Decision & { readonly to: Place; readonly discardDeadLetters?: boolean }): Promise<Reset> {
  const { name, operator, reason = null, to, discardDeadLetters = false } = decision;
  checkReason(reason);
  const { endPosition } = await find(pool, decision);
  const start = await positionOf(pool, epochs, to, '`to`');
  if (start !== null && endPosition !== null && start > Number(endPosition)) throw badInput(`\`to\` lies behind the end of ${name}, position ${endPosition}: it would have nothing to do.`);
  const [row] = await change(pool, (sql) => sql<{ result: { readonly dead: number; readonly parked: number; readonly keys: number; readonly position: string | null } | null }[]>`
    SELECT sluice.reset_consumer(${name}, ${start === null ? null : String(start)}::bigint, ${discardDeadLetters}, ${operator.principal}, ${reason}, ${JSON.stringify(toOf(to))}::text::json) AS result`);
  if (row?.result == null) throw unknownConsumer(name);
  const { dead, parked, keys, position } = row.result;
  if (position === null) throw conflict(`${name} has ${count(dead, 'dead letter')}, which a reset would forget. Replay or discard them first, or reset with \`discardDeadLetters: true\`. Nothing was changed.`);
  return { deadLetters: dead, parked, keys, position };
}

const toOf = ({ from, after, since }: Place): object => ({ to: from ?? after ?? since?.toISOString() });
const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/**
 * Makes a fork of a processor: it reads the same events after a place (up to `until`, then it is done) with a state of its own, and
 * its effects are taken back. The gateways begin within a second, with the TypeScript that they have. Gives its name,
 * `<name>@<label>`. Errors: `BAD_USER_INPUT`; those of cursors; `CONFLICT` when there is such a fork, or there are 8.
 */
export async function forkConsumer(pool: Pool, epochs: Epochs, decision: Decision & { readonly label: string; readonly from: Place; readonly until?: Place | null }): Promise<string> {
  const { name, operator, reason = null, label, from, until = null } = decision;
  checkReason(reason);
  if (!LABEL.test(label)) throw badInput('`label` takes 1 to 36 of a-z, 0-9, -, _ and ., not beginning with a sign.');
  const { kind, forkOf } = await find(pool, decision);
  if (kind !== 'processor') throw badInput(`${name} is a webhook. Only processors can be forked: of a request nothing can be taken back.`);
  if (forkOf !== null) throw badInput(`${name} is a fork itself. Fork ${forkOf}.`);
  const start = await positionOf(pool, epochs, from, '`from`');
  const end = until === null ? null : await positionOf(pool, epochs, until, '`until`');
  if (until !== null && (end === null || end < (start ?? 0))) throw badInput('`until` lies before `from`: there is nothing between them.');
  const fork = `${name}@${label}`;
  const [row] = await change(pool, (sql) => insertFork(sql, { name, fork, start, end, operator, reason, details: { ...toOf(from), ...(until === null ? {} : { until: toOf(until) }) } }));
  if (row?.made === true) return fork;
  throw conflict(row?.taken === true ? `There is a fork ${fork} already. Choose another label, or delete it.` : `${name} has ${MAX_FORKS} forks already. Delete one that is not needed.`);
}

interface NewFork {
  readonly name: string;
  readonly fork: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly operator: Operator;
  readonly reason: string | null;
  readonly details: object;
}

function insertFork(sql: Sql, { name, fork, start, end, operator, reason, details }: NewFork): Promise<{ made: boolean; taken: boolean }[]> {
  const position = sql`coalesce(${start === null ? null : String(start)}::bigint, (SELECT l.earliest_position - 1 FROM sluice.log l))`;
  return sql<{ made: boolean; taken: boolean }[]>`
    WITH made AS (
      INSERT INTO sluice.consumers (name, kind, delivery, topics, types, tenant, fork_of, start_position, end_position, max_lag, status_by, status_reason)
      SELECT ${fork}, c.kind, c.delivery, c.topics, c.types, c.tenant, c.name, ${position}, ${end === null ? null : String(end)}::bigint, c.max_lag, ${operator.principal}, ${reason} FROM sluice.consumers c
      WHERE c.name = ${name} AND (SELECT count(*) FROM sluice.consumers f WHERE f.fork_of = ${name}) < ${MAX_FORKS}
      ON CONFLICT (name) DO NOTHING RETURNING name, start_position),
    slots AS (INSERT INTO sluice.consumer_slots (consumer, slot, position) SELECT made.name, slot, made.start_position FROM made, generate_series(0, ${SLOTS - 1}) slot),
    raised AS (UPDATE sluice.consumers c SET revision = c.revision + 1 FROM made WHERE c.name = ${name}),
    noted AS (INSERT INTO sluice.consumer_actions (consumer, action, principal, reason, details)
      SELECT ${name}, 'fork', ${operator.principal}, ${reason}, ${JSON.stringify({ fork, ...details })}::text::json FROM made)
    SELECT EXISTS (SELECT FROM made) AS made, EXISTS (SELECT FROM sluice.consumers f WHERE f.name = ${fork}) AS taken`;
}

/** What a deletion took. */
export interface Deleted {
  /** The consumer, and its forks. */
  readonly names: readonly string[];
  readonly deadLetters: number;
}

/**
 * Deletes a fork, or a consumer that no gateway has any more, with its checkpoints, state, dead letters and forks. Errors: `BAD_USER_INPUT`;
 * `CONFLICT` when gateways work for it (a fork may go all the same), or it has dead letters and `discardDeadLetters` is not true.
 */
export async function deleteConsumer(pool: Pool, decision: Decision & { readonly discardDeadLetters?: boolean }): Promise<Deleted> {
  const { name, operator, reason = null, discardDeadLetters = false } = decision;
  checkReason(reason);
  const { kind } = await find(pool, decision);
  if (kind === 'webhook') throw badInput(`${name} is a webhook: delete it as one.`);
  const [row] = await change(pool, (sql) => sql<{ result: { readonly served: boolean; readonly dead: number; readonly names: readonly string[] | null } | null }[]>`
    SELECT sluice.delete_consumer(${name}, ${discardDeadLetters}, ${operator.principal}, ${reason}) AS result`);
  if (row?.result == null) throw unknownConsumer(name);
  const { served, dead, names } = row.result;
  if (names !== null) return { names, deadLetters: dead };
  throw conflict(served
    ? `Gateways work for ${name}. Start them without it first (or stop them): they would make it anew.`
    : `${name} has ${count(dead, 'dead letter')}, which would be gone. Discard them first, or delete with \`discardDeadLetters: true\`. Nothing was changed.`);
}
