import { property, readToken, TokenRejectedError, type TokenSource } from './token.js';

/** A gateway that executes only what its manifest has takes this text all the same, letter by letter. */
export const TICKET_OPERATION = 'mutation { createStreamTicket { ticket expiresAt } }';

export interface StreamTicketOptions {
  /** The GraphQL endpoint, such as `/graphql`. */
  readonly url: string;
  /** Who the client is. Null from a function: the stream is opened by nobody in particular. */
  readonly token: TokenSource;
  /** Milliseconds for one request. Default 10,000. */
  readonly timeout?: number;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
}

/**
 * For `ticket` of an event stream: fetches a ticket with a token, for each opening. A token that the gateway does not take
 * is asked for once more. Errors: `TokenRejectedError`, which ends the stream; anything else is repeated by the stream, among it a source that
 * gives the same expired token again, up to five times (`StaleTokenError`). No ticket and no token is in an error.
 */
export function streamTicket(options: StreamTicketOptions): () => Promise<string | null> {
  const { token } = options;
  const ask = (): Promise<string | null> => readToken(token);
  return async () => {
    const first = await ask();
    if (first === null) return null;
    const answer = await fetchTicket(options, first);
    if (typeof answer === 'string') return answer;
    const second = typeof token === 'function' ? await ask() : first;
    if (second === null) throw answer;
    // Whoever keeps it may be about to renew it; a text is never renewed.
    if (second === first) throw answer.code === 4403 && typeof token === 'function' ? new StaleTokenError(answer) : answer;
    const again = await fetchTicket(options, second);
    if (typeof again === 'string') return again;
    throw again;
  };
}

/** The source gives a token that has expired. */
export class StaleTokenError extends Error {
  override readonly name = 'StaleTokenError';
  readonly rejected: TokenRejectedError;

  constructor(rejected: TokenRejectedError) {
    super('The token has expired, and its source has no newer one yet.', { cause: rejected });
    this.rejected = rejected;
  }
}

async function fetchTicket({ url, timeout = 10_000, fetch: send = fetch }: StreamTicketOptions, token: string): Promise<string | TokenRejectedError> {
  const response = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept': 'application/json', 'authorization': `Bearer ${token}` },
    body: JSON.stringify({ query: TICKET_OPERATION }),
    signal: AbortSignal.timeout(timeout),
  });
  const text = await response.text();
  const { ticket, code, reason } = read(text);
  if (ticket !== undefined) return ticket;
  if (response.status === 401 || code === 'UNAUTHENTICATED') return new TokenRejectedError(reason === 'expired' ? 4403 : 4401, reason);
  throw new Error(`The gateway gives no ticket: ${code ?? `HTTP ${response.status}`}.`);
}

function read(text: string): { readonly ticket: string | undefined; readonly code: string | undefined; readonly reason: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Not of a gateway; its status says what there is to say.
    return { ticket: undefined, code: undefined, reason: '' };
  }
  const ticket = property(property(property(body, 'data'), 'createStreamTicket'), 'ticket');
  const errors = property(body, 'errors');
  const extensions = property(Array.isArray(errors) ? errors[0] : undefined, 'extensions');
  const [code, reason] = [property(extensions, 'code'), property(extensions, 'reason')];
  return { ticket: typeof ticket === 'string' ? ticket : undefined, code: typeof code === 'string' ? code : undefined, reason: typeof reason === 'string' ? reason : '' };
}
