import { Bell, deadline } from '../../src/base/signal.js';
import { connect, type Sql } from '../../src/db/connect.js';
import { handleAtOnce, type HandEvent } from './by-hand.js';
import { machineNow } from './clock.js';
import { CHANNEL } from './effects.js';
import { openLoop } from './open-loop.js';
import { Samples } from './statistics.js';

/** Events that the loop by hand takes into one transaction, and its connections for publishing. */
const BATCH = 100;
const PUBLISHERS = 16;
/** Told by hand of a new event; and whose the effects of that loop are. */
const WOKEN = 'bench_hand_events';
const HAND = 'live-by-hand';
/** Key of the lock under which events by hand are stored: without it a loop that goes by position would miss some. */
const LOCK = 4_711;

/** What one run came to, in milliseconds since each event was due. */
export interface LiveRun {
  readonly acknowledged: Samples;
  /** Until somebody who listens was told of the commit of its effect. */
  readonly committed: Samples;
  /** How late the sender was at worst. */
  readonly latest: number;
}

export type Publish = (sequence: number, dueAt: number) => Promise<unknown>;

/** Runs in which events are published at a fixed rate, and a listener is told of each effect when it is committed. No sequence comes twice. */
export async function openLiveRuns(url: string) {
  const listening = connect({ url, max: 1, name: 'bench listen' });
  const due = new Map<number, number>();
  let [sent, repeated] = [0, 0];
  let committed = new Samples();
  let allTold: () => void = () => undefined;
  await listening.listen(CHANNEL, (text) => {
    const sequence = Number(text);
    const dueAt = due.get(sequence);
    if (dueAt === undefined) {
      repeated += 1;
      return;
    }
    committed.add(machineNow() - dueAt);
    due.delete(sequence);
    if (due.size === 0) allTold();
  });
  return {
    /** Events so far, each of which had its effect once. */
    get events(): number {
      return sent;
    },
    /** Resolves when every event of the run has had its effect; throws when that takes longer than `within` ms after the last, or when one had two. */
    async run(perSecond: number, count: number, within: number, publish: Publish): Promise<LiveRun> {
      committed = new Samples();
      const acknowledged = new Samples();
      const first = sent;
      for (let sequence = first; sequence < first + count; sequence += 1) due.set(sequence, Number.NaN);
      const all = new Promise<void>((resolve) => (allTold = resolve));
      const { latest } = await openLoop(perSecond, count, 0, async (index, dueAt) => {
        due.set(first + index, dueAt);
        await publish(first + index, dueAt);
        acknowledged.add(machineNow() - dueAt);
      });
      await deadline(all, within, () => new Error(`${due.size} events had no effect within ${within} ms`));
      if (repeated > 0) throw new Error(`${repeated} effects were seen twice`);
      sent += count;
      return { acknowledged, committed, latest };
    },
    close: () => listening.end({ timeout: 5 }),
  };
}

/**
 * What one writes who needs no gateway: events into a table, with a NOTIFY, and a loop that is woken by it, and writes effects and checkpoint
 * in one transaction. No HTTP, no schema, one loop.
 */
export async function startLiveByHand(url: string): Promise<{ readonly publish: Publish; stop(): Promise<void> }> {
  const writing = connect({ url, max: PUBLISHERS, name: 'bench hand publish' });
  const sql = connect({ url, max: 1, name: 'bench hand loop' });
  const waking = connect({ url, max: 1, name: 'bench hand listen' });
  await sql`CREATE TABLE hand_events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sensor text NOT NULL, sequence int NOT NULL)`;
  await sql`INSERT INTO by_hand (consumer, position) VALUES (${HAND}, 0)`;
  const bell = new Bell();
  let stopping = false;
  await waking.listen(WOKEN, () => bell.ring());
  const loop = async (): Promise<void> => {
    for (let at = 0; !stopping; await bell.wait(60_000)) at = await handle(sql, at);
  };
  const running = loop();
  return {
    publish: (sequence) => writing`
      WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(${LOCK})), event AS (INSERT INTO hand_events (sensor, sequence) SELECT ${`sensor-${sequence % 1_000}`}, ${sequence} FROM lock RETURNING position)
      SELECT pg_notify(${WOKEN}, '') FROM event`,
    async stop() {
      stopping = true;
      bell.ring();
      await running;
      for (const pool of [writing, sql, waking]) await pool.end({ timeout: 5 });
    },
  };
}

/** Handles what there is behind a position; gives how far it came. */
async function handle(sql: Sql, from: number): Promise<number> {
  for (let at = from; ; ) {
    const events = await sql<HandEvent[]>`SELECT position, sensor, sequence FROM hand_events WHERE position > ${at} ORDER BY position LIMIT ${BATCH}`;
    const to = events.at(-1)?.position;
    if (to === undefined) return at;
    await handleAtOnce(sql, HAND, events, at);
    at = Number(to);
  }
}
