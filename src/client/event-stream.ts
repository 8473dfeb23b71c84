import { backoffMs } from './backoff.js';
import { createDeadline } from './deadline.js';
import { cursorOf, type ResultLike } from './delivery.js';
import { DocumentError, variablesAfter } from './document.js';
import { createProgress, type EventClient, type Follower, type FollowRequest } from './follow.js';
import { pause } from './pause.js';
import { StaleTokenError } from './stream-ticket.js';
import { MAX_EXPIRED, TokenRejectedError } from './token.js';

/** What is needed of an `EventSource`: that of a browser, or one with the same manners such as npm's `eventsource`. */
export interface EventSourceLike {
  /** 0 connecting, 1 open, 2 closed for good. */
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown; readonly lastEventId?: string }) => void): void;
  close(): void;
}

export type EventSourceConstructor = new (url: string, init?: { readonly withCredentials?: boolean }) => EventSourceLike;

export interface EventStreamClientOptions {
  /**
   * The GraphQL endpoint, such as `/graphql`. A function is asked before every opening (not before the reconnects that an
   * EventSource makes by itself), so that it can add a ticket: an EventSource sends no headers. When it rejects, the
   * opening counts as failed.
   */
  readonly url: string | (() => string | Promise<string>);
  /**
   * Gives a ticket for an opening (`streamTicket` fetches one with a token): it goes into the URL as `ticket`, since an EventSource
   * sends no headers. A ticket is good once, so every opening, also after a lost connection, asks for another and goes on after
   * the last cursor. When it rejects, the opening counts as failed and is repeated; `TokenRejectedError` ends the stream. Null: without one.
   */
  readonly ticket?: () => string | null | Promise<string | null>;
  /** Send cookies to another origin. Default false. */
  readonly withCredentials?: boolean;
  /** Default: the platform's. */
  readonly EventSource?: EventSourceConstructor;
  /** Milliseconds from an opening or a reconnect to an open stream; past them it is given up and repeated. Default 10,000; 0 or Infinity: wait forever. */
  readonly connectTimeout?: number;
  /** Milliseconds of silence on an open stream; past them it is opened anew. A gateway says something every 15 s. Default 40,000; 0 or Infinity: wait forever. */
  readonly silenceTimeout?: number;
  /** Told of everything after which a stream is opened anew, for a log. */
  readonly onTrouble?: (reason: unknown) => void;
}

/** Characters of the whole URL. Node takes 16 KiB of headers, and the URL is one of them. */
const MAX_URL = 15_000;
const CONNECTING = 0;
/** Openings in a row that may be refused although each had a ticket. */
const MAX_REFUSED = 10;

/**
 * Subscriptions over server-sent events, one stream each. A lost connection is resumed by the EventSource itself, with
 * `Last-Event-ID`. One that gives up for good (after an answer of 4xx or 5xx, or a rule of its network) is opened anew
 * after the last cursor, for as long as it takes: full jitter, at most 4 s between two openings.
 *
 * With `ticket`, an opening that is refused ten times in a row although there were tickets ends the subscription.
 *
 * A subscription ends with the gateway's `complete`, with its GraphQL errors, or with a `DocumentError`: when the URL is
 * longer than 15,000 characters, or the document has no `after` for the cursor. Browsers open at most six streams to one
 * origin over HTTP/1.1; more wait for their turn (`connectTimeout` repeats them).
 */
export function createEventStreamClient(options: EventStreamClientOptions): EventClient {
  return { follow: (request, follower) => followStream(options, request, follower) };
}

