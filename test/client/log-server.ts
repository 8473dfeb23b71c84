import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buildSchema, execute, getArgumentValues, getOperationAST, GraphQLError, parse, validate, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';

/**
 * The smallest server that keeps the wire rules of resuming: a log of the numbers 1, 2, 3, … in memory, read by pull.
 * It stands where the gateway will, so that the client's tests need no database.
 */
export interface LogServer {
  readonly port: number;
  /** Appends the next `count` numbers. */
  append(count: number): void;
  head(): number;
  /** Sends every live subscription that wants them its checkpoint. */
  checkpoint(): void;
  /** Ends every live subscription with `complete`. */
  complete(): void;
  closeSockets(code: number): void;
  /** Sends every socket bytes that are no WebSocket frame. */
  corrupt(): void;
  /** Numbers up to and including this one are gone: a cursor before it is CURSOR_EXPIRED. */
  dropUpTo(position: number, how: 'error' | 'next'): void;
  subscriptions(): number;
  /** Decides about a connection, or a renewal, by its `authorization`: null lets it in. */
  admit: (authorization: unknown) => { readonly code: number; readonly reason: string; } | { readonly expiresAt: number } | null;
  /** What open sockets were renewed with. */
  readonly renewals: readonly unknown[];
  /** Position after which each subscription started, in order of arrival. */
  readonly starts: readonly number[];
  /** connectionParams of each connection, in order of arrival. */
  readonly params: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

export const TICKS = /* GraphQL */ `
  subscription Ticks($after: String, $from: StartFrom, $multipleOf: Int) {
    ticks(after: $after, from: $from, multipleOf: $multipleOf) {
      node {
        n
      }
    }
  }
`;

export interface TicksResult {
  readonly ticks: { readonly node: { readonly n: number } };
}

const schema = buildSchema(/* GraphQL */ `
  enum StartFrom { NOW BEGINNING }
  type Tick { n: Int! }
  type TickEdge { cursor: String!  node: Tick }
  type Query { head: Int! }
  type Subscription { ticks(after: String, from: StartFrom = NOW, multipleOf: Int = 1): TickEdge! }
`);

export function cursorText(position: number): string {
  return Buffer.from(`tick ${position}`).toString('base64url');
}

function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').toString().slice('tick '.length));
}

interface Reader {
  wake(): void;
  checkpoint(): void;
  complete(): void;
}

interface OperationContext {
  readonly id: string;
  readonly socket: WebSocket;
  readonly params: Readonly<Record<string, unknown>>;
}

