import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { openAuth, type Auth } from './auth/auth.js';
import { createAuth } from './auth/create-auth.js';
import { Lookups } from './auth/lookups.js';
import type { AuthOptions } from './auth/options.js';
import { DEFAULT_TENANT } from './auth/principal.js';
import { ConsumerOperations } from './consumer/operations.js';
import { checkServer, LOG_SESSION } from './db/connect.js';
import { listen, type Listener } from './db/listen.js';
import { GATEWAY_MIGRATIONS, migrate } from './db/migrate.js';
import { Pool } from './db/pool.js';
import { tellAlerts } from './log/alerts.js';
import { append } from './log/append.js';
import { Epochs } from './log/epoch.js';
import { GroupCommit } from './log/group-commit.js';
import { maintain } from './log/maintain.js';
import { expiredPartitions } from './log/partitions.js';
import { Retention, RETENTION_SESSION } from './log/retention.js';
import { registerTypes } from './log/types.js';
import { sayRejected } from './outbox/backlog.js';
import type { Transaction } from './outbox/write.js';
import { OutboxPoller } from './outbox/poll.js';
import { Hub } from './hub/hub.js';
import { createReferences, referenceConnections } from './reference/loaders.js';
import { mapEntities, tenancyWarnings } from './reference/table-mapping.js';
import { createTurns, LogReader } from './stream/log-reader.js';
import type { Consumers } from './consumer/consumers.js';
import { readProcessors } from './consumer/processor.js';
import { createAccess } from './graphql/access/access.js';
import type { Application } from './graphql/application.js';
import { createConsumers, type ConsumerSettings } from './graphql/consumers.js';
import type { EventOptions } from './graphql/context.js';
import { Credentials } from './graphql/credentials.js';
import { openDatabase } from './db/application.js';
import { checkComputed } from './graphql/computed.js';
import { deriveSchema } from './graphql/derive/derive.js';
import { loadSources } from './graphql/derive/sources.js';
import { createExecutableSchema } from './graphql/executable.js';
import { Eraser, type EraseResult } from './graphql/eraser.js';
import { Admission } from './graphql/limits/admission.js';
import { DEFAULT_LIMITS, type Limits } from './graphql/limits/limits.js';
import type { PersistedOperations } from './graphql/limits/persisted.js';
import { Rates } from './graphql/limits/rates.js';
import { maintainApplication } from './graphql/maintain.js';
import { Publisher } from './graphql/publisher.js';
import type { Runtime } from './graphql/runtime.js';
import { createOpenReading } from './graphql/webhook-reading.js';
import { createWebhooks, type WebhookSettings } from './graphql/webhooks.js';
import { createMetrics, observeReferenceCache, type Metrics } from './observe/metrics.js';
import { settled } from './base/signal.js';
import { Connections } from './wire/connections.js';
import { Door } from './wire/door.js';
import { Drain } from './wire/drain.js';
import { HttpServer } from './wire/http.js';
import { DEFAULT_WIRE_LIMITS, type WireLimits } from './wire/limits.js';
import { Operations } from './wire/operations.js';
import { createOriginPolicy } from './wire/origins.js';
import { createStatus } from './wire/status.js';
import { WebSockets } from './wire/websocket.js';
import { createGatewayYoga } from './wire/yoga.js';

/** Name of the cookie in which browsers may bring a token. */
const COOKIE = 'sluice_token';
/** Outbox rows that one append moves at most. */
const DRAIN_LIMIT = 1_000;
/** Payload characters that may wait to be appended. */
const QUEUE_BYTES = 64 * 1024 * 1024;
/** Milliseconds after which one CALL counts as lost; it waits for the head lock among all gateways. */
const APPEND_WITHIN = 10_000;
/** Milliseconds for which an append is tried again while the database is away. */
const APPEND_PATIENCE = 15_000;
/** Milliseconds that looking at the tables of reference data may take at the start. */
const MAPPED_WITHIN = 30_000;

