/**
 * How fast one subscriber that was away catches up, through WebSocket and at the log layer, beside COPY of the same rows
 * in the same run. `npm run bench:catchup -- [--events 200000] [--rounds 5] [--save]`
 */
import path from 'node:path';
import { connect, LOG_SESSION } from '../src/db/connect.js';
import { Pool } from '../src/db/pool.js';
import type { Topic } from '../src/event/model.js';
import { deriveSchema } from '../src/graphql/derive/derive.js';
import { loadSources } from '../src/graphql/derive/sources.js';
import { DEFAULT_TENANT } from '../src/auth/principal.js';
import { Hub } from '../src/hub/hub.js';
import { Epochs } from '../src/log/epoch.js';
import { createLogger } from '../src/observe/log.js';
import { compileFilter } from '../src/stream/filter.js';
import { LogReader } from '../src/stream/log-reader.js';
import { openStream } from '../src/stream/stream.js';
import { withCleanup, type OnEnd } from './support/cleanup.js';
import { describeEnvironment, describeInterference } from './support/environment.js';
import { fillLog } from './support/fill.js';
import { startGatewayProcess } from './support/gateway-process.js';
import { HttpClient } from './support/http-client.js';
import { publishRequest, reading } from './support/reading.js';
import { ms, Report, times, whole } from './support/report.js';
import { startServer } from './support/server.js';
import { readSettings } from './support/settings.js';
import { median, Samples } from './support/statistics.js';
import { startSubscribers } from './support/subscribers.js';

/** Milliseconds one subscriber may take. */
const WITHIN = 600_000;

/** What is measured, in the order of a round. */
const WAYS = { copy: '`COPY … TO STDOUT`', log: 'log layer', socket: 'WebSocket' } as const;
type Way = keyof typeof WAYS;

interface Outcome {
  readonly perSecond: number;
  /** Milliseconds: the longest that nothing came. */
  readonly longestPause: number;
  /** Events per second of CPU time of the process that reads the log. */
  readonly perCpuSecond: number;
}

const settings = readSettings({ events: 200_000, rounds: 5 });
const report = new Report('catchup', 'Catching up: one subscriber that was away');
/** Milliseconds between two batches at the log layer. */
const batches = new Samples();

/** The baseline: all columns of the same rows, as text, counted and thrown away. */
async function copy(url: string): Promise<Outcome> {
  // A connection each time: postgres.js 3.4.9 may leave one paused for ever when the reader is slower than the last of a COPY.
  const sql = connect({ url, max: 1, name: 'bench copy', settings: LOG_SESSION });
  try {
    await sql`SELECT`;
    const began = performance.now();
    const cpu = process.cpuUsage();
    let rows = 0;
    for await (const chunk of await sql`COPY (SELECT * FROM sluice.events WHERE position > 1 ORDER BY position) TO STDOUT`.readable()) {
      for (let at = (chunk as Buffer).indexOf(10); at >= 0; at = (chunk as Buffer).indexOf(10, at + 1)) rows += 1;
    }
    return measured(rows, performance.now() - began, 0, process.cpuUsage(cpu));
  } finally {
    await sql.end({ timeout: 0 });
  }
}

/** What a subscription reads from: pages of the log, parsed, checked by the handover. */
async function readLog(hub: Hub, reader: LogReader, topic: Topic): Promise<Outcome> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const ending = new AbortController();
  let [rows, longestPause, last] = [0, 0, began];
  for await (const batch of openStream({ hub, reader, start: 1, epoch: hub.epochs.present, filter: compileFilter([topic.name], DEFAULT_TENANT, null), signal: ending.signal })) {
    rows += batch.events.length;
    const now = performance.now();
    batches.add(now - last);
    longestPause = Math.max(longestPause, now - last);
    last = now;
    if (rows === settings.events) break;
  }
  ending.abort();
  return measured(rows, performance.now() - began, longestPause, process.cpuUsage(cpu));
}

function measured(rows: number, elapsed: number, longestPause: number, { user, system }: NodeJS.CpuUsage): Outcome {
  if (rows !== settings.events) throw new Error(`${rows} of ${settings.events} events were read`);
  return { perSecond: rows / (elapsed / 1_000), longestPause, perCpuSecond: rows / ((user + system) / 1e6) };
}

