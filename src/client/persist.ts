/** A state together with the cursor of the last event that went into it. */
export interface Saved<State> {
  readonly state: State;
  readonly cursor: string;
}

/** Where a state and its cursor are kept, both or neither, such as `indexedDbState`. */
export interface StatePersistence<State> {
  /** What is kept, or undefined. */
  read(): Promise<Saved<State> | undefined>;
  /**
   * Keeps both in one transaction if the cursor that is kept is still `expected` (null: nothing is kept). False, and
   * nothing done, when it is another: somebody else, in another tab, has moved on.
   */
  write(expected: string | null, next: Saved<State>): Promise<boolean>;
  /** Forgets both. */
  clear(): Promise<void>;
}
