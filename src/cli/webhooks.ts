import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { readDuration } from '../base/duration.js';
import { collect, makeCommand } from './command.js';
import { CommandError } from './exit-codes.js';
import { readEndpoint, withEndpoint, type Endpoint } from './events/endpoint.js';
import { writeAll } from './terminal/output.js';
import { jsonLine, printable } from './terminal/printable.js';
import { styleFor, widthOf } from './terminal/style.js';
import { createTable } from './terminal/table.js';
import { inputOf, readConcurrency, readSecretFile, type WebhookOptions } from './webhooks/input.js';
import { change, find, list, test, type ShownTest, type ShownWebhook } from './webhooks/requests.js';

interface Options extends WebhookOptions {
  readonly url: URL;
  readonly header?: readonly string[];
  readonly secretFile?: string;
  /** Milliseconds. */
  readonly overlap?: number;
  readonly reason?: string;
  readonly discardDeadLetters?: true;
  readonly yes?: true;
  readonly json?: true;
}

const ACTIONS = ['list', 'show', 'create', 'update', 'pause', 'resume', 'rotate-secret', 'delete', 'test'] as const;
type Action = (typeof ACTIONS)[number];

export function webhooksCommand(): Command {
  const command = makeCommand({
    name: 'webhooks',
    description: 'Makes, changes and watches webhooks: URLs to which a gateway sends events, each at least once, signed (Standard Webhooks). It asks a gateway, with the scope '
      + 'sluice:admin. A secret is printed once, by `create` and `rotate-secret`, alone on stdout.',
    examples: [
      ['SECRET=$(sluice webhooks create crm --to https://crm.example.com/hooks --topic LeadEvent)', 'every event of a topic'],
      ['sluice webhooks create mail --to https://mail.example.com/in --topic OrderEvent --type OrderPlaced --select \'... on OrderPlaced { orderId customer { email } }\'', 'one event type, and of it what the receiver needs'],
      ['sluice webhooks', 'what there is, and how it is'],
      ['sluice webhooks test crm', 'send a test event now'],
      ['sluice webhooks rotate-secret crm --overlap 48h', 'both secrets sign for two days'],
    ],
    exits: {
      done: 'Done. Of test: the endpoint took the event.',
      failed: 'There is no such webhook, the name is taken, there are too many, or one that is to be deleted has dead letters. Of test: the endpoint did not take it.',
      unreachable: 'The gateway does not answer.',
      usage: 'Wrong use, delete without --yes, or something that the gateway does not accept; stderr says what to give instead.',
      denied: 'The gateway does not know you, or you may not: see SLUICE_TOKEN.',
    },
  })
    .addArgument(new Argument('[action]', 'What to do.').choices(ACTIONS).default('list'))
    .argument('[which]', 'Of create: what it is to be called. Else its name or id.')
    .option('--to <url>', 'Where events are sent to: an https: URL.')
    .option('--topic <topic>', 'Topic, such as OrderEvent. May be given several times.', collect)
    .option('--type <type>', 'Event type, such as OrderPlaced. May be given several times. Default: all of the topics.', collect)
    .option('--all-types', 'Of update: all event types again.')
    .option('--where <field=value,…>', 'Only events that match: AND between fields, OR between values of one. May be given several times.', collect)
    .option('--everything', 'Of update: no --where any more.')
    .option('--select <fields>', 'What is sent of an event: GraphQL, such as "... on OrderPlaced { orderId customer { name } }". Default: all that is stored; "" is that again.')
    .option('--send-header <name: value>', 'Sent along. May be given several times; of update in place of those before ("" for none). Others on this machine can see it meanwhile.', collect)
    .addOption(new Option('--format <format>', 'How an event is sent. Default: CLOUDEVENTS.').choices(['CLOUDEVENTS', 'PLAIN']))
    .addOption(new Option('--order <order>', 'Of create: whether events of one key wait for each other. Default: KEY.').choices(['KEY', 'NONE']))
    .addOption(new Option('--from <where>', 'Of create: where it begins. Default: NOW.').choices(['NOW', 'BEGINNING']))
    .option('--concurrency <number>', 'Requests that one gateway has under way at once, 1 to 64. Default: 8.', readConcurrency)
    .option('--name <name>', 'Of update: another name.')
    .option('--secret-file <file>', 'Of create and rotate-secret: a secret of your own; - reads stdin. Default: the gateway makes one.')
    .option('--overlap <duration>', 'Of rotate-secret: how long the old secret signs as well (0s, 90s, 48h, up to 30d). Default: 24h.', readOverlap)
    .option('--reason <text>', 'Of pause: shown with it.')
    .option('--discard-dead-letters', 'Of delete: its dead letters may go, too.')
    .option('--yes', 'Of delete: do it.')
    .option('--json', 'JSON: of list an object a line, of test what became of it, else the webhook.');
  return withEndpoint(command).action((action: Action, which: string | undefined, options: Options) => run(action, which, options));
}

function readOverlap(text: string): number {
  const duration = readDuration(text);
  if (duration === null || duration > 30 * 86_400_000) throw new InvalidArgumentError('It takes a duration such as 0s, 90s or 48h, at most 30d.');
  return duration;
}

