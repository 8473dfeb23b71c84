import { createHash } from 'node:crypto';
import type { Pool } from '../db/pool.js';
import { readEarliest, readHead } from './read.js';

/** Positions looked through per statement, and how many may be left for the end, which holds the head lock. */
const POSITIONS_AT_ONCE = 5_000;
const POSITIONS_AT_THE_END = 2_000;
/** Rejected rows looked through per statement. */
const REJECTED_AT_ONCE = 1_000;

export interface Erasure {
  readonly tenant: string;
  readonly topic: string;
  readonly key: string;
  readonly reason: string | null;
  /** Name of the principal that asks for it, for the record; null: the program around the gateway. */
  readonly principal: string | null;
}

export interface Erased {
  /** Events that lost their payload in this erasure. */
  readonly events: number;
  /** Of the event `KeyErased`. Nothing of the key is left before it. */
  readonly position: number;
  readonly epoch: string;
}

/**
 * Takes the payloads of one key out of the log, the rejected rows and what consumers have parked: first in steps without any lock that an append needs,
 * then what has been added meanwhile in one transaction under the head lock, which also appends `KeyErased` and completes the
 * row in `sluice.erasures`. Cut off in between, it leaves some payloads erased and a row without an end: repeat it. The same
 * when somebody else holds a row that it needs: it waits 2 s in the steps and 0.5 s at the end, then the server says 55P03.
 */
export async function eraseKey(pool: Pool, erasure: Erasure, notify: boolean): Promise<Erased> {
  const { tenant, topic, key, reason, principal } = erasure;
  const hash = createHash('sha256').update(key).digest();
  const [begun] = await pool.ask((sql) => sql<{ erasure: string }[]>`
    CALL sluice.begin_erasure(${tenant}::text, ${topic}::text, ${hash}::bytea, ${principal}::text, ${reason}::text, NULL::bigint)`, 10_000);
  if (begun === undefined) throw new Error('the erasure was not noted');
  const id = begun.erasure;
  for (let seen: string | null = '0'; seen !== null;) {
    const after: string = seen;
    const [step] = await pool.ask((sql) => sql<{ reached: string | null }[]>`
      SELECT sluice.erase_rejected(${id}, ${tenant}, ${topic}, ${key}, ${after}, ${REJECTED_AT_ONCE}) AS reached`);
    seen = step?.reached ?? null;
  }
  // What consumers have parked of it: the rest, if any, with the end.
  const parkedUpTo = await pool.ask(readHead);
  await pool.ask((sql) => sql`SELECT set_config('lock_timeout', '2s', true), sluice.erase_parked(${tenant}, ${topic}, ${key}, ${parkedUpTo})`);
  let scanned = (await pool.ask(readEarliest)) - 1;
  for (;;) {
    const head = await pool.ask(readHead);
    if (head - scanned <= POSITIONS_AT_THE_END) break;
    const [low, high] = [scanned, Math.min(head, scanned + POSITIONS_AT_ONCE)];
    await pool.ask((sql) => sql`SELECT sluice.erase_range(${id}, ${tenant}, ${topic}, ${key}, ${low}, ${high})`);
    scanned = high;
  }
  const from = scanned;
  const [finished] = await pool.ask((sql) => sql<{ result: Erased }[]>`
    CALL sluice.complete_erasure(${id}::bigint, ${tenant}::text, ${topic}::text, ${key}::text, ${from}::bigint, ${notify}::boolean, NULL::json)`, 10_000);
  if (finished === undefined) throw new Error('the erasure gave no result');
  return finished.result;
}
