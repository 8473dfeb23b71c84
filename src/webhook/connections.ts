import { buildConnector, Client } from 'undici';
import type { LookupFunction } from 'node:net';

export interface ConnectionOptions {
  /** Asked once for each connection, which goes to one of the addresses that it gives. */
  readonly lookup: LookupFunction;
  /** Milliseconds for look-up, connection and TLS. */
  readonly connectTimeoutMs: number;
}

/** Bytes of the head of an answer. */
const MAX_HEAD_BYTES = 16_384;
/** Milliseconds after which a connection takes no more requests, so that a name that moved is followed. */
const LIFE = 60_000;
/** Milliseconds that one may be idle when its server says so; else it is 4 s. */
const LONGEST_IDLE = 30_000;
/** Idle connections in all. */
const MAX_IDLE = 500;

/** One connection to one origin. It carries one request at a time. */
export interface Connection {
  readonly origin: string;
  readonly client: Client;
  readonly since: number;
  /** It was there once: what was sent may have arrived. */
  reached: boolean;
}

/**
 * Connections, kept per origin after an answer that was read to its end. In place of undici's own pool, which opens a new
 * connection for each request that was given up. Busy ones are as many as the caller sends at once; past 500 idle ones the
 * one that was used last is closed instead of kept.
 */
export class Connections {
  readonly #connect: buildConnector.connector;
  readonly #idle = new Map<string, Connection[]>();
  readonly #open = new Set<Client>();
  #idleCount = 0;

  constructor({ lookup, connectTimeoutMs }: ConnectionOptions) {
    // One for all, which is what keeps TLS sessions. It connects when it is first used.
    this.#connect = buildConnector({ lookup, timeout: connectTimeoutMs });
  }

  /** One that is idle, or a new one. */
  take(origin: string): Connection {
    for (let kept = this.#takeIdle(origin); kept !== undefined; kept = this.#takeIdle(origin)) {
      if (performance.now() - kept.since < LIFE) return kept;
      this.drop(kept);
    }
    const client = new Client(origin, {
      connect: this.#connect,
      maxHeaderSize: MAX_HEAD_BYTES,
      keepAliveMaxTimeout: LONGEST_IDLE,
      // Both count from byte to byte; there is a deadline for the whole.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const connection: Connection = { origin, client, since: performance.now(), reached: false };
    this.#open.add(client);
    client.on('connect', () => {
      connection.reached = true;
    });
    client.on('disconnect', () => {
      if (this.#leaveIdle(connection)) this.drop(connection);
    });
    return connection;
  }

  /** After an answer that was read to its end. */
  keep(connection: Connection): void {
    if (!connection.client.stats.connected || connection.client.closed || this.#idleCount >= MAX_IDLE) return this.drop(connection);
    const kept = this.#idle.get(connection.origin) ?? [];
    this.#idle.set(connection.origin, kept);
    kept.push(connection);
    this.#idleCount += 1;
  }

  /** Ends it at once, with what is under way on it. */
  drop({ client }: Connection): void {
    this.#open.delete(client);
    void client.destroy();
  }

  /** Waits for what is under way, and ends all. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((client) => client.close()));
  }

  #takeIdle(origin: string): Connection | undefined {
    const last = this.#idle.get(origin)?.at(-1);
    if (last !== undefined) this.#leaveIdle(last);
    return last;
  }

  #leaveIdle(connection: Connection): boolean {
    const kept = this.#idle.get(connection.origin);
    const at = kept?.indexOf(connection) ?? -1;
    if (kept === undefined || at < 0) return false;
    kept.splice(at, 1);
    if (kept.length === 0) this.#idle.delete(connection.origin);
    this.#idleCount -= 1;
    return true;
  }
}
