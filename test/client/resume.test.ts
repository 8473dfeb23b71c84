import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../src/client/backoff.js';
import { cursorErrorOf } from '../../src/client/errors.js';
import * as resume from '../../src/client/resume.js';

const id = fc.constantFrom('1', '2', '3', '__proto__', 'constructor');
const cursor = fc.string({ minLength: 1, maxLength: 3 });

type Step =
  | { readonly do: 'begin' | 'forget' | 'reset'; readonly id: string }
  | { readonly do: 'advance'; readonly id: string; readonly cursor: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('begin', 'forget', 'reset'), id }),
  fc.record({ do: fc.constant('advance' as const), id, cursor }),
);

function apply(operations: resume.Operations, taken: Step): void {
  if (taken.do === 'advance') resume.advance(operations, taken.id, taken.cursor);
  else resume[taken.do](operations, taken.id);
}

/** Said a second way: the cursor of an id is the last advance after the last thing that cleared it, if it runs. */
function cursorByHistory(history: readonly Step[], wanted: string): string | undefined {
  const own = history.filter((taken) => taken.id === wanted);
  const begun = own.findLastIndex((taken) => taken.do === 'begin');
  const forgotten = own.findLastIndex((taken) => taken.do === 'forget');
  if (begun === -1 || forgotten > begun) return undefined;
  const cleared = own.findLastIndex((taken) => taken.do === 'begin' || taken.do === 'reset');
  const last = own.slice(cleared + 1).findLast((taken) => taken.do === 'advance');
  return last?.do === 'advance' ? last.cursor : undefined;
}

describe('resume', () => {
  test('cursorsOf has, of every running operation, the last cursor since it was cleared, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (history) => {
        const operations: resume.Operations = new Map();
        history.forEach((taken) => apply(operations, taken));
        const expected = new Map<string, string>();
        for (const wanted of ['1', '2', '3', '__proto__', 'constructor']) {
          const found = cursorByHistory(history, wanted);
          if (found !== undefined) expected.set(wanted, found);
        }
        expect(new Map(Object.entries(resume.cursorsOf(operations)))).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('after every begun operation is forgotten nothing is left, whatever arrives late', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(fc.tuple(id, cursor)), (history, late) => {
        const operations: resume.Operations = new Map();
        history.forEach((taken) => apply(operations, taken));
        for (const wanted of [...operations.keys()]) resume.forget(operations, wanted);
        for (const [wanted, text] of late) expect(resume.advance(operations, wanted, text)).toBe(false);
        expect(operations.size).toBe(0);
      }),
    );
  });

  test('connectionParams keep what is the user’s, also across JSON, and ours win', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('token', 'a', 'b'), fc.jsonValue()), fc.array(step), (own, history) => {
        const operations: resume.Operations = new Map();
        history.forEach((taken) => apply(operations, taken));
        const sent: unknown = JSON.parse(JSON.stringify(resume.connectionParamsOf(operations, own)));
        expect(sent).toEqual(
          JSON.parse(JSON.stringify({ ...own, sluice: { checkpoints: true }, cursors: resume.cursorsOf(operations) })),
        );
      }),
    );
    expect(resume.connectionParamsOf(new Map([['1', 'ours']]), { cursors: { 1: 'theirs', 2: 'theirs' } })['cursors']).toEqual({
      1: 'ours',
      2: 'theirs',
    });
    expect(resume.connectionParamsOf(new Map(), undefined)).toEqual({ sluice: { checkpoints: true }, cursors: {} });
  });

  test('no payload makes the readers of the wire throw', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(['string', 'undefined']).toContain(typeof resume.cursorOfResult(anything));
        expect(Array.isArray(resume.cursorsOfPing({ sluice: { cursors: anything } }))).toBe(true);
        resume.cursorsOfPing(anything);
        cursorErrorOf(anything);
      }),
    );
    expect(resume.cursorOfResult({ sluice: { cursor: 'c' } })).toBe('c');
    expect(resume.cursorsOfPing({ sluice: { cursors: { a: 'x', b: 1 } } })).toEqual([['a', 'x']]);
  });
});

describe('backoffMs', () => {
  test('is within full jitter, capped at 4 s, for any attempt', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const ms = backoffMs(attempt, random);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(Math.min(4_000, 100 * 2 ** attempt));
      }),
    );
    expect([0, 1, 5, 6, 5_000].map((attempt) => backoffMs(attempt, 0.5))).toEqual([50, 100, 1_600, 2_000, 2_000]);
  });
});

describe('cursorErrorOf', () => {
  const expired = { message: 'gone', extensions: { code: 'CURSOR_EXPIRED', earliestCursor: 'c' } };
  const typed = { code: 'CURSOR_EXPIRED', message: 'gone', earliestCursor: 'c' };

  test.each([
    ['a list of errors', [{ message: 'other' }, expired]],
    ['a result or an Apollo error', { errors: [expired] }],
    ['an urql error', { graphQLErrors: [expired] }],
  ])('finds it in %s', (_, errors) => {
    expect(cursorErrorOf(errors)).toEqual(typed);
  });

  test('knows the two without an earliest cursor, and nothing else', () => {
    for (const code of ['CURSOR_INVALID', 'CURSOR_EPOCH_MISMATCH']) {
      expect(cursorErrorOf([{ message: 'm', extensions: { code } }])).toEqual({ code, message: 'm', earliestCursor: undefined });
    }
    expect(cursorErrorOf([{ message: 'm', extensions: { code: 'FORBIDDEN' } }])).toBeUndefined();
    expect(cursorErrorOf(new Error('network'))).toBeUndefined();
  });
});
