import type { Readable } from 'node:stream';
import { CommandError } from '../exit-codes.js';
import { inBatches } from './batches.js';
import { LineError, readEventLines, type EventLine } from './lines.js';
import type { Publish, Receipt } from './publish-call.js';
import { RefusedError } from './request.js';

/** Milliseconds without a line after which a batch that is not full goes out. */
const IDLE = 100;

export interface LinesOptions {
  readonly input: Readable;
  readonly publish: Publish;
  /** Events of one call at most. */
  readonly batch: number;
  /** The first line to publish; earlier ones are passed over. */
  readonly from: number;
  /** Of the whole input; the call that begins with line n has the key `<key>/<n>`. */
  readonly key: string;
  /** The key is the caller's: batches must be the same again, so they do not depend on time. */
  readonly stable: boolean;
  onStored(events: readonly EventLine[], receipts: readonly Receipt[]): Promise<void>;
}

/**
 * Publishes line after line, in calls of up to `batch`, each waiting for the one before. Stops at the first line that is
 * refused: everything before it is stored, nothing after it was sent.
 * Errors: `CommandError` that names the line and how to go on; `unreachable` when it is unknown whether the last call was stored.
 */
export async function publishLines(options: LinesOptions): Promise<void> {
  const { publish, key, onStored } = options;
  const send = async (events: readonly EventLine[]): Promise<void> => onStored(events, await publish(events, `${key}/${events[0]?.line}`));
  for await (const { events, then } of inBatches(readEventLines(options.input, options.from), options.batch, options.stable ? Infinity : IDLE)) {
    if (events.length > 0) await sendOrSingly(events, send, options);
    if (then !== undefined) throw stoppedAt(then.line, then.message, options);
  }
}

/**
 * A refused call stored nothing and does not say which event it was: one by one finds it. So it is when the call conflicts
 * with an earlier one: a run before this one stopped among these lines, and has published the first of them one by one.
 */
async function sendOrSingly(events: readonly EventLine[], send: (events: readonly EventLine[]) => Promise<void>, options: LinesOptions): Promise<void> {
  try {
    await send(events);
    return;
  } catch (error) {
    const [first] = events;
    if (!(error instanceof CommandError) || first === undefined) throw error;
    if (error.exit === 'unreachable') throw unknownFrom(first.line, error, options);
    // Whoever is not known may publish none of them.
    if (error instanceof RefusedError && error.code === 'UNAUTHENTICATED') throw stoppedAt(first.line, error.message, options, 'denied');
    if (events.length === 1) throw error instanceof RefusedError && error.code === 'IDEMPOTENCY_CONFLICT' ? conflictAt(first.line, error, options) : stoppedAt(first.line, `line ${first.line}: ${error.message}`, options, error.exit === 'denied' ? 'denied' : 'failed');
  }
  for (const event of events) await sendOrSingly([event], send, options);
}

function stoppedAt(line: number, message: string, { from }: LinesOptions, exit: 'failed' | 'denied' = 'failed'): LineError {
  const before = line > from ? `Everything before line ${line} is published; that line and what follows is not` : 'Nothing is published';
  return new LineError(line, `${message}\n${before}. Mend it and go on with --from-line ${line}.`, exit);
}

/** Nothing is known of the line: the earlier call may have published it. To go on with it could publish it twice. */
function conflictAt(line: number, error: RefusedError, { from, key }: LinesOptions): LineError {
  const before = line > from ? `Everything before line ${line} is published` : 'Nothing was published now';
  return new LineError(line, `line ${line}: ${error.message}\n${before}. A call that began with this line was made before with the key ${key}/${line} and other events: of another file, or with another --batch. `
    + 'What it has published is in the log: look with `sluice history` before you go on.');
}

function unknownFrom(line: number, error: CommandError, { key }: LinesOptions): CommandError {
  return new CommandError('unreachable', `${error.message}\nEverything before line ${line} is published; whether the lines from ${line} on are is unknown. `
    + `Go on with --from-line ${line} --idempotency-key ${key}: nothing is published twice then.`, { cause: error });
}
