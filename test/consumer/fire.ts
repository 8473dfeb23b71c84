import { setTimeout as delay } from 'node:timers/promises';
import { spawnNode, type NodeProcess } from '../support/process.js';
import { waitFor } from '../support/wait.js';
import type { createTill } from './till.js';

type Till = Awaited<ReturnType<typeof createTill>>;

export interface Fire {
  readonly till: Till;
  /** Milliseconds that it rages. */
  readonly ms: number;
  readonly payments: number;
  /** Milliseconds. */
  readonly leaseMs: number;
  /** The worker's script. */
  readonly worker?: string;
}

export interface Burnt {
  readonly killed: number;
  readonly frozen: number;
  /** Server processes ended. */
  readonly terminated: number;
  /** Milliseconds from the last fault until nothing was left to do. */
  readonly healedMs: number;
}

const CUSTOMERS = 50;

/** Publishes payments while two workers are killed (-9) and replaced, frozen for three times their lease, and their connections ended, at random. */
export async function setOnFire({ till, ms, payments, leaseMs, worker = 'test/consumer/revenue-worker.ts' }: Fire): Promise<Burnt> {
  await till.sql.unsafe('CREATE TABLE revenue (customer text PRIMARY KEY, sum bigint NOT NULL)');
  const start = async (): Promise<NodeProcess> => {
    // One whose sessions end while it starts ends, too: whoever runs it starts it again.
    for (;;) {
      const child = spawnNode(worker, { env: { DATABASE_URL: till.databaseUrl, LEASE_MS: String(leaseMs) } });
      const ended = await Promise.race([child.exited.then(() => true), child.waitForLine(/works at/, 60_000).then(() => false, () => true)]);
      if (!ended) return child;
      await child.kill('SIGKILL');
    }
  };
  const workers = await Promise.all([start(), start()]);
  const until = performance.now() + ms;
  const counts = { killed: 0, frozen: 0, terminated: 0 };
  const publishing = (async () => {
    const step = 100;
    for (let from = 0; from < payments; from += step) {
      await till.payBySql(Array.from({ length: Math.min(step, payments - from) }, (_, index) => ({ receipt: `r${from + index}`, customer: `c${(from + index) % CUSTOMERS}`, amount: 1 + ((from + index) * 7919) % 10_000 })));
      await delay(Math.max(0, (ms * 0.9 * (from + step)) / payments - (performance.now() - until + ms)));
    }
  })();
  const ending = (async () => {
    while (performance.now() < until) {
      await delay(100 + Math.random() * 400);
      const ended = await till.sql`SELECT pg_terminate_backend(pid) FROM (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'sluice %' AND application_name <> 'sluice status' ORDER BY random() LIMIT 3) p`;
      counts.terminated += ended.length;
    }
  })();
  const harming = workers.map(async (_, index) => {
    while (performance.now() < until) {
      await delay(300 + Math.random() * 2_000);
      const child = workers[index];
      if (child === undefined) return;
      if (Math.random() < 0.5) {
        await child.kill('SIGKILL');
        counts.killed += 1;
        workers[index] = await start();
      } else {
        child.signal('SIGSTOP');
        counts.frozen += 1;
        await delay(leaseMs * 3);
        child.signal('SIGCONT');
      }
    }
  });
  await Promise.all([publishing, ending, ...harming]);
  const healing = performance.now();
  await waitFor(async () => {
    const [{ waiting } = { waiting: 1 }] = await till.sql<{ waiting: number }[]>`SELECT count(*)::int AS waiting FROM sluice.outbox`;
    const { published, pending, parked } = await till.account('revenue');
    return published === payments && pending === 0 && parked === 0 && waiting === 0;
  }, { timeoutMs: 60_000, what: 'all payments to be handled' }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}; account: ${JSON.stringify(await till.account('revenue'))}; workers: ${workers.map((child) => child.lines.slice(-3).join(' | ')).join(' || ')}`);
  });
  const healedMs = performance.now() - healing;
  for (const child of workers) await child.kill('SIGKILL');
  return { ...counts, healedMs };
}

/** What has come of the fire, against the log itself. Every list is empty and every number 0 when all is well. */
export async function damage({ sql, account }: Till): Promise<Readonly<Record<string, unknown>>> {
  const { published, delivered, dead, pending, skipped } = await account('revenue');
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
    unaccounted: published - delivered - dead - pending - skipped,
  };
}

export const NO_DAMAGE = { wrongRows: [], wrongStates: [], doubled: [], outOfOrder: [], noticedTwice: [], noticedWrongly: [], wrongDead: [], unaccounted: 0 };
