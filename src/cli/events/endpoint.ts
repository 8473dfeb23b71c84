import { InvalidArgumentError, type Command } from 'commander';
import { WebSocket as NodeWebSocket } from 'ws';
import { collect } from '../command.js';
import { CommandError } from '../exit-codes.js';

/** Where the gateway is, and what is sent along to it. */
export interface Endpoint {
  /** Of GraphQL over HTTP. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What of them is the token, without `Bearer `; null: there is none. */
  readonly token: string | null;
}

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/** `--url` and `--header`, for commands that talk to a gateway. */
export function withEndpoint(command: Command): Command {
  return withHeader(command.option('--url <url>', 'GraphQL of the gateway; /graphql is added to an address alone.', readUrl, readUrl(DEFAULT_URL)));
}

export function withHeader(command: Command): Command {
  return command
    .option('--header <name: value>', 'Sent with every request, such as "traceparent: 00-…". May be given several times.', collect)
    .addHelpText('after', '\nA token or an API key in the variable SLUICE_TOKEN is sent with every request, as "Authorization: Bearer …": not on the\ncommand line, where the history of the shell and other users of the machine would see it.');
}

/** From the values of these options. Errors: `CommandError` (usage). */
export function readEndpoint(options: { readonly url: URL; readonly header?: readonly string[] }): Endpoint {
  const headers: Record<string, string> = {};
  for (const line of options.header ?? []) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\t\u0020-\u007e\u0080-\u00ff]*)$/.exec(line) ?? [];
    // Not the whole line: it may hold a token.
    if (name === undefined || value === undefined) throw new CommandError('usage', '--header takes "Name: value".');
    headers[name.toLowerCase()] = value;
  }
  const token = readToken(process.env['SLUICE_TOKEN'] ?? '');
  if (token !== null) headers['authorization'] ??= `Bearer ${token}`;
  return { url: options.url, headers, token: /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? null };
}

/** Of the environment; `Bearer ` may stand in front. */
function readToken(text: string): string | null {
  const token = text.trim().replace(/^Bearer\s+/i, '');
  if (token === '') return null;
  if (!/^[\u0021-\u007e]+$/.test(token)) throw new CommandError('usage', 'SLUICE_TOKEN takes a token (JWT) or an API key, without spaces.');
  return token;
}

export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError('It takes a URL such as http://127.0.0.1:4000/graphql.');
  if (url.pathname === '/') url.pathname = '/graphql';
  return url;
}

/** The same gateway for graphql-ws. */
export function webSocketUrl({ url }: Endpoint): string {
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return socket.href;
}

/** A WebSocket that sends the endpoint's headers with its handshake, which a browser's cannot. */
export function webSocketWith({ headers }: Endpoint): unknown {
  return class extends NodeWebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers });
    }
  };
}
