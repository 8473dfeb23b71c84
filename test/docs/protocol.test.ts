import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { commerce } from '../../src/commerce/application.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import type { Gateway } from '../../src/gateway.js';
import { TestAuth } from '../support/test-auth.js';
import { waitFor } from '../support/wait.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/protocol.md'), 'utf8');

/** Lines of a transcript: what the client sends and what it gets. */
interface Line {
  readonly sent: boolean;
  readonly text: string;
}

function transcript(name: string): Line[] {
  const block = new RegExp(`<!-- transcript: ${name} -->\n\`\`\`text\n([^]*?)\`\`\``).exec(PAGE)?.[1];
  if (block === undefined) throw new Error(`docs/protocol.md has no transcript "${name}"`);
  return block.trimEnd().split('\n').map((line) => ({ sent: line.startsWith('>'), text: line.slice(2) }));
}

/** What the page shows, as a pattern: `…` stands for anything. */
function pattern(shown: string): RegExp {
  return new RegExp(`^${shown.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*?')}$`);
}

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, consumers: { run: false } });
});
afterAll(() => gateways.close());

const publish = (page: string) => query(gateway.url, `mutation { publishFormSubmitted(input: { formId: "contact", page: "${page}", answers: {} }) { cursor } }`);

/** Plays lines over a socket that stays open; gives the last cursor that was seen. */
async function play(socket: WebSocket, inbox: string[], lines: readonly Line[], fill: (text: string) => string = (text) => text): Promise<void> {
  for (const { sent, text } of lines) {
    if (sent) socket.send(fill(text));
    else {
      await waitFor(() => inbox.length > 0, { what: text });
      expect(inbox.shift()).toMatch(pattern(text));
    }
  }
}

function open(url = gateway.url): { socket: WebSocket; inbox: string[]; seen: string[] } {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const inbox: string[] = [];
  const seen: string[] = [];
  socket.on('message', (data: Buffer) => {
    inbox.push(data.toString());
    seen.push(data.toString());
  });
  return { socket, inbox, seen };
}

const cursorIn = (text: string | undefined): string => /"(?:cursor|1)":"(A[\w-]{38})"/.exec(text ?? '')?.[1] ?? '';

describe('docs/protocol.md', () => {
  test('G5: WebSocket: established, an event, lost, resumed', async () => {
    const first = open();
    await once(first.socket, 'open');
    await play(first.socket, first.inbox, transcript('websocket'));
    await publish('/pricing');
    await play(first.socket, first.inbox, transcript('websocket-event'));
    const cursor = cursorIn(first.seen.at(-1));
    expect(cursor).not.toBe('');
    first.socket.terminate();
    await publish('/while-away');
    const second = open();
    await once(second.socket, 'open');
    await play(second.socket, second.inbox, transcript('websocket-resume'), (text) => text.replace('<the cursor>', cursor));
    second.socket.terminate();
  });

  test('WebSocket: a token is renewed on the open socket', async () => {
    const auth = new TestAuth();
    auth.grant('first', { name: 'ada' });
    auth.grant('second', { name: 'ada', expiresAt: Date.now() + 60_000 });
    const known = await gateways.start({ application: commerce, auth, consumers: { run: false } });
    const { socket, inbox } = open(known.url);
    await once(socket, 'open');
    await play(socket, inbox, transcript('websocket-renewal'), (text) => text.replace('<a token>', 'first').replace('<a newer token>', 'second'));
    socket.terminate();
  });

  test.each([['sse', true], ['sse-error', false]] as const)('server-sent events: %s', async (name, endless) => {
    const lines = transcript(name);
    const [request = '', ...headers] = lines.filter(({ sent }) => sent).map(({ text }) => text);
    const url = new URL(request.slice('GET '.length).split('?', 1)[0] ?? '', gateway.url);
    url.searchParams.set('query', request.slice(request.indexOf('query=') + 'query='.length));
    const leaving = new AbortController();
    const response = await fetch(url, { headers: Object.fromEntries(headers.map((header) => header.split(': ') as [string, string])), signal: leaving.signal });
    const expected = lines.filter(({ sent }) => !sent).map(({ text }) => text);
    let text = '';
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let published = false;
    while (text.split('\n').length <= expected.length) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) break;
      text += chunk.value;
      if (endless && !published && /^id: /m.test(text)) {
        published = true;
        await publish('/pricing');
      }
    }
    leaving.abort();
    const got = text.split('\n');
    for (const [index, shown] of expected.entries()) expect(got[index]).toMatch(pattern(shown));
  });

  test('publishing', async () => {
    const [, body, answer] = transcript('publish');
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body?.text ?? '' });
    expect(await response.text()).toMatch(pattern(answer?.text ?? ''));
  });
});
