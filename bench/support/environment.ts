import os from 'node:os';
import type { Sql } from '../../src/db/connect.js';

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
