import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { EventSource } from 'eventsource';
import { createClient, type Client } from 'graphql-ws/client';
import { Client as UrqlClient, subscriptionExchange } from '@urql/core';
import WebSocket from 'ws';
import { createEventStore, createEventStream, createResumableClient, iterate, match, type ResumableClient } from '../../src/client/index.js';
import { waitFor } from '../support/wait.js';

export const COUNT = 'subscription Count { noteEvents(where: { type: [Noted] }) { cursor node { ... on Noted { noteId number } } } }';

export interface CountResult {
  readonly noteEvents: { readonly cursor: string; readonly node: { readonly noteId: string; readonly number: number } };
}

export interface Observer {
  got(edge: CountResult['noteEvents']): void;
  /** Anything that is no event: an error, an end, a result without data. */
  failed(what: unknown): void;
}

export interface ResumingClient {
  readonly name: string;
  /** Subscribes through `port`, with code as an application has it; resolves when established, with what closes it. */
  start(port: number, observer: Observer): Promise<() => Promise<void>>;
}

async function resumable(port: number, use: (client: ResumableClient) => void): Promise<() => Promise<void>> {
  const client = createResumableClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket });
  use(client);
  await waitFor(() => Object.keys(client.cursors()).length === 1, { what: 'the start cursor' });
  return async () => { await client.dispose(); };
}

function subscribe(client: Client, { got, failed }: Observer): void {
  client.subscribe<CountResult>({ query: COUNT }, {
    next: ({ data, errors }) => (data ? got(data.noteEvents) : failed(errors)),
    error: failed,
    complete: () => failed('complete'),
  });
}

const bare: ResumingClient = {
  name: 'graphql-ws through createResumableClient',
  start: (port, observer) => resumable(port, (client) => subscribe(client, observer)),
};

const apollo: ResumingClient = {
  name: 'Apollo Client',
  start: (port, { got, failed }) => resumable(port, (client) => {
    const component = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
    component.subscribe<CountResult>({ query: gql(COUNT) }).subscribe({
      next: ({ data, error }) => (data ? got(data.noteEvents) : failed(error)),
      error: failed,
      complete: () => failed('complete'),
    });
  }),
};

const urql: ResumingClient = {
  name: 'urql',
  start: (port, { got, failed }) => resumable(port, (client) => {
    const component = new UrqlClient({
      url: 'http://unused.invalid',
      preferGetMethod: false,
      exchanges: [subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: client.subscribe({ ...request, query: request.query ?? '' }, {
              ...sink,
              next: ({ data, errors, extensions }) =>
                sink.next({ ...(data != null && { data }), ...(errors && { errors: [...errors] }), ...(extensions != null && { extensions }) }),
            }),
          }),
        }),
      })],
    });
    component.subscription<CountResult>(COUNT, {}).subscribe(({ data, error }) => {
      if (data && !error) got(data.noteEvents);
      else failed(error);
    });
  }),
};

const eventSource: ResumingClient = {
  name: 'EventSource',
  async start(port, { got, failed }) {
    const source = new EventSource(`http://127.0.0.1:${port}/graphql?${new URLSearchParams({ query: COUNT }).toString()}`);
    const ids: string[] = [];
    source.addEventListener('message', ({ lastEventId }) => ids.push(lastEventId));
    source.addEventListener('next', ({ data }) => {
      const result = JSON.parse(String(data)) as { data?: CountResult; errors?: unknown };
      if (result.data) got(result.data.noteEvents);
      else failed(result.errors);
    });
    source.addEventListener('complete', () => failed('complete'));
    source.addEventListener('error', ({ message }) => {
      if (source.readyState === source.CLOSED) failed(message);
    });
    await waitFor(() => ids.length > 0, { what: 'the start cursor' });
    return async () => source.close();
  },
};

const COUNT_AFTER = COUNT.replace('Count {', 'Count($after: Cursor) {').replace('noteEvents(', 'noteEvents(after: $after, ').replace('node {', 'node { __typename');

interface TypedCountResult {
  readonly noteEvents: { readonly cursor: string; readonly node: { readonly __typename: 'Noted'; readonly noteId: string; readonly number: number } | null };
}

/** With a limit that a burst passes, so that it is stopped and opened anew. */
const loop: ResumingClient = {
  name: 'iterate',
  start: (port, { got, failed }) => resumable(port, (client) => {
    void (async () => {
      for await (const { cursor, event, errors } of iterate<TypedCountResult>(client, COUNT_AFTER, {}, { limit: 5 })) {
        if (event === null) failed(errors);
        else got({ cursor, node: event });
      }
    })().catch(failed);
  }),
};

/** A new list for every event, as an application would keep it. */
const store: ResumingClient = {
  name: 'createEventStore',
  start: (port, { got, failed }) => resumable(port, (client) => {
    type Edges = readonly CountResult['noteEvents'][];
    const edges = createEventStore<Edges, TypedCountResult>({
      client, document: COUNT_AFTER, initial: [],
      apply: (all, event, { cursor }) => [...all, { cursor, node: match(event, { Noted: (noted) => noted }) }],
    });
    let told = 0;
    edges.subscribe(() => {
      const { state, status, error } = edges.getSnapshot();
      for (const edge of state.slice(told)) got(edge);
      told = state.length;
      if (status === 'failed' || status === 'complete') failed(error);
    });
  }),
};

const stream: ResumingClient = {
  name: 'createEventStream',
  async start(port, { got, failed }) {
    const checkpoints: string[] = [];
    const opened = createEventStream<TypedCountResult>({
      url: `http://127.0.0.1:${port}/graphql`, EventSource, document: COUNT_AFTER,
      next: ({ cursor, event, errors }) => (event === null ? failed(errors) : got({ cursor, node: event })),
      checkpoint: (cursor) => checkpoints.push(cursor),
      error: failed,
      complete: () => failed('complete'),
    });
    await waitFor(() => checkpoints.length > 0, { what: 'the start cursor' });
    return async () => opened.close();
  },
};

/** A graphql-ws client as most applications have it: it reconnects, and asks again for what it first asked for. */
export const PLAIN: ResumingClient = {
  name: 'graphql-ws by itself',
  async start(port, observer) {
    const connected: unknown[] = [];
    const client = createClient({
      url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket, retryAttempts: Infinity, shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => { setTimeout(resolve, 50); }),
      connectionParams: { sluice: { checkpoints: true } },
      on: { ping: (_received, payload) => { connected.push(payload); } },
    });
    subscribe(client, observer);
    await waitFor(() => connected.length > 0, { what: 'the start cursor' });
    return async () => { await client.dispose(); };
  },
};

export const CLIENTS: readonly ResumingClient[] = [bare, apollo, urql, eventSource, loop, store, stream];
