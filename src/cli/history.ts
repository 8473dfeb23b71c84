import { InvalidArgumentError, type Command } from 'commander';
import { collect, makeCommand } from './command.js';
import { CommandError } from './exit-codes.js';
import { documentsFor } from './events/document.js';
import { edgeColumns, edgeJson } from './events/edge.js';
import { readEndpoint, withEndpoint } from './events/endpoint.js';
import { lastPages, pagesForward, type Page, type PagesOptions } from './events/pages.js';
import { readServedSchema, readWhere, sourceFor } from './events/topics.js';
import { writeAll } from './terminal/output.js';
import { createProgress } from './terminal/progress.js';
import { styleFor, widthOf } from './terminal/style.js';
import { createTable } from './terminal/table.js';

const DEFAULT_FIRST = 50;
const MOST_LAST = 10_000;

interface Options {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly first?: number;
  readonly last?: number;
  readonly after?: string;
  readonly before?: string;
  readonly where?: readonly string[];
  readonly select?: string;
  readonly json?: true;
}

export function historyCommand(): Command {
  const command = makeCommand({
    name: 'history',
    description: 'Prints events that have happened, as a table or as JSON, in log order. It reads page after page, so any number may be asked for.',
    examples: [
      ['sluice history OrderEvent --last 20', 'the last 20 events of all orders'],
      ['sluice history OrderEvent --where key=o-17 --first all', 'the whole life of one order'],
      ['sluice history --first all --json > events.ndjson', 'everything that is kept, one JSON object a line'],
    ],
    exits: {
      done: 'Printed, also when nothing matched. Also when the reader of the output has gone (| head).',
      failed: 'The gateway refused.',
      unreachable: 'The gateway does not answer, for some 20 s once it had answered.',
      cursor: 'A cursor cannot be honoured.',
      usage: 'Wrong use: no such topic, field or option.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
    },
  })
    .argument('[topic...]', 'Topics, as OrderEvent or orderEvents. Default: all.')
    .option('--first <number>', `So many events from the front of the range, or all. Default: ${DEFAULT_FIRST}.`, (text) => (text === 'all' ? Infinity : readCount(text, Number.MAX_SAFE_INTEGER)))
    .option('--last <number>', 'So many events from the end of the range, at most 10,000. Not together with --first.', (text) => readCount(text, MOST_LAST))
    .option('--after <cursor>', 'The range begins behind this cursor.')
    .option('--before <cursor>', 'The range ends before this cursor.')
    .option('--where <field=value,…>', 'Only events that match: AND between fields, OR between values of one (key=o-1,o-2,type=OrderPaid). May be given several times.', collect)
    .option('--select <fields>', 'GraphQL selection on the event. Default: everything that is stored with it.')
    .option('--json', 'One JSON object a line: { cursor, meta, data }, and errors where a part failed.');
  return withEndpoint(command).action((topics: string[], options: Options) => history(topics, options));
}

function readCount(text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > most) throw new InvalidArgumentError(`It takes a whole number from 1${most === MOST_LAST ? ' to 10,000' : ', or all'}.`);
  return Number(text);
}

async function history(topics: readonly string[], options: Options): Promise<void> {
  if (options.first !== undefined && options.last !== undefined) throw new CommandError('usage', 'Give --first or --last, not both.');
  const endpoint = readEndpoint(options);
  const schema = await readServedSchema(endpoint);
  const source = sourceFor(schema, topics);
  const documents = documentsFor(schema, source, readWhere(options.where ?? [], source.filter), options.select);
  const most = options.last ?? options.first ?? DEFAULT_FIRST;
  const progress = createProgress();
  const paging: PagesOptions = {
    endpoint, history: documents.history, variables: documents.variables, after: options.after, before: options.before, most,
    onRetry: (error) => void process.stderr.write(`sluice history: ${error.message} Trying again.\n`),
  };
  const print = printer(options.json === true);
  let printed = 0;
  let last: Page | undefined;
  for await (const page of options.last === undefined ? pagesForward(paging) : [await lastPages(paging)]) {
    progress.clear();
    if (page.items.length > 0) await writeAll(process.stdout, print(page));
    printed += page.items.length;
    last = page;
    if (!process.stdout.isTTY) progress.show(`${printed.toLocaleString('en-US')} events`);
  }
  progress.clear();
  if (!options.json) process.stderr.write(summary(printed, options, last));
}

function printer(json: boolean): (page: Page) => string {
  if (json) return ({ items }) => items.map(({ edge, errors }) => edgeJson(edge, errors)).join('');
  const table = createTable({ head: ['recorded', 'type', 'key', 'event'], width: widthOf(process.stdout), style: styleFor(process.stdout) });
  return ({ items }) => table(items.map(({ edge, errors }) => edgeColumns(edge, errors)));
}

function summary(printed: number, options: Options, last: Page | undefined): string {
  const count = printed === 0 ? 'No events.' : printed === 1 ? 'One event.' : `${printed.toLocaleString('en-US')} events.`;
  if (options.last !== undefined) return `${count}${last?.hasPreviousPage === true && last.start !== null ? ` Earlier ones: --last ${options.last} --before ${last.start}` : ''}\n`;
  return `${count}${last?.hasNextPage === true && last.end !== null ? ` More: --after ${last.end}` : ''}\n`;
}
