import type { Sql } from '../../db/connect.js';
import { badInput } from '../../event/limits.js';
import type { Delivery } from '../definition.js';
import { countBehind, newPerSecond, type Counted } from './behind.js';
import { operates, type Fragment, type Operator } from './operator.js';

/** Consumers of one page. */
const MAX_PAGE = 500;
/** What was decided about a consumer, at most so much at once. */
const MAX_ACTIONS = 100;

/**
 * Where a lag is from. `gateways`: those that work for the consumer tell. `log`: none does, and the events behind its slot that is
 * furthest behind were counted, of which other slots may have handled some. `log-cut-short`: the same, but only the last 100,001 positions were
 * looked through: there may be more.
 */
export type LagSource = 'gateways' | 'log' | 'log-cut-short';

/** A consumer as it stands. Positions are decimal text, moments Dates, rates per second, counts since `startPosition`. */
export interface ConsumerState {
  readonly name: string;
  readonly kind: 'processor' | 'webhook';
  readonly delivery: Delivery;
  readonly topics: readonly string[];
  readonly types: readonly string[];
  readonly tenant: string | null;
  readonly forkOf: string | null;
  /** `lagged`: it lost events, and since then it was neither reset nor resumed by somebody. Whether it works then, `paused` says. */
  readonly status: 'running' | 'paused' | 'lagged' | 'done';
  /** It waits until somebody resumes it. */
  readonly paused: boolean;
  readonly statusReason: string | null;
  readonly statusBy: string | null;
  readonly statusAt: Date;
  readonly startPosition: string;
  readonly endPosition: string | null;
  readonly createdAt: Date;
  /** That work for it at present. */
  readonly gateways: number;
  readonly lag: { readonly events: number; readonly ms: number; readonly source: LagSource };
  readonly rates: {
    readonly delivered: number;
    readonly failed: number;
    /** Of the attempts, those that failed; 0 to 1; null when there were none. */
    readonly error: number | null;
    /** Of the log, of its types and tenant. */
    readonly added: number;
  };
  /** Milliseconds until it has caught up if nothing changes; 0: it has; null: the lag does not shrink, or no gateway works for it. */
  readonly etaMs: number | null;
  readonly counts: Readonly<Record<'delivered' | 'skipped' | 'discarded' | 'failed' | 'late' | 'dead' | 'retrying' | 'waiting' | 'lost', number>>;
  readonly lostAt: Date | null;
  /** Null: it is not lagged. */
  readonly laggedSince: Date | null;
}

export interface ConsumerSlot {
  readonly slot: number;
  readonly position: string;
  readonly watermark: Date | null;
  /** The gateway that works on it; null: none at present. */
  readonly owner: string | null;
  readonly delivered: number;
  readonly skipped: number;
  readonly discarded: number;
  readonly failed: number;
  readonly late: number;
}

export interface ConsumerAction {
  readonly id: string;
  readonly action: string;
  readonly principal: string | null;
  readonly reason: string | null;
  readonly details: unknown;
  readonly at: Date;
}

/** As its row has it. */
type StoredStatus = 'running' | 'paused' | 'done';

type Row = Omit<ConsumerState, 'lag' | 'rates' | 'etaMs' | 'status' | 'paused'> & {
  readonly status: StoredStatus;
  readonly head: string;
  readonly least: string;
  readonly lagEvents: number;
  readonly lagMs: number;
  readonly deliveredRate: number;
  readonly failedRate: number;
};

/** The consumers that the operator may see, by name. `first`: 1 to 500; `after`: the name of the last one seen. Errors: `BAD_USER_INPUT`. */
export async function listConsumers(sql: Sql, operator: Operator, { first = 100, after = null }: { readonly first?: number; readonly after?: string | null } = {}): Promise<ConsumerState[]> {
  if (!(Number.isInteger(first) && first >= 1 && first <= MAX_PAGE)) throw badInput(`\`first\` must be 1 to ${MAX_PAGE}, not ${first}.`);
  return measure(sql, await readRows(sql, sql`${operates(sql, operator, 'c.tenant')} AND (${after}::text IS NULL OR c.name > ${after}) ORDER BY c.name LIMIT ${first}`));
}

/** One of them, or null. */
export async function findConsumer(sql: Sql, operator: Operator, name: string): Promise<ConsumerState | null> {
  const [found] = await measure(sql, await readRows(sql, sql`c.name = ${name} AND ${operates(sql, operator, 'c.tenant')}`));
  return found ?? null;
}

