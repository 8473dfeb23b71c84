import { parse, print, type DocumentNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DocumentError, type EventDocument } from '../../src/client/index.js';
import { prepareDocument, variablesAfter } from '../../src/client/document.js';
import { InventoryEventsDocument, OrderHistoryDocument } from '../generated/graphql.js';

type Any = EventDocument<unknown, never>;
const prepare = (text: string) => prepareDocument(parse(text));

describe('a parsed document', () => {
  test('that is complete is sent as it is', () => {
    expect(prepareDocument(InventoryEventsDocument)).toEqual({ query: print(InventoryEventsDocument), operationName: 'InventoryEvents', afterVariable: 'after' });
  });

  test('gets `__typename`, and `after` with its variable', () => {
    const { query, afterVariable } = prepare('subscription S($where: F) { orderEvents(where: $where) { node { ... on A { b } } } } fragment X on A { b }');
    expect(afterVariable).toBe('after');
    expect(query).toBe(print(parse('subscription S($where: F, $after: Cursor) { orderEvents(where: $where, after: $after) { node { __typename ... on A { b } } } } fragment X on A { b }')));
    const bare = prepare('subscription { orderEvents { cursor node { b } } }');
    expect(bare.query).toBe(print(parse('subscription ($after: Cursor) { orderEvents(after: $after) { cursor node { __typename b } } }')));
    expect(bare.operationName).toBeUndefined();
  });

  test('keeps the variable that it gives `after`, and aliases of the field', () => {
    const { query, afterVariable } = prepare('subscription($c: Cursor) { e: orderEvents(after: $c) { node { __typename } } }');
    expect([query, afterVariable]).toEqual([print(parse('subscription($c: Cursor) { e: orderEvents(after: $c) { node { __typename } } }')), 'c']);
  });

  test.each([
    ['{ a }', 'a subscription'],
    ['subscription A { a { node { b } } } subscription B { a { node { b } } }', 'one operation'],
    ['subscription { a }', 'the field of a topic'],
    ['subscription { a { cursor } }', '`node` in `a`'],
    ['subscription { a { n: node { b } } }', 'without an alias'],
    ['subscription { a(after: "x") { node { b } } }', 'make it `after: $after`'],
  ])('%s is refused', (text, message) => {
    expect(() => prepare(text)).toThrow(DocumentError);
    expect(() => prepare(text)).toThrow(message);
  });

  test('that is no subscription is refused also when it comes from a generator', () => {
    expect(() => prepareDocument(OrderHistoryDocument as DocumentNode as Any)).toThrow(DocumentError);
  });
});

test('text, also as a String object, is sent as it is, and its variable is found', () => {
  const text = 'subscription($from: Cursor) { a(last: 1, after : $from) { node { __typename } } }';
  expect(prepareDocument(text)).toEqual({ query: text, operationName: undefined, afterVariable: 'from' });
  expect(prepareDocument(Object(text) as Any).query).toBe(text);
  expect(prepareDocument('subscription { a { node { b } } }').afterVariable).toBeUndefined();
});

test('a cursor goes into its variable, and without one into an error that says how', () => {
  expect(variablesAfter({ afterVariable: 'c' }, { c: 'old', d: 1 }, 'new')).toEqual({ c: 'new', d: 1 });
  expect(variablesAfter({ afterVariable: undefined }, undefined, null)).toEqual({});
  expect(() => variablesAfter({ afterVariable: undefined }, {}, 'new')).toThrow('$after: Cursor');
});
