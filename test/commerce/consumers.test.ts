import { afterAll, beforeAll, expect, test } from 'vitest';
import { commerce } from '../../src/commerce/application.js';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { createRandom } from '../../src/commerce/demo/random.js';
import { waitFor } from '../support/wait.js';
import { expectedRevenue, type RevenueRow } from './revenue.js';

let gateways: TestGateways;
/** A process of its own: when a connection is cut in the middle of a transaction, the driver throws where only a process can catch it. */
let gateway: GatewayProcess;

beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.spawn({ schema: commerce.schema });
  for (const [sku, amount] of [['CUP', 333], ['TEA', 700], ['POT', 1_999]] as const) await must('adjustStock', 'AdjustStockInput', 'sku', { sku, delta: 100_000, name: sku, price: EUR(amount) });
});

afterAll(() => gateways.close());

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
type Answer = Readonly<Record<string, string>>;

async function must(mutation: string, type: string, fields: string, input: object, options?: object): Promise<Answer> {
  const given = options === undefined ? '' : ', options: $options';
  const text = `mutation($input: ${type}!${options === undefined ? '' : ', $options: PublishOptions'}) { result: ${mutation}(input: $input${given}) { ${fields} } }`;
  const { data, errors } = await query<{ result: Answer }>(gateway.url, text, { input, ...(options === undefined ? {} : { options }) });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.result;
}

let customers = 0;
async function register(billingAddress?: object): Promise<string> {
  customers += 1;
  const input = { name: `Customer ${customers}`, email: `customer-${customers}@example.org`, ...(billingAddress === undefined ? {} : { billingAddress }) };
  return (await must('registerCustomer', 'RegisterCustomerInput', 'customerId', input))['customerId'] ?? '';
}
const address = (country: string) => ({ street: 'Lindenweg 3', city: 'Ulm', postalCode: '89073', country });
const place = async (customerId: string, lines: object): Promise<string> => (await must('placeOrder', 'PlaceOrderInput', 'orderId', { customerId, lines }))['orderId'] ?? '';

let payments = 0;
/** An event of a payment, as another service would publish it. */
function pay(type: 'PaymentCaptured' | 'PaymentRefunded', customerId: string, amount: number, occurredAt: number, orderId = 'elsewhere'): Promise<Answer> {
  payments += 1;
  return must(`publish${type}`, `${type}Input`, 'eventId', { paymentId: `payment ${payments}`, customerId, orderId, amount: EUR(amount) }, { occurredAt: new Date(occurredAt).toISOString() });
}

interface Suspicion { readonly key: string; readonly payload: { readonly spent: { readonly amount: number }; readonly paymentIds: readonly string[] } }
const suspicions = async (customerId?: string): Promise<Suspicion[]> => [...await gateways.sql<Suspicion[]>`
  SELECT key, payload FROM sluice.events WHERE type = 'FraudSuspected' AND ${customerId === undefined ? gateways.sql`true` : gateways.sql`key = ${customerId}`} ORDER BY position`];

/** Until each of these consumers has handled all that is in the log now, or given it up. */
async function handled(...consumers: string[]): Promise<void> {
  const [head] = await gateways.sql<{ position: string }[]>`SELECT max(position) AS position FROM sluice.events`;
  await waitFor(async () => (await gateways.sql<{ n: number }[]>`
    SELECT (SELECT count(*) FROM sluice.consumer_slots WHERE consumer IN ${gateways.sql(consumers)} AND position >= ${head?.position ?? 0})
      - (SELECT 64 * ${consumers.length}::int + count(*) FROM sluice.parked_events WHERE consumer IN ${gateways.sql(consumers)} AND status <> 'dead') AS n`)[0]?.n === '0' as unknown, {
    timeoutMs: 60_000, what: `${consumers.join(', ')} to come to ${head?.position}`,
  });
  // What they emitted is in the log, too.
  await waitFor(async () => (await gateways.sql`SELECT FROM sluice.outbox LIMIT 1`).length === 0, { what: 'the outbox to be empty' });
}

