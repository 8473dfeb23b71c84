import { Argument, InvalidArgumentError, type Command } from 'commander';
import { collect, makeCommand } from './command.js';
import { decideAbout, readDeadLetter, readDeadLetters, type DeadLetter, type DetailedDeadLetter, type LetterFilter, type Status } from './consumers/dead-letter.js';
import { readFirst } from './consumers/first.js';
import { readPlace } from './consumers/place.js';
import { readEndpoint, withEndpoint, type Endpoint } from './events/endpoint.js';
import { CommandError } from './exit-codes.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable, printableLines } from './terminal/printable.js';
import { styleFor, widthOf } from './terminal/style.js';
import { createTable } from './terminal/table.js';
import { number } from './terminal/words.js';

const ACTIONS = ['list', 'show', 'replay', 'discard'] as const;
type Action = (typeof ACTIONS)[number];

/** Dead letters that --all decides about in one command. */
const MOST = 100_000;
const DEFAULT_FIRST = 50;
const MOMENT_TAKES = 'a moment (2026-11-01T09:00:00Z), or a time ago (15m, 2h, 7d)';

interface Options {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly consumer?: readonly string[];
  readonly type?: readonly string[];
  readonly key?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly error?: string;
  readonly status?: readonly Status[];
  readonly first: number;
  readonly after?: string;
  readonly all?: true;
  readonly reason?: string;
  readonly yes?: true;
  readonly json?: true;
}

export function deadLettersCommand(): Command {
  const command = makeCommand({
    name: 'dead-letters',
    description: 'Shows events that consumers gave up on, and decides about them: replayed, they are tried again from the first attempt on; discarded, they are deleted. '
      + 'With --status also events that wait for another attempt, or behind one of their key that does. It takes the scope sluice:admin.',
    examples: [
      ['sluice dead-letters --consumer fraud --error "timeout"', 'what fraud gave up on for want of time'],
      ['sluice dead-letters show --consumer fraud 4711', 'one, with its payload, its error and its attempts'],
      ['sluice dead-letters replay --consumer fraud 4711 4712', 'try two of them again'],
      ['sluice dead-letters replay --consumer fraud --since 1d --all', 'try again whatever it gave up on since yesterday'],
      ['sluice dead-letters discard --consumer fraud 4711 --reason "test data"', 'give one up for good'],
      ['sluice dead-letters --consumer fraud --status retrying', 'what is tried again, and when'],
      ['sluice dead-letters replay --consumer fraud --status retrying --all', 'try that now'],
    ],
    exits: {
      done: 'Done; also when nothing matched, or what was named is no dead letter any more.',
      failed: 'There is no such consumer, or, for `show`, no such dead letter.',
      unreachable: 'The gateway does not answer. A decision may have been made: list them again.',
      cursor: 'The cursor of --after is none of this list.',
      usage: 'Wrong use; or many are to be discarded, without --yes.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
    },
  })
    .addArgument(new Argument('[action]', 'What to do.').choices(ACTIONS).default('list'))
    .argument('[position...]', 'Which: positions of the events. Of replay and discard any number.')
    .option('--consumer <name>', 'Of this consumer. Of list it may be given several times; otherwise it must be given.', collect)
    .option('--type <type>', 'Of this event type. May be given several times.', collect)
    .option('--key <key>', 'With this value of their topic\'s key field. May be given several times.', collect)
    .option('--since <when>', 'Given up at or after a moment (2026-11-01T09:00:00Z), or a time ago (15m, 2h, 7d).')
    .option('--until <when>', 'Given up before it.')
    .option('--error <text>', 'With this text in name, message, code or step of the error.')
    .option('--status <status>', 'In place of dead letters (dead): retrying, or waiting (behind one of their key). May be given several times.', collectStatus)
    .option('--first <number>', 'Of list: so many, or all.', readFirst, DEFAULT_FIRST)
    .option('--after <cursor>', 'Of list: go on behind a page.')
    .option('--all', `Of replay and discard: all that match, in place of positions; at most ${number(MOST)}.`)
    .option('--reason <text>', 'Why: kept in the record. Of discard it must be given.')
    .option('--yes', 'Of discard: do it, for more than one.')
    .option('--json', 'One JSON object a line: a dead letter, or what was decided: { positions, notDead }.');
  return withEndpoint(command).action((action: Action, positions: string[], options: Options) => deadLetters(action, positions, options));
}

