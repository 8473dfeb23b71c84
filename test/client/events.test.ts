import { describe, expect, test } from 'vitest';
import { iterate, OverflowError } from '../../src/client/index.js';
import { waitFor } from '../support/wait.js';
import { createClient, established, proxy, server, useLogServer } from './fixture.js';
import { cursorText } from './log-server.js';

useLogServer();

interface Ticks {
  readonly ticks: { readonly node: { readonly __typename: 'Tick'; readonly n: number } | null };
}
const TYPED = 'subscription($after: String, $from: StartFrom) { ticks(after: $after, from: $from) { node { __typename n } } }';
const WITHOUT_AFTER = 'subscription { ticks { node { __typename n } } }';

describe('iterate', () => {
  test('gives every event with its cursor, also over a cut', async () => {
    server.append(2);
    const client = createClient();
    const seen: [string, number | undefined][] = [];
    for await (const { cursor, event, missing, errors } of iterate<Ticks>(client, TYPED, { from: 'BEGINNING' })) {
      expect([missing, errors]).toEqual([null, []]);
      seen.push([cursor, event?.n]);
      if (seen.length === 2) {
        proxy.cutAll();
        server.append(2);
      }
      if (seen.length === 4) break;
    }
    expect(seen).toEqual([1, 2, 3, 4].map((n) => [cursorText(n), n]));
    await waitFor(() => server.subscriptions() === 0);
  });

  // Seen to fail: without the stop at the limit all 50 waited in memory.
  test('past its limit is stopped and opened anew behind what waits: bounded, with nothing lost', async () => {
    server.append(50);
    const client = createClient();
    const events = iterate<Ticks>(client, TYPED, { from: 'BEGINNING' }, { limit: 10 });
    const seen: (number | undefined)[] = [];
    for await (const { event } of events) {
      seen.push(event?.n);
      // A loop that is slower than the server: all of a round have come before one is taken.
      await waitFor(() => server.subscriptions() === 0 || server.starts.length > 4 || seen.length % 10 !== 1);
      if (seen.length === 50) break;
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(server.starts.slice(0, 5)).toEqual([0, 10, 20, 30, 40]);
  });

  test('past its limit ends with an error when the document has no place for a cursor, behind what came', async () => {
    const client = createClient();
    const events = iterate<Ticks>(client, WITHOUT_AFTER, {}, { limit: 3 });
    await established(client);
    server.append(5);
    await waitFor(() => server.subscriptions() === 0);
    const seen: (number | undefined)[] = [];
    const drain = async (): Promise<void> => {
      for await (const { event } of events) seen.push(event?.n);
    };
    await expect(drain()).rejects.toThrow(OverflowError);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('starts after a cursor, and ends without an error by its signal', async () => {
    server.append(5);
    const client = createClient();
    const stop = new AbortController();
    const seen: (number | undefined)[] = [];
    for await (const { event } of iterate<Ticks>(client, TYPED, {}, { after: cursorText(3), signal: stop.signal })) {
      seen.push(event?.n);
      if (seen.length === 2) stop.abort();
    }
    expect(seen).toEqual([4, 5]);
    await waitFor(() => server.subscriptions() === 0);
  });

  test('throws the errors that end the subscription', async () => {
    server.append(5);
    server.dropUpTo(4, 'error');
    const events = iterate<Ticks>(createClient(), TYPED, {}, { after: cursorText(1) });
    await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED', earliestCursor: cursorText(4) } }]);
  });

  test('says so when the events cannot be told apart', async () => {
    server.append(1);
    const events = iterate<Ticks>(createClient(), 'subscription { ticks(from: BEGINNING) { node { n } } }');
    await expect(events.next()).rejects.toThrow('must select `__typename` in `node`');
  });
});
