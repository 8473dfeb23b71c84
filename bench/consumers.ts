/**
 * Events a second that processors handle, for each delivery beside the same SQL in a loop by hand in the same run; catching up;
 * and how long it takes from publishing until the effect is committed. `npm run bench:consumers -- [--events 200000] [--seconds 2] [--rounds 3] [--live 20] [--save]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '../src/consumer/definition.js';
import { connect, LOG_SESSION, type Sql } from '../src/db/connect.js';
import { loopByHand } from './support/by-hand.js';
import { withCleanup, type OnEnd } from './support/cleanup.js';
import { AT_ONCE, BATCHES, createEffects, DELIVERIES, effectConsumer, LIVE, ROWS, tellOfEffects, TOTALS } from './support/effects.js';
import { describeEnvironment, describeInterference } from './support/environment.js';
import { fillLog } from './support/fill.js';
import { startGatewayProcess, type GatewayProcess } from './support/gateway-process.js';
import { HttpClient } from './support/http-client.js';
import { openLiveRuns, startLiveByHand, type LiveRun, type Publish } from './support/live.js';
import { publishRequest, reading } from './support/reading.js';
import { ms, Report, times, whole } from './support/report.js';
import { startServer } from './support/server.js';
import { readSettings } from './support/settings.js';
import { median, type Samples } from './support/statistics.js';
import { postByHand, postByWebhook, POSTS_AT_ONCE, startReceiver } from './support/webhook-rate.js';

/** Of every run, not measured: milliseconds, and seconds of the events that are published live. */
const WARM_UP = 500;
const LIVE_WARM_UP_SECONDS = 15;
/** Milliseconds that a consumer may take to begin, to end, or to catch up. */
const WITHIN = 300_000;
const PUBLISHED_PER_SECOND = 500;
/** Sockets for publishing over HTTP. */
const CONNECTIONS = 64;
const HAND = 'by-hand';
const PROCESS = 'bench/support/consumer-process.ts';

/** Events that a webhook is sent in a round. */
const POSTS = 5_000;

const settings = readSettings({ events: 200_000, seconds: 2, rounds: 3, live: 20 });
const report = new Report('consumers', 'Consumers: events handled, and how soon');
const checked: string[] = [];

async function until(what: string, met: () => Promise<boolean>, every = 20): Promise<void> {
  const began = performance.now();
  while (!(await met())) {
    if (performance.now() - began > WITHIN) throw new Error(`waited too long for ${what}`);
    await delay(every);
  }
}

interface Fence {
  readonly consumer: string;
  readonly slot: number;
  readonly fence: string;
}

/** Steers the processors of a gateway, by what is in the database. */
function createSteering(sql: Sql) {
  const delivered = async (name: string): Promise<number> => {
    const [row] = await sql<{ delivered: number }[]>`SELECT sum(delivered)::int AS delivered FROM sluice.consumer_slots WHERE consumer = ${name}`;
    return row?.delivered ?? 0;
  };
  return {
    delivered,
    async pause(names: readonly string[]): Promise<void> {
      await sql`UPDATE sluice.consumers SET status = 'paused', revision = revision + 1 WHERE name = ANY(${[...names]}::text[])`;
      const fences = await sql<Fence[]>`UPDATE sluice.consumer_slots SET fence = fence + 1 WHERE consumer = ANY(${[...names]}::text[]) RETURNING consumer, slot, fence`;
      await until(`${names.join(', ')} to be paused`, async () => {
        const now = await sql<Fence[]>`SELECT consumer, slot, fence FROM sluice.consumer_slots WHERE consumer = ANY(${[...names]}::text[])`;
        const fenceNow = new Map(now.map(({ consumer, slot, fence }) => [`${consumer} ${slot}`, Number(fence)]));
        // Taken anew, which is done with a decision that was seen. All slots: one alone would have the whole log read for itself meanwhile.
        return fences.every(({ consumer, slot, fence }) => (fenceNow.get(`${consumer} ${slot}`) ?? 0) > Number(fence));
      });
    },
    /** From the beginning of the log on, with no effect left. Resolves when it has delivered something. */
    async run(name: string): Promise<void> {
      await sql`TRUNCATE effects`;
      await sql.begin(async (tx) => {
        await tx`DELETE FROM sluice.consumer_state WHERE consumer = ${name}`;
        await tx`UPDATE sluice.consumer_slots SET position = 0, delivered = 0, fence = fence + 1 WHERE consumer = ${name}`;
        await tx`UPDATE sluice.consumers SET status = 'running', revision = revision + 1 WHERE name = ${name}`;
      });
      await until(`${name} to begin`, async () => (await delivered(name)) > 0, 5);
    },
  };
}

type Steering = ReturnType<typeof createSteering>;

