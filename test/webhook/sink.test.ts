import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.js';
import { answer, createSink, type Sink } from './sink.js';

let sink: Sink;
beforeAll(async () => {
  sink = await createSink();
});
afterAll(() => sink.close());

/** What one request gets, as it comes over the wire; ends with the connection, or when `until` is there. */
async function wire(path: string, until: string): Promise<string> {
  const socket = connect(sink.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const closed = once(socket, 'close');
  socket.write(`POST ${path} HTTP/1.1\r\nhost: sink\r\ncontent-length: 2\r\n\r\n{}`);
  await waitFor(() => socket.closed || text.includes(until), { what: `${until} from ${path}` });
  socket.destroy();
  await closed;
  return text;
}

describe('the sink', () => {
  it('answers, and keeps what came', async () => {
    const url = sink.on('/ok?a=1', (request, before) => answer(before === 0 ? 500 : 200, { 'x-length': String(request.body.length) }, 'done'));
    const ask = (): Promise<Response> => fetch(url, { method: 'POST', headers: { 'x-one': '1' }, body: 'hello' });
    expect((await ask()).status).toBe(500);
    const second = await ask();
    expect([second.status, second.headers.get('x-length'), await second.text()]).toEqual([200, '5', 'done']);
    expect(await sink.received('/ok?a=1', 2)).toMatchObject([{ method: 'POST', body: 'hello', headers: { 'x-one': '1' } }, {}]);
    expect((await fetch(`${sink.url}/unknown`)).status).toBe(404);
  });

  it('misbehaves as it is told', async () => {
    // Those of `fetch`.
    const kept = sink.connections;
    sink.on('/cut/before', { kind: 'cut', when: 'before', status: 200 });
    sink.on('/cut/head', { kind: 'cut', when: 'head', status: 200 });
    sink.on('/cut/body', { kind: 'cut', when: 'body', status: 200 });
    sink.on('/drip/head', { kind: 'drip', part: 'head', status: 200, everyMs: 5 });
    sink.on('/drip/body', { kind: 'drip', part: 'body', status: 200, everyMs: 5 });
    sink.on('/endless', { kind: 'endless', status: 200 });
    sink.on('/large', { kind: 'large head', status: 200, bytes: 1_000_000 });
    expect(await wire('/cut/before', 'anything')).toBe('');
    expect(await wire('/cut/head', 'nothing')).toBe('HTTP/1.1 200 Cut\r\nx-cut: yes');
    expect(await wire('/cut/body', 'nothing')).toMatch(/the beginning$/);
    expect(await wire('/drip/head', '....')).not.toContain('\r\n\r\n');
    expect(await wire('/drip/body', '.\r\n1\r\n.\r\n')).toContain('\r\n\r\n1\r\n.');
    expect((await wire('/endless', 'x'.repeat(60_000))).length).toBeGreaterThan(60_000);
    expect((await wire('/large', '\r\n\r\n')).length).toBeGreaterThan(1_000_000);
    await waitFor(() => sink.connections <= kept, { what: 'all connections to be closed' });
  });
});
