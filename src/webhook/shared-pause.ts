import type { Logger } from 'pino';
import type { Pool } from '../db/pool.js';
import type { Pause } from './circuit-breaker.js';
import { notePause } from './store.js';
import type { Webhook } from './webhook.js';

export interface SharedPauseOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Identifies this gateway: a uuid. */
  readonly gateway: string;
  /** Milliseconds by which the others wait longer: whoever found out tries first, and they learn what came of it before they try. */
  readonly marginMs: number;
}

/** Until when, in milliseconds since 1970: whatever for, and because the endpoint asked. The first is never less. */
interface Times {
  readonly all: number;
  readonly asked: number;
}

const NEVER: Times = { all: 0, asked: 0 };

/**
 * What the gateways know from each other of one endpoint: until when it is left alone, and how much of that it asked for. One row is written
 * when that changes, not for every request: a pause that ends less than the margin later than the one before is the same.
 */
export class SharedPause {
  readonly #options: SharedPauseOptions;
  /** Until when the others wait, as far as this gateway knows. */
  #known = NEVER;
  /** What this gateway has found out: the latest that the endpoint asked for, and the latest for failures. */
  #asked: Pause | null = null;
  #failed: Pause | null = null;
  #telling: Promise<void> | null = null;
  /** Grows whenever all is forgotten: what was told before that is not known any more. */
  #generation = 0;

  constructor(options: SharedPauseOptions) {
    this.#options = options;
  }

  /** This gateway has found out, and goes by that. */
  get isKnown(): boolean {
    return this.#known.all > 0;
  }

  /** The others do not know yet of a pause that this gateway has found out. */
  get isUntold(): boolean {
    return this.#next() !== undefined;
  }

  /** The others wait until then. */
  learn({ until, asked }: Pick<Pause, 'until' | 'asked'>): void {
    this.#known = { all: Math.max(this.#known.all, until), asked: asked ? Math.max(this.#known.asked, until) : this.#known.asked };
  }

  /** This gateway has found it out: it is to be told. */
  find(pause: Pause): void {
    if (pause.asked) this.#asked = later(this.#asked, pause);
    else this.#failed = later(this.#failed, pause);
  }

  /** Nothing is known of the endpoint any more. */
  forget(): void {
    this.#known = NEVER;
    this.#asked = null;
    this.#failed = null;
    this.#generation += 1;
  }

  /** Tells the others what they do not know, once at a time. When that fails, or the webhook was changed meanwhile, it stays untold: ask again. Never throws. */
  tell(webhook: Pick<Webhook, 'id' | 'revision'>): Promise<void> {
    this.#telling ??= this.#tell(webhook).finally(() => {
      this.#telling = null;
    });
    return this.#telling;
  }

  async #tell(webhook: Pick<Webhook, 'id' | 'revision'>): Promise<void> {
    const { pool, log, gateway, marginMs } = this.#options;
    try {
      for (let pause = this.#next(); pause !== undefined; pause = this.#next()) {
        const generation = this.#generation;
        const told = { ...pause, until: pause.until + marginMs };
        if (!(await pool.ask((sql) => notePause(sql, webhook, told, gateway)))) return;
        if (generation === this.#generation) this.learn(told);
      }
    } catch (error) {
      log.warn({ err: error, webhook: webhook.id }, 'other gateways could not be told that an endpoint is to be left alone');
    }
  }

  /** One that lasts and is not told. */
  #next(): Pause | undefined {
    const now = Date.now();
    return [this.#asked, this.#failed].find((pause): pause is Pause => pause !== null && pause.until > now && pause.until > (pause.asked ? this.#known.asked : this.#known.all));
  }
}

function later(one: Pause | null, other: Pause): Pause {
  return one === null || one.until < other.until ? other : one;
}
