import type { Logger } from 'pino';
import type { Pool } from '../db/pool.js';
import type { Hub } from '../hub/hub.js';
import type { LogReader } from '../stream/log-reader.js';
import type { Deliver, DeliverOptions } from './delivery/deliver.js';
import type { ConsumerSpec } from './spec.js';
import type { Result } from './work.js';

/** What is told about the work of a consumer, for metrics. */
export interface ConsumerObserver {
  /** A batch was committed. `delays`: milliseconds from recording to then, one for each event that was delivered. */
  onBatch(consumer: string, batch: { readonly delivered: number; readonly skipped: number; readonly failures: number; readonly dead: number; readonly ms: number; readonly delays: readonly number[] }): void;
  /** A batch came to nothing, and is done again. */
  onRedone(consumer: string, reason: 'fenced' | 'unavailable' | 'failed'): void;
}

export interface RunnerOptions {
  readonly spec: ConsumerSpec;
  readonly endPosition: number | null;
  readonly gatewayId: string;
  /** Short questions. */
  readonly pool: Pool;
  readonly hub: Hub;
  readonly reader: LogReader;
  readonly log: Logger;
  readonly observer: ConsumerObserver;
  readonly deliver: Deliver;
  readonly deliverOptions: DeliverOptions;
  /** Ends all attempts under way. */
  readonly aborting: AbortController;
  /** Milliseconds between checkpoints of slots that have nothing to do. */
  idleInterval(): number;
  /** What was emitted is in the outbox. */
  onEmitted(): void;
}

/** Says what a batch came to, which took `ms` milliseconds. */
export function report({ spec: { name }, observer, log }: Pick<RunnerOptions, 'spec' | 'observer' | 'log'>, result: Result, ms: number): void {
  const now = Date.now();
  observer.onBatch(name, {
    delivered: result.delivered.length, skipped: result.progress.reduce((sum, each) => sum + each.skipped, 0), failures: result.failures, dead: result.dead,
    ms, delays: result.delivered.map(({ event }) => Math.max(0, now - event.recordedAt.getTime())),
  });
  if (result.dead > 0) log.error({ consumer: name, dead: result.dead, events: result.parks.concat(result.reparks).filter((each) => each.status === 'dead').slice(0, 5).map((each) => ({ id: each.event.id, error: each.error })) }, 'events became dead letters');
}
