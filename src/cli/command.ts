import { Command, type CommanderError } from 'commander';
import { EXIT_CODES, type ExitName } from './exit-codes.js';

export interface CommandHelp {
  readonly name: string;
  /** What it does, in full sentences. */
  readonly description: string;
  /** Command lines with a comment each: `[line, what it does]`. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** The exit codes it can end with, each with what that means here. */
  readonly exits: Partial<Readonly<Record<ExitName, string>>>;
}

const HELP_WIDTH = 100;

/** A command of `sluice`: its help ends with examples and exit codes, and wrong use throws. */
export function makeCommand(help: CommandHelp): Command {
  return new Command(`sluice ${help.name}`)
    .description(help.description)
    .helpOption('-h, --help', 'Print this.')
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
    .configureHelp({ helpWidth: HELP_WIDTH })
    .allowExcessArguments(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText('after', () => `\n${examplesHelp(help)}\n${exitsHelp(help)}`);
}

function examplesHelp({ examples }: CommandHelp): string {
  return `Examples:\n${examples.map(([line, what]) => `  # ${what}\n  ${line}\n`).join('')}`;
}

function exitsHelp({ exits }: CommandHelp): string {
  const rows = Object.entries(exits).map(([name, what]) => ({ code: EXIT_CODES[name as ExitName].code, what }));
  return `Exit codes:\n${rows.map(({ code, what }) => `  ${String(code).padEnd(4)} ${what}\n`).join('')}`.trimEnd();
}

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Whether the parser wanted to print help (exit 0) or met a mistake, and then which. */
export function readCommanderError(error: CommanderError): { readonly help: boolean; readonly message: string } {
  return { help: error.exitCode === 0, message: error.message.replace(/^error: /, '').replace(/\s+/g, ' ') };
}
