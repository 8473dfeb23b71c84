/** What the process with the subscribers is told, and what it answers. Sequences count from 0; the first `warmUp` are not measured. */
export interface SubscribeOrder {
  /** WebSocket URL that speaks graphql-transport-ws. */
  readonly url: string;
  readonly subscribers: number;
  readonly warmUp: number;
  readonly events: number;
  /** Where each of them resumes; null: with what comes from now on. */
  readonly after: string | null;
}

export type SubscriberMessage =
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'result'; readonly result: Reception }
  | { readonly kind: 'failed'; readonly message: string };

/** What the subscribers saw, all together. Times in milliseconds; latency runs from when an event was due. */
export interface Reception {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Deliveries of measured events. */
  readonly deliveries: number;
  /** Deliveries that never came before the deadline, that came again, and whose position did not follow the one before. */
  readonly missing: number;
  readonly repeated: number;
  readonly outOfOrder: number;
  /** Machine clock when the first of them asked, and at the last delivery. */
  readonly askedAt: number;
  readonly lastAt: number;
  /** The longest between two deliveries to one of them. */
  readonly longestPause: number;
  readonly cpuSeconds: number;
}
