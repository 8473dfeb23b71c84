/**
 * From publishing to having been received over WebSocket, at fixed rates, beside a plain `ws` broadcast in the same run.
 * `npm run bench:latency -- [--seconds 20] [--subscribers 100] [--save]`
 */
import { connect } from '../src/db/connect.js';
import { startBroadcast } from './support/broadcast.js';
import { withCleanup, type OnEnd } from './support/cleanup.js';
import { describeEnvironment, describeInterference } from './support/environment.js';
import { startGatewayProcess, type GatewayProcess } from './support/gateway-process.js';
import { HttpClient } from './support/http-client.js';
import { openLoop } from './support/open-loop.js';
import { publishRequest, reading } from './support/reading.js';
import { ms, Report, times, whole } from './support/report.js';
import { startServer } from './support/server.js';
import { readSettings } from './support/settings.js';
import type { Reception } from './support/subscriber-messages.js';
import { startSubscribers } from './support/subscribers.js';

/** Of every run, not measured. */
const WARM_UP_SECONDS = 3;
/** Before the first run, so that Node has compiled what it runs often: each way at this load. */
const FIRST: Load = { perSecond: 400, subscribers: 20, seconds: 7 };
/** Milliseconds that deliveries may take after the last publish was acknowledged; what is missing then counts as lost. */
const SETTLE_WITHIN = 600_000;
/** Sockets for publishing over HTTP. */
const CONNECTIONS = 64;

type Send = (sequence: number, dueAt: number) => Promise<unknown>;

interface Target {
  readonly name: string;
  /** Of the WebSocket. */
  readonly url: string;
  readonly send: Send;
  cpuSeconds(): Promise<number>;
}

interface Load {
  readonly perSecond: number;
  readonly subscribers: number;
  readonly seconds: number;
}

interface Outcome extends Load {
  readonly target: string;
  readonly reception: Reception;
  readonly senderLate: number;
  /** Deliveries a second until all had come. */
  readonly delivered: number;
  readonly serverCores: number;
  readonly subscriberCores: number;
}

const settings = readSettings({ seconds: 20, subscribers: 100 });
const report = new Report('latency', 'Latency: from publishing to received over WebSocket');
const outcomes: Outcome[] = [];

async function run(target: Target, load: Load): Promise<Outcome> {
  const { perSecond, subscribers, seconds } = load;
  const warmUp = perSecond * WARM_UP_SECONDS;
  const events = perSecond * seconds;
  const clients = await startSubscribers({ url: target.url, subscribers, warmUp, events, after: null });
  try {
    const cpuBefore = await target.cpuSeconds();
    const began = performance.now();
    const sent = await openLoop(perSecond, warmUp + events, warmUp, target.send);
    const reception = await clients.result(SETTLE_WITHIN);
    const elapsed = (performance.now() - began) / 1_000;
    const outcome: Outcome = {
      ...load, target: target.name, reception, senderLate: sent.latest,
      delivered: reception.deliveries / ((reception.lastAt - sent.beganAt) / 1_000),
      serverCores: ((await target.cpuSeconds()) - cpuBefore) / elapsed,
      subscriberCores: reception.cpuSeconds / elapsed,
    };
    outcomes.push(outcome);
    const { p50, p99, max, missing, repeated, outOfOrder } = reception;
    process.stderr.write(`${target.name}, ${perSecond}/s × ${subscribers}: p50 ${ms(p50)} p99 ${ms(p99)} max ${ms(max)}, ${whole(outcome.delivered)} deliveries/s, missing ${missing} repeated ${repeated} out of order ${outOfOrder}\n`);
    return outcome;
  } finally {
    await clients.stop();
  }
}

const overHttp = (client: HttpClient): Send => (sequence, dueAt) => client.post(publishRequest(reading(sequence, dueAt)));

