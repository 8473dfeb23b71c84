import type { Sql } from '../../db/connect.js';
import type { Pool } from '../../db/pool.js';
import { badInput, checkReason } from '../../event/limits.js';
import { DEAD, readPosition, type ParkedStatus } from './dead-letters.js';
import { change, decidesAbout, unknownConsumer, type Fragment, type Operator } from './operator.js';

/** Dead letters that one call decides about. */
export const MAX_DECIDED = 1_000;

export interface LetterDecision {
  readonly consumer: string;
  /** 1 to 1,000, in any order. */
  readonly positions: readonly string[];
  /** Only those with one of these. Default: dead letters. So nobody decides by mistake about an event that somebody else has replayed meanwhile. */
  readonly status?: readonly ParkedStatus[];
  readonly operator: Operator;
  readonly reason?: string | null;
}

/** What became of the positions that were named; each list in the order of positions. */
export interface Decided {
  readonly done: readonly string[];
  /** Of another status: decided about before, or none of the operator's. They were left as they are. */
  readonly notDead: readonly string[];
}

/**
 * Has dead letters tried again, from the first attempt on, each key in the order of positions. One that fails as often again is a dead letter
 * again. An event that waits for its next attempt is tried now, from the first attempt on. Errors: `BAD_USER_INPUT`.
 */
export async function replayDeadLetters(pool: Pool, decision: LetterDecision): Promise<Decided> {
  if (decision.status?.includes('waiting') === true) throw badInput('What waits behind another event of its key is tried when that is done. Replay or discard that one.');
  return decide(pool, decision, 'replay', (sql, { consumer }, which) => sql`
    decided AS (
      UPDATE sluice.parked_events p SET status = 'retry', attempts = 0, next_attempt_at = clock_timestamp(), blocks = false, dead_at = NULL
      FROM sluice.consumers c WHERE p.consumer = ${consumer} AND c.name = p.consumer AND ${which} RETURNING p.position, p.slot)`);
}

/**
 * Gives dead letters (or what else is parked, by `status`) up for good: they are deleted and counted, and what waits behind them goes on. An attempt that is
 * under way is not committed any more; what it did outside the database has happened. `reason` is needed. Errors: `BAD_USER_INPUT`.
 */
export async function discardDeadLetters(pool: Pool, decision: LetterDecision & { readonly reason: string }): Promise<Decided> {
  if (decision.reason.trim() === '') throw badInput('`reason` is empty. Say why they are given up: it is all that stays of them.');
  return decide(pool, decision, 'discard', (sql, { consumer }, which) => sql`
    decided AS (
      DELETE FROM sluice.parked_events p USING sluice.consumers c WHERE p.consumer = ${consumer} AND c.name = p.consumer AND ${which} RETURNING p.position, p.slot),
    counted AS (
      UPDATE sluice.consumer_slots s SET discarded = s.discarded + d.events FROM (SELECT slot, count(*) AS events FROM decided GROUP BY slot) d
      WHERE s.consumer = ${consumer} AND s.slot = d.slot)`);
}

async function decide(
  pool: Pool, decision: LetterDecision, action: 'replay' | 'discard', doing: (sql: Sql, decision: LetterDecision, which: Fragment) => Fragment,
): Promise<Decided> {
  const { consumer, operator, reason = null, status = DEAD } = decision;
  checkReason(reason);
  const positions = [...new Set(decision.positions.map((position) => String(BigInt(readPosition(position)))))].sort((one, other) => Number(one) - Number(other));
  if (positions.length === 0 || positions.length > MAX_DECIDED) throw badInput(`\`positions\` names 1 to ${MAX_DECIDED} events, not ${positions.length}.`);
  const rows = await change(pool, (sql) => {
    const which = sql`p.position = ANY(${positions}::bigint[]) AND p.status = ANY(${[...status]}::text[]) AND ${decidesAbout(sql, operator)}`;
    // What is said of it in the record: the positions that it was done for.
    const details = sql`json_build_object('positions', (SELECT json_agg(position::text ORDER BY position) FROM decided), 'tenant', ${operator.tenant}::text)`;
    return sql<{ known: boolean; positions: readonly string[] | null }[]>`
      WITH ${doing(sql, decision, which)},
      raised AS (UPDATE sluice.consumers c SET revision = c.revision + 1 WHERE c.name = ${consumer} AND EXISTS (SELECT FROM decided)),
      noted AS (INSERT INTO sluice.consumer_actions (consumer, action, principal, reason, details)
        SELECT ${consumer}, ${action}, ${operator.principal}, ${reason}, ${details} WHERE EXISTS (SELECT FROM decided))
      SELECT (SELECT array_agg(position ORDER BY position) FROM decided) AS positions,
        EXISTS (SELECT FROM sluice.consumers c WHERE c.name = ${consumer} AND (c.tenant IS NULL OR c.tenant = ${operator.tenant})) AS known`;
  });
  const [row] = rows;
  if (row?.known !== true) throw unknownConsumer(consumer);
  const done = (row.positions ?? []).map(String);
  const found = new Set(done);
  return { done, notDead: positions.filter((position) => !found.has(position)) };
}
