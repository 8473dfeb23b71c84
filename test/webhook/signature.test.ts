import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSender, type Sender } from '../../src/webhook/sender.js';
import { newSecret, readSecret, signatureHeaders } from '../../src/webhook/signature.js';
import { endpoint, MESSAGE, NEVER, TRACEPARENT } from './fixture.js';
import { answer, createSink, type Sink, type SinkRequest } from './sink.js';

let sink: Sink;
let sender: Sender;
beforeAll(async () => {
  sink = await createSink();
  sender = createSender({ allow: ['127.0.0.1'] });
});
afterAll(async () => {
  await sender.close();
  await sink.close();
});

/** What the sink got. */
async function delivered(path: string, given: Parameters<typeof endpoint>[1] = {}, message = MESSAGE): Promise<SinkRequest> {
  expect(await sender.send(endpoint(sink.on(path, answer(204)), given), message, NEVER)).toMatchObject({ kind: 'delivered' });
  const [request] = sink.at(path).slice(-1);
  if (request === undefined) throw new Error('nothing came');
  return request;
}

describe('the signature', () => {
  // The vector of the reference implementations (their test "sign function works").
  it('is that of the published vector', () => {
    const headers = signatureHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_999, '{"test": 2432232314}');
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  // Seen to fail with milliseconds in the timestamp, with the body before the id, and with `base64url`.
  it('is accepted by the library, from what came over the wire', async () => {
    const secret = newSecret();
    const body = JSON.stringify({ text: 'Zürich 東京 \u{1f980} \u2028', list: Array.from({ length: 5_000 }, (_, index) => index) });
    const request = await delivered('/signed', { secrets: [secret] }, { ...MESSAGE, body });
    expect(new Webhook(secret).verify(request.body, request.headers as Record<string, string>)).toEqual(JSON.parse(body));
    expect(() => new Webhook(newSecret()).verify(request.body, request.headers as Record<string, string>)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(`${request.body} `, request.headers as Record<string, string>)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(request.body, { ...(request.headers as Record<string, string>), 'webhook-id': 'another' })).toThrow('No matching signature');
  });

  it('is made with every secret during a rotation, the newest first', async () => {
    const [fresh, old] = [newSecret(), newSecret()];
    const request = await delivered('/rotation', { secrets: [fresh, old] });
    for (const secret of [fresh, old]) expect(new Webhook(secret).verify(request.body, request.headers as Record<string, string>)).toEqual(JSON.parse(MESSAGE.body));
    const at = new Date(Number(request.headers['webhook-timestamp']) * 1_000);
    expect(request.headers['webhook-signature']).toBe([fresh, old].map((secret) => new Webhook(secret).sign(MESSAGE.id, at, MESSAGE.body)).join(' '));
  });

  it('is of the time of the attempt; the id stays', async () => {
    const first = await delivered('/again');
    const second = await delivered('/again');
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    for (const { headers, at } of [first, second]) expect(Math.abs(Number(headers['webhook-timestamp']) * 1_000 - at)).toBeLessThan(60_000);
  });
});

describe('what is sent beside it', () => {
  it('is what the gateway sets, the headers of the endpoint, and nothing twice', async () => {
    const { rawHeaders, method, path } = await delivered('/plain?tenant=a', { headers: { 'Authorization': 'Bearer abc', 'X-Empty': '', 'user-agent': 'Shop/1.0' } });
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect([method, path]).toEqual(['POST', '/plain?tenant=a']);
    expect(names.toSorted()).toEqual(['authorization', 'connection', 'content-length', 'content-type', 'host', 'traceparent', 'user-agent', 'webhook-id', 'webhook-signature', 'webhook-timestamp', 'x-empty']);
    expect(rawHeaders).toEqual(expect.arrayContaining(['Bearer abc', 'Shop/1.0', TRACEPARENT, 'application/json']));
  });

  it('without a traceparent, or with what is none', async () => {
    for (const traceparent of [null, '', 'hello', `${TRACEPARENT}\r\nx: y`]) {
      expect((await delivered('/untraced', {}, { ...MESSAGE, traceparent })).headers).not.toHaveProperty('traceparent');
    }
    expect((await delivered('/traced')).headers['user-agent']).toBe('sluice-webhook');
  });
});

describe('a secret', () => {
  it('is new each time, and good', () => {
    const made = Array.from({ length: 100 }, newSecret);
    expect(new Set(made).size).toBe(100);
    for (const secret of made) expect(readSecret(secret)).toHaveLength(32);
  });

  it('may have 24 to 64 bytes', () => {
    const of = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
    for (const bytes of [24, 25, 64]) expect(readSecret(of(bytes))).toEqual(Buffer.alloc(bytes, 7));
    const good = of(32).slice('whsec_'.length);
    for (const secret of [of(23), of(65), 'whsec_', '', good, `whsec-${good}`, `WHSEC_${good}`, `whsec_${good.replace('=', '')}`, `whsec_${good} `, `whsec_ ${good}`, `whsec_${'-_'.repeat(16)}`, `whsec_${good}\n`]) {
      expect(() => readSecret(secret), secret).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.not.stringContaining(good.slice(0, 8)) }));
    }
  });

  it('that is missing sends nothing', async () => {
    expect(await sender.send(endpoint(sink.on('/unsigned', answer(200)), { secrets: [] }), MESSAGE, NEVER)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('has no secret') });
    expect(sink.at('/unsigned')).toEqual([]);
  });
});
