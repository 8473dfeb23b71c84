import type { Command } from 'commander';
import { checkServer } from '../db/connect.js';
import { GATEWAY_MIGRATIONS, migrate, readMigrations, type MigrationState } from '../db/migrate.js';
import { loadApplication } from './application.js';
import { makeCommand } from './command.js';
import { readDatabaseConfig, useDatabase, withDatabase, type DatabaseOptions } from './database.js';
import { CommandError } from './exit-codes.js';
import { writeAll } from './terminal/output.js';
import { jsonLine } from './terminal/printable.js';
import { styleFor, widthOf } from './terminal/style.js';
import { createTable } from './terminal/table.js';

interface Options extends DatabaseOptions {
  readonly check?: true;
  readonly json?: true;
}

export function migrateCommand(): Command {
  const command = makeCommand({
    name: 'migrate',
    description: 'Applies the migrations that the database lacks: the gateway\'s and those of the application. `sluice serve` does so too, at its start; '
      + 'this is for those who want to do it before, or with other rights. Several at once wait for each other.',
    examples: [
      ['DATABASE_URL=postgres://owner@db/shop sluice migrate', 'bring the database up to date'],
      ['sluice migrate --check', 'change nothing; fail when something is pending'],
    ],
    exits: {
      done: 'The database is up to date.',
      failed: 'With --check: something is pending. Else: a migration failed, or the server is unfit; nothing of the failed set was applied.',
      unreachable: 'The database does not answer; or, with --check, there is none.',
      usage: 'Wrong use, or a wrong setting.',
    },
  })
    .option('--check', 'Change nothing; exit with 1 when something is pending.')
    .option('--json', 'One JSON object: { applied, pending, unknown }, lists of { set, name }.');
  return withDatabase(command).action((options: Options) => run(options));
}

async function run(options: Options): Promise<void> {
  const config = readDatabaseConfig(options);
  const application = await loadApplication(config.schemaDir);
  const sets = [GATEWAY_MIGRATIONS, ...application.migrations];
  const { before, after } = await useDatabase(config, { readOnly: options.check === true }, async (url, sql) => {
    await checkServer(sql);
    const read = async (): Promise<MigrationState[]> => (await Promise.all(sets.map((set) => readMigrations(sql, set)))).flat();
    const found = await read();
    if (options.check) return { before: found, after: found };
    await migrate(url, sets);
    return { before: found, after: await read() };
  });
  const pending = after.filter(({ state }) => state === 'pending');
  const applied = after.filter((each, index) => each.state === 'applied' && before[index]?.state === 'pending');
  const unknown = after.filter(({ state }) => state === 'unknown');
  const list = (states: readonly MigrationState[]): object[] => states.map(({ set, name }) => ({ set, name }));
  await writeAll(process.stdout, options.json ? jsonLine({ applied: list(applied), pending: list(pending), unknown: list(unknown) }) : page(after, applied));
  if (!options.json && unknown.length > 0) process.stderr.write('This database was migrated by a newer Sluice, or for another application: upgrade before you go on.\n');
  if (pending.length > 0) throw new CommandError('failed', options.json ? '' : `${pending.length} pending. \`sluice migrate\` applies ${pending.length === 1 ? 'it' : 'them'}.`);
}

function page(all: readonly MigrationState[], applied: readonly MigrationState[]): string {
  const style = styleFor(process.stdout);
  const table = createTable({ head: ['set', 'migration', 'state'], width: widthOf(process.stdout), style });
  const rows = all.map((each) => [each.set, each.name, applied.includes(each) ? 'applied now' : each.state]);
  const said = applied.length > 0 ? `${applied.length} applied.` : all.every(({ state }) => state === 'applied') ? 'Up to date.' : '';
  return `${table(rows)}${said === '' ? '' : `${said}\n`}`;
}
