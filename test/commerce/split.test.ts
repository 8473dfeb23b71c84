import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regionOf } from '../../src/commerce/processors/region.js';
import { split } from '../../src/commerce/processors/split.js';

const amount = fc.integer({ min: -2_147_483_647, max: 2_147_483_647 });
const weights = fc.array(fc.integer({ min: 0, max: 2_147_483_647 }), { minLength: 1, maxLength: 50 });

test('shares add up to the amount, and each is less than one unit off', () => {
  fc.assert(fc.property(amount, weights, (whole, parts) => {
    const shares = split(whole, parts);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(whole);
    const sum = parts.reduce((all, each) => all + BigInt(each), 0n);
    for (const [index, share] of shares.entries()) {
      if (!Number.isSafeInteger(share) || Object.is(share, -0)) throw new Error(`${share} is no whole number`);
      const [weight, all] = sum === 0n ? [1n, BigInt(parts.length)] : [BigInt(parts[index] ?? 0), sum];
      const off = BigInt(share) * all - BigInt(whole) * weight;
      expect(off < all && off > -all).toBe(true);
    }
  }));
});

test('what comes back is what went in', () => {
  fc.assert(fc.property(amount, weights, (whole, parts) => {
    expect(split(-whole, parts)).toEqual(split(whole, parts).map((share) => -share || 0));
  }));
});

test('cents go to the largest remainders, of equal ones to the first', () => {
  expect(split(100, [1, 1, 1])).toEqual([34, 33, 33]);
  expect(split(100, [1, 2, 4])).toEqual([14, 29, 57]);
  expect(split(5, [0, 0])).toEqual([3, 2]);
  expect(split(0, [7, 2])).toEqual([0, 0]);
  expect(() => split(1, [])).toThrow(RangeError);
});

test('regions go by country', () => {
  expect(['DE', 'NO', 'ES', 'FR', 'JP', null].map(regionOf)).toEqual(['CENTRAL', 'NORTH', 'SOUTH', 'WEST', 'OVERSEAS', 'UNKNOWN']);
});
