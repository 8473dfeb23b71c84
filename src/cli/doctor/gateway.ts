import { createClient } from 'graphql-ws';
import { z } from 'zod';
import { isLoopback } from '../../base/loopback.js';
import { deadline } from '../../base/signal.js';
import { CommandError } from '../exit-codes.js';
import { webSocketUrl, webSocketWith, type Endpoint } from '../events/endpoint.js';
import { deniedByClose } from '../events/denied.js';
import { ask } from '../events/request.js';
import { ok, problem, warning, type Finding } from './finding.js';

const HEALTH = z.object({ status: z.enum(['ok', 'degraded', 'unready']), checks: z.record(z.string(), z.string().nullable()) });
const ROUND_TRIPS = 5;
/** Milliseconds. */
const SLOW = 250;
const WITHIN = 5_000;

/** A running gateway, as a client reaches it. */
export async function checkGateway(endpoint: Endpoint): Promise<Finding[]> {
  return [await checkHealth(endpoint), await checkAccess(endpoint), await checkRoundTrip(endpoint), await checkWebSocket(endpoint)];
}

async function checkHealth({ url, headers }: Endpoint): Promise<Finding> {
  const health = new URL('/health/ready', url);
  try {
    const response = await fetch(health, { headers, signal: AbortSignal.timeout(WITHIN) });
    const parsed = HEALTH.safeParse(await response.json());
    if (!parsed.success) return problem('gateway', `${health.href} answers HTTP ${response.status} and no health.`, 'Is this a gateway? A proxy may hide /health.');
    const { status, checks } = parsed.data;
    const reasons = Object.entries(checks).flatMap(([part, reason]) => (reason === null ? [] : [`${part}: ${reason}`])).join('; ');
    if (status === 'ok') return ok('gateway', `${url.origin} is ready.`);
    return status === 'degraded'
      ? warning('gateway', `Degraded: ${reasons}.`, 'It works, but slower.')
      : problem('gateway', `Not ready: ${reasons}.`, 'Its log has the details.');
  } catch (error) {
    return problem('gateway', `${health.href} does not answer: ${explain(error)}.`, 'Is it running? `sluice serve` starts one.');
  }
}

/** A gateway that asks who calls refuses a token that is none; an open one does not look at it. Nothing is asked for. */
async function checkAccess({ url }: Endpoint): Promise<Finding> {
  try {
    const response = await fetch(url, {
      method: 'POST', body: '{"query":"{ __typename }"}', signal: AbortSignal.timeout(WITHIN),
      headers: { 'content-type': 'application/json', 'accept': 'application/json', 'authorization': 'Bearer sluice-doctor-asks-who-may-enter' },
    });
    await response.arrayBuffer();
    if (response.status === 401) return ok('access', 'It asks who calls: a token that is none is refused.');
    if (!response.ok) return warning('access', `Whether it asks who calls cannot be told: it answers HTTP ${response.status}.`, 'Does the URL name the /graphql of a gateway?');
    const detail = 'It is open: everybody who reaches it may publish, read and erase everything.';
    if (isLoopback(url.hostname)) return ok('access', `${detail} Its address here is a loopback one.`);
    return warning('access', detail, 'Start it with SLUICE_JWT_SECRET, SLUICE_JWKS_URL or SLUICE_AUTH=keys.');
  } catch (error) {
    return problem('access', `Whether it asks who calls cannot be told: ${explain(error)}.`, 'Is it running? `sluice serve` starts one.');
  }
}

async function checkRoundTrip(endpoint: Endpoint): Promise<Finding> {
  const times: number[] = [];
  try {
    for (let index = 0; index <= ROUND_TRIPS; index += 1) {
      const began = performance.now();
      await ask(endpoint, '{ __typename }');
      // The first one opens the connection.
      if (index > 0) times.push(performance.now() - began);
    }
  } catch (error) {
    return problem('round trip', explain(error), 'Does the URL name the /graphql of a gateway, and are SLUICE_TOKEN and the headers right?');
  }
  const median = times.sort((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] ?? 0;
  const detail = `A GraphQL request over HTTP takes ${median.toFixed(1)} ms (median of ${ROUND_TRIPS}).`;
  return median > SLOW ? warning('round trip', detail, 'The network is slow, or the gateway is busy: see its /metrics.') : ok('round trip', detail);
}

async function checkWebSocket(endpoint: Endpoint): Promise<Finding> {
  const client = createClient({ url: webSocketUrl(endpoint), webSocketImpl: webSocketWith(endpoint), retryAttempts: 0, ...(endpoint.token === null ? {} : { connectionParams: { authorization: `Bearer ${endpoint.token}` } }) });
  const began = performance.now();
  try {
    const answer = new Promise<void>((resolve, reject) => {
      client.subscribe({ query: '{ __typename }' }, { next: () => undefined, error: reject, complete: resolve });
    });
    await deadline(answer, WITHIN, () => new Error(`no answer within ${WITHIN / 1_000} s`));
    return ok('websocket', `A query over WebSocket takes ${(performance.now() - began).toFixed(1)} ms, connecting included.`);
  } catch (error) {
    const denied = deniedByClose(error, endpoint);
    if (denied !== null) return problem('websocket', denied.message, 'A token of this gateway in SLUICE_TOKEN.');
    return problem('websocket', `No GraphQL over WebSocket: ${explain(error)}.`, 'A proxy between must pass WebSockets on. Until then clients can use server-sent events.');
  } finally {
    // The one operation has ended, so its socket closes by itself; one that hangs is cut off.
    client.terminate();
  }
}

function explain(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  if (error instanceof Error) return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
  const { code, reason, message } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown; readonly reason?: unknown; readonly message?: unknown };
  return typeof code === 'number' ? `closed with ${code}${typeof reason === 'string' && reason !== '' ? ` ${reason}` : ''}` : typeof message === 'string' ? message : String(error);
}
