import type { Command } from 'commander';
import { collect, makeCommand } from './command.js';
import { readCursorFile, writeCursorFile } from './events/cursor-file.js';
import { documentsFor } from './events/document.js';
import { EDGE, edgeJson, edgeLine, type Edge, type ErrorText } from './events/edge.js';
import { readEndpoint, withEndpoint } from './events/endpoint.js';
import { findStart, follow } from './events/follow.js';
import { pagesForward } from './events/pages.js';
import { readStart, FROM_TAKES } from './events/start.js';
import { readServedSchema, readWhere, sourceFor } from './events/topics.js';
import { printUntilStopped } from './events/until-stopped.js';
import { printableLines } from './terminal/printable.js';
import { styleFor, widthOf } from './terminal/style.js';

interface Options {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly from: string;
  readonly where?: readonly string[];
  readonly select?: string;
  readonly follow: boolean;
  readonly cursorFile?: string;
  readonly json?: true;
}

export function tailCommand(): Command {
  const command = makeCommand({
    name: 'tail',
    description: 'Prints the events of one topic, of several in one order, or of all, as they happen. It survives lost connections and restarts of the gateway: '
      + 'it goes on behind the last event that it printed, and says so on stderr.',
    examples: [
      ['sluice tail', 'everything from now on'],
      ['sluice tail OrderEvent --from 15m --where type=OrderPaid,customerId=c-7', 'what customer c-7 paid in the last 15 minutes, and from now on'],
      ['sluice tail OrderEvent --select \'orderId customer { name }\' --from last:10', 'other fields, and references, of the last 10 and what follows'],
      ['sluice tail --json --cursor-file orders.cursor >> orders.ndjson', 'keep a file up to date, across restarts of this command too'],
    ],
    exits: {
      done: 'With --no-follow: the head was reached. Also when the reader of the output has gone (| head).',
      failed: 'The gateway refused, or the cursor file cannot be written.',
      unreachable: 'The gateway does not answer at the start. (Later, it is waited for without end.)',
      cursor: 'The cursor cannot be honoured: its events are gone, or the log is another one.',
      usage: 'Wrong use: no such topic, field or option.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
      interrupted: 'Ctrl-C, after what had arrived was printed and the cursor stored.',
      terminated: 'SIGTERM, in the same way.',
    },
  })
    .argument('[topic...]', 'Topics, as OrderEvent or orderEvents. Default: all.')
    .option('--from <place>', `Where to start: ${FROM_TAKES}. Moments are those of recording.`, 'now')
    .option('--where <field=value,…>', 'Only events that match: AND between fields, OR between values of one (key=o-1,o-2,type=OrderPaid). May be given several times.', collect)
    .option('--select <fields>', 'GraphQL selection on the event. Default: everything that is stored with it.')
    .option('--no-follow', 'Stop at the head of the log.')
    .option('--cursor-file <file>', 'Keep the cursor in this file, and go on from there at the next start, in place of --from. The file is written after the '
      + 'output: killed between the two, the next start prints the last events once more (at least once). One command per file.')
    .option('--json', 'One JSON object a line: { cursor, meta, data }, and errors where a part failed.');
  return withEndpoint(command).action((topics: string[], options: Options) => tail(topics, options));
}

async function tail(topics: readonly string[], options: Options): Promise<void> {
  const endpoint = readEndpoint(options);
  const { cursorFile } = options;
  const first = readStart(options.from, Date.now());
  const stored = cursorFile === undefined ? null : await readCursorFile(cursorFile);
  const schema = await readServedSchema(endpoint);
  const source = sourceFor(schema, topics);
  const documents = documentsFor(schema, source, readWhere(options.where ?? [], source.filter), options.select);

  const say = (text: string): void => void process.stderr.write(`sluice tail: ${printableLines(text)}\n`);
  const style = styleFor(process.stdout);
  const from = stored === null ? first : { after: stored };
  if (stored !== null) say(`going on from the cursor in ${cursorFile}`);

  await printUntilStopped(cursorFile === undefined ? {} : { onFlushed: (cursor) => writeCursorFile(cursorFile, cursor) }, async (output, signal) => {
    const print = (edge: Edge, errors: readonly ErrorText[]): void => output.add(options.json ? edgeJson(edge, errors) : edgeLine(edge, errors, style, widthOf(process.stdout)), edge.cursor);
    if (options.follow) {
      return follow({
        endpoint, start: from, subscription: documents.subscription, variables: documents.variables, edge: EDGE,
        onEdge: print, onCheckpoint: (cursor) => output.add('', cursor), say,
        full: () => output.full, drained: () => output.flushed(), signal,
      });
    }
    const after = from.after ?? await findStart({ endpoint, start: from, subscription: documents.subscription, variables: documents.variables, say, signal });
    for await (const page of pagesForward({ endpoint, history: documents.history, variables: documents.variables, after, most: Infinity, onRetry: (error) => say(`${error.message} Trying again.`), signal })) {
      for (const { edge, errors } of page.items) print(edge, errors);
      output.add('', page.end);
      await output.flushed();
      if (signal.aborted) break;
    }
  });
}
