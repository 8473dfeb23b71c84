import { setMaxListeners } from 'node:events';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import { Bell, settled } from '../base/signal.js';
import type { Pool } from '../db/pool.js';
import type { LogEvent, NewEvent } from '../event/event.js';
import type { EventModel } from '../event/model.js';
import { erasureOf } from '../event/internal.js';
import type { Hub } from '../hub/hub.js';
import type { BatchLoaders } from '../reference/loaders.js';
import type { LogReader } from '../stream/log-reader.js';
import type { MakeEvent } from './attempt.js';
import { atLeastOnce } from './delivery/at-least-once.js';
import { atMostOnce } from './delivery/at-most-once.js';
import type { Deliver, DeliverOptions } from './delivery/deliver.js';
import { exactlyOnce } from './delivery/exactly-once.js';
import { idleInterval } from './idle-checkpoints.js';
import { Pace } from './pace.js';
import { Runner } from './runner.js';
import type { ConsumerObserver } from './runner-options.js';
import type { Sessions } from '../db/sessions.js';
import type { ConsumerSpec } from './spec.js';
import { beat, leave, register, type Control } from './store/consumers.js';
import { eraseParked } from './store/parked.js';

export interface ConsumersOptions {
  readonly gatewayId: string;
  /** Short questions about leases and slots. */
  readonly pool: Pool;
  /** What batches commit through, with the settings of `consumerSession`. */
  readonly sessions: Sessions;
  /** What handlers get as `db`. */
  readonly db: PostgresJsDatabase;
  readonly hub: Hub;
  readonly reader: LogReader;
  readonly log: Logger;
  readonly observer: ConsumerObserver;
  readonly makeEvent: MakeEvent;
  readonly references: EventModel['references'];
  /** Publishes events once for each (tenant, key), and resolves when they are durable; waits for room until `signal` aborts. */
  publish(tenant: string, key: string, events: readonly NewEvent[], signal: AbortSignal): Promise<void>;
  /** Reference data as of a position. */
  loaders(at: { readonly epoch: string; readonly position: number }): BatchLoaders;
  /** What was emitted is in the outbox: have it moved. */
  drain(): void;
  /** Milliseconds after which the slots of a gateway that gives no sign of life are taken by others. It gives ten in that time. */
  readonly leaseMs: number;
}

/** Milliseconds that a stop leaves to batches under way. */
const STOP_GRACE = 5_000;

/** Session settings of the connections that batches commit through: a frozen gateway's transaction ends with its lease. */
export function consumerSession(leaseMs: number): Readonly<Record<string, string>> {
  return { idle_in_transaction_session_timeout: String(leaseMs), default_transaction_isolation: 'read committed' };
}

/**
 * The consumers of this gateway. They share their slots with those of other gateways by what is in the database: each gateway says
 * that it lives (a lease), and takes the slots that are its share, once nobody else has them.
 */
export class Consumers {
  readonly #options: ConsumersOptions;
  readonly #specs = new Map<string, ConsumerSpec>();
  readonly #runners = new Map<string, Runner>();
  readonly #bell = new Bell();
  readonly #stopping = new AbortController();
  /** What each consumer is at because of the last signs of life: one thing at a time. It never rejects. */
  readonly #controls = new Map<string, Promise<void>>();
  /** Consumers whose last control failed. */
  readonly #troubled = new Set<string>();
  #running: Promise<void> | undefined;
  #failing = false;

