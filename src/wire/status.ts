import type { Logger } from 'pino';
import { SharedAnswer } from '../base/shared-answer.js';
import { readConsumerGauges, type ConsumerGauges } from '../consumer/operations/gauges.js';
import { GATEWAY_MIGRATIONS, pendingMigrations } from '../db/migrate.js';
import type { Pool } from '../db/pool.js';
import { readKept } from '../log/partitions.js';
import type { Metrics } from '../observe/metrics.js';
import { readBacklog } from '../outbox/backlog.js';

/** Milliseconds for one question to the database, once its turn has come, and for which its answer is good. */
const WITHIN = 2_000;
const KEPT = 1_000;

export interface StatusOptions {
  /** Used for nothing else: strangers may reach health and metrics, and what they cause must hold up nobody. */
  readonly pool: Pool;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Sets the metrics that the gateway has in memory. */
  refresh(): void;
}

/** What health and metrics ask of the database, once for all who ask. */
export interface Status {
  readonly pending: SharedAnswer<number>;
  /** All metrics, as text. While the database does not answer, those of it keep their last values. */
  readMetrics(): Promise<string>;
}

export function createStatus({ pool, metrics, log, refresh }: StatusOptions): Status {
  const measured = new SharedAnswer(async () => {
    try {
      const backlog = await pool.askInTurn(readBacklog, WITHIN);
      metrics.outboxBacklog.set(backlog.rows);
      metrics.outboxAge.set(backlog.oldestSeconds);
      metrics.outboxRejectedRows.set(backlog.rejected);
      const kept = await pool.askInTurn(readKept, WITHIN);
      metrics.earliest.set(kept.earliest);
      metrics.keptEvents.set(kept.events);
      metrics.keptBytes.set(kept.bytes);
      showConsumers(metrics, await pool.askInTurn(readConsumerGauges, WITHIN));
    } catch (error) {
      // The rest of the metrics is what an operator needs just then.
      log.warn({ err: error }, 'the outbox, the log and the consumers cannot be measured; their metrics keep their last values');
    }
  }, KEPT);
  return {
    pending: new SharedAnswer(() => pool.askInTurn((sql) => pendingMigrations(sql, GATEWAY_MIGRATIONS), WITHIN), KEPT),
    async readMetrics() {
      refresh();
      await measured.get();
      return metrics.registry.metrics();
    },
  };
}

/** Consumers that are gone lose their labels. */
function showConsumers(metrics: Metrics, consumers: readonly ConsumerGauges[]): void {
  const { consumerLagEvents, consumerLagSeconds, consumerDeadLetters, consumerParked, consumerLost, consumerGateways, consumerStatus } = metrics;
  for (const gauge of [consumerLagEvents, consumerLagSeconds, consumerDeadLetters, consumerParked, consumerLost, consumerGateways, consumerStatus]) gauge.reset();
  for (const { consumer, status, ...of } of consumers) {
    consumerLagEvents.set({ consumer }, of.lagEvents);
    consumerLagSeconds.set({ consumer }, of.lagMs / 1_000);
    consumerDeadLetters.set({ consumer }, of.deadLetters);
    consumerParked.set({ consumer }, of.parked);
    consumerLost.set({ consumer }, of.lost);
    consumerGateways.set({ consumer }, of.gateways);
    for (const [name, count] of Object.entries(status)) consumerStatus.set({ consumer, status: name }, count);
  }
}