export interface GatewayOptions {
  readonly databaseUrl: string;
  readonly application: Application;
  readonly log: Logger;
  /** How callers are told apart; or an `Auth` of one's own that tells. */
  readonly auth: AuthOptions | Auth;
  /**
   * Origins of pages that may use it besides its own, as browsers write them: `https://shop.example.com`. Default: none; without
   * authentication, on loopback, every loopback origin.
   */
  readonly origins?: readonly string[];
  /** Proxies in front that append to `X-Forwarded-For`: by it, addresses are told apart. Default 0. */
  readonly trustProxy?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 chooses a free one. Default 4000. */
  readonly port?: number;
  /** What one peer may take. Default: src/wire/limits.ts. */
  readonly wireLimits?: Partial<WireLimits>;
  /** Milliseconds that an idempotency key stands for its call. Default 24 h. */
  readonly idempotencyWindow?: number;
  /** Recent events kept in memory, and their payload characters. Default 10,000 and 64 MiB. */
  readonly ringEvents?: number;
  readonly ringBytes?: number;
  /** Milliseconds between looks into the outbox by the elected gateway. Default 20. */
  readonly pollInterval?: number;
  /** Milliseconds between the cursors a quiet subscription is given. Default 15 s. */
  readonly checkpointInterval?: number;
  /** Whether NOTIFY is used; without it events arrive at polling latency. Default true. */
  readonly notify?: boolean;
  /** Connections of the application's pool. Default 10. */
  readonly poolSize?: number;
  /** Milliseconds that a statement of that pool waits for a row lock before the call is refused with `OVERLOADED`. Default 5 s. */
  readonly lockTimeout?: number;
  /** Positions per partition of the log; takes effect with the next partition. Default 1,000,000. */
  readonly partitionSize?: number;
  /** Events that may wait to be appended before publishes are refused with `OVERLOADED`. Default 10,000. */
  readonly publishQueueEvents?: number;
  /** Lookups of reference data kept for further events, and their bytes by estimate; 0 entries keeps none. Default 50,000 and 64 MiB. */
  readonly referenceCacheEntries?: number;
  readonly referenceCacheBytes?: number;
  /** What one caller or document may take; those left out have the defaults of docs/limits.md. */
  readonly limits?: Partial<Limits>;
  /** Whether everybody may ask for the schema: introspection, GraphiQL, suggestions in messages. Default true. */
  readonly introspection?: boolean;
  /** Operations that are known beforehand, from `readManifest`; with `only`, no others are executed, but for `sluice:admin`. */
  readonly persisted?: { readonly operations: PersistedOperations; readonly only: boolean };
  /** What runs the application's processors, and webhooks. */
  readonly consumers?: ConsumerSettings;
  /** What limits the log. Default: nothing; events are kept for ever. */
  readonly retention?: RetentionLimits;
  /** Where webhooks may be sent to, and for how long they may fail. */
  readonly webhooks?: WebhookSettings;
}

/** The oldest partitions of the log are dropped past either limit, never the one that is written to. See docs/decisions/0016. */
export interface RetentionLimits {
  /** Milliseconds: a partition is dropped when its last event is older. */
  readonly age?: number | null;
  /** Bytes that the log may have on disk, with indexes. */
  readonly size?: number | null;
  /** Milliseconds for which an event stays in any case. Below 30 s, a publish whose answer was lost may be stored twice. Default 60 s. */
  readonly keep?: number;
  /** Milliseconds between two rounds. Default 5 s. */
  readonly interval?: number;
}

export interface Gateway {
  /** Where it serves: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Tells who calls, also for what the program around the gateway serves by itself. */
  readonly auth: Auth;
  /**
   * Writes an event into the outbox in a drizzle transaction of the caller's, as `GatewayContext.publish` does for
   * resolvers. `Events` maps event types to inputs: code generation writes it. The gateway finds the row by itself.
   */
  publish<Events extends object = Record<string, object>, Type extends keyof Events & string = keyof Events & string>(
    tx: Transaction, type: Type, data: Events[Type], options?: EventOptions,
  ): Promise<string>;
  /**
   * Erases the payloads of every event that a key has in a topic; they keep their places. Default tenant: `default`. Resolves when
   * nothing of the key can be read any more; what is published under it meanwhile is kept. The topic may have left the schema.
   * Errors: `BAD_USER_INPUT`; `OVERLOADED` when the outbox stays full, or the driver's own when the database is away or somebody
   * else holds rows of the key (55P03): repeat it.
   */
  eraseKey(what: { readonly topic: string; readonly key: string; readonly tenant?: string; readonly reason?: string }): Promise<EraseResult>;
  /**
   * Drains: sends clients away with a code that brings them back, finishes what was taken, closes. Clients have `ms`
   * (10 s); a database that does not answer then costs up to 6 s more.
   */
  stop(ms?: number): Promise<void>;
}

