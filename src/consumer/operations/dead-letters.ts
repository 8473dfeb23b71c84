import type { Sql } from '../../db/connect.js';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { decidesAbout, type Fragment, type Operator } from './operator.js';

/** Dead letters of one page, and bytes of their payloads and histories; one at least. */
const MAX_PAGE = 100;
const PAGE_BYTES = 4 * 1024 * 1024;
/** Values of one list of a filter, and characters of each. */
const MAX_VALUES = 100;
const MAX_CHARACTERS = 1_000;

/** What a parked event waits for: somebody's decision (a dead letter), its next attempt, or those of its key before it. */
export type ParkedStatus = 'dead' | 'retry' | 'waiting';
export const DEAD: readonly ParkedStatus[] = ['dead'];

/** An event that a consumer gave up on; where others were asked for, one that is parked otherwise. */
export interface DeadLetter {
  readonly consumer: string;
  readonly position: string;
  readonly slot: number;
  /** The order key. */
  readonly lane: string;
  readonly status: ParkedStatus;
  /** Whether its key waits for what becomes of it. */
  readonly blocks: boolean;
  readonly eventId: string;
  readonly epoch: string;
  readonly tenant: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly version: number;
  readonly payload: unknown;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly attempts: number;
  /** Of `retry`. */
  readonly nextAttemptAt: Date | null;
  /** Of the last attempt: `{ name, message, code, step }`. */
  readonly error: Readonly<Record<string, unknown>> | null;
  /** The last ten attempts: `{ at, ms, error }`. */
  readonly history: readonly Readonly<Record<string, unknown>>[];
  readonly parkedAt: Date;
  readonly deadAt: Date | null;
}

/** All that are given must hold; of a list, one. */
export interface DeadLetterFilter {
  readonly consumer?: readonly string[] | null;
  readonly type?: readonly string[] | null;
  readonly key?: readonly string[] | null;
  /** Given up at or after, and before; of others, parked. */
  readonly since?: Date | null;
  readonly until?: Date | null;
  /** Text in the name, message, code or step of the error; upper and lower case are the same. */
  readonly error?: string | null;
}

export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  readonly hasNextPage: boolean;
}

export interface LetterPageOptions {
  readonly first?: number;
  readonly after?: string | null;
  readonly status?: readonly ParkedStatus[];
}

/** `total`: found for the page, and for one more. */
type Row = DeadLetter & { readonly total: number };

const columns = (sql: Sql): Fragment => sql`p.consumer, p.position, p.slot, p.lane, p.status, p.blocks, p.event_id AS "eventId", p.epoch, p.tenant, p.topic, p.type, p.key, p.version, p.payload,
  p.occurred_at AS "occurredAt", p.recorded_at AS "recordedAt", p.correlation_id AS "correlationId", p.causation_id AS "causationId", p.traceparent,
  p.attempts, CASE p.status WHEN 'retry' THEN p.next_attempt_at END AS "nextAttemptAt", p.error, p.history, p.parked_at AS "parkedAt", p.dead_at AS "deadAt"`;

/**
 * Dead letters (or what else is parked, by `status`) that the operator may see, in the order of positions. A page has at most `first` (1 to 100) and 4 MiB of payload, one at
 * least. `after`: the cursor of the last one seen, see `letterCursor`. Errors: `BAD_USER_INPUT`, `CURSOR_INVALID`.
 */
