import { LineError, type EventLine } from './lines.js';

/** Characters of one call; the gateway takes 4 MiB. */
const BATCH_SIZE = 1024 * 1024;

export interface Batch {
  readonly events: readonly EventLine[];
  /** The input goes on, but its next line is wrong: publish this, then throw it. */
  readonly then?: LineError;
}

/**
 * Gathers lines to calls of at most `most` events. A batch that is not full goes out when no line came for `idleMs`
 * (Infinity: only full ones, so that the same file always gives the same batches). Reads at most one line ahead.
 */
export async function* inBatches(lines: AsyncGenerator<EventLine, void>, most: number, idleMs: number): AsyncGenerator<Batch, void> {
  let batch: EventLine[] = [];
  let size = 0;
  const take = (): Batch => {
    const events = batch;
    batch = [];
    size = 0;
    return { events };
  };
  let next = lines.next();
  for (;;) {
    const answer = await withinOrIdle(next, batch.length === 0 ? Infinity : idleMs);
    if (answer === 'idle') {
      yield take();
    } else if (answer instanceof LineError) {
      yield { ...take(), then: answer };
      return;
    } else if (answer.done === true) {
      if (batch.length > 0) yield take();
      return;
    } else {
      if (batch.length > 0 && size + answer.value.size > BATCH_SIZE) yield take();
      batch.push(answer.value);
      size += answer.value.size;
      if (batch.length >= most) yield take();
      next = lines.next();
    }
  }
}

type Answer = IteratorResult<EventLine, void> | LineError;

async function withinOrIdle(next: Promise<IteratorResult<EventLine, void>>, ms: number): Promise<Answer | 'idle'> {
  const answer = next.catch((error: unknown): LineError => {
    if (error instanceof LineError) return error;
    throw error;
  });
  if (ms === Infinity) return answer;
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<'idle'>((resolve) => {
    timer = setTimeout(() => resolve('idle'), ms);
  });
  try {
    return await Promise.race([answer, idle]);
  } finally {
    clearTimeout(timer);
  }
}
