/** Gives a slot back. */
export type Release = () => void;

export interface FairSlotsOptions {
  /** Holders at once. */
  readonly total: number;
  /** Holders at once of one name; null as a name has no such limit. */
  readonly perName: number;
  /** Who may wait in all. Past it the one who came last of the name with the most waiting is turned away. */
  readonly line: number;
  /** What whoever is turned away gets. */
  readonly full: () => Error;
}

interface Waiter {
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * At most `total` holders at once. Who waits is served in order within a name, and the names in turn: one with a thousand
 * waiting delays another's first by one slot, not by a thousand.
 */
export class FairSlots {
  readonly #options: FairSlotsOptions;
  readonly #held = new Map<string | null, number>();
  /** By name, in the order of their turns. */
  readonly #lines = new Map<string | null, Set<Waiter>>();
  #taken = 0;
  #waiting = 0;

  constructor(options: FairSlotsOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves with the slot. Rejects with `full()` when the line is full, and with the signal's reason when that aborts first. */
  acquire(name: string | null, signal?: AbortSignal): Promise<Release> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.#isFree(name) && !this.#lines.has(name)) return Promise.resolve(this.#take(name));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener('abort', giveUp);
        this.#remove(name, waiter);
      };
      const giveUp = (): void => {
        leave();
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        start: () => {
          leave();
          resolve(this.#take(name));
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', giveUp);
      const line = this.#lines.get(name) ?? new Set<Waiter>();
      this.#lines.set(name, line.add(waiter));
      this.#waiting += 1;
      if (this.#waiting > this.#options.line) this.#turnAway(line, waiter);
    });
  }

  #isFree(name: string | null): boolean {
    return this.#taken < this.#options.total && (name === null || (this.#held.get(name) ?? 0) < this.#options.perName);
  }

  #take(name: string | null): Release {
    this.#taken += 1;
    this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#taken -= 1;
      const left = (this.#held.get(name) ?? 1) - 1;
      if (left === 0) this.#held.delete(name);
      else this.#held.set(name, left);
      this.#serve();
    };
  }

  #serve(): void {
    for (const [name, line] of this.#lines) {
      if (this.#taken >= this.#options.total) return;
      if (!this.#isFree(name)) continue;
      const [first] = line;
      // Its turn is over: the name goes behind the others, if it has more waiting.
      this.#lines.delete(name);
      this.#lines.set(name, line);
      first?.start();
    }
  }

  #remove(name: string | null, waiter: Waiter): void {
    const line = this.#lines.get(name);
    if (line?.delete(waiter) !== true) return;
    this.#waiting -= 1;
    if (line.size === 0) this.#lines.delete(name);
  }

  #turnAway(line: ReadonlySet<Waiter>, newest: Waiter): void {
    const longest = [...this.#lines.values()].reduce((one, other) => (other.size > one.size ? other : one));
    const last = line.size === longest.size ? newest : [...longest].at(-1);
    last?.refuse(this.#options.full());
  }
}
