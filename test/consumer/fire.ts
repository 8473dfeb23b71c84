import { balanceOf, unaccounted, type Balance, type PublishedEvent } from '../support/balance.js';
import { setOnFire, type Burnt } from '../support/fire.js';
import type { createTill } from './till.js';

type Till = Awaited<ReturnType<typeof createTill>>;

const CUSTOMERS = 50;

export interface TillFire extends Burnt {
  /** Balances that were looked at while it raged, and those of them in which something was missing or there twice. */
  readonly balances: number;
  readonly wrongBalances: readonly Balance[];
  /** Events that were delivered before the last of them. */
  readonly meanwhile: number;
}

/** Sets the workers of a till on fire (revenue-worker.ts). Times in milliseconds. */
export async function burnTill(till: Till, { ms, payments, leaseMs }: { readonly ms: number; readonly payments: number; readonly leaseMs: number }): Promise<TillFire> {
  const { sql, databaseUrl } = till;
  await sql.unsafe('CREATE TABLE revenue (customer text PRIMARY KEY, sum bigint NOT NULL)');
  const balances: Balance[] = [];
  const burnt = await setOnFire({
    databaseUrl, sql, ms, leaseMs, worker: 'test/consumer/revenue-worker.ts',
    async publish(pace) {
      const step = 100;
      for (let from = 0; from < payments; from += step) {
        await till.payBySql(Array.from({ length: Math.min(step, payments - from) }, (_, index) => ({ receipt: `r${from + index}`, customer: `c${(from + index) % CUSTOMERS}`, amount: 1 + ((from + index) * 7919) % 10_000 })));
        await pace((from + step) / payments);
      }
    },
    watch: async () => void balances.push(await balanceOf(sql, 'revenue', customerOf)),
    async isOver() {
      const [{ waiting } = { waiting: 1 }] = await sql<{ waiting: number }[]>`SELECT count(*)::int AS waiting FROM sluice.outbox`;
      const { published, pending } = await balanceOf(sql, 'revenue', customerOf);
      return published === payments && pending === 0 && waiting === 0;
    },
    describe: () => balanceOf(sql, 'revenue', customerOf),
  });
  return { ...burnt, balances: balances.length, wrongBalances: balances.filter((each) => unaccounted(each) !== 0), meanwhile: balances.at(-1)?.delivered ?? 0 };
}

const customerOf = ({ payload }: PublishedEvent): string => String(payload['customer']);

/** What has come of the fire, against the log itself. Every list is empty and every number 0 when all is well. */
export async function damage({ sql }: Till): Promise<Readonly<Record<string, unknown>>> {
  const right = sql`SELECT payload ->> 'customer' AS customer, sum((payload ->> 'amount')::bigint)::text AS sum FROM sluice.events
    WHERE type = 'Paid' AND NOT EXISTS (SELECT FROM sluice.parked_events p WHERE p.position = events.position AND status = 'dead') GROUP BY 1`;
  const kept = sql`SELECT customer, sum::text FROM revenue`;
  const remembered = sql`SELECT key AS customer, state ->> 'sum' AS sum FROM sluice.consumer_state WHERE consumer = 'revenue'`;
  return {
    wrongRows: await sql`(${right} EXCEPT ${kept}) UNION ALL (${kept} EXCEPT ${right})`,
    wrongStates: await sql`(${right} EXCEPT ${remembered}) UNION ALL (${remembered} EXCEPT ${right})`,
    doubled: await sql`SELECT receipt FROM effects GROUP BY receipt HAVING count(*) > 1`,
    outOfOrder: await sql`SELECT receipt FROM (SELECT receipt, substr(receipt, 2)::int AS number, max(substr(receipt, 2)::int) OVER (PARTITION BY customer ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM effects) e WHERE before > number`,
    noticedTwice: await sql`SELECT payload ->> 'customer', payload ->> 'what' FROM sluice.events WHERE type = 'Noticed' GROUP BY 1, 2 HAVING count(*) > 1`,
    noticedWrongly: await sql`SELECT key FROM (SELECT key, (state ->> 'payments')::int / 100 AS due FROM sluice.consumer_state WHERE consumer = 'revenue') s WHERE due <> (SELECT count(*) FROM sluice.events e WHERE e.type = 'Noticed' AND e.key = s.key)`,
    wrongDead: await sql`SELECT payload ->> 'receipt' AS receipt FROM sluice.parked_events WHERE payload ->> 'receipt' NOT LIKE '%777'`,
    unaccounted: unaccounted(await balanceOf(sql, 'revenue', customerOf)),
  };
}

export const NO_DAMAGE = { wrongRows: [], wrongStates: [], doubled: [], outOfOrder: [], noticedTwice: [], noticedWrongly: [], wrongDead: [], unaccounted: 0 };
