import { randomBytes } from 'node:crypto';
import type { Pool } from '../db/pool.js';
import { SluiceError } from '../base/error.js';
import type { LogEvent } from '../event/event.js';
import { readCursor, signCursor } from '../event/cursor.js';

interface Epoch {
  readonly id: string;
  /** Head when it began. */
  readonly start: number;
}

/**
 * The epochs of the log and the key that signs its cursors. A new epoch begins when the database is not what it was:
 * another cluster, another timeline (a restore, a failover), another database (a copy made with TEMPLATE keeps the
 * table's oid), another table, or a head below one already seen.
 */
export class Epochs {
  readonly #pool: Pool;
  #key: Uint8Array = new Uint8Array();
  /** Oldest first; the last is the present one. */
  #list: readonly Epoch[] = [];

  readonly #listeners: ((shared: number) => void)[] = [];
  readonly #texts = new WeakMap<LogEvent, string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Id of the present epoch. */
  get present(): string {
    return this.#list.at(-1)?.id ?? '';
  }

  /** Told when another epoch has become the present one, with the last position that both have; in the order in which they asked. */
  onChange(listener: (shared: number) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Has the database compared with the one its last epoch was opened under: another one, or a head below `seen` (the
   * highest this gateway has seen), begins a new epoch. Then reads the epochs.
   */
  async check(seen = 0): Promise<void> {
    // One message with all of it is one transaction. `sql.begin` would send ROLLBACK on a connection that has died meanwhile,
    // and postgres.js 3.4.9 then ends Node (src/db/driver-guard.ts).
    await this.#pool.ask((sql) => sql.unsafe(`
      SELECT sluice.lock_head();
      SELECT sluice.open_epoch(${Math.trunc(seen)});
      UPDATE sluice.log SET signing_key = decode('${randomBytes(32).toString('hex')}', 'hex') WHERE signing_key IS NULL`));
    await this.refresh();
  }

  /**
   * Notes that a head was seen, so that a log cut off below it is noticed by the next gateway that starts. False when the
   * database is another, has begun another epoch, or its head lies below `head`: then `check`.
   */
  async remember(head: number): Promise<boolean> {
    const [row] = await this.#pool.ask((sql) => sql<{ same: boolean }[]>`
      WITH latest AS (SELECT number, id, fingerprint FROM sluice.epochs ORDER BY number DESC LIMIT 1), noted AS (
        UPDATE sluice.epochs e SET seen_position = ${head} FROM latest
        WHERE e.number = latest.number AND latest.id = ${Buffer.from(this.present, 'hex')} AND e.seen_position < ${head}
      )
      SELECT latest.id = ${Buffer.from(this.present, 'hex')} AND latest.fingerprint = sluice.fingerprint() AND (sluice.head()).position >= ${head} AS same FROM latest`);
    return row?.same === true;
  }

  /** Up to which position the log of `epoch` is also the present one's; infinite for the present epoch. */
  sharedWith(epoch: string): number {
    const index = this.#list.findIndex((known) => known.id === epoch);
    if (index === -1) return -1;
    return Math.min(...this.#list.slice(index + 1).map((later) => later.start), Number.POSITIVE_INFINITY);
  }

  /** The cursor of an event, made once however many subscribers get it. */
  cursorOf(event: LogEvent): string {
    const known = this.#texts.get(event);
    if (known !== undefined) return known;
    const text = this.cursor(event.position, event.epoch);
    this.#texts.set(event, text);
    return text;
  }

  /** The cursor of a position in an epoch, the present one unless another is named. */
  cursor(position: number, epoch = this.present): string {
    return signCursor({ epoch, position }, this.#key);
  }

  /**
   * The position a cursor stands for. Throws `CURSOR_INVALID`, or `CURSOR_EPOCH_MISMATCH` when the cursor belongs to a
   * past of the log that is no longer its past, or lies beyond the head. `head` answers for that position and may ask the database.
   */
  async resolve(text: string, head: (position: number) => Promise<number>): Promise<number> {
    const place = readCursor(text, this.#key);
    if (!this.#list.some((epoch) => epoch.id === place.epoch)) await this.refresh();
    if (place.position > this.sharedWith(place.epoch) || place.position > (await head(place.position))) throw epochMismatch();
    return place.position;
  }

  /** Reads the epochs anew: something was read or written under one that is not known here. */
  async refresh(): Promise<void> {
    const rows = await this.#pool.ask((sql) => sql<{ id: Uint8Array; start: string; key: Uint8Array }[]>`
      SELECT e.id, e.start_position AS start, l.signing_key AS key FROM sluice.epochs e, sluice.log l ORDER BY e.number`);
    const list = rows.map((row) => ({ id: Buffer.from(row.id).toString('hex'), start: Number(row.start) }));
    const before = this.present;
    this.#list = list;
    this.#key = rows[0]?.key ?? this.#key;
    // In the same turn as the change: nobody may see the new epoch beside what is left of the old one.
    if (before !== '' && before !== this.present) for (const listener of this.#listeners) listener(this.sharedWith(before));
  }
}

export function epochMismatch(): SluiceError {
  return new SluiceError(
    'CURSOR_EPOCH_MISMATCH',
    'The log does not continue from this cursor: the database was restored to an earlier state, or is another one. Load the current state anew and subscribe from there.',
  );
}