async function measure(onEnd: OnEnd): Promise<void> {
  const { seconds, subscribers } = settings;
  const server = await startServer();
  onEnd(() => server.stop());
  const databaseUrl = await server.database('bench_latency');
  const gateway: GatewayProcess = await startGatewayProcess(databaseUrl);
  onEnd(() => gateway.stop());
  const broadcast = await startBroadcast();
  onEnd(() => broadcast.stop());
  const sql = connect({ url: databaseUrl, max: 10, name: 'bench outbox' });
  onEnd(() => sql.end({ timeout: 5 }));
  const toGateway = new HttpClient(`${gateway.url}/graphql`, CONNECTIONS);
  onEnd(() => toGateway.close());
  const toBroadcast = new HttpClient(broadcast.url, CONNECTIONS);
  onEnd(() => toBroadcast.close());
  const socket = (url: string): string => url.replace('http', 'ws') + '/graphql';
  const targets = {
    plain: { name: 'plain ws broadcast', url: socket(broadcast.url), send: overHttp(toBroadcast), cpuSeconds: () => broadcast.cpuSeconds() },
    http: { name: 'gateway, HTTP publish', url: socket(gateway.url), send: overHttp(toGateway), cpuSeconds: () => gateway.cpuSeconds() },
    outbox: {
      name: 'gateway, SQL outbox', url: socket(gateway.url), cpuSeconds: () => gateway.cpuSeconds(),
      send: (sequence, dueAt) => sql`INSERT INTO sluice.outbox (type, payload) VALUES ('ReadingTaken', ${JSON.stringify(reading(sequence, dueAt))}::text::json)`,
    },
  } satisfies Record<string, Target>;
  report.text(await describeEnvironment(sql));
  report.text(`Before the run ${await describeInterference()}.`);
  report.text([
    `Open loop: events are due at a fixed rate and latency runs from when an event was due to when a subscriber has it, so that a stall counts against every event it delays.`,
    `${seconds} s (the last four rows half of it) after ${WARM_UP_SECONDS} s of warm-up, and once ${FIRST.seconds} s of ${FIRST.perSecond}/s for the compiler of Node; ${subscribers} sockets, each with one subscription to all events and a selection of 7 fields.`,
    'Four parties share the CPU: sender (in the bench process), gateway or broadcast, subscribers (one process), Postgres.',
    '"plain ws broadcast" takes the same requests and sends frames of the same size to the same subscribers with nothing in between: what this machine can do.',
  ].join('\n'));

  for (const target of [targets.plain, targets.http, targets.outbox]) await run(target, FIRST);
  outcomes.length = 0;
  const pairs: [Outcome, Outcome][] = [];
  for (const perSecond of [100, 1_000]) {
    pairs.push([await run(targets.plain, { perSecond, subscribers, seconds }), await run(targets.http, { perSecond, subscribers, seconds })]);
  }
  const [beforeOutbox] = await sql<{ head: number }[]>`SELECT (sluice.head()).position::int AS head`;
  const outbox = await run(targets.outbox, { perSecond: 100, subscribers, seconds });
  const outboxFew = await run(targets.outbox, { perSecond: 1_000, subscribers: 1, seconds });
  // occurred_at is when the row was inserted, recorded_at when it was appended, both by the server's clock.
  const [moved] = await sql<{ p50: number; p99: number; max: number }[]>`
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY delay) AS p50, percentile_disc(0.99) WITHIN GROUP (ORDER BY delay) AS p99, max(delay) AS max
    FROM (SELECT (extract(epoch FROM recorded_at - occurred_at) * 1000)::float8 AS delay FROM sluice.events WHERE position > ${beforeOutbox?.head ?? 0}) e`;
  for (const load of [{ perSecond: 1_000, subscribers: 1 }, { perSecond: 1_000, subscribers: 10 }, { perSecond: 200, subscribers }, { perSecond: 400, subscribers }]) {
    await run(targets.http, { ...load, seconds: Math.max(1, Math.round(seconds / 2)) });
  }

  summarise(pairs, outbox, outboxFew, moved ?? { p50: Number.NaN, p99: Number.NaN, max: Number.NaN });
}

function summarise(pairs: readonly [Outcome, Outcome][], outbox: Outcome, outboxFew: Outcome, moved: { p50: number; p99: number; max: number }): void {
  report.heading('Measured');
  report.table(
    ['way', 'events/s', 'subscribers', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'deliveries/s', 'server cores', 'subscriber cores', 'sender late ms'],
    outcomes.map((outcome) => [
      outcome.target, whole(outcome.perSecond), whole(outcome.subscribers), ms(outcome.reception.p50), ms(outcome.reception.p99), ms(outcome.reception.p999), ms(outcome.reception.max),
      whole(outcome.delivered), outcome.serverCores.toFixed(2), outcome.subscriberCores.toFixed(2), ms(outcome.senderLate),
    ]),
  );
  for (const [plain, ours] of pairs) {
    report.text(`${whole(ours.perSecond)} events/s × ${ours.subscribers}: p50 is ${times(ours.reception.p50 / plain.reception.p50)} and p99 ${times(ours.reception.p99 / plain.reception.p99)} that of the plain broadcast.`);
  }
  report.text(`From the insert into the outbox until it was being appended (server's clock): p50 ${ms(moved.p50)} ms, p99 ${ms(moved.p99)} ms, max ${ms(moved.max)} ms.`);
  const kept = outcomes.filter((outcome) => outcome.target.startsWith('gateway') && outcome.delivered >= 0.98 * outcome.perSecond * outcome.subscribers);
  const behind = outcomes.filter((outcome) => outcome.target.startsWith('gateway') && !kept.includes(outcome));
  report.text(behind.length === 0
    ? 'The gateway kept up with every rate.'
    : `The gateway did not keep up with ${behind.map((outcome) => `${whole(outcome.perSecond)}/s × ${outcome.subscribers} (${whole(outcome.delivered)} of ${whole(outcome.perSecond * outcome.subscribers)} deliveries/s)`).join(', ')}: there the percentiles say how long the backlog had become.`);

  const sum = (read: (reception: Reception) => number): number => outcomes.filter((outcome) => outcome.target.startsWith('gateway')).reduce((total, outcome) => total + read(outcome.reception), 0);
  const wrong = { missing: sum((r) => r.missing), repeated: sum((r) => r.repeated), outOfOrder: sum((r) => r.outOfOrder) };
  const atHundred = pairs[0]?.[1].reception.p99 ?? Number.NaN;
  report.heading('Wanted');
  report.wanted([
    { what: `HTTP publish → received, 100/s × ${settings.subscribers}: p99`, wanted: '< 50 ms', got: `${ms(atHundred)} ms`, met: atHundred < 50 },
    { what: `outbox insert due → received, 100/s × ${settings.subscribers}: p99`, wanted: '< 100 ms', got: `${ms(outbox.reception.p99)} ms`, met: outbox.reception.p99 < 100 },
    { what: 'outbox insert due → received, 1,000/s × 1: p99', wanted: '< 100 ms', got: `${ms(outboxFew.reception.p99)} ms`, met: outboxFew.reception.p99 < 100 },
    {
      what: `every one of ${whole(sum((r) => r.deliveries))} deliveries once, positions without a hole`, wanted: '0 wrong',
      got: `${wrong.missing} missing, ${wrong.repeated} repeated, ${wrong.outOfOrder} out of order`, met: wrong.missing + wrong.repeated + wrong.outOfOrder === 0,
    },
  ]);
}

await withCleanup(measure);
report.text(`After the run ${await describeInterference()}.`);
if (settings.save) report.save();
