import { sql as drizzleSql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PoisonEvent } from '../../src/consumer/outcome.js';
import { query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor, SOON } from './till.js';

/* The decisions of operators, with the engine that obeys them. */

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
});
afterEach(() => till.close());

const payments = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ receipt: `r${from + index}`, customer: `c${index % 7}`, amount: index }));

async function ask<T>(url: string, text: string, variables: object = {}): Promise<T> {
  const { data, errors } = await query<T>(url, text, variables);
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

test('a running consumer is paused, resumed, reset and forked; its dead letters are replayed and discarded', async () => {
  let broken = true;
  const processor = defineProcessor({
    name: 'recorder', topics: ['TillEvent'], types: ['Paid'], delivery: 'exactly-once', key: (event) => event.customer, ...SOON, maxAttempts: 2,
    async handle({ receipt, customer, amount }, { tx }) {
      if (broken && receipt.endsWith('5')) throw new PoisonEvent(`cannot read ${receipt}`);
      await tx.execute(drizzleSql`INSERT INTO effects (consumer, receipt, customer, amount) VALUES ('recorder', ${receipt}, ${customer}, ${amount})`);
    },
  });
  const { url } = await till.start([processor]);
  await till.pay({ url }, payments(0, 50));
  await till.done('recorder');
  const effects = async (): Promise<number> => (await till.effects('recorder')).length;
  const counts = async (): Promise<Record<string, number>> => (await ask<{ consumer: { counts: Record<string, number> } }>(url, '{ consumer(name: "recorder") { counts { delivered dead retrying waiting discarded } } }')).consumer.counts;
  expect(await counts()).toEqual({ delivered: 45, dead: 5, retrying: 0, waiting: 0, discarded: 0 });
  await waitFor(async () => (await ask<{ consumer: { gateways: number; lag: { events: number; source: string } } }>(url, '{ consumer(name: "recorder") { gateways lag { events source } } }')).consumer.lag.events === 0);

  const { deadLetters } = await ask<{ deadLetters: { edges: { node: { position: string; error: { message: string } } }[] } }>(url, '{ deadLetters(where: { consumer: "recorder", error: "cannot read" }) { edges { node { position error { message } } } } }');
  expect(deadLetters.edges.map(({ node }) => node.error.message)).toEqual(['r5', 'r15', 'r25', 'r35', 'r45'].map((receipt) => `cannot read ${receipt}`));
  const positions = deadLetters.edges.map(({ node }) => node.position);
  broken = false;
  await ask(url, 'mutation($positions: [Position!]!) { replayDeadLetters(consumer: "recorder", positions: $positions) { replayed } }', { positions: positions.slice(0, 3) });
  await waitFor(async () => (await effects()) === 48);
  await ask(url, 'mutation($positions: [Position!]!) { discardDeadLetters(consumer: "recorder", positions: $positions, reason: "test") { discarded } }', { positions: positions.slice(3) });
  await till.done('recorder');
  expect(await counts()).toEqual({ delivered: 48, dead: 0, retrying: 0, waiting: 0, discarded: 2 });

  await ask(url, 'mutation { pauseConsumer(name: "recorder", reason: "test") { consumer { status } } }');
  // Gateways look every second: one that has not looked yet still works.
  const stopped = async (): Promise<boolean> => {
    const before = await effects();
    const receipts = payments(1_000 + before, 1);
    await till.pay({ url }, receipts);
    return !(await waitFor(async () => (await effects()) > before, { timeoutMs: 1_500 }).then(() => true, () => false));
  };
  await waitFor(stopped, { timeoutMs: 30_000 });
  const before = await effects();
  await ask(url, 'mutation { resumeConsumer(name: "recorder") { consumer { status } } }');
  await waitFor(async () => (await effects()) === before + 1);

  // Everything again.
  await till.done('recorder');
  const { published } = await till.account('recorder');
  await ask(url, 'mutation { resetConsumer(name: "recorder", to: { from: BEGINNING }) { position } }');
  await till.done('recorder');
  expect(await effects()).toBe(before + 1 + published);
  expect((await counts())['delivered']).toBe(published);

  await ask(url, 'mutation { forkConsumer(name: "recorder", label: "v2", from: { from: BEGINNING }, until: { from: NOW }) { consumer { name } } }');
  await waitFor(async () => (await ask<{ consumer: { status: string } }>(url, '{ consumer(name: "recorder@v2") { status } }')).consumer.status === 'DONE', { timeoutMs: 20_000 });
  expect((await till.account('recorder@v2')).delivered).toBe(published);
  expect(await effects()).toBe(before + 1 + published);
  await ask(url, 'mutation { deleteConsumer(name: "recorder@v2") { names } }');
  await ask(url, 'mutation { pauseConsumer(name: "recorder") { consumer { status } } }');
}, 120_000);
