import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Received {
  readonly position: number;
  readonly id: string;
  readonly key: string;
  readonly text: string | null;
  readonly number: number | null;
  readonly cursor: string;
}

export interface Subscriber {
  readonly received: readonly Received[];
  /** Code of the error that ended it, if one did. */
  error(): string | null;
  /** Settles when it has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface SubscribeOptions {
  /** Arguments of `noteEvents`, default `from: BEGINNING`. */
  readonly args?: string;
}

interface Payload {
  readonly noteEvents: { readonly cursor: string; readonly node: { readonly noteId: string; readonly text?: string | null; readonly number?: number | null; readonly meta: { readonly position: string; readonly id: string } } };
}

/** Subscribes to the notes of a gateway over WebSocket, one socket each, without retries. */
export function subscribeNotes(url: string, options: SubscribeOptions = {}): Subscriber {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
  const query = `subscription { noteEvents(${options.args ?? 'from: BEGINNING'}) { cursor node {
    ... on Noted { noteId text number meta { position id } } ... on NoteRemoved { noteId meta { position id } } } } }`;
  const results = client.iterate<Payload>({ query });
  const received: Received[] = [];
  let code: string | null = null;
  const ended = (async () => {
    try {
      for await (const result of results) {
        const edge = result.data?.noteEvents;
        if (edge === undefined) {
          code = String(result.errors?.[0]?.extensions?.['code'] ?? 'no data');
          continue;
        }
        received.push({ position: Number(edge.node.meta.position), id: edge.node.meta.id, key: edge.node.noteId, text: edge.node.text ?? null, number: edge.node.number ?? null, cursor: edge.cursor });
      }
    } catch (error) {
      const [first] = Array.isArray(error) ? error as { extensions?: Record<string, unknown> }[] : [];
      code = String(first?.extensions?.['code'] ?? error);
    }
  })();
  return {
    received, ended,
    error: () => code,
    async stop() {
      await results.return?.();
      await client.dispose();
      await ended;
    },
  };
}
