import type { LogEvent } from '../event/event.js';
import type { Slot } from './slot.js';

/** An event on its way through a consumer. */
export interface Item {
  readonly slot: Slot;
  readonly event: LogEvent;
  readonly lane: string;
  /** The consumer's watermark at this event: milliseconds since 1970. */
  readonly watermark: number;
  /** Why there is no order key: asking for it threw this. */
  readonly keyError: unknown;
  /** It comes from `parked_events`, not from the log. */
  readonly parked: boolean;
  /** Attempts that have failed, and how the last ones did. */
  readonly attempts: number;
  readonly history: readonly object[];
}

/** Names a key of a tenant: neither has U+0000. */
export function lineName(tenant: string, lane: string): string {
  return `${tenant}\0${lane}`;
}
