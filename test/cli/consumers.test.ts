import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertConsumer, insertMember, insertParked, insertState } from '../consumer/rows.js';
import { createGateways, publishNotes, type TestGateways } from '../support/gateway.js';
import { SECRET, token } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { jsonLines, sluice, start, type Finished } from './sluice.js';

/* `sluice consumers`, `sluice dead-letters` and `sluice alerts` against a gateway; the rows are those that gateways write. */

let gateways: TestGateways;
let url: string;
let env: Readonly<Record<string, string>>;
let cursors: string[];
beforeAll(async () => {
  gateways = await createGateways();
  cursors = await publishNotes((await gateways.start()).url, ['a', 'b', 'c', 'd']);
  url = (await gateways.start({ auth: { jwt: { secret: SECRET } } })).url;
  env = { SLUICE_TOKEN: await token({ sub: 'ann', scope: 'sluice:admin' }) };
});
afterAll(() => gateways.close());
beforeEach(() => gateways.sql`DELETE FROM sluice.consumers`);

const run = (...args: string[]): Promise<Finished> => sluice([...args, '--url', url], { env });
const outcome = async (...args: string[]): Promise<readonly [number | null, string]> => {
  const { code, stdout, stderr } = await run(...args);
  return [code, stdout === '' ? stderr : stdout];
};

