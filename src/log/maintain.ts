import type { Logger } from 'pino';
import type { Pool } from '../db/pool.js';
import type { Sql } from '../db/connect.js';
import { inRounds, type Rounds } from '../base/rounds.js';
import { forgetCredentials } from '../auth/forget.js';

/** Milliseconds between two rounds. */
const EVERY = 60_000;
/** Rows of expired idempotency keys removed per statement: few enough not to hold up an append. */
const KEYS_PER_ROUND = 10_000;
/** For how long it is kept who decided what about consumers, and rows of that removed per statement. */
const ACTIONS_KEPT = '400 days';
const ACTIONS_PER_ROUND = 10_000;

export interface MaintainOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Milliseconds that an idempotency key is remembered. */
  readonly idempotencyWindow: number;
}

/**
 * Keeps partitions ahead of the head, so that append need not make them, and forgets idempotency keys whose window is
 * over, credentials that have not been good for long, and decisions about consumers that are older than 400 days. Every gateway does it; the head lock makes them take turns. If none does, append makes its own partitions.
 */
export function maintain(options: MaintainOptions): Rounds {
  const { pool, log } = options;
  const round = async (): Promise<void> => {
    await pool.ask(makeAhead);
    await forgetKeys(options);
    while ((await pool.ask(forgetCredentials)).more);
    while ((await pool.ask(forgetActions)) === ACTIONS_PER_ROUND);
  };
  return inRounds(EVERY, round, (error) => log.warn({ err: error }, 'maintenance of the log failed; it is tried again'));
}

/** Makes sure that the partition after the head's exists. */
export async function makeAhead(sql: Sql): Promise<void> {
  const [state] = await sql<{ due: boolean }[]>`
    SELECT (sluice.head()).position + partition_size >= partitioned_to AS due FROM sluice.log`;
  if (state?.due !== true) return;
  // One message is one transaction, as in `Epochs.check`.
  await sql.unsafe('SELECT sluice.lock_head(); SELECT sluice.make_partitions((sluice.head()).position + partition_size) FROM sluice.log');
}

async function forgetKeys({ pool, idempotencyWindow }: MaintainOptions): Promise<void> {
  for (;;) {
    const gone = await pool.ask((sql) => sql`
      DELETE FROM sluice.idempotency WHERE (tenant, key) IN (
        SELECT tenant, key FROM sluice.idempotency WHERE recorded_at < clock_timestamp() - ${`${idempotencyWindow} milliseconds`}::interval
        ORDER BY recorded_at LIMIT ${KEYS_PER_ROUND})`);
    if (gone.count < KEYS_PER_ROUND) return;
  }
}

/** Gives how many. */
async function forgetActions(sql: Sql): Promise<number> {
  const gone = await sql`
    DELETE FROM sluice.consumer_actions WHERE id IN (
      SELECT id FROM sluice.consumer_actions WHERE at < clock_timestamp() - ${ACTIONS_KEPT}::interval ORDER BY at LIMIT ${ACTIONS_PER_ROUND})`;
  return gone.count;
}
