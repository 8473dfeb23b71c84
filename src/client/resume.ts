/**
 * What a client must remember to resume: of every running operation the cursor of the last thing it was handed.
 * No I/O, no time, no randomness: `graphql-ws.ts` feeds it. The map is changed in place, because copying it for
 * every event would cost a client with many subscriptions more than the event.
 */

/** Running operation → its cursor; null while it has none (a query, or a subscription not established yet). */
export type Operations = Map<string, string | null>;

/** An operation starts, without a cursor: an older one of the same id is not its own. */
export function begin(operations: Operations, id: string): void {
  operations.set(id, null);
}

/** An operation is over: completed, failed or disposed. */
export function forget(operations: Operations, id: string): void {
  operations.delete(id);
}

/** The cursor cannot be honoured (typed cursor error): keep the operation, so that its next attempt starts clean. */
export function reset(operations: Operations, id: string): void {
  if (operations.has(id)) operations.set(id, null);
}

/**
 * Everything up to `cursor` has been handed over. Cursors are opaque and the server sends them in order, so the last
 * one wins. False when nothing changed; what arrives for an operation that is over must not revive it.
 */
export function advance(operations: Operations, id: string, cursor: string): boolean {
  const known = operations.get(id);
  if (known === undefined || known === cursor) return false;
  operations.set(id, cursor);
  return true;
}

/** What goes into `connectionParams.cursors`: the established operations only. */
export function cursorsOf(operations: Operations): Record<string, string> {
  const established: [string, string][] = [];
  for (const [id, cursor] of operations) if (cursor !== null) established.push([id, cursor]);
  return Object.fromEntries(established);
}

/** The cursor in the `extensions` of a `next`; undefined when it has none. */
export function cursorOfResult(extensions: unknown): string | undefined {
  const cursor = field(field(extensions, 'sluice'), 'cursor');
  return typeof cursor === 'string' ? cursor : undefined;
}

/** The cursors in a ping's payload, as pairs of operation id and cursor; empty when it has none. */
export function cursorsOfPing(payload: unknown): [string, string][] {
  const cursors = field(field(payload, 'sluice'), 'cursors');
  if (typeof cursors !== 'object' || cursors === null) return [];
  return Object.entries(cursors).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/**
 * The `connectionParams` to send: the user's own, with ours added. A user's own `cursors` (kept from an earlier page,
 * say) count for an operation that has no cursor yet.
 */
export function connectionParamsOf(
  operations: Operations,
  own: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, unknown> {
  return {
    ...own,
    sluice: { ...record(own?.['sluice']), checkpoints: true },
    cursors: { ...record(own?.['cursors']), ...cursorsOf(operations) },
  };
}

function record(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
