import { validate as isUuid } from 'uuid';
import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import { SluiceError } from '../base/error.js';
import { badInput } from '../event/limits.js';
import type { Pause } from './circuit-breaker.js';
import { consumerOf, type Webhook, type WebhookSecret, type WebhookStatus } from './webhook.js';

type Transaction = Parameters<Parameters<Sql['begin']>[1]>[0];

/** Webhooks that a tenant may have, and all together: every gateway has them in memory, each with a consumer. */
export const MAX_OF_TENANT = 1_000;
const MAX_IN_ALL = 5_000;
/** Webhooks of one page. */
const MAX_PAGE = 500;

/** Whether it runs is the consumer's status; the webhook's says why not, if it was its change that stopped it. */
const COLUMNS = `w.id, w.tenant, w.name, w.url, w.topics, w.types, w."where", w.selection, w.format, w."order", w.start_from AS "startFrom", w.concurrency, w.headers, w.secrets,
  CASE WHEN c.status IS NULL THEN w.status WHEN c.status <> 'paused' THEN 'ENABLED' WHEN w.status <> 'ENABLED' AND c.status_at = w.status_at THEN w.status ELSE 'PAUSED' END AS status,
  CASE WHEN c.status = 'paused' THEN c.status_reason END AS "statusReason", CASE WHEN c.status = 'paused' THEN c.status_by END AS "statusBy",
  coalesce(c.status_at, w.status_at) AS "statusAt", CASE WHEN w.held_until > clock_timestamp() THEN w.held_until END AS "heldUntil", w.failing_since AS "failingSince", w.last_error AS "lastError", w.last_delivered_at AS "lastDeliveredAt",
  w.created_by AS "createdBy", w.created_at AS "createdAt", w.updated_at AS "updatedAt", w.revision::float8 AS revision`;
const FROM = `sluice.webhooks w LEFT JOIN sluice.consumers c ON c.name = 'webhook:' || w.id`;

interface StoredSecret {
  readonly secret: string;
  readonly until: string | null;
}

type Row = Omit<Webhook, 'secrets'> & { readonly secrets: readonly StoredSecret[] };

const read = ({ secrets, ...row }: Row): Webhook => ({ ...row, secrets: secrets.map(({ secret, until }) => ({ secret, until: until === null ? null : new Date(until) })) });

/** What `createWebhook` writes. */
export type NewWebhook = Pick<Webhook, 'id' | 'tenant' | 'name' | 'url' | 'topics' | 'types' | 'where' | 'selection' | 'format' | 'order' | 'startFrom' | 'concurrency' | 'headers' | 'secrets' | 'createdBy'>;
/** What of it can be changed. */
export type Changeable = Pick<Webhook, 'name' | 'url' | 'topics' | 'types' | 'where' | 'selection' | 'format' | 'concurrency' | 'headers' | 'secrets'>;

/**
 * Runs `work` in a transaction that no other change of webhooks runs beside; `revision` is the number of the change. What it
 * waits for ends after 5 s: then the pool has given up.
 */
export function changing<T>(pool: Pool, work: (sql: Transaction, revision: number) => Promise<T>): Promise<T> {
  return pool.ask((sql) => sql.begin('isolation level read committed', async (tx) => {
    const [change] = await tx<{ revision: number }[]>`SELECT sluice.change_webhooks()::float8 AS revision`;
    if (change === undefined) throw new Error('sluice.webhook_changes has no row');
    return work(tx, change.revision);
  })) as Promise<T>;
}

