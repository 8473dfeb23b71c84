import { describe, expect, it } from 'vitest';
import { parseAllowList } from '../../src/webhook/allow-list.js';
import { MAX_RETRY_AFTER, retryAfterMs } from '../../src/webhook/response.js';
import { createSender } from '../../src/webhook/sender.js';
import { newSecret } from '../../src/webhook/signature.js';
import { validateWebhook, type WebhookInput } from '../../src/webhook/validate.js';
import { endpoint, MESSAGE, NEVER } from './fixture.js';
import { answer, createSink } from './sink.js';

const check = (input: WebhookInput) => (): void => validateWebhook(input, parseAllowList([]));
const badInput = (message: RegExp): unknown => expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });

describe('what somebody gives who makes a webhook', () => {
  it('is good as a whole, in parts, and when there is nothing', () => {
    expect(check({})).not.toThrow();
    expect(check({ url: 'https://example.com/hooks', headers: { 'Authorization': 'Bearer a b', 'x-empty': '', 'x-tab': 'a\tb', 'cookie': 'a=b' }, secret: newSecret() })).not.toThrow();
  });

  it('is bad when one part is', () => {
    expect(check({ url: 'http://localhost', headers: {}, secret: newSecret() })).toThrow(badInput(/loopback.*SLUICE_WEBHOOK_ALLOW/));
    expect(check({ url: 'https://example.com', headers: { host: 'a' } })).toThrow(badInput(/header host .*Leave it out/));
    expect(check({ url: 'https://example.com', secret: 'whsec_short' })).toThrow(badInput(/24 to 64 random bytes in base64/));
  });

  const name = 'x-key';
  it.for([
    ['webhook-id', 'a', /webhook-id is set by the gateway/], ['Webhook-Signature', 'a', /set by/], ['WEBHOOK-TIMESTAMP', 'a', /set by/], ['webhook-anything', 'a', /set by/],
    ['content-type', 'a', /set by/], ['Content-Length', '1', /set by/], ['content-encoding', 'gzip', /set by/], ['host', 'a', /set by/], ['Host', 'a', /set by/], ['connection', 'a', /set by/],
    ['Transfer-Encoding', 'chunked', /set by/], ['te', 'a', /set by/], ['trailer', 'a', /set by/], ['upgrade', 'h2c', /set by/], ['expect', '100-continue', /set by/], ['keep-alive', 'a', /set by/],
    ['Traceparent', 'a', /set by/], ['tracestate', 'a', /set by/],
    ['', 'a', /not a name/], ['a b', 'a', /not a name/], ['a:', 'a', /not a name/], ['a\r\nb', 'a', /not a name/], ['é', 'a', /not a name/], [' host', 'a', /not a name/], ['host ', 'a', /not a name/], ['a'.repeat(101), 'a', /not a name/],
    [name, 'a\r\nhost: b', /characters that a header cannot have/], [name, 'a\nb', /cannot have/], [name, 'a\rb', /cannot have/], [name, 'a\0b', /cannot have/], [name, 'é', /cannot have/], [name, 'a\u2028b', /cannot have/],
    [name, 'b'.repeat(2_001), /has 2001 characters/],
  ] as const)('header %j: %j is refused', async ([header, value, message], context) => {
    context.expect(check({ headers: { [header]: value } })).toThrow(badInput(message));
    const sink = await createSink();
    const sender = createSender({ allow: ['127.0.0.1'] });
    context.expect(await sender.send(endpoint(sink.on('/', answer(200)), { headers: { [header]: value } }), MESSAGE, NEVER)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(message) });
    context.expect(sink.accepted).toBe(0);
    await sender.close();
    await sink.close();
  });

  it('has at most 20 headers, none twice; values are never shown', () => {
    const many = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'a']));
    expect(check({ headers: many(20) })).not.toThrow();
    expect(check({ headers: many(21) })).toThrow(badInput(/at most 20/));
    expect(check({ headers: { 'x-a': 'a', 'X-A': 'a' } })).toThrow(badInput(/x-a is there twice/));
    expect(check({ headers: { authorization: 'Bearer sesame\n' } })).toThrow(badInput(/^(?!.*sesame)/));
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 0);
  it.for([
    ['0', 0], ['1', 1_000], [' 120 ', 120_000], ['3600', MAX_RETRY_AFTER], ['3601', MAX_RETRY_AFTER], ['9'.repeat(400), MAX_RETRY_AFTER],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000], ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000], ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0], ['Tue, 06 Nov 2074 08:49:37 GMT', MAX_RETRY_AFTER],
    ['', null], ['-1', null], ['1.5', null], ['1e3', null], ['0x10', null], ['soon', null], ['Sun, 99 Nov 1994 08:49:37 GMT', null], ['2026-11-27', null], ['Infinity', null],
  ] as const)('%j is %j ms', ([text, expected], context) => {
    context.expect(retryAfterMs(text, now)).toBe(expected);
  });

  it('that is missing or there twice', () => {
    expect(retryAfterMs(undefined, now)).toBeNull();
    expect(retryAfterMs(['2', '4'], now)).toBe(2_000);
  });
});
