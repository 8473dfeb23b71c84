import { Feed, type FeedOptions } from './feed.js';
import type { Slot } from './slot.js';

/** Feeds of a consumer: slots that fall behind alone are fed alone. Past it the others wait for them. */
const MAX_FEEDS = 8;

export type FeedsOptions = Omit<FeedOptions, 'signal' | 'onStuck'>;

/** The feeds of a consumer on this gateway: one for all its slots, unless some are elsewhere in the log. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #feeds = new Map<Feed, { readonly ended: Promise<void>; readonly stop: AbortController }>();

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** How far each has come. */
  get places(): readonly { readonly position: number; readonly lastRecorded: number }[] {
    return [...this.#feeds.keys()];
  }

  add(slots: readonly Slot[]): void {
    const { onFed, log, spec, ...options } = this.#options;
    const stop = new AbortController();
    const feed: Feed = new Feed({
      ...options, log, spec, signal: stop.signal,
      onFed: () => {
        this.#merge(feed);
        onFed();
      },
      onStuck: (slot) => {
        if (this.#feeds.size >= MAX_FEEDS) return false;
        this.add([slot]);
        return true;
      },
    }, slots);
    const ended = feed.run().catch((error: unknown) => log.error({ err: error, consumer: spec.name }, 'what reads the log for a consumer has failed')).finally(() => this.#feeds.delete(feed));
    this.#feeds.set(feed, { ended, stop });
  }

  /** True while something reads for the slot. */
  has(slot: Slot): boolean {
    return [...this.#feeds].some(([feed, { stop }]) => !stop.signal.aborted && feed.slots.get(slot.index) === slot);
  }

  drop(slot: Slot): void {
    for (const [feed, { stop }] of this.#feeds) {
      if (feed.slots.get(slot.index) !== slot) continue;
      feed.slots.delete(slot.index);
      if (feed.slots.size === 0) stop.abort();
    }
  }

  /** Slots have worked something off. */
  worked(): void {
    for (const feed of this.#feeds.keys()) feed.worked();
  }

  async stop(): Promise<void> {
    for (const { stop } of this.#feeds.values()) stop.abort();
    this.worked();
    await Promise.all([...this.#feeds.values()].map(({ ended }) => ended));
  }

  /** Two feeds that have come to the same place go on as one. One that has been stopped takes nothing. */
  #merge(feed: Feed): void {
    if (this.#feeds.get(feed)?.stop.signal.aborted !== false) return;
    for (const [other, { stop }] of this.#feeds) {
      if (other === feed || stop.signal.aborted || other.position !== feed.position) continue;
      for (const [index, slot] of other.slots) feed.slots.set(index, slot);
      other.slots.clear();
      stop.abort();
    }
  }
}
