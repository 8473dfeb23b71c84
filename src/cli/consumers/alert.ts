import { z } from 'zod';
import type { Endpoint } from '../events/endpoint.js';
import { ask } from '../events/request.js';

/** Alerts of one request. */
const PAGE = 100;

const ALERT = z.object({
  id: z.string(), kind: z.string(), subject: z.string(), name: z.string(), consumer: z.string(), webhook: z.string().nullable(), message: z.string(), reason: z.string().nullable(),
  lost: z.number().nullable(), position: z.string().nullable(), at: z.string(),
});
export const ALERT_EDGE = z.object({ cursor: z.string(), node: ALERT });
export type AlertEdge = z.output<typeof ALERT_EDGE>;

const EDGE = 'cursor node { id kind subject name consumer webhook message reason lost position at }';
const CONNECTION = z.object({ edges: z.array(ALERT_EDGE), pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }) });

/** For `follow`. */
export const ALERT_SUBSCRIPTION = `subscription($after: Cursor, $from: StartFrom, $since: DateTime, $last: Int) { edge: alerts(after: $after, from: $from, since: $since, last: $last) { ${EDGE} } }`;

export interface AlertPage {
  /** The latest first. */
  readonly edges: readonly AlertEdge[];
  /** Give it as `after` for those that are older; null: there are none. */
  readonly next: string | null;
}

/** Pages of alerts, the latest first, at most `most` in all; older than the cursor `after`. Errors: those of `ask`. */
export async function* readAlerts(endpoint: Endpoint, most: number, after: string | null): AsyncGenerator<AlertPage, void> {
  for (let [left, cursor] = [most, after]; left > 0;) {
    const { data } = await ask(endpoint, `query($first: Int!, $after: Cursor) { alerts(first: $first, after: $after) { edges { ${EDGE} } pageInfo { hasNextPage endCursor } } }`, { first: Math.min(left, PAGE), after: cursor });
    const { edges, pageInfo } = CONNECTION.parse(data['alerts']);
    cursor = pageInfo.endCursor ?? cursor;
    left -= edges.length;
    yield { edges, next: pageInfo.hasNextPage ? cursor : null };
    if (!pageInfo.hasNextPage) return;
  }
}
