import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds. The promise is 99 % within 0.1 s, so the buckets are fine around it. */
const LATENCY = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/** What a gateway counts. A registry of its own, since a process may run several gateways. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    published: new Counter({ registers, name: 'sluice_published_events_total', help: 'Events acknowledged to publishers, by topic; duplicates apart.', labelNames: ['topic', 'result'] }),
    appends: new Counter({ registers, name: 'sluice_appends_total', help: 'CALLs of append that worked.' }),
    appendSeconds: new Histogram({ registers, name: 'sluice_append_seconds', help: 'Time of one CALL of append, with the wait for the head lock.', buckets: LATENCY }),
    appendEvents: new Histogram({ registers, name: 'sluice_append_batch_events', help: 'Events that publishers added in one CALL of append.', buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] }),
    drained: new Counter({ registers, name: 'sluice_outbox_drained_rows_total', help: 'Outbox rows that this gateway moved.' }),
    rejected: new Counter({ registers, name: 'sluice_outbox_rejected_rows_total', help: 'Outbox rows that could not become events; they are in sluice.outbox_rejected.' }),
    publishQueue: new Gauge({ registers, name: 'sluice_publish_queue_events', help: 'Events that wait to be appended.' }),
    outboxBacklog: new Gauge({ registers, name: 'sluice_outbox_backlog_rows', help: 'Committed outbox rows that are not in the log yet (counted up to 10,000).' }),
    outboxAge: new Gauge({ registers, name: 'sluice_outbox_oldest_seconds', help: 'Age of the oldest committed outbox row that is not in the log yet.' }),
    outboxRejectedRows: new Gauge({ registers, name: 'sluice_outbox_rejected_rows', help: 'Rows in sluice.outbox_rejected (counted up to 10,000).' }),
    earliest: new Gauge({ registers, name: 'sluice_earliest_position', help: 'The first position that can still be read.' }),
    keptEvents: new Gauge({ registers, name: 'sluice_log_events', help: 'Events in the log.' }),
    keptBytes: new Gauge({ registers, name: 'sluice_log_bytes', help: 'Size of the log on disk, with indexes.' }),
    droppedPartitions: new Counter({ registers, name: 'sluice_retention_dropped_partitions_total', help: 'Partitions of the log that this gateway dropped.' }),
    retentionRun: new Gauge({ registers, name: 'sluice_retention_last_run_timestamp_seconds', help: 'When this gateway last ran retention to its end; 0: never.' }),
    erasedEvents: new Counter({ registers, name: 'sluice_erased_events_total', help: 'Events whose payload eraseKey removed through this gateway.' }),
    head: new Gauge({ registers, name: 'sluice_head_position', help: 'The last position this gateway has read.' }),
    tailSeconds: new Histogram({ registers, name: 'sluice_tail_delay_seconds', help: 'From recording to this gateway having read the event.', buckets: LATENCY }),
    subscriptions: new Gauge({ registers, name: 'sluice_subscriptions', help: 'Open subscriptions; topic is * for those across topics.', labelNames: ['topic', 'transport'] }),
    deliveries: new Counter({ registers, name: 'sluice_deliveries_total', help: 'Events handed to a subscriber.', labelNames: ['topic', 'transport'] }),
    deliverySeconds: new Histogram({ registers, name: 'sluice_delivery_seconds', help: 'From recording to the event having been handed to the socket.', labelNames: ['topic', 'transport'], buckets: LATENCY }),
    catchUpReads: new Gauge({ registers, name: 'sluice_catch_up_reads', help: 'Subscriptions that are reading the log, not memory, at this moment.' }),
    refusedOperations: new Counter({ registers, name: 'sluice_refused_operations_total', help: 'Operations refused for a limit, the manifest or introspection, before anything of them was executed.', labelNames: ['code'] }),
    cursorErrors: new Counter({ registers, name: 'sluice_cursor_errors_total', help: 'Subscriptions refused or ended for their cursor.', labelNames: ['code'] }),
    authFailures: new Counter({ registers, name: 'sluice_auth_failures_total', help: 'Credentials that were refused, by reason: invalid, expired, revoked, or unavailable when they could not be checked.', labelNames: ['reason'] }),
    authSessions: new Gauge({ registers, name: 'sluice_auth_sessions', help: 'Requests and connections that are open, where callers are told apart.' }),
    revocations: new Gauge({ registers, name: 'sluice_revocations', help: 'Revocations that this gateway has in memory.' }),
    webhookRequests: new Counter({ registers, name: 'sluice_webhook_requests_total', help: 'Requests to endpoints of webhooks, by outcome: delivered, failed, gone (410), or refused (not sent: its address is not allowed).', labelNames: ['outcome'] }),
    webhookSeconds: new Histogram({ registers, name: 'sluice_webhook_seconds', help: 'Time of one such request.', labelNames: ['outcome'], buckets: LATENCY }),
    webhooksHeld: new Gauge({ registers, name: 'sluice_webhook_endpoints_held', help: 'Endpoints of webhooks that this gateway leaves alone at present: they asked for it, or took nothing time after time.' }),
    webhooksStopped: new Counter({ registers, name: 'sluice_webhooks_stopped_total', help: 'Webhooks that this gateway paused or disabled by itself: nothing is sent until somebody resumes them.', labelNames: ['status'] }),
    alertsTold: new Counter({ registers, name: 'sluice_alerts_total', help: 'Alerts that this gateway has moved into the log, from where administrators have them.' }),
    connections: new Gauge({ registers, name: 'sluice_connections', help: 'Open WebSockets.' }),
    refused: new Counter({ registers, name: 'sluice_refused_total', help: 'Requests, streams, sockets and operations refused before anything was executed: host, origin, content_type; invalid, expired or revoked credentials; storage (a credential that could not be verified); connections_per_address, connections_per_principal, operations_per_socket, operation_bytes.', labelNames: ['transport', 'reason'] }),
    sessionsEnded: new Counter({ registers, name: 'sluice_sessions_ended_total', help: 'WebSockets and event streams that were closed because their token expired or was revoked.', labelNames: ['reason'] }),
    consumerEvents: new Counter({ registers, name: 'sluice_consumer_events_total', help: 'What became of the events of consumers on this gateway: delivered; skipped; failed (attempts); dead (given up).', labelNames: ['consumer', 'result'] }),
    consumerSeconds: new Histogram({ registers, name: 'sluice_consumer_delay_seconds', help: 'From recording to the effect having been committed.', labelNames: ['consumer'], buckets: LATENCY }),
    consumerBatchSeconds: new Histogram({ registers, name: 'sluice_consumer_batch_seconds', help: 'Time of one batch, with its commit.', labelNames: ['consumer'], buckets: LATENCY }),
    consumerRedone: new Counter({ registers, name: 'sluice_consumer_batches_redone_total', help: 'Batches that came to nothing and were done again: fenced (another gateway has the slot, or it was reset); unavailable (the database, or others\' locks); failed.', labelNames: ['consumer', 'reason'] }),
    referenceSeconds: new Histogram({ registers, name: 'sluice_reference_seconds', help: 'Time of one lookup of reference data.', labelNames: ['entity'], buckets: LATENCY }),
    referenceCacheHits: new Counter({ registers, name: 'sluice_reference_cache_hits_total', help: 'Reference data served from memory.', labelNames: ['entity'] }),
    referenceCacheMisses: new Counter({ registers, name: 'sluice_reference_cache_misses_total', help: 'Reference data not served from memory: absent; ahead (the reader knows later events than this gateway has read); joined a lookup under way.', labelNames: ['entity', 'reason'] }),
    referenceCacheDrops: new Counter({ registers, name: 'sluice_reference_cache_drops_total', help: 'Reference data that left memory: invalidated by an event; expired (ttl); evicted for want of room; refused, since an event came during its lookup.', labelNames: ['entity', 'reason'] }),
    referenceCacheAge: new Histogram({ registers, name: 'sluice_reference_cache_age_seconds', help: 'Time since the lookup of what was served from memory.', labelNames: ['entity'], buckets: [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400] }),
    referenceCacheEntries: new Gauge({ registers, name: 'sluice_reference_cache_entries', help: 'Lookups of reference data kept in memory.' }),
    referenceCacheBytes: new Gauge({ registers, name: 'sluice_reference_cache_bytes', help: 'Memory of reference data that is kept, by estimate.' }),
    referenceKeys: new Counter({ registers, name: 'sluice_reference_keys_total', help: 'Keys looked up in reference data.', labelNames: ['entity', 'result'] }),
    consumerLagEvents: new Gauge({ registers, name: 'sluice_consumer_lag_events', help: 'Events that the consumer has before it; while no gateway works for it, counted in the last 100,001 of the log. The first 200 consumers have labels, the rest is * together.', labelNames: ['consumer'] }),
    consumerLagSeconds: new Gauge({ registers, name: 'sluice_consumer_lag_seconds', help: 'Time since the oldest of these events was recorded; of * the longest.', labelNames: ['consumer'] }),
    consumerDeadLetters: new Gauge({ registers, name: 'sluice_consumer_dead_letters', help: 'Events that the consumer gave up on, until somebody replays or discards them.', labelNames: ['consumer'] }),
    consumerParked: new Gauge({ registers, name: 'sluice_consumer_parked_events', help: 'Events that wait for another attempt, or behind one of their key that does.', labelNames: ['consumer'] }),
    consumerLost: new Gauge({ registers, name: 'sluice_consumer_lost_events', help: 'Events that retention took before the consumer came to them, since its last reset.', labelNames: ['consumer'] }),
    consumerGateways: new Gauge({ registers, name: 'sluice_consumer_gateways', help: 'Gateways that work for the consumer.', labelNames: ['consumer'] }),
    consumerStatus: new Gauge({ registers, name: 'sluice_consumer_status', help: '1 for the status that the consumer has: running, paused, lagged or done; of * how many have it.', labelNames: ['consumer', 'status'] }),
  };
}

/** Counts what a reference cache tells. Labels are looked up once for each entity: a hit happens for every event. */
export function observeReferenceCache(metrics: Metrics) {
  const hits = new Map<string, { readonly count: Counter.Internal; readonly age: Histogram.Internal<string> }>();
  return {
    served(entity: string, ageMs: number): void {
      let own = hits.get(entity);
      if (own === undefined) hits.set(entity, (own = { count: metrics.referenceCacheHits.labels({ entity }), age: metrics.referenceCacheAge.labels({ entity }) }));
      own.count.inc();
      own.age.observe(ageMs / 1_000);
    },
    missed: (entity: string, reason: string): void => metrics.referenceCacheMisses.inc({ entity, reason }),
    dropped: (entity: string, reason: string): void => metrics.referenceCacheDrops.inc({ entity, reason }),
  };
}
