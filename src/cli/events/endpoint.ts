import { InvalidArgumentError, type Command } from 'commander';
import { WebSocket as NodeWebSocket } from 'ws';
import { collect } from '../command.js';
import { CommandError } from '../exit-codes.js';

/** Where the gateway is, and what is sent along to it. */
export interface Endpoint {
  /** Of GraphQL over HTTP. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/** `--url` and `--header`, for commands that talk to a gateway. */
export function withEndpoint(command: Command): Command {
  return withHeader(command.option('--url <url>', 'GraphQL of the gateway; /graphql is added to an address alone.', readUrl, readUrl(DEFAULT_URL)));
}

export function withHeader(command: Command): Command {
  return command.option('--header <name: value>', 'Sent with every request, such as "Authorization: Bearer …". May be given several times.', collect);
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
  return { url: options.url, headers };
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
