import type { Logger } from 'pino';
import type { Pool } from '../db/pool.js';
import type { Epochs } from '../log/epoch.js';
import type { LogEvent } from '../event/event.js';
import { erasureOf } from '../event/internal.js';
import { readAfter, readHead } from '../log/read.js';
import { Bell, pause } from '../base/signal.js';
import { Ring } from './ring.js';

/** Milliseconds: how often the log is read although nothing was said; the bound on latency without NOTIFY hints. */
const SAFETY_POLL = 1_000;
/** Milliseconds before the log is read again where it and its epochs do not fit together. */
const ELSEWHERE = 100;
/** Milliseconds between two notes of the head in the database, see `Epochs.remember`. */
const REMEMBER_EVERY = 5_000;

export interface HubOptions {
  readonly pool: Pool;
  readonly epochs: Epochs;
  readonly log: Logger;
  readonly ring: { readonly maxEvents: number; readonly maxBytes: number };
  /** Milliseconds between reads when nothing is said; lower it when NOTIFY is off. Default 1,000. */
  readonly pollInterval?: number;
  /** Milliseconds after which those who wait are woken although nothing came, so that they can say how far they are. */
  readonly wakeEvery: number;
  /** Told of every event, in log order, before any reader can have it from the ring. */
  onEvent?(event: LogEvent): void;
  /** Told when the ring begins anew after this position: at the start, and whenever what follows is not what was read next. */
  onReset?(position: number, epoch: string): void;
}

/**
 * One tail of the log per gateway: it keeps the ring of recent events, and wakes those who wait for more. Readers pull
 * from it; it holds nothing for any of them.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #ring: Ring;
  readonly #bell = new Bell();
  readonly #waiting = new Set<() => void>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #waker: NodeJS.Timeout | undefined;
  /** The furthest that was hinted at since the last read began. Infinite: something may have happened, nobody knows where. */
  #hinted = 0;
  /** The database may not be what it was; compare before believing it. */
  #suspect = false;
  #problem: string | null = 'the log has not been read yet';
  #rememberedAt = 0;
  #erasures = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#ring = new Ring(options.ring);
    options.epochs.onChange((shared) => this.#rewind(shared));
  }

  /** The last position that has been read from the log. */
  get head(): number {
    return this.#ring.last;
  }

  /** Changes whenever something may have been erased: what was read from the log before it did may hold what is gone. */
  get erasures(): number {
    return this.#erasures;
  }

  get epochs(): Epochs {
    return this.#options.epochs;
  }

  /** Why the log cannot be read at present, or null. */
  problem(): string | null {
    return this.#problem;
  }

  async start(): Promise<void> {
    this.#reset(await this.#options.pool.ask(readHead));
    this.#problem = null;
    this.#running = this.#run();
    this.#waker = setInterval(() => this.#wakeAll(), this.#options.wakeEvery);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#waker);
    this.#bell.ring();
    await this.#running;
    this.#wakeAll();
  }

  /** The head is at least there: read. Without a position: something may have happened. */
  hint(position = Number.POSITIVE_INFINITY): void {
    if (position <= this.head) return;
    this.#hinted = Math.max(this.#hinted, position);
    this.#bell.ring();
  }

  /** The connection was lost meanwhile: what was notified is gone, and the server may be another. */
  suspect(): void {
    this.#suspect = true;
    this.hint();
  }

  /** See `Ring.after`. */
  after(position: number, limit: number): readonly LogEvent[] | undefined {
    return this.#ring.after(position, limit);
  }

  /**
   * Resolves when the head is beyond `position`, when the log is no longer the same, when `signal` aborts, and otherwise
   * now and then (`wakeEvery`). One timer serves all who wait.
   */
  async moved(position: number, signal: AbortSignal): Promise<void> {
    if (this.head > position || signal.aborted || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.add(wake);
    });
  }

  /** Resolves when everything up to `position` has been read, when `signal` aborts, or when the hub stops. */
  async reached(position: number, signal: AbortSignal): Promise<void> {
    while (this.head < position && !signal.aborted && !this.#stopping.signal.aborted) await this.moved(position - 1, signal);
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#hinted = 0;
      try {
        if (this.#suspect) await this.#compare();
        await this.#readOn();
        await this.#remember();
        if (this.#problem !== null) log.info('the log is read again');
        this.#problem = null;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (this.#problem === null) log.error({ err: error }, 'the log cannot be read; trying again');
        this.#problem = 'the log cannot be read';
        this.#suspect = true;
        await pause(100, this.#stopping.signal);
        continue;
      }
      await this.#asked();
    }
  }

  /** Resolves when there is more to read, or when it is time to look. Most hints come twice, from the append and by NOTIFY: one that was read up to meanwhile asks for nothing. */
  async #asked(): Promise<void> {
    let rung = true;
    while (rung && this.#hinted <= this.head && !this.#stopping.signal.aborted) rung = await this.#bell.wait(this.#options.pollInterval ?? SAFETY_POLL);
  }

  /** Reads pages until one ends before its limit. */
  async #readOn(): Promise<void> {
    for (;;) {
      const from = this.head;
      const page = await this.#options.pool.ask((sql) => readAfter(sql, from));
      // Another epoch began meanwhile, and the ring went back: this page does not follow it.
      if (this.head !== from) continue;
      if (page.epoch !== null && page.epoch !== this.#options.epochs.present) {
        // Read under an epoch that is not known here: what is in memory may not be its past.
        const { epochs } = this.#options;
        const known = epochs.present;
        await epochs.refresh();
        // The two were told by different servers: a failover is under way.
        if (epochs.present === known) await pause(ELSEWHERE, this.#stopping.signal);
        continue;
      }
      const first = page.events[0]?.position;
      if (first !== undefined && first > this.head + 1) {
        // Retention has overtaken this gateway, which was away. Readers find out for themselves what they missed.
        this.#options.log.warn({ known: this.head, first }, 'the log no longer has what follows; going on with what it has');
        this.#reset(first - 1);
      }
      for (const event of page.events) {
        const erasure = erasureOf(event);
        // Before anybody can read on to this event: what the ring holds was read before the payloads went.
        if (erasure !== null) {
          this.#ring.erase(erasure);
          this.#erasures += 1;
        }
        this.#options.onEvent?.(event);
        this.#ring.push(event);
      }
      if (page.events.length > 0) this.#wakeAll();
      if (!page.full || this.#stopping.signal.aborted) return;
    }
  }

  /** After trouble: is this still the log we know? When not, everything held in memory is of another past. */
  async #compare(): Promise<void> {
    // Who suspects something meanwhile has it compared once more.
    this.#suspect = false;
    await this.#options.epochs.check(this.head);
  }

  /** The database is another than it was: what memory holds beyond `shared` is of a past that is no longer its past. */
  #rewind(shared: number): void {
    const { epochs, log } = this.#options;
    log.error({ known: this.head, shared, epoch: epochs.present }, 'the database is not what it was (restored, failed over or cut off): a new epoch has begun');
    this.#reset(Math.min(this.head, shared));
    this.#wakeAll();
    this.hint();
  }

  /** Notes the head for whoever starts next, and looks whether the log is still the one this gateway knows. */
  async #remember(): Promise<void> {
    if (performance.now() - this.#rememberedAt < REMEMBER_EVERY) return;
    this.#rememberedAt = performance.now();
    if (!(await this.#options.epochs.remember(this.head))) await this.#compare();
  }

  #reset(position: number): void {
    this.#ring.reset(position);
    // An erasure may be among what is passed over.
    this.#erasures += 1;
    this.#options.onReset?.(position, this.#options.epochs.present);
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
