import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { StateOptions } from '../../../src/consumer/definition.js';
import { PoisonEvent, RetryLater } from '../../../src/consumer/outcome.js';
import { collect, forget, record, windowState, type WindowContext } from '../../../src/consumer/windows/keyed.js';
import { became, sliding } from '../../../src/consumer/windows/sliding.js';
import { tumbling } from '../../../src/consumer/windows/tumbling.js';
import { createAttempts, definePipeline, payment, type Attempts } from './attempts.js';

const COMMON = { name: 'spend', topics: ['PaymentEvent'], types: ['PaymentCaptured'], delivery: 'at-least-once' } as const;
const MONEY = z.object({ amount: z.int().positive(), currency: z.string().length(3) });
const CAPTURED = z.object({ paymentId: z.string(), orderId: z.string(), customerId: z.string(), amount: MONEY });
const CUSTOMER = z.object({ name: z.string(), country: z.string() });

let attempts: Attempts;
beforeAll(async () => {
  attempts = await createAttempts();
});
afterAll(() => attempts.close());

describe('a pipeline', () => {
  // Seen to fail: with steps run from the last to the first; with a step that is not waited for.
  it('runs its steps in order, each with what the one before made, and says what each did', async () => {
    const seen: string[] = [];
    const pipeline = definePipeline({
      ...COMMON,
      steps: (steps) => steps
        .validate({ PaymentCaptured: { 1: CAPTURED } })
        .filter(function large({ amount }) {
          return amount.amount > 100;
        })
        .enrich('customer', CUSTOMER)
        .enrich({ orders: async ({ orderId }) => Promise.resolve([orderId]), cents: ({ amount }) => amount.amount % 100 })
        .map(async ({ customer, orders, cents, meta }) => Promise.resolve({ text: `${customer.name} (${customer.country}): ${orders.join()}, ${cents} cents, ${meta.topic}` }))
        .tap(({ text }, { key }, { paymentId }) => void seen.push(`${text} of ${key}, ${paymentId}`), 'notes')
        .map(({ text }) => text)
        .route((text, _context, { orderId, customerId }) => ({ type: 'OrderCancelled', data: { orderId, customerId, reason: text }, options: { correlationId: 'c' } })),
    });
    const { error, emitted, steps, traces } = await attempts.run(pipeline, payment({ note: 'left out by the schema' }));
    expect(error).toBeUndefined();
    expect(seen).toEqual(['Ann (DE): o1, 0 cents, PaymentEvent of ann, p1']);
    expect(emitted).toEqual([{ type: 'OrderCancelled', data: { orderId: 'o1', customerId: 'ann', reason: 'Ann (DE): o1, 0 cents, PaymentEvent' }, options: { correlationId: 'c' } }]);
    expect(steps).toEqual(['validate: passed', 'filter large: passed', 'enrich customer: passed', 'enrich orders, cents: passed', 'map: passed', 'notes: passed', 'map 2: passed', 'route: emitted']);
    expect(traces.every(({ ms }) => ms >= 0 && ms < 10_000)).toBe(true);
  });

  // Seen to fail: with a filter that passes everything; with a run that goes on after what was dropped.
  it('does nothing more for an event that a filter drops: neither steps nor statements', async () => {
    const pipeline = definePipeline({
      ...COMMON,
      steps: (steps) => steps.filter(({ amount }) => amount.amount > 1_000).filter(async () => Promise.resolve(true)).enrich('customer').route(({ orderId, customerId }) => ({ type: 'OrderCancelled', data: { orderId, customerId } })),
    });
    const before = attempts.statements();
    expect(await attempts.run(pipeline, payment())).toMatchObject({ error: undefined, emitted: [], steps: ['filter: dropped'] });
    expect(attempts.statements()).toBe(before);
    const kept = await attempts.run(pipeline, payment({ amount: { amount: 1_001, currency: 'EUR' } }));
    expect(kept.steps).toEqual(['filter: passed', 'filter 2: passed', 'enrich customer: passed', 'route: emitted']);
    expect(attempts.statements()).toBe(before + 1);
  });

  it('routes to several types, to several events, to one, or to none', async () => {
    const pipeline = definePipeline({
      ...COMMON,
      steps: (steps) => steps
        .route(({ orderId, customerId }) => [{ type: 'OrderCancelled', data: { orderId, customerId } }, { type: 'StockDepleted', data: { sku: 'a' } }])
        .route(() => null)
        .route(() => [])
        .route(async ({ amount }) => Promise.resolve(amount.currency === 'EUR' ? { type: 'StockDepleted', data: { sku: 'b' } } : null)),
    });
    const { error, emitted, steps } = await attempts.run(pipeline, payment());
    expect(error).toBeUndefined();
    expect(emitted.map(({ type }) => type)).toEqual(['OrderCancelled', 'StockDepleted', 'StockDepleted']);
    expect(steps).toEqual(['route: emitted', 'route 2: passed', 'route 3: passed', 'route 4: emitted']);
  });

  /*
   * Seen to fail: with the schema of version 1 taken for all; with `validate` that lets a type without schema pass; with the
   * error of the schema thrown as it is.
   */
  it('makes a dead letter of what does not fit its schema, at once, and says what is wrong', async () => {
    const captured = { 1: CAPTURED, 2: CAPTURED.extend({ amount: z.object({ cents: z.int() }) }).transform(({ amount, ...rest }) => ({ ...rest, amount: { amount: amount.cents, currency: 'EUR' } })) };
    const pipeline = definePipeline({
      ...COMMON, types: ['PaymentCaptured', 'PaymentFailed'],
      steps: (steps) => steps.validate({ PaymentCaptured: captured }).route(({ orderId, customerId, amount }) => ({ type: 'OrderPaid', data: { orderId, customerId, amount, paymentId: 'p' } })),
    });
    const emittedBy = async (event: object): Promise<unknown> => (await attempts.run(pipeline, event)).emitted[0]?.data;
    expect(await emittedBy(payment())).toMatchObject({ amount: { amount: 500, currency: 'EUR' } });
    expect(await emittedBy(payment({ amount: { cents: 7 } }, { version: 2 }))).toMatchObject({ amount: { amount: 7, currency: 'EUR' } });

    const failed = async (event: object): Promise<string> => {
      const { error, steps } = await attempts.run(pipeline, event);
      expect(error).toBeInstanceOf(PoisonEvent);
      expect(error).toMatchObject({ step: 'validate' });
      expect(steps).toEqual(['validate: failed']);
      return (error as PoisonEvent).message;
    };
    expect(await failed(payment({ amount: { amount: -1, currency: 'EURO' }, orderId: 3 }))).toMatch(/^PaymentCaptured, version 1, does not fit its schema: orderId: .*; amount\.amount: .*; amount\.currency: .*\.$/);
    expect(await failed(payment({}, { version: 3 }))).toBe('There is no schema for version 3 of PaymentCaptured, only for 1, 2. Add it, then replay the dead letters.');
    expect(await failed({ ...payment(), __typename: 'PaymentFailed' })).toContain('There is no schema for PaymentFailed, only for PaymentCaptured.');
    expect(await failed({ ...payment(), __typename: 'constructor' })).toContain('There is no schema for constructor');
  });

  it('says so when a type has no such reference; a row that is not there is null', async () => {
    const wrong = definePipeline({ ...COMMON, steps: (steps) => steps.enrich('costumer') });
    expect(await attempts.run(wrong, payment())).toMatchObject({ error: { name: 'PoisonEvent', step: 'enrich costumer', message: expect.stringContaining('PaymentCaptured has no reference field "costumer", only "customer"') } });
    const found: unknown[] = [];
    const right = definePipeline({ ...COMMON, steps: (steps) => steps.enrich('customer').tap(({ customer }) => void found.push(customer)) });
    await attempts.run(right, payment());
    await attempts.run(right, payment({ customerId: 'nobody' }));
    expect(found).toEqual([{ id: 'ann', name: 'Ann', country: 'DE' }, null]);
  });

  // Seen to fail: with `inStep` that wraps every error (its class is gone); without `inStep`.
  it('leaves what a step throws as it is, but for the name of the step', async () => {
    const errorOf = async (thrown: () => never): Promise<unknown> => {
      const { error, steps } = await attempts.run(definePipeline({ ...COMMON, steps: (steps) => steps.map((event) => event).tap(async () => Promise.resolve().then(thrown), 'call').route(() => null) }), payment());
      expect(steps).toEqual(['map: passed', 'call: failed']);
      return error;
    };
    const later = new RetryLater(5, 'Away.');
    expect(await errorOf(() => {
      throw later;
    })).toBe(later);
    expect(later).toMatchObject({ step: 'call', ms: 5 });
    expect(await errorOf(() => {
      throw new TypeError('A defect.');
    })).toMatchObject({ name: 'TypeError', message: 'A defect.', step: 'call' });
    const frozen = new Error('Cold.');
    Object.freeze(frozen);
    expect(await errorOf(() => {
      throw frozen;
    })).toMatchObject({ name: 'StepError', message: 'Cold.', step: 'call', cause: frozen });
  });

  // Seen to fail: without the look at the signal before each step; with the reason of the signal given to `inStep`.
  it('goes no further once the attempt is over', async () => {
    const over = new AbortController();
    const pipeline = definePipeline({ ...COMMON, steps: (steps) => steps.tap(() => over.abort(new Error('Too late.'))).route(() => ({ type: 'StockDepleted', data: { sku: 'a' } })) });
    expect(await attempts.run(pipeline, payment(), { signal: over.signal })).toMatchObject({ error: { message: 'Too late.' }, emitted: [], steps: ['tap: passed'] });
    // Nor is the reason changed, which others are given too.
    const waiting = definePipeline({ ...COMMON, steps: (steps) => steps.tap((_event, { signal }) => signal.throwIfAborted()) });
    const later = new AbortController();
    const ending = definePipeline({ ...COMMON, steps: (steps) => steps.tap(async (_event, { signal }) => {
      later.abort(new Error('The lease is lost.'));
      return Promise.resolve(signal.throwIfAborted());
    }) });
    for (const [pipeline, { signal }] of [[waiting, over], [ending, later]] as const) expect((await attempts.run(pipeline, payment(), { signal })).error).toBe(signal.reason);
    expect([over.signal.reason, later.signal.reason].filter((reason) => 'step' in (reason as Error))).toEqual([]);
  });

  it('keeps windows as the state of its key', async () => {
    const spend = sliding({ size: '10m', lateness: '1m' });
    const pipeline = definePipeline({
      ...COMMON, state: windowState(spend),
      steps: (steps) => steps
        .map((event, context) => became(record(spend, context, event.meta.occurredAt, event.amount.amount).changed, (cents) => cents > 900), 'window')
        .filter((over) => over.length > 0)
        .route((over, _context, { customerId }) => over.map(({ value }) => ({ type: 'OrderCancelled' as const, data: { orderId: String(value), customerId } }))),
    });
    const at = (minute: number): object => payment({}, { occurredAt: new Date(minute * 60_000) });
    expect((await attempts.run(pipeline, at(0))).emitted).toEqual([]);
    expect((await attempts.run(pipeline, at(9))).emitted).toMatchObject([{ data: { orderId: '1000' } }]);
    expect((await attempts.run(pipeline, at(18.5))).emitted).toMatchObject([{ data: { orderId: '1000' } }]);
    expect((await attempts.run(pipeline, at(28.5))).steps).toEqual(['window: passed', 'filter: dropped']);
  });

  it('refuses to be empty, or endless', () => {
    expect(() => definePipeline({ ...COMMON, steps: (steps) => steps })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('has 0 steps') }));
    expect(() => definePipeline({ ...COMMON, steps: (steps) => Array.from({ length: 51 }).reduce((all: typeof steps) => all.filter(() => true), steps) })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});

describe('windows in a key\'s state', () => {
  const minute = (number: number): Date => new Date(number * 60_000);
  /** A key whose state is kept as `options` say. */
  function keyOf<State>(options: StateOptions<State>) {
    const key = { value: options.initial, late: 0, cleared: 0 };
    const context = (watermark: number): WindowContext<State> => ({
      state: {
        get value() {
          return key.value;
        },
        set: (next) => void (key.value = options.schema.parse(next)),
        clear: () => {
          key.value = options.initial;
          key.cleared += 1;
        },
      },
      watermark: minute(watermark), late: () => void (key.late += 1),
    });
    return { key, context };
  }

  // Seen to fail: with `record` that does not say what is late; with `collect` that leaves the state as it was.
  it('record counts what is late and drops it; collect takes out what is over, and nothing twice', () => {
    const hourly = tumbling({ size: '1h', lateness: '5m' });
    const options = windowState(hourly, { maxBytes: 1_000 });
    expect(options).toMatchObject({ initial: { open: [] }, maxBytes: 1_000 });
    const { key, context } = keyOf(options);
    record(hourly, context(10), minute(10), 3);
    record(hourly, context(61), minute(61), 4);
    record(hourly, context(64), minute(59), 5);
    expect(record(hourly, context(65), minute(59), 6).late).toBe(true);
    expect(key.late).toBe(1);
    expect(options.dueAt?.(key.value)).toEqual(minute(65));
    expect(collect(hourly, context(65))).toEqual([{ start: minute(0), end: minute(60), value: 8 }]);
    expect(collect(hourly, context(65))).toEqual([]);
    expect([key.value.open.length, key.cleared]).toEqual([1, 0]);
    expect(collect(hourly, context(125)).map((window) => window.value)).toEqual([4]);
    expect([options.dueAt?.(key.value), key.cleared]).toEqual([null, 1]);
  });

  // Seen to fail: with `forget` that never clears.
  it('forget leaves nothing of a key that has been quiet for long enough', () => {
    const spend = sliding({ size: '10m', lateness: '1m' });
    const options = windowState(spend);
    const { key, context } = keyOf(options);
    record(spend, context(0), minute(0), 3);
    record(spend, context(5), minute(5), 4);
    expect(options.dueAt?.(key.value)).toEqual(minute(16));
    forget(spend, context(11));
    expect([key.value.entries.length, key.cleared]).toEqual([1, 0]);
    forget(spend, context(16));
    expect([options.dueAt?.(key.value), key.cleared]).toEqual([null, 1]);
  });
});
