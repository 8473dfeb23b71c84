import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createHooks, note, type Hooks } from '../webhook/hooks.js';
import { answer } from '../webhook/sink.js';
import { SECRET, token } from '../support/tokens.js';
import { jsonLines, sluice, type Finished } from './sluice.js';

/* `sluice webhooks`, beside a gateway. */

let hooks: Hooks;
let gateway: Gateway;
beforeAll(async () => {
  hooks = await createHooks();
  gateway = await hooks.start();
});
afterAll(() => hooks.close());
const run = (args: readonly string[], options: { readonly input?: string } = {}): Promise<Finished> => sluice(['webhooks', ...args, '--url', gateway.url], options);

describe('webhooks from the command line', () => {
  it('one is made, listed, shown, tested, changed, paused, resumed, given another secret and deleted', async () => {
    const url = hooks.sink.on('/crm', answer(200));
    const made = await run(['create', 'crm', '--to', url, '--topic', 'NoteEvent', '--type', 'Noted', '--where', 'author=ann,ben,number=0', '--select', '... on Noted { noteId }', '--send-header', 'X-Key: k-1', '--format', 'PLAIN', '--concurrency', '2']);
    expect(made.stdout).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
    expect(made.stderr).toMatch(/^Webhook crm \([0-9a-f-]{36}\) is made\. Its secret is not shown again\.$/);
    await note(gateway, ['c-1', 'c-2']);
    const [request] = await hooks.sink.received('/crm', 1);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'Noted', data: { noteId: 'c-1' } });
    expect(request?.headers['x-key']).toBe('k-1');

    const [listed] = jsonLines<Record<string, unknown>>((await run(['list', '--json'])).stdout.split('\n'));
    expect(listed).toMatchObject({ name: 'crm', url, where: { author: ['ann', 'ben'], number: [0] }, headerNames: ['x-key'], concurrency: 2, status: 'ENABLED' });
    expect((await run([])).stdout).toMatch(/^name +status +last delivered[^]*\ncrm +ENABLED +20\d\d-/);
    expect((await run(['show', 'crm'])).stdout).toMatch(/\nselection +\.\.\. on Noted \{ noteId \}\n/);
    expect((await run(['test', 'crm'])).stdout).toMatch(/ took it: 200 in \d+ ms\.\nThe test event was made from the event at position 1\.$/);

    hooks.sink.on('/crm', answer(500, {}, 'broken'));
    const failed = await run(['test', 'crm']);
    expect([failed.code, failed.stderr]).toEqual([1, `sluice webhooks: ${url} did not take it: The endpoint answered 500. It said: broken`]);

    expect((await run(['update', 'crm', '--all-types', '--everything', '--select', '', '--send-header', ''])).stdout).toBe('Webhook crm is changed.');
    expect(await hooks.show(gateway, String(listed?.['id']))).toMatchObject({ types: null, where: null, selection: null, headerNames: [] });
    await run(['update', 'crm', '--where', 'author=nobody']);
    expect((await run(['test', 'crm'])).stdout).toBe('No event of it was found among the latest: the data was {"webhook":"crm"}.');
    expect((await run(['pause', 'crm', '--reason', 'moving'])).stdout).toBe('Webhook crm is paused.');
    expect(JSON.parse((await run(['show', 'crm', '--json'])).stdout)).toMatchObject({ status: 'PAUSED', statusReason: 'moving' });
    expect((await run(['resume', 'crm'])).stdout).toBe('Webhook crm goes on.');
    const own = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    const rotated = await run(['rotate-secret', 'crm', '--overlap', '0s', '--secret-file', '-'], { input: `${own}\n` });
    expect([rotated.stdout, rotated.stderr]).toEqual([own, expect.stringContaining('has another secret')]);
    expect((await run(['delete', String(listed?.['id']), '--yes'])).stdout).toBe('Webhook crm is deleted.');
    const gone = await run(['show', 'crm']);
    expect([gone.code, gone.stderr]).toEqual([1, 'sluice webhooks: There is no webhook crm. `sluice webhooks list` has their names and ids.']);
  }, 240_000);

  it.each([
    ['a deletion without --yes', ['delete', 'kept'], /That cannot be undone\. Repeat it with --yes/, 64],
    ['another action', ['drop'], /Allowed choices are list, show, create/, 64],
    ['none that is meant', ['pause'], /Say which: sluice webhooks pause <name>/, 64],
    ['no URL', ['create', 'x', '--topic', 'NoteEvent'], /Say where to and which topics/, 64],
    ['a URL that leads inside', ['create', 'x', '--topic', 'NoteEvent', '--to', 'https://10.0.0.1/'], /SLUICE_WEBHOOK_ALLOW/, 64],
    ['a filter for a field that is none', ['create', 'x', '--topic', 'NoteEvent', '--to', 'https://example.com/', '--where', 'colour=red'], /there is no field "colour"/, 64],
    ['a header that is none', ['create', 'x', '--topic', 'NoteEvent', '--to', 'https://example.com/', '--send-header', 'secret-token'], /--send-header takes "Name: value"/, 64],
  ])('%s is wrong use', async (_what, args, message, code) => {
    if (args.includes('kept')) await hooks.create(gateway, { name: 'kept', url: 'https://example.com/', topics: ['NoteEvent'] });
    const done = await run(args);
    expect(done.stderr).toMatch(message);
    expect(done.stderr).not.toContain('secret-token');
    expect(done.code).toBe(code);
  });

  it('who may not is told so', async () => {
    const guarded = await hooks.start({ auth: { jwt: { secret: SECRET } } });
    const nobody = await sluice(['webhooks', 'list', '--url', guarded.url]);
    expect([nobody.code, nobody.stderr]).toEqual([77, expect.stringContaining('UNAUTHENTICATED')]);
    const ann = await sluice(['webhooks', 'list', '--url', guarded.url], { env: { SLUICE_TOKEN: await token({ sub: 'ann', scope: 'notes:read' }) } });
    expect([ann.code, ann.stderr]).toEqual([77, expect.stringContaining('FORBIDDEN')]);
    await guarded.stop();
  });
});
