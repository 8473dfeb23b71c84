import type { Logger } from 'pino';
import { inRounds, type Rounds } from '../base/rounds.js';
import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';

/** Milliseconds between two looks for alerts that wait. */
const EVERY = 1_000;
/** Alerts that one CALL moves into the log. */
const AT_ONCE = 100;
/** Milliseconds for one CALL: it waits for the head lock. */
const TOLD_WITHIN = 10_000;

export interface TellAlertsOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly notify: boolean;
  /** So many are in the log now. */
  onTold(count: number): void;
}

/**
 * Has alerts become events of the log within a second of the transaction that raised them. Every gateway does it; the head lock makes
 * them take turns, and it is not asked for while none waits.
 */
export function tellAlerts({ pool, log, notify, onTold }: TellAlertsOptions): Rounds {
  const round = async (): Promise<void> => {
    let told = await pool.ask(areWaiting) ? AT_ONCE : 0;
    while (told === AT_ONCE) {
      told = await pool.ask((sql) => tell(sql, notify), TOLD_WITHIN);
      onTold(told);
    }
  };
  return inRounds(EVERY, round, (error, again) => {
    // Said once per outage.
    if (!again) log.warn({ err: error }, 'alerts cannot be moved into the log; trying again');
  });
}

async function areWaiting(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ waiting: boolean }[]>`SELECT EXISTS (SELECT FROM sluice.alerts WHERE position IS NULL) AS waiting`;
  return row?.waiting === true;
}

async function tell(sql: Sql, notify: boolean): Promise<number> {
  const [row] = await sql<{ told: number }[]>`CALL sluice.tell_alerts(${AT_ONCE}::int, ${notify}::boolean, 0)`;
  return row?.told ?? 0;
}
