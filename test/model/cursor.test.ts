import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import { readCursor, signCursor, type Place } from '../../src/event/cursor.js';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const place: fc.Arbitrary<Place> = fc.record({
  epoch: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  position: fc.maxSafeNat(),
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SluiceError) return error.code;
    throw error;
  }
  return 'none';
}

describe('cursor', () => {
  it('is read as it was signed, for every epoch and position, in 39 characters that need no escaping', () => {
    fc.assert(fc.property(place, key, (given, secret) => {
      const text = signCursor(given, secret);
      expect(text).toMatch(/^[A-Za-z0-9_-]{39}$/);
      expect(readCursor(text, secret)).toEqual(given);
    }), { numRuns: 2_000 });
  });

  it('is CURSOR_INVALID with any bit flipped', () => {
    const secret = randomBytes(32);
    fc.assert(fc.property(place, fc.nat(29 * 8 - 1), (given, bit) => {
      const bytes = Buffer.from(signCursor(given, secret), 'base64url');
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(codeOf(() => readCursor(bytes.toString('base64url'), secret))).toBe('CURSOR_INVALID');
    }), { numRuns: 2_000 });
  });

  it('has one spelling: cut, extended, padded or with another character it is CURSOR_INVALID', () => {
    const secret = randomBytes(32);
    fc.assert(fc.property(place, fc.nat(38), fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }), (given, at, other) => {
      const text = signCursor(given, secret);
      for (const changed of [text.slice(0, at), text + other, `${text}=`, `${text} `, text.slice(0, at) + other + text.slice(at + 1), ` ${text}`]) {
        if (changed !== text) expect(codeOf(() => readCursor(changed, secret))).toBe('CURSOR_INVALID');
      }
      // The last character carries two bits that no byte has: only one of its four spellings is ours.
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const valid = [...alphabet].filter((last) => codeOf(() => readCursor(text.slice(0, 38) + last, secret)) === 'none');
      expect(valid).toEqual([text.at(-1)]);
    }), { numRuns: 200 });
  });

  it('is CURSOR_INVALID under another key, and so is any other text', () => {
    fc.assert(fc.property(place, key, key, fc.string(), (given, one, other, text) => {
      fc.pre(Buffer.compare(one, other) !== 0);
      expect(codeOf(() => readCursor(signCursor(given, one), other))).toBe('CURSOR_INVALID');
      expect(codeOf(() => readCursor(text, one))).toBe('CURSOR_INVALID');
    }), { numRuns: 1_000 });
  });
});