describe('sluice consumers', () => {
  it('prints a table, JSON, and one with all there is', async () => {
    expect(await outcome('consumers')).toEqual([0, 'No consumers.']);
    await insertConsumer(gateways.sql, { name: 'fraud', position: 2 });
    await insertConsumer(gateways.sql, { name: 'idle', position: 1 });
    const gateway = await insertMember(gateways.sql, 'fraud', { delivered: 150, failed: 50, lagEvents: 18_000, lagMs: 130_000, slots: [0, 1] });
    await insertParked(gateways.sql, { consumer: 'fraud', position: 1 });
    await gateways.sql`UPDATE sluice.consumers SET status = 'paused', status_reason = 'because \u001b[2J' WHERE name = 'idle'`;

    const [head, fraud, idle, ...rest] = (await run('consumers')).stdout.split('\n');
    expect(head).toMatch(/^consumer +status +lag +behind +caught up in +a second +errors +dead +parked +gateways$/);
    expect(fraud).toMatch(/^fraud +running +18,000 +2 min +(2 min|1\d\d s) +150 +25 % +1 +0 +1$/);
    expect(idle).toMatch(/^idle +paused +3 +\S+ s +- +0 +- +0 +0 +0$/);
    expect(rest).toEqual([]);
    expect(jsonLines((await run('consumers', '--json')).stdout.split('\n'))).toEqual([
      expect.objectContaining({ name: 'fraud', status: 'RUNNING', lag: { events: 18_000, ms: 130_000, source: 'GATEWAYS' } }),
      expect.objectContaining({ name: 'idle', status: 'PAUSED', lag: { events: 3, ms: expect.any(Number) as number, source: 'LOG' } }),
    ]);

    const shown = (await run('consumers', 'show', 'fraud')).stdout;
    expect(shown).toMatch(/lag +18,000 events, 2 min\n/);
    expect(shown).toMatch(/reads +Noted of NoteEvent, after position 2\n/);
    expect(shown).toMatch(new RegExp(`${gateway} +2 +2 +0 +0\nnone +62 +2 +0 +0`));
    const other = (await run('consumers', 'show', 'idle')).stdout;
    expect(other).toContain('3 events, ');
    expect(other).toContain('because \\u001b[2J');
    expect((JSON.parse((await run('consumers', 'show', 'fraud', '--json')).stdout) as { slots: unknown[] }).slots).toHaveLength(64);
    expect(await outcome('consumers', 'show', 'nobody')).toEqual([1, expect.stringContaining('There is no consumer "nobody"')]);
  }, 120_000);

  it('pauses, resumes, resets, forks and deletes; what cannot be undone needs --yes', async () => {
    await insertConsumer(gateways.sql, { name: 'fraud', position: 4 });
    await insertState(gateways.sql, 'fraud', 'x');
    await insertParked(gateways.sql, { consumer: 'fraud', position: 1 });
    const status = async (): Promise<unknown> => (await gateways.sql`SELECT status, status_reason AS reason, status_by AS by, start_position AS start FROM sluice.consumers WHERE name = 'fraud'`)[0];
    expect(await outcome('consumers', 'pause', 'fraud', '--reason', 'too hot')).toEqual([0, 'fraud stops within a second, until it is resumed.']);
    expect(await status()).toEqual({ status: 'paused', reason: 'too hot', by: 'ann', start: '4' });
    expect(await outcome('consumers', 'resume', 'fraud', '--json')).toEqual([0, '{"name":"fraud","status":"RUNNING"}']);

    expect(await outcome('consumers', 'reset', 'fraud', '--to', 'beginning')).toEqual([64, expect.stringMatching(/1 dead letters.*cannot be undone\. Repeat it with --yes/s)]);
    expect(await outcome('consumers', 'reset', 'fraud', '--to', 'beginning', '--yes')).toEqual([1, expect.stringContaining('CONFLICT: fraud has 1 dead letter')]);
    expect(await outcome('consumers', 'reset', 'fraud', '--to', 'A'.repeat(39), '--yes')).toEqual([4, expect.stringContaining('CURSOR_INVALID')]);
    expect(await status()).toMatchObject({ status: 'running', start: '4' });
    expect(await outcome('consumers', 'reset', 'fraud', '--to', cursors[1] ?? '', '--yes', '--discard-dead-letters'))
      .toEqual([0, expect.stringMatching(/^fraud begins anew after position \d+\. Forgotten: the state of 1 keys, 0 events that waited, 1 dead letters\.$/)]);
    expect(JSON.parse((await run('consumers', 'reset', 'fraud', '--to', 'beginning', '--yes', '--json')).stdout)).toEqual({ name: 'fraud', position: '0', deadLetters: 0, parked: 0, keys: 0 });

    expect(await outcome('consumers', 'fork', 'fraud', '--label', 'v2', '--from', '7d', '--until', 'now')).toEqual([0, expect.stringMatching(/^fraud@v2 begins within a second\./)]);
    expect(await gateways.sql`SELECT start_position AS start, end_position AS end FROM sluice.consumers WHERE name = 'fraud@v2'`).toEqual([{ start: '0', end: '4' }]);
    expect(await outcome('consumers', 'fork', 'fraud', '--label', 'v2', '--from', 'beginning')).toEqual([1, expect.stringContaining('CONFLICT')]);
    expect(await outcome('consumers', 'delete', 'fraud@v2')).toEqual([0, 'Deleted: fraud@v2.']);
    expect(await outcome('consumers', 'delete', 'fraud')).toEqual([64, expect.stringContaining('--yes')]);
    expect(await outcome('consumers', 'delete', 'fraud', '--yes')).toEqual([0, 'Deleted: fraud.']);
  }, 120_000);

  it('--watch prints it again until it is told to end, and waits for a gateway that is away', async () => {
    await insertConsumer(gateways.sql, { name: 'fraud' });
    const own = await gateways.start();
    const watching = start(['consumers', '--watch', '--url', own.url]);
    await watching.waitForLine(/^fraud +no gateway/);
    await own.stop();
    await watching.waitForLine(/Trying again\./);
    await gateways.start({ port: own.port });
    const before = watching.stdout.length;
    await expect.poll(() => watching.stdout.slice(before).some((line) => line.startsWith('fraud ')), { timeout: 20_000 }).toBe(true);
    watching.signal('SIGINT');
    expect((await watching.exited).code).toBe(130);
  }, 120_000);
});