const MINUTE = 60_000;
const NOON = Date.parse('2026-03-01T12:00:00Z');

// Against a case for each payment past the limit, and against looking only at the window that a payment ends.
test('G9: fraud is suspected once for each customer and day, in whatever order payments come', async () => {
  const order = createRandom(7);
  const people = await Promise.all(Array.from({ length: 12 }, async () => ({ customerId: await register(), at: NOON + order.between(0, 600) * MINUTE })));
  // Five payments in eight minutes, the limit between the second and the third; every other one spends too slowly.
  const events = people.flatMap(({ customerId, at }, index) => [0, 2, 4, 6, 8].map((minute) => ({ customerId, at: at + minute * MINUTE * (index % 2 === 0 ? 1 : 2.75), amount: 200_000 + index, when: order.next() })));
  for (const { customerId, at, amount } of events.sort((a, b) => a.when - b.when)) {
    await pay('PaymentCaptured', customerId, amount, at);
    if (order.chance(0.3)) await pay('PaymentCaptured', customerId, 1, at);
  }
  await handled('fraud');
  const found = await suspicions();
  expect(found.map(({ key }) => key).sort()).toEqual(people.filter((_, index) => index % 2 === 0).map(({ customerId }) => customerId).sort());
  for (const { payload } of found) expect(payload.spent.amount).toBeGreaterThan(500_000);
  const cases = await gateways.sql`SELECT customer_id FROM commerce.fraud_cases WHERE frozen_at IS NOT NULL`;
  expect(cases).toHaveLength(6);
});

test('G9: what was begun and failed is begun again, and comes to one case, one freeze, one event', async () => {
  const customerId = await register();
  await gateways.sql.unsafe(`
    CREATE SEQUENCE commerce.freezes;
    CREATE FUNCTION commerce.fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('commerce.freezes') <= 2 THEN RAISE EXCEPTION 'the plug is pulled' USING ERRCODE = '40001'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER fail_twice BEFORE UPDATE OF frozen_at ON commerce.customers FOR EACH ROW EXECUTE FUNCTION commerce.fail_twice();`);
  try {
    for (let minute = 0; minute < 6; minute += 1) await pay('PaymentCaptured', customerId, 200_000, NOON + minute * MINUTE);
    await handled('fraud');
    expect(await suspicions(customerId)).toMatchObject([{ payload: { spent: { amount: 600_000 } } }]);
    // Two that failed, and one.
    expect((await gateways.sql`SELECT last_value::int AS n FROM commerce.freezes`)[0]?.['n']).toBe(3);
    expect(await gateways.sql`SELECT 1 FROM commerce.customers WHERE id = ${customerId} AND frozen_at IS NOT NULL`).toHaveLength(1);
  } finally {
    await gateways.sql.unsafe('DROP TRIGGER fail_twice ON commerce.customers; DROP FUNCTION commerce.fail_twice; DROP SEQUENCE commerce.freezes');
  }
});

test('who spends too much in the shop itself cannot order any more, and whoever watches sees why', async () => {
  const customerId = await register(address('DE'));
  for (let count = 0; count < 3; count += 1) await must('capturePayment', 'CapturePaymentInput', 'paymentId', { orderId: await place(customerId, [{ sku: 'POT', quantity: 100 }]) });
  await waitFor(async () => (await suspicions(customerId)).length === 1, { what: 'a suspicion' });
  const { errors } = await query(gateway.url, 'mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { orderId } }', { input: { customerId, lines: [{ sku: 'POT', quantity: 1 }] } });
  expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('is frozen'), extensions: { code: 'CONFLICT' } });
  const { data } = await query(gateway.url, `{ riskEvents(last: 10, where: { key: ["${customerId}"] }) { edges { node { ... on FraudSuspected { spent { amount } customer { frozenAt } case { status } } } } } }`);
  expect(data).toEqual({ riskEvents: { edges: [{ node: { spent: { amount: 599_700 }, customer: { frozenAt: expect.any(String) }, case: { status: 'OPEN' } } }] } });
});