function collectStatus(text: string, before: readonly Status[] | undefined): readonly Status[] {
  if (text !== 'dead' && text !== 'retrying' && text !== 'waiting') throw new InvalidArgumentError('It takes dead, retrying or waiting.');
  return [...(before ?? []), text.toUpperCase() as Status];
}

const statusOf = ({ status }: Options): readonly Status[] => status ?? ['DEAD'];
const word = ({ status }: Options, count: number): string => `${status === undefined ? 'dead letter' : 'parked event'}${count === 1 ? '' : 's'}`;

async function deadLetters(action: Action, positions: readonly string[], options: Options): Promise<void> {
  const endpoint = readEndpoint(options);
  const odd = positions.find((position) => !/^\d{1,18}$/.test(position));
  if (odd !== undefined) throw new CommandError('usage', `"${odd}" is no position. \`sluice dead-letters\` has them.`);
  if (action === 'list') {
    if (positions.length > 0) throw new CommandError('usage', '`list` takes no positions: sluice dead-letters show --consumer <name> <position>.');
    return list(endpoint, options);
  }
  const [consumer, ...others] = options.consumer ?? [];
  if (consumer === undefined || others.length > 0) throw new CommandError('usage', `Say of which consumer: sluice dead-letters ${action} --consumer <name> ${action === 'show' ? '<position>' : '<position>…'}`);
  if (action === 'show') return show(endpoint, consumer, positions, options);
  return decide(action, endpoint, consumer, positions, options);
}

function filterOf({ consumer, type, key, since, until, error }: Options): LetterFilter {
  return {
    ...(consumer === undefined ? {} : { consumer }), ...(type === undefined ? {} : { type }), ...(key === undefined ? {} : { key }), ...(error === undefined ? {} : { error }),
    ...(since === undefined ? {} : { since: readMoment('--since', since) }), ...(until === undefined ? {} : { until: readMoment('--until', until) }),
  };
}

function readMoment(flag: string, text: string): string {
  // Nothing else that it takes begins with a digit.
  const place = /^\d/.test(text) ? readPlace(flag, text, Date.now(), MOMENT_TAKES) : null;
  if (place === null || !('since' in place)) throw new CommandError('usage', `${flag} takes ${MOMENT_TAKES}; not "${text}".`);
  return place.since;
}

const second = (text: string | null): string => (text ?? '').slice(0, 19).replace('T', ' ');
const line = ({ error }: DeadLetter): string => [error?.step, error?.name, error?.code].filter((each) => each != null).join(' ') + (error?.message == null ? '' : `: ${error.message}`);

async function list(endpoint: Endpoint, options: Options): Promise<void> {
  const more = options.status === undefined ? [] : ['status', 'next attempt'];
  const table = createTable({ head: ['consumer', 'position', ...more, 'given up', 'type', 'key', 'attempts', 'error'], width: widthOf(process.stdout), style: styleFor(process.stdout) });
  let shown = 0;
  let next: string | null = null;
  for await (const page of readDeadLetters(endpoint, filterOf(options), statusOf(options), options.first, options.after ?? null)) {
    const { letters } = page;
    shown += letters.length;
    ({ next } = page);
    if (letters.length === 0) continue;
    await writeAll(process.stdout, options.json ? letters.map(jsonLine).join('')
      : table(letters.map((each) => [each.consumer, each.position, ...(more.length === 0 ? [] : [each.status.toLowerCase(), second(each.nextAttemptAt)]), second(each.deadAt), each.type, each.key, String(each.attempts), line(each)])));
  }
  if (!options.json) process.stderr.write(`${shown === 0 ? 'No' : shown === 1 ? 'One' : number(shown)} ${word(options, shown)}.${next === null ? '' : ` More: --after ${next}`}\n`);
}