export async function startLogServer(): Promise<LogServer> {
  let head = 0;
  let earliest = 0;
  let refusal: 'error' | 'next' = 'error';
  const readers = new Set<Reader>();
  const starts: number[] = [];
  const params: Record<string, unknown>[] = [];
  const renewals: unknown[] = [];
  /** The unused rest of each socket's connectionParams.cursors. */
  const cursors = new WeakMap<WebSocket, Map<string, string>>();

  function read(args: ExecutionArgs): AsyncIterableIterator<ExecutionResult> | ExecutionResult {
    const { id, socket, params: connection } = args.contextValue as OperationContext;
    const { after, from, multipleOf } = argumentsOf(args);
    const resumed = cursors.get(socket)?.get(id);
    cursors.get(socket)?.delete(id);
    const cursor = resumed ?? after;
    const start = cursor != null ? positionOf(cursor) : from === 'BEGINNING' ? earliest : head;
    if (start < earliest) {
      const error = new GraphQLError('gone', { extensions: { code: 'CURSOR_EXPIRED', earliestCursor: cursorText(earliest) } });
      return refusal === 'next' ? { errors: [error] } : failing(error);
    }
    starts.push(start);

    let scanned = start;
    let sent = start;
    let over = false;
    let wake = (): void => undefined;
    const ping = (): void => {
      if ((connection['sluice'] as { checkpoints?: boolean } | undefined)?.checkpoints !== true) return;
      socket.send(JSON.stringify({ type: 'ping', payload: { sluice: { cursors: { [id]: cursorText(sent) } } } }));
    };
    const end = (): void => {
      over = true;
      readers.delete(reader);
      wake();
    };
    const reader: Reader = { wake: () => wake(), checkpoint: ping, complete: end };
    readers.add(reader);
    ping();

    const results: AsyncIterableIterator<ExecutionResult> = {
      [Symbol.asyncIterator]: () => results,
      async next() {
        for (;;) {
          // graphql-ws pulls again once it has sent.
          sent = scanned;
          if (over) return { done: true, value: undefined };
          if (scanned < head) {
            scanned++;
            if (scanned % multipleOf !== 0) continue;
            const rootValue = { ticks: { cursor: cursorText(scanned), node: { n: scanned } } };
            const result = await execute({ ...args, rootValue });
            return { done: false, value: { ...result, extensions: { sluice: { cursor: cursorText(scanned) } } } };
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      return() {
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
      throw(reason: unknown) {
        end();
        return Promise.reject(reason);
      },
    };
    return results;
  }

  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const raw = new Set<Socket>();
  server.on('connection', (_, { socket }) => {
    raw.add(socket.once('close', () => raw.delete(socket)));
  });
  const transport = useServer(
    {
      schema,
      roots: { query: { head: () => head } },
      context: (ctx, id): OperationContext => ({ id, socket: ctx.extra.socket, params: ctx.connectionParams ?? {} }),
      onConnect(ctx) {
        const received = ctx.connectionParams ?? {};
        params.push(received);
        cursors.set(ctx.extra.socket, new Map(Object.entries((received['cursors'] ?? {}) as Record<string, string>)));
        const verdict = log.admit(received['authorization']);
        if (verdict === null || !('code' in verdict)) return true;
        ctx.extra.socket.close(verdict.code, verdict.reason);
        return false;
      },
      onPing(ctx, payload) {
        const authorization = (payload?.['sluice'] as { authorization?: unknown } | undefined)?.authorization;
        if (authorization === undefined) return;
        renewals.push(authorization);
        const verdict = log.admit(authorization);
        if (verdict !== null && 'code' in verdict) return ctx.extra.socket.close(verdict.code, verdict.reason);
        const expiresAt = verdict === null ? null : new Date(verdict.expiresAt).toISOString();
        ctx.extra.socket.send(JSON.stringify({ type: 'pong', payload: { sluice: { authorized: { expiresAt } } } }));
      },
      // Named, so that schema and functions are of one copy of graphql, whatever the test runner's resolver picks.
      parse,
      validate,
      execute,
      subscribe: read,
    },
    server,
  );
  await once(server, 'listening');

  const log: LogServer = {
    port: (server.address() as AddressInfo).port,
    starts,
    params,
    renewals,
    admit: () => null,
    append(count) {
      head += count;
      for (const reader of readers) reader.wake();
    },
    head: () => head,
    checkpoint: () => readers.forEach((reader) => reader.checkpoint()),
    complete: () => readers.forEach((reader) => reader.complete()),
    closeSockets: (code) => server.clients.forEach((socket) => socket.close(code, 'test')),
    corrupt: () => raw.forEach((socket) => socket.write(Buffer.from([0xff, 0xff]))),
    dropUpTo(position, how) {
      earliest = position;
      refusal = how;
    },
    subscriptions: () => readers.size,
    async close() {
      server.clients.forEach((socket) => socket.terminate());
      await transport.dispose();
    },
  };
  return log;
}

function argumentsOf(args: ExecutionArgs): { after?: string | null; from?: string; multipleOf: number } {
  const field = schema.getSubscriptionType()?.getFields()['ticks'];
  const node = getOperationAST(args.document, args.operationName)?.selectionSet.selections[0];
  if (!field || node?.kind !== 'Field') throw new Error('not a subscription to ticks');
  const given = getArgumentValues(field, node, { ...args.variableValues });
  return { multipleOf: 1, ...given };
}

async function* failing(error: GraphQLError): AsyncGenerator<never> {
  yield* [];
  await Promise.reject(error);
}
