/**
 * Reference data: statements and time for 1,000 events with three references, cold and warm, through a real gateway, beside
 * the same events without references. One subscriber catches up over WebSocket.
 * `npm run bench:references -- [--events 5000] [--rounds 5] [--customers 1000] [--save]`
 */
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { connect, type Sql } from '../src/db/connect.js';
import { withCleanup, type OnEnd } from './support/cleanup.js';
import { describeEnvironment, describeInterference } from './support/environment.js';
import { startGatewayProcess, type GatewayProcess } from './support/gateway-process.js';
import { ms, Report, times, whole } from './support/report.js';
import { startServer } from './support/server.js';
import { readSettings } from './support/settings.js';
import { median, Samples } from './support/statistics.js';

const settings = readSettings({ events: 5_000, rounds: 5, customers: 1_000 });
const report = new Report('references', 'Reference data: catching up with three references an event');

/** Every order event refers to one of the customers, one of a tenth as many orders, and one of a hundredth as many products. */
const SELECTIONS = {
  plain: 'orderId customerId total { amount }',
  three: 'orderId customerId total { amount } customer { name } order { status } lines { product { name } }',
} as const;
type Selection = keyof typeof SELECTIONS;

interface Round {
  readonly name: string;
  readonly ms: number;
  readonly statements: number;
  readonly hits: number;
  /** Between an event and the one before it, at the subscriber. */
  readonly gaps: Samples;
  readonly gatewaySeconds: number;
}

