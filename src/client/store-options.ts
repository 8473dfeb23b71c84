import type { EventDocument } from './document.js';
import type { Delivery, EventOf, Missing } from './delivery.js';
import type { CursorError } from './errors.js';
import type { EventClient, FollowStatus } from './follow.js';
import type { Saved, StatePersistence } from './persist.js';

/**
 * `connecting`, `catching-up`, `live`, `reconnecting`: see `FollowStatus`; `connecting` also before anybody subscribes to
 * the store, `reconnecting` also once nobody does any more, and whenever it begins anew after it had been connected (a lost
 * cursor, another tab that is ahead, `restart` with a cursor). `failed`: it has stopped, `error` says why, `restart` tries again. `complete`: the gateway has ended it.
 */
export type StoreStatus = FollowStatus | 'failed' | 'complete';

/** What a store shows at one moment. The same object until something changes. */
export interface StoreSnapshot<State> {
  readonly state: State;
  readonly status: StoreStatus;
  /** Cursor of the last event in `state`, or of a checkpoint behind it; null before the first. */
  readonly cursor: string | null;
  /**
   * Why it has `failed`. Otherwise the last trouble that is being dealt with (loading is repeated, state cannot be kept),
   * or null when there is none.
   */
  readonly error: unknown;
  /** Events that have come and are not in `state` yet. */
  readonly pending: number;
}

export interface EventStoreOptions<State, Result, Variables> {
  readonly client: EventClient;
  /** One subscription to a topic, see `EventDocument`. */
  readonly document: EventDocument<Result, Variables>;
  /** Also where it starts when there is neither `load` nor anything kept: `from`, `since`, `last`, `after`. */
  readonly variables?: NoInfer<Variables>;
  /** The state before there is any other. */
  readonly initial: State;
  /**
   * Loads the state from elsewhere, with the cursor it stands at: a history query's `head`, asked for before the rest. The
   * subscription goes on after it. Called at the start and again when the cursor is lost; repeated with backoff (at
   * most 4 s) for as long as it rejects, which `error` shows.
   */
  readonly load?: () => Promise<Saved<NoInfer<State>>>;
  /** The state after an event. A new object when something changed: nothing is copied, and the old one has been shown. What it throws fails the store; `state` and `cursor` stay before that event. */
  readonly apply: (state: State, event: EventOf<Result>, delivery: Delivery<EventOf<Result>>) => State;
  /** The state after a place in the log whose event cannot be had. Default: the same state. */
  readonly applyMissing?: (state: State, missing: Missing) => State;
  /** Keeps state and cursor across page loads. What fails there is shown as `error`; the store goes on in memory. */
  readonly persist?: StatePersistence;
  /**
   * The cursor cannot be honoured: events are missing between it and what the gateway still has. Answers with a state to
   * go on from, or undefined for what happens without it: `load` is called; without `load` the store fails with the
   * GraphQL errors in `error`.
   */
  readonly onCursorLost?: (error: CursorError) => Promise<Saved<NoInfer<State>> | undefined> | Saved<NoInfer<State>> | undefined;
  /** Events that may wait, at least 1. Default 1,000. Past it the subscription is stopped and opened anew behind them. */
  readonly limit?: number;
  /** Milliseconds for which the subscription outlives the last subscriber of the store. Default 1,000. */
  readonly lingerMs?: number;
}
