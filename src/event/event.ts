/**
 * An event as the log holds it. `position` is a JavaScript number inside the gateway (exact up to 2^53, which at
 * 100,000 events a second is 2,800 years) and always text outside it.
 */
export interface LogEvent {
  readonly position: number;
  /** The epoch it was read under; its cursor names it. */
  readonly epoch: string;
  readonly id: string;
  readonly tenant: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly version: number;
  /** Parsed once per gateway, shared by everyone who reads it: never change it. `ERASED` (event/internal.ts) when it was erased. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  /** Characters of payload text: what this event costs in a buffer. */
  readonly size: number;
}

/** An event on its way into the log. */
export interface NewEvent {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly version: number;
  /** The payload as JSON text. */
  readonly payload: string;
  /** Null: the time of recording. */
  readonly occurredAt: Date | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly traceparent: string | null;
}
