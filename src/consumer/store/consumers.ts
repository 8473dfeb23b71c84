import type { Executor, Sql } from '../../db/connect.js';
import { CONSUMER_PAUSED } from '../../event/alert.js';
import type { ConsumerSpec } from '../spec.js';
import { textOf } from '../text-of.js';
import { SLOTS } from '../slot-of.js';

/** Characters kept of why a consumer is paused. */
const MAX_REASON = 2_000;

/** What a gateway is told of a consumer, every beat. */
export interface Control {
  readonly name: string;
  readonly status: 'running' | 'paused' | 'done';
  readonly revision: number;
  readonly forkOf: string | null;
  readonly endPosition: number | null;
  /** What it is to be read for: a gateway that reads other types has no part in it. */
  readonly types: readonly string[];
  /** Gateways whose lease is good, in a fixed order. */
  readonly members: readonly string[];
}

/** What a gateway says of itself and a consumer. */
export interface Beat {
  readonly name: string;
  readonly deliveredPerSecond: number;
  readonly failedPerSecond: number;
  readonly lagEvents: number;
  readonly lagMs: number;
  /** The event types that the gateway reads for it. */
  readonly types: ReadonlySet<string>;
}

/** What is written down of a consumer. */
export type Registration = Pick<ConsumerSpec, 'name' | 'kind' | 'delivery' | 'topics' | 'types' | 'typesAreGiven' | 'tenant' | 'maxLagMs' | 'from'>;

/**
 * Writes the consumer down. One that is new begins where `from` says; one that is known goes on. Types that it reads beyond those of before
 * are its at once, and its slots are taken anew; none is taken from it while another gateway than `gateway` works for it, unless
 * `typesAreGiven`, or a webhook reads other topics. So a gateway of an older release, which begins or comes back, changes nothing.
 */
export async function register(sql: Sql, spec: Registration, gateway: string | null = null): Promise<void> {
  await sql.begin((tx) => registerIn(tx, spec, gateway));
}

/** The same, in a transaction of the caller's. */
export async function registerIn(tx: Executor, spec: Registration, gateway: string | null = null): Promise<void> {
  const { name, kind, typesAreGiven } = spec;
  const [topics, types] = [[...spec.topics], [...spec.types]];
  await tx`INSERT INTO sluice.consumers AS c (name, kind, delivery, topics, types, tenant, max_lag, start_position)
    SELECT ${name}, ${kind}, ${spec.delivery}, ${topics}::text[], ${types}::text[], ${spec.tenant}, ${`${spec.maxLagMs} milliseconds`}::interval,
      CASE WHEN ${spec.from === 'now'} THEN (sluice.head()).position ELSE (SELECT earliest_position - 1 FROM sluice.log) END
    ON CONFLICT (name) DO UPDATE SET delivery = excluded.delivery, tenant = excluded.tenant, max_lag = excluded.max_lag
      WHERE (c.delivery, c.tenant, c.max_lag) IS DISTINCT FROM (excluded.delivery, excluded.tenant, excluded.max_lag)`;
  // Forks run the same code.
  await tx`UPDATE sluice.consumers c SET topics = ${topics}::text[], types = ${types}::text[], revision = c.revision + 1,
      reads = c.reads + CASE WHEN c.types @> ${types}::text[] AND c.types <@ ${types}::text[] THEN 0 ELSE 1 END
    FROM sluice.consumers o WHERE o.name = ${name} AND (c.name = o.name OR c.fork_of = o.name)
      AND NOT (c.types @> ${types}::text[] AND c.types <@ ${types}::text[] AND c.topics @> ${topics}::text[] AND c.topics <@ ${topics}::text[])
      AND (o.types <@ ${types}::text[] OR ${typesAreGiven} OR (o.kind = 'webhook' AND NOT (o.topics @> ${topics}::text[] AND o.topics <@ ${topics}::text[]))
        OR NOT EXISTS (SELECT FROM sluice.consumer_members m WHERE m.consumer = o.name AND m.gateway IS DISTINCT FROM ${gateway}::uuid AND m.expires_at > clock_timestamp()))`;
  await tx`INSERT INTO sluice.consumer_slots (consumer, slot, position)
    SELECT c.name, n, c.start_position FROM sluice.consumers c, generate_series(0, ${SLOTS - 1}::int) n WHERE c.name = ${name}
    ON CONFLICT DO NOTHING`;
}

