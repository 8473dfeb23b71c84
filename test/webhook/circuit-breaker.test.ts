import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOSED, createCircuitBreaker, type Circuit } from '../../src/webhook/circuit-breaker.js';

const FIRST = 30_000;
const LONGEST = 600_000;
const TRIAL = 60_000;
const HOUR = 3_600_000;
const breaker = createCircuitBreaker();

/** Fails one after the other, each as soon as it may be tried, and returns the pauses that followed. */
function pauses(count: number, random: number): number[] {
  let circuit: Circuit = CLOSED;
  let now = 0;
  return Array.from({ length: count }, () => {
    if (circuit.phase !== 'closed') now = circuit.until;
    circuit = breaker.fail(breaker.admit(circuit, now) ?? circuit, now, random, null);
    return circuit.phase === 'closed' ? 0 : circuit.until - now;
  });
}

describe('the circuit breaker', () => {
  it('opens after five failures, and pauses twice as long each time, up to ten minutes', () => {
    expect(pauses(12, 1)).toEqual([0, 0, 0, 0, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000]);
    expect(pauses(6, 0)).toEqual([0, 0, 0, 0, 15_000, 30_000]);
    expect(pauses(2_000, 1).at(-1)).toBe(600_000);
  });

  it('takes other numbers', () => {
    const own = createCircuitBreaker({ failures: 1, firstPauseMs: 10, longestPauseMs: 15, trialMs: 5 });
    const open = own.fail(CLOSED, 100, 1, null);
    expect(open).toEqual({ phase: 'open', opened: 1, until: 110 });
    expect(own.admit(open, 109)).toBeNull();
    expect(own.admit(open, 110)).toEqual({ phase: 'half-open', opened: 1, until: 115 });
    expect(own.fail({ phase: 'half-open', opened: 1, until: 115 }, 112, 1, null)).toEqual({ phase: 'open', opened: 2, until: 127 });
  });

  it('lets one through when the pause is over, and another when that one is lost or given up', () => {
    const open: Circuit = { phase: 'open', opened: 1, until: 1_000 };
    expect(breaker.admit(open, 999)).toBeNull();
    const trial = breaker.admit(open, 1_000) ?? open;
    expect(trial).toEqual({ phase: 'half-open', opened: 1, until: 61_000 });
    expect(breaker.admit(trial, 60_999)).toBeNull();
    expect(breaker.admit(trial, 61_000)).toMatchObject({ phase: 'half-open' });
    expect(breaker.admit(breaker.abandon(trial, 2_000), 2_000)).toMatchObject({ phase: 'half-open' });
    expect(breaker.succeed(trial)).toEqual(CLOSED);
    expect(breaker.abandon(open, 1)).toBe(open);
    expect(breaker.abandon(CLOSED, 1)).toBe(CLOSED);
  });

  it('obeys what the endpoint asks for, at once and not longer than that, and at most an hour', () => {
    const asked = breaker.fail(CLOSED, 1_000, 0.5, 2_000);
    expect(asked).toEqual({ phase: 'open', opened: 0, until: 3_000 });
    // The next failure is one of its own: the pause grows from here.
    expect(breaker.fail(breaker.admit(asked, 3_000) ?? asked, 3_000, 1, null)).toEqual({ phase: 'open', opened: 1, until: 33_000 });
    expect(breaker.fail(asked, 1_500, 1, 60_000)).toMatchObject({ until: 61_500 });
    expect(breaker.fail(asked, 1_500, 1, 100)).toMatchObject({ until: 3_000 });
    expect(breaker.fail(CLOSED, 0, 1, 24 * HOUR)).toMatchObject({ until: HOUR });
    expect(breaker.fail({ phase: 'closed', failures: 4 }, 0, 1, 1_000)).toEqual({ phase: 'open', opened: 1, until: 30_000 });
  });

  type Step =
    | { readonly do: 'wait'; readonly ms: number }
    | { readonly do: 'send' }
    | { readonly do: 'succeed' | 'abandon'; readonly which: number }
    | { readonly do: 'learn'; readonly ms: number; readonly opened: number; readonly asked: boolean }
    | { readonly do: 'fail'; readonly which: number; readonly random: number; readonly retryAfterMs: number | null };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), which: fc.nat(20), random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), retryAfterMs: fc.option(fc.integer({ min: 0, max: 2 * HOUR }), { freq: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('succeed' as const, 'abandon' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('learn' as const), ms: fc.integer({ min: -100, max: LONGEST }), opened: fc.nat(20), asked: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: LONGEST })) }) },
  );

  /*
   * Whatever is sent and comes back in whatever order. Seen to fail: with `<=` in `admit`; with `succeed` that always closes (a request passed
   * before Retry-After was over); with `fail` that lengthens the pause of an open circuit (not by its own rule); without `Math.min` in `pause`;
   * with `half-open` that lets all pass; with `learn` that takes the pause of another gateway in place of a longer one of its own.
   */
  it('never lets one pass before the pause is over, nor two to try; every pause ends; a success after a trial closes it', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let circuit: Circuit = CLOSED;
      let now = 1_000_000;
      /** Not before: what endpoints asked for. */
      let asked = 0;
      let inARow = 0;
      let trials: number[] = [];
      const sent: number[] = [];
      for (const each of steps) {
        const before: Circuit = circuit;
        if (each.do === 'wait') now += each.ms;
        else if (each.do === 'learn') {
          const until = now + each.ms;
          circuit = breaker.learn(circuit, { ...each, until }, now);
          if (each.ms <= 0) expect(circuit).toBe(before);
          else if (each.asked) asked = Math.max(asked, until);
          if (each.ms > 0 && before.phase !== 'half-open') expect(circuit).toMatchObject({ phase: 'open', until: before.phase === 'open' ? Math.max(before.until, until) : until });
          // Its own trial may tell something else, unless the endpoint has asked for the pause.
          if (circuit !== before && before.phase === 'half-open') trials = [];
        }
        else if (each.do === 'send') {
          const admitted = breaker.admit(circuit, now);
          if (admitted === null) {
            expect(before.phase).not.toBe('closed');
            // It ends: at the latest after the longest pause, an hour that was asked for, or a lost trial.
            expect(breaker.admit(before, now + Math.max(LONGEST, HOUR, TRIAL))).not.toBeNull();
            continue;
          }
          expect(now).toBeGreaterThanOrEqual(asked);
          if (admitted.phase === 'half-open') {
            trials = trials.filter((at) => now - at < TRIAL);
            expect(trials).toEqual([]);
            trials.push(now);
          }
          circuit = admitted;
          sent.push(now);
        } else {
          const [at] = sent.splice(each.which % Math.max(1, sent.length), 1);
          if (at === undefined) continue;
          if (each.do === 'abandon') circuit = breaker.abandon(circuit, now);
          if (each.do === 'succeed') {
            inARow = 0;
            circuit = breaker.succeed(circuit);
            expect(circuit).toEqual(before.phase === 'open' ? { ...before, opened: 0 } : CLOSED);
          }
          if (each.do === 'fail') {
            inARow += 1;
            const until = each.retryAfterMs === null ? 0 : now + Math.min(each.retryAfterMs, HOUR);
            asked = Math.max(asked, until);
            circuit = breaker.fail(circuit, now, each.random, each.retryAfterMs);
            if (circuit.phase === 'closed') expect(inARow).toBeLessThan(5);
            else if (before.phase === 'open') expect(circuit.until).toBe(Math.max(before.until, until));
            else if (each.retryAfterMs === null) expect(circuit.until - now >= FIRST / 2 && circuit.until - now <= LONGEST, `${circuit.until - now}`).toBe(true);
          }
          // Any of them may have been the trial.
          if (before.phase === 'half-open') trials = [];
        }
      }
    }), { numRuns: 2_000 });
  });
});
