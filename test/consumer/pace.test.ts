import { expect, test } from 'vitest';
import { Pace } from '../../src/consumer/pace.js';

// Seen to fail when only attempts that worked count: 10 after a failure of 3 s.
test('what was slow once goes alone for a while, whatever became of it; what failed at once says nothing', () => {
  const pace = new Pace();
  expect(pace.together).toBe(0);
  pace.took(0.1, false);
  expect(pace.together).toBe(0);
  pace.took(1, true);
  expect(pace.together).toBe(10);
  for (let hold = 0; hold < 100; hold += 1) pace.took(0, false);
  expect(pace.together).toBe(10);
  pace.took(3_000, false);
  expect(pace.together).toBe(0);
  for (let attempt = 0; attempt < 10; attempt += 1) pace.took(1, true);
  expect(pace.together).toBe(0);
  for (let attempt = 0; attempt < 100; attempt += 1) pace.took(1, true);
  expect(pace.together).toBeGreaterThanOrEqual(9);
});