/** Events a second over some seconds, what they come to being committed. */
async function rateOf(steering: Steering, name: string): Promise<number> {
  await steering.run(name);
  await delay(WARM_UP);
  const [first, began] = [await steering.delivered(name), performance.now()];
  await delay(settings.seconds * 1_000);
  const [last, ended] = [await steering.delivered(name), performance.now()];
  await steering.pause([name]);
  if (last >= settings.events) throw new Error(`${name} came to the end of the log within the measurement: give it more --events`);
  return (last - first) / ((ended - began) / 1_000);
}

async function rateByHand(sql: Sql, delivery: Delivery, batch: number): Promise<number> {
  await sql`TRUNCATE effects`;
  const warmUntil = performance.now() + WARM_UP;
  let [began, first] = [0, 0];
  const handled = await loopByHand(sql, HAND, delivery, batch, (soFar) => {
    const now = performance.now();
    if (began === 0 && now >= warmUntil) [began, first] = [now, soFar];
    return began > 0 && now >= began + settings.seconds * 1_000;
  });
  return (handled - first) / ((performance.now() - began) / 1_000);
}

interface CaughtUp {
  readonly perSecond: number;
  /** Events per second of CPU time of the Node process that handles them. */
  readonly perCpuSecond: number;
}

/** From the first batch until all of the log is handled. */
async function catchUp(steering: Steering, gateway: GatewayProcess, name: string): Promise<CaughtUp> {
  await steering.run(name);
  const [first, began, cpu] = [await steering.delivered(name), performance.now(), await gateway.cpuSeconds()];
  let ended = began;
  await until(`${name} to catch up`, async () => {
    const all = (await steering.delivered(name)) >= settings.events;
    ended = performance.now();
    return all;
  });
  const used = (await gateway.cpuSeconds()) - cpu;
  await steering.pause([name]);
  return { perSecond: (settings.events - first) / ((ended - began) / 1_000), perCpuSecond: (settings.events - first) / used };
}

async function catchUpByHand(sql: Sql): Promise<CaughtUp> {
  await sql`TRUNCATE effects`;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const handled = await loopByHand(sql, HAND, 'exactly-once', 100, () => false);
  if (handled !== settings.events) throw new Error(`the loop handled ${handled} of ${settings.events} events`);
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: handled / ((performance.now() - began) / 1_000), perCpuSecond: handled / ((user + system) / 1e6) };
}

async function checkRows(sql: Sql, name: string): Promise<void> {
  const [row] = await sql<{ rows: number; events: number }[]>`SELECT count(*)::int AS rows, count(DISTINCT position)::int AS events FROM effects WHERE consumer = ${name}`;
  if (row?.rows !== settings.events || row.events !== settings.events) throw new Error(`${name} has ${row?.rows} effects of ${row?.events} events, not one of each of ${settings.events}`);
}

async function checkTotals(sql: Sql): Promise<void> {
  const [row] = await sql<{ count: number; sum: string }[]>`SELECT sum((state ->> 'count')::int)::int AS count, sum((state ->> 'sum')::bigint) AS sum FROM sluice.consumer_state WHERE consumer = ${TOTALS}`;
  const sum = (settings.events * (settings.events - 1)) / 2;
  if (row?.count !== settings.events || Number(row.sum) !== sum) throw new Error(`${TOTALS} counted ${row?.count} events and ${row?.sum}, not ${settings.events} and ${sum}`);
}

/** What catches up, in the order of a round. */
const WAYS = { hand: 'by hand, a row each, batches of 100', rows: 'processor, a row each through `tx`', totals: 'processor, state alone (1,000 keys)' } as const;
type Way = keyof typeof WAYS;
type Cell = `${Delivery} ${number} ${'hand' | number}`;

