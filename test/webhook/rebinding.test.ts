import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSender, type Outcome, type SenderOptions } from '../../src/webhook/sender.js';
import { endpoint, MESSAGE, NEVER } from './fixture.js';
import { answer, createSink, type Sink } from './sink.js';

/** Public as far as anybody can tell, and given to nobody. */
const NOBODYS = '3000::1';

let sink: Sink;
let before: number;
beforeAll(async () => {
  sink = await createSink();
  sink.on('/', answer(200));
});
beforeEach(() => {
  before = sink.accepted;
});
afterAll(() => sink.close());

const refused = (kind: string): object => ({ kind: 'refused', lookedUp: true, reason: expect.stringContaining(`The host resolves to ${kind} address.`) });

/** Sends to a host name some times, one after the other; its name servers give these answers in turn, then the last one for ever. */
async function sendTo(host: string, answers: readonly (readonly string[])[], options: Partial<SenderOptions> = {}, times = 1): Promise<{ readonly outcomes: Outcome[]; readonly asked: number }> {
  let asked = 0;
  const resolve = (): Promise<readonly string[]> => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? []);
  const sender = createSender({ allow: [], connectTimeoutMs: 300, timeoutMs: 2_000, resolve, ...options });
  const outcomes: Outcome[] = [];
  for (let index = 0; index < times; index += 1) outcomes.push(await sender.send(endpoint(host), MESSAGE, NEVER));
  await sender.close();
  return { outcomes, asked };
}

describe('what a host name resolves to', () => {
  it.for([
    [['127.0.0.1'], 'a loopback'],
    [['::1'], 'a loopback'],
    [['10.1.2.3'], 'a private'],
    [['169.254.169.254'], 'a link-local'],
    [['fd00:ec2::254'], 'a private (unique local)'],
    [['::ffff:127.0.0.1'], 'an IPv4-mapped'],
    [['fe80::1%lo'], 'no usable'],
    [[NOBODYS, '127.0.0.1'], 'a loopback'],
    [['127.0.0.1', NOBODYS], 'a loopback'],
    [['1.1.1.1', '2606:4700:4700::1111', '192.168.0.1'], 'a private'],
  ] as const)('%j: refused as %s address', async ([addresses, kind], context) => {
    const { outcomes } = await sendTo(`https://hooks.example:${sink.port}/`, [addresses]);
    context.expect(outcomes).toMatchObject([refused(kind)]);
    context.expect(JSON.stringify(outcomes)).not.toContain(addresses[0]);
    context.expect(sink.accepted).toBe(before);
  });

  it('is allowed when the network is on the list, all of it', async () => {
    const url = `https://hooks.example:${sink.port}/`;
    // The sink speaks no TLS: it was reached.
    expect((await sendTo(url, [['127.0.0.1']], { allow: ['127.0.0.0/8'] })).outcomes).toMatchObject([{ kind: 'failed', reason: expect.stringContaining('TLS') }]);
    expect(sink.accepted).toBe(before + 1);
    expect((await sendTo(url, [['127.0.0.1', '::1']], { allow: ['127.0.0.0/8'] })).outcomes).toMatchObject([refused('a loopback')]);
    expect(sink.accepted).toBe(before + 1);
  });

  it('is not looked at when the name is on the list; the request names the host', async () => {
    const url = `http://hooks.example:${sink.port}/`;
    expect((await sendTo(url, [['127.0.0.1']], { allow: ['hooks.example'] })).outcomes).toMatchObject([{ kind: 'delivered' }]);
    expect(sink.requests.at(-1)?.headers.host).toBe(`hooks.example:${sink.port}`);
  });
});

describe('rebinding', () => {
  /*
   * Public the first time it is asked, loopback ever after. Seen to fail: with a look-up that checks one answer and gives out the next
   * (`await check(host); return resolve(host)`), and with one that leaves the connection to the system's look-up of the name: the sink was connected to.
   */
  it('between check and connection is impossible: one look-up for each connection, and it goes to what was checked', async () => {
    const { outcomes, asked } = await sendTo(`https://rebind.example:${sink.port}/`, [[NOBODYS], ['127.0.0.1']], {}, 3);
    expect(outcomes).toMatchObject([{ kind: 'failed', status: null }, refused('a loopback'), refused('a loopback')]);
    expect(asked).toBe(3);
    expect(sink.accepted).toBe(before);
  });

  // Seen to fail with connections that are not kept: the second look-up connected to nobody.
  it('while a connection is kept changes nothing: it stays where it was checked', async () => {
    const { outcomes, asked } = await sendTo(`http://rebind.example:${sink.port}/`, [['127.0.0.1'], ['169.254.169.254']], { allow: ['rebind.example'] }, 4);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
    expect([asked, sink.accepted]).toEqual([1, before + 1]);
  });
});

describe('a look-up', () => {
  it.for([['ENOTFOUND', 'does not exist'], ['ENODATA', 'has no address'], ['ETIMEOUT', 'name servers'], ['ESERVFAIL', 'name servers'], ['EAI_AGAIN', 'name servers'], ['EODD', 'EODD']] as const)('that fails with %s: %s', async ([code, reason], context) => {
    const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error('secret detail'), { code }));
    const { outcomes } = await sendTo('https://hooks.example/', [], { resolve });
    context.expect(outcomes).toMatchObject([{ kind: 'failed', status: null, reason: expect.stringContaining(reason) }]);
    context.expect(JSON.stringify(outcomes)).not.toContain('secret');
  });

  it('that gives nothing', async () => {
    expect((await sendTo('https://hooks.example/', [[]])).outcomes).toMatchObject([{ kind: 'failed', reason: 'The host name has no address.' }]);
  });

  it('that never ends is part of the time there is', async () => {
    const resolve = (): Promise<never> => new Promise(() => undefined);
    const late = await sendTo('https://hooks.example/', [], { resolve, timeoutMs: 200, connectTimeoutMs: 30_000 });
    expect(late.outcomes).toMatchObject([{ kind: 'failed', reason: 'There was no answer within 200 ms.' }]);
  });

  it('of a name that the system knows: localhost, when it is on the list', async () => {
    const sender = createSender({ allow: ['localhost'] });
    expect(await sender.send(endpoint(`http://localhost:${sink.port}/`), MESSAGE, NEVER)).toMatchObject({ kind: 'delivered' });
    await sender.close();
  });
});