async function fill(sql: Sql): Promise<void> {
  const { customers, events } = settings;
  const orders = Math.max(1, Math.round(customers / 10));
  const products = Math.max(1, Math.round(customers / 100));
  const id = (table: string): string => `md5('${table} ' || n)::uuid`;
  await sql.unsafe(`
    INSERT INTO commerce.customers (id, name, email, tenant) SELECT ${id('customer')}, 'Customer ' || n, 'c' || n || '@example.com', 'default' FROM generate_series(0, ${customers - 1}) n;
    INSERT INTO commerce.products (sku, name, price_amount, price_currency, stock, tenant) SELECT 'sku-' || n, 'Product ' || n, 100 + n, 'EUR', 1000, 'default' FROM generate_series(0, ${products - 1}) n;
    INSERT INTO commerce.orders (id, customer_id, status, total_amount, total_currency, tenant) SELECT ${id('order')}, ${id('customer')}, 'PLACED', 900, 'EUR', 'default' FROM generate_series(0, ${orders - 1}) n;
    INSERT INTO sluice.outbox (type, payload) SELECT 'OrderPlaced', json_build_object(
      'orderId', md5('order ' || n % ${orders})::uuid, 'customerId', md5('customer ' || n % ${customers})::uuid, 'total', json_build_object('amount', 900, 'currency', 'EUR'),
      'lines', json_build_array(json_build_object('sku', 'sku-' || n % ${products}, 'quantity', 1, 'unitPrice', json_build_object('amount', 900, 'currency', 'EUR'))))
    FROM generate_series(0, ${events - 1}) n;
    ANALYZE commerce.customers, commerce.products, commerce.orders;`);
  for (;;) {
    const [log] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM sluice.events`;
    if ((log?.count ?? 0) >= events) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Sum of all samples of a metric, whatever their labels. */
async function metric(gateway: GatewayProcess, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function catchUp(gateway: GatewayProcess, client: Client, name: string, selection: Selection): Promise<Round> {
  const read = (): Promise<number[]> => Promise.all(['sluice_reference_seconds_count', 'sluice_reference_cache_hits_total', 'process_cpu_seconds_total'].map((each) => metric(gateway, each)));
  const before = await read();
  const gaps = new Samples();
  const began = performance.now();
  let last = began;
  let count = 0;
  for await (const { data, errors } of client.iterate<{ orderEvents: { node: unknown } }>({ query: `subscription { orderEvents(from: BEGINNING) { cursor node { ... on OrderPlaced { ${SELECTIONS[selection]} } } } }` })) {
    if (!data || errors !== undefined) throw new Error(JSON.stringify(errors));
    const now = performance.now();
    gaps.add(now - last);
    last = now;
    if ((count += 1) === settings.events) break;
  }
  const after = await read();
  const [statements = 0, hits = 0, gatewaySeconds = 0] = after.map((value, index) => value - (before[index] ?? 0));
  const round = { name, ms: last - began, statements, hits, gaps, gatewaySeconds };
  process.stderr.write(`${name}: ${ms(round.ms)} ms, ${whole(statements)} statements, ${whole(hits)} hits\n`);
  return round;
}

async function measure(onEnd: OnEnd): Promise<void> {
  const server = await startServer();
  onEnd(() => server.stop());
  const databaseUrl = await server.database('bench_references');
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<{ readonly gateway: GatewayProcess; readonly client: Client }> => {
    const gateway = await startGatewayProcess(databaseUrl, [], { SLUICE_SCHEMA: 'schema/commerce', ...env });
    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    return { gateway, client };
  };
  const stop = async ({ gateway, client }: Awaited<ReturnType<typeof start>>): Promise<void> => {
    await client.dispose();
    await gateway.stop();
  };
  const first = await start();
  const sql = connect({ url: databaseUrl, max: 1, name: 'bench fill' });
  try {
    await fill(sql);
    report.text(await describeEnvironment(sql));
  } finally {
    await sql.end({ timeout: 5 });
    await stop(first);
  }
  report.text(`Before the run ${await describeInterference()}.`);
  report.text([
    `${whole(settings.events)} events of ${whole(settings.customers)} customers, ${whole(settings.customers / 10)} orders and ${whole(settings.customers / 100)} products; one subscriber reads all of them from the beginning over WebSocket, ${settings.rounds} times each way, a new gateway for each round.`,
    'Every gateway first delivers the events once without references, so that Node has compiled what it runs often.',
    'cold: nothing is kept yet. warm: the same events once more. no cache: SLUICE_REFERENCE_CACHE_ENTRIES=0. Without references the third reading is taken.',
    'A statement is one lookup of the rows of one entity for all keys that are asked for at once.',
  ].join('\n'));

  const rounds: Round[] = [];
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const cached of [true, false]) {
      const running = await start(cached ? {} : { SLUICE_REFERENCE_CACHE_ENTRIES: '0' });
      try {
        const take = (name: string, selection: Selection): Promise<Round> => catchUp(running.gateway, running.client, name, selection);
        await take('warm-up', 'plain');
        if (cached) rounds.push(await take('3 references, cold', 'three'), await take('3 references, warm', 'three'), await take('without references', 'plain'));
        else rounds.push(await take('3 references, no cache', 'three'));
      } finally {
        await stop(running);
      }
    }
  }
  summarise(rounds);
}

function summarise(rounds: readonly Round[]): void {
  const names = ['without references', '3 references, no cache', '3 references, cold', '3 references, warm'];
  const perThousand = 1_000 / settings.events;
  const of = (name: string): readonly Round[] => rounds.filter((each) => each.name === name);
  const middle = (name: string, read: (round: Round) => number): number => median(of(name).map(read));
  report.heading('Measured');
  report.table(
    ['way', 'statements per 1,000', 'hits per 1,000', 'ms per 1,000', 'slowest round', 'events/s', 'gap p50 ms', 'gap p99 ms', 'gap max ms', 'gateway CPU ms per 1,000'],
    names.map((name) => {
      const gaps = new Samples();
      for (const each of of(name)) gaps.addAll(each.gaps);
      const time = middle(name, (each) => each.ms);
      return [
        name, (middle(name, (each) => each.statements) * perThousand).toFixed(1), whole(middle(name, (each) => each.hits) * perThousand), ms(time * perThousand),
        ms(Math.max(...of(name).map((each) => each.ms)) * perThousand), whole(settings.events / (time / 1_000)),
        ms(gaps.percentile(0.5)), ms(gaps.percentile(0.99)), ms(gaps.max), ms(middle(name, (each) => each.gatewaySeconds) * 1_000 * perThousand),
      ];
    }),
  );
  report.text('Times are medians of the rounds; a gap is the time between one event and the next at the subscriber, over all rounds.');
  const ratio = (name: string): number => middle(name, (each) => each.ms) / middle('without references', (each) => each.ms);
  report.text(names.slice(1).map((name) => `${name}: ${times(ratio(name))} the time without references.`).join('\n'));
  const statements = (name: string): number => middle(name, (each) => each.statements) * perThousand;
  report.heading('Wanted');
  report.wanted([
    { what: 'statements per 1,000 events with 3 references, cold', wanted: '≤ 30', got: statements('3 references, cold').toFixed(1), met: statements('3 references, cold') <= 30 },
    { what: 'statements per 1,000 events with 3 references, warm', wanted: '0', got: statements('3 references, warm').toFixed(1), met: statements('3 references, warm') === 0 },
    { what: 'time with 3 references, warm, to without', wanted: '≤ 3×', got: times(ratio('3 references, warm')), met: ratio('3 references, warm') <= 3 },
  ]);
}

await withCleanup(measure);
report.text(`After the run ${await describeInterference()}.`);
if (settings.save) report.save();
