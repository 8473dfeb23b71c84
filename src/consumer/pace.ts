/** Milliseconds that events may take together which others could take at once, and how many of them at most. */
const TOGETHER = 10;
const AT_MOST = 10;
/** How much an attempt that was faster than the last ones counts for what the next is thought to take; a slower one counts whole. */
const WEIGHT = 0.1;

/**
 * How long attempts take. A commit costs more than what a fast handler does: events that are ready together are committed together, 10 at most, as
 * far as the last of them waits 10 ms for it. Where attempts take long, or took long a moment ago, each goes by itself.
 */
export class Pace {
  #ms = Number.POSITIVE_INFINITY;

  /** An attempt took so many milliseconds. One that failed faster than others work says nothing of those. */
  took(ms: number, worked: boolean): void {
    if (!worked && ms <= this.#ms) return;
    this.#ms = ms > this.#ms || this.#ms === Number.POSITIVE_INFINITY ? ms : this.#ms + (ms - this.#ms) * WEIGHT;
  }

  /** Events that fit into 10 ms, one after the other; at first none. */
  get together(): number {
    return Math.min(AT_MOST, Math.floor(TOGETHER / this.#ms));
  }
}
