import path from 'node:path';
import { sql as statement } from 'drizzle-orm';
import { startGateway } from '../../src/gateway.js';
import { guardDriver } from '../../src/db/driver-guard.js';
import { createLogger } from '../../src/observe/log.js';
import { processorsOf } from '../../src/consumer/definition.js';

/*
 * A gateway of its own process that adds up payments: `revenue` keeps each customer's sum as state and as a row, and notices each 100th
 * payment of a customer once. It is killed, frozen and cut off by under-fire.test.ts. LEASE_MS: milliseconds.
 */
const leaseMs = Number(process.env['LEASE_MS']);
const log = createLogger(process.env['TEST_LOG'] ?? 'fatal');
guardDriver(log);

const revenue = processorsOf<{ Paid: { receipt: string; customer: string; amount: number }; Noticed: { customer: string; what: string } }>()({
  name: 'revenue', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', from: 'beginning', key: (event) => event.customer, backoff: { firstMs: 20, maxMs: 100, jitter: 0 }, timeoutMs: 5_000, batch: 40, maxAttempts: 20,
  state: { schema: { parse: (value) => value as { sum: number; payments: number } }, initial: { sum: 0, payments: 0 } },
  async handle({ receipt, customer, amount }, { state, tx, emit, attempt }) {
    const { sum, payments } = state.value;
    state.set({ sum: sum + amount, payments: payments + 1 });
    await tx.execute(statement`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('revenue', ${receipt}, ${customer}, ${amount})`);
    await tx.execute(statement`INSERT INTO revenue (customer, sum) VALUES (${customer}, ${amount}) ON CONFLICT (customer) DO UPDATE SET sum = revenue.sum + excluded.sum`);
    if ((payments + 1) % 100 === 0) emit('Noticed', { customer, what: `payment ${payments + 1}` });
    if (receipt.endsWith('33') && attempt === 1) throw new Error('fails at first');
    if (receipt.endsWith('777')) throw new Error('always fails');
  },
});

const gateway = await startGateway({
  databaseUrl: process.env['DATABASE_URL'] ?? '', log, auth: 'none', port: 0, consumers: { leaseMs },
  application: { name: 'till', schema: path.resolve('test/fixtures/till'), migrations: [], resolvers: {}, loaders: {}, processors: [revenue] },
});
process.stdout.write(`works at ${gateway.url}\n`);
process.on('SIGTERM', () => void gateway.stop(2_000).then(() => process.exit(0)));