/** Errors: `CONFLICT` when the name is taken or there are too many. */
export async function insertWebhook(sql: Transaction, hook: NewWebhook, revision: number): Promise<void> {
  await checkName(sql, hook.tenant, hook.name, hook.id);
  const [count] = await sql<{ own: number; all: number }[]>`SELECT count(*) FILTER (WHERE tenant = ${hook.tenant})::int AS own, count(*)::int AS all FROM sluice.webhooks`;
  if (count !== undefined && count.own >= MAX_OF_TENANT) throw new SluiceError('CONFLICT', `The tenant has ${count.own} webhooks, which is as many as it may. Delete some that are not used.`);
  if (count !== undefined && count.all >= MAX_IN_ALL) throw new SluiceError('CONFLICT', `There are ${count.all} webhooks in all, which is as many as gateways keep. Delete some that are not used.`);
  await sql`
    INSERT INTO sluice.webhooks (id, tenant, name, url, topics, types, "where", selection, format, "order", start_from, concurrency, headers, secrets, created_by, revision)
    VALUES (${hook.id}, ${hook.tenant}, ${hook.name}, ${hook.url}, ${[...hook.topics]}::text[], ${hook.types === null ? null : [...hook.types]}::text[], ${json(hook.where)}::text::json, ${hook.selection},
      ${hook.format}, ${hook.order}, ${hook.startFrom}, ${hook.concurrency}, ${json(hook.headers)}::text::json, ${secretsJson(hook.secrets)}::text::json, ${hook.createdBy}, ${revision})`;
}

/** Errors: `CONFLICT` when the name is taken. */
export async function writeWebhook(sql: Transaction, { id, tenant }: Pick<Webhook, 'id' | 'tenant'>, hook: Changeable, revision: number): Promise<void> {
  await checkName(sql, tenant, hook.name, id);
  await sql`
    UPDATE sluice.webhooks SET name = ${hook.name}, url = ${hook.url}, topics = ${[...hook.topics]}::text[], types = ${hook.types === null ? null : [...hook.types]}::text[],
      "where" = ${json(hook.where)}::text::json, selection = ${hook.selection}, format = ${hook.format}, concurrency = ${hook.concurrency}, headers = ${json(hook.headers)}::text::json,
      secrets = ${secretsJson(hook.secrets)}::text::json, updated_at = clock_timestamp(), revision = ${revision}, held_until = CASE WHEN url = ${hook.url} THEN held_until END
    WHERE id = ${id} AND tenant = ${tenant}`;
}

async function checkName(sql: Transaction, tenant: string, name: string, id: string): Promise<void> {
  const taken = await sql`SELECT FROM sluice.webhooks WHERE tenant = ${tenant} AND name = ${name} AND id <> ${id}`;
  if (taken.length > 0) throw new SluiceError('CONFLICT', `There is a webhook called ${JSON.stringify(name)} already. Change that one, or choose another name.`);
}

/** Has its consumer stop or go on. When it goes on, what is known of its endpoint is forgotten. */
export async function setStatus(sql: Transaction, id: string, status: WebhookStatus, reason: string | null, by: string): Promise<void> {
  const [row] = await sql<{ done: boolean }[]>`SELECT sluice.set_webhook_status(${id}, ${status}, ${reason}, ${by}) AS done`;
  if (row?.done !== true) throw new Error(`webhook ${id} has no consumer`);
  if (status === 'ENABLED') await sql`UPDATE sluice.webhooks SET held_until = NULL WHERE id = ${id}`;
}

/** What was decided about a webhook: into the record of its consumer, with names of what was changed and no values. */
export async function noteAction(sql: Transaction, { id }: Pick<Webhook, 'id'>, action: 'create' | 'update' | 'rotate-secret' | 'delete', by: string, details: object = {}): Promise<void> {
  await sql`INSERT INTO sluice.consumer_actions (consumer, action, principal, details) VALUES (${consumerOf({ id })}, ${action}, ${by}, ${json(details)}::text::json)`;
}

/** Its dead letters. What is under way has ended by then, and nothing is added before the end of the transaction. */
export async function countDeadLetters(sql: Transaction, { id }: Pick<Webhook, 'id'>): Promise<number> {
  await sql`SELECT FROM sluice.consumer_slots WHERE consumer = ${consumerOf({ id })} ORDER BY slot FOR UPDATE`;
  const [row] = await sql<{ dead: number }[]>`SELECT count(*)::int AS dead FROM sluice.parked_events WHERE consumer = ${consumerOf({ id })} AND status = 'dead'`;
  return row?.dead ?? 0;
}

/** With its consumer and everything that waits for it. */
export async function deleteWebhook(sql: Transaction, { id, tenant }: Pick<Webhook, 'id' | 'tenant'>): Promise<void> {
  await sql`DELETE FROM sluice.webhooks WHERE id = ${id} AND tenant = ${tenant}`;
  await sql`DELETE FROM sluice.consumers WHERE name = ${consumerOf({ id })}`;
}

