/** A state together with the cursor of the last event that went into it. */
export interface Saved<State> {
  readonly state: State;
  readonly cursor: string;
}

/** Where a state and its cursor are kept, both or neither, such as `indexedDbState`. What is read must be what was written: give another key when the type changes. */
export interface StatePersistence {
  /** What is kept, or undefined. */
  read(): Promise<Saved<unknown> | undefined>;
  /**
   * Keeps both in one transaction if the cursor that is kept is still `expected` (null: nothing is kept). False, and
   * nothing done, when it is another: somebody else, in another tab, has moved on.
   */
  write(expected: string | null, next: Saved<unknown>): Promise<boolean>;
  /** Forgets both. */
  clear(): Promise<void>;
}
