/**
 * Why the embedded server cannot be used. Every message says what to do about it.
 * - `NO_PACKAGE`: there are no binaries for this platform, or they do not run on it.
 * - `NOT_REACHABLE`: the data folder or the account to run as cannot be used.
 * - `VERSION_MISMATCH`: the data folder was made by another major version of Postgres.
 * - `PORT_BUSY`: the port that was asked for is taken.
 * - `FAILED`: initdb, start or stop failed; the message ends with what the server wrote.
 */
export type EmbeddedErrorCode = 'NO_PACKAGE' | 'NOT_REACHABLE' | 'VERSION_MISMATCH' | 'PORT_BUSY' | 'FAILED';

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The `code` of a Node or Postgres error (`ENOENT`, `57P03`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}