/** Starts a gateway: everything it runs, in the order in which each part needs the one before; stop goes back the same way. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { databaseUrl: url, application, log } = options;
  const notify = options.notify ?? true;
  const idempotencyWindow = options.idempotencyWindow ?? 24 * 60 * 60 * 1_000;
  const checkpointInterval = options.checkpointInterval ?? 15_000;
  const host = options.host ?? '127.0.0.1';
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const persistedOnly = options.persisted?.only ?? false;
  const introspection = (options.introspection ?? true) && !persistedOnly;
  const gatewayId = randomUUID();
  const parts: Parts = { consumers: undefined, writer: undefined, loops: [], pools: [] };
  const renewable = (name: string, max: number, settings: Readonly<Record<string, string>> = {}): Pool => {
    const opened = new Pool({ url, max, name: `sluice ${name}`, settings: { ...LOG_SESSION, ...settings } }, (error) => log.debug({ err: error }, 'an old connection did not close cleanly'));
    parts.pools.push(() => opened.end());
    return opened;
  };

  try {
    const derived = deriveSchema(await loadSources(application.schema));
    for (const warning of derived.warnings) log.warn(warning);
    checkComputed(derived.typeDefs, application.resolvers);
    const { model } = derived;
    const processors = readProcessors(application.processors ?? [], model);
    const metrics = createMetrics();
    const drain = new Drain();
    const given = options.auth === 'none' ? openAuth : options.auth;
    const settings = 'authenticate' in given ? null : given;

    const control = renewable('control', 3);
    const lookups = new Lookups(renewable('auth', 2));
    const identity = settings === null ? null : createAuth({ settings, pool: control, lookups, log, metrics });
    await control.ask(checkServer, 10_000);
    await migrate(url, [GATEWAY_MIGRATIONS, ...application.migrations]);
    await control.ask((sql) => registerTypes(sql, model));
    const { partitionSize } = options;
    if (partitionSize !== undefined) await control.ask((sql) => sql`UPDATE sluice.log SET partition_size = ${partitionSize}`);
    const epochs = new Epochs(control);
    await epochs.check();
    const ofTheLog = [maintain({ pool: control, log, idempotencyWindow }), tellAlerts({ pool: control, log, notify, onTold: (count) => metrics.alertsTold.inc(count) })];
    parts.loops.push(...ofTheLog.map((loop) => () => loop.stop()));
    const { age = null, size = null, ...pace } = options.retention ?? {};
    // What a retention that was turned off has left half done is finished, too.
    if (age !== null || size !== null || (await control.ask(expiredPartitions)).length > 0) {
      const retention = new Retention({
        pool: renewable('retention', 1, RETENTION_SESSION), log, gatewayId, age, size, ...pace,
        onRound(dropped) {
          metrics.droppedPartitions.inc(dropped);
          metrics.retentionRun.setToCurrentTime();
        },
      });
      parts.loops.push(() => retention.stop());
    }

    const referencePool = new Pool(referenceConnections({ url }), (error) => log.debug({ err: error }, 'an old connection did not close cleanly'));
    parts.pools.push(() => referencePool.end());
    const mappings = await referencePool.ask((sql) => mapEntities(sql, model, Object.keys(application.loaders)), MAPPED_WITHIN);
    // Where nobody is told apart there is one tenant, which sees them.
    if (options.auth !== 'none') for (const warning of tenancyWarnings(mappings)) log.warn(warning);
    const references = createReferences({
      pool: referencePool, model, mappings, loaders: application.loaders,
      cache: { maxEntries: options.referenceCacheEntries ?? 50_000, maxBytes: options.referenceCacheBytes ?? 64 * 1024 * 1024, observer: observeReferenceCache(metrics) },
      observe: (seen) => {
        metrics.referenceSeconds.observe({ entity: seen.entity }, seen.ms / 1_000);
        metrics.referenceKeys.inc({ entity: seen.entity, result: 'failed' }, seen.failed);
        metrics.referenceKeys.inc({ entity: seen.entity, result: 'answered' }, seen.keys - seen.failed);
      },
    });

    let consumers: Consumers | undefined;
    const hub = new Hub({
      pool: renewable('tail', 1), epochs, log,
      ring: { maxEvents: options.ringEvents ?? 10_000, maxBytes: options.ringBytes ?? 64 * 1024 * 1024 },
      wakeEvery: checkpointInterval / 4,
      ...(notify ? {} : { pollInterval: options.pollInterval ?? 20 }),
      onReset(position, epoch) {
        references.reset(position, epoch);
        identity?.reset();
      },
      onEvent: (event) => {
        references.apply(event);
        identity?.apply(event);
        consumers?.apply(event);
        metrics.head.set(event.position);
        metrics.tailSeconds.observe(Math.max(0, Date.now() - event.recordedAt.getTime()) / 1_000);
      },
    });
    await hub.start();
    parts.loops.push(() => hub.stop());
    metrics.head.set(hub.head);
    if (identity !== null) {
      parts.loops.push(() => identity.stop());
      // After the hub's head is fixed: what is revoked later comes as an event.
      await identity.start();
    }

    const appendPool = renewable('append', 1);
    const groupCommit = new GroupCommit({
      append: (calls, { repeated }) => appendPool.ask((sql) => append(sql, calls, { drainLimit: DRAIN_LIMIT, notify, repeated, idempotencyWindow }), APPEND_WITHIN),
      onAppended(result, events, ms) {
        metrics.appends.inc();
        metrics.appendSeconds.observe(ms / 1_000);
        if (events > 0) metrics.appendEvents.observe(events);
        metrics.drained.inc(result.drained);
        metrics.rejected.inc(result.rejected);
        if (result.rejected > 0) sayRejected(control, result.rejected, log);
        hub.hint(result.head);
        if (result.drained >= DRAIN_LIMIT) groupCommit.drain();
      },
      log, queueEvents: options.publishQueueEvents ?? 10_000, queueBytes: QUEUE_BYTES, patience: APPEND_PATIENCE,
    });
    parts.writer = () => groupCommit.stop();
    const poller = new OutboxPoller({ pool: control, log, gatewayId, interval: options.pollInterval ?? 20, onRows: () => groupCommit.drain() });
    parts.loops.push(() => poller.stop());
    let listener: Listener | undefined;
    if (notify) {
      const started = listen({ url, pool: control, log, onHint: (position) => hub.hint(position), onListening: () => hub.suspect() });
      listener = started;
      parts.loops.push(() => started.stop());
    }

    const publisher = new Publisher({ model, schema: () => schema, groupCommit, epochs, log });
    const eraser = new Eraser({ model, pool: control, hub, groupCommit, notify, onErased: (events) => metrics.erasedEvents.inc(events) });
    const credentials = new Credentials({ pool: control, lookups, hub, notify, maxTokenLife: settings?.maxTokenLife, jwt: settings?.jwt ?? null });
    const hooks = createWebhooks({ settings: options.webhooks, name: application.name, pool: control, gateway: gatewayId, hub, metrics, log, consumers: () => consumers, open: (what) => openReading(what) });
    const database = openDatabase({ url, poolSize: options.poolSize ?? 10, lockTimeout: options.lockTimeout ?? 5_000, pool: control, log });
    parts.pools.push(() => Promise.resolve(database.end()));
    const runtime: Runtime = {
      model, access: createAccess(derived.typeDefs, model, application), hub, publisher, eraser, credentials, consumers: new ConsumerOperations(control, epochs), webhooks: hooks.webhooks, references, metrics, log,
      rates: new Rates(limits),
      reader: new LogReader(renewable('read', limits.catchUpReads), (change) => metrics.catchUpReads.inc(change), createTurns(limits.catchUpReads, limits.catchUpReadsPerPrincipal)),
      db: database.db,
      drain: () => groupCommit.drained(),
      stopping: drain.signal,
      checkpointInterval,
    };
    const upkeep = maintainApplication({ application, db: runtime.db, log, idempotencyWindow });
    if (upkeep !== null) parts.loops.push(() => upkeep.stop());
    const schema = createExecutableSchema(runtime, derived.typeDefs, application.resolvers);
    const { run = true, leaseMs, poolSize } = options.consumers ?? {};
    if (run) {
      const started = createConsumers({
        model, schema: () => schema, gatewayId, pool: control, readPool: renewable('consumer read', 2), url, poolSize,
        db: runtime.db, hub, references, groupCommit, metrics, log, leaseMs,
      });
      consumers = started;
      parts.consumers = () => hooks.stop().then(() => started.stop());
      for (const processor of processors) await started.add(processor);
      started.start();
    }

    const auth = identity ?? (given as Auth);
    const cookie = settings?.cookie === undefined ? COOKIE : settings.cookie;
    const wireLimits: WireLimits = { ...DEFAULT_WIRE_LIMITS, ...options.wireLimits };
    const door = new Door({
      auth, cookie, limits: wireLimits, metrics, log, connections: new Connections(wireLimits, options.trustProxy ?? 0),
      origins: createOriginPolicy({ origins: options.origins ?? [], host, open: !auth.required }),
    });
    const admission = new Admission({ limits, schema, model, rates: runtime.rates, log, onRefused: (code) => metrics.refusedOperations.inc({ code }), introspection, persisted: options.persisted?.operations ?? null, persistedOnly });
    const openReading = createOpenReading({ runtime, schema, admission, open: options.auth === 'none' });
    parts.loops.push(() => hooks.close());
    hooks.start();
    const yoga = createGatewayYoga({ schema, runtime, drain, admission, limits, introspection, welcome: model.types.has('FormSubmitted') });
    const sockets = new WebSockets({ operations: new Operations(yoga, admission), drain, door, metrics, log });
    const status = createStatus({
      pool: renewable('status', 1), metrics, log,
      refresh() {
        metrics.publishQueue.set(groupCommit.depth);
        const held = identity?.sizes();
        metrics.authSessions.set(held?.sessions ?? 0);
        metrics.revocations.set(held?.revocations ?? 0);
        const kept = references.kept();
        metrics.referenceCacheEntries.set(kept.entries);
        metrics.referenceCacheBytes.set(kept.bytes);
      },
    });
    const server = new HttpServer({
      host, port: options.port ?? 4_000, application: application.name, graphiql: introspection, yoga, sockets, door, limits: wireLimits, drain, log,
      health: { pending: status.pending, drain, listenProblem: () => listener?.problem() ?? null, tailProblem: () => hub.problem() },
      metrics: { contentType: metrics.registry.contentType, read: status.readMetrics },
    });
    const port = await server.listen();
    let stopped: Promise<void> | undefined;
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      port,
      metrics,
      auth,
      publish: (tx, type, data, eventOptions) => publisher.publishInTransaction(tx, { tenant: DEFAULT_TENANT, traceparent: null }, type, data as object, eventOptions),
      eraseKey: ({ tenant = DEFAULT_TENANT, ...what }) => drain.track(eraser.erase({ tenant, ...what })),
      stop: (ms = 10_000) => (stopped ??= (async () => {
        drain.begin();
        const began = performance.now();
        await server.close(ms);
        await drain.idle(Math.max(0, ms - (performance.now() - began)));
        await shutDown(parts);
      })()),
    };
  } catch (error) {
    await shutDown(parts);
    throw error;
  }
}

/** What runs, by how it ends. */
interface Parts {
  /** End what they have under way, and write it: they need all the rest. */
  consumers: (() => Promise<void>) | undefined;
  /** Finishes what it was given; needs its pool. */
  writer: (() => Promise<void>) | undefined;
  /** Stop at once, unless they wait for the database. */
  readonly loops: (() => Promise<void>)[];
  /** Fail whatever still waits for them. */
  readonly pools: (() => Promise<void>)[];
}

/** Milliseconds for the loops to end by themselves. */
const LOOP_GRACE = 1_000;

/** Writes what was taken, ends the loops together, then the pools: a database that does not answer holds nothing up. */
async function shutDown({ consumers, writer, loops, pools }: Parts): Promise<void> {
  await consumers?.();
  await writer?.();
  const ended = Promise.all(loops.map((stop) => stop()));
  await settled(ended, LOOP_GRACE);
  await Promise.all(pools.map((end) => end()));
  await ended;
}
