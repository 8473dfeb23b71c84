/** How every command but `serve` ends, in one table. `--help` and docs/cli.md are made from it. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'Done. For a check: nothing was found.' },
  failed: { code: 1, meaning: 'It was refused, it failed, or a check found something; stderr says what. Repeating it unchanged is useless.' },
  problem: { code: 2, meaning: '`doctor` only: there is at least one problem (1: there are only warnings).' },
  unreachable: { code: 3, meaning: 'The gateway or the database did not answer in time. Repeat it later.' },
  cursor: { code: 4, meaning: 'A cursor cannot be honoured: expired, of another log, or no cursor.' },
  usage: { code: 64, meaning: 'The command line is wrong: an unknown command or option, or a value that it does not take.' },
  denied: { code: 77, meaning: 'The gateway does not know you, or you may not do that (UNAUTHENTICATED, FORBIDDEN). See SLUICE_TOKEN.' },
  interrupted: { code: 130, meaning: 'Ended by SIGINT (Ctrl-C), after what was under way had been written.' },
  terminated: { code: 143, meaning: 'Ended by SIGTERM, in the same way.' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;

/** Ends a command with a message for its user. The message says what to do; there is no stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}
