import { CommandError } from './exit-codes.js';

export interface StopSignal {
  /** Aborts at the first SIGINT or SIGTERM. A second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Throws what ends the command with the code of the signal, if there was one. */
  check(): void;
  /** Gives the signals back. */
  done(): void;
}

/** For commands that have something to finish when they are told to end. */
export function stopSignal(): StopSignal {
  const controller = new AbortController();
  let name: 'SIGINT' | 'SIGTERM' | undefined;
  const take = (signal: 'SIGINT' | 'SIGTERM') => (): void => {
    if (name !== undefined) process.exit(signal === 'SIGINT' ? 130 : 143);
    name = signal;
    controller.abort();
  };
  const [interrupt, terminate] = [take('SIGINT'), take('SIGTERM')];
  process.on('SIGINT', interrupt).on('SIGTERM', terminate);
  return {
    signal: controller.signal,
    check() {
      // The message is empty: whoever pressed Ctrl-C knows.
      if (name !== undefined) throw new CommandError(name === 'SIGINT' ? 'interrupted' : 'terminated', '');
    },
    done: () => void process.off('SIGINT', interrupt).off('SIGTERM', terminate),
  };
}
