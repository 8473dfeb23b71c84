import { sql as statement } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PoisonEvent } from '../../src/consumer/outcome.js';
import { spawnNode } from '../support/process.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor, SOON } from './till.js';

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
});
afterEach(() => till.close());

const payments = (from: number, count: number, customers: number) => Array.from({ length: count }, (_, index) => ({ receipt: `r${from + index}`, customer: `c${(from + index) % customers}`, amount: 1 }));

/** How many slots each owner has, the most first; slots that nobody has are left out. */
const owners = async (): Promise<number[]> =>
  (await till.sql<{ slots: number }[]>`SELECT count(*)::int AS slots FROM sluice.consumer_slots WHERE owner IS NOT NULL GROUP BY owner ORDER BY 1 DESC`).map(({ slots }) => slots);

const shared = (expected: readonly number[]) => waitFor(async () => JSON.stringify(await owners()) === JSON.stringify(expected), { what: `slots shared out as ${expected.join(', ')}` });

// Seen to fail: when work.ts lets events pass that are behind one of their key which has failed, receipts of a key are out of order.
test('G9 G10: order of every key, and each effect once, while gateways come and go, some events are poison and some are tried again', async () => {
  /** Gateways that have handled something of a customer. */
  const handledBy = new Map<string, Set<string>>();
  const processor = (gateway: string) => defineProcessor({
    name: 'recorder', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', from: 'beginning', key: (event) => event.customer, ...SOON, batch: 20,
    async handle({ receipt, customer, amount }, { tx, attempt }) {
      handledBy.set(customer, (handledBy.get(customer) ?? new Set()).add(gateway));
      await tx.execute(statement`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('recorder', ${receipt}, ${customer}, ${amount})`);
      if (receipt.endsWith('7') && attempt < 3) throw new Error('not yet');
      if (receipt.endsWith('50')) throw new PoisonEvent('never');
    },
  });
  const first = await till.start([processor('first')]);
  await shared([64]);
  // From before the first change of owners until after the last, 50 at a time, as long as not too many wait.
  const all: ReturnType<typeof payments> = [];
  let changing = true;
  const publishing = (async () => {
    while (changing || all.length % 100 > 0) {
      const next = payments(all.length, 50, 30);
      all.push(...next);
      await till.pay(first, next);
      await waitFor(async () => (await till.account('recorder')).pending < 200, { what: 'the consumer to come along' });
    }
  })();
  const failedBy = async (): Promise<number> => (await till.account('recorder')).failed;
  /** Waits until some have failed since: attempts that were, and will be, made by different gateways. */
  const someFail = async (): Promise<void> => {
    const before = await failedBy();
    await waitFor(async () => (await failedBy()) > before, { what: 'another event to fail' });
  };
  await someFail();
  const second = await till.start([processor('second')]);
  await shared([32, 32]);
  await someFail();
  const third = await till.start([processor('third')]);
  await shared([22, 21, 21]);
  await someFail();
  await second.stop();
  // Its slots are free at once: nobody waits for its lease.
  expect(await owners()).toHaveLength(2);
  await shared([32, 32]);
  await someFail();
  changing = false;
  await publishing;
  await third.stop();
  await till.done('recorder');
  const effects = await till.effects('recorder');
  for (const customer of new Set(all.map((each) => each.customer))) {
    expect(effects.filter((each) => each.customer === customer).map(({ receipt }) => receipt)).toEqual(all.filter((each) => each.customer === customer && !each.receipt.endsWith('50')).map(({ receipt }) => receipt));
  }
  expect(await till.account('recorder')).toMatchObject({ published: all.length, delivered: all.length * 0.99, dead: all.length * 0.01, pending: 0 });
  // Keys went from one to another in between.
  expect([...handledBy.values()].filter((gateways) => gateways.size > 1).length).toBeGreaterThan(0);
});

