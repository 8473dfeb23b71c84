import type { Command } from 'commander';
import { connect, isUnavailable, UnfitServerError, type Sql } from '../db/connect.js';
import { hasEmbedded, startEmbedded } from '../db/embedded.js';
import { readConfig, type Config } from './config.js';
import { CommandError } from './exit-codes.js';

/** What a command that works on the database is told: as `serve`. */
export interface DatabaseOptions {
  readonly schema?: string;
}

/** `--schema`, and in the help what else says which database it is. */
export function withDatabase(command: Command): Command {
  return command
    .option('--schema <folder>', 'Folder of the schema. Variable SLUICE_SCHEMA; default: the example shop, schema/commerce.')
    .addHelpText('after', '\nThe database is that of DATABASE_URL. Without it, it is the embedded one in SLUICE_DATA_DIR (default .sluice), which is started for as long as the command takes; a command that changes nothing makes none.');
}

/** Settings of the environment, as `serve` reads them. Errors: `ConfigError`. */
export function readDatabaseConfig(options: DatabaseOptions): Config {
  return readConfig(options.schema === undefined ? [] : ['--schema', options.schema], process.env);
}

/**
 * Gives the database's URL and a pool of one connection, and takes both away again. An embedded server that was running
 * keeps running. `readOnly`: an embedded one that is not there is not made, and the command is `unreachable`.
 * Errors: `CommandError` (unreachable), `UnfitServerError`, `EmbeddedError`, and those of `work`.
 */
export async function useDatabase<T>(config: Config, { readOnly }: { readonly readOnly: boolean }, work: (url: string, sql: Sql) => Promise<T>): Promise<T> {
  if (readOnly && config.databaseUrl === null && !(await hasEmbedded(config.dataDir))) {
    throw new CommandError('unreachable', `There is no database: DATABASE_URL is not set, and there is no embedded one in ${config.dataDir}. \`sluice serve\` or \`sluice migrate\` would make it.`);
  }
  const embedded = config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log: () => undefined }) : undefined;
  try {
    const url = config.databaseUrl ?? embedded?.url ?? '';
    const sql = connect({ url, max: 1, name: 'cli' });
    try {
      return await work(url, sql);
    } catch (error) {
      throw asCommandError(error);
    } finally {
      await sql.end({ timeout: 1 });
    }
  } finally {
    if (embedded?.adopted === false) await embedded.stop();
  }
}

function asCommandError(error: unknown): unknown {
  if (error instanceof UnfitServerError) return new CommandError(isUnavailable(error.cause) ? 'unreachable' : 'failed', error.message, { cause: error });
  if (isUnavailable(error)) return new CommandError('unreachable', `The database does not answer: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  return error;
}
