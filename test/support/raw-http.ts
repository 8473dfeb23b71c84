import { request, type IncomingHttpHeaders } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of a GraphQL answer: codes of its errors. */
  readonly codes: readonly unknown[];
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** Name, value, name, value: as it is sent, also what fetch would not let through. `Host` is the gateway's unless it is here. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** One request, exactly as given. An event stream is read until `until` is true for what came, then left. */
export function ask(port: number, { method = 'GET', path = '/graphql', headers = [], body }: RawRequest, until: (text: string) => boolean = () => false): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const host = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'host') ? [] : ['Host', `127.0.0.1:${port}`];
    const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
    const sent = request({ host: '127.0.0.1', port, method, path, headers: [...host, ...length, ...headers], agent: false }, (response) => {
      let text = '';
      const answer = (): void => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, codes: codesOf(text) });
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (!until(text)) return;
        answer();
        sent.destroy();
      });
      response.on('end', answer);
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '', codes: [] });
    });
    sent.end(body);
  });
}

function codesOf(text: string): unknown[] {
  if (!text.startsWith('{')) return [];
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions?: { code?: unknown } }[] };
  return errors.map(({ extensions }) => extensions?.code);
}

/** Ways in which an operation comes by HTTP; the ones that stream are left when their first lines are there. */
export const HTTP_WAYS = {
  POST: (query: string): RawRequest => ({ method: 'POST', headers: ['Content-Type', 'application/json', 'Accept', 'application/json'], body: JSON.stringify({ query }) }),
  GET: (query: string): RawRequest => ({ path: `/graphql?query=${encodeURIComponent(query)}`, headers: ['Accept', 'application/json'] }),
  'SSE by GET': (query: string): RawRequest => ({ path: `/graphql?query=${encodeURIComponent(query)}`, headers: ['Accept', 'text/event-stream'] }),
  'SSE by POST': (query: string): RawRequest => ({ method: 'POST', headers: ['Content-Type', 'application/json', 'Accept', 'text/event-stream'], body: JSON.stringify({ query }) }),
} as const;

/** The same with further headers. */
export function plus(given: RawRequest, ...headers: string[]): RawRequest {
  return { ...given, headers: [...(given.headers ?? []), ...headers] };
}

export const UPGRADE: RawRequest = {
  headers: ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol', 'graphql-transport-ws'],
};