const revenueRows = async (): Promise<RevenueRow[]> => [...await gateways.sql<RevenueRow[]>`
  SELECT day::text, sku, currency, amount FROM commerce.daily_revenue WHERE amount <> 0 ORDER BY 1, 2, 3`];

// Against shares rounded each by itself, and totals that commit without the checkpoint.
test('G9: revenue is what the log says, to the cent, with refunds, while connections of consumers are cut', { timeout: 120_000 }, async () => {
  const random = createRandom(3);
  const orders = await Promise.all(Array.from({ length: 20 }, async () => {
    const customerId = await register();
    const lines = ['CUP', 'TEA', 'POT'].filter((_, index) => index === 0 || random.chance(0.6)).map((sku) => ({ sku, quantity: random.between(1, 7) }));
    return { customerId, orderId: await place(customerId, lines) };
  }));
  let cut = 0;
  for (let batch = 0; batch < 10; batch += 1) {
    await Promise.all(Array.from({ length: 20 }, async () => {
      const { customerId, orderId } = random.pick(orders);
      const at = NOON + random.between(0, 5 * 24 * 60) * MINUTE;
      // Little enough that nobody is suspected.
      const amount = random.between(1, 3_000);
      await pay('PaymentCaptured', customerId, amount, at, random.chance(0.1) ? 'elsewhere' : orderId);
      if (random.chance(0.3)) await pay('PaymentRefunded', customerId, amount, at + random.between(0, 24 * 60) * MINUTE, orderId);
    }));
    cut += (await gateways.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice consumer' AND state <> 'idle'`).length;
  }
  for (const { orderId } of orders) await must('capturePayment', 'CapturePaymentInput', 'paymentId', { orderId });
  await handled('revenue');
  expect(cut).toBeGreaterThan(0);
  const rows = await revenueRows();
  expect(rows).toEqual(await expectedRevenue(gateways.sql));
  // What was told adds up to it, and the last total is it.
  const told = await gateways.sql<RevenueRow[]>`
    SELECT key AS day, payload->>'sku' AS sku, payload->'change'->>'currency' AS currency, sum((payload->'change'->>'amount')::bigint) AS amount
    FROM sluice.events WHERE type = 'RevenueChanged' GROUP BY 1, 2, 3 HAVING sum((payload->'change'->>'amount')::bigint) <> 0 ORDER BY 1, 2, 3`;
  expect([...told]).toEqual(rows);
  const last = await gateways.sql<{ n: number }[]>`SELECT count(*)::int AS n FROM (
    SELECT DISTINCT ON (key, payload->>'sku') key, payload->>'sku' AS sku, (payload->'total'->>'amount')::bigint AS total FROM sluice.events WHERE type = 'RevenueChanged' ORDER BY key, payload->>'sku', position DESC
  ) e JOIN commerce.daily_revenue r ON r.day::text = e.key AND r.sku = e.sku AND r.amount = e.total`;
  expect(last[0]?.n).toBe((await gateways.sql`SELECT DISTINCT day, sku FROM commerce.daily_revenue WHERE updated_at IS NOT NULL AND (amount <> 0 OR EXISTS (SELECT FROM sluice.events WHERE type = 'RevenueChanged' AND key = day::text AND payload->>'sku' = sku))`).length);
  // Orders that are paid are counted.
  const today = new Date().toISOString().slice(0, 10);
  const { data } = await query<{ dailyRevenue: { sku: string; orders: number }[] }>(gateway.url, `{ dailyRevenue(from: "${today}", sku: "CUP") { sku orders product { name } } }`);
  expect(data?.dailyRevenue).toEqual([{ sku: 'CUP', orders: 20, product: { name: 'CUP' } }]);
});

test('G9: everybody who registers is welcomed once, and one whose mail failed is not tried again', async () => {
  await handled('welcome-mail');
  expect((await gateways.sql`SELECT count(*)::int AS n, count(DISTINCT recipient)::int AS different FROM commerce.mails`)[0]).toEqual({ n: customers, different: customers });
  await gateways.sql.unsafe(`
    CREATE SEQUENCE commerce.attempts;
    CREATE FUNCTION commerce.fail_always() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('commerce.attempts'); RAISE EXCEPTION 'no mail today'; END $$;
    CREATE TRIGGER fail_always BEFORE INSERT ON commerce.mails FOR EACH ROW EXECUTE FUNCTION commerce.fail_always();`);
  const failing = await register();
  await handled('welcome-mail');
  await gateways.sql.unsafe('DROP TRIGGER fail_always ON commerce.mails; DROP FUNCTION commerce.fail_always');
  await register();
  await handled('welcome-mail');
  const { data } = await query<{ mails: { customerId: string; recipient: string }[] }>(gateway.url, '{ mails(first: 200) { customerId recipient } }');
  expect(data?.mails).toHaveLength(customers - 1);
  expect(data?.mails.map(({ customerId }) => customerId)).not.toContain(failing);
  expect((await gateways.sql`SELECT last_value::int AS n FROM commerce.attempts`)[0]?.['n']).toBe(1);
});

test('orders go to the warehouse of the customer\'s region, with the customer\'s name', async () => {
  const people = [['DE', 'CENTRAL'], ['NO', 'NORTH'], ['JP', 'OVERSEAS'], [null, 'UNKNOWN']] as const;
  const placed = await Promise.all(people.map(async ([country, region]) => {
    const customerId = await register(country === null ? undefined : address(country));
    return { orderId: await place(customerId, [{ sku: 'CUP', quantity: 2 }, { sku: 'TEA', quantity: 1 }]), customerId, country, region };
  }));
  await handled('order-routing');
  const routed = async (where: string): Promise<Record<string, unknown>[]> => {
    const { data } = await query<{ regionalOrderEvents: { edges: { node: Record<string, unknown> }[] } }>(gateway.url, `{ regionalOrderEvents(last: 4, where: ${where}) { edges { node { ... on OrderRouted {
      orderId customerId region country customerName lines { sku quantity } total { amount } order { status } meta { causationId } } } } } }`);
    return data?.regionalOrderEvents.edges.map(({ node }) => node) ?? [];
  };
  for (const { orderId, customerId, country, region } of placed) {
    const [cause] = await gateways.sql<{ id: string }[]>`SELECT id FROM sluice.events WHERE type = 'OrderPlaced' AND key = ${orderId}`;
    expect(await routed(`{ key: ["${orderId}"] }`)).toEqual([{
      orderId, customerId, region, country, customerName: expect.stringMatching(/^Customer \d+$/), lines: [{ sku: 'CUP', quantity: 2 }, { sku: 'TEA', quantity: 1 }], total: { amount: 1_366 },
      order: { status: 'PLACED' }, meta: { causationId: cause?.id },
    }]);
  }
  expect((await routed('{ region: [NORTH] }')).map(({ orderId }) => orderId)).toEqual([placed[1]?.orderId]);
  const [counted] = await gateways.sql`SELECT (SELECT count(*)::int FROM sluice.events WHERE type = 'OrderPlaced') AS placed, (SELECT count(DISTINCT key)::int FROM sluice.events WHERE type = 'OrderRouted') AS routed, (SELECT count(*)::int FROM sluice.events WHERE type = 'OrderRouted') AS events`;
  expect(counted).toEqual({ placed: counted?.['placed'], routed: counted?.['placed'], events: counted?.['placed'] });
});
