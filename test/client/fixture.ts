import { afterEach, beforeEach } from 'vitest';
import WebSocket from 'ws';
import { createResumableClient, type ResumableClient, type ResumableClientOptions } from '../../src/client/index.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { startLogServer, TICKS, type LogServer, type TicksResult } from './log-server.js';

/** A log server behind a proxy, and the clients made in it: new for every test of a file that calls `useLogServer()`. */
export let server: LogServer;
export let proxy: TcpProxy;
const clients: ResumableClient[] = [];

export function useLogServer(): void {
  beforeEach(async () => {
    server = await startLogServer();
    proxy = await createTcpProxy({ targetPort: server.port });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.dispose();
    await proxy.close();
    await server.close();
  });
}

export function createClient(options: Partial<ResumableClientOptions> = {}): ResumableClient {
  const client = createResumableClient({ url: `ws://127.0.0.1:${proxy.port}`, webSocketImpl: WebSocket, ...options });
  clients.push(client);
  return client;
}

interface Observed {
  readonly received: number[];
  /** `complete`, or what the sink's `error` got. */
  end: unknown;
  dispose(): void;
}

export function subscribe(client: ResumableClient, variables: Record<string, unknown> = {}): Observed {
  const observed: Observed = { received: [], end: undefined, dispose: () => undefined };
  observed.dispose = client.subscribe<TicksResult>({ query: TICKS, variables }, {
    next: ({ data }) => data && observed.received.push(data.ticks.node.n),
    error: (reason) => (observed.end = reason),
    complete: () => (observed.end = 'complete'),
  });
  return observed;
}

export async function established(client: ResumableClient, subscriptions = 1): Promise<void> {
  await waitFor(() => Object.keys(client.cursors()).length === subscriptions, { what: 'start cursors' });
}

export async function reconnected(connections: number, subscriptions: number): Promise<void> {
  await waitFor(() => server.params.length === connections && server.subscriptions() === subscriptions, {
    what: `connection ${connections} with ${subscriptions} subscriptions`,
  });
}
