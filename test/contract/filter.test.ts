import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { history, noneOpen, NOTES, publish, tick } from './notes.js';
import { TRANSPORTS } from './transports.js';

let gateways: TestGateways;
let gateway: Gateway;

const EVENTS = {
  a1: { noted: { noteId: 'a', number: 1, author: 'ann' } },
  a2: { noted: { noteId: 'a', number: 2, author: 'bob' } },
  b1: { noted: { noteId: 'b', number: 1, author: 'bob' } },
  bare: { noted: { noteId: 'b', number: null } },
  gone: { noteRemoved: { noteId: 'a', reason: 'old' } },
  goneB: { noteRemoved: { noteId: 'b' } },
} as const;
type Name = keyof typeof EVENTS;
let cursors: Record<Name, string>;

beforeAll(async () => {
  gateways = await createGateways();
  // A checkpoint at the head says that everything has been looked through.
  gateway = await gateways.start({ checkpointInterval: 50 });
  await tick(gateway.url, 3);
  const receipts = await publish(gateway.url, Object.values(EVENTS));
  cursors = Object.fromEntries(Object.keys(EVENTS).map((name, index) => [name, receipts[index]])) as Record<Name, string>;
  await tick(gateway.url, 3);
});
afterAll(() => gateways.close());

const ALL = Object.keys(EVENTS) as Name[];

const CASES: readonly (readonly [string, Record<string, unknown> | null, readonly Name[]])[] = [
  ['no filter', null, ALL],
  ['an empty filter', {}, ALL],
  ['fields that are null', { type: null, key: null, number: null, author: null }, ALL],
  ['one type', { type: ['NoteRemoved'] }, ['gone', 'goneB']],
  ['every type', { type: ['Noted', 'NoteRemoved'] }, ALL],
  ['one key', { key: ['b'] }, ['b1', 'bare', 'goneB']],
  ['a key nobody has', { key: ['z'] }, []],
  ['a number', { number: [1] }, ['a1', 'b1']],
  ['one of two numbers (OR inside a field)', { number: [1, 2] }, ['a1', 'a2', 'b1']],
  ['an author: an event without the field does not match', { author: ['ann', 'bob'] }, ['a1', 'a2', 'b1']],
  ['type and author (AND between fields)', { type: ['NoteRemoved'], author: ['bob'] }, []],
  ['key and author and number', { key: ['a', 'b'], author: ['bob'], number: [1] }, ['b1']],
  ['an empty list of types', { type: [] }, []],
  ['an empty list of keys', { key: [] }, []],
  ['an empty list of authors beside one that matches', { author: [], number: [1] }, []],
];

it.each(CASES)('a history page with %s has exactly these events', async (_what, where, names) => {
  const page = await history(gateway.url, { first: 100, where });
  expect(page.edges.map((edge) => edge.cursor)).toEqual(names.map((name) => cursors[name]));
});

describe.each(TRANSPORTS)('G16: filters over $name', (transport) => {
  it.each(CASES)('with %s the subscription gives the edges that history gives, cursors and nodes alike', async (_what, where, names) => {
    const page = await history(gateway.url, { first: 100, where });
    const subscription = transport.subscribe(gateway.url, NOTES, { from: 'BEGINNING', where });
    await waitFor(() => subscription.checkpoints.at(-1) === page.head, { what: 'a checkpoint at the head' });
    subscription.close();
    expect(subscription.edges).toEqual(page.edges);
    expect(subscription.edges.map((edge) => edge.cursor)).toEqual(names.map((name) => cursors[name]));
  });
});

describe.each(TRANSPORTS)('G16: live filters over $name', (transport) => {
  it('a live event passes the filters as a past one does', async () => {
    const subscriptions = CASES.map(([, where]) => transport.subscribe(gateway.url, NOTES, { where }));
    for (const subscription of subscriptions) await subscription.established();
    const live = await publish(gateway.url, Object.values(EVENTS));
    for (const [index, [what, , names]] of CASES.entries()) {
      const subscription = subscriptions[index];
      await subscription?.take(names.length);
      subscription?.close();
      expect(subscription?.edges.map((edge) => edge.cursor), what).toEqual(names.map((name) => live[ALL.indexOf(name)]));
    }
    await noneOpen(gateway);
  });
});