describe('sluice dead-letters', () => {
  it('lists, shows, replays and discards', async () => {
    await insertConsumer(gateways.sql, { name: 'fraud' });
    await insertConsumer(gateways.sql, { name: 'mail' });
    for (let position = 1; position <= 103; position += 1) await insertParked(gateways.sql, { consumer: 'fraud', position, key: `k${position % 2}`, error: { name: 'TypeError', message: `no\n${position}`, step: 'enrich' } });
    await insertParked(gateways.sql, { consumer: 'mail', position: 50, deadAt: new Date(Date.now() - 3_600_000) });

    const listed = await run('dead-letters', '--consumer', 'fraud', '--first', '2');
    expect(listed.stdout).toMatch(/^consumer +position +given up +type +key +attempts +error\nfraud +1 +20\d\d-\S+ \S+ +Noted +k1 +8 +enrich TypeError: no\\u000a1\nfraud +2 .*$/);
    const [, after = ''] = /More: --after (\S+)$/.exec(listed.stderr) ?? [];
    const positions = async (...args: string[]): Promise<string[]> => jsonLines<{ position: string }>((await run('dead-letters', ...args, '--json')).stdout.split('\n')).map(({ position }) => position);
    expect(await positions('--first', '2', '--after', after)).toEqual(['3', '4']);
    expect(await positions('list', '--first', 'all')).toHaveLength(104);
    expect(await positions('--since', '30m', '--key', 'k1', '--error', 'no\n10')).toEqual(['101', '103']);
    expect(await positions('--until', '30m')).toEqual(['50']);
    expect(await outcome('dead-letters', '--after', 'x')).toEqual([4, expect.stringContaining('CURSOR_INVALID')]);

    expect((await run('dead-letters', 'show', '--consumer', 'fraud', '7')).stdout).toMatch(/^fraud 7\n[^]*given up +\S+ after 8 attempts\n[^]*"noteId": "k1"\n}\n\nattempts\n {2}\S+ {2}12 ms {2}enrich TypeError: no\\u000a7$/);
    expect(JSON.parse((await run('dead-letters', 'show', '--consumer', 'fraud', '7', '--json')).stdout)).toMatchObject({ position: '7', payload: { noteId: 'k1' }, history: [{ ms: 12 }] });
    expect(await outcome('dead-letters', 'show', '--consumer', 'fraud', '999')).toEqual([1, expect.stringContaining('no dead letter at position 999')]);

    expect(await outcome('dead-letters', 'replay', '--consumer', 'fraud', '1', '3', '999')).toEqual([0, '2 dead letters of fraud are tried again. 1 of the positions is no dead letter any more.']);
    expect(await outcome('dead-letters', 'discard', '--consumer', 'fraud', '5', '--reason', 'test')).toEqual([0, 'One dead letter of fraud is discarded.']);
    expect(await outcome('dead-letters', 'discard', '--consumer', 'fraud', '5', '7', '--reason', 'test')).toEqual([64, expect.stringContaining('2 dead letters of fraud would be deleted')]);
    expect(await outcome('dead-letters', 'discard', '--consumer', 'fraud', '--all', '--key', 'k1', '--reason', 'test', '--yes')).toEqual([0, '49 dead letters of fraud are discarded.']);
    expect(JSON.parse((await run('dead-letters', 'replay', '--consumer', 'fraud', '--all', '--json')).stdout)).toMatchObject({ positions: { length: 51 }, notDead: [] });
    expect(await outcome('dead-letters', 'replay', '--consumer', 'fraud', '--all')).toEqual([0, '0 dead letters of fraud are tried again.']);
    expect(await gateways.sql`SELECT consumer, status, count(*)::int AS events FROM sluice.parked_events GROUP BY 1, 2 ORDER BY 1`).toEqual([{ consumer: 'fraud', status: 'retry', events: 53 }, { consumer: 'mail', status: 'dead', events: 1 }]);

    // What is still tried again.
    expect((await run('dead-letters', '--consumer', 'fraud', '--status', 'retrying', '--first', '1')).stdout).toMatch(/^consumer +position +status +next attempt +given up +type .*\nfraud +1 +retrying +20\d\d-\S+ \S+ +Noted +k1 /);
    expect((await run('dead-letters', 'show', '--consumer', 'fraud', '1', '--status', 'retrying')).stdout).toMatch(/waits +until 20\S+ after 0 attempts\n/);
    expect(await outcome('dead-letters', 'discard', '--consumer', 'fraud', '1', '--reason', 'test')).toEqual([0, '0 dead letters of fraud are discarded. 1 of the positions is no dead letter any more.']);
    expect(await outcome('dead-letters', 'discard', '--consumer', 'fraud', '1', '--status', 'retrying', '--reason', 'test')).toEqual([0, 'One parked event of fraud is discarded.']);
    expect(await outcome('dead-letters', 'replay', '--consumer', 'fraud', '--status', 'retrying', '--all')).toEqual([0, '52 parked events of fraud are tried again.']);
    expect(await outcome('dead-letters', '--status', 'waiting')).toEqual([0, 'No parked events.']);
  }, 180_000);
});

