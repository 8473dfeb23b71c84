import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from '../../src/db/connect.js';

/** Where and when the numbers were made, in one line: they mean little without it. */
export async function describeEnvironment(sql: Sql): Promise<string> {
  const [row] = await sql<{ version: string; fsync: string; commit: string }[]>`
    SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`;
  return describeMachine([`PostgreSQL ${row?.version ?? '?'} (fsync ${row?.fsync ?? '?'}, synchronous_commit ${row?.commit ?? '?'})`]);
}

/** The same without a database. */
export function describeMachine(more: readonly string[] = []): string {
  return [
    new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
    `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim() ?? 'unknown CPU'}`,
    `${os.platform()} ${os.arch()}`,
    `Node ${process.versions.node}`,
    ...more,
    `load before ${(os.loadavg()[0] ?? 0).toFixed(2)}`,
  ].join(', ');
}

/** What the machine does while the bench does nothing, over a second: other work takes CPU from every number. */
export async function describeInterference(): Promise<string> {
  const before = cpuTimes();
  await delay(1_000);
  const after = cpuTimes();
  const busy = ((after.busy - before.busy) / (after.all - before.all)) * os.cpus().length;
  return `other processes used ${busy.toFixed(1)} of ${os.cpus().length} cores`;
}

function cpuTimes(): { readonly busy: number; readonly all: number } {
  const times = os.cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}