// Seen to fail: without `s.fence = p.fence` in `advance`, the frozen owner's batch commits beside that of the next one.
test('G8: an owner that was frozen for three times its lease writes nothing of what it had in hand, and goes on with what it is given', async () => {
  await (await till.start([])).stop();
  await till.sql.unsafe('CREATE TABLE revenue (customer text PRIMARY KEY, sum bigint NOT NULL)');
  const worker = spawnNode('test/consumer/revenue-worker.ts', { env: { DATABASE_URL: till.databaseUrl, LEASE_MS: '500' } });
  await worker.waitForLine(/works at/);
  await shared([64]);
  await till.payBySql(payments(0, 2_000, 40));
  await waitFor(async () => (await till.effects('revenue')).length > 50);
  worker.signal('SIGSTOP');
  const fences = async (): Promise<number> => Number((await till.sql<{ fences: string }[]>`SELECT sum(fence) AS fences FROM sluice.consumer_slots`)[0]?.fences);
  const before = await fences();
  const [thief] = await Promise.all([
    // As a successor takes them: the lease has run out.
    waitFor(() => till.sql<{ slot: number; position: string }[]>`UPDATE sluice.consumer_slots s SET owner = '00000000-0000-4000-8000-000000000000', fence = fence + 1
      WHERE NOT EXISTS (SELECT FROM sluice.consumer_members m WHERE m.gateway = s.owner AND m.expires_at > clock_timestamp()) RETURNING slot, position`.then((rows) => (rows.length > 0 ? rows : null))),
  ]);
  expect(thief).toHaveLength(64);
  // The server has ended the frozen transaction: nothing more is in flight. The successor lives on for a second.
  await till.sql`INSERT INTO sluice.consumer_members (consumer, gateway, expires_at) VALUES ('revenue', '00000000-0000-4000-8000-000000000000', clock_timestamp() + interval '1500 milliseconds')`;
  const atRest = await till.effects('revenue');
  worker.signal('SIGCONT');
  await waitFor(async () => (await till.sql`SELECT FROM sluice.consumer_members WHERE expires_at > clock_timestamp()`).length === 2, { what: 'the frozen worker to be a member again' });
  await waitFor(async () => (await till.sql`SELECT FROM sluice.consumer_members WHERE gateway = '00000000-0000-4000-8000-000000000000' AND expires_at > clock_timestamp() + interval '200 milliseconds'`).length === 0);
  expect(await till.effects('revenue')).toEqual(atRest);
  expect(await fences()).toBe(before + 64);
  // The successor is gone, too.
  await till.done('revenue', 25_000);
  const receipts = (await till.effects('revenue')).map(({ receipt }) => receipt);
  expect(new Set(receipts).size).toBe(receipts.length);
  expect(await till.account('revenue')).toMatchObject({ published: 2_000, delivered: 1_998, dead: 2, pending: 0 });
  await worker.kill('SIGKILL');
});

test('a stop ends what it does though the database is away, and nothing goes on in the process', async () => {
  const gateway = await till.start([defineProcessor({
    name: 'waits', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', ...SOON, timeoutMs: 60_000,
    async handle(_event, { tx, signal }) {
      await tx.execute(statement`SELECT 1`);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  })]);
  await till.pay(gateway, payments(0, 1, 1));
  await waitFor(async () => (await till.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice consumer' AND state LIKE 'idle in transaction%'`).length > 0);
  const { pathname } = new URL(till.databaseUrl);
  const allow = async (connections: boolean): Promise<void> => {
    const server = postgres(Object.assign(new URL(till.databaseUrl), { pathname: '/postgres' }).href, { max: 1 });
    await server.unsafe(`ALTER DATABASE ${pathname.slice(1)} ALLOW_CONNECTIONS ${String(connections)}`);
    await server.end();
  };
  // Nobody gets in, and those who were are out.
  await allow(false);
  await till.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'sluice %'`;
  const began = performance.now();
  await gateway.stop(100);
  expect(performance.now() - began).toBeLessThan(20_000);
  await allow(true);
  expect((await till.effects('waits')).length).toBe(0);
});
