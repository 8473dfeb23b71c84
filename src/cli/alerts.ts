import type { Command } from 'commander';
import { makeCommand } from './command.js';
import { ALERT_EDGE, ALERT_SUBSCRIPTION, readAlerts, type AlertEdge } from './consumers/alert.js';
import { readFirst } from './consumers/first.js';
import { readEndpoint, withEndpoint, type Endpoint } from './events/endpoint.js';
import { follow } from './events/follow.js';
import { FROM_TAKES, readStart } from './events/start.js';
import { printUntilStopped } from './events/until-stopped.js';
import { CommandError } from './exit-codes.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable, printableLines } from './terminal/printable.js';
import { styleFor } from './terminal/style.js';
import { number } from './terminal/words.js';

const DEFAULT_FIRST = 20;

interface Options {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly first?: number;
  readonly after?: string;
  readonly follow?: true;
  readonly from?: string;
  readonly json?: true;
}

export function alertsCommand(): Command {
  const command = makeCommand({
    name: 'alerts',
    description: 'Shows what has gone wrong with consumers and webhooks, the latest first, or as it happens: one that lost events (LAGGED), one that has paused itself, the first dead letter '
      + 'of one, a webhook that was paused or disabled. It takes the scope sluice:admin.',
    examples: [
      ['sluice alerts', 'the latest'],
      ['sluice alerts --follow', 'from now on, through lost connections and restarts of the gateway'],
      ['sluice alerts --follow --from 7d --json', 'those of a week, and what follows, for a program'],
    ],
    exits: {
      done: 'Done, also when there are no alerts.',
      failed: 'The gateway refused.',
      unreachable: 'The gateway does not answer. (With --follow, later: it is waited for without end.)',
      cursor: 'The cursor cannot be honoured.',
      usage: 'Wrong use.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
      interrupted: 'Ctrl-C, with --follow.',
      terminated: 'SIGTERM, with --follow.',
    },
  })
    .option('--first <number>', `So many, or all. Default: ${DEFAULT_FIRST}.`, readFirst)
    .option('--after <cursor>', 'Go on behind a page, with alerts that are older.')
    .option('--follow', 'In the order in which they come, without end.')
    .option('--from <place>', `Of --follow: where to start: ${FROM_TAKES}. Default: now.`)
    .option('--json', 'One JSON object a line: the alert, with its cursor.');
  return withEndpoint(command).action((options: Options) => alerts(options));
}

async function alerts(options: Options): Promise<void> {
  const endpoint = readEndpoint(options);
  if (options.follow !== true) {
    if (options.from !== undefined) throw new CommandError('usage', '--from goes with --follow.');
    return list(endpoint, options);
  }
  if (options.first !== undefined || options.after !== undefined) throw new CommandError('usage', '--follow takes no --first and no --after: it starts at --from.');
  const start = readStart(options.from ?? 'now', Date.now());
  await printUntilStopped({}, (output, signal) => follow({
    endpoint, start, subscription: ALERT_SUBSCRIPTION, variables: {}, edge: ALERT_EDGE,
    onEdge: (edge) => output.add(textOf(edge, options), edge.cursor), onCheckpoint: () => undefined,
    say: (text) => void process.stderr.write(`sluice alerts: ${printableLines(text)}\n`),
    full: () => output.full, drained: () => output.flushed(), signal,
  }));
}

async function list(endpoint: Endpoint, options: Options): Promise<void> {
  let shown = 0;
  let more: string | null = null;
  for await (const { edges, next } of readAlerts(endpoint, options.first ?? DEFAULT_FIRST, options.after ?? null)) {
    shown += edges.length;
    more = next;
    await writeAll(process.stdout, edges.map((edge) => textOf(edge, options)).join(''));
  }
  if (options.json !== true) process.stderr.write(`${shown === 0 ? 'No alerts.' : shown === 1 ? 'One alert.' : `${number(shown)} alerts.`}${more === null ? '' : ` Older: --after ${more}`}\n`);
}

/** Two lines for people: when, what and of whom; what to do. */
function textOf({ cursor, node }: AlertEdge, { json }: Options): string {
  if (json) return jsonLine({ cursor, ...node });
  const style = styleFor(process.stdout);
  return `${style.dim(node.at.slice(0, 19).replace('T', ' '))}  ${style.bad(node.kind)}  ${style.bold(printable(node.name))}\n  ${printable(node.message)}\n`;
}
