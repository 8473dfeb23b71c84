import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Processor } from '../consumer/definition.js';
import type { MigrationSet } from '../db/migrate.js';
import type { Loader } from '../reference/loader-source.js';
import type { Policy } from './access/policy.js';

/** What an application's upkeep works with. */
export interface Maintenance {
  /** The application's pool. */
  readonly db: PostgresJsDatabase;
  /** Milliseconds that an idempotency key stands for its call. */
  readonly idempotencyWindow: number;
  /** Aborts when the gateway stops. */
  readonly signal: AbortSignal;
}

/** What a domain brings to the gateway beside its SDL. Everything but the schema may be empty. */
export interface Application {
  /** Shown in the log and at `/health`. */
  readonly name: string;
  /** Folder with the `*.graphql` files, as an absolute path. */
  readonly schema: string;
  /** Applied at start, in this order, after the gateway's own. */
  readonly migrations: readonly MigrationSet[];
  /**
   * Resolvers by type and field, as `makeExecutableSchema` takes them; each is called with a `GatewayContext`. They come
   * before the derived ones, and every `@computed` field needs one. The parent of a field of an event type is an object of
   * the event's stored fields and `meta`; of an entity, its row; of a value inside, the value. (An object, because code generation types each resolver more closely than any index can.)
   */
  readonly resolvers: Readonly<Record<string, object>>;
  /** What the access rules of the SDL cannot say. */
  readonly policy?: Policy;
  /** By entity name: finds rows that no table has. With its limits, or alone for the usual ones. */
  readonly loaders: Readonly<Record<string, Loader>>;
  /** Server-side consumers, from `defineProcessor`. Default: none. */
  readonly processors?: readonly Processor[];
  /**
   * Removes what the domain no longer needs. Every gateway calls it after its start and a minute after the last call has
   * ended; an error is logged, and the next call tries again. Keep its statements short: they share the application's pool.
   */
  readonly maintain?: (work: Maintenance) => Promise<void>;
}
