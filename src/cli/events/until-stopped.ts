import { stopSignal } from '../stop-signal.js';
import { Output, type OutputOptions } from '../terminal/output.js';

/**
 * Runs what prints, until it ends, a signal comes, or the output fails; what had arrived is printed. `signal` aborts in the last two
 * cases. Errors: the work's own, the output's, and what ends a command with the code of the signal.
 */
export async function printUntilStopped(options: Pick<OutputOptions, 'onFlushed'>, work: (output: Output, signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = stopSignal();
  const ended = new AbortController();
  stop.signal.addEventListener('abort', () => ended.abort(), { once: true });
  let failure: unknown;
  const output = new Output({
    ...options,
    onError(error) {
      failure = error;
      ended.abort();
    },
  });
  try {
    await work(output, ended.signal);
  } catch (error) {
    // What a signal has cut short, or a failure of the output: said below.
    if (error !== ended.signal.reason) throw error;
  } finally {
    await output.flushed();
    stop.done();
  }
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(String(failure));
  stop.check();
}
