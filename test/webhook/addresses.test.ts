import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specialKind } from '../../src/webhook/address.js';
import { parseAllowList } from '../../src/webhook/allow-list.js';
import { createSender, type Sender } from '../../src/webhook/sender.js';
import { validateWebhook } from '../../src/webhook/validate.js';
import { endpoint, MESSAGE, NEVER } from './fixture.js';
import { answer, createSink, type Sink } from './sink.js';

let sink: Sink;
beforeAll(async () => {
  sink = await createSink();
  sink.on('/', answer(200));
});
afterAll(() => sink.close());

/** Hosts as a URL may have them, and what is said of them. */
const REFUSED: readonly (readonly [host: string, kind: string])[] = [
  ['127.0.0.1', 'a loopback'],
  ['127.0.0.1.', 'a loopback'],
  ['127.255.255.254', 'a loopback'],
  ['127.1', 'a loopback'],
  ['127.0.1', 'a loopback'],
  ['2130706433', 'a loopback'],
  ['0x7f000001', 'a loopback'],
  ['0x7F.0.0.1', 'a loopback'],
  ['0x7f.1', 'a loopback'],
  ['0177.0.0.1', 'a loopback'],
  ['0177.0x0.01', 'a loopback'],
  ['017700000001', 'a loopback'],
  ['127.0.0.0x1', 'a loopback'],
  ['127%2e0%2e0%2e1', 'a loopback'],
  ['%31%32%37.0.0.1', 'a loopback'],
  ['１２７.０.０.１', 'a loopback'],
  ['①②⑦.⓪.⓪.①', 'a loopback'],
  ['127。0。0。1', 'a loopback'],
  ['127\u00ad.0.0.1', 'a loopback'],
  ['localhost', 'a loopback'],
  ['LOCALHOST', 'a loopback'],
  ['localhost.', 'a loopback'],
  ['ｌｏｃａｌｈｏｓｔ', 'a loopback'],
  ['api.localhost', 'a loopback'],
  ['[::1]', 'a loopback'],
  ['[0:0:0:0:0:0:0:1]', 'a loopback'],
  ['[0000::0001]', 'a loopback'],
  ['[::0.0.0.1]', 'a loopback'],
  ['0', 'an unspecified'],
  ['0.0.0.0', 'an unspecified'],
  ['0x0', 'an unspecified'],
  ['[::]', 'an unspecified'],
  ['[::ffff:127.0.0.1]', 'an IPv4-mapped'],
  ['[::ffff:7f00:1]', 'an IPv4-mapped'],
  ['[0:0:0:0:0:ffff:7f00:0001]', 'an IPv4-mapped'],
  ['[::ffff:169.254.169.254]', 'an IPv4-mapped'],
  ['[::ffff:8.8.8.8]', 'an IPv4-mapped'],
  ['[::127.0.0.1]', 'a reserved'],
  ['[::ffff:0:127.0.0.1]', 'a reserved'],
  ['[64:ff9b::127.0.0.1]', 'a translated (NAT64)'],
  ['[64:ff9b::a9fe:a9fe]', 'a translated (NAT64)'],
  ['[64:ff9b:1::7f00:1]', 'a translated (NAT64)'],
  ['[2002:7f00:1::]', 'a 6to4'],
  ['[2002:a9fe:a9fe::1]', 'a 6to4'],
  ['[2001:0:7f00:1::]', 'a reserved (Teredo and others)'],
  ['10.0.0.1', 'a private'],
  ['10.255.255.255', 'a private'],
  ['172.16.0.1', 'a private'],
  ['172.31.255.255', 'a private'],
  ['192.168.1.1', 'a private'],
  ['192.168.257', 'a private'],
  ['3232235777', 'a private'],
  ['[fc00::1]', 'a private (unique local)'],
  ['[fd00:ec2::254]', 'a private (unique local)'],
  ['[fdff:ffff::1]', 'a private (unique local)'],
  ['100.64.0.1', 'a shared (CGNAT)'],
  ['100.100.100.200', 'a shared (CGNAT)'],
  ['100.127.255.255', 'a shared (CGNAT)'],
  ['169.254.169.254', 'a link-local'],
  ['169.254.169.254.', 'a link-local'],
  ['2852039166', 'a link-local'],
  ['0xa9fea9fe', 'a link-local'],
  ['0251.0376.0251.0376', 'a link-local'],
  ['[fe80::1]', 'a link-local'],
  ['[febf::1]', 'a link-local'],
  ['[fec0::1]', 'a site-local'],
  ['168.63.129.16', 'a metadata'],
  ['192.0.0.192', 'a reserved'],
  ['192.0.2.1', 'a documentation'],
  ['198.51.100.1', 'a documentation'],
  ['203.0.113.1', 'a documentation'],
  ['[2001:db8::1]', 'a documentation'],
  ['[3fff::1]', 'a documentation'],
  ['192.88.99.1', 'a 6to4 relay'],
  ['198.18.0.1', 'a benchmarking'],
  ['198.19.255.255', 'a benchmarking'],
  ['224.0.0.1', 'a multicast'],
  ['239.255.255.255', 'a multicast'],
  ['[ff02::1]', 'a multicast'],
  ['240.0.0.1', 'a reserved'],
  ['255.255.255.255', 'a reserved'],
  ['[2620:4f:8000::1]', 'a reserved'],
  ['[100::1]', 'a reserved'],
  ['[5f00::1]', 'a reserved'],
  ['[4000::1]', 'a reserved'],
];

