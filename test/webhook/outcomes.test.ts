import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSender, type Outcome, type Sender } from '../../src/webhook/sender.js';
import { unusedPort } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait.js';
import { endpoint, MESSAGE, NEVER, SECRET } from './fixture.js';
import { answer, createSink, type Behaviour, type Sink } from './sink.js';

const TIMEOUT = 700;

let sink: Sink;
let sender: Sender;
beforeAll(async () => {
  sink = await createSink();
  sender = createSender({ allow: ['127.0.0.1'], timeoutMs: TIMEOUT });
});
afterAll(async () => {
  await sender.close();
  await sink.close();
});

/** An answer that failed, without a body or a pause unless given. */
function failed(status: number | null, reason: string, rest: object = {}): object {
  return { kind: 'failed', status, reached: true, reason, retryAfterMs: null, body: '', ...rest };
}

const LATE = failed(null, `There was no answer within ${TIMEOUT} ms.`);
const CLOSED = failed(null, 'The connection was closed before there was an answer.');
const redirected = (status: number): object => failed(status, `The endpoint answered ${status}. Redirects are not followed: give the URL to which it leads.`);
const inAnHour = (): string => new Date(Date.now() + 3_600_000 - 500).toUTCString();

const ROWS: readonly (readonly [what: string, behaviour: () => Behaviour, outcome: object])[] = [
  ['200', () => answer(200, {}, 'thanks'), { kind: 'delivered', status: 200 }],
  ['201', () => answer(201), { kind: 'delivered', status: 201 }],
  ['204', () => answer(204), { kind: 'delivered', status: 204 }],
  ['200 with a body of 1 MB', () => answer(200, {}, 'x'.repeat(1_000_000)), { kind: 'delivered', status: 200 }],
  ['200 with a body without end', () => ({ kind: 'endless', status: 200 }), { kind: 'delivered', status: 200 }],
  ['200 with a body that drips', () => ({ kind: 'drip', part: 'body', status: 200, everyMs: 20 }), { kind: 'delivered', status: 200 }],
  ['200 with a body that is cut off', () => ({ kind: 'cut', when: 'body', status: 200 }), { kind: 'delivered', status: 200 }],
  ['301 inward', () => answer(301, { location: `${sink.url}/inward` }), redirected(301)],
  ['302 inward', () => answer(302, { location: 'http://169.254.169.254/latest/meta-data/' }), redirected(302)],
  ['307 inward', () => answer(307, { location: `${sink.url}/inward` }), redirected(307)],
  ['304', () => answer(304), redirected(304)],
  ['400', () => answer(400, {}, 'no such\tfield\r\n'), failed(400, 'The endpoint answered 400.', { body: 'no such field  ' })],
  ['404', () => answer(404), failed(404, 'The endpoint answered 404.')],
  ['410', () => answer(410, {}, 'moved out'), { kind: 'gone', status: 410, body: 'moved out' }],
  ['429 with seconds', () => answer(429, { 'retry-after': '7' }), failed(429, 'The endpoint answered 429.', { retryAfterMs: 7_000 })],
  ['429 with a day', () => answer(429, { 'retry-after': '86400' }), failed(429, 'The endpoint answered 429.', { retryAfterMs: 3_600_000 })],
  ['503 with a date', () => answer(503, { 'retry-after': inAnHour() }), failed(503, 'The endpoint answered 503.', { retryAfterMs: expect.closeTo(3_598_000, -3.5) })],
  ['503 with nonsense', () => answer(503, { 'retry-after': 'soon' }), failed(503, 'The endpoint answered 503.')],
  ['429 without', () => answer(429), failed(429, 'The endpoint answered 429.')],
  ['400 with Retry-After', () => answer(400, { 'retry-after': '7' }), failed(400, 'The endpoint answered 400.')],
  ['500', () => answer(500, {}, Buffer.from('\u001b[31mOops\u0000\u202e!\u00e9', 'utf8')), failed(500, 'The endpoint answered 500.', { body: '?[31mOops??!\u00e9' })],
  ['500 in no UTF-8', () => answer(500, {}, Buffer.from([0x6f, 0xff, 0xfe, 0x6f])), failed(500, 'The endpoint answered 500.', { body: 'o??o' })],
  ['500 with a body of 1 MB', () => answer(500, {}, 'y'.repeat(1_000_000)), failed(500, 'The endpoint answered 500.', { body: 'y'.repeat(4_096) })],
  ['500 with a body without end', () => ({ kind: 'endless', status: 500 }), failed(500, 'The endpoint answered 500.', { body: 'x'.repeat(4_096) })],
  ['500 with a body that is cut off', () => ({ kind: 'cut', when: 'body', status: 500 }), failed(500, 'The endpoint answered 500.', { body: 'the beginning' })],
  ['500 with a body that drips', () => ({ kind: 'drip', part: 'body', status: 500, everyMs: 20 }), failed(500, 'The endpoint answered 500.', { body: expect.stringMatching(/^\.{2,40}$/) })],
  ['hangs before the head', () => ({ kind: 'hang' }), LATE],
  ['drips the head', () => ({ kind: 'drip', part: 'head', status: 200, everyMs: 20 }), LATE],
  ['closes before the head', () => ({ kind: 'cut', when: 'before', status: 200 }), CLOSED],
  ['closes in the middle of the head', () => ({ kind: 'cut', when: 'head', status: 200 }), CLOSED],
  ['a head of 1 MB', () => ({ kind: 'large head', status: 200, bytes: 1_000_000 }), failed(null, 'The head of the answer is larger than 16 KB.')],
];

