import { sql as statement } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import type { ConsumerTransaction } from '../../src/consumer/definition.js';
import { slotOf } from '../../src/consumer/slot-of.js';
import { waitFor } from '../support/wait.js';
import { createTill, defineProcessor, LEASE, SOON, type Payment } from './till.js';

/*
 * What goes wrong with one event, key or consumer, and does its neighbours no harm. Each test was seen to fail with the code as it was
 * before what it is about was mended.
 */

let till: Awaited<ReturnType<typeof createTill>>;
beforeAll(async () => {
  till = await createTill();
  await till.sql.unsafe('CREATE TABLE parents (id text PRIMARY KEY); CREATE TABLE children (parent text REFERENCES parents DEFERRABLE INITIALLY DEFERRED)');
});
afterAll(() => till.close());

const about = (name: string) => ({ name, topics: ['TillEvent'], types: ['Paid'], key: (event: { customer: string }) => event.customer, ...SOON, partitions: 1 }) as const;
const counter = { schema: { parse: (value: unknown) => value as { n: number } }, initial: { n: 0 } };
const of = (customer: string, ...receipts: string[]): Payment[] => receipts.map((receipt) => ({ receipt, customer, amount: 0 }));
const noteFor = (consumer: string) => (tx: { execute: ConsumerTransaction['execute'] }, receipt: string) => tx.execute(statement`INSERT INTO effects (consumer, receipt, customer, amount) VALUES (${consumer}, ${receipt}, '', 0)`);
const receipts = async (consumer: string): Promise<string[]> => (await till.effects(consumer)).map(({ receipt }) => receipt);
const dead = async (consumer: string): Promise<string[]> => (await till.sql<{ receipt: string }[]>`SELECT payload ->> 'receipt' AS receipt FROM sluice.parked_events WHERE consumer = ${consumer} AND status = 'dead' ORDER BY position`).map(({ receipt }) => receipt);
/** Keys of one slot. */
const together = (count: number): string[] => Array.from({ length: 128 * count }, (_, index) => `d${index}`).filter((key) => slotOf('default', key) === slotOf('default', 'd0')).slice(0, count);
/** Keys, each of a slot of its own. */
const apart = (count: number): string[] => [...new Map(Array.from({ length: 200 }, (_, index) => `k${index}`).map((key) => [slotOf('default', key), key])).values()].slice(0, count);

test('G9: exactly-once: the state of an event goes with its savepoint, also when the end of that is what fails', async () => {
  const note = noteFor('savepoint');
  const gateway = await till.start([defineProcessor({
    ...about('savepoint'), delivery: 'exactly-once', maxAttempts: 1, state: counter,
    async handle({ receipt }, { tx, state }) {
      state.set({ n: state.value.n + 1 });
      await note(tx, receipt);
      if (receipt === 'first') throw new Error('so that the batch goes on with savepoints');
      if (receipt === 'deferred') await tx.execute(statement`INSERT INTO children VALUES ('nobody')`);
      if (receipt === 'swallowed') await tx.execute(statement`SELECT 1 / 0`).catch(() => 'nobody looks');
    },
  })]);
  await till.pay(gateway, [...of('new', 'first', 'deferred'), ...of('known', 'one', 'deferred', 'swallowed', 'two')]);
  await till.done('savepoint');
  expect(await dead('savepoint')).toEqual(['first', 'deferred', 'deferred', 'swallowed']);
  expect(await receipts('savepoint')).toEqual(['one', 'two']);
  expect(await till.sql`SELECT key, (state ->> 'n')::int AS n FROM sluice.consumer_state WHERE consumer = 'savepoint'`).toEqual([{ key: 'known', n: 2 }]);
  await gateway.stop();
});

test('G9: at-most-once: a stop begins no attempt; what none was made on is parked, and has its one attempt later', async () => {
  const note = noteFor('stopped');
  const tried: string[] = [];
  let ended = false;
  const define = () => defineProcessor({
    ...about('stopped'), delivery: 'at-most-once', timeoutMs: 60_000,
    async handle({ receipt }, { db, signal }) {
      tried.push(receipt);
      if (receipt === 'r1' && !ended) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      else await note(db, receipt);
    },
  });
  const first = await till.start([define()]);
  const all = Array.from({ length: 20 }, (_, index) => `r${index}`);
  await till.pay(first, of('c', ...all));
  await waitFor(() => tried.includes('r1'));
  await first.stop();
  expect(tried).toEqual(['r0', 'r1']);
  expect(await dead('stopped')).toEqual(['r1']);
  expect(await till.account('stopped')).toMatchObject({ delivered: 1, dead: 1, parked: 18 });
  ended = true;
  const second = await till.start([define()]);
  await till.done('stopped');
  await waitFor(async () => (await receipts('stopped')).length === 19);
  expect(tried).toEqual(all);
  await second.stop();
});