const PUBLIC = [
  '1.1.1.1', '134744072', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.1', '169.253.255.255', '169.255.0.1', '172.15.255.255', '172.32.0.1',
  '192.0.1.1', '192.167.255.255', '192.169.0.1', '198.17.255.255', '198.20.0.1', '223.255.255.255', '[2606:4700:4700::1111]', '[2001:4860:4860::8888]', '[2a00:1450::1]', '[3ffe::1]',
  'example.com', 'example.com.', 'bücher.example', 'localhost.example.com', 'notlocalhost',
];

/** What a sender says that may go to public addresses only. */
async function strictly<T>(ask: (sender: Sender) => Promise<T>): Promise<T> {
  const sender = createSender({ allow: [], timeoutMs: 1_000 });
  const result = await ask(sender);
  await sender.close();
  return result;
}

describe('an address in a URL', () => {
  /*
   * Static check and sender. Seen to fail: each network left out of the tables fails its rows; with `isIP` asked of the text between
   * the slashes in place of the parsed host, all spellings but the plain ones got through, and connected to the sink.
   */
  it.for(REFUSED)('%s is refused as %s address', async ([host, kind], { expect }) => {
    const message = expect.stringContaining(`The URL leads to ${kind} address.`);
    for (const scheme of ['http', 'https']) {
      const url = `${scheme}://${host}:${sink.port}/`;
      expect(() => validateWebhook({ url }, parseAllowList([]))).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message }));
      expect(await strictly((sender) => sender.send(endpoint(url), MESSAGE, NEVER))).toEqual({ kind: 'refused', reason: message, lookedUp: false, ms: expect.any(Number) });
    }
    expect(sink.accepted).toBe(0);
  });

  it.for(PUBLIC)('%s is accepted', (host, { expect }) => {
    expect(() => validateWebhook({ url: `https://${host}:8443/hooks?a=1#b` }, parseAllowList([]))).not.toThrow();
  });

  it.for([
    ['https://user@example.com/', 'a user or a password'], ['https://:pass@example.com/', 'a user or a password'], ['https://a:b@127.0.0.1/', 'a user or a password'],
    ['http://example.com/', 'must begin with https://'], ['http://1.1.1.1/', 'must begin with https://'], ['ftp://example.com/', 'must begin with https://'],
    ['file:///etc/passwd', 'must begin with https://'], ['data:text/plain,hi', 'must begin with https://'], ['unix:/var/run/docker.sock', 'must begin with https://'],
    ['//example.com/', 'not valid'], ['example.com', 'not valid'], ['', 'not valid'], ['https://', 'not valid'], ['https://exa mple.com/', 'not valid'], ['https://example.com/\r\nx: y', 'not valid'],
    ['https://ex\tample.com/', 'not valid'], [' https://example.com/', 'not valid'], ['https://256.1.1.1/', 'not valid'], ['https://1.2.3.4.5/', 'not valid'], ['https://[fe80::1%25eth0]/', 'not valid'],
    ['https://[::1/', 'not valid'], ['https://0x7f.0.0.0x100/', 'not valid'], ['https://example.com:99999/', 'not valid'], [`https://example.com/${'a'.repeat(2_048)}`, 'at most 2048'],
  ] as const)('%j is refused: %s', async ([url, reason], { expect }) => {
    const message = expect.stringContaining(reason);
    expect(() => validateWebhook({ url }, parseAllowList([]))).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message }));
    expect(await strictly((sender) => sender.send(endpoint(url), MESSAGE, NEVER))).toMatchObject({ kind: 'refused', reason: message });
  });

  it('that a name server might give, and no URL can have, is special', () => {
    expect(['fe80::1%eth0', '::1%lo', '', 'example.com', '127.1', '1.2.3.4/8'].map(specialKind)).toEqual(Array.from({ length: 6 }, () => 'no usable'));
  });
});

