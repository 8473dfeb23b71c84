import { Agent, type Dispatcher } from 'undici';
import { SluiceError } from '../base/error.js';
import { abortWith } from '../base/signal.js';
import { parseAllowList } from './allow-list.js';
import { failureOf } from './failure.js';
import { checkHeaders } from './headers.js';
import { checkedLookup, createResolve, HostRefused, type Resolve } from './lookup.js';
import { readStart, retryAfterMs } from './response.js';
import { signatureHeaders } from './signature.js';
import { checkTarget } from './target.js';
import { isTraceparent } from './traceparent.js';

/** Where webhooks go. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  /** Sent with every request, beside those of the gateway. */
  readonly headers: Readonly<Record<string, string>>;
  /** The newest first; several during a rotation. Each is `whsec_…`. */
  readonly secrets: readonly string[];
  readonly format: 'CLOUDEVENTS' | 'PLAIN';
}

/** What is sent. */
export interface Message {
  /** Id of the event, and so `webhook-id`: the same at every attempt and replay. Receivers tell duplicates by it. */
  readonly id: string;
  readonly body: string;
  readonly contentType: string;
  /** As W3C Trace Context has it; anything else is left out. */
  readonly traceparent: string | null;
}

interface Answered {
  /** The beginning of the answer's body, at most 4,096 bytes, safe to show; what is no text in it is `?`. */
  readonly body: string;
  /** Milliseconds from the call to the outcome. */
  readonly ms: number;
}

/** What became of one attempt. */
export type Outcome =
  /** The head of an answer of 2xx was read: the endpoint has it. */
  | { readonly kind: 'delivered'; readonly status: number; readonly ms: number }
  /** The endpoint says that it is no more: it is to be disabled. */
  | { readonly kind: 'gone'; readonly status: 410 } & Answered
  /** Nothing was sent: the URL, an address it leads to, a header or a secret is not acceptable. `reason` says what to do. */
  | { readonly kind: 'refused'; readonly reason: string; readonly ms: number }
  /** Any other answer (`status`), or none (null): then it may have arrived. `retryAfterMs`: what a 429 or 503 asks for, at most an hour. */
  | { readonly kind: 'failed'; readonly status: number | null; readonly reason: string; readonly retryAfterMs: number | null } & Answered;

export interface SenderOptions {
  /** Hosts and networks that may be reached although they are not public: `SLUICE_WEBHOOK_ALLOW`. */
  readonly allow: readonly string[];
  /** Milliseconds for the whole exchange, from the look-up to the last byte, default 15,000. */
  readonly timeoutMs?: number;
  /** Milliseconds for look-up, connection and TLS, default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Default: the name servers of this machine. */
  readonly resolve?: Resolve;
}

export interface Sender {
  /**
   * One attempt. How many run at once is the caller's to bound: each holds one connection, and at most 20 KB of an answer. Rejects
   * with the signal's reason when it aborts: then it may have arrived.
   */
  send(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<Outcome>;
  /** Waits for what is under way, then closes all connections. */
  close(): Promise<void>;
}

const MAX_HEAD_BYTES = 16_384;
/** Milliseconds that the body of a 2xx is waited for. It says nothing: it is read so that the connection can be used again. */
const BODY_OF_SUCCESS = 1_000;
/** Milliseconds after which a connection takes no more requests, so that a name that moved is followed. */
const CONNECTION_LIFE = 60_000;
const MAX_IDLE = 30_000;
const USER_AGENT = 'sluice-webhook';

/** Makes one; a gateway has one. Connections are kept per origin, each to an address that was checked. Errors: `BAD_USER_INPUT` for a bad entry of `allow`. */
export function createSender({ allow: entries, timeoutMs = 15_000, connectTimeoutMs = 5_000, resolve }: SenderOptions): Sender {
  const allow = parseAllowList(entries);
  const agent = new Agent({
    connect: { lookup: checkedLookup(allow, resolve ?? createResolve(allow)), timeout: connectTimeoutMs },
    maxHeaderSize: MAX_HEAD_BYTES,
    clientTtl: CONNECTION_LIFE,
    keepAliveMaxTimeout: MAX_IDLE,
    // Both count from byte to byte; the deadline of `send` is for the whole.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  function requestOf(endpoint: Endpoint, message: Message): Dispatcher.RequestOptions {
    const url = checkTarget(endpoint.url, allow);
    return {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: {
        'user-agent': USER_AGENT,
        ...checkHeaders(endpoint.headers),
        'content-type': message.contentType,
        ...(isTraceparent(message.traceparent) ? { traceparent: message.traceparent } : {}),
        ...signatureHeaders(endpoint.secrets, message.id, Date.now(), message.body),
      },
      body: message.body,
    };
  }

  async function exchange(request: Dispatcher.RequestOptions, signal: AbortSignal, ms: () => number): Promise<Outcome> {
    const { statusCode: status, headers, body } = await agent.request({ ...request, signal });
    if (status >= 200 && status < 300) {
      const enough = setTimeout(() => body.destroy(), BODY_OF_SUCCESS);
      await readStart(body);
      clearTimeout(enough);
      return { kind: 'delivered', status, ms: ms() };
    }
    const text = await readStart(body);
    if (status === 410) return { kind: 'gone', status, body: text, ms: ms() };
    const isRedirect = status >= 300 && status < 400;
    return {
      kind: 'failed',
      status,
      reason: isRedirect ? `The endpoint answered ${status}. Redirects are not followed: give the URL to which it leads.` : `The endpoint answered ${status}.`,
      retryAfterMs: status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], Date.now()) : null,
      body: text,
      ms: ms(),
    };
  }

  async function send(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    const start = performance.now();
    const ms = (): number => Math.round(performance.now() - start);
    const over = new AbortController();
    const letGo = abortWith(over, [signal]);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      over.abort();
    }, timeoutMs);
    try {
      return await exchange(requestOf(endpoint, message), over.signal, ms);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof HostRefused || (error instanceof SluiceError && error.code === 'BAD_USER_INPUT')) return { kind: 'refused', reason: error.message, ms: ms() };
      const reason = late ? `There was no answer within ${timeoutMs} ms.` : failureOf(error);
      if (reason === null) throw error;
      return { kind: 'failed', status: null, reason, retryAfterMs: null, body: '', ms: ms() };
    } finally {
      clearTimeout(timer);
      letGo();
    }
  }

  return { send, close: () => agent.close() };
}