test('one consumer that cannot be controlled takes no other with it', async () => {
  const note = noteFor('good');
  // Whoever takes slots of it fails, as with a table that is broken.
  await till.sql.unsafe(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';
    CREATE TRIGGER refuse BEFORE UPDATE ON sluice.consumer_slots FOR EACH ROW WHEN (old.consumer = 'bad') EXECUTE FUNCTION refuse()`);
  const handled: string[] = [];
  const gateway = await till.start([
    defineProcessor({ ...about('bad'), delivery: 'exactly-once', handle: ({ receipt }) => void handled.push(receipt) }),
    defineProcessor({ ...about('good'), delivery: 'exactly-once', handle: ({ receipt }, { tx }) => note(tx, receipt).then(() => undefined) }),
  ]);
  await waitFor(async () => (await till.sql`SELECT FROM sluice.consumer_slots WHERE consumer = 'good' AND owner IS NOT NULL`).length === 64);
  const fences = () => till.sql`SELECT fence FROM sluice.consumer_slots WHERE consumer = 'good' ORDER BY slot`;
  const before = await fences();
  const since = performance.now();
  let count = 0;
  // Longer than the lease: a gateway that thinks it has lost it takes its slots anew.
  while (performance.now() - since < 2.5 * LEASE) {
    await till.pay(gateway, of('c', `r${count++}`));
    await waitFor(async () => (await receipts('good')).length === count);
  }
  expect(await fences()).toEqual(before);
  expect(handled).toEqual([]);
  await till.sql.unsafe('DROP TRIGGER refuse ON sluice.consumer_slots');
  await waitFor(() => handled.length === count, { what: 'the other to work as soon as it can' });
  await gateway.stop();
});

test('G9: exactly-once: what an attempt that has failed goes on to write is not among the effects of the next event', async () => {
  const note = noteFor('straggler');
  let release: () => void = () => undefined;
  let straggler: Promise<unknown> = Promise.resolve();
  const gateway = await till.start([defineProcessor({
    ...about('straggler'), delivery: 'exactly-once', maxAttempts: 1,
    async handle({ receipt }, { tx }) {
      if (receipt === 'first') throw new Error('so that the batch goes on with savepoints');
      if (receipt === 'two') {
        const released = new Promise<void>((resolve) => (release = resolve));
        const going = released.then(() => note(tx, 'straggler'));
        straggler = going.catch((error: unknown) => error);
        await Promise.all([going, tx.execute(statement`SELECT 1 / 0`)]);
      }
      await note(tx, receipt);
      if (receipt === 'three') {
        release();
        await straggler;
      }
    },
  })]);
  await till.pay(gateway, of('c', 'first', 'one', 'two', 'three', 'four'));
  await till.done('straggler');
  expect(await straggler).toBeInstanceOf(Error);
  expect(await dead('straggler')).toEqual(['first', 'two']);
  expect(await receipts('straggler')).toEqual(['one', 'three', 'four']);
  await gateway.stop();
});

test('onDue: a key whose dependency is away holds up neither the other keys nor the events', async () => {
  const note = noteFor('due');
  const failing = new Set<string>();
  const keys = together(5);
  const gateway = await till.start([defineProcessor({
    ...about('due'), delivery: 'exactly-once', backoff: { firstMs: 60_000, maxMs: 60_000, jitter: 0 },
    state: { schema: { parse: (value) => value as { at: number | null } }, initial: { at: null }, dueAt: ({ at }) => (at === null ? null : new Date(at)) },
    handle: async ({ receipt, amount }, { state, tx }) => {
      if (receipt === 'state') state.set({ at: amount });
      else await note(tx, receipt);
    },
    async onDue({ key, state, tx }) {
      if (key === keys[0]) {
        failing.add(key);
        throw new SluiceError('OVERLOADED', 'the receiver has no room');
      }
      if (key === keys[1]) {
        failing.add(key);
        // Nobody listens there.
        await fetch('http://127.0.0.1:1/');
      }
      await note(tx, `due ${key}`);
      state.set({ at: null });
    },
  })]);
  await till.payBySql(keys.map((customer, index) => ({ receipt: 'state', customer, amount: 1_000 + index, occurredAt: new Date(0) })));
  await till.done('due');
  await till.payBySql([{ receipt: 'clock', customer: keys[0] ?? '', amount: 0, occurredAt: new Date(60_000) }]);
  await waitFor(async () => (await receipts('due')).length === keys.length - 1, { what: 'the other keys to be looked after' });
  expect((await receipts('due')).sort()).toEqual(['clock', ...keys.slice(2).map((key) => `due ${key}`)].sort());
  expect(failing.size).toBe(2);
  await till.pay(gateway, of('elsewhere', 'after'));
  await waitFor(async () => (await receipts('due')).includes('after'));
  await gateway.stop();
});

test('onDue: when it fails for many keys, the events of their slot go on in between', async () => {
  const keys = together(40);
  let calls = 0;
  let before: number | undefined;
  let seen = false;
  const gateway = await till.start([defineProcessor({
    ...about('failing'), delivery: 'exactly-once', backoff: { firstMs: 60_000, maxMs: 60_000, jitter: 0 },
    state: { schema: { parse: (value) => value as { at: number | null } }, initial: { at: null }, dueAt: ({ at }) => (at === null ? null : new Date(at)) },
    handle({ receipt, amount }, { state }) {
      if (receipt === 'state') state.set({ at: amount });
      if (receipt === 'after') before = calls;
    },
    async onDue() {
      calls += 1;
      if (calls === 1) {
        await till.pay(gateway, of(keys[0] ?? '', 'after'));
        await waitFor(() => seen);
      }
      throw new Error('never');
    },
  }), defineProcessor({ ...about('witness'), delivery: 'at-least-once', handle: ({ receipt }) => void (seen ||= receipt === 'after') })]);
  await till.payBySql(keys.map((customer, index) => ({ receipt: 'state', customer, amount: 1_000 + index, occurredAt: new Date(0) })));
  await till.done('failing');
  await till.payBySql([{ receipt: 'clock', customer: keys[0] ?? '', amount: 0, occurredAt: new Date(60_000) }]);
  await waitFor(() => calls === keys.length && before !== undefined);
  expect(before).toBeLessThan(25);
  await gateway.stop();
});

test('G10: exactly-once: events that take their whole time each hold up what is before them only once', async () => {
  const note = noteFor('hanging');
  const keys = apart(3);
  let tried = 0;
  let committed: string[] | undefined;
  const gateway = await till.start([defineProcessor({
    ...about('hanging'), delivery: 'exactly-once', maxAttempts: 1, timeoutMs: 300,
    async handle({ receipt }, { tx, signal }) {
      await note(tx, receipt);
      if (!receipt.startsWith('hang')) return;
      tried += 1;
      if (tried === 2) committed = await receipts('hanging');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  })]);
  await till.pay(gateway, keys.flatMap((key, index) => of(key, `good${index}`, `hang${index}`)));
  await till.done('hanging');
  expect((await dead('hanging')).sort()).toEqual(['hang0', 'hang1', 'hang2']);
  expect((await receipts('hanging')).sort()).toEqual(['good0', 'good1', 'good2']);
  // When the second one began, what was before the first was there.
  expect(committed).toHaveLength(1);
  await gateway.stop();
});

test('G10: slots take turns, also when a batch has time for the first of them only', async () => {
  const keys = apart(4);
  const handled: string[] = [];
  const gateway = await till.start([defineProcessor({
    ...about('turns'), delivery: 'exactly-once',
    async handle({ customer, receipt }) {
      handled.push(customer);
      // Longer than a batch goes on.
      if (receipt !== 'fast') await new Promise((resolve) => setTimeout(resolve, 260));
    },
  })]);
  await till.pay(gateway, keys.flatMap((key) => [...of(key, 'slow', 'slow'), ...of(key, 'fast')]));
  await till.done('turns');
  expect(new Set(handled.slice(0, 4))).toEqual(new Set(keys));
  await gateway.stop();
});
