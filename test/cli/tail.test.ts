import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { number, range } from '../contract/notes.js';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';
import { BUILD, type NodeProcess } from '../support/process.js';
import { unusedPort } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { jsonLines, sluice, start } from './sluice.js';

interface Line {
  readonly cursor: string;
  readonly meta: { readonly position: string; readonly type: string };
  readonly data: { readonly number: number };
}

let folder: string;
let gateways: TestGateways;
let gateway: GatewayProcess;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-tail-'));
  gateways = await createGateways();
  port = await unusedPort();
  gateway = await gateways.spawn({ port });
});
afterAll(async () => {
  await gateways.close();
  await rm(folder, { recursive: true, force: true });
});

const numbersOf = (lines: readonly string[]): number[] => jsonLines<Line>(lines).map(({ data }) => data.number);
const url = (): string[] => ['--url', gateway.url];

async function publish(key: string, numbers: readonly number[]): Promise<void> {
  for (const each of numbers) await number(gateway.url, key, [each]);
}

function established(child: NodeProcess, file: string): Promise<unknown> {
  return waitFor(async () => {
    if (child.stderr.length > 0) throw new Error(child.stderr.join('\n'));
    return readFile(file, 'utf8').catch(() => null);
  }, { what: 'the start cursor', timeoutMs: 25_000 });
}

