/** Milliseconds that events may take together which others could take at once. */
const TOGETHER = 10;
/** How much the last attempt counts for what the next is thought to take. */
const WEIGHT = 0.1;

/**
 * How long attempts take. A commit costs more than what a fast handler does: those that are ready together are committed together, as far as the
 * last of them waits 10 ms for it. Where attempts take long, each goes by itself.
 */
export class Pace {
  #ms = Number.POSITIVE_INFINITY;

  /** An attempt took so many milliseconds. */
  took(ms: number): void {
    this.#ms = Number.isFinite(this.#ms) ? this.#ms + (ms - this.#ms) * WEIGHT : ms;
  }

  /** Events that fit into 10 ms, one after the other; at first one. */
  get together(): number {
    return Math.max(1, Math.floor(TOGETHER / this.#ms));
  }
}
