import { describe, expect, test } from 'vitest';
import { TokenRejectedError } from '../../src/client/index.js';
import { momentOf } from '../../src/client/token.js';
import { token as sign } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { createClient, established, reconnected, server, subscribe, useLogServer } from './fixture.js';

useLogServer();

/** Against a server that decides by the text of the token; what a gateway does with tokens is in token.test.ts. */
const shown = (): unknown[] => server.params.map(({ authorization }) => authorization);
const invalid = { code: 4401, reason: 'Token invalid' };
const expired = { code: 4403, reason: 'Token expired' };

describe('token', () => {
  test('goes along with every connection, beside what the user sends', async () => {
    const client = createClient({ token: 'a', connectionParams: { mine: 1 } });
    subscribe(client);
    await established(client);
    server.closeSockets(1012);
    await reconnected(2, 1);
    expect(server.params).toMatchObject([{ authorization: 'Bearer a', mine: 1, sluice: { checkpoints: true } }, { authorization: 'Bearer a', mine: 1 }]);
  });

  test('null: nobody is signed in', async () => {
    const client = createClient({ token: () => null });
    subscribe(client);
    await established(client);
    expect(shown()).toEqual([undefined]);
  });

  test('G5: is renewed on the open socket before it expires, again and again, and no subscription is lost', async () => {
    let asked = 0;
    // Seen to fail with `accepted` doing nothing.
    const client = createClient({ token: async () => (asked++ === 0 ? sign({ sub: 'ada' }, { expiresIn: Math.floor(Date.now() / 1_000) + 2 }) : `fresh-${asked}`) });
    server.admit = (authorization) => (String(authorization).includes('fresh') ? { expiresAt: Date.now() + 250 } : null);
    const observed = subscribe(client);
    await established(client);
    server.append(1);
    await waitFor(() => server.renewals.length >= 3, { what: 'three renewals', timeoutMs: 20_000 });
    server.append(1);
    await waitFor(() => observed.received.length === 2);
    expect(observed.received).toEqual([1, 2]);
    expect(server.params).toHaveLength(1);
    expect(server.starts).toHaveLength(1);
    expect(new Set(server.renewals).size).toBe(server.renewals.length);
  }, 30_000);

  // Seen to fail with a `readToken` that gives what it got: the page is sent, the socket closed, the subscription ended.
  test('is not what has spaces, markup or no end: an error page is as no answer, at the start and for an open socket', async () => {
    const first = await sign({ sub: 'ada' }, { expiresIn: Math.floor(Date.now() / 1_000) + 2 });
    const answers: unknown[] = ['<html>a-secret</html>', '', first, 'Bad Gateway', '{"error":"a-secret"}', 'x'.repeat(8_193), undefined, 'newer'];
    const failures: unknown[] = [];
    server.admit = (authorization) => (['Bearer newer', `Bearer ${first}`].includes(String(authorization)) ? null : invalid);
    const client = createClient({ token: () => answers.shift() as string, on: { error: (reason) => failures.push(reason) } });
    const observed = subscribe(client);
    await waitFor(() => server.renewals.length === 1, { what: 'a renewal', timeoutMs: 25_000 });
    expect(server.renewals).toEqual(['Bearer newer']);
    expect(observed.end).toBeUndefined();
    const said = failures.map(String).filter((text) => text.includes('gave what is no token'));
    expect(said).toHaveLength(6);
    expect(said.join()).not.toContain('a-secret');
    // The open socket was left alone.
    expect(shown()).toEqual([`Bearer ${first}`]);
  }, 40_000);

  test('is asked for again while the source has none newer, or fails', async () => {
    const first = await sign({ sub: 'ada' }, { expiresIn: Math.floor(Date.now() / 1_000) + 2 });
    const answers: (() => string)[] = [() => first, () => first, () => { throw new Error('away'); }];
    const failures: unknown[] = [];
    const client = createClient({ token: () => (answers.shift() ?? (() => 'newer'))(), on: { error: (reason) => failures.push(reason) } });
    subscribe(client);
    await established(client);
    await waitFor(() => server.renewals.length === 1, { what: 'a renewal' });
    expect(server.renewals).toEqual(['Bearer newer']);
    expect(failures).toEqual([new Error('away')]);
    expect(server.params).toHaveLength(1);
  });

  test('G5: a socket that was closed because it has expired comes back with a fresh one, behind the last event', async () => {
    let issued = 0;
    const client = createClient({ token: () => `t${++issued}` });
    const observed = subscribe(client);
    await established(client);
    server.append(2);
    await waitFor(() => observed.received.length === 2);
    server.closeSockets(4403);
    server.append(3);
    await waitFor(() => observed.received.length === 5);
    expect(observed.received).toEqual([1, 2, 3, 4, 5]);
    expect(shown()).toEqual(['Bearer t1', 'Bearer t2']);
    // The one that was fetched at the close is the one that was sent.
    expect(issued).toBe(2);
  });

  test('one that is not taken (4401) is replaced when there is another', async () => {
    const tokens = ['revoked', 'good'];
    server.admit = (authorization) => (authorization === 'Bearer revoked' ? invalid : null);
    const client = createClient({ token: () => tokens.shift() ?? 'good' });
    const observed = subscribe(client);
    await established(client);
    expect(shown()).toEqual(['Bearer revoked', 'Bearer good']);
    expect(observed.end).toBeUndefined();
  });
});

