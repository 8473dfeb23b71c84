/** What a step threw that was no error, or an error that cannot be changed. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : `It threw ${String(cause)}.`, { cause });
    this.step = step;
  }
}

/**
 * The error with the name of the step that threw it, as `step`. It stays what it is (`PoisonEvent`, `SluiceError`, one of the
 * driver), since what becomes of the event depends on that.
 */
export function inStep(step: string, error: unknown): unknown {
  return error instanceof Error && Reflect.set(error, 'step', step) ? error : new StepError(step, error);
}