function followStream(options: EventStreamClientOptions, request: FollowRequest, follower: Follower): () => void {
  const { connectTimeout = 10_000, silenceTimeout = 40_000, onTrouble } = options;
  const Source = options.EventSource ?? platformEventSource();
  const stopping = new AbortController();
  const { signal } = stopping;
  const progress = createProgress((status) => {
    if (!signal.aborted) follower.status(status);
  });
  let source: EventSourceLike | undefined;
  let cursor: string | null = null;
  /** Openings since something came. */
  let attempts = 0;
  /** Of them, those with a ticket that were refused: a network that is away gives no tickets. */
  let refused = 0;
  /** Of them, those for which there was only a token that has expired. */
  let stale = 0;
  const connected = createDeadline(connectTimeout, () => reopen(new Error('The event stream did not open in time.')));
  const heard = createDeadline(silenceTimeout, () => reopen(new Error('The event stream has gone silent.')));

  function close(): void {
    connected.stop();
    heard.stop();
    source?.close();
    source = undefined;
  }

  function stop(): void {
    stopping.abort();
    close();
  }

  function fail(reason: unknown): void {
    if (signal.aborted) return;
    stop();
    follower.error(reason);
  }

  function reopen(reason: unknown): void {
    close();
    if (signal.aborted) return;
    progress.lost();
    onTrouble?.(reason);
    pause(backoffMs(attempts++, Math.random()), signal).then(start, fail);
  }

  async function open(): Promise<void> {
    if (signal.aborted) return;
    let endpoint: string;
    let ticket: string | null;
    try {
      endpoint = typeof options.url === 'function' ? await options.url() : options.url;
      ticket = options.ticket === undefined ? null : await options.ticket();
    } catch (reason) {
      if (reason instanceof StaleTokenError && ++stale > MAX_EXPIRED) return fail(reason.rejected);
      return reason instanceof TokenRejectedError ? fail(reason) : reopen(reason);
    }
    if (signal.aborted) return;
    const opened = new Source(urlOf(endpoint, request, cursor, ticket), { withCredentials: options.withCredentials ?? false });
    source = opened;
    connected.start();
    /** Only of the present source. What a follower throws ends its subscription; an EventSource would go on behind it. */
    const on = (type: string, listener: (event: { readonly data?: unknown; readonly lastEventId?: string }) => void): void => {
      opened.addEventListener(type, (event) => {
        if (source !== opened) return;
        try {
          listener(event);
        } catch (reason) {
          fail(reason);
        }
      });
    };
    let open = false;
    on('open', () => {
      open = true;
      connected.stop();
      heard.start();
    });
    on('error', () => {
      if (ticket !== null && !open && ++refused >= MAX_REFUSED) return fail(new Error(`The gateway refused the event stream ${refused} times in a row, each time with a new ticket.`));
      // By itself it would come back with the ticket that is used up.
      if (opened.readyState !== CONNECTING || ticket !== null) return reopen(new Error('The event stream was closed: the gateway refused it, or the network did.'));
      heard.stop();
      connected.start();
      progress.lost();
    });
    on('message', ({ lastEventId }) => {
      if (!lastEventId) return;
      sign(lastEventId);
      follower.checkpoint(lastEventId);
      progress.checkpoint();
    });
    on('next', ({ data, lastEventId }) => {
      const result = read(data);
      if (result === undefined) return fail(new Error('The event stream holds something else than GraphQL results.'));
      const place = cursorOf(result) ?? (result.data == null ? undefined : lastEventId);
      if (!place) return fail(result.errors ?? new Error('The gateway sent an event without a cursor.'));
      progress.established();
      if (signal.aborted) return;
      follower.next(result, place);
      sign(place);
    });
    on('complete', () => {
      stop();
      follower.complete();
    });
  }

  function sign(of: string): void {
    // The follower has stopped while it was told: no timer may outlive that.
    if (signal.aborted) return;
    attempts = 0;
    refused = 0;
    stale = 0;
    cursor = of;
    heard.start();
  }

  function start(): void {
    open().catch(fail);
  }

  start();
  return stop;
}

/** Node has none, which the types of a browser do not know. */
function platformEventSource(): EventSourceConstructor {
  if (typeof EventSource === 'undefined') throw new TypeError('There is no EventSource here: give one as `EventSource`.');
  return EventSource;
}

function urlOf(endpoint: string, request: FollowRequest, cursor: string | null, ticket: string | null): string {
  const variables = variablesAfter({ afterVariable: request.afterVariable }, request.variables, cursor);
  const parameters = new URLSearchParams({ query: request.query });
  if (request.operationName !== undefined) parameters.set('operationName', request.operationName);
  if (Object.keys(variables).length > 0) parameters.set('variables', JSON.stringify(variables));
  if (ticket !== null) parameters.set('ticket', ticket);
  const url = `${endpoint}${endpoint.includes('?') ? '&' : '?'}${parameters.toString()}`;
  if (url.length > MAX_URL) throw new DocumentError(`The subscription makes a URL of ${url.length} characters, and gateways take ${MAX_URL}. Select less, or use a WebSocket.`);
  return url;
}

function read(data: unknown): ResultLike | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const result: unknown = JSON.parse(data);
    return typeof result === 'object' && result !== null ? result : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
