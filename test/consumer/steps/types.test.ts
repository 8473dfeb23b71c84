import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { definePipeline } from './attempts.js';

const COMMON = { name: 'typed', topics: ['PaymentEvent'], types: ['PaymentCaptured', 'PaymentFailed'], delivery: 'at-least-once' } as const;

/** The compiler is the test: a line that it must refuse says so, and is an error when it does not. */
describe('a pipeline is typed through', () => {
  it('from the types it reads to what it routes', () => {
    definePipeline({
      ...COMMON,
      steps: (steps) => steps
        .filter((event) => {
          expectTypeOf(event.__typename).toEqualTypeOf<'PaymentCaptured' | 'PaymentFailed'>();
          // @ts-expect-error events of these types have no such field
          return event.amuont === undefined;
        })
        .filter((event) => event.__typename === 'PaymentCaptured')
        .map((event) => {
          expectTypeOf(event.__typename).toEqualTypeOf<'PaymentCaptured'>();
          expectTypeOf(event.meta.occurredAt).toEqualTypeOf<Date>();
          return { cents: event.amount.amount, orderId: event.orderId };
        })
        .enrich({ region: async ({ cents }) => Promise.resolve(cents > 3 ? 'EU' : 'US'), score: ({ orderId }) => orderId.length })
        .filter(({ region, score, cents }) => {
          expectTypeOf(region).toEqualTypeOf<string>();
          expectTypeOf([score, cents]).toEqualTypeOf<number[]>();
          return true;
        })
        // @ts-expect-error the value has no such field any more
        .tap(({ customerId }) => void customerId)
        // @ts-expect-error there is no such event type
        .route(() => ({ type: 'OrderLost', data: {} }))
        // @ts-expect-error the data does not fit the type
        .route(({ orderId }) => ({ type: 'OrderCancelled', data: { orderId } }))
        .route(({ orderId }, { dryRun }, { customerId }) => (dryRun ? null : { type: 'OrderCancelled', data: { orderId, customerId } })),
    });
  });

  it('from schemas and references', () => {
    const captured = { 1: z.object({ cents: z.number() }), 2: z.object({ cents: z.number(), currency: z.string() }) };
    definePipeline({
      ...COMMON,
      steps: (steps) => steps
        .validate({ PaymentCaptured: captured })
        .enrich('customer', z.object({ country: z.string() }).nullable())
        .map((event) => {
          expectTypeOf(event.__typename).toEqualTypeOf<'PaymentCaptured'>();
          expectTypeOf(event.cents).toEqualTypeOf<number>();
          expectTypeOf(event.customer).toEqualTypeOf<{ country: string } | null>();
          // @ts-expect-error the schemas leave it out
          return event.orderId as unknown;
        }),
    });
    // @ts-expect-error it does not read that type
    definePipeline({ ...COMMON, steps: (steps) => steps.validate({ OrderPlaced: { 1: z.object({}) } }) });
    definePipeline({
      ...COMMON,
      steps: (steps) => {
        const mapped = steps.map((event) => event.orderId);
        expectTypeOf(mapped).not.toHaveProperty('validate');
        return mapped;
      },
    });
  });

  it('from its state', () => {
    definePipeline({
      ...COMMON, state: { schema: z.object({ count: z.int() }), initial: { count: 0 } },
      steps: (steps) => steps.tap((_event, { state }) => {
        expectTypeOf(state.value).toEqualTypeOf<{ count: number }>();
        // @ts-expect-error it has no such state
        state.set({ cuont: 1 });
      }),
    });
  });
});
