import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP proxy on loopback, to cut or freeze connections between a client and a server that know nothing of it. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection (RST): whatever is under way in either direction is lost. */
  cutAll(): void;
  /** Resets every connection once `bytes` more have gone to the client, wherever in a frame that is. */
  cutAfter(bytes: number): Promise<void>;
  /** Stops reading in both directions: connections stay open and are dead, new ones are accepted and dead. */
  pause(): void;
  resume(): void;
  connections(): number;
  /** Where connections made from now on go. While nothing listens there they are reset. */
  setTarget(port: number): void;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  readonly targetPort: number;
}

export async function createTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  let targetPort = options.targetPort;
  let paused = false;
  let cut: { left: number; done: () => void } | undefined;
  const pairs = new Map<Socket, Socket>();

  function cutAll(): void {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    pairs.clear();
  }

  /** The part of a chunk that may still pass; a cut that falls into it happens once that part is written. */
  function forwardToClient(client: Socket, chunk: Buffer): boolean {
    if (!cut) return client.write(chunk);
    if (chunk.length < cut.left) {
      cut.left -= chunk.length;
      return client.write(chunk);
    }
    const { left, done } = cut;
    cut = undefined;
    // Written first, or the reset would take back bytes that were meant to arrive.
    client.write(chunk.subarray(0, left), () => {
      cutAll();
      done();
    });
    return false;
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    pairs.set(client, upstream);
    const drop = (): void => {
      pairs.delete(client);
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    relay(client, upstream, (chunk) => upstream.write(chunk));
    relay(upstream, client, (chunk) => forwardToClient(client, chunk));
    client.on('error', drop).on('close', drop);
    upstream.on('error', drop).on('close', () => {
      pairs.delete(client);
      client.end();
    });
    if (paused) {
      client.pause();
      upstream.pause();
    }
  });

  function relay(from: Socket, to: Socket, write: (chunk: Buffer) => boolean): void {
    from.on('data', (chunk: Buffer) => {
      if (!write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (!paused) from.resume();
    });
    from.on('end', () => to.end());
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    cutAll,
    cutAfter: (bytes) =>
      new Promise((resolve) => {
        cut = { left: Math.max(1, bytes), done: resolve };
      }),
    pause() {
      paused = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    resume() {
      paused = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    connections: () => pairs.size,
    setTarget(port) {
      targetPort = port;
    },
    async close() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A loopback port on which nothing listens at the moment. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