async function measureBacklog(onEnd: OnEnd, url: string, sql: Sql): Promise<void> {
  const gateway = await startGatewayProcess(url, nodeArgs(), { BENCH_PART: 'backlog' }, PROCESS);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= gateway.stop());
  onEnd(stop);
  const steering = createSteering(sql);
  await steering.pause([...DELIVERIES.flatMap((delivery) => BATCHES.flatMap((batch) => AT_ONCE.map((atOnce) => effectConsumer(delivery, batch, atOnce)))), ROWS, TOTALS]);
  await createEffects(sql);
  const log = connect({ url, max: 1, name: 'bench fill', settings: LOG_SESSION });
  try {
    await fillLog(log, settings.events);
  } finally {
    await log.end({ timeout: 5 });
  }

  const rates = new Map<Cell, number[]>();
  const catchingUp: Record<Way, CaughtUp[]> = { hand: [], rows: [], totals: [] };
  for (let round = 0; round <= settings.rounds; round += 1) {
    const note = (cell: Cell, rate: number): void => {
      if (round > 0) rates.set(cell, [...(rates.get(cell) ?? []), rate]);
      process.stderr.write(`round ${round}, ${cell}: ${whole(rate)}/s\n`);
    };
    for (const delivery of DELIVERIES) {
      for (const batch of BATCHES) {
        note(`${delivery} ${batch} hand`, await rateByHand(sql, delivery, batch));
        for (const atOnce of AT_ONCE) note(`${delivery} ${batch} ${atOnce}`, await rateOf(steering, effectConsumer(delivery, batch, atOnce)));
      }
    }
    const catching: readonly (readonly [Way, () => Promise<CaughtUp>, () => Promise<void>])[] = [
      ['hand', () => catchUpByHand(sql), () => checkRows(sql, HAND)],
      ['rows', () => catchUp(steering, gateway, ROWS), () => checkRows(sql, ROWS)],
      ['totals', () => catchUp(steering, gateway, TOTALS), () => checkTotals(sql)],
    ];
    for (const [way, measure, check] of catching) {
      const caught = await measure();
      await check();
      process.stderr.write(`round ${round}, catching up, ${way}: ${whole(caught.perSecond)}/s, ${whole(caught.perCpuSecond)} per CPU second\n`);
      if (round > 0) catchingUp[way].push(caught);
    }
  }
  await stop();

  report.heading('Events a second, by delivery and batch');
  const ratios = (delivery: Delivery, batch: number, atOnce: number): number[] => (rates.get(`${delivery} ${batch} ${atOnce}`) ?? []).map((rate, index) => rate / (rates.get(`${delivery} ${batch} hand`)?.[index] ?? Number.NaN));
  report.table(
    ['delivery', 'batch', 'by hand', ...AT_ONCE.flatMap((atOnce) => [`${atOnce} at once`, '÷ by hand'])],
    DELIVERIES.flatMap((delivery) => BATCHES.map((batch) => [
      delivery, String(batch), whole(median(rates.get(`${delivery} ${batch} hand`) ?? [])),
      ...AT_ONCE.flatMap((atOnce) => [whole(median(rates.get(`${delivery} ${batch} ${atOnce}`) ?? [])), range(ratios(delivery, batch, atOnce))]),
    ])),
  );
  report.heading(`Catching up: ${whole(settings.events)} events, exactly once`);
  report.table(['way', 'events per second', '÷ by hand', 'events per CPU second'], (Object.keys(WAYS) as Way[]).map((way) => [
    WAYS[way], whole(median(catchingUp[way].map(({ perSecond }) => perSecond))),
    way === 'hand' ? '1' : range(catchingUp[way].map(({ perSecond }, index) => perSecond / (catchingUp.hand[index]?.perSecond ?? Number.NaN))),
    whole(median(catchingUp[way].map(({ perCpuSecond }) => perCpuSecond))),
  ]));
  report.text('CPU is that of the Node process which handles the events, Postgres apart.');
  for (const delivery of DELIVERIES) {
    const got = median(ratios(delivery, 100, 1));
    wanted.push({ what: `${delivery}, batch 100, 1 at once: rate ÷ by hand`, wanted: '≥ 0.5×', got: times(got), met: got >= 0.5 });
  }
  checked.push(`in each round all that caught up left exactly one row, or one count, of each of the ${whole(settings.events)} events`);
}