async function measure(onEnd: OnEnd): Promise<void> {
  const server = await startServer();
  onEnd(() => server.stop());
  const url = await server.database('bench_catchup');
  const first = await startGatewayProcess(url);
  let after: string;
  try {
    const client = new HttpClient(`${first.url}/graphql`, 1);
    const answer = await client.post(publishRequest(reading(settings.events, 0)));
    after = (JSON.parse(answer) as { data: { publishReadingTaken: { cursor: string } } }).data.publishReadingTaken.cursor;
    client.close();
  } finally {
    await first.stop();
  }
  const sql = connect({ url, max: 1, name: 'bench fill', settings: LOG_SESSION });
  onEnd(() => sql.end({ timeout: 5 }));
  await fillLog(sql, settings.events);
  // Started after the log was filled: its memory holds none of the events.
  const gateway = await startGatewayProcess(url);
  onEnd(() => gateway.stop());
  const log = createLogger('warn');
  const pool = new Pool({ url, max: 1, name: 'sluice tail', settings: LOG_SESSION }, (error) => log.warn({ err: error }, 'a connection did not close cleanly'));
  onEnd(() => pool.end());
  const epochs = new Epochs(pool);
  await epochs.check();
  const hub = new Hub({ pool, epochs, log, ring: { maxEvents: 10_000, maxBytes: 64 * 1024 * 1024 }, wakeEvery: 4_000 });
  await hub.start();
  onEnd(() => hub.stop());
  const read = new Pool({ url, max: 4, name: 'sluice read', settings: LOG_SESSION }, (error) => log.warn({ err: error }, 'a connection did not close cleanly'));
  onEnd(() => read.end());
  const reader = new LogReader(read);
  const topic = [...deriveSchema(await loadSources(path.join(import.meta.dirname, 'schema'))).model.topics.values()][0];
  if (topic === undefined) throw new Error('bench/schema has no topic');

  const overSocket = async (): Promise<Outcome> => {
    const before = await gateway.cpuSeconds();
    const subscriber = await startSubscribers({ url: `${gateway.url.replace('http', 'ws')}/graphql`, subscribers: 1, warmUp: 0, events: settings.events, after });
    try {
      const { deliveries, missing, repeated, outOfOrder, askedAt, lastAt, longestPause } = await subscriber.result(WITHIN);
      if (missing + repeated + outOfOrder > 0) throw new Error(`${missing} events were missing, ${repeated} repeated, ${outOfOrder} out of order`);
      return { perSecond: deliveries / ((lastAt - askedAt) / 1_000), longestPause, perCpuSecond: deliveries / ((await gateway.cpuSeconds()) - before) };
    } finally {
      await subscriber.stop();
    }
  };
  const ways: Record<Way, () => Promise<Outcome>> = { copy: () => copy(url), log: () => readLog(hub, reader, topic), socket: overSocket };

  report.text(await describeEnvironment(sql));
  report.text(`Before the run ${await describeInterference()}.`);
  report.text([
    `${whole(settings.events)} events with a payload of ${Buffer.byteLength(JSON.stringify(reading(0, 0)))} bytes, all behind the subscriber's cursor and none in the memory of the gateway. ${settings.rounds} rounds after one that is not`,
    'measured; each round one way after the other, a ratio is taken within a round and its median over the rounds is shown (lowest to highest in brackets).',
    'COPY gives all columns as text to Node, which counts the rows. The log layer is what a subscription reads from: pages, parsed, checked by the handover, filtered.',
    'WebSocket: a gateway in a process of its own, one frame per event (7 fields of it), one subscriber in another process. All share the CPU with Postgres.',
  ].join('\n'));

  const rounds: Record<Way, Outcome[]> = { copy: [], log: [], socket: [] };
  for (let round = 0; round <= settings.rounds; round += 1) {
    for (const way of Object.keys(WAYS) as Way[]) {
      const outcome = await ways[way]();
      if (round > 0) rounds[way].push(outcome);
      process.stderr.write(`round ${round}, ${way}: ${whole(outcome.perSecond)}/s, ${whole(outcome.perCpuSecond)} per CPU second\n`);
    }
  }
  summarise(rounds);
}

function summarise(rounds: Record<Way, Outcome[]>): void {
  const ratios = (way: Way): number[] => rounds[way].map((outcome, index) => outcome.perSecond / (rounds.copy[index]?.perSecond ?? Number.NaN));
  report.heading('Measured');
  report.table(
    ['way', 'events per second', '÷ COPY', 'longest pause ms', 'events per CPU second'],
    (Object.keys(WAYS) as Way[]).map((way) => [
      WAYS[way], whole(median(rounds[way].map(({ perSecond }) => perSecond))),
      way === 'copy' ? '1' : `${times(median(ratios(way)))} (${Math.min(...ratios(way)).toFixed(2)}–${Math.max(...ratios(way)).toFixed(2)})`,
      way === 'copy' ? '' : ms(Math.max(...rounds[way].map(({ longestPause }) => longestPause))),
      whole(median(rounds[way].map(({ perCpuSecond }) => perCpuSecond))),
    ]),
  );
  report.text(`Between two batches at the log layer: p50 ${ms(batches.percentile(0.5))} ms, p99 ${ms(batches.percentile(0.99))} ms. CPU is that of the process which reads the log (Postgres and the subscriber apart).`);
  report.heading('Wanted');
  const log = median(ratios('log'));
  report.wanted([{ what: 'log layer: rate ÷ COPY', wanted: '≥ 0.4×', got: times(log), met: log >= 0.4 }]);
  report.text(`Checked: in each round each way gave all ${whole(settings.events)} events, over WebSocket each once and in order.`);
}

await withCleanup(measure);
report.text(`After the run ${await describeInterference()}.`);
if (settings.save) report.save();
