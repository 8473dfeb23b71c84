import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventSource } from 'eventsource';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEventStream, streamTicket, TokenRejectedError, type EventStream, type EventStreamOptions } from '../../src/client/index.js';
import { waitFor } from '../support/wait.js';

/** Against a server that knows the manners of tickets and nothing else; what a gateway does with them is in ticket.test.ts. */
interface Ticks {
  readonly ticks: { readonly node: { readonly __typename: 'Tick'; readonly n: number } | null };
}
const DOCUMENT = 'subscription($after: Cursor) { ticks(after: $after) { node { __typename n } } }';

/** Every ticket is good once. */
let tickets: Set<string>;
let made: { readonly authorization: string | undefined; readonly body: string }[];
let openings: { readonly ticket: string | null; readonly after: unknown }[];
/** Answers a request for a ticket instead of giving one. */
let refuse: ((response: ServerResponse, authorization: string | undefined) => boolean) | undefined;
/** What each opening with a good ticket is sent; then it is cut off, all but the last. */
let streams: string[];
let server: Server;
let stream: EventStream | undefined;

const tick = (n: number): string => `id: c${n}\nevent: next\ndata: ${JSON.stringify({ data: { ticks: { node: { __typename: 'Tick', n } } } })}\n\n`;
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;

async function makeTicket(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  made.push({ authorization: request.headers.authorization, body });
  if (refuse?.(response, request.headers.authorization) === true) return;
  const ticket = `ticket-${made.length}`;
  tickets.add(ticket);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: { createStreamTicket: { ticket, expiresAt: new Date().toISOString() } } }));
}

function openStream(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '/', 'http://here');
  const ticket = searchParams.get('ticket');
  openings.push({ ticket, after: (JSON.parse(searchParams.get('variables') ?? '{}') as { after?: string }).after });
  if (ticket === null || !tickets.delete(ticket)) return void response.writeHead(401, { 'content-type': 'application/json' }).end('{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}');
  const text = streams.length > 1 ? streams.shift() : streams[0];
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`retry: 20\n\n${text}`, () => {
    if (openings.length < 3 && text?.includes('cut') === true) response.destroy();
  });
}

