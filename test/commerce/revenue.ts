import type { Sql } from 'postgres';

export interface RevenueRow {
  readonly day: string;
  readonly sku: string;
  readonly currency: string;
  /** As the driver gives a bigint. */
  readonly amount: string;
}

/** What each product brought in on each day, from the payments in the log and the lines of orders, in SQL alone: by largest remainder, of equal ones to the earlier number. */
export async function expectedRevenue(sql: Sql): Promise<RevenueRow[]> {
  return [...await sql<RevenueRow[]>`
    WITH paid AS (
      SELECT position, (occurred_at AT TIME ZONE 'UTC')::date AS day, payload->'amount'->>'currency' AS currency, (payload->'amount'->>'amount')::numeric AS amount,
        CASE type WHEN 'PaymentRefunded' THEN -1 ELSE 1 END AS sign, payload->>'orderId' AS order_id
      FROM sluice.events WHERE type IN ('PaymentCaptured', 'PaymentRefunded')
    ), parts AS (
      SELECT p.position, p.day, p.currency, p.amount, p.sign, coalesce(l.sku, '') AS sku, coalesce(sum(l.quantity::numeric * l.unit_price_amount), 1) AS weight
      FROM paid p LEFT JOIN commerce.order_lines l ON l.order_id::text = p.order_id GROUP BY 1, 2, 3, 4, 5, 6
    ), wholes AS (
      SELECT *, sum(weight) OVER (PARTITION BY position) AS whole FROM parts
    ), shares AS (
      SELECT *, div(amount * weight, whole) AS share, row_number() OVER (PARTITION BY position ORDER BY mod(amount * weight, whole) DESC, sku) AS place FROM wholes
    ), exact AS (
      SELECT *, amount - sum(share) OVER (PARTITION BY position) AS missing FROM shares
    )
    SELECT day::text, sku, currency, sum(sign * (share + CASE WHEN place <= missing THEN 1 ELSE 0 END))::bigint AS amount
    FROM exact GROUP BY 1, 2, 3 HAVING sum(sign * (share + CASE WHEN place <= missing THEN 1 ELSE 0 END)) <> 0 ORDER BY 1, 2, 3`];
}
