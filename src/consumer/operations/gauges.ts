import type { Sql } from '../../db/connect.js';
import { countStanding, lagOf, statusOf, type ConsumerState } from './read.js';

/** Consumers that have labels of their own; the rest is one more, called `*`. */
const LABELLED = 200;

/** What metrics show of a consumer, or of several together. */
export interface ConsumerGauges {
  /** `*`: of all that have no label of their own. */
  readonly consumer: string;
  readonly lagEvents: number;
  /** The longest, when several are together. */
  readonly lagMs: number;
  readonly deadLetters: number;
  /** Events that wait for another attempt, or behind one that does. */
  readonly parked: number;
  readonly lost: number;
  readonly gateways: number;
  /** How many of them have this status, see `statusOf`. */
  readonly status: Readonly<Record<ConsumerState['status'], number>>;
}

type Row = Parameters<typeof countStanding>[2][number] & Omit<ConsumerGauges, 'consumer' | 'status'> & { readonly head: string; readonly laggedSince: Date | null };

/** Of every consumer: processors first, then webhooks, forks last. At most 200 apart. */
export async function readConsumerGauges(sql: Sql): Promise<ConsumerGauges[]> {
  const rows = await sql<Row[]>`
    SELECT c.name, c.status, c.topics, c.types, c.tenant, c.end_position AS "endPosition", c.lost::float8 AS lost, c.lagged_since AS "laggedSince", (sluice.head()).position AS head,
      coalesce((SELECT min(s.position) FROM sluice.consumer_slots s WHERE s.consumer = c.name), c.start_position) AS least, m.*,
      (SELECT count(*) FROM sluice.parked_events p WHERE p.consumer = c.name AND p.status = 'dead')::float8 AS "deadLetters",
      (SELECT count(*) FROM sluice.parked_events p WHERE p.consumer = c.name AND p.status <> 'dead')::float8 AS parked
    FROM sluice.consumers c
    CROSS JOIN LATERAL (SELECT count(*)::int AS gateways, coalesce(sum(m.lag_events), 0)::float8 AS "lagEvents", coalesce(max(m.lag_ms), 0)::float8 AS "lagMs"
      FROM sluice.consumer_members m WHERE m.consumer = c.name AND m.expires_at > clock_timestamp()) m
    ORDER BY c.fork_of IS NOT NULL, c.kind, c.name`;
  const counted = await countStanding(sql, Number(rows[0]?.head ?? 0), rows);
  const gauges = rows.map(({ name, deadLetters, parked, lost, gateways, ...row }): ConsumerGauges => {
    const { events, ms } = lagOf({ ...row, gateways }, counted.get(name));
    return { consumer: name, lagEvents: events, lagMs: ms, deadLetters, parked, lost, gateways, status: { running: 0, paused: 0, lagged: 0, done: 0, [statusOf(row)]: 1 } };
  });
  const rest = gauges.slice(LABELLED);
  return rest.length === 0 ? gauges : [...gauges.slice(0, LABELLED), { ...rest.reduce(together), consumer: '*' }];
}

function together(one: ConsumerGauges, other: ConsumerGauges): ConsumerGauges {
  const sum = (field: 'lagEvents' | 'deadLetters' | 'parked' | 'lost' | 'gateways'): number => one[field] + other[field];
  return {
    ...one, lagEvents: sum('lagEvents'), lagMs: Math.max(one.lagMs, other.lagMs), deadLetters: sum('deadLetters'), parked: sum('parked'), lost: sum('lost'), gateways: sum('gateways'),
    status: {
      running: one.status.running + other.status.running, paused: one.status.paused + other.status.paused, lagged: one.status.lagged + other.status.lagged, done: one.status.done + other.status.done,
    },
  };
}