/** Renews this gateway's leases, of consumers whose types are those that it reads, and learns what has been decided about its consumers, and about forks of them. */
export async function beat(sql: Sql, gateway: string, leaseMs: number, beats: readonly Beat[]): Promise<Control[]> {
  await sql`INSERT INTO sluice.consumer_members AS m (consumer, gateway, expires_at, delivered_per_second, failed_per_second, lag_events, lag_ms)
    SELECT b.name, ${gateway}, clock_timestamp() + ${`${leaseMs} milliseconds`}::interval, b.delivered, b.failed, b.lag_events, b.lag_ms
    FROM unnest(${beats.map((each) => each.name)}::text[], ${beats.map((each) => each.deliveredPerSecond)}::float8[], ${beats.map((each) => each.failedPerSecond)}::float8[],
      ${beats.map((each) => each.lagEvents)}::bigint[], ${beats.map((each) => each.lagMs)}::bigint[], ${beats.map((each) => JSON.stringify([...each.types]))}::text[]) AS b(name, delivered, failed, lag_events, lag_ms, types)
      JOIN sluice.consumers c ON c.name = b.name, LATERAL (SELECT coalesce(array_agg(t), '{}') AS types FROM json_array_elements_text(b.types::json) t) own
    WHERE c.types @> own.types AND c.types <@ own.types
    ORDER BY b.name
    ON CONFLICT (consumer, gateway) DO UPDATE SET expires_at = excluded.expires_at, delivered_per_second = excluded.delivered_per_second,
      failed_per_second = excluded.failed_per_second, lag_events = excluded.lag_events, lag_ms = excluded.lag_ms`;
  const names = beats.map((each) => each.name);
  const rows = await sql<{ name: string; status: Control['status']; revision: number; fork_of: string | null; end_position: string | null; types: string[]; members: string[] }[]>`
    SELECT c.name, c.status, c.revision, c.fork_of, c.end_position, c.types, ARRAY(
      SELECT m.gateway::text FROM sluice.consumer_members m WHERE m.consumer = c.name AND m.expires_at > clock_timestamp() ORDER BY m.gateway) AS members
    FROM sluice.consumers c WHERE c.name = ANY(${names}::text[]) OR c.fork_of = ANY(${names}::text[])`;
  return rows.map(({ name, status, revision, fork_of: forkOf, end_position: end, types, members }) => ({ name, status, revision, forkOf, endPosition: end === null ? null : Number(end), types, members }));
}

/** This gateway no longer works for them: their slots are free at once. Rows of gateways that are long gone go, too. */
export async function leave(sql: Sql, gateway: string, names: readonly string[]): Promise<void> {
  await sql`DELETE FROM sluice.consumer_members WHERE (gateway = ${gateway} AND consumer = ANY(${[...names]}::text[])) OR expires_at < clock_timestamp() - interval '1 hour'`;
}

/** Pauses a consumer for a reason of the gateway's own, with an alert. */
export async function pauseConsumer(sql: Sql, name: string, given: string): Promise<void> {
  const reason = textOf(given, MAX_REASON);
  await sql`WITH paused AS (
      UPDATE sluice.consumers SET status = 'paused', status_reason = ${reason}, status_by = NULL, status_at = clock_timestamp(), revision = revision + 1
      WHERE name = ${name} AND status = 'running' RETURNING name),
    noted AS (INSERT INTO sluice.consumer_actions (consumer, action, reason) SELECT name, 'pause', ${reason} FROM paused)
    SELECT sluice.raise_alert(name, ${CONSUMER_PAUSED}, json_build_object('reason', ${reason}::text)) FROM paused`;
}

/** Has their gateways look at them anew: what is parked, and whether they need wait any longer. */
export async function raiseRevisions(sql: Sql, names: readonly string[]): Promise<void> {
  await sql`UPDATE sluice.consumers SET revision = revision + 1 WHERE name = ANY(${[...names]}::text[])`;
}

/** A consumer with an end has come to it in every slot. */
export async function finishConsumer(sql: Sql, name: string): Promise<void> {
  await sql`UPDATE sluice.consumers c SET status = 'done', status_at = clock_timestamp(), revision = revision + 1
    WHERE c.name = ${name} AND c.status = 'running' AND NOT EXISTS (SELECT FROM sluice.consumer_slots s WHERE s.consumer = c.name AND s.position < c.end_position)
      AND NOT EXISTS (SELECT FROM sluice.parked_events p WHERE p.consumer = c.name AND p.status <> 'dead')`;
}

/** Notes that retention took what the consumer had not read: the positions after `from`, up to `upto`, each once, whoever notices. It is LAGGED from then on, with an alert (0009_alerts.sql). Gives how many it lost in all. */
export async function noteLost(sql: Sql, name: string, from: number, upto: number): Promise<number> {
  const [row] = await sql<{ lost: string }[]>`
    WITH noted AS (
      UPDATE sluice.consumers c SET lost = c.lost + ${upto}::bigint - greatest(${from}::bigint, c.lost_upto), lost_upto = ${upto}, lost_at = clock_timestamp()
      WHERE c.name = ${name} AND c.lost_upto < ${upto} RETURNING c.lost)
    SELECT coalesce((SELECT lost FROM noted), c.lost) AS lost FROM sluice.consumers c WHERE c.name = ${name}`;
  return Number(row?.lost ?? 0);
}
