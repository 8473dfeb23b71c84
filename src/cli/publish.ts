import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InvalidArgumentError, type Command } from 'commander';
import { MAX_CALL_EVENTS, MAX_KEY_LENGTH, MAX_PAYLOAD_BYTES } from '../event/limits.js';
import { makeCommand } from './command.js';
import { CommandError } from './exit-codes.js';
import { readEndpoint, withEndpoint } from './events/endpoint.js';
import { connectPublisher, type Publish } from './events/publish-call.js';
import { publishLines } from './events/publish-lines.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';
import { createProgress } from './terminal/progress.js';
import { styleFor } from './terminal/style.js';

interface Options {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
  readonly occurredAt?: string;
  readonly batch: number;
  readonly fromLine: number;
  readonly json?: true;
}

/** Characters left for the number of a line behind the key. */
const LONGEST_KEY = MAX_KEY_LENGTH - 16;

export function publishCommand(): Command {
  const command = makeCommand({
    name: 'publish',
    description: 'Publishes one event, or a stream of them: one JSON object a line, {"type": "OrderPlaced", "data": {…}}. A call whose answer is lost is '
      + 'repeated with its key for some 20 s, so that nothing is stored twice. A stream stops at the first line that is refused: everything before it is published, nothing after it.',
    examples: [
      ['sluice publish FormSubmitted \'{"formId": "contact", "page": "/pricing", "answers": {}}\'', 'one event'],
      ['sluice publish OrderPlaced @order.json --idempotency-key checkout-4711', 'one event from a file, once however often this is repeated'],
      ['sluice publish - < events.ndjson', 'many, in order; also: sluice publish @events.ndjson'],
    ],
    exits: {
      done: 'Every event is in the log.',
      failed: 'An event was refused, or a line is no event; stderr has the line number, what is published, and how to go on.',
      unreachable: 'The gateway does not answer, or not in time: stderr says whether the outcome is unknown, and how to go on.',
      usage: 'Wrong use.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
      interrupted: 'Ctrl-C. The call under way may have been stored: repeat it with the same --idempotency-key.',
      terminated: 'SIGTERM, in the same way.',
    },
  })
    .argument('<type>', 'Event type, such as OrderPlaced; or - for a stream on stdin, @file for a stream from a file.')
    .argument('[data]', 'Its fields as JSON; - reads them from stdin, @file from a file.')
    .option('--idempotency-key <key>', `Makes a repeat harmless, for 24 hours unless the gateway says otherwise. In a stream the call that begins with line n has <key>/<n>: repeat it with the same file and the same --batch. At most ${LONGEST_KEY} characters. Default: a random one.`, readKey)
    .option('--correlation-id <id>', 'Ties the events to others of one business process.')
    .option('--occurred-at <moment>', 'When it happened, with its zone (2026-11-01T09:00:00Z). Default: the time of recording.')
    .option('--batch <number>', `Events of one call of a stream: stored together, or none of them. 1 to ${MAX_CALL_EVENTS}; a call has at most 1 MiB.`, (text) => readNumber(text, MAX_CALL_EVENTS), 100)
    .option('--from-line <number>', 'Begin a stream with this line.', (text) => readNumber(text, Number.MAX_SAFE_INTEGER), 1)
    .option('--json', 'Print receipts, one JSON object a line: { eventId, duplicate, cursor }, in a stream with its line.');
  return withEndpoint(command).action((type: string, data: string | undefined, options: Options) => publish(type, data, options));
}

function readKey(text: string): string {
  if (text.length < 1 || text.length > LONGEST_KEY) throw new InvalidArgumentError(`It takes 1 to ${LONGEST_KEY} characters.`);
  return text;
}

function readNumber(text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > most) throw new InvalidArgumentError(`It takes a whole number from 1${most === MAX_CALL_EVENTS ? ` to ${most}` : ''}.`);
  return Number(text);
}

async function publish(type: string, data: string | undefined, options: Options): Promise<void> {
  const stream = type === '-' || type.startsWith('@');
  if (stream && data !== undefined) throw new CommandError('usage', `"${type}" is a stream of events, which has their data: leave the second argument away.`);
  if (!stream && data === undefined) throw new CommandError('usage', `Give the fields of ${type} as JSON, as - (stdin) or as @file.`);
  const input = stream ? await openInput(type) : undefined;
  const fields = input === undefined ? await readData(type, data ?? '') : undefined;
  const progress = createProgress();
  const call = await connectPublisher(
    readEndpoint(options),
    { ...(options.correlationId === undefined ? {} : { correlationId: options.correlationId }), ...(options.occurredAt === undefined ? {} : { occurredAt: options.occurredAt }) },
    (error) => {
      progress.clear();
      process.stderr.write(`sluice publish: ${printable(error.message)} Trying again.\n`);
    },
  );
  if (fields !== undefined) return publishOne(call, type, fields, options);
  if (input !== undefined) return publishStream(call, input, options);
}

async function publishOne(call: Publish, type: string, data: Record<string, unknown>, { idempotencyKey, json }: Options): Promise<void> {
  const [receipt] = await call([{ type, data }], idempotencyKey ?? randomUUID());
  if (receipt === undefined) throw new CommandError('failed', 'The gateway gave no receipt.');
  const style = styleFor(process.stdout);
  const said = receipt.duplicate ? 'was published before, with this idempotency key' : 'is published';
  await writeAll(process.stdout, json ? jsonLine(receipt) : `${style.name(printable(type))} ${style.bold(printable(receipt.eventId))} ${said}.\nCursor: ${printable(receipt.cursor)}\n`);
}

async function publishStream(call: Publish, input: Readable, options: Options): Promise<void> {
  const progress = createProgress();
  const began = performance.now();
  let [stored, duplicates] = [0, 0];
  try {
    await publishLines({
      input, publish: call, batch: options.batch, from: options.fromLine, key: options.idempotencyKey ?? randomUUID(), stable: options.idempotencyKey !== undefined,
      async onStored(events, receipts) {
        stored += receipts.length;
        duplicates += receipts.filter((receipt) => receipt.duplicate).length;
        if (options.json) await writeAll(process.stdout, receipts.map((receipt, index) => jsonLine({ line: events[index]?.line, ...receipt })).join(''));
        progress.show(`${stored.toLocaleString('en-US')} events, ${Math.round(stored / ((performance.now() - began) / 1_000)).toLocaleString('en-US')} a second`);
      },
    });
  } finally {
    progress.clear();
  }
  if (!options.json) {
    await writeAll(process.stdout, `${stored === 1 ? 'One event is' : `${stored.toLocaleString('en-US')} events are`} published`
      + `${duplicates > 0 ? `, ${duplicates.toLocaleString('en-US')} of them before, with this idempotency key` : ''}.\n`);
  }
}

async function readData(type: string, text: string): Promise<Record<string, unknown>> {
  const json = text === '-' || text.startsWith('@') ? await readAll(await openInput(text)) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new CommandError('failed', `The data of ${type} is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CommandError('failed', `The data of ${type} must be a JSON object with its fields.`);
  return value as Record<string, unknown>;
}

async function openInput(name: string): Promise<Readable> {
  if (name === '-') return process.stdin;
  const file = name.slice(1);
  const handle = await open(file).catch((error: unknown) => {
    throw new CommandError('failed', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw new CommandError('failed', `${file} is a folder.`);
  }
  return handle.createReadStream();
}

async function readAll(input: Readable): Promise<string> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_PAYLOAD_BYTES * 4) throw new CommandError('failed', `An event has at most ${MAX_PAYLOAD_BYTES.toLocaleString('en-US')} bytes.`);
  }
  return text;
}
