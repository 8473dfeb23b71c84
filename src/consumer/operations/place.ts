import type { Pool } from '../../db/pool.js';
import { badInput } from '../../event/limits.js';
import type { Epochs } from '../../log/epoch.js';
import { positionBefore, readEarliest, readHead } from '../../log/read.js';
import { cursorExpired } from '../../stream/stream.js';

/** A place in the log, said in one of three ways. */
export interface Place {
  /** `NOW`: the head. `BEGINNING`: before the oldest event that is kept. */
  readonly from?: 'NOW' | 'BEGINNING' | null;
  /** A cursor. */
  readonly after?: string | null;
  /** Before the first event recorded at or after this moment. */
  readonly since?: Date | null;
}

/**
 * The position of a place: events after it are meant. Null: `BEGINNING`, which moves while retention works, so that whoever writes it
 * looks it up. Errors: `BAD_USER_INPUT` when not exactly one way is given; those of cursors.
 */
export async function positionOf(pool: Pool, epochs: Epochs, { from = null, after = null, since = null }: Place, what: string): Promise<number | null> {
  if ([from, after, since].filter((each) => each !== null).length !== 1) throw badInput(`${what} takes exactly one of \`from\`, \`after\` and \`since\`.`);
  if (after !== null) {
    const position = await epochs.resolve(after, () => pool.ask(readHead));
    const earliest = await pool.ask(readEarliest);
    if (position + 1 < earliest) throw cursorExpired(epochs, earliest);
    return position;
  }
  if (since !== null) {
    if (!(since.getTime() <= Date.now())) throw badInput(`${what} names a moment to come: nobody knows yet what will stand there. Name one that is past, or \`from: NOW\`.`);
    return pool.ask((sql) => positionBefore(sql, since));
  }
  return from === 'NOW' ? pool.ask(readHead) : null;
}
