import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { pause } from '../base/signal.js';
import { makeCommand } from './command.js';
import { changeConsumer, readConsumer, readConsumers, type DetailedConsumer } from './consumers/consumer.js';
import { PLACE_TAKES, readPlace } from './consumers/place.js';
import { consumerPage, consumersJson, consumersTable } from './consumers/show.js';
import { readEndpoint, withEndpoint, type Endpoint } from './events/endpoint.js';
import { CommandError } from './exit-codes.js';
import { stopSignal } from './stop-signal.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';
import { number } from './terminal/words.js';

const ACTIONS = ['list', 'show', 'pause', 'resume', 'reset', 'fork', 'delete'] as const;

interface Options {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly watch?: true;
  readonly reason?: string;
  readonly to?: string;
  readonly label?: string;
  readonly from?: string;
  readonly until?: string;
  readonly discardDeadLetters?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** Milliseconds between two looks of --watch. */
const EVERY = 1_000;

export function consumersCommand(): Command {
  const command = makeCommand({
    name: 'consumers',
    description: 'Shows what consumers (processors and webhooks) are doing, and decides about them. Gateways see a decision within a second. It takes the scope sluice:admin; '
      + 'consumers that read events of every tenant are operated by the tenant default.',
    examples: [
      ['sluice consumers --watch', 'all of them, every second'],
      ['sluice consumers show fraud', 'one, with its slots and what was decided about it'],
      ['sluice consumers pause welcome-mail --reason "the relay is down"', 'stop one; resume lets it go on'],
      ['sluice consumers reset revenue --to beginning --yes', 'have one begin anew, without what it remembers'],
      ['sluice consumers fork fraud --label v2 --from 7d --until now', 'try what gateways run now on a week of events, without effects'],
      ['sluice consumers delete fraud@v2', 'drop a fork'],
    ],
    exits: {
      done: 'Done, also when there are no consumers.',
      failed: 'There is no such consumer, or its state does not allow it.',
      unreachable: 'The gateway does not answer. A change may have been made: `show` says.',
      cursor: 'A cursor cannot be honoured.',
      usage: 'Wrong use; or what cannot be undone, without --yes.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
      interrupted: 'Ctrl-C, with --watch.',
      terminated: 'SIGTERM, with --watch.',
    },
  })
    .addArgument(new Argument('[action]', 'What to do.').choices(ACTIONS).default('list'))
    .argument('[name]', 'Which consumer, for all but `list`.')
    .option('--watch', 'Of list: again every second, until Ctrl-C.')
    .option('--reason <text>', 'Why: kept in the record, and shown.')
    .option('--to <place>', `Of reset: where it begins: ${PLACE_TAKES}.`)
    .option('--label <label>', 'Of fork: it is called <name>@<label>.')
    .option('--from <place>', 'Of fork: where it begins, as --to.')
    .option('--until <place>', 'Of fork: where it ends. Default: nowhere.')
    .option('--discard-dead-letters', 'Of reset and delete: its dead letters may go, too.')
    .option('--yes', 'Of reset, and of delete for what is no fork: do it.')
    .option('--json', 'One JSON object a line (with --watch each has `at`); of a change what it did.');
  return withEndpoint(command).action((action: (typeof ACTIONS)[number], name: string | undefined, options: Options) => consumers(action, name, options));
}

async function consumers(action: (typeof ACTIONS)[number], name: string | undefined, options: Options): Promise<void> {
  const endpoint = readEndpoint(options);
  if (action === 'list') {
    if (name !== undefined) throw new CommandError('usage', '`list` takes no name: sluice consumers show <name>.');
    return options.watch === true ? watch(endpoint, options) : list(endpoint, options);
  }
  if (name === undefined) throw new CommandError('usage', `Say which consumer: sluice consumers ${action} <name>; \`sluice consumers\` has the names.`);
  if (action === 'show') {
    const found = await find(endpoint, name);
    return writeAll(process.stdout, options.json ? jsonLine(found) : consumerPage(found));
  }
  return decide(action, endpoint, name, options);
}

async function list(endpoint: Endpoint, { json }: Options): Promise<void> {
  const found = await readConsumers(endpoint);
  await writeAll(process.stdout, json ? consumersJson(found) : consumersTable(found));
  if (!json && found.length === 0) process.stderr.write('No consumers.\n');
}

/** Goes on while the gateway does not answer, once it has answered. */
async function watch(endpoint: Endpoint, { json }: Options): Promise<void> {
  const stop = stopSignal();
  let seen = false;
  while (!stop.signal.aborted) {
    try {
      const found = await readConsumers(endpoint, stop.signal);
      const at = new Date().toISOString();
      const clear = process.stdout.isTTY ? '\u001b[H\u001b[2J' : '';
      await writeAll(process.stdout, json ? consumersJson(found, { at }) : `${clear}${at.slice(0, 19).replace('T', ' ')} UTC, ${number(found.length)} consumers\n${consumersTable(found)}\n`);
      seen = true;
    } catch (error) {
      if (stop.signal.aborted) break;
      if (!seen || !(error instanceof CommandError) || error.exit !== 'unreachable') throw error;
      process.stderr.write(`sluice consumers: ${printable(error.message)} Trying again.\n`);
    }
    await pause(EVERY, stop.signal);
  }
  stop.check();
}

async function find(endpoint: Endpoint, name: string): Promise<DetailedConsumer> {
  const found = await readConsumer(endpoint, name);
  if (found === null) throw new CommandError('failed', `There is no consumer "${name}" that you may operate. \`sluice consumers\` has the names.`);
  return found;
}

const NAMED = z.object({ consumer: z.object({ name: z.string() }) });
const RESET = z.object({ position: z.string(), deadLetters: z.number(), parked: z.number(), keys: z.number() });
const DELETED = z.object({ names: z.array(z.string()), deadLetters: z.number() });

async function decide(action: Exclude<(typeof ACTIONS)[number], 'list' | 'show'>, endpoint: Endpoint, name: string, options: Options): Promise<void> {
  const common = { name, reason: options.reason ?? null, discard: options.discardDeadLetters === true };
  const say = (json: object, text: string): Promise<void> => writeAll(process.stdout, options.json ? jsonLine(json) : `${printable(text)}\n`);
  switch (action) {
    case 'pause':
    case 'resume':
      await changeConsumer(endpoint, action, common, NAMED);
      return say({ name, status: action === 'pause' ? 'PAUSED' : 'RUNNING' }, `${name} ${action === 'pause' ? 'stops within a second, until it is resumed' : 'goes on within a second'}.`);
    case 'reset': {
      const to = readPlace('--to', options.to, Date.now());
      await mustSay(options, endpoint, name, (found) => `A reset has ${name} begin anew: what it remembers is forgotten, with ${number(found.counts.retrying + found.counts.waiting)} events that wait and ${number(found.counts.dead)} dead letters; events that come again are handled again.`);
      const done = await changeConsumer(endpoint, 'reset', { ...common, to }, RESET);
      return say({ name, ...done }, `${name} begins anew after position ${done.position}. Forgotten: the state of ${number(done.keys)} keys, ${number(done.parked)} events that waited, ${number(done.deadLetters)} dead letters.`);
    }
    case 'fork': {
      if (options.label === undefined) throw new CommandError('usage', `Give the fork a label: sluice consumers fork ${name} --label v2 --from 7d`);
      const places = { from: readPlace('--from', options.from, Date.now()), until: options.until === undefined ? null : readPlace('--until', options.until, Date.now()) };
      const { consumer } = await changeConsumer(endpoint, 'fork', { ...common, label: options.label, ...places }, NAMED);
      return say({ name: consumer.name, forkOf: name }, `${consumer.name} begins within a second. Its effects are taken back; \`sluice consumers show ${consumer.name}\` has what it does.`);
    }
    case 'delete': {
      if (!name.includes('@')) await mustSay(options, endpoint, name, () => `A deletion takes ${name} with its checkpoints, its state and its forks.`);
      const done = await changeConsumer(endpoint, 'delete', common, DELETED);
      return say(done, `Deleted: ${done.names.join(', ')}${done.deadLetters === 0 ? '' : `, with ${number(done.deadLetters)} dead letters`}.`);
    }
  }
}

/** What cannot be undone is done only with --yes. Errors: `CommandError`. */
async function mustSay({ yes }: Options, endpoint: Endpoint, name: string, what: (found: DetailedConsumer) => string): Promise<void> {
  if (yes !== true) throw new CommandError('usage', `${what(await find(endpoint, name))} That cannot be undone. Repeat it with --yes to do it.`);
}
