import { createHash } from 'node:crypto';
import type { Pool } from '../db/pool.js';
import { readEarliest, readHead } from './read.js';

/** Positions looked through per statement, and how many may be left for the end, which holds the head lock. */
const POSITIONS_AT_ONCE = 5_000;
const POSITIONS_AT_THE_END = 2_000;

export interface Erasure {
  readonly tenant: string;
  readonly topic: string;
  readonly key: string;
  readonly reason: string | null;
  /** Who asks for it; null while callers have no identity. */
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
 * Takes the payloads of one key out of the log: first in steps without any lock that an append needs, then what has been
 * added meanwhile in one transaction under the head lock, which also appends `KeyErased` and completes the row in
 * `sluice.erasures`. Cut off in between, it leaves some payloads erased and a row without an end: repeat it.
 */
export async function eraseKey(pool: Pool, erasure: Erasure, notify: boolean): Promise<Erased> {
  const { tenant, topic, key, reason, principal } = erasure;
  const hash = createHash('sha256').update(key).digest();
  const [begun] = await pool.ask((sql) => sql<{ id: string }[]>`
    INSERT INTO sluice.erasures (tenant, topic, key_sha256, principal, reason) VALUES (${tenant}, ${topic}, ${hash}, ${principal}, ${reason}) RETURNING id`);
  if (begun === undefined) throw new Error('the erasure was not noted');
  let scanned = (await pool.ask(readEarliest)) - 1;
  for (;;) {
    const head = await pool.ask(readHead);
    if (head - scanned <= POSITIONS_AT_THE_END) break;
    const [low, high] = [scanned, Math.min(head, scanned + POSITIONS_AT_ONCE)];
    await pool.ask((sql) => sql`SELECT sluice.erase_range(${begun.id}, ${tenant}, ${topic}, ${key}, ${low}, ${high})`);
    scanned = high;
  }
  const from = scanned;
  const [finished] = await pool.ask((sql) => sql<{ result: Erased }[]>`
    CALL sluice.finish_erasure(${begun.id}::bigint, ${tenant}::text, ${topic}::text, ${key}::text, ${from}::bigint, ${notify}::boolean, NULL::json)`, 10_000);
  if (finished === undefined) throw new Error('the erasure gave no result');
  return finished.result;
}