describe('sluice alerts', () => {
  const raise = async (name: string): Promise<void> => {
    await gateways.sql`SELECT sluice.raise_alert(${name}, 'ConsumerPaused', json_build_object('reason', ${`the relay is \u001b[2J down: ${name}`}::text))`;
    await waitFor(async () => (await gateways.sql`SELECT FROM sluice.alerts WHERE position IS NULL`).length === 0);
  };

  it('prints the latest first, or as they come, through a restart of the gateway; a consumer that lost events is lagged', async () => {
    expect(await outcome('alerts')).toEqual([0, 'No alerts.']);
    for (const name of ['a', 'b', 'c']) {
      await insertConsumer(gateways.sql, { name });
      await raise(name);
    }
    const listed = await run('alerts', '--first', '2');
    expect(listed.stdout).toMatch(/^20\d\d-\S+ \S+ {2}CONSUMER_PAUSED {2}c\n {2}The consumer c has paused itself: the relay is \\u001b\[2J down: c\. .*\n20\d\d-\S+ \S+ {2}CONSUMER_PAUSED {2}b\n.*$/);
    const [, after = ''] = /^2 alerts\. Older: --after (\S+)$/.exec(listed.stderr) ?? [];
    expect(jsonLines((await run('alerts', '--after', after, '--json')).stdout.split('\n'))).toEqual([expect.objectContaining({ kind: 'CONSUMER_PAUSED', subject: 'CONSUMER', name: 'a', cursor: expect.any(String) as string })]);

    const own = await gateways.start();
    const following = start(['alerts', '--follow', '--from', 'beginning', '--json', '--url', own.url]);
    await following.waitForLine(/"name":"c"/);
    await own.stop();
    await following.waitForLine(/trying again/);
    await raise('a');
    await gateways.start({ port: own.port });
    await gateways.sql`UPDATE sluice.consumers SET status = 'paused', lost = 7 WHERE name = 'b'`;
    await following.waitForLine(/"kind":"CONSUMER_LAGGED"/);
    following.signal('SIGINT');
    expect((await following.exited).code).toBe(130);
    expect(jsonLines<{ name: string }>(following.stdout).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'a', 'b']);

    expect((await run('consumers')).stdout).toMatch(/\na +no gateway .*\nb +lagged, paused .*\n/);
    expect((await run('consumers', 'show', 'b')).stdout).toMatch(/ lagged +since 20\d\d-\S+ \S+: retention took 7 positions/);
    await run('consumers', 'resume', 'b');
    expect((await run('consumers')).stdout).toMatch(/\nb +no gateway /);
  }, 120_000);
});

describe('what they refuse', () => {
  it.each([
    ['another action', ['consumers', 'drop'], /Allowed choices are list, show/],
    ['no name', ['consumers', 'pause'], /Say which consumer/],
    ['a name for list', ['consumers', 'list', 'fraud'], /takes no name/],
    ['no place', ['consumers', 'reset', 'fraud', '--yes'], /--to takes now, beginning/],
    ['a place that is none', ['consumers', 'reset', 'fraud', '--to', 'last:3', '--yes'], /--to takes now, beginning.*"last:3"/],
    ['a fork without a label', ['consumers', 'fork', 'fraud', '--from', 'now'], /--label v2/],
    ['no consumer', ['dead-letters', 'replay', '1'], /Say of which consumer/],
    ['two consumers', ['dead-letters', 'replay', '1', '--consumer', 'a', '--consumer', 'b'], /Say of which consumer/],
    ['neither positions nor all', ['dead-letters', 'replay', '--consumer', 'a'], /Name positions, or say --all/],
    ['no reason', ['dead-letters', 'discard', '--consumer', 'a', '1'], /--reason/],
    ['what is no position', ['dead-letters', 'replay', '--consumer', 'a', 'x1'], /"x1" is no position/],
    ['a time that is none', ['dead-letters', '--since', '5x'], /--since takes a moment/],
    ['no status', ['dead-letters', '--status', 'lost'], /dead, retrying or waiting/],
    ['no number', ['dead-letters', '--first', '0'], /whole number from 1, or all/],
    ['a start without following', ['alerts', '--from', '7d'], /--from goes with --follow/],
    ['a page while following', ['alerts', '--follow', '--first', '3'], /--follow takes no --first/],
  ])('%s', async (_what, args, message) => {
    const ended = await run(...args);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(64);
  }, 60_000);

  it('callers without the scope, and a gateway that is not there', async () => {
    const plain = { SLUICE_TOKEN: await token({ sub: 'ben' }) };
    for (const command of ['consumers', 'dead-letters', 'alerts']) {
      const denied = await sluice([command, '--url', url], { env: plain });
      expect([denied.code, denied.stderr]).toEqual([77, expect.stringMatching(/FORBIDDEN.*sluice:admin/s)]);
    }
    expect((await sluice(['consumers', '--url', 'http://127.0.0.1:9'])).code).toBe(3);
  }, 60_000);
});
