import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Transaction } from '../outbox/write.js';
import type { BatchLoaders } from '../reference/loaders.js';
import type { Audience } from './access/audience.js';

/** What may be said about an event beside its data. */
export interface EventOptions {
  /** When it happened. Default: when the outbox row is written. */
  readonly occurredAt?: Date;
  readonly correlationId?: string;
  readonly causationId?: string;
}

/** A drizzle transaction of the application's pool. */
export type DatabaseTransaction = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0];

/**
 * What every resolver is given, an application's own too. `Events` maps event types to their inputs, so that `publish`
 * is checked by the compiler; code generation writes that map. Who asks is not in it: see `withPrincipal`.
 */
export interface GatewayContext<Events extends object = Record<string, object>> {
  /** Whose events are read and written. */
  readonly tenant: string;
  /** What the rules that the operation reaches read of the caller. */
  readonly audience: Audience;
  /** The application's database, read committed; its transactions are as those of `transaction`, which moves the outbox besides. */
  readonly db: PostgresJsDatabase;
  /**
   * Runs `work` in one transaction (read committed) and, after its commit, has the outbox moved into the log: whoever has
   * the answer finds the events there (unless that takes more than 500 ms). An error rolls everything back, events included.
   * When its connection is lost it rejects at once, for the caller `STORAGE_UNAVAILABLE`; nothing was stored, unless
   * COMMIT was sent already: then nobody knows. A statement without an answer for 30 s beyond the lock timeout counts as that. `work` may take
   * as long as it likes, but holds one of the application's connections: `db` in it needs another. Without one for 30 s: `OVERLOADED`.
   */
  transaction<T>(work: (tx: DatabaseTransaction) => Promise<T>): Promise<T>;
  /**
   * Writes an event into the outbox in the caller's transaction and returns its id. The data is checked as
   * `publishX(input:)` would; `BAD_USER_INPUT` when it does not fit. Order inside a key is commit order only if the
   * transaction holds that key's row lock (or `sluice.lock_key`) before this call.
   */
  publish<Type extends keyof Events & string>(tx: Transaction, type: Type, data: Events[Type], options?: EventOptions): Promise<string>;
  /**
   * Reference data, batched. In queries and mutations it is looked up anew for every operation; in subscriptions, what was
   * looked up before is used again as long as it is good for the event (docs/guarantees.md says when).
   */
  readonly loaders: BatchLoaders;
  /** Aborts when the client is gone or the gateway stops. */
  readonly signal: AbortSignal;
}
