import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { CommandError } from '../exit-codes.js';
import type { Endpoint } from '../events/endpoint.js';
import { readServedSchema, readWhere, sourceFor } from '../events/topics.js';

export interface WebhookOptions {
  readonly name?: string;
  readonly to?: string;
  readonly topic?: readonly string[];
  readonly type?: readonly string[];
  readonly allTypes?: true;
  readonly where?: readonly string[];
  readonly everything?: true;
  readonly select?: string;
  readonly sendHeader?: readonly string[];
  readonly format?: string;
  readonly order?: string;
  readonly from?: string;
  readonly concurrency?: number;
}

/** What is given, as `createWebhook` and `updateWebhook` take it. `topics`: of the webhook as it is. Errors: `CommandError`. */
export async function inputOf(endpoint: Endpoint, options: WebhookOptions, topics: readonly string[]): Promise<Record<string, unknown>> {
  const { name, to, topic, type, select, sendHeader, format, order, from, concurrency } = options;
  if (options.allTypes === true && type !== undefined) throw new CommandError('usage', 'Give --type or --all-types, not both.');
  if (options.everything === true && options.where !== undefined) throw new CommandError('usage', 'Give --where or --everything, not both.');
  const given: Record<string, unknown> = {
    name, url: to, topics: topic, types: options.allTypes === true ? null : type, format, order, from, concurrency,
    where: options.everything === true ? null : options.where === undefined ? undefined : await whereOf(endpoint, topic ?? topics, options.where),
    selection: select === '' ? null : select,
    headers: sendHeader === undefined ? undefined : headersOf(sendHeader),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function whereOf(endpoint: Endpoint, topics: readonly string[], where: readonly string[]): Promise<Record<string, unknown> | null> {
  return readWhere(where, sourceFor(await readServedSchema(endpoint), topics).filter);
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.filter((line) => line !== '').map((line) => {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    // Not the whole line: it may hold a token.
    if (name === undefined || value === undefined) throw new CommandError('usage', '--send-header takes "Name: value".');
    return [name, value];
  }));
}

/** The secret in a file, or on stdin (`-`): not on the command line, where others would see it. Errors: `CommandError`. */
export async function readSecretFile(file: string): Promise<string> {
  try {
    return (file === '-' ? await readStream(process.stdin) : await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new CommandError('failed', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

export function readConcurrency(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1 || Number(text) > 64) throw new InvalidArgumentError('It takes a whole number from 1 to 64.');
  return Number(text);
}