export async function listDeadLetters(
  sql: Sql, operator: Operator, filter: DeadLetterFilter, { first = 50, after = null, status = DEAD }: LetterPageOptions = {},
): Promise<DeadLetterPage> {
  if (!(Number.isInteger(first) && first >= 1 && first <= MAX_PAGE)) throw badInput(`\`first\` must be 1 to ${MAX_PAGE}, not ${first}.`);
  const seen = after === null ? null : readLetterCursor(after);
  const rows = await sql<Row[]>`
    SELECT ${columns(sql)}, p.total FROM (
      SELECT p.*, row_number() OVER page AS n, (count(*) OVER ())::int AS total, sum(octet_length(p.payload::text) + octet_length(p.history::text)) OVER page - octet_length(p.payload::text) - octet_length(p.history::text) AS before
      FROM (
        SELECT p.* FROM sluice.parked_events p JOIN sluice.consumers c ON c.name = p.consumer
        WHERE p.status = ANY(${[...status]}::text[]) AND ${decidesAbout(sql, operator)} AND ${matches(sql, filter)}
          AND ${seen === null ? sql`true` : sql`(p.position, p.consumer) > (${seen.position}::bigint, ${seen.consumer})`}
        ORDER BY p.position, p.consumer LIMIT ${first + 1}
      ) p WINDOW page AS (ORDER BY p.position, p.consumer)
    ) p WHERE p.before < ${PAGE_BYTES} AND p.n <= ${first} ORDER BY p.position, p.consumer`;
  return { letters: rows.map(({ total: _total, ...letter }) => letter), hasNextPage: (rows[0]?.total ?? 0) > rows.length };
}

function matches(sql: Sql, filter: DeadLetterFilter): Fragment {
  const { consumer, type, key, since = null, until = null, error = null } = filter;
  const among = (column: string, values: readonly string[] | null | undefined, what: string): Fragment => {
    if (values === null || values === undefined) return sql`true`;
    if (values.length > MAX_VALUES) throw badInput(`\`${what}\` takes at most ${MAX_VALUES} values.`);
    for (const value of values) checkText(value, what);
    return sql`${sql(column)} = ANY(${[...values]}::text[])`;
  };
  if (error !== null) checkText(error, 'error');
  return sql`${among('p.consumer', consumer, 'consumer')} AND ${among('p.type', type, 'type')} AND ${among('p.key', key, 'key')}
    AND ${since === null ? sql`true` : sql`coalesce(p.dead_at, p.parked_at) >= ${since}`} AND ${until === null ? sql`true` : sql`coalesce(p.dead_at, p.parked_at) < ${until}`}
    AND ${error === null ? sql`true` : sql`position(lower(${error}) IN lower(concat_ws(' ', p.error->>'name', p.error->>'message', p.error->>'code', p.error->>'step'))) > 0`}`;
}

function checkText(value: string, what: string): void {
  if (value.length > MAX_CHARACTERS || value.includes('\0') || !value.isWellFormed()) throw badInput(`\`${what}\` has a value that is no text of at most ${MAX_CHARACTERS} characters.`);
}

/** One of them; null when there is none at this position, when its status is another by now, or when the operator may not see it. */
export async function findDeadLetter(sql: Sql, operator: Operator, consumer: string, position: string, status: readonly ParkedStatus[] = DEAD): Promise<DeadLetter | null> {
  const [row] = await sql<DeadLetter[]>`
    SELECT ${columns(sql)} FROM sluice.parked_events p JOIN sluice.consumers c ON c.name = p.consumer
    WHERE p.consumer = ${consumer} AND p.position = ${readPosition(position)}::bigint AND p.status = ANY(${[...status]}::text[]) AND ${decidesAbout(sql, operator)}`;
  return row ?? null;
}

/** Positions of Postgres, as text. Errors: `BAD_USER_INPUT` for one that no event can have. */
export function readPosition(text: string): string {
  if (!/^\d{1,18}$/.test(text)) throw badInput(`${JSON.stringify(text.slice(0, 40))} is no position of an event.`);
  return text;
}

/** Where a page ended. Not signed: it says no more than whoever has it knows. */
export function letterCursor({ consumer, position }: Pick<DeadLetter, 'consumer' | 'position'>): string {
  return Buffer.from(`${position} ${consumer}`).toString('base64url');
}

function readLetterCursor(text: string): { readonly position: string; readonly consumer: string } {
  const [, position, consumer] = /^(\d{1,18}) ([^\0]{1,100})$/s.exec(/^[A-Za-z0-9_-]{1,600}$/.test(text) ? Buffer.from(text, 'base64url').toString() : '') ?? [];
  if (position === undefined || consumer === undefined) throw new SluiceError('CURSOR_INVALID', 'This is not a cursor of `deadLetters`. Send one as it was received, or none to begin with the first.');
  return { position, consumer };
}
