/** Counts over a window that slides by seconds: what happened per second of late. Time as an argument, in milliseconds. */
export class Rate {
  readonly #seconds: number;
  readonly #counts: number[];
  #at = 0;

  constructor(seconds: number) {
    this.#seconds = seconds;
    this.#counts = new Array<number>(seconds).fill(0);
  }

  add(count: number, now: number): void {
    this.#move(now);
    this.#counts[this.#at % this.#seconds] = (this.#counts[this.#at % this.#seconds] ?? 0) + count;
  }

  perSecond(now: number): number {
    this.#move(now);
    return this.#counts.reduce((sum, count) => sum + count, 0) / this.#seconds;
  }

  #move(now: number): void {
    const second = Math.floor(now / 1_000);
    for (let next = Math.max(this.#at + 1, second - this.#seconds + 1); next <= second; next += 1) this.#counts[next % this.#seconds] = 0;
    this.#at = Math.max(this.#at, second);
  }
}