describe('the subscriptions end with TokenRejectedError', () => {
  test.each([
    ['the same token comes again after 4401', () => 'bad', invalid, 1],
    ['the token is a text', 'bad', invalid, 1],
    ['the token is a text and has expired', 'bad', expired, 1],
    ['the same token comes again and again after 4403', () => 'old', expired, 6],
    ['every fresh token is rejected', () => crypto.randomUUID(), invalid, 4],
    ['every fresh token has expired', () => crypto.randomUUID(), expired, 4],
  ])('%s', async (_what, token, verdict, connections) => {
    server.admit = () => verdict;
    const client = createClient({ token });
    const observed = subscribe(client);
    await waitFor(() => observed.end, { what: 'the end', timeoutMs: 20_000 });
    expect(observed.end).toBeInstanceOf(TokenRejectedError);
    expect(observed.end).toMatchObject({ code: verdict.code, reason: verdict.reason });
    expect((observed.end as Error).message).not.toContain('bad');
    expect(server.params).toHaveLength(connections);
  });

  test('when it was signed out in between', async () => {
    let signedIn = true;
    const client = createClient({ token: () => (signedIn ? 'a' : null) });
    const observed = subscribe(client);
    await established(client);
    signedIn = false;
    server.closeSockets(4403);
    await waitFor(() => observed.end);
    expect(observed.end).toMatchObject({ code: 4403, reason: 'test' });
  });

  test('and a subscription after that asks anew', async () => {
    let current = 'bad';
    server.admit = (authorization) => (authorization === 'Bearer bad' ? invalid : null);
    const client = createClient({ token: () => current });
    const observed = subscribe(client);
    await waitFor(() => observed.end);
    current = 'good';
    const second = subscribe(client);
    await established(client);
    server.append(1);
    await waitFor(() => second.received.length === 1);
  });
});

test('a source that is away is waited for, at the start and after a rejection', async () => {
  let asked = 0;
  const reasons: unknown[] = [];
  server.admit = (authorization) => (authorization === 'Bearer t3' ? invalid : null);
  const client = createClient({
    token: () => {
      asked += 1;
      if (asked < 3 || asked === 4) throw new Error(`away ${asked}`);
      return `t${asked}`;
    },
    on: { error: (reason) => reasons.push(reason) },
  });
  subscribe(client);
  await established(client);
  expect(shown()).toEqual(['Bearer t3', 'Bearer t5']);
  expect(reasons.filter((reason) => reason instanceof Error && reason.message.startsWith('away'))).toHaveLength(3);
});

test('without `token`, 4401 is the end, as in graphql-ws', async () => {
  server.admit = () => invalid;
  const observed = subscribe(createClient());
  await waitFor(() => observed.end);
  expect(observed.end).toMatchObject({ code: 4401 });
  expect(observed.end).not.toBeInstanceOf(TokenRejectedError);
});

test.each([
  ['a.eyJleHAiOjEwfQ.c', 10_000], ['a.eyJleHAiOiIxMCJ9.c', undefined], ['sk_4711', undefined], ['a.b.c', undefined], ['a.bnVsbA.c', undefined], ['', undefined],
])('expiry of %s', (text, expected) => {
  expect(momentOf(text, 'exp')).toBe(expected);
});
