import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { maskPassword } from '../base/mask.js';
import { nearestTo } from './nearest.js';
import { OPTIONS, type Option } from './options.js';

type Options = typeof OPTIONS;
type OptionName = keyof Options;

/** The settings, each as its `doc` in `OPTIONS` says. Durations in milliseconds, sizes in bytes, folders absolute. */
export type Config = {
  readonly [K in OptionName]: z.output<Options[K]['schema']> | (Options[K]['default'] extends null ? null : never);
} & {
  /** For the operator: variables that are set but mean nothing. */
  readonly warnings: readonly string[];
};

/** At least one setting is wrong. The message names each with what it got and what it takes, one a line, passwords masked. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** `--help` or `--version` was asked for: print `text` to stdout and exit with 0. */
export class InfoRequested extends Error {
  override readonly name = 'InfoRequested';
  readonly text: string;

  constructor(text: string) {
    super('--help or --version was given');
    this.text = text;
  }
}

const entries = Object.entries(OPTIONS) as [OptionName, Option<unknown>][];

/**
 * Reads flags (`process.argv.slice(2)`) and environment; a flag wins, an empty variable counts as unset.
 * Errors: `ConfigError`, `InfoRequested`.
 */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const flags = readFlags(argv, problems);
  const values: Partial<Record<OptionName, unknown>> = {};
  for (const [name, option] of entries) {
    const flag = option.flag === null ? undefined : flags[flagName(option.flag)];
    const variable = option.env === null ? undefined : env[option.env];
    const given = flag ?? (variable === '' ? undefined : variable);
    const source = flag === undefined ? option.env : `--${flagName(option.flag ?? '')}`;
    const value = given ?? option.default;
    if (value === null) {
      values[name] = null;
      continue;
    }
    const parsed = option.schema.safeParse(value);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${source ?? name}: got ${shown(value, option.secret)}, takes ${option.takes}`);
  }
  if (problems.length > 0) {
    throw new ConfigError(`Wrong configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nSee --help for all settings.`);
  }
  const warnings = warnAboutUnknown(env);
  if (flags['rate'] !== undefined && flags['demo'] === undefined) warnings.push('--rate has no effect without --demo');
  // Every name of OPTIONS was either filled or reported above.
  return { ...(values as Omit<Config, 'warnings'>), warnings };
}

function shown(value: string, secret: Option<unknown>['secret']): string {
  if (secret === 'whole') return `${Buffer.byteLength(value.trim())} bytes`;
  return JSON.stringify(secret === 'password' ? maskPassword(value) : value);
}

/** The text of every given flag by its name without dashes; `on` for one without a value. */
function readFlags(argv: readonly string[], problems: string[]): Readonly<Record<string, string | undefined>> {
  const command = makeCommand();
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') throw new InfoRequested(command.helpInformation() + variablesHelp());
    if (error.code === 'commander.version') throw new InfoRequested(`${packageVersion()}\n`);
    problems.push(error.message.replace(/^error: /, '').replace(/\s+/g, ' '));
  }
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(command.opts<Record<string, string | true>>())) given[name] = value === true ? 'on' : value;
  return given;
}

function makeCommand(): Command {
  const silent = (): void => undefined;
  const command = new Command('sluice serve')
    .description('GraphQL event gateway: typed mutations publish events into PostgreSQL, subscriptions resume without a gap.')
    .version(packageVersion(), '--version', 'Print the version.')
    .helpOption('--help', 'Print this.')
    .configureOutput({ writeOut: silent, writeErr: silent, outputError: silent })
    .configureHelp({ helpWidth: 100 })
    .allowExcessArguments(false)
    .exitOverride();
  for (const [, option] of entries) {
    if (option.flag !== null) command.option(option.flag, `${option.doc} ${facts(option)}`.trimEnd());
  }
  return command;
}

function flagName(flag: string): string {
  return flag.replace(/^--/, '').replace(/ .*/, '');
}

function facts(option: Option<unknown>): string {
  const parts = [option.env === null || option.flag === null ? '' : `variable ${option.env}`, option.takes === 'no value' ? '' : `default: ${defaultOf(option)}`];
  const shown = parts.filter((part) => part !== '').join('; ');
  return shown === '' ? '' : `(${shown})`;
}

function defaultOf(option: Option<unknown>): string {
  return option.defaultShown ?? option.default ?? 'none';
}

function variablesHelp(): string {
  const rows = entries.flatMap(([, option]) => (option.env !== null && option.flag === null ? [{ name: option.env, option }] : []));
  const width = Math.max(...rows.map((row) => row.name.length)) + 2;
  const lines = rows.map(({ name, option }) => `  ${name.padEnd(width)}${option.doc}\n${' '.repeat(width + 2)}Takes ${option.takes}; default: ${defaultOf(option)}.`);
  return `\nVariables:\n${lines.join('\n')}\n\nA flag wins over its variable.\n`;
}

/** One level above `src` and `dist` alike. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

function warnAboutUnknown(env: NodeJS.ProcessEnv): string[] {
  const known = entries.flatMap(([, option]) => (option.env === null ? [] : [option.env]));
  return Object.keys(env)
    // SLUICE_TEST_* is for the tests, whose gateways inherit it; SLUICE_TOKEN for commands that talk to a gateway.
    .filter((name) => name.startsWith('SLUICE_') && !name.startsWith('SLUICE_TEST_') && name !== 'SLUICE_TOKEN' && !known.includes(name))
    .sort()
    .map((name) => `${name} is not a setting and has no effect; the nearest is ${nearest(name, known)}`);
}

/** Compared without the prefix, so that SLUICE_PORT finds PORT. */
function nearest(name: string, known: readonly string[]): string {
  const bare = (text: string): string => text.replace(/^SLUICE_/, '');
  const found = nearestTo(bare(name), known.map(bare));
  return known.find((candidate) => bare(candidate) === found) ?? found;
}
