import type { SharedAnswer } from '../base/shared-answer.js';
import type { Drain } from './drain.js';

export interface HealthOptions {
  /** Migrations that are not applied; rejects when the database does not answer. Whoever reaches the port can cause it to be asked. */
  readonly pending: SharedAnswer<number>;
  readonly drain: Drain;
  /** Why events do not arrive at once, or null: from the listener. */
  listenProblem(): string | null;
  /** Why the log cannot be read, or null: from the hub. */
  tailProblem(): string | null;
}

export interface Health {
  /** `ok`; `degraded`: works, but slower; `unready`: send the traffic elsewhere. */
  readonly status: 'ok' | 'degraded' | 'unready';
  /** Per part: null when it is well, else the reason. */
  readonly checks: Readonly<Record<'database' | 'migrations' | 'log' | 'listen' | 'shutdown', string | null>>;
}

/** Whether this gateway can serve. Without LISTEN it can, at polling latency. */
export async function checkHealth(options: HealthOptions): Promise<Health> {
  let database: string | null = null;
  let migrations: string | null = null;
  try {
    const pending = await options.pending.get();
    if (pending > 0) migrations = `${pending} to apply`;
  } catch (error) {
    database = error instanceof Error && error.message !== '' ? error.message : String(error);
    migrations = 'unknown while the database does not answer';
  }
  const checks = { database, migrations, log: options.tailProblem(), listen: options.listenProblem(), shutdown: options.drain.started ? 'the gateway is stopping' : null };
  const { listen, ...vital } = checks;
  const unready = Object.values(vital).some((reason) => reason !== null);
  return { status: unready ? 'unready' : listen === null ? 'ok' : 'degraded', checks };
}
