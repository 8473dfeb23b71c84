/**
 * Publishes a second and how long an acknowledgement takes, at the append layer and through HTTP, beside single-row
 * INSERTs in the same run. `npm run bench:publish -- [--seconds 2] [--rounds 5] [--save]`
 */
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { connect, LOG_SESSION, type Sql } from '../src/db/connect.js';
import { GATEWAY_MIGRATIONS, migrate } from '../src/db/migrate.js';
import type { NewEvent } from '../src/event/event.js';
import { append } from '../src/log/append.js';
import { GroupCommit } from '../src/log/group-commit.js';
import { createLogger } from '../src/observe/log.js';
import { withCleanup, type OnEnd } from './support/cleanup.js';
import { closedLoop, type LoopResult } from './support/closed-loop.js';
import { describeEnvironment, describeInterference } from './support/environment.js';
import { startGatewayProcess } from './support/gateway-process.js';
import { HttpClient } from './support/http-client.js';
import { publishRequest, reading } from './support/reading.js';
import { ms, Report, times, whole } from './support/report.js';
import { startServer } from './support/server.js';
import { readSettings } from './support/settings.js';
import { median, Samples } from './support/statistics.js';

const PUBLISHERS = [1, 16, 64, 256] as const;
const DAY = 24 * 60 * 60 * 1_000;
const WARM_UP_SECONDS = 1;

/** What is measured, in the order of a round. */
const WAYS = {
  insert: 'INSERT, pool of 10',
  append: 'append layer',
  http: 'HTTP publish',
  ask: 'HTTP `{ __typename }`',
} as const;
type Way = keyof typeof WAYS;

const settings = readSettings({ seconds: 2, rounds: 5 });
const report = new Report('publish', 'Publishing: throughput and acknowledgement');
let sequence = 0;

function makeEvent(): NewEvent {
  const input = reading(sequence++, 0);
  return {
    id: uuidv7(), topic: 'ReadingEvent', type: 'ReadingTaken', key: input.sensorId, version: 1, payload: JSON.stringify(input),
    occurredAt: null, correlationId: null, causationId: null, traceparent: null,
  };
}

/** The baseline: what a service without a gateway would do. One key fewer to maintain than the log, which also has one on the id. */
async function createBaseline(sql: Sql): Promise<() => Promise<unknown>> {
  await sql`CREATE TABLE plain (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, tenant text NOT NULL, topic text NOT NULL, type text NOT NULL,
    key text NOT NULL, version int NOT NULL, payload json NOT NULL, occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), correlation_id text, causation_id text, traceparent text)`;
  return () => {
    const event = makeEvent();
    return sql`INSERT INTO plain (id, tenant, topic, type, key, version, payload, correlation_id, causation_id, traceparent)
      VALUES (${event.id}, 'default', ${event.topic}, ${event.type}, ${event.key}, ${event.version}, ${event.payload}::text::json,
        ${event.correlationId}, ${event.causationId}, ${event.traceparent}) RETURNING position`;
  };
}

/** The append layer, put together as src/gateway.ts does. */
function createAppend(sql: Sql): { readonly call: () => Promise<unknown>; stop(): Promise<void>; readonly batches: number[] } {
  const batches: number[] = [];
  const groupCommit = new GroupCommit({
    append: (calls, { repeated }) => append(sql, calls, { drainLimit: 1_000, notify: true, repeated, idempotencyWindow: DAY }),
    onAppended: (_result, events) => batches.push(events),
    log: createLogger('warn'), queueEvents: 10_000, queueBytes: 64 * 1024 * 1024, patience: 10_000,
  });
  return {
    call: () => groupCommit.submit({ callId: randomUUID(), tenant: 'default', events: [makeEvent()], idempotency: null }),
    stop: () => groupCommit.stop(),
    batches,
  };
}

