import { readFile } from 'node:fs/promises';
import { buildASTSchema, buildSchema, findBreakingChanges, findDangerousChanges, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Command } from 'commander';
import { deriveSchema } from '../graphql/derive/derive.js';
import { SchemaError, type SchemaProblem } from '../graphql/derive/schema-error.js';
import { loadSources } from '../graphql/derive/sources.js';
import { COMMERCE } from './application.js';
import { makeCommand } from './command.js';
import { CommandError } from './exit-codes.js';
import { findStoredChanges } from './schema/stored-changes.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';
import { styleFor } from './terminal/style.js';

interface Options {
  readonly against?: string;
  readonly json?: true;
}

/** What was found. Changes are sentences. */
interface Report {
  readonly problems: readonly SchemaProblem[];
  readonly warnings: readonly string[];
  /** For requests and code that fit the old schema. */
  readonly breaking: readonly string[];
  readonly dangerous: readonly string[];
}

export function checkSchemaCommand(): Command {
  return makeCommand({
    name: 'check-schema',
    description: 'Finds what a gateway would refuse in a schema, each with file, line and remedy; what is allowed but probably not meant; and, against an earlier derived schema, '
      + 'what would break: requests of clients, and events that are stored already. Needs no database.',
    examples: [
      ['sluice check-schema my-schema', 'may this be served?'],
      ['git show main:derived.graphql > /tmp/old.graphql && sluice check-schema my-schema --against /tmp/old.graphql', 'in CI: does it break what main has?'],
    ],
    exits: {
      done: 'Nothing that breaks. There may be warnings and dangerous changes.',
      failed: 'The schema has mistakes, or a change breaks requests or stored events.',
      usage: 'Wrong use, or the file of --against is no schema.',
    },
  })
    .argument('[folder]', 'Folder of the schema. Default: the example shop, schema/commerce.')
    .option('--against <file>', 'A derived schema of before, as `sluice codegen --out` writes it.')
    .option('--json', 'One JSON object: { problems, warnings, breaking, dangerous }.')
    .action((folder: string | undefined, options: Options) => checkSchema(folder ?? COMMERCE, options));
}

async function checkSchema(folder: string, options: Options): Promise<void> {
  const before = options.against === undefined ? null : await readOld(options.against);
  const report = await inspect(folder, before);
  await writeAll(process.stdout, options.json ? jsonLine(report) : page(report, before !== null));
  if (report.problems.length + report.breaking.length > 0) throw new CommandError('failed', '');
}

async function inspect(folder: string, before: GraphQLSchema | null): Promise<Report> {
  try {
    const { typeDefs, warnings } = deriveSchema(await loadSources(folder));
    if (before === null) return { problems: [], warnings, breaking: [], dangerous: [] };
    const after = buildASTSchema(typeDefs);
    const stored = findStoredChanges(before, after);
    return {
      problems: [], warnings,
      breaking: [...stored.filter(({ level }) => level === 'breaking'), ...findBreakingChanges(before, after).map(forRequests)].map(({ message }) => message),
      dangerous: [...stored.filter(({ level }) => level === 'dangerous'), ...findDangerousChanges(before, after).map(forRequests)].map(({ message }) => message),
    };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return { problems: error.problems, warnings: [], breaking: [], dangerous: [] };
  }
}

function forRequests({ description }: { readonly description: string }): { readonly message: string } {
  return { message: `For clients: ${description}` };
}

async function readOld(file: string): Promise<GraphQLSchema> {
  try {
    return buildSchema(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof GraphQLError ? `is no derived schema (${error.message})` : `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new CommandError('usage', `${file} ${reason}. It takes what \`sluice codegen --out\` wrote.`, { cause: error });
  }
}

function page({ problems, warnings, breaking, dangerous }: Report, compared: boolean): string {
  const style = styleFor(process.stdout);
  const lines = [
    ...problems.map((each) => `${style.bad('problem')}    ${style.bold(printable(`${each.file}:${each.line}:${each.column}`))}  ${printable(each.message)}\n           ${printable(each.remedy)}`),
    ...breaking.map((each) => `${style.bad('breaking')}   ${printable(each)}`),
    ...dangerous.map((each) => `${style.warning('dangerous')}  ${printable(each)}`),
    ...warnings.map((each) => `${style.warning('warning')}    ${printable(each)}`),
  ];
  const counts = ([[problems.length, 'problem'], [breaking.length, 'breaking change'], [dangerous.length, 'dangerous change'], [warnings.length, 'warning']] as const)
    .filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`);
  const fine = compared ? 'The schema can be served, and breaks nothing.' : 'The schema can be served.';
  const verdict = problems.length + breaking.length > 0 ? '' : `${style.good(fine)}\n`;
  return `${lines.map((line) => `${line}\n`).join('')}${verdict}${counts.length === 0 ? '' : `${counts.join(', ')}.\n`}`;
}
