import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';
import { pause } from '../base/signal.js';
import { Consumers, type ConsumersOptions } from '../consumer/consumers.js';
import type { ConsumerObserver } from '../consumer/runner.js';
import type { Sql } from '../db/connect.js';
import type { Pool } from '../db/pool.js';
import type { EventModel } from '../event/model.js';
import type { Hub } from '../hub/hub.js';
import type { GroupCommit } from '../log/group-commit.js';
import type { Metrics } from '../observe/metrics.js';
import type { References } from '../reference/loaders.js';
import { LogReader } from '../stream/log-reader.js';
import { fingerprint, makeEvent, readEventData, type EventInput } from './event-input.js';

/** What a gateway's consumers may be told. */
export interface ConsumerSettings {
  /** False: this gateway runs none; others may. Default true. */
  readonly run?: boolean;
  /** Milliseconds after which the slots of a gateway that gives no sign of life are taken by others. Default 10 s. */
  readonly leaseMs?: number;
  /** Connections through which batches commit: so many exactly-once batches may be under way. Default 8. */
  readonly poolSize?: number;
}

export interface CreateConsumersOptions {
  readonly model: EventModel;
  /** The executable schema; asked when the first event is emitted. */
  schema(): GraphQLSchema;
  readonly gatewayId: string;
  readonly pool: Pool;
  readonly readPool: Pool;
  readonly sql: Sql;
  readonly db: PostgresJsDatabase;
  readonly hub: Hub;
  readonly references: References;
  readonly groupCommit: GroupCommit;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly leaseMs: number | undefined;
}

/** Milliseconds between attempts of a publish that was refused for want of room. */
const PUBLISH_AGAIN = 100;

/** The consumers of a gateway: they emit what its publishers could, and read what its subscribers do. */
export function createConsumers({ model, schema, gatewayId, pool, readPool, sql, db, hub, references, groupCommit, metrics, log, leaseMs }: CreateConsumersOptions): Consumers {
  // Moments and JSON as text, as drizzle wants them in the transactions that handlers are given.
  drizzle(sql);
  const inputs = new WeakMap<object, EventInput>();
  const publish: ConsumersOptions['publish'] = async (tenant, key, events) => {
    const call = { callId: randomUUID(), tenant, events, idempotency: { key, fingerprint: fingerprint(events.flatMap((event) => inputs.get(event) ?? [])) } };
    for (;;) {
      try {
        const outcome = await groupCommit.submit(call);
        // Handled again, the event led to something else. What it led to at first is in the log, and stays.
        if (outcome.status === 'conflict') log.warn({ key }, 'a consumer handled an event again and would emit something else: what it emitted at first stands');
        return;
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code !== 'OVERLOADED') throw error;
        await pause(PUBLISH_AGAIN);
      }
    }
  };
  return new Consumers({
    gatewayId, pool, sql, db, hub, log, publish, references: model.references, reader: new LogReader(readPool), observer: observe(metrics), ...(leaseMs === undefined ? {} : { leaseMs }),
    makeEvent(type, data, { id, ...about }) {
      const input = readEventData(schema(), model, type, data);
      const event = makeEvent(input, id, about, about.traceparent, type);
      inputs.set(event, input);
      return event;
    },
    loaders: (at) => references.forEvents(at),
    drain: () => groupCommit.drain(),
  });
}

function observe(metrics: Metrics): ConsumerObserver {
  return {
    onBatch(consumer, { delivered, skipped, failures, dead, ms, delays }) {
      metrics.consumerEvents.inc({ consumer, result: 'delivered' }, delivered);
      metrics.consumerEvents.inc({ consumer, result: 'skipped' }, skipped);
      metrics.consumerEvents.inc({ consumer, result: 'failed' }, failures);
      metrics.consumerEvents.inc({ consumer, result: 'dead' }, dead);
      metrics.consumerBatchSeconds.observe({ consumer }, ms / 1_000);
      const delay = metrics.consumerSeconds.labels({ consumer });
      for (const each of delays) delay.observe(each / 1_000);
    },
    onRedone: (consumer, reason) => metrics.consumerRedone.inc({ consumer, reason }),
  };
}