beforeEach(async () => {
  [tickets, made, openings, streams, refuse] = [new Set(), [], [], [], undefined];
  server = createServer((request, response) => {
    if (request.method === 'POST') void makeTicket(request, response);
    else openStream(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  stream?.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function follow(options: Partial<EventStreamOptions<Ticks, Record<string, unknown>>> = {}) {
  const told = { events: [] as (number | null)[], troubles: [] as unknown[], end: undefined as unknown };
  stream = createEventStream<Ticks>({
    url: url(), EventSource, document: DOCUMENT, ticket: streamTicket({ url: url(), token: 'a' }),
    next: ({ event }) => told.events.push(event?.n ?? null),
    onTrouble: (reason) => told.troubles.push(reason),
    error: (reason) => (told.end = reason),
    ...options,
  });
  return told;
}

test('G5: every opening has a ticket of its own, and goes on after the last cursor', async () => {
  streams = [`${tick(1)}: cut\n\n`, `${tick(2)}: cut\n\n`, tick(3)];
  const told = follow();
  await waitFor(() => told.events.length === 3);
  expect(told.events).toEqual([1, 2, 3]);
  // Seen to fail (a 401 in between) with the EventSource left to come back by itself.
  expect(openings).toEqual([{ ticket: 'ticket-1', after: undefined }, { ticket: 'ticket-2', after: 'c1' }, { ticket: 'ticket-3', after: 'c2' }]);
  expect(made.map(({ authorization }) => authorization)).toEqual(['Bearer a', 'Bearer a', 'Bearer a']);
  expect(made[0]?.body).toContain('createStreamTicket { ticket expiresAt }');
});

test('a ticket that was refused (401) is replaced by another, after the last cursor', async () => {
  streams = [tick(2)];
  let asked = 0;
  const told = follow({ after: 'c1', ticket: async () => (asked++ === 0 ? 'stale' : streamTicket({ url: url(), token: 'a' })()) });
  await waitFor(() => told.events.length === 1);
  expect(openings).toEqual([{ ticket: 'stale', after: 'c1' }, { ticket: 'ticket-1', after: 'c1' }]);
  expect(JSON.stringify(told.troubles.map(String))).not.toMatch(/stale|ticket-1/);
});

test('a token that is not taken is asked for again; the same one ends the stream', async () => {
  refuse = (response, authorization) => {
    if (authorization !== 'Bearer old') return false;
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"errors":[{"message":"expired","extensions":{"code":"UNAUTHENTICATED","reason":"expired"}}]}');
    return true;
  };
  streams = [tick(1)];
  const tokens = ['old', 'new'];
  const good = follow({ ticket: streamTicket({ url: url(), token: () => tokens.shift() ?? 'new' }) });
  await waitFor(() => good.events.length === 1);
  stream?.close();

  const bad = follow({ ticket: streamTicket({ url: url(), token: 'old' }) });
  await waitFor(() => bad.end);
  expect(bad.end).toBeInstanceOf(TokenRejectedError);
  expect(bad.end).toMatchObject({ code: 4403, reason: 'expired' });
});

// Seen to fail with the end at the first repeat, as it was; and, with the counter in `streamTicket`, for two streams at once.
test('an expired token that comes again is waited for: the sixth time in a row ends the stream, a newer one saves it', async () => {
  const expired = '{"errors":[{"message":"expired","extensions":{"code":"UNAUTHENTICATED","reason":"expired"}}]}';
  refuse = (response, authorization) => {
    if (authorization !== 'Bearer old') return false;
    response.writeHead(401, { 'content-type': 'application/json' }).end(expired);
    return true;
  };
  streams = [tick(1)];
  let asked = 0;
  // Twice for each opening; five of them are repeated.
  const saved = follow({ ticket: streamTicket({ url: url(), token: () => (++asked > 10 ? 'new' : 'old') }) });
  await waitFor(() => saved.events.length === 1, { timeoutMs: 30_000 });
  expect(saved.end).toBeUndefined();
  expect(saved.troubles.map(String)).toEqual(Array(5).fill('StaleTokenError: The token has expired, and its source has no newer one yet.'));
  stream?.close();

  const ticket = streamTicket({ url: url(), token: () => 'old' });
  const [one, other] = [follow({ ticket }), follow({ ticket })];
  await waitFor(() => one.end !== undefined && other.end !== undefined, { timeoutMs: 40_000 });
  for (const each of [one, other]) {
    expect(each.end).toMatchObject({ name: 'TokenRejectedError', code: 4403, reason: 'expired' });
    expect(each.troubles).toHaveLength(5);
  }
}, 90_000);

test('an error page in place of a token is never sent, and waited out', async () => {
  streams = [tick(1)];
  const answers = ['<html>a-secret</html>', ''];
  const told = follow({ ticket: streamTicket({ url: url(), token: () => answers.shift() ?? 'good' }) });
  await waitFor(() => told.events.length === 1);
  expect(made.map(({ authorization }) => authorization)).toEqual(['Bearer good']);
  expect(told.troubles).toHaveLength(2);
  expect(told.troubles.map(String).join()).not.toContain('a-secret');
});

test('where no ticket can be had, it waits for one; what is said of it holds neither token nor ticket', async () => {
  let refusals = 0;
  refuse = (response) => {
    refusals += 1;
    if (refusals === 1) response.destroy();
    else if (refusals === 2) response.writeHead(502).end('<html>a-secret</html>');
    else if (refusals === 3) response.writeHead(200).end('{"errors":[{"message":"Too many: a-secret","extensions":{"code":"RATE_LIMITED"}}]}');
    return refusals <= 3;
  };
  streams = [tick(1)];
  const told = follow({ ticket: streamTicket({ url: url(), token: 'a-secret' }) });
  await waitFor(() => told.events.length === 1);
  expect(told.troubles.map(String)).toEqual([expect.stringContaining('fetch failed'), 'Error: The gateway gives no ticket: HTTP 502.', 'Error: The gateway gives no ticket: RATE_LIMITED.']);
  expect(told.troubles.map(String).join()).not.toContain('a-secret');
});

test('streams that are refused again and again, each with a new ticket, end', async () => {
  let asked = 0;
  const told = follow({ ticket: () => `forged-${++asked}` });
  await waitFor(() => told.end, { timeoutMs: 40_000 });
  expect(String(told.end)).toContain('refused the event stream 10 times in a row');
  expect(String(told.end)).not.toContain('forged');
  expect(openings).toHaveLength(10);
}, 60_000);

test('without anybody signed in there is no ticket', async () => {
  const told = follow({ ticket: streamTicket({ url: url(), token: () => null }), connectTimeout: 500 });
  await waitFor(() => openings.length >= 1);
  expect([openings[0]?.ticket, made, told.end]).toEqual([null, [], undefined]);
});
