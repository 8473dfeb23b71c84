import type { LogEvent } from '../event/event.js';
import type { ConsumerOptions, DueContext, HandlerContext, StateOptions } from './definition.js';

type Given = 'name' | 'topics' | 'delivery';

/** A consumer as it is run: a processor or a webhook, with every default filled in. */
export interface ConsumerSpec extends Readonly<Required<Omit<ConsumerOptions, Given | 'backoff' | 'shedAfterMs'>>>, Pick<ConsumerOptions, Given> {
  readonly kind: 'processor' | 'webhook';
  readonly backoff: { readonly firstMs: number; readonly maxMs: number; readonly jitter: number };
  readonly shedAfterMs: number | null;
  readonly types: ReadonlySet<string>;
  /** Somebody decided on the types, as they are: they are not what the schema of this release has. See `register`. */
  readonly typesAreGiven: boolean;
  /** Null: events of every tenant. */
  readonly tenant: string | null;
  /** Its events, before anything else is asked of them. What it does not want is passed over (skipped). */
  wants(event: LogEvent): boolean;
  /** The order key. */
  laneOf(event: LogEvent): string;
  /**
   * One attempt. What it throws makes it fail; see outcome.ts. A webhook has neither state nor transaction and leaves those alone.
   */
  run(event: LogEvent, context: HandlerContext<Record<string, object>, unknown>): Promise<void>;
  readonly state: StateOptions<unknown> | null;
  readonly onDue: ((context: DueContext<Record<string, object>, unknown>) => Promise<void>) | null;
}

/** What is done with what the options leave out. */
export const DEFAULTS = {
  from: 'now', partitions: 4, batch: 100, maxAttempts: 8, timeoutMs: 30_000, onPoison: 'skip', maxParked: 10_000, shedAfterMs: null, maxLagMs: 7 * 24 * 60 * 60 * 1_000,
  backoff: { firstMs: 500, maxMs: 5 * 60_000, jitter: 0.3 },
} as const satisfies Partial<ConsumerSpec>;

export type Common = Omit<ConsumerSpec, 'kind' | 'types' | 'typesAreGiven' | 'tenant' | 'wants' | 'laneOf' | 'run' | 'state' | 'onDue'>;

/** The options with their defaults. */
export function withDefaults({ backoff, ...options }: ConsumerOptions): Common {
  return { ...DEFAULTS, ...options, backoff: { ...DEFAULTS.backoff, ...backoff } };
}

/** Its states may have something to do by themselves. */
export function isTimed({ state, onDue }: ConsumerSpec): boolean {
  return onDue !== null && state?.dueAt !== undefined;
}
