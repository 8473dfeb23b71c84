import { afterAll, beforeAll, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { fireSize, fireTimeout } from '../support/fire.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { damage, NO_DAMAGE } from './shop-damage.js';
import { burnShop } from './shop-fire.js';
import { BROKEN } from './shop-payments.js';

/*
 * Exactly once under fire, with the shop's own processors. Seen to fail: with the checkpoint and what goes with it (`writes` of exactly-once.ts)
 * in a transaction of its own after that of the effects, revenue is off by 4,469.09, what was told does not run on, and events that were
 * emitted already are rejected; cases of fraud stay right then, since a case and its event have the same ids the next time. With state alone
 * in a transaction of its own, before that of the rest, 374 payments too many are late.
 * The long run is `npm run faults:consumers`.
 */
const { seconds, payments } = fireSize({ seconds: 10, payments: 1_500 });

let gateways: TestGateways;
/** Takes the calls of the shop. It is not killed, but its connections are ended as those of the others. */
let door: string;
beforeAll(async () => {
  gateways = await createGateways();
  door = (await gateways.spawn({ schema: commerce.schema, env: { SLUICE_CONSUMERS: 'off' } })).url;
});
afterAll(() => gateways.close());

test('G6 G8 G9 G10 G11: the shop\'s revenue is the sum of the log to the cent, each case of fraud is there once and freezes once, all is accounted for, though gateways are killed and frozen and sessions end at random', async () => {
  const burnt = await burnShop(gateways, door, { ms: seconds * 1_000, payments, leaseMs: 600 });
  process.stdout.write(`the shop under fire: ${JSON.stringify(burnt)}\n`);
  expect(burnt.wrongBalances).toEqual([]);
  expect(await damage(gateways.sql, door)).toEqual(NO_DAMAGE);
  expect(burnt.accounts).toMatchObject({ fraud: { published: payments, dead: BROKEN }, revenue: { dead: BROKEN }, 'order-routing': { dead: 0 } });
  expect(burnt.terminated).toBeGreaterThan(seconds);
  for (const each of [burnt.killed, burnt.frozen, burnt.meanwhile, burnt.cases, burnt.late]) expect(each).toBeGreaterThan(0);
}, fireTimeout(seconds * 1_000));
