import { EventSource } from 'eventsource';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { observeBlocks, type Block } from './event-stream.js';
import { Subscription, type Result, type WireError } from './subscription.js';

export interface SubscribeOptions {
  /** A cursor brought by the transport, not by a variable: `connectionParams.cursors` or `Last-Event-ID`. */
  readonly resumeFrom?: string;
}

/** One way to subscribe. Every behaviour of the contract is asked of each of them. */
export interface TransportClient {
  readonly name: string;
  /** Labels of the metrics. */
  readonly kind: 'websocket' | 'sse';
  readonly topic: string;
  subscribe(url: string, query: string, variables?: Record<string, unknown>, options?: SubscribeOptions): Subscription;
}

const webSocket: TransportClient = {
  name: 'graphql-ws',
  kind: 'websocket',
  topic: 'NoteEvent',
  subscribe(url, query, variables = {}, { resumeFrom } = {}) {
    return new Subscription((subscription) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        generateID: () => 'one',
        connectionParams: { sluice: { checkpoints: true }, ...(resumeFrom === undefined ? {} : { cursors: { one: resumeFrom } }) },
        on: {
          ping: (_received, payload) => {
            const cursors = (payload as { sluice?: { cursors?: Record<string, string> } } | undefined)?.sluice?.cursors;
            if (cursors?.['one'] !== undefined) subscription.frames.push({ kind: 'checkpoint', cursor: cursors['one'] });
          },
        },
      });
      const stop = client.subscribe<Result['data'] & object>({ query, variables }, {
        next: (value) => {
          const result = value as Result;
          subscription.frames.push({ kind: 'next', cursor: result.extensions?.sluice?.cursor ?? null });
          subscription.results.push(result);
        },
        error: (reason) => {
          subscription.end = Array.isArray(reason) ? { errors: reason as WireError[] } : { closed: reason };
        },
        complete: () => {
          subscription.end ??= { complete: true };
        },
      });
      return () => {
        stop();
        void client.dispose();
      };
    });
  },
};

const eventSource: TransportClient = {
  name: 'EventSource',
  kind: 'sse',
  topic: 'NoteEvent',
  subscribe(url, query, variables = {}, { resumeFrom } = {}) {
    return new Subscription((subscription) => {
      let first = true;
      const source = new EventSource(streamUrl(url, query, variables), {
        fetch: async (address, init) => {
          const headers = { ...init.headers, ...(first && resumeFrom !== undefined ? { 'last-event-id': resumeFrom } : {}) };
          first = false;
          return observeBlocks(await fetch(address, { headers, signal: init.signal as AbortSignal }), (block) => note(subscription, block));
        },
      });
      source.addEventListener('next', ({ data }) => deliver(subscription, JSON.parse(String(data)) as Result));
      source.addEventListener('complete', () => {
        subscription.end ??= { complete: true };
        source.close();
      });
      source.addEventListener('error', ({ code, message }) => {
        // It comes back by itself unless it was told not to.
        if (source.readyState === source.CLOSED) subscription.end ??= { closed: code ?? message };
      });
      return () => source.close();
    });
  },
};

const graphqlSse: TransportClient = {
  name: 'graphql-sse',
  kind: 'sse',
  topic: 'NoteEvent',
  subscribe(url, query, variables = {}, { resumeFrom } = {}) {
    return new Subscription((subscription) => {
      const client = createSseClient({
        url: `${url}/graphql`,
        retryAttempts: 0,
        headers: resumeFrom === undefined ? {} : { 'last-event-id': resumeFrom },
        fetchFn: async (address: string, init: RequestInit) => observeBlocks(await fetch(address, init), (block) => note(subscription, block)),
      });
      client.subscribe({ query, variables }, {
        next: (result) => deliver(subscription, result as unknown as Result),
        error: (reason) => {
          subscription.end ??= { closed: reason };
        },
        complete: () => {
          subscription.end ??= { complete: true };
        },
      });
      return () => client.dispose();
    });
  },
};

export const TRANSPORTS: readonly TransportClient[] = [webSocket, eventSource, graphqlSse];

/** The address of a subscription for what can only GET. */
export function streamUrl(url: string, query: string, variables: Record<string, unknown> = {}): string {
  return `${url}/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString()}`;
}

function note(subscription: Subscription, block: Block): void {
  if (block.event === 'next' && block.id !== 'end') subscription.frames.push({ kind: 'next', cursor: block.id ?? null });
  else if (block.event === undefined && block.id !== undefined) subscription.frames.push({ kind: 'checkpoint', cursor: block.id });
}

/** Over server-sent events a typed error is a result without data, followed by `complete`. */
function deliver(subscription: Subscription, result: Result): void {
  if (result.errors !== undefined && !('data' in result)) subscription.end = { errors: result.errors };
  else subscription.results.push(result);
}