async function show(endpoint: Endpoint, consumer: string, [position, ...others]: readonly string[], options: Options): Promise<void> {
  if (position === undefined || others.length > 0) throw new CommandError('usage', 'Say which one: sluice dead-letters show --consumer <name> <position>');
  const letter = await readDeadLetter(endpoint, consumer, position, statusOf(options));
  if (letter === null) throw new CommandError('failed', `${consumer} has no ${word(options, 1)} at position ${position} (any more), or it is none of yours.`);
  await writeAll(process.stdout, options.json ? jsonLine(letter) : pageOf(letter));
}

function pageOf(letter: DetailedDeadLetter): string {
  const style = styleFor(process.stdout);
  const lines: [string, string][] = [
    ['event', `${letter.type} of ${letter.topic}, key ${letter.key}, tenant ${letter.tenant}, id ${letter.eventId}`],
    letter.status === 'DEAD' ? ['given up', `${letter.deadAt ?? '-'} after ${letter.attempts} attempts${letter.blocks ? `; its key ${letter.lane} waits for it` : ''}`] : ['waits', letter.status === 'WAITING' ? `for those of its key ${letter.lane} before it` : `until ${letter.nextAttemptAt ?? '-'} after ${letter.attempts} attempts`],
    ['error', line(letter)],
    ['occurred', `${letter.occurredAt}, recorded ${letter.recordedAt}`],
    ['cursor', letter.cursor],
    ...(letter.correlationId === null ? [] : [['correlation', letter.correlationId] as [string, string]]),
    ...(letter.causationId === null ? [] : [['causation', letter.causationId] as [string, string]]),
    ...(letter.traceparent === null ? [] : [['trace', letter.traceparent] as [string, string]]),
  ];
  const attempts = letter.history.flatMap(({ at, ms, error, steps }) => [
    `  ${at ?? '-'}  ${ms === null ? '' : `${number(ms)} ms  `}${line({ ...letter, error })}`,
    ...(steps ?? []).map((step) => `    ${step.outcome.padEnd(8)}${step.name}, ${number(step.ms)} ms`),
  ]);
  return `${style.name(printable(`${letter.consumer} ${letter.position}`))}\n${lines.map(([name, text]) => `  ${style.dim(name.padEnd(12))}${printable(text)}\n`).join('')}`
    + `\n${printableLines(JSON.stringify(letter.payload, null, 2))}\n${attempts.length === 0 ? '' : `\n${style.dim('attempts')}\n${attempts.map(printable).join('\n')}\n`}`;
}

async function decide(action: 'replay' | 'discard', endpoint: Endpoint, consumer: string, given: readonly string[], options: Options): Promise<void> {
  const { all, reason, yes, json } = options;
  if ((all === true) === (given.length > 0)) throw new CommandError('usage', `Name positions, or say --all: sluice dead-letters ${action} --consumer ${consumer} <position>…`);
  if (action === 'discard' && reason === undefined) throw new CommandError('usage', 'Say why with --reason: it is all that stays of them.');
  const positions = all === true ? await gather(endpoint, options) : given;
  if (action === 'discard' && positions.length > 1 && yes !== true) throw new CommandError('usage', `${number(positions.length)} ${word(options, positions.length)} of ${consumer} would be deleted, which cannot be undone. Repeat it with --yes to do it.`);
  let [done, left] = [0, 0];
  await decideAbout(endpoint, action, { consumer, positions, status: statusOf(options), reason: reason ?? null }, async (decided) => {
    done += decided.positions.length;
    left += decided.notDead.length;
    if (json) await writeAll(process.stdout, jsonLine(decided));
  });
  if (json) return;
  const letters = `${done === 1 ? 'One' : number(done)} ${word(options, done)}`;
  const what = action === 'replay' ? `${done === 1 ? 'is' : 'are'} tried again` : `${done === 1 ? 'is' : 'are'} discarded`;
  await writeAll(process.stdout, `${letters} of ${printable(consumer)} ${what}.${left === 0 ? '' : ` ${number(left)} of the positions ${left === 1 ? 'is no' : 'are no'} ${options.status === undefined ? word(options, left) : 'such event'} any more.`}\n`);
}

/** Positions of all that match. */
async function gather(endpoint: Endpoint, options: Options): Promise<string[]> {
  const positions: string[] = [];
  for await (const { letters } of readDeadLetters(endpoint, filterOf(options), statusOf(options), MOST)) positions.push(...letters.map(({ position }) => position));
  return positions;
}