describe('the outcome', () => {
  /*
   * Seen to fail: with undici's interceptor of redirects (301 and 307 reached /inward and were delivered); with timeouts of undici, which
   * count from byte to byte, in place of the deadline (drips never ended); without the mask of `readStart`; without its end at 4 KB;
   * with a head of any size.
   */
  it.for(ROWS)('of an endpoint: %s', async ([what, behaviour, outcome], context) => {
    const inward = sink.on('/inward', answer(200));
    expect(inward).toBe(`${sink.url}/inward`);
    const before = sink.at('/inward').length;
    const path = `/${encodeURIComponent(what)}`;
    const result = await sender.send(endpoint(sink.on(path, behaviour())), MESSAGE, NEVER);
    const { ms, ...rest } = result;
    context.expect(rest).toEqual(outcome);
    context.expect(ms).toBeGreaterThanOrEqual(0);
    context.expect(sink.at(path)).toMatchObject([{ method: 'POST', body: MESSAGE.body }]);
    context.expect(sink.at('/inward').length).toBe(before);
  });

  it('of an endpoint that says what it was sent is without the secret and the values of headers', async () => {
    // Seen to fail without hideSecrets.
    const headers = { authorization: 'Bearer token-of-the-crm', 'x-odd': 'a "quoted" value', 'x-short': 'blue' };
    const body = `${JSON.stringify(headers)} token-of-the-crm ${SECRET} ${SECRET.slice('whsec_'.length)}`;
    const echo = (size: number): Promise<Outcome> => sender.send(endpoint(sink.on('/echo', answer(500, {}, 'x'.repeat(size) + body)), { headers }), MESSAGE, NEVER);
    const [said, cut] = [await echo(0), await echo(4_096 - body.indexOf('-of-the') - 3)];
    expect(said).toMatchObject({ body: '{"authorization":"***","x-odd":"***","x-short":"blue"} *** *** ***' });
    expect('body' in cut ? cut.body.slice(-30) : '').toMatch(/x\{"authorization":"\*\*\*$/);
  });

  it('of an endpoint where nothing listens', async () => {
    expect(await sender.send(endpoint(`http://127.0.0.1:${await unusedPort()}/`), MESSAGE, NEVER)).toMatchObject(failed(null, 'The endpoint refuses connections.', { reached: false }));
  });

  it('of an endpoint that speaks no HTTP', async () => {
    const odd = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')).listen(0, '127.0.0.1');
    await once(odd, 'listening');
    const url = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
    expect(await sender.send(endpoint(url), MESSAGE, NEVER)).toMatchObject({ kind: 'failed', status: null, reason: expect.stringMatching(/^The answer is not HTTP/) });
    odd.close();
  });
});

describe('connections', () => {
  // Seen to fail with an Agent of undici in place of Connections: it connected again after each, to send nothing.
  it('are dropped when an answer is longer than 4 KB, or late', async () => {
    const own = await createSink();
    for (const behaviour of [{ kind: 'endless', status: 200 }, { kind: 'drip', part: 'body', status: 200, everyMs: 20 }, { kind: 'hang' }] as const) {
      await sender.send(endpoint(own.on(`/${behaviour.kind}`, behaviour)), MESSAGE, NEVER);
      await waitFor(() => own.connections === 0, { what: `the connection of ${behaviour.kind} to be closed` });
    }
    expect(own.accepted).toBe(3);
    await own.close();
  });

  it('are kept for the next one', async () => {
    const own = await createSink();
    const url = own.on('/ok', (_, before) => (before % 2 === 0 ? answer(200, {}, 'x'.repeat(1_000)) : answer(500, {}, 'y'.repeat(1_000))));
    for (let index = 0; index < 10; index += 1) await sender.send(endpoint(url), MESSAGE, NEVER);
    expect([own.count, own.accepted]).toEqual([10, 1]);
    await own.close();
  });

  // Seen to fail without the timer for the body of a 2xx: it took until the timeout.
  it('of a 2xx are not waited for until the timeout: the outcome is there a second later', async () => {
    const patient = createSender({ allow: ['127.0.0.1'], timeoutMs: 25_000 });
    const outcome = await patient.send(endpoint(sink.on('/slow-body', { kind: 'drip', part: 'body', status: 200, everyMs: 20 })), MESSAGE, NEVER);
    expect(outcome.kind).toBe('delivered');
    expect(outcome.ms).toBeLessThan(20_000);
    await patient.close();
  });
});

describe('giving up', () => {
  // Seen to fail without the listener on the signal: it hung on.
  it('rejects with the reason of the signal, and ends the connection', async () => {
    const own = await createSink();
    const patient = createSender({ allow: ['127.0.0.1'], timeoutMs: 60_000 });
    const leaving = new AbortController();
    const sent = patient.send(endpoint(own.on('/hang', { kind: 'hang' })), MESSAGE, leaving.signal);
    await own.received('/hang', 1);
    leaving.abort(new Error('the lease is gone'));
    await expect(sent).rejects.toThrow('the lease is gone');
    await waitFor(() => own.connections === 0);
    await expect(patient.send(endpoint(`${own.url}/hang`), MESSAGE, leaving.signal)).rejects.toThrow('the lease is gone');
    expect(own.count).toBe(1);
    await patient.close();
    await own.close();
  });

  it('closing waits for what is under way, and a closed sender sends nothing', async () => {
    const other = createSender({ allow: ['127.0.0.1'] });
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const url = sink.on('/held', async () => {
      await held;
      return answer(200);
    });
    const sent = other.send(endpoint(url), MESSAGE, NEVER);
    await sink.received('/held', 1);
    const closed = other.close();
    go();
    expect((await sent).kind).toBe('delivered');
    await closed;
    await expect(other.send(endpoint(url), MESSAGE, NEVER)).rejects.toThrow();
  });
});

describe('what is shown', () => {
  it('has neither the secret nor the headers in it, whatever the outcome', async () => {
    const token = 'Bearer very-secret-token';
    const urls = [sink.on('/leak/500', answer(500)), sink.on('/leak/hang', { kind: 'hang' }), 'http://10.0.0.1/', 'not a url', `http://127.0.0.1:${await unusedPort()}`];
    const outcomes: Outcome[] = [];
    for (const url of urls) outcomes.push(await sender.send(endpoint(url, { headers: { authorization: token } }), MESSAGE, NEVER));
    outcomes.push(await sender.send(endpoint(`${sink.url}/leak/500`, { secrets: [`${SECRET}x`] }), MESSAGE, NEVER));
    outcomes.push(await sender.send(endpoint(`${sink.url}/leak/500`, { headers: { authorization: `${token}\r\nx: y` } }), MESSAGE, NEVER));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'refused', 'refused', 'failed', 'refused', 'refused']);
    const text = JSON.stringify(outcomes);
    for (const secret of ['very-secret', SECRET.slice(6, 20)]) expect(text).not.toContain(secret);
  });
});
