/**
 * Every error a client can meet, in one table. `docs/errors.md` is checked against it in both directions.
 * The code decides what the client does; the message says it in words.
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'The input is not acceptable; the message says which part and what to send instead.',
  UNAUTHENTICATED: 'There is no valid identity.',
  FORBIDDEN: 'The identity may not do this.',
  RATE_LIMITED: 'Too many requests; wait `retryAfterMs` and try again.',
  OVERLOADED: 'A bounded queue is full; nothing was stored; wait `retryAfterMs` and try again.',
  CONFLICT: 'The state of the business object does not allow it; the message says why.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used for another payload; use a new key.',
  CURSOR_EXPIRED: 'Events after the cursor are no longer kept; start at `earliestCursor`.',
  CURSOR_INVALID: 'The text is not a cursor of this gateway.',
  CURSOR_EPOCH_MISMATCH: 'The log was restored or cut off behind this cursor; start again.',
  EVENT_VERSION_UNSUPPORTED: 'The event was written by a newer schema than this gateway has.',
  STORAGE_UNAVAILABLE: 'The database cannot be reached; whether the write happened is unknown unless it had an idempotency key.',
  INTERNAL_SERVER_ERROR: 'A defect of the gateway; the log has the details under the same `errorId`.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error meant for the client: its code, message and details are sent as they are. */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: ErrorCode;
  /** Sent in `extensions` beside `code`: `retryAfterMs`, `earliestCursor`, … */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}
