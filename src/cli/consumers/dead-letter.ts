import { z } from 'zod';
import type { Endpoint } from '../events/endpoint.js';
import { ask } from '../events/request.js';

/** Dead letters of one request, and of one decision. */
const PAGE = 100;
const DECIDED_AT_ONCE = 1_000;

const ERROR = z.object({ name: z.string().nullable(), message: z.string().nullable(), code: z.string().nullable(), step: z.string().nullable() });

const STATUS = z.enum(['DEAD', 'RETRYING', 'WAITING']);

/** `ParkedStatus`. */
export type Status = z.infer<typeof STATUS>;

const LETTER = z.object({
  consumer: z.string(), position: z.string(), type: z.string(), topic: z.string(), key: z.string(), lane: z.string(), tenant: z.string(), eventId: z.string(), blocks: z.boolean(),
  status: STATUS, nextAttemptAt: z.string().nullable(), attempts: z.number(), error: ERROR.nullable(), deadAt: z.string().nullable(), occurredAt: z.string(), recordedAt: z.string(), cursor: z.string(),
});

const DETAILED = LETTER.extend({
  slot: z.number(), version: z.number(), payload: z.unknown(), correlationId: z.string().nullable(), causationId: z.string().nullable(), traceparent: z.string().nullable(),
  history: z.array(z.object({ at: z.string().nullable(), ms: z.number().nullable(), error: ERROR.nullable(), steps: z.array(z.object({ name: z.string(), outcome: z.string(), ms: z.number() })).nullable() })),
});

export type DeadLetter = z.infer<typeof LETTER>;
export type DetailedDeadLetter = z.infer<typeof DETAILED>;

/** `DeadLetterFilter`. */
export interface LetterFilter {
  readonly consumer?: readonly string[];
  readonly type?: readonly string[];
  readonly key?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly error?: string;
}

const FIELDS = 'consumer position type topic key lane tenant eventId blocks status nextAttemptAt attempts error { name message code step } deadAt occurredAt recordedAt cursor';

const CONNECTION = z.object({ edges: z.array(z.object({ node: LETTER })), pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }) });

export interface LetterPage {
  readonly letters: readonly DeadLetter[];
  /** Give it as `after` for what follows; null: nothing does. */
  readonly next: string | null;
}

/** Pages of dead letters in the order of positions, at most `most` in all; behind the cursor `after`. Errors: those of `ask`. */
export async function* readDeadLetters(endpoint: Endpoint, where: LetterFilter, status: readonly Status[], most: number, after: string | null = null): AsyncGenerator<LetterPage, void> {
  for (let [left, cursor] = [most, after]; left > 0;) {
    const { data } = await ask(endpoint, `query($where: DeadLetterFilter, $first: Int!, $after: Cursor, $status: [ParkedStatus!]!) { deadLetters(where: $where, first: $first, after: $after, status: $status) {
      edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`, { where, first: Math.min(left, PAGE), after: cursor, status });
    const { edges, pageInfo } = CONNECTION.parse(data['deadLetters']);
    cursor = pageInfo.endCursor ?? cursor;
    left -= edges.length;
    yield { letters: edges.map(({ node }) => node), next: pageInfo.hasNextPage ? cursor : null };
    if (!pageInfo.hasNextPage) return;
  }
}

/** One of them, or null. Errors: those of `ask`. */
export async function readDeadLetter(endpoint: Endpoint, consumer: string, position: string, status: readonly Status[]): Promise<DetailedDeadLetter | null> {
  const { data } = await ask(endpoint, `query($consumer: ID!, $position: Position!, $status: [ParkedStatus!]!) { deadLetter(consumer: $consumer, position: $position, status: $status) {
    ${FIELDS} slot version payload correlationId causationId traceparent history { at ms error { name message code step } steps { name outcome ms } } } }`, { consumer, position, status });
  return DETAILED.nullable().parse(data['deadLetter']);
}

const DECIDED = z.object({ positions: z.array(z.string()), notDead: z.array(z.string()) });

export interface Decided {
  readonly positions: readonly string[];
  readonly notDead: readonly string[];
}

export interface Decision {
  readonly consumer: string;
  readonly positions: readonly string[];
  readonly status: readonly Status[];
  readonly reason: string | null;
}

/** Replays or discards them, 1,000 at a time; `onDone` is told after each. Errors: those of `ask`. */
export async function decideAbout(
  endpoint: Endpoint, action: 'replay' | 'discard', { positions, ...which }: Decision, onDone: (decided: Decided) => Promise<void>,
): Promise<void> {
  const [field, done, type] = action === 'replay' ? ['replayDeadLetters', 'replayed', 'String'] : ['discardDeadLetters', 'discarded', 'String!'];
  for (let from = 0; from < positions.length; from += DECIDED_AT_ONCE) {
    const { data } = await ask(endpoint, `mutation($consumer: ID!, $positions: [Position!]!, $status: [ParkedStatus!]!, $reason: ${type}) {
      done: ${field}(consumer: $consumer, positions: $positions, status: $status, reason: $reason) { positions: ${done} notDead } }`, { ...which, positions: positions.slice(from, from + DECIDED_AT_ONCE) });
    await onDone(DECIDED.parse(data['done']));
  }
}
