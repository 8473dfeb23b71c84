import { SluiceError } from '../base/error.js';
import { isTraceparent } from '../observe/trace.js';
import { parseAllowList, type AllowList } from './allow-list.js';
import { Connections } from './connections.js';
import { failureOf } from './failure.js';
import { checkHeaders } from './headers.js';
import { hideSecrets } from './hide-secrets.js';
import { checkedLookup, createResolve, HostRefused, type Resolve } from './lookup.js';
import { readStart, retryAfterMs } from './response.js';
import { signatureHeaders } from './signature.js';
import { checkTarget } from './target.js';

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
  /** The beginning of the answer's body, at most 4,096 bytes, safe to show; what is no text in it is `?`, and what is secret of the endpoint `***`. */
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
  /**
   * Nothing was sent: the URL, an address it leads to, a header or a secret is not acceptable. `reason` says what to do. `lookedUp`: it is
   * an address that the host name had this time; the next answer of its name servers may be another.
   */
  | { readonly kind: 'refused'; readonly reason: string; readonly lookedUp: boolean; readonly ms: number }
  /** Any other answer (`status`), or none (null): then it may have arrived if the endpoint was `reached`. `retryAfterMs`: what a 429 or 503 asks for, at most an hour. */
  | { readonly kind: 'failed'; readonly status: number | null; readonly reached: boolean; readonly reason: string; readonly retryAfterMs: number | null } & Answered;

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
   * with the signal's reason when that aborts before the head of an answer is there: then it may have arrived.
   */
  send(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<Outcome>;
  /** Waits for what is under way, then closes all connections. */
  close(): Promise<void>;
}

/** Milliseconds that the body of a 2xx is waited for. It says nothing: it is read so that the connection can be used again. */
const BODY_OF_SUCCESS = 1_000;
const USER_AGENT = 'sluice-webhook';

interface Request {
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Makes one; a gateway has one. Connections are kept per origin, each to an address that was checked. Errors: `BAD_USER_INPUT` for a bad entry of `allow`. */
export function createSender({ allow: entries, timeoutMs = 15_000, connectTimeoutMs = 5_000, resolve }: SenderOptions): Sender {
  const allow = parseAllowList(entries);
  const connections = new Connections({ lookup: checkedLookup(allow, resolve ?? createResolve(allow)), connectTimeoutMs });
  let closed = false;

  async function send(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    if (closed) throw new Error('This sender was closed.');
    const start = performance.now();
    const ms = (): number => Math.round(performance.now() - start);
    let request: Request;
    try {
      request = requestOf(endpoint, message, allow);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return { kind: 'refused', reason: error.message, lookedUp: false, ms: ms() };
    }
    const { origin, ...rest } = request;
    const connection = connections.take(origin);
    const drop = (): void => connections.drop(connection);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      drop();
    }, timeoutMs);
    signal.addEventListener('abort', drop, { once: true });
    try {
      const answer = await connection.client.request({ ...rest, method: 'POST' });
      const isSuccess = answer.statusCode >= 200 && answer.statusCode < 300;
      const enough = isSuccess ? setTimeout(drop, BODY_OF_SUCCESS) : undefined;
      const { text, whole } = await readStart(answer.body);
      clearTimeout(enough);
      if (whole) connections.keep(connection);
      else drop();
      return outcomeOf(answer.statusCode, answer.headers['retry-after'], hideSecrets(text, endpoint, whole), ms());
    } catch (error) {
      drop();
      if (signal.aborted) throw signal.reason;
      if (error instanceof HostRefused) return { kind: 'refused', reason: error.message, lookedUp: true, ms: ms() };
      const reason = late ? `There was no answer within ${timeoutMs} ms.` : failureOf(error);
      if (reason === null) throw error;
      return { kind: 'failed', status: null, reached: connection.reached, reason, retryAfterMs: null, body: '', ms: ms() };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', drop);
    }
  }

  return {
    send,
    async close() {
      closed = true;
      await connections.close();
    },
  };
}

/** Errors: `BAD_USER_INPUT` for what is not to be sent. */
function requestOf(endpoint: Endpoint, message: Message, allow: AllowList): Request {
  const url = checkTarget(endpoint.url, allow);
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
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

function outcomeOf(status: number, retryAfter: string | string[] | undefined, body: string, ms: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status, ms };
  if (status === 410) return { kind: 'gone', status, body, ms };
  const isRedirect = status >= 300 && status < 400;
  return {
    kind: 'failed',
    status,
    reached: true,
    reason: isRedirect ? `The endpoint answered ${status}. Redirects are not followed: give the URL to which it leads.` : `The endpoint answered ${status}.`,
    retryAfterMs: status === 429 || status === 503 ? retryAfterMs(retryAfter, Date.now()) : null,
    body,
    ms,
  };
}
