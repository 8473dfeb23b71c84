import { sql as drizzleSql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/consumer/definition.js';
import { PoisonEvent } from '../../src/consumer/outcome.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor, SOON } from './till.js';

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
});
afterEach(() => till.close());

const payments = (count: number, customers = 7) => Array.from({ length: count }, (_, index) => ({ receipt: `r${index}`, customer: `c${index % customers}`, amount: index }));

interface Options {
  readonly delivery: Delivery;
  fail?(receipt: string, attempt: number): void;
}

const recorder = ({ delivery, fail }: Options) => defineProcessor({
  name: 'recorder', topics: ['TillEvent'], types: ['Paid'], delivery, key: (event) => event.customer, ...SOON, maxAttempts: 4,
  async handle({ receipt, customer, amount }, context) {
    fail?.(receipt, context.attempt);
    const statement = drizzleSql`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('recorder', ${receipt}, ${customer}, ${amount})`;
    await (delivery === 'exactly-once' ? context.tx : context.db).execute(statement);
    if (amount % 10 === 0) context.emit('Noticed', { customer, what: receipt });
  },
});

const byCustomer = (effects: readonly { customer: string; receipt: string }[]): Record<string, string[]> => {
  const found: Record<string, string[]> = {};
  for (const { customer, receipt } of effects) (found[customer] ??= []).push(receipt);
  return found;
};

describe.each<Delivery>(['exactly-once', 'at-least-once', 'at-most-once'])('%s', (delivery) => {
  /** At most once, the checkpoint comes before the effect. */
  const done = async (): Promise<void> => {
    await till.done('recorder');
    await waitFor(async () => {
      const { published, dead } = await till.account('recorder');
      return (await till.effects('recorder')).length + dead === published;
    });
  };

  test('G10: every event once, in the order of its key; what it emits is in the log, caused by it', async () => {
    const gateway = await till.start([recorder({ delivery })]);
    const all = payments(500);
    await till.pay(gateway, all);
    await done();
    expect(byCustomer(await till.effects('recorder'))).toEqual(byCustomer(all));
    const noticed = await till.sql<{ what: string; caused: string }[]>`SELECT n.payload ->> 'what' AS what, (SELECT e.payload ->> 'receipt' FROM sluice.events e WHERE e.id::text = n.causation_id) AS caused
      FROM sluice.events n WHERE type = 'Noticed' ORDER BY position`;
    expect(noticed.map(({ what }) => what).sort()).toEqual(all.filter(({ amount }) => amount % 10 === 0).map(({ receipt }) => receipt).sort());
    expect(noticed.every(({ what, caused }) => what === caused)).toBe(true);
  });

  test('G11: delivered + dead + pending = published, when some events always fail and some do at first', async () => {
    const gateway = await till.start([recorder({
      delivery,
      fail(receipt, attempt) {
        if (receipt.endsWith('3') && attempt < 3) throw new Error('not yet');
        if (receipt.endsWith('77')) throw new PoisonEvent('never');
        if (receipt.endsWith('99')) throw new Error('never, either');
      },
    })]);
    const all = payments(300);
    await till.pay(gateway, all);
    await done();
    const account = await till.account('recorder');
    expect(account.published).toBe(300);
    expect(account.delivered + account.dead + account.pending).toBe(300);
    const failing = delivery === 'at-most-once' ? all.filter(({ receipt }) => /(3|77|99)$/.test(receipt)) : all.filter(({ receipt }) => /(77|99)$/.test(receipt));
    expect(account.dead).toBe(failing.length);
    const kept = all.filter((each) => !failing.includes(each));
    // Order holds across retries.
    expect(byCustomer(await till.effects('recorder'))).toEqual(byCustomer(kept));
    const dead = await till.sql<{ receipt: string; attempts: number; message: string; history: number }[]>`SELECT payload ->> 'receipt' AS receipt, attempts, error ->> 'message' AS message, json_array_length(history) AS history
      FROM sluice.parked_events WHERE status = 'dead' AND payload ->> 'receipt' IN ('r77', 'r99') ORDER BY 1`;
    expect(dead).toMatchObject([{ receipt: 'r77', attempts: 1, message: 'never', history: 1 }, { receipt: 'r99', attempts: delivery === 'at-most-once' ? 1 : 4, message: 'never, either' }]);
  });
});

test('G9: exactly-once: what a failed attempt wrote, remembered and emitted is gone, and the same of its neighbours is there once', async () => {
  const gateway = await till.start([defineProcessor({
    name: 'sums', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', key: (event) => event.customer, ...SOON, maxAttempts: 3,
    state: { schema: { parse: (value) => value as { sum: number } }, initial: { sum: 0 } },
    async handle({ receipt, customer, amount }, { state, tx, emit, attempt }) {
      state.set({ sum: state.value.sum + amount });
      await tx.execute(drizzleSql`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('sums', ${receipt}, ${customer}, ${state.value.sum})`);
      emit('Noticed', { customer, what: receipt });
      if (receipt === 'r5' && attempt < 3) throw new Error('late trouble');
      if (receipt === 'r8') throw new Error('always');
    },
  })]);
  const all = payments(60, 3);
  await till.pay(gateway, all);
  await till.done('sums');
  const sums: Record<string, number> = {};
  const expected = all.filter(({ receipt }) => receipt !== 'r8').map(({ receipt, customer, amount }) => ({ receipt, customer, amount: (sums[customer] = (sums[customer] ?? 0) + amount) }));
  const effects = await till.effects('sums');
  for (const customer of Object.keys(sums)) {
    expect(effects.filter((each) => each.customer === customer)).toEqual(expected.filter((each) => each.customer === customer));
  }
  const states = await till.sql<{ key: string; sum: number }[]>`SELECT key, (state ->> 'sum')::int AS sum FROM sluice.consumer_state WHERE consumer = 'sums'`;
  expect(Object.fromEntries(states.map(({ key, sum }) => [key, sum]))).toEqual(sums);
  const noticed = await till.sql<{ what: string }[]>`SELECT payload ->> 'what' AS what FROM sluice.events WHERE type = 'Noticed'`;
  expect(noticed.map(({ what }) => what).sort()).toEqual(expected.map(({ receipt }) => receipt).sort());
});

