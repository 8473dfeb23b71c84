import { afterEach, beforeEach, expect, test } from 'vitest';
import { fireSize, fireTimeout } from '../support/fire.js';
import { burnTill, damage, NO_DAMAGE } from './fire.js';
import { createTill } from './till.js';

/*
 * Exactly once under fire. Seen to fail: with the checkpoint and what goes with it (`writes` of exactly-once.ts) in a transaction of its own after
 * that of the effects, sums of customers are too high and receipts are there twice, after 15 s of fire.
 * The long run is `npm run faults:consumers`. The shop's own processors: test/commerce/under-fire.test.ts.
 */
const { seconds, payments } = fireSize({ seconds: 8, payments: 3_000 });

let till: Awaited<ReturnType<typeof createTill>>;
beforeEach(async () => {
  till = await createTill();
  // The first gateway makes the tables of the log.
  await (await till.start([])).stop();
});
afterEach(() => till.close());

test('G6 G8 G9 G10 G11: sums are those of the log to the cent, nothing is noticed twice, all is accounted for, though workers are killed and frozen and sessions end at random', async () => {
  const burnt = await burnTill(till, { ms: seconds * 1_000, payments, leaseMs: 600 });
  process.stdout.write(`under fire: ${JSON.stringify(burnt)}\n`);
  expect(burnt.wrongBalances).toEqual([]);
  expect(await damage(till)).toEqual(NO_DAMAGE);
  expect(burnt.terminated).toBeGreaterThan(seconds);
  for (const each of [burnt.killed, burnt.frozen, burnt.meanwhile]) expect(each).toBeGreaterThan(0);
}, fireTimeout(seconds * 1_000));
