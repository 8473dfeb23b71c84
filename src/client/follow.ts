import type { ResultLike } from './delivery.js';

/** A subscription as it is sent. */
export interface FollowRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string | undefined;
}

/**
 * How a subscription stands. `connecting`: it was never established. `catching-up`: it is, and reads what had happened
 * before. `live`: it has everything. `reconnecting`: the connection is lost; it comes back by itself.
 */
export type FollowStatus = 'connecting' | 'catching-up' | 'live' | 'reconnecting';

/** Whoever follows a subscription. After `error` or `complete`, and after its own `stop`, it is told nothing more. */
export interface Follower {
  /** An event, with its cursor. */
  next(result: ResultLike, cursor: string): void;
  /** Everything up to here has been handed over, or does not match. The first is where the subscription starts. */
  checkpoint(cursor: string): void;
  /** Told of changes, and of `connecting` again for every attempt that failed before the first that did not. */
  status(status: FollowStatus): void;
  /** It is over: GraphQL errors (`cursorErrorOf` knows those about cursors), or why the connection is beyond hope. */
  error(reason: unknown): void;
  /** It is over: the gateway has said so. */
  complete(): void;
}

/** A connection to a gateway that comes back by itself: `createResumableClient` (WebSocket) or `createEventStreamClient`. */
export interface EventClient {
  /** Subscribes; returns what stops it. */
  follow(request: FollowRequest, follower: Follower): () => void;
}

/**
 * The status of one subscription, told by what arrives. A gateway sends one checkpoint when the subscription is
 * established on a connection, and the next as soon as it has caught up.
 */
export function createProgress(changed: (status: FollowStatus) => void): { established(): void; checkpoint(): void; lost(): void } {
  let status: FollowStatus = 'connecting';
  const become = (next: FollowStatus): void => {
    if (status === next) return;
    status = next;
    changed(next);
  };
  const away = (): boolean => status === 'connecting' || status === 'reconnecting';
  return {
    established: () => {
      if (away()) become('catching-up');
    },
    checkpoint: () => become(away() ? 'catching-up' : 'live'),
    lost: () => {
      if (status === 'connecting') changed('connecting');
      else become('reconnecting');
    },
  };
}
