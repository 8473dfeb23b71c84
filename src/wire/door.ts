import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Auth, LiveSession, Proof } from '../auth/auth.js';
import { ANONYMOUS, OPEN, type Principal } from '../auth/principal.js';
import { refusal } from '../auth/refusal.js';
import { endlessSession, endOf, type Session } from '../auth/session.js';
import { SluiceError } from '../base/error.js';
import { abortWith, deadline } from '../base/signal.js';
import type { Metrics } from '../observe/metrics.js';
import type { Connections } from './connections.js';
import { proofOfRequest, reasonOf, takeTicket } from './credentials.js';
import type { WireLimits } from './limits.js';
import type { OriginPolicy } from './origins.js';
import { refuse, sendAway, type RefusalReason } from './refusal.js';
import { END_ID, EVENT_STREAM } from './sse.js';

/** Seconds for which a browser need not ask again what it may send. */
const PREFLIGHT_AGE = 7_200;
const ALLOWED_HEADERS = 'authorization, content-type, last-event-id, traceparent, tracestate, baggage';
/** Milliseconds after which somebody who was refused for a limit may try again. */
const RETRY_AFTER = 1_000;
const FORBIDDEN: Readonly<Record<'host' | 'origin', string>> = {
  host: 'This gateway listens on loopback and does not go by this name. Name the origin it is reached by in SLUICE_ORIGINS.',
  origin: 'Pages of this origin may not ask this gateway. Name the origin in SLUICE_ORIGINS.',
};

/** Why signals of requests abort when all is well, made once: a reason of its own for each costs more than verifying an API key. */
const OVER = new Error('The request has been answered, or its client has left.');

export interface DoorOptions {
  readonly auth: Auth;
  /** Name of the cookie in which browsers may bring a token; null: none is read. */
  readonly cookie: string | null;
  readonly origins: OriginPolicy;
  readonly limits: WireLimits;
  readonly connections: Connections;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Who may ask, and whose page: decided for every transport before anything of an operation is read. */
export class Door {
  readonly options: DoorOptions;

  constructor(options: DoorOptions) {
    this.options = options;
  }

  refused(transport: 'http' | 'sse' | 'websocket', reason: RefusalReason): void {
    this.options.metrics.refused.inc({ transport, reason });
  }

  /** Verifies a proof. Throws what `Auth.authenticate` throws, and `STORAGE_UNAVAILABLE` when that takes too long. `gone`: the caller. */
  async authenticate(proof: Proof, gone: AbortSignal): Promise<Principal> {
    const { auth, limits } = this.options;
    // Nothing is looked up, so nothing is waited for.
    if (!auth.required) return await auth.authenticate(proof, gone);
    const leaving = new AbortController();
    const unlink = abortWith(leaving, [gone]);
    const tooLate = (): SluiceError => new SluiceError('STORAGE_UNAVAILABLE', 'Who asks could not be verified in time. Try again soon.', { retryAfterMs: RETRY_AFTER });
    try {
      return await deadline(auth.authenticate(proof, leaving.signal), limits.initTimeout, tooLate);
    } catch (error) {
      throw gone.aborted ? tooLate() : error;
    } finally {
      unlink();
      leaving.abort(OVER);
    }
  }

  /** How a socket or a request proves who it is, by what came with HTTP. Throws `UNAUTHENTICATED`. */
  proofOf(request: IncomingMessage, ticket: string | null, takesTicket: boolean): Proof {
    return this.options.auth.required ? proofOfRequest(request, this.options.cookie, ticket, takesTicket) : { kind: 'none' };
  }

  /**
   * The session of a request to /graphql; null when it was refused, and answered. Closed, and everything that was counted given
   * back, when the response has ended or its client is gone.
   */
  async admit(request: IncomingMessage, response: ServerResponse): Promise<Session | null> {
    const { auth, connections } = this.options;
    const { method, headers: { accept } } = request;
    const ticket = takeTicket(request);
    const streams = accept?.includes(EVENT_STREAM) === true;
    const transport = streams ? 'sse' : 'http';
    const no = (reason: RefusalReason, status: number, error: SluiceError): null => {
      this.refused(transport, reason);
      refuse(response, accept, status, error);
      return null;
    };
    const tooMany = (reason: RefusalReason, what: string): null => {
      if (!streams) return no(reason, 429, new SluiceError('RATE_LIMITED', `Too many connections and requests at once from ${what}. Try again soon.`, { retryAfterMs: RETRY_AFTER }));
      this.refused(transport, reason);
      sendAway(response);
      return null;
    };

    response.setHeader('vary', 'Origin');
    response.setHeader('x-content-type-options', 'nosniff');
    const verdict = this.options.origins(request);
    if (verdict.refused !== null) return no(verdict.refused, 403, new SluiceError('FORBIDDEN', FORBIDDEN[verdict.refused]));
    if (verdict.origin !== null) allow(response, verdict.origin, verdict.credentials);
    if (method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      preflight(response);
      return null;
    }
    // A stream that had ended: 204 is how an EventSource is told not to come back.
    if (request.headers['last-event-id'] === END_ID) {
      response.writeHead(204).end();
      return null;
    }
    // A form of any page can send the other types without asking.
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (method === 'POST') {
      // Yoga compares as it is written.
      if (type === 'application/json' || type === 'application/graphql+json') request.headers['content-type'] = type;
      else return no('content_type', 415, new SluiceError('BAD_USER_INPUT', 'Send the operation as `Content-Type: application/json`.'));
    }
    const free = connections.ofAddress(request);
    if (free === null) return tooMany('connections_per_address', 'this address');
    const gone = new AbortController();
    const undo = [free, () => gone.abort(OVER)];
    // Heard before anything is waited for: the client may leave meanwhile.
    response.once('close', () => {
      for (const each of undo) each();
    });
    if (method === 'GET' && accept?.includes('text/html') === true) {
      // GraphiQL, which holds nothing of anybody's.
      response.setHeader('x-frame-options', 'DENY');
      return endlessSession(auth.required ? ANONYMOUS : OPEN);
    }

    let session: LiveSession;
    try {
      const principal = await this.authenticate(this.proofOf(request, ticket, streams && method === 'GET'), gone.signal);
      if (response.closed) return null;
      const place = connections.ofPrincipal(principal);
      if (place === null) return tooMany('connections_per_principal', 'this principal');
      session = auth.open(principal);
      undo.push(place, () => session.close());
    } catch (error) {
      if (response.closed) return null;
      const reason = reasonOf(error);
      if (reason !== null) return no(reason, 401, refusal(reason));
      if (!isTemporary(error)) throw error;
      if (!streams) return no('storage', 503, new SluiceError(error.code, error.message, { retryAfterMs: RETRY_AFTER, ...error.details }));
      this.refused(transport, 'storage');
      sendAway(response);
      return null;
    }
    const { ended } = session;
    return ended.aborted ? no(endOf(ended), 401, refusal(endOf(ended))) : session;
  }
}

/** Whether a credential that could not be verified may be in a moment: the database cannot be asked, or too many do. */
export function isTemporary(error: unknown): error is SluiceError {
  return error instanceof SluiceError && (error.code === 'STORAGE_UNAVAILABLE' || error.code === 'OVERLOADED');
}

/** Only an origin that was named may have the browser send cookies. */
function allow(response: ServerResponse, origin: string, credentials: boolean): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'retry-after, www-authenticate');
  if (credentials) response.setHeader('access-control-allow-credentials', 'true');
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, { 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': ALLOWED_HEADERS, 'access-control-max-age': String(PREFLIGHT_AGE) }).end();
}