const range = (values: readonly number[]): string => `${times(median(values))} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
const wanted: Parameters<Report['wanted']>[0][number][] = [];

async function measureLive(onEnd: OnEnd, url: string, sql: Sql): Promise<void> {
  const gateway = await startGatewayProcess(url, nodeArgs(), { BENCH_PART: 'live' }, PROCESS);
  onEnd(() => gateway.stop());
  const client = new HttpClient(`${gateway.url}/graphql`, CONNECTIONS);
  onEnd(() => client.close());
  await tellOfEffects(sql);
  const hand = await startLiveByHand(url);
  onEnd(() => hand.stop());
  const runs = await openLiveRuns(url);
  onEnd(() => runs.close());
  await until('the live processor to have its slots', async () => {
    const [row] = await sql<{ owned: number }[]>`SELECT count(owner)::int AS owned FROM sluice.consumer_slots WHERE consumer = ${LIVE}`;
    return row?.owned === 64;
  });
  const run = (seconds: number, publish: Publish): Promise<LiveRun> => runs.run(PUBLISHED_PER_SECOND, PUBLISHED_PER_SECOND * seconds, WITHIN, publish);
  const byHttp: Publish = (sequence, dueAt) => client.post(publishRequest(reading(sequence, dueAt)));
  await run(LIVE_WARM_UP_SECONDS, byHttp);
  const rounds: { readonly hand: LiveRun; readonly gateway: LiveRun }[] = [];
  for (let round = 1; round <= settings.rounds; round += 1) {
    const both = { hand: await run(settings.live, hand.publish), gateway: await run(settings.live, byHttp) };
    process.stderr.write(`round ${round}, live: p99 by hand ${ms(both.hand.committed.percentile(0.99))}, processor ${ms(both.gateway.committed.percentile(0.99))}\n`);
    rounds.push(both);
  }
  report.heading(`Publish → effect committed, ${PUBLISHED_PER_SECOND} events a second`);
  const row = (what: string, samples: readonly Samples[]): string[] => [what, ...[0.5, 0.99, 1].map((share) => {
    const values = samples.map((each) => each.percentile(share));
    return `${ms(median(values))} (${ms(Math.min(...values))}–${ms(Math.max(...values))})`;
  })];
  const committed = rounds.map(({ gateway: { committed } }) => committed);
  report.table(['since the event was due', 'p50 ms', 'p99 ms', 'max ms'], [
    row('by hand: inserted by SQL', rounds.map(({ hand: { acknowledged } }) => acknowledged)),
    row('by hand: told of the commit of its effect', rounds.map(({ hand: { committed } }) => committed)),
    row('HTTP publish acknowledged', rounds.map(({ gateway: { acknowledged } }) => acknowledged)),
    row('told of the commit of its effect', committed),
  ]);
  report.text(`Of ${settings.rounds} rounds of ${settings.live} s each way, the median and the range; before them ${LIVE_WARM_UP_SECONDS} s that do not count. `
    + `The sender was ${ms(Math.max(...rounds.flatMap((each) => [each.hand.latest, each.gateway.latest])))} ms late at worst; it, the gateway and Postgres share the machine. `
    + 'By hand there is no HTTP, no schema and one loop, and sender and loop are one process.');
  const p99 = median(committed.map((each) => each.percentile(0.99)));
  wanted.push({ what: `publish → effect committed at ${PUBLISHED_PER_SECOND}/s: p99`, wanted: '< 100 ms', got: `${ms(p99)} ms`, met: p99 < 100 });
  checked.push(`of ${whole(runs.events)} events published live each had its effect once`);
}

async function measureWebhooks(onEnd: OnEnd, url: string): Promise<void> {
  const gateway = await startGatewayProcess(url, nodeArgs(), { SLUICE_WEBHOOK_ALLOW: '127.0.0.1' });
  onEnd(() => gateway.stop());
  const log = connect({ url, max: 1, name: 'bench fill', settings: LOG_SESSION });
  try {
    await fillLog(log, POSTS);
  } finally {
    await log.end({ timeout: 5 });
  }
  const receiver = await startReceiver();
  onEnd(() => receiver.close());
  const rates: { readonly hand: number; readonly webhook: number }[] = [];
  for (let round = 0; round <= settings.rounds; round += 1) {
    const both = { hand: await postByHand(receiver, POSTS), webhook: await postByWebhook(gateway, receiver, POSTS) };
    process.stderr.write(`round ${round}, webhooks: by hand ${whole(both.hand)}/s, webhook ${whole(both.webhook)}/s\n`);
    if (round > 0) rates.push(both);
  }
  report.heading(`Webhooks: ${whole(POSTS)} events to a receiver on this machine, ${POSTS_AT_ONCE} at once`);
  report.table(['way', 'per second', '÷ by hand'], [
    ['posts by hand, neither read from the log, signed nor noted', whole(median(rates.map(({ hand }) => hand))), '1'],
    ['webhook, signed CloudEvents', whole(median(rates.map(({ webhook }) => webhook))), range(rates.map(({ hand, webhook }) => webhook / hand))],
  ]);
}

/** `BENCH_PROF=<folder>` has the gateways profiled. */
function nodeArgs(): string[] {
  const { BENCH_PROF: folder } = process.env;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function measure(onEnd: OnEnd): Promise<void> {
  const server = await startServer();
  onEnd(() => server.stop());
  const url = await server.database('bench_consumers');
  const sql = connect({ url, max: 1, name: 'bench by hand' });
  onEnd(() => sql.end({ timeout: 5 }));
  report.text(await describeEnvironment(sql));
  report.text(`Before the run ${await describeInterference()}.`);
  await measureBacklog(onEnd, url, sql);
  await measureLive(onEnd, url, sql);
  await measureWebhooks(onEnd, await server.database('bench_webhooks'));
  report.heading('Wanted');
  report.wanted(wanted);
  report.text(`Checked: ${checked.join('; ')}.`);
}

await withCleanup(measure);
report.text(`After the run ${await describeInterference()}.`);
if (settings.save) report.save();
