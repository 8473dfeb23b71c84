import { parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { SCALARS } from '../../src/graphql/scalars.js';

const { Cursor, DateTime, JSON: Json, Position } = SCALARS;

describe('DateTime', () => {
  test.each([
    ['2026-03-01T09:30:00Z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01T09:30:00.1+02:00', '2026-03-01T07:30:00.100Z'],
    ['2026-03-01t23:30:00.123456-05:30', '2026-03-02T05:00:00.123Z'],
    ['2024-02-29T00:00:00z', '2024-02-29T00:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
  ])('reads %s', (text, expected) => {
    expect(DateTime.parseValue(text).toISOString()).toBe(expected);
    expect(DateTime.parseLiteral(parseValue(`"${text}"`)).toISOString()).toBe(expected);
    expect(DateTime.serialize(text)).toBe(expected);
  });

  test.each([
    ['2026-03-01', 'has another form'],
    ['2026-03-01T09:30:00', 'has another form'],
    ['2026-03-01T09:30Z', 'has another form'],
    ['2026-02-29T00:00:00Z', 'names a day that does not exist'],
    ['2026-13-01T00:00:00Z', 'names a day that does not exist'],
    ['2026-01-00T00:00:00Z', 'names a day that does not exist'],
    ['2026-01-01T24:00:00Z', 'names a time that does not exist'],
    ['2026-01-01T23:59:60Z', 'names a time that does not exist'],
    ['2026-01-01T00:00:00+24:00', 'names a time that does not exist'],
    [1_700_000_000, 'is no text'],
    [null, 'is no text'],
  ])('refuses %s', (value, why) => {
    expect(() => DateTime.parseValue(value)).toThrow(`DateTime is RFC 3339 text with a zone, such as "2026-03-01T09:30:00Z"; ${JSON.stringify(value)} ${why}.`);
  });

  test('shows a Date in UTC and refuses an invalid one', () => {
    expect(DateTime.serialize(new Date(Date.UTC(2026, 2, 1)))).toBe('2026-03-01T00:00:00.000Z');
    expect(() => DateTime.serialize(new Date(Number.NaN))).toThrow('invalid Date');
    expect(() => DateTime.parseLiteral(parseValue('5'))).toThrow('is no text');
  });
});

test('Position is always text outside', () => {
  expect(Position.serialize(9_007_199_254_740_991)).toBe('9007199254740991');
  expect(Position.serialize(12n)).toBe('12');
  expect(Position.parseValue('18446744073709551615')).toBe('18446744073709551615');
  for (const value of [5, '-1', '1.5', '1e3', '', 'x', '123456789012345678901']) expect(() => Position.parseValue(value)).toThrow('Position is decimal text such as "42"');
});

test('Cursor is any text, and only text', () => {
  expect(Cursor.parseValue('a.b-c')).toBe('a.b-c');
  expect(Cursor.parseLiteral(parseValue('"a"'))).toBe('a');
  expect(() => Cursor.parseValue(7)).toThrow('Cursor is text that the gateway gave out, not 7.');
  expect(() => Cursor.parseLiteral(parseValue('7'))).toThrow('Cursor is text');
});

describe('JSON', () => {
  test('takes literals with variables inside', () => {
    expect(Json.parseLiteral(parseValue('{ a: [1, 2.5, "x", true, null], b: $b, c: $none }'), { b: { deep: 1 } })).toEqual({ a: [1, 2.5, 'x', true, null], b: { deep: 1 }, c: null });
  });

  test('__proto__ is a field like any other', () => {
    const value = Json.parseLiteral(parseValue('{ __proto__: { admin: true } }')) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('refuses what JSON cannot hold', () => {
    expect(() => Json.parseLiteral(parseValue('1e400'))).toThrow('too large');
    expect(() => Json.parseLiteral(parseValue('RED'))).toThrow('JSON has no RED; write it as text');
  });
});
