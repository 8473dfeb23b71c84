import type { Sql } from '../../src/db/connect.js';
import { query } from '../support/gateway.js';
import { expectedCases, type ExpectedCase } from './fraud-oracle.js';
import { expectedRevenue, type RevenueRow } from './revenue.js';

/** What has come of the shop, against the log itself. Every list is empty and every number 0 when all is well. */
export async function damage(sql: Sql, door: string): Promise<Readonly<Record<string, unknown>>> {
  return { ...await damageToRevenue(sql, door), ...await damageByFraud(sql), ...await damageToOthers(sql) };
}

const byKey = (rows: readonly RevenueRow[]) => rows.map((row) => JSON.stringify([row.day, row.sku, row.currency, row.amount]));
const difference = (one: readonly string[], other: readonly string[]): string[] => [...one.filter((each) => !other.includes(each)), ...other.filter((each) => !one.includes(each))];

async function damageToRevenue(sql: Sql, door: string): Promise<object> {
  const right = byKey(await expectedRevenue(sql));
  const kept = await sql<RevenueRow[]>`SELECT day::text, sku, currency, amount FROM commerce.daily_revenue WHERE amount <> 0 ORDER BY 1, 2, 3`;
  const days = await sql<{ first: string; last: string }[]>`SELECT min(day)::text AS first, max(day)::text AS last FROM commerce.daily_revenue`;
  const { data, errors } = await query<{ dailyRevenue: { day: string; sku: string; amount: { amount: number; currency: string } }[] }>(
    door, 'query($from: String, $to: String) { dailyRevenue(from: $from, to: $to, first: 1000) { day sku amount { amount currency } } }', { from: days[0]?.first, to: days[0]?.last });
  if (!data) throw new Error(JSON.stringify(errors));
  const shown = data.dailyRevenue.filter(({ amount }) => amount.amount !== 0).map(({ day, sku, amount }) => ({ day, sku, currency: amount.currency, amount: String(amount.amount) }));
  const [sums] = await sql<{ kept: string; right: string }[]>`
    SELECT (SELECT sum(amount) FROM commerce.daily_revenue) AS kept,
      (SELECT sum(CASE type WHEN 'PaymentRefunded' THEN -1 ELSE 1 END * (payload->'amount'->>'amount')::bigint) FROM sluice.events WHERE type IN ('PaymentCaptured', 'PaymentRefunded')) AS right`;
  const orders = sql`SELECT (e.occurred_at AT TIME ZONE 'UTC')::date AS day, l.sku, l.unit_price_currency AS currency, sum(l.quantity)::bigint AS units, count(DISTINCT e.position) AS orders
    FROM sluice.events e JOIN commerce.order_lines l ON l.order_id::text = e.key WHERE e.type = 'OrderPaid' GROUP BY 1, 2, 3`;
  const counted = sql`SELECT day, sku, currency, units, orders FROM commerce.daily_revenue WHERE orders <> 0`;
  return {
    wrongSum: Number(sums?.kept) - Number(sums?.right),
    wrongRows: difference(right, byKey(kept)),
    wrongAnswers: difference(right, byKey(shown)),
    wrongOrders: await sql`(${orders} EXCEPT ${counted}) UNION ALL (${counted} EXCEPT ${orders})`,
    // What was told is each change once, in the order in which it happened: the totals run on.
    toldWrongly: await sql`SELECT key, sku, total, running FROM (
      SELECT key, payload->>'sku' AS sku, (payload->'total'->>'amount')::bigint AS total,
        sum((payload->'change'->>'amount')::bigint) OVER (PARTITION BY key, payload->>'sku', payload->'change'->>'currency' ORDER BY position) AS running
      FROM sluice.events WHERE type = 'RevenueChanged') told WHERE total <> running`,
    lastTold: await sql`SELECT day, sku, currency FROM commerce.daily_revenue r WHERE amount <> coalesce((
      SELECT sum((payload->'change'->>'amount')::bigint) FROM sluice.events WHERE type = 'RevenueChanged' AND key = r.day::text AND payload->>'sku' = r.sku AND payload->'change'->>'currency' = r.currency), 0)`,
  };
}

