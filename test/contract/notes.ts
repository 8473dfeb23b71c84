import type { Gateway } from '../../src/gateway.js';
import { query } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import type { Edge } from './subscription.js';
import type { TransportClient } from './transports.js';

/** Every start argument and the filter as variables; what is absent is not given. */
export const NOTES = `subscription($after: Cursor, $from: StartFrom, $since: DateTime, $last: Int, $where: NoteEventFilter) {
  noteEvents(after: $after, from: $from, since: $since, last: $last, where: $where) { cursor node { ... on Noted { noteId number } ... on NoteRemoved { noteId } } }
}`;

export const HISTORY = `query($first: Int, $after: Cursor, $last: Int, $before: Cursor, $where: NoteEventFilter) {
  noteEvents(first: $first, after: $after, last: $last, before: $before, where: $where) {
    edges { cursor node { ... on Noted { noteId number } ... on NoteRemoved { noteId } } } head pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

export interface History {
  readonly edges: readonly Edge[];
  readonly head: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string; readonly endCursor: string };
}

/** Publishes these events in one call; gives their cursors. */
export async function publish(url: string, events: readonly Record<string, unknown>[]): Promise<string[]> {
  const result = await query<{ publish: { cursor: string }[] }>(url, 'mutation($events: [PublishInput!]!) { publish(events: $events) { cursor } }', { events });
  if (!result.data) throw new Error(JSON.stringify(result.errors));
  return result.data.publish.map((receipt) => receipt.cursor);
}

/** Publishes `Noted` with this key and these numbers, in one call. */
export function number(url: string, noteId: string, numbers: readonly number[], author?: string): Promise<string[]> {
  return publish(url, numbers.map((each) => ({ noted: { noteId, number: each, ...(author === undefined ? {} : { author }) } })));
}

/** Events of the other topic, for subscriptions to pass over. */
export function tick(url: string, count = 1): Promise<string[]> {
  return publish(url, Array.from({ length: count }, () => ({ ticked: { tickId: 'clock' } })));
}

export async function history(url: string, variables: Record<string, unknown>): Promise<History> {
  const result = await query<{ noteEvents: History }>(url, HISTORY, variables);
  if (!result.data) throw new Error(JSON.stringify(result.errors));
  return result.data.noteEvents;
}

/** Open subscriptions of a transport, as /metrics has them. */
export async function openSubscriptions(gateway: Gateway, kind?: TransportClient['kind']): Promise<number> {
  const { values } = await gateway.metrics.subscriptions.get();
  return values.filter(({ labels }) => kind === undefined || labels.transport === kind).reduce((sum, { value }) => sum + value, 0);
}

export function noneOpen(gateway: Gateway): Promise<boolean> {
  return waitFor(async () => (await openSubscriptions(gateway)) === 0, { what: 'sluice_subscriptions to be 0' });
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

let keys = 0;
/** A key that no other test of this file uses. */
export function freshKey(): string {
  keys += 1;
  return `note-${keys}`;
}
