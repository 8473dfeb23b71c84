/** Measured values, in milliseconds unless said otherwise; percentiles by the nearest rank, so each one was really measured. */
export class Samples {
  #values = new Float64Array(1_024);
  #size = 0;
  #sorted = true;

  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size++] = value;
    this.#sorted = false;
  }

  addAll(other: Samples): void {
    for (let index = 0; index < other.#size; index += 1) this.add(other.#values[index] as number);
  }

  /** The value at or below which `share` (0 to 1) of all lie; NaN when there are none. */
  percentile(share: number): number {
    if (!this.#sorted) {
      this.#values.subarray(0, this.#size).sort();
      this.#sorted = true;
    }
    return this.#size === 0 ? Number.NaN : (this.#values[Math.max(0, Math.ceil(share * this.#size) - 1)] as number);
  }

  get max(): number {
    return this.percentile(1);
  }
}

/** The middle one; of an even number the lower of the two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
}
