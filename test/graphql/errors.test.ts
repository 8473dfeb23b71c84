import { DrizzleQueryError } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SluiceError } from '../../src/base/error.js';
import { toClientError } from '../../src/graphql/errors.js';
import { createLogger } from '../../src/observe/log.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

// Seen to fail with every error logged: 2,000 lines with their stacks.
test('a table that hangs does not flood the log: one line a second for each message, with the number of its like', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const fail = (times: number): void => {
    for (let turn = 0; turn < times; turn += 1) {
      for (const entity of ['Customer', 'Product']) {
        const error = toClientError(new SluiceError('STORAGE_UNAVAILABLE', `${entity} was not read within 2000 ms.`), log, { eventId: `e${turn}` });
        expect(error.extensions).toEqual({ code: 'STORAGE_UNAVAILABLE' });
      }
    }
  };
  fail(1_000);
  expect(lines).toMatchObject([{ eventId: 'e0', err: { message: 'Customer was not read within 2000 ms.', stack: expect.any(String) as string } }, { err: { message: 'Product was not read within 2000 ms.' } }]);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(2)).toMatchObject([{ level: 'warn', more: 999, error: 'Customer was not read within 2000 ms.' }, { more: 999 }]);
  fail(500);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(4)).toMatchObject([{ more: 500 }, { more: 500 }]);
  // A quiet second, and the next is a first one again.
  vi.advanceTimersByTime(1_000);
  fail(1);
  expect(lines.slice(6)).toMatchObject([{ err: {} }, { err: {} }]);
  expect(vi.getTimerCount()).toBe(2);
});

test('errors without end of different messages are counted by their code', () => {
  let lines = 0;
  const log = createLogger('info', { write: () => void (lines += 1) });
  for (let turn = 0; turn < 1_000; turn += 1) toClientError(new SluiceError('STORAGE_UNAVAILABLE', `loader ${turn} is away`), log);
  expect([lines, vi.getTimerCount()]).toEqual([101, 101]);
});

// Seen to fail with the bound out of reach: 500 lines at once.
test('a client that repeats what fails unexpectedly writes 200 lines a second, and one that says how many more there were', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const ids = Array.from({ length: 500 }, () => toClientError(new Error('a defect'), log).extensions['errorId']);
  expect(new Set(ids).size).toBe(500);
  expect(lines.map((line) => line['errorId'])).toEqual(ids.slice(0, 200));
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(200)).toMatchObject([{ level: 'warn', lines: 300 }]);
  toClientError(new Error('a defect'), log);
  expect(lines).toHaveLength(202);
});

// Seen to be INTERNAL_SERVER_ERROR when only what GraphQL wraps was unwrapped.
test('a statement that was not sent for want of a connection is OVERLOADED, though drizzle has wrapped it', () => {
  const full = new SluiceError('OVERLOADED', 'All connections are in use.', { retryAfterMs: 1_000 });
  expect(toClientError(new DrizzleQueryError('SELECT 1', [], full), createLogger('silent'))).toMatchObject({ message: full.message, extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } });
});