interface StoredCase {
  readonly id: string;
  readonly customer: string;
  readonly known: boolean;
}

async function damageByFraud(sql: Sql): Promise<object> {
  const logged = await sql<{ payment: { paymentId: string; customerId: string; amount: { amount: number; currency: string } | null }; at: Date }[]>`
    SELECT payload AS payment, occurred_at AS at FROM sluice.events WHERE type = 'PaymentCaptured' ORDER BY position`;
  const { cases, late } = expectedCases(logged.flatMap(({ payment: { paymentId, customerId, amount }, at }) => (amount === null ? [] : [{ paymentId, customerId, ...amount, at }])));
  const told = await sql<{ payload: Omit<ExpectedCase, 'day'> & { caseId: string } }[]>`SELECT payload FROM sluice.events WHERE type = 'FraudSuspected' ORDER BY position`;
  const text = ({ customerId, windowStart, windowEnd, spent, paymentIds }: Omit<ExpectedCase, 'day'>): string =>
    JSON.stringify([customerId, new Date(windowStart).toISOString(), new Date(windowEnd).toISOString(), spent.amount, spent.currency, paymentIds]);
  const stored = await sql<StoredCase[]>`SELECT f.id, f.customer_id AS customer, EXISTS (SELECT FROM commerce.customers c WHERE c.id::text = f.customer_id) AS known FROM commerce.fraud_cases f`;
  const known = stored.filter((each) => each.known);
  const freezes = await sql<{ what: string; id: string }[]>`SELECT what, id FROM freezes`;
  const of = (what: string): string[] => freezes.filter((each) => each.what === what).map(({ id }) => id).sort();
  const [counted] = await sql<{ late: number }[]>`SELECT sum(late)::int AS late FROM sluice.consumer_slots WHERE consumer = 'fraud'`;
  return {
    suspectedTwice: told.map(({ payload }) => payload.caseId).filter((id, index, ids) => ids.indexOf(id) !== index),
    suspectedWrongly: difference(cases.map(text), told.map(({ payload }) => text(payload))),
    wrongCases: difference(told.map(({ payload }) => payload.caseId), stored.map(({ id }) => id)),
    // Once for each case of somebody whom the shop knows: the case, and the customer.
    frozenWrongly: JSON.stringify([of('fraud_cases'), of('customers')]) === JSON.stringify([known.map(({ id }) => id).sort(), known.map(({ customer }) => customer).sort()]) ? [] : freezes,
    wrongLate: (counted?.late ?? 0) - late,
  };
}

async function damageToOthers(sql: Sql): Promise<object> {
  return {
    wrongDead: await sql`SELECT consumer, type, error ->> 'message' AS error FROM sluice.parked_events WHERE payload::jsonb -> 'amount' <> 'null'`,
    routedWrongly: await sql`SELECT placed.key FROM sluice.events placed LEFT JOIN sluice.events routed ON routed.type = 'OrderRouted' AND routed.key = placed.key AND routed.causation_id = placed.id::text
      WHERE placed.type = 'OrderPlaced' GROUP BY placed.position, placed.key HAVING count(routed.position) <> 1`,
    welcomedTwice: await sql`SELECT recipient FROM welcomes GROUP BY 1 HAVING count(*) > 1`,
    rejected: await sql`SELECT reason FROM sluice.outbox_rejected LIMIT 5`,
  };
}

export const NO_DAMAGE = {
  wrongSum: 0, wrongRows: [], wrongAnswers: [], wrongOrders: [], toldWrongly: [], lastTold: [],
  suspectedTwice: [], suspectedWrongly: [], wrongCases: [], frozenWrongly: [], wrongLate: 0,
  wrongDead: [], routedWrongly: [], welcomedTwice: [], rejected: [],
};
