import os from 'node:os';
import type { Sql } from '../../src/db/connect.js';
import { Samples } from './statistics.js';

/** Where and when the numbers were made, in one line: they mean little without it. */
export async function describeEnvironment(sql: Sql): Promise<string> {
  const [row] = await sql<{ version: string; fsync: string; commit: string }[]>`
    SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`;
  const cpus = os.cpus();
  return [
    new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
    `${os.availableParallelism()} × ${cpus[0]?.model.trim() ?? 'unknown CPU'}`,
    `${os.platform()} ${os.arch()}`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${row?.version ?? '?'} (fsync ${row?.fsync ?? '?'}, synchronous_commit ${row?.commit ?? '?'})`,
    `load before ${(os.loadavg()[0] ?? 0).toFixed(2)}`,
  ].join(', ');
}

/**
 * How busy the machine is with other things, in words: the same piece of work (about 2 ms) again and again, against its
 * own best. Ask while the bench itself does nothing.
 */
export function describeInterference(): string {
  const times = new Samples();
  for (let repeat = 0; repeat < 200; repeat += 1) {
    const began = performance.now();
    let hash = repeat;
    for (let step = 0; step < 1_000_000; step += 1) hash = Math.imul(hash ^ step, 16_777_619);
    // The result is used, so that the loop cannot be optimised away.
    if (hash !== 0.5) times.add(performance.now() - began);
  }
  const best = times.percentile(0);
  return `a fixed piece of work took ${(times.percentile(0.5) / best).toFixed(2)}× (p50), ${(times.percentile(0.99) / best).toFixed(1)}× (p99) of its best time; 1.0× is an idle machine`;
}