describe('the list of what is allowed', () => {
  const allowed = (entries: readonly string[], url: string): boolean => {
    try {
      validateWebhook({ url }, parseAllowList(entries));
      return true;
    } catch {
      return false;
    }
  };

  it.for([
    [['127.0.0.1'], 'http://127.0.0.1:3000/', true],
    [['127.0.0.1'], 'http://2130706433/', true],
    [['2130706433'], 'http://127.0.0.1/', true],
    [['127.0.0.1'], 'http://127.0.0.2/', false],
    [['127.0.0.1'], 'http://[::ffff:127.0.0.1]/', true],
    [['127.0.0.1'], 'http://[::1]/', false],
    [['::1'], 'http://[::1]/', true],
    [['[::1]'], 'http://[::1]/', true],
    [['10.0.0.0/8'], 'http://10.200.3.4/', true],
    [['10.9.9.9/8'], 'https://10.200.3.4/', true],
    [['10.0.0.0/8'], 'http://11.0.0.1/', false],
    [['fd00::/8'], 'https://[fd12::1]/', true],
    [['fd00::/8'], 'https://[fc00::1]/', false],
    [['hooks.internal'], 'http://hooks.internal:8080/', true],
    [['Hooks.Internal.'], 'http://hooks.internal/', true],
    [['hooks.internal'], 'http://HOOKS.internal./', true],
    [['hooks.internal'], 'http://a.hooks.internal/', false],
    [['hooks.internal'], 'http://hooks.internal.example.com/', false],
    [['bücher.example'], 'http://xn--bcher-kva.example/', true],
    [['localhost'], 'http://localhost:3000/', true],
    [['127.0.0.0/8'], 'https://localhost/', true],
    [['127.0.0.0/8'], 'http://localhost/', false],
    [['localhost'], 'http://127.0.0.1/', false],
    [[], 'http://hooks.internal/', false],
  ] as const)('%j: %s is allowed: %s', ([entries, url, expected], { expect }) => {
    expect(allowed(entries, url)).toBe(expected);
  });

  it.for(['', ' ', 'http://a.b', 'a.b:80', '127.0.0.1:80', '[::1]:80', '*.internal', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/x', '10.0.0.0/8/8', 'a.b/8', 'a b', 'user@host', '256.0.0.1', 'a?b', '[::1]x'])('%j is no entry', (entry, { expect }) => {
    expect(() => parseAllowList([entry])).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(`"${entry}"`) }));
    expect(() => createSender({ allow: ['127.0.0.1', entry] })).toThrow('is neither a host nor a network');
  });
});
