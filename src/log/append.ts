import type { Sql } from '../db/connect.js';
import type { NewEvent } from '../event/event.js';

/** Events that enter the log together, adjacent and in order. */
export interface PublishCall {
  /** Tells this attempt from any other; a repeat of the same attempt keeps it. */
  readonly callId: string;
  readonly tenant: string;
  readonly events: readonly NewEvent[];
  /** With an idempotency key: the key, and a fingerprint of everything in the call. */
  readonly idempotency: { readonly key: string; readonly fingerprint: Uint8Array } | null;
}

/** What became of a call. */
export type CallOutcome =
  | { readonly status: 'stored' | 'duplicate'; readonly firstPosition: number; readonly epoch: string; readonly eventIds: readonly string[] }
  | { readonly status: 'conflict' };

export interface AppendResult {
  /** The last position afterwards, and the epoch it belongs to. */
  readonly head: number;
  readonly epoch: string;
  /** Outbox rows taken; as many as the limit means that more may wait. */
  readonly drained: number;
  /** Of those, rows that could not become events and are in `outbox_rejected`. */
  readonly rejected: number;
  /** One per call, or null when the outbox held the calls up: append again. */
  readonly outcomes: readonly CallOutcome[] | null;
}

export interface AppendOptions {
  /** Outbox rows moved per CALL at most. */
  readonly drainLimit: number;
  readonly notify: boolean;
  /** An earlier CALL with the same calls may have happened. */
  readonly repeated: boolean;
  /** Milliseconds during which an idempotency key stands for its first call. */
  readonly idempotencyWindow: number;
}

/** Result of the procedure, see drizzle/gateway/0000_log.sql. */
interface Raw {
  head: number;
  epoch: string;
  drained: number;
  rejected: number;
  added: boolean;
  /** Null when every call was stored as it was given. */
  calls: { statuses: number[]; firsts: (number | null)[]; known: { ids: string[]; own: boolean }[] | null } | null;
}

/** CALLs `sluice.append` once. An empty list of calls only drains the outbox. Errors are the driver's own. */
export async function append(sql: Sql, calls: readonly PublishCall[], options: AppendOptions): Promise<AppendResult> {
  const events = calls.flatMap((call) => call.events);
  const owners = calls.flatMap((call, index) => call.events.map(() => index + 1));
  const [row] = await sql<{ result: Raw }[]>`CALL sluice.append(
    ${options.drainLimit}::int, ${options.notify}::boolean, ${options.repeated}::boolean, ${`${options.idempotencyWindow} milliseconds`}::interval,
    ${calls.map((call) => call.callId)}::uuid[], ${calls.map((call) => call.tenant)}::text[],
    ${calls.map((call) => call.idempotency?.key ?? null)}::text[], ${calls.map((call) => hex(call.idempotency?.fingerprint))}::text[]::bytea[],
    ${owners}::int[], ${events.map((event) => event.id)}::uuid[], ${events.map((event) => event.topic)}::text[],
    ${events.map((event) => event.type)}::text[], ${events.map((event) => event.key)}::text[], ${events.map((event) => event.version)}::int[],
    ${events.map((event) => event.payload)}::text[], ${events.map((event) => event.occurredAt?.toISOString() ?? null)}::timestamptz[],
    ${events.map((event) => event.correlationId)}::text[], ${events.map((event) => event.causationId)}::text[],
    ${events.map((event) => event.traceparent)}::text[], NULL::json)`;
  if (row === undefined) throw new Error('append returned no row');
  return { head: row.result.head, epoch: row.result.epoch, drained: row.result.drained, rejected: row.result.rejected, outcomes: row.result.added ? outcomes(row.result, calls) : null };
}

function hex(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : `\\x${Buffer.from(bytes).toString('hex')}`;
}

function outcomes(raw: Raw, calls: readonly PublishCall[]): CallOutcome[] {
  const added = calls.reduce((sum, call) => sum + call.events.length, 0);
  let next = raw.head - added + 1;
  return calls.map((call, index) => {
    const given = call.events.map((event) => event.id);
    if (raw.calls === null) {
      const firstPosition = next;
      next += call.events.length;
      return { status: 'stored', firstPosition, epoch: raw.epoch, eventIds: given };
    }
    const status = raw.calls.statuses[index];
    const firstPosition = raw.calls.firsts[index];
    const known = raw.calls.known?.[index];
    if (status === 2) return { status: 'conflict' };
    if (firstPosition === undefined || firstPosition === null) throw new Error(`append answered nothing for call ${call.callId}`);
    return { status: status === 1 && known?.own !== true ? 'duplicate' : 'stored', firstPosition, epoch: raw.epoch, eventIds: known?.ids ?? given };
  });
}
