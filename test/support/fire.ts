import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from '../../src/db/connect.js';
import { spawnNode, type NodeProcess } from './process.js';
import { waitFor } from './wait.js';

/** How long, and with how many payments: as given, or what `npm run faults:consumers` says (FIRE_SECONDS, FIRE_PAYMENTS). */
export function fireSize(usual: { readonly seconds: number; readonly payments: number }): typeof usual {
  return { seconds: Number(process.env['FIRE_SECONDS'] ?? usual.seconds), payments: Number(process.env['FIRE_PAYMENTS'] ?? usual.payments) };
}

export interface Fire {
  readonly databaseUrl: string;
  readonly sql: Sql;
  /** Milliseconds that it rages. */
  readonly ms: number;
  /** Milliseconds. */
  readonly leaseMs: number;
  /** The script of a gateway that works for consumers: it is given DATABASE_URL and LEASE_MS, and says `works at …` when it serves. */
  readonly worker: string;
  /** Publishes all there is. `pace(share)` resolves when it is time for that share of it, 0 to 1. */
  publish(pace: (share: number) => Promise<void>): Promise<void>;
  /** Is asked about twenty times while it rages. */
  watch(): Promise<void>;
  /** True when nothing is left to do. */
  isOver(): Promise<boolean>;
  /** For the message when there is something left for ever. */
  describe(): Promise<object>;
}

export interface Burnt {
  readonly killed: number;
  readonly frozen: number;
  /** Server processes ended. */
  readonly terminated: number;
  /** Milliseconds from the last fault until nothing was left to do. */
  readonly healedMs: number;
}

/** Milliseconds at most until nothing is left to do, when it has raged for `ms`. */
const healMs = (ms: number): number => 120_000 + 2 * ms;

/** Milliseconds that a test may take whose fire rages for `ms`. */
export const fireTimeout = (ms: number): number => ms + healMs(ms) + 60_000;

/** Publishes while two workers are killed (-9) and replaced, frozen for three times their lease, and connections of gateways ended, at random. */
export async function setOnFire(fire: Fire): Promise<Burnt> {
  const { sql, ms, leaseMs } = fire;
  const workers = await Promise.all([start(fire), start(fire)]);
  const began = performance.now();
  const counts = { killed: 0, frozen: 0, terminated: 0 };
  let failed = false;
  let starting = false;
  const rages = (): boolean => !failed && performance.now() < began + ms;
  const publishing = fire.publish(async (share) => {
    await delay(Math.max(0, began + ms * 0.9 * share - performance.now()));
    if (failed) throw new Error('something else of the fire failed');
  });
  const watching = (async () => {
    while (rages()) {
      await delay(ms / 20);
      await fire.watch();
    }
  })();
  const ending = (async () => {
    while (rages()) {
      await delay(100 + Math.random() * 400);
      // A gateway that starts and loses a connection ends. Of those only consumers' are ended, or none would ever start.
      const ended = await sql`SELECT pg_terminate_backend(pid) FROM (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'sluice %' AND application_name <> 'sluice status'
          AND (${!starting} OR application_name = 'sluice consumer') ORDER BY random() LIMIT 3) p`;
      counts.terminated += ended.length;
    }
  })();
  const harming = workers.map(async (_, index) => {
    while (rages()) {
      await delay(300 + Math.random() * 2_000);
      const child = workers[index];
      if (child === undefined) return;
      // To start takes longer than all else. While one does, the other only loses connections, so that something is under way to be harmed.
      if (starting) continue;
      // When, and which of the two, is random; each freeze is followed by a kill, so that a short fire has both.
      if (counts.killed < counts.frozen) {
        starting = true;
        await child.kill('SIGKILL');
        counts.killed += 1;
        workers[index] = await start(fire);
        starting = false;
      } else {
        child.signal('SIGSTOP');
        counts.frozen += 1;
        await delay(leaseMs * 3);
        child.signal('SIGCONT');
      }
    }
  });
  const all = [publishing, watching, ending, ...harming];
  try {
    await Promise.all(all);
    const healing = performance.now();
    const isOver = async (): Promise<boolean> => {
      // To count takes the server's time, which the workers need.
      await delay(200);
      return await fire.isOver();
    };
    await waitFor(isOver, { timeoutMs: healMs(ms), what: 'all payments to be handled' }).catch(async (error: unknown) => {
      const ends = await Promise.all(workers.map(async (child) => `${await Promise.race([child.exited.then((exit) => JSON.stringify(exit)), Promise.resolve('runs')])}: ${child.lines.slice(-3).join(' | ')}`));
      throw new Error(`${String(error)}; left: ${JSON.stringify(await fire.describe())}; workers: ${ends.join(' || ')}`);
    });
    return { ...counts, healedMs: Math.round(performance.now() - healing) };
  } finally {
    failed = true;
    await Promise.allSettled(all);
    for (const child of workers) await child.kill('SIGKILL');
  }
}

/** One whose sessions end while it starts ends, too: whoever runs it starts it again. Throws after ten that ended. */
async function start({ worker, databaseUrl, leaseMs }: Fire): Promise<NodeProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const child = spawnNode(worker, { env: { DATABASE_URL: databaseUrl, LEASE_MS: String(leaseMs) } });
    const ended = await Promise.race([child.exited.then(() => true), child.waitForLine(/works at/, 60_000).then(() => false, () => true)]);
    if (!ended) return child;
    await child.kill('SIGKILL');
    if (attempt === 10) throw new Error(`${worker} does not start: ${child.lines.slice(-10).join(' | ')}`);
  }
}