async function run(action: Action, which: string | undefined, options: Options): Promise<void> {
  const endpoint = readEndpoint(options);
  if (action === 'list') return printList(which, endpoint, options);
  if (which === undefined) throw new CommandError('usage', action === 'create' ? 'Say what it is to be called: sluice webhooks create crm --to https://… --topic LeadEvent' : `Say which: sluice webhooks ${action} <name>; \`sluice webhooks list\` has the names.`);
  if (action === 'create') return create(which, endpoint, options);
  const hook = await find(endpoint, which);
  switch (action) {
    case 'show':
      return print(hook, options, about(hook));
    case 'update': {
      const input = await inputOf(endpoint, options, hook.topics);
      return print(await change(endpoint, 'updateWebhook', ['$id: ID!, $input: UpdateWebhookInput!', 'id: $id, input: $input'], { id: hook.id, input }), options, `Webhook ${hook.name} is changed.\n`);
    }
    case 'pause':
      return print(await change(endpoint, 'pauseWebhook', ['$id: ID!, $reason: String', 'id: $id, reason: $reason'], { id: hook.id, reason: options.reason ?? null }), options, `Webhook ${hook.name} is paused.\n`);
    case 'resume':
      return print(await change(endpoint, 'resumeWebhook', ['$id: ID!', 'id: $id'], { id: hook.id }), options, `Webhook ${hook.name} goes on.\n`);
    case 'delete':
      if (options.yes !== true) throw new CommandError('usage', `A deletion takes ${hook.name} with the events that wait for it. That cannot be undone. Repeat it with --yes to do it.`);
      return print(await change(endpoint, 'deleteWebhook', ['$id: ID!, $discard: Boolean!', 'id: $id, discardDeadLetters: $discard'], { id: hook.id, discard: options.discardDeadLetters === true }), options, `Webhook ${hook.name} is deleted.\n`);
    case 'rotate-secret': {
      const secret = options.secretFile === undefined ? null : await readSecretFile(options.secretFile);
      const overlapSeconds = Math.round((options.overlap ?? 86_400_000) / 1_000);
      const variables = { id: hook.id, secret, overlapSeconds };
      return printSecret(await change(endpoint, 'rotateWebhookSecret', ['$id: ID!, $secret: String, $overlapSeconds: Int!', 'id: $id, secret: $secret, overlapSeconds: $overlapSeconds'], variables, true), options, 'has another secret');
    }
    case 'test':
      return sendTest(hook, endpoint, options);
  }
}

async function create(name: string, endpoint: Endpoint, options: Options): Promise<void> {
  if (options.to === undefined || options.topic === undefined) throw new CommandError('usage', 'Say where to and which topics: sluice webhooks create crm --to https://… --topic LeadEvent');
  const secret = options.secretFile === undefined ? null : await readSecretFile(options.secretFile);
  const input = { ...await inputOf(endpoint, options, []), name, ...(secret === null ? {} : { secret }) };
  await printSecret(await change(endpoint, 'createWebhook', ['$input: CreateWebhookInput!', 'input: $input'], { input }, true), options, 'is made');
}

async function sendTest(hook: ShownWebhook, endpoint: Endpoint, options: Options): Promise<void> {
  const result = await test(endpoint, hook.id);
  const { delivered, status, reason, body, ms } = result;
  const taken = delivered ? `${hook.url} took it: ${status} in ${ms} ms.\n` : '';
  await writeAll(process.stdout, options.json ? jsonLine(result) : `${taken}${dataOf(hook, result)}`);
  if (!delivered) throw new CommandError('failed', `${hook.url} did not take it: ${reason ?? ''}${body === null || body === '' ? '' : ` It said: ${body}`}`);
}

/** What was sent; nothing when it is not known to have been, and of no event. */
function dataOf({ name, selection }: ShownWebhook, { sample, status }: ShownTest): string {
  if (sample !== null) return `The test event was made from the event at position ${sample}.\n`;
  if (status === null) return '';
  return printable(`No event of it was found among the latest: the data was ${selection === null ? JSON.stringify({ webhook: name }) : '{}'}.`) + '\n';
}

async function printList(which: string | undefined, endpoint: Endpoint, options: Options): Promise<void> {
  if (which !== undefined) throw new CommandError('usage', '`list` takes no further argument; `show` does.');
  const hooks = await list(endpoint);
  if (options.json) return writeAll(process.stdout, hooks.map(jsonLine).join(''));
  const table = createTable({ head: ['name', 'status', 'last delivered', 'topics', 'url', 'id', 'about'], width: widthOf(process.stdout), style: styleFor(process.stdout) });
  const moment = (text: string | null): string => text?.slice(0, 16).replace('T', ' ') ?? 'never';
  await writeAll(process.stdout, table(hooks.map((hook) => [hook.name, hook.failingSince === null ? hook.status : `${hook.status}, failing`, moment(hook.lastDeliveredAt), hook.topics.join(' '), hook.url, hook.id, hook.problem ?? hook.statusReason ?? hook.lastError ?? ''])));
}

function about(hook: ShownWebhook): string {
  const { secret: _secret, ...rest } = hook;
  const lines = Object.entries(rest).filter(([, value]) => value !== null);
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${printable(typeof value === 'string' ? value : JSON.stringify(value))}\n`).join('');
}

async function print(hook: ShownWebhook, { json }: Options, text: string): Promise<void> {
  await writeAll(process.stdout, json ? jsonLine(hook) : text.split('\n').map(printable).join('\n'));
}

async function printSecret(hook: ShownWebhook, { json }: Options, what: string): Promise<void> {
  await writeAll(process.stdout, json ? jsonLine(hook) : `${hook.secret ?? ''}\n`);
  if (!json) process.stderr.write(`${printable(`Webhook ${hook.name} (${hook.id}) ${what}. Its secret is not shown again.`)}\n`);
}