async function readRows(sql: Sql, where: Fragment): Promise<readonly Row[]> {
  return sql<Row[]>`
    SELECT c.name, c.kind, c.delivery, c.topics, c.types, c.tenant, c.fork_of AS "forkOf", c.status, c.status_reason AS "statusReason", c.status_by AS "statusBy", c.status_at AS "statusAt",
      c.start_position AS "startPosition", c.end_position AS "endPosition", c.created_at AS "createdAt", c.lost_at AS "lostAt", c.lagged_since AS "laggedSince", (sluice.head()).position AS head,
      s.least, m.*, json_build_object('delivered', s.delivered, 'skipped', s.skipped, 'discarded', s.discarded, 'failed', s.failed, 'late', s.late, 'lost', c.lost,
        'dead', (SELECT count(*) FROM sluice.parked_events p WHERE p.consumer = c.name AND p.status = 'dead'), 'retrying', p.retrying, 'waiting', p.waiting) AS counts
    FROM (SELECT * FROM sluice.consumers c WHERE ${where}) c
    CROSS JOIN LATERAL (SELECT coalesce(min(s.position), c.start_position) AS least, coalesce(sum(s.delivered), 0) AS delivered, coalesce(sum(s.skipped), 0) AS skipped,
      coalesce(sum(s.discarded), 0) AS discarded, coalesce(sum(s.failed), 0) AS failed, coalesce(sum(s.late), 0) AS late FROM sluice.consumer_slots s WHERE s.consumer = c.name) s
    CROSS JOIN LATERAL (SELECT count(*)::int AS gateways, coalesce(sum(m.lag_events), 0)::float8 AS "lagEvents", coalesce(max(m.lag_ms), 0)::float8 AS "lagMs",
      coalesce(sum(m.delivered_per_second), 0) AS "deliveredRate", coalesce(sum(m.failed_per_second), 0) AS "failedRate"
      FROM sluice.consumer_members m WHERE m.consumer = c.name AND m.expires_at > clock_timestamp()) m
    CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE p.status = 'retry') AS retrying, count(*) FILTER (WHERE p.status = 'waiting') AS waiting
      FROM sluice.parked_events p WHERE p.consumer = c.name AND p.status <> 'dead') p
    ORDER BY c.name`;
}

async function measure(sql: Sql, rows: readonly Row[]): Promise<ConsumerState[]> {
  const head = Number(rows[0]?.head ?? 0);
  const counted = await countStanding(sql, head, rows);
  const added = rows.length === 0 ? [] : await newPerSecond(sql, head, rows);
  return rows.map(({ head: _head, least: _least, lagEvents, lagMs, deliveredRate, failedRate, ...row }, index): ConsumerState => {
    const lag = lagOf({ ...row, lagEvents, lagMs }, counted.get(row.name));
    const attempts = deliveredRate + failedRate;
    const rates = { delivered: deliveredRate, failed: failedRate, error: attempts > 0 ? failedRate / attempts : null, added: added[index] ?? 0 };
    const shrinking = rates.delivered - rates.added;
    return { ...row, status: statusOf(row), paused: row.status === 'paused', lag, rates, etaMs: lag.events === 0 ? 0 : row.gateways > 0 && shrinking > 0 ? Math.round((lag.events / shrinking) * 1_000) : null };
  });
}

/** What it is at. Whoever reads on after it lost events, or waits so, is to be seen. */
export function statusOf({ status, laggedSince }: Pick<Row, 'status' | 'laggedSince'>): ConsumerState['status'] {
  return laggedSince !== null && status !== 'done' ? 'lagged' : status;
}

/** What a lag is made of. */
export type LagRow = Pick<Row, 'gateways' | 'status' | 'lagEvents' | 'lagMs'>;

/** By name, for the consumers that no gateway tells the lag of. One that is done has none. */
export async function countStanding(
  sql: Sql, head: number, rows: readonly (Pick<Row, 'name' | 'gateways' | 'status' | 'topics' | 'types' | 'tenant' | 'least' | 'endPosition'>)[],
): Promise<ReadonlyMap<string, Counted>> {
  const standing = rows.filter(({ gateways, status }) => gateways === 0 && status !== 'done');
  if (standing.length === 0) return new Map();
  const counted = await countBehind(sql, head, standing.map((row) => ({ ...row, low: Number(row.least), high: row.endPosition === null ? null : Number(row.endPosition) })));
  return new Map(standing.map(({ name }, index) => [name, counted[index] ?? { events: 0, ms: 0, cut: false }]));
}

export function lagOf({ status, lagEvents, lagMs }: LagRow, counted: Counted | undefined): ConsumerState['lag'] {
  if (status === 'done') return { events: 0, ms: 0, source: 'log' };
  if (counted === undefined) return { events: lagEvents, ms: lagMs, source: 'gateways' };
  return { events: counted.events, ms: Math.round(counted.ms), source: counted.cut ? 'log-cut-short' : 'log' };
}

/** The slots of a consumer that the operator has been shown, in order. */
export async function readSlots(sql: Sql, consumer: string): Promise<readonly ConsumerSlot[]> {
  return sql<ConsumerSlot[]>`
    SELECT s.slot, s.position, s.watermark, m.gateway AS owner, s.delivered::float8, s.skipped::float8, s.discarded::float8, s.failed::float8, s.late::float8
    FROM sluice.consumer_slots s LEFT JOIN sluice.consumer_members m ON m.consumer = s.consumer AND m.gateway = s.owner AND m.expires_at > clock_timestamp()
    WHERE s.consumer = ${consumer} ORDER BY s.slot`;
}

/** What was decided about a consumer that the operator has been shown, the latest first. `first`: 1 to 100. Errors: `BAD_USER_INPUT`. */
export async function readActions(sql: Sql, consumer: string, first: number): Promise<readonly ConsumerAction[]> {
  if (!(Number.isInteger(first) && first >= 1 && first <= MAX_ACTIONS)) throw badInput(`\`first\` must be 1 to ${MAX_ACTIONS}, not ${first}.`);
  return sql<ConsumerAction[]>`
    SELECT id, action, principal, reason, details, at FROM sluice.consumer_actions WHERE consumer = ${consumer} ORDER BY id DESC LIMIT ${first}`;
}