/** One webhook of the tenant. Errors: `BAD_USER_INPUT` when there is none. */
export async function findWebhook(sql: Sql | Transaction, tenant: string, id: string): Promise<Webhook> {
  const [row] = isUuid(id) ? await sql<Row[]>`SELECT ${sql.unsafe(COLUMNS)} FROM ${sql.unsafe(FROM)} WHERE w.tenant = ${tenant} AND w.id = ${id}` : [];
  if (row === undefined) throw badInput(`There is no webhook ${JSON.stringify(id.slice(0, 100))}. The query \`webhooks\` has the ids.`);
  return read(row);
}

/** The webhooks of a tenant, the latest first. At most 500; `after`: the id of the last one seen. Errors: `BAD_USER_INPUT`. */
export async function listWebhooks(sql: Sql, { tenant, first = 100, after = null }: { readonly tenant: string; readonly first?: number; readonly after?: string | null }): Promise<Webhook[]> {
  if (!(Number.isInteger(first) && first >= 1 && first <= MAX_PAGE)) throw badInput(`\`first\` must be 1 to ${MAX_PAGE}, not ${first}.`);
  if (after !== null && !isUuid(after)) throw badInput('`after` is the id of the last webhook of the page before.');
  const rows = await sql<Row[]>`
    SELECT ${sql.unsafe(COLUMNS)} FROM ${sql.unsafe(FROM)} WHERE w.tenant = ${tenant}
      AND (${after}::uuid IS NULL OR (w.created_at, w.id) < (SELECT k.created_at, k.id FROM sluice.webhooks k WHERE k.tenant = ${tenant} AND k.id = ${after}::uuid))
    ORDER BY w.created_at DESC, w.id DESC LIMIT ${first}`;
  return rows.map(read);
}

/** What a gateway finds when it looks. */
export interface Look {
  readonly revision: number;
  /** Of every endpoint that is left alone at present: the longest, and the longest that it asked for if that is another. */
  readonly pauses: readonly NotedPause[];
}

export interface NotedPause extends Pause {
  /** Of the webhook; `revision` is what it had then. */
  readonly id: string;
  readonly revision: number;
  /** The gateway that looks has noted it. */
  readonly own: boolean;
}

/** Both as of one moment. How long a pause lasts is by the clock of the database, when it ends by that of this gateway. */
export async function readLook(sql: Sql, gateway: string): Promise<Look> {
  const [row] = await sql<{ revision: number; pauses: readonly (Omit<NotedPause, 'until'> & { readonly ms: number })[] }[]>`
    SELECT c.revision::float8 AS revision, coalesce((
      SELECT json_agg(json_build_object('id', w.id, 'revision', w.revision, 'ms', extract(epoch FROM p.until - clock_timestamp()) * 1000, 'asked', p.asked, 'opened', p.opened, 'own', p.found_by = ${gateway}))
      FROM sluice.webhooks w, LATERAL (VALUES
        (w.held_until, w.held_asked_until IS NOT DISTINCT FROM w.held_until, w.held_opened, w.held_by),
        (CASE WHEN w.held_asked_until < w.held_until THEN w.held_asked_until END, true, 0, w.held_asked_by)) p(until, asked, opened, found_by)
      WHERE w.held_until > clock_timestamp() AND p.until > clock_timestamp()), '[]') AS pauses
    FROM sluice.webhook_changes c`;
  if (row === undefined) throw new Error('sluice.webhook_changes has no row');
  const now = Date.now();
  return { revision: row.revision, pauses: row.pauses.map(({ ms, ...pause }) => ({ ...pause, until: now + ms })) };
}

/** What has changed since a revision: webhooks that are new or changed, and the ids of all that there are. What changes meanwhile is read once more by the next look. */
export async function readChanges(sql: Sql, since: number): Promise<{ readonly changed: readonly Webhook[]; readonly ids: ReadonlySet<string> }> {
  const [rows, ids] = await Promise.all([
    sql<Row[]>`SELECT ${sql.unsafe(COLUMNS)} FROM ${sql.unsafe(FROM)} WHERE w.revision > ${since} ORDER BY w.id`,
    sql<{ id: string }[]>`SELECT id FROM sluice.webhooks`,
  ]);
  return { changed: rows.map(read), ids: new Set(ids.map(({ id }) => id)) };
}

