/** Throw it when another attempt cannot help: the event becomes a dead letter at once. */
export class PoisonEvent extends Error {
  override readonly name = 'PoisonEvent';
}

/** Throw it when it is known when another attempt may help: not before `ms` from now. It counts as an attempt. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly ms: number;

  constructor(ms: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.ms = ms;
  }
}

/** Throw it when nothing of the consumer can be done for `ms`, whatever the event (its receiver is away). No attempt is counted. */
export class HoldConsumer extends Error {
  override readonly name = 'HoldConsumer';
  readonly ms: number;

  constructor(ms: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.ms = ms;
  }
}

/** Throw it when the consumer is to be paused, until somebody resumes it: the message is kept as the reason. No attempt is counted. */
export class PauseConsumer extends Error {
  override readonly name = 'PauseConsumer';
}
