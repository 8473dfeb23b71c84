import type { Command } from 'commander';
import { maskPassword } from '../base/mask.js';
import { GATEWAY_MIGRATIONS } from '../db/migrate.js';
import { sqlState, type Sql } from '../db/connect.js';
import { loadApplication } from './application.js';
import { makeCommand } from './command.js';
import type { Config } from './config.js';
import { readDatabaseConfig, useDatabase, withDatabase, type DatabaseOptions } from './database.js';
import { ok, problem, type Finding, type Level } from './doctor/finding.js';
import { checkGateway } from './doctor/gateway.js';
import { checkLog, checkMigrations, checkPrivileges } from './doctor/log.js';
import { checkListen, checkServerFitness, checkSessions } from './doctor/server.js';
import { readEndpoint, readUrl, withHeader } from './events/endpoint.js';
import { CommandError } from './exit-codes.js';
import { isExplained } from './explained.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';
import { styleFor } from './terminal/style.js';

interface Options extends DatabaseOptions {
  readonly url?: URL;
  readonly header?: readonly string[];
  readonly database: boolean;
  readonly json?: true;
}

export function doctorCommand(): Command {
  const command = makeCommand({
    name: 'doctor',
    description: 'Looks at the database, and with --url at a running gateway, and says what is well and what is not, with a remedy. It changes nothing.',
    examples: [
      ['DATABASE_URL=postgres://user@db/shop sluice doctor', 'is this database fit for a gateway, and is its log well?'],
      ['sluice doctor --url https://events.example.com --no-database', 'only the gateway, as a client reaches it'],
    ],
    exits: {
      done: 'All is well.',
      failed: 'There are warnings: it works, but somebody should look.',
      problem: 'There is a problem: something does not work, or will not for long. A database or gateway that cannot be reached is one.',
      usage: 'Wrong use, or a wrong setting.',
    },
  })
    .option('--url <url>', 'Also look at this gateway; /graphql is added to an address alone.', readUrl)
    .option('--no-database', 'Leave the database alone. Needs --url.')
    .option('--json', 'One JSON object: { status, findings: [{ check, level, detail, remedy }] }, level and status ok, warning or problem.');
  return withHeader(withDatabase(command)).action((options: Options) => doctor(options));
}

async function doctor(options: Options): Promise<void> {
  if (!options.database && options.url === undefined) throw new CommandError('usage', '--no-database needs --url: there would be nothing to look at.');
  const findings = [
    ...(options.database ? await checkDatabase(readDatabaseConfig(options)) : []),
    ...(options.url === undefined ? [] : await checkGateway(readEndpoint({ ...options, url: options.url }))),
  ];
  const status: Level = (['problem', 'warning'] as const).find((level) => findings.some((each) => each.level === level)) ?? 'ok';
  await writeAll(process.stdout, options.json ? jsonLine({ status, findings }) : page(findings));
  if (status !== 'ok') throw new CommandError(status === 'problem' ? 'problem' : 'failed', '');
}

async function checkDatabase(config: Config): Promise<Finding[]> {
  const application = await loadApplication(config.schemaDir);
  try {
    return await useDatabase(config, { readOnly: true }, (url, sql) => examine(url, sql, [GATEWAY_MIGRATIONS, ...application.migrations]));
  } catch (error) {
    if (!(error instanceof CommandError || isExplained(error) || sqlState(error) !== undefined)) throw error;
    const where = config.databaseUrl === null ? `the embedded one in ${config.dataDir}` : maskPassword(config.databaseUrl);
    return [problem('database', `${where}: ${error instanceof Error ? error.message : String(error)}`, 'Is it running, and is DATABASE_URL right?')];
  }
}

async function examine(url: string, sql: Sql, sets: Parameters<typeof checkMigrations>[1]): Promise<Finding[]> {
  const findings = await checkServerFitness(sql);
  findings.push(await checkListen(url, sql));
  const { finding, ready } = await checkMigrations(sql, sets);
  findings.push(finding);
  const privileges = await checkPrivileges(sql, ready);
  findings.push(privileges, ...await checkSessions(sql));
  // Without its tables, or the right to read them, there is no log to look at.
  if (ready && privileges.level === 'ok') findings.push(...await checkLog(sql));
  return [ok('database', maskPassword(url)), ...findings];
}

function page(findings: readonly Finding[]): string {
  const style = styleFor(process.stdout);
  const paint = { ok: style.good, warning: style.warning, problem: style.bad };
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, level, detail, remedy }) =>
    `${paint[level](level.padEnd(7))}  ${style.bold(check.padEnd(width))}  ${printable(detail)}\n${remedy === undefined ? '' : `${' '.repeat(width + 11)}${style.dim('→')} ${printable(remedy)}\n`}`);
  const count = (level: Level): number => findings.filter((each) => each.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const verdict = problems + warnings === 0 ? style.good('All is well.') : [problems > 0 ? `${problems} problem${problems === 1 ? '' : 's'}` : '', warnings > 0 ? `${warnings} warning${warnings === 1 ? '' : 's'}` : ''].filter((text) => text !== '').join(', ') + '.';
  return `${lines.join('')}${verdict}\n`;
}
