import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ERROR_CODES } from '../../src/base/error.js';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { TestAuth } from '../support/test-auth.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8');

/** The rows of a table below a heading, as texts without backticks. */
function tableBelow(heading: string): string[][] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`docs/errors.md has no heading "${heading}"`);
  return section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---')).slice(1)
    .map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()));
}

describe('codes of GraphQL errors', () => {
  const rows = tableBelow('GraphQL errors').map(([code = '', meaning = '', , action = '', where = '']) => ({ code: code.replaceAll('`', ''), meaning, action, where }));

  test('the page and the table in the code have the same codes with the same meaning', () => {
    expect(Object.fromEntries(rows.map(({ code, meaning }) => [code, meaning]))).toEqual(ERROR_CODES);
    expect(rows).toHaveLength(Object.keys(ERROR_CODES).length);
    expect(rows.filter(({ action, where }) => action === '' || where === '')).toEqual([]);
  });

  test('a code occurs in the gateway exactly when the page does not say "Nowhere"', () => {
    const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/generated|^client|error\.ts$/.test(file))
      .map((file) => readFileSync(path.join(ROOT, 'src', file), 'utf8')).join('\n');
    const used = [...sources.matchAll(/(?:new SluiceError\(\s*|code: )'([A-Z_]+)'/g)].map(([, code]) => code);
    const documented = rows.filter(({ where }) => !where.startsWith('Nowhere')).map(({ code }) => code);
    expect([...new Set(used)].sort()).toEqual(documented.sort());
  });
});

describe('what a gateway answers', () => {
  let gateways: TestGateways;
  let gateway: Gateway;
  beforeAll(async () => {
    gateways = await createGateways();
    gateway = await gateways.start();
  });
  afterAll(() => gateways.close());

  const refused: readonly [string, string, object?][] = [
    ['what does not parse', '{ noteEvents'],
    ['what does not fit the schema', '{ nothingOfTheKind }'],
    ['a variable that is missing', 'query($first: Int!) { noteEvents(first: $first) { head } }'],
    ['an operation that is not named', 'query A { __typename } query B { __typename }'],
    ['an input that is not acceptable', 'mutation { publishNoted(input: { noteId: "" }) { cursor } }'],
    ['a request without a document', ''],
  ];

  test.each(refused)('%s is BAD_USER_INPUT over POST and over WebSocket', async (_what, text) => {
    const posted = await query(gateway.url, text);
    expect(posted.errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    const socketErrors = await overSocket(text);
    expect(socketErrors).toEqual(['BAD_USER_INPUT']);
  });

  test('a request that is no JSON is BAD_USER_INPUT with status 400', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  async function overSocket(text: string): Promise<unknown> {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    try {
      return await new Promise((resolve, reject) => {
        socket.on('error', reject);
        socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
        socket.on('open', () => socket.send('{"type":"connection_init"}'));
        socket.on('message', (data: Buffer) => {
          const message = JSON.parse(data.toString()) as { type: string; payload: { extensions: { code: string } }[] | { errors: { extensions: { code: string } }[] } };
          if (message.type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: text } }));
          if (message.type === 'error' || message.type === 'next') resolve((Array.isArray(message.payload) ? message.payload : message.payload.errors).map(({ extensions }) => extensions.code));
        });
      });
    } finally {
      socket.terminate();
    }
  }
});

describe('close codes', () => {
  const spoilt = new TestAuth();
  spoilt.spoil('old', 'expired');
  /** What ws itself would not send. */
  const bytes = (socket: WebSocket, sent: number[]): unknown => (socket as unknown as { readonly _socket: Socket })._socket.write(Buffer.from(sent));
  const documented = tableBelow('WebSocket close codes').map(([code]) => Number(code));
  /** What brings a gateway to close with a code. The two others need a failing database and a defect. */
  const provoked: Readonly<Record<number, (socket: WebSocket, gateway: Gateway) => unknown>> = {
    1002: (socket) => bytes(socket, [0xc1, 0x80, 0, 0, 0, 0]),
    1007: (socket) => bytes(socket, [0x81, 0x81, 0, 0, 0, 0, 0xff]),
    1008: (socket) => {
      for (let count = 0; count <= 16 * 1024; count++) socket.send('', { fin: false });
    },
    1009: (socket) => socket.send('x'.repeat(8 * 1024 * 1024 + 1)),
    1012: (_socket, gateway) => gateway.stop(),
    4400: (socket) => socket.send('{ no JSON'),
    4401: (socket) => socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ __typename }"}}'),
    4403: (socket) => socket.send('{"type":"connection_init","payload":{"authorization":"Bearer old"}}'),
    4406: () => undefined,
    4408: () => undefined,
    4409: (socket) => {
      socket.send('{"type":"connection_init"}');
      socket.on('message', () => {
        for (let count = 0; count < 2; count++) socket.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { noteEvents { cursor } }"}}');
      });
    },
    4429: (socket) => {
      for (let count = 0; count < 2; count++) socket.send('{"type":"connection_init"}');
    },
  };
  let gateways: TestGateways;
  beforeAll(async () => {
    gateways = await createGateways();
  });
  afterAll(() => gateways.close());

  test('those that are documented are those that are sent', () => {
    expect(documented).toEqual([...Object.keys(provoked).map(Number), 1013, 4500].sort((a, b) => a - b));
  });

  test.concurrent.each(Object.entries(provoked))('%s', async (code, provoke) => {
    const gateway = await gateways.start({ ...(code === '4403' ? { auth: spoilt } : {}), ...(code === '4408' ? { wireLimits: { initTimeout: 300 } } : {}) });
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, code === '4406' ? [] : 'graphql-transport-ws');
    const closed = new Promise<number>((resolve, reject) => {
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    socket.on('open', () => void provoke(socket, gateway));
    expect(await closed).toBe(Number(code));
  });
});
