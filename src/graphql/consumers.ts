import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { SluiceError } from '../base/error.js';
import { pause } from '../base/signal.js';
import { Consumers, consumerSession, type ConsumersOptions } from '../consumer/consumers.js';
import type { ConsumerObserver } from '../consumer/runner-options.js';
import { Sessions } from '../db/sessions.js';
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
  readonly url: string;
  readonly poolSize: number | undefined;
  readonly db: PostgresJsDatabase;
  readonly hub: Hub;
  readonly references: References;
  readonly groupCommit: GroupCommit;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly leaseMs: number | undefined;
}

/** Milliseconds. */
const LEASE = 10_000;
/** Milliseconds between attempts of a publish that was refused for want of room. */
const PUBLISH_AGAIN = 100;

/** The consumers of a gateway: they emit what its publishers could, and read what its subscribers do. */
export function createConsumers({ model, schema, gatewayId, pool, readPool, url, poolSize = 8, db, hub, references, groupCommit, metrics, log, leaseMs = LEASE }: CreateConsumersOptions): Consumers {
  const inputs = new WeakMap<object, EventInput>();
  const publish: ConsumersOptions['publish'] = async (tenant, key, events, signal) => {
    const call = { callId: randomUUID(), tenant, events, idempotency: { key, fingerprint: fingerprint(events.flatMap((event) => inputs.get(event) ?? [])) } };
    for (;;) {
      try {
        const outcome = await groupCommit.submit(call);
        // Handled again, the event led to something else. What it led to at first is in the log, and stays.
        if (outcome.status === 'conflict') log.warn({ key }, 'a consumer handled an event again and would emit something else: what it emitted at first stands');
        return;
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code !== 'OVERLOADED' || signal.aborted) throw error;
        await pause(PUBLISH_AGAIN, signal);
      }
    }
  };
  return new Consumers({
    gatewayId, pool, db, hub, log, publish, references: model.references, reader: new LogReader(readPool), observer: observe(metrics), leaseMs,
    sessions: new Sessions({ connect: { url, max: poolSize, name: 'sluice consumer', settings: consumerSession(leaseMs) }, leaseMs, pool, log }),
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

/** Webhooks come and go by the thousand: all of them are one series, `webhook`. */
const seriesOf = (name: string): string => (name.startsWith('webhook:') ? 'webhook' : name);

export function observe(metrics: Metrics): ConsumerObserver {
  return {
    onBatch(name, { delivered, skipped, failures, dead, ms, delays }) {
      const consumer = seriesOf(name);
      metrics.consumerEvents.inc({ consumer, result: 'delivered' }, delivered);
      metrics.consumerEvents.inc({ consumer, result: 'skipped' }, skipped);
      metrics.consumerEvents.inc({ consumer, result: 'failed' }, failures);
      metrics.consumerEvents.inc({ consumer, result: 'dead' }, dead);
      metrics.consumerBatchSeconds.observe({ consumer }, ms / 1_000);
      const delay = metrics.consumerSeconds.labels({ consumer });
      for (const each of delays) delay.observe(each / 1_000);
    },
    onRedone: (name, reason) => metrics.consumerRedone.inc({ consumer: seriesOf(name), reason }),
  };
}
