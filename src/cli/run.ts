import { CommanderError } from 'commander';
import { COMMANDS, overview } from './commands.js';
import { readCommanderError } from './command.js';
import { ConfigError, InfoRequested, packageVersion } from './config.js';
import { CommandError, EXIT_CODES, type ExitName } from './exit-codes.js';
import { nearestTo } from './nearest.js';
import { writeAll } from './terminal/output.js';
import { printableLines } from './terminal/printable.js';

/**
 * The `sluice` command: `argv` without node and script. Bare, or with flags alone, it is `serve`. Every other command ends
 * the process with a code of `EXIT_CODES`, its messages on stderr, when its output has been written.
 */
export async function runCommand(argv: readonly string[]): Promise<void> {
  const [name = '', ...rest] = argv;
  if (['--help', '-h', 'help'].includes(name)) {
    const about = COMMANDS.find((command) => command.name === rest[0]);
    if (name === 'help' && about !== undefined) return runCommand([about.name, '--help']);
    return end(overview());
  }
  if (name === '--version') return end(`${packageVersion()}\n`);
  // Loaded when it is called: a gateway is most of the code, and no other command needs it.
  if (name === 'serve' || name === '' || name.startsWith('-')) return (await import('./serve.js')).serve(name === 'serve' ? rest : argv);

  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT_CODES.done.code : EXIT_CODES.failed.code));
  try {
    const entry = COMMANDS.find((command) => command.name === name);
    if (entry?.load == null) throw new CommandError('usage', `There is no command "${name}"; the nearest is "${nearestTo(name, COMMANDS.map((command) => command.name))}". See sluice --help.`);
    await (await entry.load()).parseAsync(rest, { from: 'user' });
    process.exit(EXIT_CODES.done.code);
  } catch (error) {
    await fail(error, name);
  }
}

async function end(text: string): Promise<void> {
  process.stdout.on('error', () => process.exit(EXIT_CODES.done.code));
  await writeAll(process.stdout, text);
  process.exit(EXIT_CODES.done.code);
}

async function fail(error: unknown, name: string): Promise<never> {
  const exit = (code: ExitName, message: string): never => {
    if (message !== '') process.stderr.write(`sluice ${name}: ${printableLines(message)}\n`);
    process.exit(EXIT_CODES[code].code);
  };
  if (error instanceof CommanderError) {
    const { help, message } = readCommanderError(error);
    return help ? exit('done', '') : exit('usage', `${message}\nSee sluice ${name} --help.`);
  }
  if (error instanceof CommandError) return exit(error.exit, error.message);
  if (error instanceof ConfigError) return exit('usage', error.message);
  if ((await import('./explained.js')).isExplained(error)) return exit('failed', error.message);
  if (error instanceof InfoRequested) return exit('usage', error.message);
  // EPIPE, which the listener above has met already.
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return exit('done', '');
  return exit('failed', error instanceof Error ? (error.stack ?? error.message) : String(error));
}