  constructor(options: ConsumersOptions) {
    this.#options = options;
    options.hub.epochs.onChange(() => {
      // The log was restored or cut off, and the checkpoints with it.
      for (const runner of this.#runners.values()) runner.forget();
      this.#bell.ring();
    });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Adds a consumer, or replaces the one of the same name. It works from the next sign of life on, which is at once. */
  async add(spec: ConsumerSpec): Promise<void> {
    await this.remove(spec.name);
    await this.#options.pool.ask((sql) => register(sql, spec, this.#options.gatewayId));
    this.#specs.set(spec.name, spec);
    this.#runners.set(spec.name, this.#createRunner(spec, { dryRun: false, endPosition: null }));
    this.#bell.ring();
  }

  /** Ends its work on this gateway. What it has in the database stays. */
  async remove(name: string): Promise<void> {
    const runner = this.#runners.get(name);
    this.#specs.delete(name);
    this.#runners.delete(name);
    this.#troubled.delete(name);
    if (runner === undefined) return;
    await runner.stop(STOP_GRACE);
    await this.#options.pool.ask((sql) => leave(sql, this.#options.gatewayId, [name]));
  }

  /** Something was decided about a consumer: it is looked at now rather than with the next sign of life. */
  hint(): void {
    this.#bell.ring();
  }

  /** In log order, from the hub. */
  apply(event: LogEvent): void {
    const erasure = erasureOf(event);
    if (erasure !== null) void this.#erase(erasure);
  }

  /** Ends all batches (those under way have 5 s, then their attempts are aborted) and frees the slots. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#bell.ring();
    await this.#running;
    const names = [...this.#runners.keys()];
    // A database that does not answer holds nothing up.
    const limit = setTimeout(() => this.#options.sessions.end(), STOP_GRACE + 1_000);
    const stopped = await Promise.allSettled([...[...this.#runners.values()].map((runner) => runner.stop(STOP_GRACE)), ...this.#controls.values()]);
    clearTimeout(limit);
    this.#options.sessions.end();
    // All have ended by now. Who is no member has no slots.
    const [left] = await Promise.allSettled([this.#options.pool.ask((sql) => leave(sql, this.#options.gatewayId, names))]);
    for (const each of [left, ...stopped]) if (each.status === 'rejected') this.#options.log.warn({ err: each.reason as unknown }, 'the slots of consumers may be free only when the lease expires');
  }

  async #run(): Promise<void> {
    const { leaseMs, log } = this.#options;
    const beatMs = leaseMs / 10;
    let beaten = performance.now();
    while (!this.#stopping.signal.aborted) {
      try {
        // It was frozen, or without the database. Others may have the slots by now; effects outside need not go on.
        if (performance.now() - beaten > leaseMs) for (const runner of this.#runners.values()) runner.forget();
        const controls = await this.#beat();
        // Whatever becomes of one of them: the leases of all are good.
        beaten = performance.now();
        await settled(Promise.all(this.#control(controls)), beatMs);
        if (this.#failing) log.info('consumers work again');
        this.#failing = false;
      } catch (error) {
        if (!this.#failing && !this.#stopping.signal.aborted) log.warn({ err: error }, 'consumers cannot renew their leases; trying again');
        this.#failing = true;
      }
      await this.#bell.wait(beatMs);
    }
  }

  async #beat(): Promise<readonly Control[]> {
    const { pool, gatewayId, leaseMs } = this.#options;
    const runners = [...this.#runners.values()];
    return runners.length === 0 ? [] : await pool.ask((sql) => beat(sql, gatewayId, leaseMs, runners.map((runner) => runner.beat())));
  }

  /** Has each do what was decided about it. One that fails, or takes its time, holds up no other, nor the next sign of life. */
  #control(decided: readonly Control[]): readonly Promise<void>[] {
    const controls = new Map(decided.map((each) => [each.name, each]));
    for (const control of controls.values()) if (control.forkOf !== null) this.#addFork(control, control.forkOf);
    for (const [name, runner] of this.#runners) {
      if (this.#controls.has(name)) continue;
      const control = controls.get(name);
      if (control !== undefined) this.#follow(name, runner.control(control));
      // A fork that is no more.
      else if (!this.#specs.has(name)) this.#follow(name, this.remove(name));
    }
    return [...this.#controls.values()];
  }

  #follow(name: string, work: Promise<void>): void {
    const { log } = this.#options;
    const followed = work.then(
      () => {
        if (this.#troubled.delete(name)) log.info({ consumer: name }, 'a consumer works again');
      },
      (error: unknown) => {
        // Said once: it is tried again with every sign of life.
        if (!this.#troubled.has(name) && !this.#stopping.signal.aborted) log.warn({ err: error, consumer: name }, 'a consumer could not take its slots or learn of its parked events; trying again');
        this.#troubled.add(name);
      },
    ).finally(() => this.#controls.delete(name));
    this.#controls.set(name, followed);
  }

  /** A fork runs what its consumer runs, with its effects taken back. */
  #addFork({ name, endPosition }: Control, of: string): void {
    const spec = this.#specs.get(of);
    if (spec === undefined || this.#runners.has(name)) return;
    this.#runners.set(name, this.#createRunner({ ...spec, name }, { dryRun: true, endPosition }));
    this.#bell.ring();
  }

  #createRunner(spec: ConsumerSpec, { dryRun, endPosition }: { readonly dryRun: boolean; readonly endPosition: number | null }): Runner {
    const { gatewayId, pool, sessions, db, hub, reader, log, observer, makeEvent, references, publish, leaseMs } = this.#options;
    const aborting = new AbortController();
    // One for each batch under way: Node takes more than ten for a leak.
    setMaxListeners(spec.partitions + 1, aborting.signal);
    const deliverOptions: DeliverOptions = {
      spec, dryRun, sessions, db, log: log.child({ consumer: spec.name }), makeEvent, references, publish, leaseMs, pace: new Pace(),
      loaders: (items) => this.#options.loaders({ epoch: hub.epochs.present, position: Math.max(0, ...items.map(({ event }) => event.position)) }),
    };
    return new Runner({
      spec, endPosition, gatewayId, pool, hub, reader, log, observer, deliver: createDeliver(deliverOptions), deliverOptions, aborting,
      idleInterval: () => idleInterval(this.#runners.size), onEmitted: () => this.#options.drain(),
    });
  }

  /** What was parked has been erased with the log. Batches under way may park an event that they read before that: once more when they are done. */
  async #erase(erasure: Parameters<typeof eraseParked>[1]): Promise<void> {
    try {
      for (const runner of this.#runners.values()) runner.erase(erasure);
      await Promise.all([...this.#runners.values()].map((runner) => runner.idle()));
      await this.#options.pool.ask((sql) => eraseParked(sql, erasure));
    } catch (error) {
      this.#options.log.error({ err: error, topic: erasure.topic }, 'payloads of an erased key may be left among parked events: erase it again');
    }
  }
}

function createDeliver(options: DeliverOptions): Deliver {
  if (options.spec.delivery === 'exactly-once' || options.dryRun) return (batch) => exactlyOnce(options, batch);
  if (options.spec.delivery === 'at-least-once') return (batch) => atLeastOnce(options, batch);
  return (batch) => atMostOnce(options, batch);
}
