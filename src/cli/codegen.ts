import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildASTSchema, printSchema, type GraphQLSchema } from 'graphql';
import type { Command } from 'commander';
import { deriveSchema } from '../graphql/derive/derive.js';
import { loadSources } from '../graphql/derive/sources.js';
import { COMMERCE } from './application.js';
import { makeCommand } from './command.js';
import { CommandError } from './exit-codes.js';
import { readEndpoint, readUrl, withHeader } from './events/endpoint.js';
import { readServedSchema } from './events/topics.js';
import { printTypes } from './schema/typescript.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';

interface Options {
  readonly schema?: string;
  readonly url?: URL;
  readonly header?: readonly string[];
  readonly out?: string;
  readonly types?: string;
  readonly processors?: true;
  readonly check?: true;
  readonly json?: true;
}

export function codegenCommand(): Command {
  const command = makeCommand({
    name: 'codegen',
    description: 'Writes the schema that a gateway serves, as SDL for editors and code generators, and TypeScript types of its events: each topic is a union '
      + 'that `__typename` tells apart, `EventInputs` has what each event type is published with. From a folder (no gateway and no database are needed), or from a running gateway.',
    examples: [
      ['sluice codegen --schema my-schema --out derived.graphql --types src/events.ts', 'both, from a folder'],
      ['sluice codegen --url https://events.example.com --types src/events.ts', 'types for a front end in another repository'],
      ['sluice codegen --schema my-schema --types src/events.ts --processors', 'in the repository of the server: with `defineProcessor` and `definePipeline` for these events'],
      ['sluice codegen --schema my-schema --out derived.graphql --check', 'in CI: fail when the committed file is out of date'],
    ],
    exits: {
      done: 'Written; with --check: the files are up to date.',
      failed: 'The schema has mistakes, a file cannot be written, or with --check: a file is not what it should be.',
      unreachable: 'The gateway does not answer.',
      usage: 'Wrong use.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
    },
  })
    .option('--schema <folder>', 'Folder of the schema. Default: the example shop, schema/commerce.')
    .option('--url <url>', 'GraphQL of a running gateway, in place of a folder. Directives are not in what it shows.', readUrl)
    .option('--out <file>', 'Where the SDL goes. Default: stdout, unless --types is given.')
    .option('--types <file>', 'Where the TypeScript types go.')
    .option('--processors', 'With --types: also `defineProcessor` and `definePipeline`, typed by these events. The file then imports from `sluice`, which front ends do not have.')
    .option('--check', 'Write nothing; exit with 1 when a file differs.')
    .option('--json', 'Print what was done as one JSON object: { files: [{ file, state }] }, state written, unchanged, differs or missing. Needs --out or --types.');
  return withHeader(command).action((options: Options) => codegen(options));
}

interface Made {
  readonly file: string;
  readonly text: string;
}

async function codegen(options: Options): Promise<void> {
  if (options.schema !== undefined && options.url !== undefined) throw new CommandError('usage', 'Give --schema or --url, not both.');
  if (options.out === undefined && options.types === undefined && (options.check || options.json)) throw new CommandError('usage', '--check and --json need --out or --types.');
  if (options.processors && options.types === undefined) throw new CommandError('usage', '--processors needs --types: it adds to that file.');
  const { sdl, schema, from } = await readSchema(options);
  if (options.out === undefined && options.types === undefined) return writeAll(process.stdout, sdl);
  const made: Made[] = [
    ...(options.out === undefined ? [] : [{ file: options.out, text: `# Made by \`sluice codegen\` from ${from}. Do not edit.\n\n${sdl}` }]),
    ...(options.types === undefined ? [] : [{ file: options.types, text: printTypes(schema, `// Made by \`sluice codegen\` from ${from}. Do not edit.`, { processors: options.processors === true }) }]),
  ];
  const files = await Promise.all(made.map(async (each) => ({ file: each.file, state: await settle(each, options.check === true) })));
  await writeAll(process.stdout, options.json ? jsonLine({ files }) : files.map(({ file, state }) => `${printable(file)}: ${state}\n`).join(''));
  const drifted = files.filter(({ state }) => state === 'differs' || state === 'missing');
  if (drifted.length > 0) throw new CommandError('failed', 'Not up to date. Run the same command without --check and commit what it writes.');
}

async function readSchema(options: Options): Promise<{ readonly sdl: string; readonly schema: GraphQLSchema; readonly from: string }> {
  if (options.url !== undefined) {
    const schema = await readServedSchema(readEndpoint({ ...options, url: options.url }), 'or give the folder of the schema (--schema) in place of --url');
    return { sdl: `${printSchema(schema)}\n`, schema, from: 'a running gateway' };
  }
  const folder = options.schema ?? COMMERCE;
  const { sdl, typeDefs, warnings } = deriveSchema(await loadSources(folder));
  for (const warning of warnings) process.stderr.write(`Warning: ${printable(warning)}\n`);
  return { sdl, schema: buildASTSchema(typeDefs), from: (path.relative(process.cwd(), folder) || '.').replaceAll('\\', '/') };
}

async function settle({ file, text }: Made, check: boolean): Promise<'written' | 'unchanged' | 'differs' | 'missing'> {
  try {
    const before = await readFile(file, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (before === text) return 'unchanged';
    if (check) return before === null ? 'missing' : 'differs';
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    return 'written';
  } catch (error) {
    throw new CommandError('failed', `${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