async function measure(onEnd: OnEnd): Promise<void> {
  const server = await startServer();
  onEnd(() => server.stop());
  const url = await server.database('bench_append');
  await migrate(url, [GATEWAY_MIGRATIONS]);
  const plain = connect({ url, max: 10, name: 'bench insert' });
  onEnd(() => plain.end({ timeout: 5 }));
  const log = connect({ url, max: 1, name: 'sluice append', settings: LOG_SESSION });
  onEnd(() => log.end({ timeout: 5 }));
  const gateway = await startGatewayProcess(await server.database('bench_gateway'));
  onEnd(() => gateway.stop());
  const client = new HttpClient(`${gateway.url}/graphql`, Math.max(...PUBLISHERS));
  onEnd(() => client.close());
  const appended = createAppend(log);
  onEnd(() => appended.stop());
  const asked = JSON.stringify({ query: '{ __typename }' });
  const calls: Record<Way, () => Promise<unknown>> = {
    insert: await createBaseline(plain),
    append: appended.call,
    http: () => client.post(publishRequest(reading(sequence++, 0))),
    ask: () => client.post(asked),
  };
  const payload = Buffer.byteLength(makeEvent().payload);
  report.text(await describeEnvironment(plain));
  report.text(`Before the run ${await describeInterference()}.`);
  report.text([
    `Payload ${payload} bytes. Closed loop: each publisher sends its next event when the one before is acknowledged. ${settings.rounds} rounds of ${settings.seconds} s, each round one way after`,
    'the other; a ratio is taken within a round and its median over the rounds is shown (lowest to highest in brackets); percentiles are over all rounds.',
    'The CPU is shared: publishers, drivers and GroupCommit in one Node process; Postgres; for HTTP also the gateway in a process of its own.',
    'The INSERT goes through postgres.js, which pipelines past 10, into a table with the same columns and one index (the log keeps two).',
    '`{ __typename }` is what an HTTP request costs when nothing is stored.',
  ].join('\n'));

  const results = new Map<number, Record<Way, LoopResult[]>>();
  const ways = Object.keys(WAYS) as Way[];
  for (const publishers of PUBLISHERS) {
    const rounds: Record<Way, LoopResult[]> = { insert: [], append: [], http: [], ask: [] };
    for (const way of ways) await closedLoop(publishers, WARM_UP_SECONDS, calls[way]);
    for (let round = 0; round < settings.rounds; round += 1) {
      for (const way of ways) rounds[way].push(await closedLoop(publishers, settings.seconds, calls[way]));
    }
    results.set(publishers, rounds);
    process.stderr.write(`${publishers} publishers: ${ways.map((way) => `${way} ${whole(median(rounds[way].map((result) => result.perSecond)))}/s`).join(', ')}\n`);
  }
  const [stored] = await log<{ events: number; head: number }[]>`SELECT count(*)::int AS events, max(position)::int AS head FROM sluice.events`;
  const acknowledged = appended.batches.reduce((sum, events) => sum + events, 0);
  if (stored?.events !== acknowledged || stored.head !== acknowledged) throw new Error(`${acknowledged} events were acknowledged, the log has ${stored?.events} up to ${stored?.head}`);

  summarise(results);
  report.text(`Checked: the log of the append layer holds exactly the ${whole(acknowledged)} acknowledged events, without a hole.`);
}

/** Per round: this way's value over the baseline's. */
function ratios(rounds: Record<Way, LoopResult[]>, way: Way, read: (result: LoopResult) => number): number[] {
  return rounds[way].map((result, index) => read(result) / read(rounds.insert[index] as LoopResult));
}

function spread(values: readonly number[]): string {
  return `${times(median(values))} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

function summarise(results: ReadonlyMap<number, Record<Way, LoopResult[]>>): void {
  const rows: string[][] = [];
  for (const [publishers, rounds] of results) {
    for (const way of Object.keys(WAYS) as Way[]) {
      const all = new Samples();
      for (const result of rounds[way]) all.addAll(result.latency);
      rows.push([
        WAYS[way], String(publishers), whole(median(rounds[way].map((result) => result.perSecond))), ms(all.percentile(0.5)), ms(all.percentile(0.99)), ms(all.max),
        way === 'insert' ? '1' : spread(ratios(rounds, way, (result) => result.perSecond)),
      ]);
    }
  }
  report.heading('Measured');
  report.table(['way', 'publishers', 'per second', 'ack p50 ms', 'p99 ms', 'max ms', 'rate ÷ INSERT'], rows);

  const rate = (publishers: number): number => median(ratios(results.get(publishers) as Record<Way, LoopResult[]>, 'append', (result) => result.perSecond));
  const alone = median(ratios(results.get(1) as Record<Way, LoopResult[]>, 'append', (result) => result.latency.percentile(0.5)));
  report.heading('Wanted');
  report.wanted([
    { what: 'append layer, 64 publishers: rate ÷ INSERT', wanted: '≥ 1.5×', got: times(rate(64)), met: rate(64) >= 1.5 },
    { what: 'append layer, 256 publishers: rate ÷ INSERT', wanted: '≥ 2×', got: times(rate(256)), met: rate(256) >= 2 },
    { what: 'append layer, 1 publisher: ack p50 ÷ INSERT p50', wanted: '≤ 2.5×', got: times(alone), met: alone <= 2.5 },
  ]);
}

await withCleanup(measure);
report.text(`After the run ${await describeInterference()}.`);
if (settings.save) report.save();