/**
 * Has other gateways leave an endpoint alone, unless they do so for longer. A longer one for failures does not stand in for one that the endpoint asked for: both
 * are kept, whichever comes first. False when the webhook was changed since: then nothing is noted.
 */
export async function notePause(sql: Sql, { id, revision }: Pick<Webhook, 'id' | 'revision'>, { until, opened, asked }: Pause, gateway: string): Promise<boolean> {
  // Where none stands, what else the row says is of one that somebody has ended.
  const isLonger = sql`(w.held_until IS NULL OR w.held_until < p.until)`;
  const isAskedLonger = sql`(p.asked AND (w.held_until IS NULL OR w.held_asked_until IS NULL OR w.held_asked_until < p.until))`;
  const [row] = await sql<{ present: boolean }[]>`
    WITH told AS (
      UPDATE sluice.webhooks w SET held_until = greatest(w.held_until, p.until),
        held_opened = CASE WHEN ${isLonger} THEN p.opened ELSE w.held_opened END, held_by = CASE WHEN ${isLonger} THEN p.gateway ELSE w.held_by END,
        held_asked_until = CASE WHEN ${isAskedLonger} THEN p.until WHEN w.held_until IS NOT NULL THEN w.held_asked_until END,
        held_asked_by = CASE WHEN ${isAskedLonger} THEN p.gateway ELSE w.held_asked_by END
      FROM (SELECT clock_timestamp() + make_interval(secs => ${(until - Date.now()) / 1_000}) AS until, ${asked}::boolean AS asked, ${opened}::int AS opened, ${gateway}::uuid AS gateway) p
      WHERE w.id = ${id} AND w.revision = ${revision} AND (${isLonger} OR ${isAskedLonger}))
    SELECT w.revision = ${revision} AS present FROM sluice.webhooks w WHERE w.id = ${id}`;
  return row?.present ?? false;
}

/** Consumers whose webhook is no more go as well. */
export async function dropStrays(sql: Sql): Promise<void> {
  await sql`DELETE FROM sluice.consumers c WHERE c.kind = 'webhook' AND c.fork_of IS NULL AND NOT EXISTS (SELECT FROM sluice.webhooks w WHERE c.name = 'webhook:' || w.id)`;
}

/** What a gateway has seen of an endpoint. */
export type Seen = { readonly delivered: true } | { readonly delivered: false; readonly error: string };

/** Notes it. True when it has been nothing but failures for `failingMs`. */
export async function noteSeen(sql: Sql, id: string, seen: Seen, failingMs: number): Promise<boolean> {
  if (seen.delivered) {
    await sql`UPDATE sluice.webhooks SET last_delivered_at = clock_timestamp(), failing_since = NULL, last_error = NULL WHERE id = ${id}`;
    return false;
  }
  const [row] = await sql<{ due: boolean }[]>`
    UPDATE sluice.webhooks w SET failing_since = coalesce(w.failing_since, clock_timestamp()), last_error = ${seen.error} WHERE w.id = ${id}
    RETURNING w.failing_since < clock_timestamp() - make_interval(secs => ${failingMs / 1_000}) AS due`;
  return row?.due ?? false;
}

export interface Stop {
  readonly status: 'PAUSED' | 'DISABLED';
  readonly reason: string;
  /** Only if it has been nothing but failures for so many ms. */
  readonly failingMs: number | null;
}

/** The gateway stops a webhook by itself, with the alert that says so. False when it does not run or was changed since. */
export async function stopWebhook(sql: Sql, { id, revision }: Pick<Webhook, 'id' | 'revision'>, { status, reason, failingMs }: Stop): Promise<boolean> {
  const [row] = await sql<{ result: object | null }[]>`
    CALL sluice.stop_webhook(${id}::uuid, ${revision}::bigint, ${status}::text, ${reason}::text, ${failingMs === null ? null : failingMs / 1_000}::float8 * interval '1 second', false, NULL::json)`;
  return row?.result != null;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const secretsJson = (secrets: readonly WebhookSecret[]): string => JSON.stringify(secrets.map(({ secret, until }): StoredSecret => ({ secret, until: until?.toISOString() ?? null })));
