import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SluiceError } from '../base/error.js';
import { EVENT_STREAM, retry } from './sse.js';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Why something was refused before it was executed, as the metric counts it. */
export type RefusalReason =
  | 'host' | 'origin' | 'content_type' | 'invalid' | 'expired' | 'revoked' | 'storage'
  | 'connections_per_address' | 'connections_per_principal' | 'operations_per_socket' | 'operation_bytes';

/** An answer without an operation: a GraphQL error with this status. */
export function refuse(response: ServerResponse, accept: string | undefined, status: number, error: SluiceError): void {
  const { retryAfterMs } = error.details;
  response.writeHead(status, {
    'content-type': `${accept?.includes(GRAPHQL_RESPONSE) === true ? GRAPHQL_RESPONSE : 'application/json'}; charset=utf-8`,
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(typeof retryAfterMs === 'number' ? { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } : {}),
  }).end(JSON.stringify({ errors: [{ message: error.message, extensions: { code: error.code, ...error.details } }] }));
}

/** One request too many of its address, for what is no GraphQL. */
export function sayTooMany(response: ServerResponse): void {
  response.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '1', 'x-content-type-options': 'nosniff' }).end('Too many connections and requests at once from this address. Try again soon.\n');
}

/** An EventSource never comes back from an answer of 4xx or 5xx: told so, it does. */
export function sendAway(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': `${EVENT_STREAM}; charset=utf-8`, 'cache-control': 'no-store' }).end(retry());
}

/** Ends an upgrade that is not taken. The socket is ours, and Node has let go of it. */
export function refuseUpgrade(socket: Duplex, status: '403 Forbidden' | '404 Not Found', onError: (error: Error) => void): void {
  // Without a listener a reset would end the process, and a socket that its client does not close would stay open for ever,
  // and hold up `close`.
  socket.on('error', onError);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
