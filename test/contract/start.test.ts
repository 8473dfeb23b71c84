import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { ACROSS_TRANSPORTS } from './across.js';
import { freshKey, history, noneOpen, NOTES, number, range, tick } from './notes.js';
import type { Subscription } from './subscription.js';
import { TRANSPORTS, type SubscribeOptions } from './transports.js';

let gateways: TestGateways;
let gateway: Gateway;
const open: Subscription[] = [];
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterEach(async () => {
  for (const subscription of open.splice(0)) subscription.close();
  await noneOpen(gateway);
});
afterAll(() => gateways.close());

describe.each([...TRANSPORTS, ...ACROSS_TRANSPORTS])('G16: where a subscription begins, over $name', (transport) => {
  const subscribe = (variables: Record<string, unknown>, options?: SubscribeOptions): Subscription => {
    const subscription = transport.subscribe(gateway.url, NOTES, variables, options);
    open.push(subscription);
    return subscription;
  };

  it('NOW by default: what came before is not delivered, everything after the start cursor is', async () => {
    const key = freshKey();
    await number(gateway.url, key, [1, 2]);
    const subscription = subscribe({ where: { key: [key] } });
    await subscription.established();
    await number(gateway.url, key, [3, 4]);
    expect((await subscription.take(2)).numbers).toEqual([3, 4]);
  });

  it('BEGINNING: from the first event, and live after the last', async () => {
    const key = freshKey();
    await number(gateway.url, key, [1, 2]);
    const subscription = await subscribe({ from: 'BEGINNING', where: { key: [key] } }).take(2);
    await number(gateway.url, key, [3]);
    expect((await subscription.take(3)).numbers).toEqual([1, 2, 3]);
  });

  it('after: behind the event of the cursor, which is not repeated', async () => {
    const key = freshKey();
    const [, second] = await number(gateway.url, key, [1, 2, 3, 4]);
    expect((await subscribe({ after: second, where: { key: [key] } }).take(2)).numbers).toEqual([3, 4]);
  });

  it('since: the first event recorded at that moment or later', async () => {
    const key = freshKey();
    await number(gateway.url, key, [1]);
    await number(gateway.url, key, [2]);
    const [row] = await gateways.sql<{ at: Date }[]>`
      SELECT max(recorded_at) + interval '1 millisecond' AS at FROM sluice.events`;
    const since = row?.at.toISOString();
    // The database's clock has to pass that millisecond.
    for (let passed = false; !passed;) passed = (await gateways.sql<{ passed: boolean }[]>`SELECT clock_timestamp() > ${since ?? ''}::timestamptz AS passed`)[0]?.passed === true;
    await number(gateway.url, key, [3]);
    await number(gateway.url, key, [4]);
    expect((await subscribe({ since, where: { key: [key] } }).take(2)).numbers).toEqual([3, 4]);
    expect((await subscribe({ since: '1999-01-01T00:00:00Z', where: { key: [key] } }).take(4)).numbers).toEqual([1, 2, 3, 4]);
  });

  it('last: that many matching events, however many others lie between', async () => {
    const key = freshKey();
    for (const each of range(1, 4)) {
      await number(gateway.url, key, [each]);
      await tick(gateway.url, 30);
    }
    expect((await subscribe({ last: 2, where: { key: [key] } }).take(2)).numbers).toEqual([3, 4]);
    expect((await subscribe({ last: 1_000, where: { key: [key] } }).take(4)).numbers).toEqual([1, 2, 3, 4]);
    const none = subscribe({ last: 0, where: { key: [key] } });
    await none.established();
    await number(gateway.url, key, [5]);
    expect((await none.take(1)).numbers).toEqual([5]);
  });

  it.each([-1, 1_001])('last: %i is refused with BAD_USER_INPUT', async (last) => {
    expect(await subscribe({ last }).failed()).toMatchObject([{ message: expect.stringContaining('0 to 1000'), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('after wins over since, since over last, last over from; null counts as not given', async () => {
    const key = freshKey();
    const cursors = await number(gateway.url, key, [1, 2, 3, 4, 5]);
    const where = { key: [key] };
    const early = '1999-01-01T00:00:00Z';
    expect((await subscribe({ after: cursors[3], since: early, last: 5, from: 'BEGINNING', where }).take(1)).numbers).toEqual([5]);
    expect((await subscribe({ after: null, since: early, last: 2, from: 'NOW', where }).take(5)).numbers).toEqual([1, 2, 3, 4, 5]);
    expect((await subscribe({ after: null, since: null, last: 2, from: 'BEGINNING', where }).take(2)).numbers).toEqual([4, 5]);
    expect((await subscribe({ after: null, since: null, last: null, from: 'BEGINNING', where }).take(5)).numbers).toEqual([1, 2, 3, 4, 5]);
    const now = subscribe({ after: null, since: null, last: null, from: null, where });
    await now.established();
    await number(gateway.url, key, [6]);
    expect((await now.take(1)).numbers).toEqual([6]);
  });

  // Seen to fail: with `connectionParams.cursors` ignored, and with the head given out as the start cursor.
  it('G5: the cursor that the transport brings wins over every argument', async () => {
    const key = freshKey();
    const cursors = await number(gateway.url, key, [1, 2, 3, 4, 5]);
    const where = { key: [key] };
    for (const variables of [{ after: cursors[0] }, { since: '1999-01-01T00:00:00Z' }, { last: 5 }, { from: 'BEGINNING' }, {}]) {
      const subscription = await subscribe({ ...variables, where }, { resumeFrom: cursors[2] ?? '' }).take(2);
      expect(subscription.numbers).toEqual([4, 5]);
      expect(subscription.frames[0]).toEqual({ kind: 'checkpoint', cursor: cursors[2] });
    }
  });

  it('G5: resuming at the cursor of every event gives exactly the rest', async () => {
    const key = freshKey();
    const cursors = await number(gateway.url, key, range(1, 8));
    for (const [index, cursor] of cursors.slice(0, -1).entries()) {
      expect((await subscribe({ where: { key: [key] } }, { resumeFrom: cursor }).take(7 - index)).numbers).toEqual(range(index + 2, 8));
    }
  });

  it('the start cursor comes before the first event, and every event carries its own cursor twice', async () => {
    const key = freshKey();
    const cursors = await number(gateway.url, key, range(1, 5));
    const subscription = await subscribe({ from: 'BEGINNING', where: { key: [key] } }).take(5);
    expect(subscription.frames[0]?.kind).toBe('checkpoint');
    expect(subscription.edges.map((edge) => edge.cursor)).toEqual(cursors);
    expect(subscription.results.map((result) => result.extensions?.sluice?.cursor)).toEqual(cursors);
    expect(subscription.frames.filter(({ kind }) => kind === 'next').map(({ cursor }) => cursor)).toEqual(cursors);
  });

  it('the cursor is in the extensions also when nobody selects it', async () => {
    const key = freshKey();
    const cursors = await number(gateway.url, key, [1, 2]);
    const subscription = transport.subscribe(gateway.url, 'subscription($key: [ID!]) { noteEvents(from: BEGINNING, where: { key: $key }) { node { __typename } } }', { key: [key] });
    open.push(subscription);
    expect((await subscription.take(2)).results.map((result) => result.extensions?.sluice?.cursor)).toEqual(cursors);
  });

  it('G5: a history page and then a subscription after its head leave no hole and repeat nothing', async () => {
    const key = freshKey();
    const where = { key: [key] };
    let publishing = true;
    const publisher = (async () => {
      for (let next = 1; publishing; next += 1) await number(gateway.url, key, [next]);
    })();
    for (let round = 0; round < 5; round += 1) {
      const page = await history(gateway.url, { first: 1_000, where });
      const known = page.edges.map((edge) => edge.node?.number ?? 0);
      const subscription = await subscribe({ after: page.head, where }).take(20);
      expect([...known, ...subscription.numbers.slice(0, 20)]).toEqual(range(1, known.length + 20));
      subscription.close();
    }
    publishing = false;
    await publisher;
  });
});
