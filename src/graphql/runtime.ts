import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import type { Session } from '../auth/session.js';
import { settled } from '../base/signal.js';
import type { ConsumerOperations } from '../consumer/operations.js';
import type { EventModel } from '../event/model.js';
import type { Hub } from '../hub/hub.js';
import type { Metrics } from '../observe/metrics.js';
import type { Loaders, References } from '../reference/loaders.js';
import { OPERATION_CHARACTERS, type PageRoom } from '../stream/history.js';
import type { LogReader } from '../stream/log-reader.js';
import type { Webhooks } from '../webhook/webhooks.js';
import type { GatewayContext } from './context.js';
import type { Credentials } from './credentials.js';
import type { Access } from './access/access.js';
import { nobody, type DecidedAudience } from './access/audience.js';
import type { Eraser } from './eraser.js';
import { counted, type Rates } from './limits/rates.js';
import type { Publisher } from './publisher.js';

/** What the resolvers work with; put together once, in src/gateway.ts. */
export interface Runtime {
  readonly model: EventModel;
  readonly access: Access;
  readonly hub: Hub;
  readonly reader: LogReader;
  readonly publisher: Publisher;
  readonly eraser: Eraser;
  readonly credentials: Credentials;
  readonly consumers: ConsumerOperations;
  readonly webhooks: Webhooks;
  readonly references: References;
  readonly db: PostgresJsDatabase;
  readonly metrics: Metrics;
  readonly rates: Rates;
  readonly log: Logger;
  /** Aborts when the gateway stops: subscriptions end then, and go on elsewhere. */
  readonly stopping: AbortSignal;
  /** Has the outbox moved into the log; resolves when that has been tried. */
  drain(): Promise<void>;
  /** Milliseconds between the cursors a quiet subscription is given. */
  readonly checkpointInterval: number;
}

/** How the transport takes part in an operation. */
export interface Transport {
  readonly kind: 'http' | 'sse' | 'websocket';
  /** A cursor to resume from that the transport brings; it comes before every start argument. */
  readonly resumeAfter: string | null;
  /**
   * Given the subscription's start cursor and, when nothing was delivered for a while, how far it has come. Everything
   * before it has been delivered.
   */
  onCheckpoint(cursor: string): void;
}

/**
 * What the resolvers of fields are given, those of events among them, whose result several subscribers may share. So it says of
 * the caller no more than the audience, which is part of what they are told apart by.
 */
export interface FieldContext extends GatewayContext {
  readonly audience: DecidedAudience;
  readonly loaders: Loaders;
  /** For the events of history pages, by the name of the root field in the response: the rest of the operation reads everything anew. */
  readonly pageLoaders: Map<string | number, Loaders>;
}

/** The context of one operation, for the gateway's own root fields. Applications see `GatewayContext`. */
export interface OperationContext extends FieldContext {
  /** Who asks, at present. */
  readonly session: Session;
  /** What its history pages may still hold in memory. */
  readonly pageRoom: PageRoom;
  /** Whose share of the limits it takes; null: nobody's, see `counted`. */
  readonly caller: string | null;
  readonly traceparent: string | null;
  readonly transport: Transport;
  /** In the request's context of graphql-yoga. */
  readonly request?: Request;
}

/** Milliseconds that the answer of a mutation waits for its events to be in the log. */
const DRAIN_WITHIN = 500;

interface Origin {
  readonly session: Session;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly traceparent: string | null;
  readonly transport: Transport;
}

/** The context of one operation. `address` is the client's. */
export function createContext(runtime: Runtime, { address, ...of }: Origin): OperationContext {
  const { tenant } = of.session.principal;
  const caller = counted(of.session.principal, address);
  let loaders = runtime.references.forBatch();
  return {
    ...of,
    caller,
    tenant,
    audience: nobody(tenant),
    db: runtime.db,
    loaders: { load: (...reference) => loaders.load(...reference), find: (...reference) => loaders.find(...reference) },
    pageLoaders: new Map(),
    pageRoom: { left: OPERATION_CHARACTERS },
    async transaction(work) {
      const result = await runtime.db.transaction(work);
      // What was looked up before may be what this transaction changed: two mutations in one request each show their own.
      loaders = runtime.references.forBatch();
      // So that who has the answer finds the events. It is committed either way: a database in trouble delays the answer only so long.
      await settled(runtime.drain(), DRAIN_WITHIN);
      return result;
    },
    async publish(tx, type, data, options) {
      await runtime.rates.publish(caller, 1);
      return runtime.publisher.publishInTransaction(tx, { tenant, traceparent: of.traceparent }, type, data, options);
    },
  };
}

/**
 * The context in which an event is executed for everybody of an audience: made anew, so that nothing of the subscriber that
 * happens to be first (its session, request or transport) is in it.
 */
export function eventContext({ tenant, db, transaction, publish }: OperationContext, of: { readonly audience: DecidedAudience; readonly loaders: Loaders; readonly signal: AbortSignal }): FieldContext {
  return { tenant, db, transaction, publish, pageLoaders: new Map(), ...of };
}
