import { readBlocks } from '../contract/event-stream.js';
import { waitFor } from '../support/wait.js';
import { params, RawSocket } from './raw-socket.js';

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly extensions?: unknown;
}

interface WireError {
  readonly message: string;
  readonly path?: readonly unknown[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What came of an operation, the same over every transport. */
export interface Outcome {
  /** The code of the first error; null: none. A subscription that was accepted has none. */
  readonly code: string | null;
  readonly errors: readonly WireError[];
  readonly data?: Readonly<Record<string, unknown>> | null;
  /** HTTP: the status. */
  readonly status?: number;
  /** WebSocket: the code it was closed with before it answered. */
  readonly close?: number;
  /** All that was answered, as text. */
  readonly text: string;
}

/** One way to send an operation. */
export interface Way {
  readonly name: 'POST' | 'GET' | 'SSE by GET' | 'SSE by POST' | 'WebSocket';
  /** Subscriptions can be had by it. */
  readonly streams: boolean;
  /** Mutations can be sent by it. */
  readonly writes: boolean;
  ask(url: string, operation: Operation, token?: string | null): Promise<Outcome>;
}

const authorization = (token: string | null): Record<string, string> => (token === null ? {} : { authorization: `Bearer ${token}` });

export function address(url: string, { query, variables, operationName, extensions }: Operation): string {
  const search = new URLSearchParams({ query });
  if (variables !== undefined) search.set('variables', JSON.stringify(variables));
  if (operationName !== undefined) search.set('operationName', operationName);
  if (extensions !== undefined) search.set('extensions', JSON.stringify(extensions));
  return `${url}/graphql?${search.toString()}`;
}

function outcome(text: string, more: { status?: number; close?: number } = {}): Outcome {
  const { errors = [], data } = parse(text);
  return { code: errors[0] === undefined ? null : String(errors[0].extensions?.['code']), errors, ...(data === undefined ? {} : { data }), text, ...more };
}

function parse(text: string): { errors?: WireError[]; data?: Record<string, unknown> | null } {
  try {
    return JSON.parse(text) as { errors?: WireError[] };
  } catch {
    return {};
  }
}

async function plain(response: Response): Promise<Outcome> {
  return outcome(await response.text(), { status: response.status });
}

/** The first result, or the start cursor of a subscription that was accepted. */
async function stream(response: Response, abort: AbortController): Promise<Outcome> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return plain(response);
  const { status } = response;
  try {
    for await (const block of readBlocks(response)) {
      if (block.event === 'next') return outcome(block.data ?? '', { status });
      if (block.event === 'complete' || (block.event === undefined && block.id !== undefined)) return outcome('{}', { status });
    }
    return outcome('', { status });
  } finally {
    abort.abort();
  }
}

async function fetchStream(url: string, init: RequestInit): Promise<Outcome> {
  const abort = new AbortController();
  return stream(await fetch(url, { ...init, signal: abort.signal }), abort);
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const WAYS: readonly Way[] = [
  {
    name: 'POST', streams: false, writes: true,
    ask: async (url, operation, token = null) => plain(await fetch(`${url}/graphql`, { method: 'POST', headers: { accept: 'application/json', ...JSON_TYPE, ...authorization(token) }, body: JSON.stringify(operation) })),
  },
  {
    name: 'GET', streams: false, writes: false,
    ask: async (url, operation, token = null) => plain(await fetch(address(url, operation), { headers: { accept: 'application/json', ...authorization(token) } })),
  },
  {
    name: 'SSE by GET', streams: true, writes: false,
    ask: (url, operation, token = null) => fetchStream(address(url, operation), { headers: { accept: 'text/event-stream', ...authorization(token) } }),
  },
  {
    name: 'SSE by POST', streams: true, writes: true,
    ask: (url, operation, token = null) => fetchStream(`${url}/graphql`, { method: 'POST', headers: { accept: 'text/event-stream', ...JSON_TYPE, ...authorization(token) }, body: JSON.stringify(operation) }),
  },
  {
    name: 'WebSocket', streams: true, writes: true,
    async ask(url, operation, token = null) {
      const socket = new RawSocket(url, { params: params(token) });
      try {
        if (await socket.opened()) socket.send({ type: 'subscribe', id: 'one', payload: operation });
        const answer = await waitFor(() => {
          const [first] = socket.of('one');
          if (first !== undefined) return first.type === 'error' ? outcome(JSON.stringify({ errors: first.payload })) : outcome(JSON.stringify(first.payload ?? {}));
          if (socket.checkpoints('one').length > 0) return outcome('{}');
          return socket.closed === undefined ? null : { ...outcome(socket.closed.reason, { close: socket.closed.code }) };
        }, { what: 'an answer over WebSocket' });
        return answer;
      } finally {
        socket.close();
      }
    },
  },
];

/** As `Way.ask` of POST, for what a test needs beside what it asks. */
export async function post<T = Record<string, unknown>>(url: string, token: string | null, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
  const answer = await WAYS[0]?.ask(url, { query, variables }, token);
  if (answer === undefined || answer.code !== null || !answer.data) throw new Error(`${query}: ${answer?.text}`);
  return answer.data as T;
}

/** Publishes these events in one call; gives their receipts. */
export async function publish(url: string, token: string, events: readonly Record<string, unknown>[], options: Record<string, unknown> = {}): Promise<{ eventId: string; cursor: string; duplicate: boolean }[]> {
  const { publish: receipts } = await post<{ publish: { eventId: string; cursor: string; duplicate: boolean }[] }>(
    url, token, 'mutation($events: [PublishInput!]!, $options: PublishOptions) { publish(events: $events, options: $options) { eventId cursor duplicate } }', { events, options });
  return receipts;
}
