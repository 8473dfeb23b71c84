/** What one peer may take of a gateway. Each is a positive whole number; a number that is never reached switches the limit off. */
export interface WireLimits {
  /** WebSockets, event streams and HTTP requests under way of one address (of IPv6: one /64 network). */
  readonly connectionsPerAddress: number;
  /** The same of one principal in its tenant. Callers without a credential, and everybody where authentication is off, are limited by address alone. */
  readonly connectionsPerPrincipal: number;
  /** Operations under way on one WebSocket, subscriptions among them. */
  readonly operationsPerSocket: number;
  /** Milliseconds that a WebSocket has to say `connection_init`, and that proving who it is may take on any transport. */
  readonly initTimeout: number;
  /** Bytes of one WebSocket message, all fragments together. */
  readonly messageBytes: number;
  /** Milliseconds in which a WebSocket message that has begun must be complete; looked at every 12 s. */
  readonly messageTimeout: number;
  /** Bytes of a request's line and headers together. */
  readonly headerBytes: number;
}

/** A limit as the documentation lists it. */
export interface LimitRow {
  readonly name: keyof WireLimits;
  readonly default: number;
  /** What happens past it. */
  readonly past: string;
  /** What the client gets. */
  readonly code: string;
}

export const WIRE_LIMITS: readonly LimitRow[] = [
  { name: 'connectionsPerAddress', default: 1_000, past: 'A request is refused; an event stream is told `retry:` and closed, a WebSocket is closed: both come back.', code: '429 `RATE_LIMITED` with `Retry-After`; close 1013' },
  { name: 'connectionsPerPrincipal', default: 200, past: 'As for an address; a WebSocket is closed when it has said who it is.', code: '429 `RATE_LIMITED` with `Retry-After`; close 1013' },
  { name: 'operationsPerSocket', default: 200, past: 'The operation is refused, the others go on.', code: '`RATE_LIMITED`' },
  { name: 'initTimeout', default: 10_000, past: 'The WebSocket is closed. Who proves to be slow to verify is told to come back.', code: 'close 4408; 503 `STORAGE_UNAVAILABLE`, close 1013' },
  { name: 'messageBytes', default: 8 * 1024 * 1024, past: 'The WebSocket is closed. Twice what one publish call may hold, as JSON escapes take room.', code: 'close 1009' },
  { name: 'messageTimeout', default: 60_000, past: 'The WebSocket is cut off.', code: 'none: 1006' },
  { name: 'headerBytes', default: 16 * 1024, past: 'The request is refused.', code: '431' },
];

export const DEFAULT_WIRE_LIMITS = Object.fromEntries(WIRE_LIMITS.map((row) => [row.name, row.default])) as unknown as WireLimits;