describe('sluice tail', () => {
  it('G5: kill -9 of the gateway in mid-stream: every event once, in order, and both are said on stderr', async () => {
    const file = path.join(folder, 'gateway-killed');
    const tail = start(['tail', 'NoteEvent', '--where', 'key=k-gateway', '--json', '--cursor-file', file, ...url()]);
    await established(tail, file);
    await publish('k-gateway', range(1, 40));
    await gateway.process.kill('SIGKILL');
    await tail.waitForLine(/connection lost \(1006\); trying again/);
    gateway = await gateways.spawn({ port });
    await publish('k-gateway', range(41, 80));
    await waitFor(() => tail.stdout.length >= 80, { what: '80 lines', timeoutMs: 20_000 });
    expect(tail.stderr.join('\n')).toMatch(/connected again after \d+\.\d s, going on behind the last event/);
    const exit = await tail.kill('SIGINT');
    expect(exit).toEqual({ code: 130, signal: null });
    expect(numbersOf(tail.stdout)).toEqual(range(1, 80));
    expect(await readFile(file, 'utf8')).toBe(`${jsonLines<Line>(tail.stdout).at(-1)?.cursor}\n`);
  }, 180_000);

  /*
   * Seen to fail with the cursor written before the output has been taken: 57 of 90 events, the rest lost.
   * Killed between print and save the last events come again: at least once, each time from where the file says.
   */
  it('G5: kill -9 of tail itself: the runs together have every event, in order, and repeat only what the file had not got yet', async () => {
    const file = path.join(folder, 'tail-killed');
    const all: Line[] = [];
    let published = 0;
    for (let round = 0; round < 3; round += 1) {
      const tail = start(['tail', 'NoteEvent', '--where', 'key=k-tail', '--json', '--from', 'now', '--cursor-file', file, ...url()]);
      if (round === 0) await established(tail, file);
      const more = range(published + 1, published + 30);
      const publishing = publish('k-tail', more);
      published += more.length;
      await waitFor(() => tail.stdout.length >= 10, { what: 'some lines', timeoutMs: 25_000 });
      await tail.kill('SIGKILL');
      await publishing;
      // A line that was cut by the kill is not counted as printed.
      const lines = tail.stdout.filter((line) => line.endsWith('}'));
      all.push(...jsonLines<Line>(lines));
    }
    const rest = await sluice(['tail', 'NoteEvent', '--where', 'key=k-tail', '--json', '--no-follow', '--cursor-file', file, ...url()]);
    expect(rest.code).toBe(0);
    all.push(...jsonLines<Line>(rest.stdout.split('\n')));
    const fresh: number[] = [];
    for (const { data } of all) {
      const last = fresh.at(-1) ?? 0;
      // Whatever is new is the next one: no hole. What is not new has been printed before: a repeat.
      if (data.number > last) fresh.push(data.number);
    }
    expect(fresh).toEqual(range(1, published));
    const again = await sluice(['tail', 'NoteEvent', '--where', 'key=k-tail', '--json', '--no-follow', '--cursor-file', file, ...url()]);
    expect(again.stdout).toBe('');
  }, 120_000);

  it('SIGTERM and a new start with the cursor file: exactly once', async () => {
    const file = path.join(folder, 'stopped');
    const first = start(['tail', 'NoteEvent', '--where', 'key=k-stop', '--json', '--cursor-file', file, ...url()]);
    await established(first, file);
    await publish('k-stop', range(1, 10));
    await waitFor(() => first.stdout.length >= 4, { what: 'some lines' });
    expect(await first.kill('SIGTERM')).toEqual({ code: 143, signal: null });
    await publish('k-stop', range(11, 20));
    const second = start(['tail', 'NoteEvent', '--where', 'key=k-stop', '--json', '--from', 'now', '--cursor-file', file, ...url()]);
    await waitFor(() => first.stdout.length + second.stdout.length >= 20, { what: '20 lines', timeoutMs: 25_000 });
    expect(second.stderr.join('\n')).toContain('going on from the cursor in');
    await second.kill('SIGINT');
    expect(numbersOf([...first.stdout, ...second.stdout])).toEqual(range(1, 20));
  }, 180_000);

  it('starts where --from says, selects what --select says, and stops at the head with --no-follow', async () => {
    await publish('k-from', [1, 2, 3]);
    const before = new Date();
    const [cursor = ''] = await number(gateway.url, 'k-from', [4]);
    await publish('k-from', [5]);
    const read = async (from: string, ...more: string[]): Promise<number[]> => {
      const ended = await sluice(['tail', 'noteEvents', '--where', 'key=k-from', '--json', '--no-follow', '--from', from, ...more, ...url()]);
      expect([ended.code, ended.stderr]).toEqual([0, '']);
      return numbersOf(ended.stdout.split('\n'));
    };
    expect(await read('beginning')).toEqual([1, 2, 3, 4, 5]);
    expect(await read('last:2')).toEqual([4, 5]);
    expect(await read(cursor)).toEqual([5]);
    expect(await read(before.toISOString())).toEqual([4, 5]);
    expect(await read('1h', '--where', 'number=2,5')).toEqual([2, 5]);
    expect(await read('now')).toEqual([]);
    const people = await sluice(['tail', 'NoteEvent', '--from', 'last:1', '--no-follow', '--where', 'key=k-from', '--select', 'number again: number', ...url()]);
    expect(people.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}Noted +k-from {2}number=5 again=5$/);
  }, 120_000);

  it('control characters of an event reach neither the terminal nor the JSON line', async () => {
    const text = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eabc\r\nnext';
    await query(gateway.url, 'mutation($input: NotedInput!) { publishNoted(input: $input) { cursor } }', { input: { noteId: 'k-control', text, number: 1 } });
    const args = ['tail', 'NoteEvent', '--from', 'last:1', '--where', 'key=k-control', '--no-follow', ...url()];
    const [people, json] = [await sluice(args), await sluice([...args, '--json'])];
    for (const { stdout } of [people, json]) {
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
      expect(stdout.split('\n')).toHaveLength(1);
    }
    expect((JSON.parse(json.stdout) as { data: { text: string } }).data.text).toBe(text);
  }, 120_000);

  it.each([
    ['a topic that is not there', ['Nope'], 64, /no topic "Nope".*NoteEvent, TickEvent/],
    ['a field that no filter has', ['NoteEvent', '--where', 'colour=red'], 64, /no field "colour".*type, key, number, author/],
    ['a value of another type', ['NoteEvent', '--where', 'number=many'], 64, /"many" is no number/],
    ['a place that is none', ['NoteEvent', '--from', 'yesterday'], 64, /--from takes now, beginning/],
    ['a selection that no type has', ['NoteEvent', '--select', 'colour'], 64, /no event type here has a field "colour"/],
    ['a cursor of another log', ['NoteEvent', '--from', 'A'.repeat(39)], 4, /CURSOR_INVALID/],
  ])('refuses %s', async (_what, args, code, message) => {
    const ended = await sluice(['tail', ...args, ...url()]);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
  }, 120_000);

  // Before, up to 30 s went by until the start counted as not found, and 20 s until the page did.
  it.each([
    ['while the start is looked for', 'now', /^never$/],
    ['while a page is asked for again and again', 'A'.repeat(39), /Trying again/],
  ])('--no-follow: Ctrl-C ends it %s', async (_what, from, said) => {
    // As a proxy in front of the gateway that lets neither WebSockets nor history through.
    let upgrades = 0;
    const proxy = createServer((request, response) => void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts).toString();
      if (!body.includes('IntrospectionQuery')) return response.writeHead(503).end();
      const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      return response.writeHead(200, { 'content-type': 'application/json' }).end(await answer.text());
    })());
    proxy.on('upgrade', () => {
      upgrades += 1;
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const tail = start(['tail', 'NoteEvent', '--no-follow', '--from', from, '--url', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`]);
      await waitFor(() => upgrades > 0 || tail.stderr.some((line) => said.test(line)), { what: 'it to wait', timeoutMs: 25_000 });
      expect(await tail.kill('SIGINT')).toEqual({ code: 130, signal: null });
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  }, 120_000);

  it('says that no gateway is there, with 3', async () => {
    const ended = await sluice(['tail', '--url', `http://127.0.0.1:${await unusedPort()}`]);
    expect(ended.stderr).toMatch(/cannot be reached: .*ECONNREFUSED.*Is it running\?/);
    expect(ended.code).toBe(3);
  }, 120_000);

  it('ends quietly when its reader has gone', async () => {
    const shell = await promisify(execFile)('bash', ['-c', `"${process.execPath}" "${BUILD}/main.js" history NoteEvent --first all --json --url ${gateway.url} | head -n 1; echo "code \${PIPESTATUS[0]}" >&2`]);
    expect(shell.stdout.trim().split('\n')).toHaveLength(1);
    expect(shell.stderr.trim()).toBe('code 0');
  }, 120_000);
});

