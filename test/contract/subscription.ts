import { waitFor } from '../support/wait.js';

export interface WireError {
  readonly message: string;
  readonly path?: readonly unknown[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Edge {
  readonly cursor: string;
  readonly node: { readonly noteId?: string; readonly number?: number | null; readonly meta?: { readonly topic: string; readonly position: string } } | null;
}

/** What a client hands its user for one event. */
export interface Result {
  readonly data?: { readonly noteEvents: Edge } | null;
  readonly errors?: readonly WireError[];
  readonly extensions?: { readonly sluice?: { readonly cursor?: string } };
}

/** How a subscription ended: with typed errors, with `complete`, or with its connection. */
export interface End {
  readonly errors?: readonly WireError[];
  readonly complete?: true;
  readonly closed?: unknown;
}

/** What travelled, in order: a cursor by itself (the start cursor first) or one with an event. */
export interface Frame {
  readonly kind: 'checkpoint' | 'next';
  readonly cursor: string | null;
}

/** One subscription as its client saw it, the same over every transport. */
export class Subscription implements AsyncIterable<Result> {
  readonly results: Result[] = [];
  readonly frames: Frame[] = [];
  end: End | undefined;
  #dispose: () => void = () => undefined;

  constructor(begin: (subscription: Subscription) => () => void) {
    this.#dispose = begin(this);
  }

  /** The cursors that came without an event. */
  get checkpoints(): string[] {
    return this.frames.flatMap((frame) => (frame.kind === 'checkpoint' && frame.cursor !== null ? [frame.cursor] : []));
  }

  get edges(): Edge[] {
    return this.results.flatMap((result) => (result.data ? [result.data.noteEvents] : []));
  }

  get numbers(): (number | null | undefined)[] {
    return this.edges.map((edge) => edge.node?.number);
  }

  /** The start cursor, once it has come: the subscription is established. */
  async established(): Promise<string> {
    const cursor = await waitFor(() => this.checkpoints[0] ?? this.end, { what: 'the start cursor' });
    if (typeof cursor !== 'string') throw new Error(`the subscription ended before it began: ${JSON.stringify(cursor)}`);
    return cursor;
  }

  /** Resolves once `count` results have come; fails when it ends before. */
  async take(count: number): Promise<this> {
    await waitFor(() => this.results.length >= count || this.end !== undefined, { what: `${count} results` });
    if (this.results.length < count) throw new Error(`ended after ${this.results.length} of ${count} results: ${JSON.stringify(this.end)}`);
    return this;
  }

  /** The codes of the errors it ended with. */
  async failed(): Promise<readonly WireError[]> {
    const end = await waitFor(() => this.end, { what: 'the end' });
    if (end.errors === undefined) throw new Error(`ended without errors: ${JSON.stringify(end)}`);
    return end.errors;
  }

  close(): void {
    this.#dispose();
  }

  async* [Symbol.asyncIterator](): AsyncGenerator<Result, void, void> {
    for (let index = 0; ; index += 1) {
      await waitFor(() => this.results.length > index || this.end !== undefined, { what: `result ${index + 1}` });
      const result = this.results[index];
      if (result === undefined) return;
      yield result;
    }
  }
}
