import { describe, expect, expectTypeOf, test } from 'vitest';
import { assertNever, createEventStore, indexedDbState, iterate, match, UnknownEventError, type Delivery, type EventClient, type EventOf } from '../../src/client/index.js';
import { InventoryEventsDocument, OrderEventsDocument, type InventoryEventsSubscription } from '../generated/graphql.js';

type InventoryEvent = EventOf<InventoryEventsSubscription>;
/** Never called: what is wrong here does not compile, and `npm run types` says so. */
const unused = (_compiled: () => unknown): void => undefined;
declare const client: EventClient;

describe('types from a document', () => {
  test('iterate gives the union of the topic, told apart by its name', () => {
    unused(() => {
      const loop = iterate(client, InventoryEventsDocument, { from: 'BEGINNING' });
      expectTypeOf(loop).toEqualTypeOf<AsyncIterableIterator<Delivery<InventoryEvent>>>();
      // @ts-expect-error the document has no such variable
      iterate(client, InventoryEventsDocument, { nonsense: 1 });
      // @ts-expect-error nor does it take another type of it
      iterate(client, OrderEventsDocument, { last: 'ten' });
    });
    expectTypeOf<InventoryEvent['__typename']>().toEqualTypeOf<'StockAdjusted' | 'StockReserved' | 'StockDepleted'>();
    expectTypeOf<Extract<Delivery<InventoryEvent>, { missing: null }>['event']>().toEqualTypeOf<InventoryEvent>();
    expectTypeOf<Extract<Delivery<InventoryEvent>, { event: null }>['missing']>().toEqualTypeOf<'erased' | 'failed'>();
  });

  test('a store knows its state and its events', () => {
    unused(() => {
      const store = createEventStore({
        client, document: InventoryEventsDocument, initial: new Map<string, number>(),
        apply: (stock, event) => {
          expectTypeOf(event).toEqualTypeOf<InventoryEvent>();
          return stock;
        },
      });
      expectTypeOf(store.getSnapshot().state).toEqualTypeOf<Map<string, number>>();
      const kept = createEventStore({ client, document: InventoryEventsDocument, initial: { sum: 0 }, apply: (state) => ({ sum: state.sum + 1 }), persist: indexedDbState({ key: 'k' }) });
      expectTypeOf(kept.getSnapshot().state).toEqualTypeOf<{ sum: number }>();
    });
  });
});

describe('match', () => {
  const depleted = { __typename: 'StockDepleted', sku: 'cup', lastOrderId: null } as InventoryEvent;

  test('takes a case for every type, and gives it the event of that type', () => {
    const text = match(depleted, {
      StockAdjusted: ({ delta }) => `by ${delta}`,
      StockReserved: ({ orderId }) => `for ${orderId}`,
      StockDepleted: ({ sku }) => `no ${sku}`,
    });
    expectTypeOf(text).toEqualTypeOf<string>();
    expect(text).toBe('no cup');
  });

  test('does not compile without one of them, or with one too many', () => {
    unused(() => {
      // @ts-expect-error StockDepleted has no case
      match(depleted, { StockAdjusted: () => 1, StockReserved: () => 2 });
      // @ts-expect-error there is no such event in the topic
      match(depleted, { StockAdjusted: () => 1, StockReserved: () => 2, StockDepleted: () => 3, StockEaten: () => 4 });
      switch (depleted.__typename) {
        case 'StockAdjusted':
        case 'StockReserved': return 1;
        // @ts-expect-error StockDepleted has no case
        default: return assertNever(depleted);
      }
    });
  });

  test('a type that is newer than the program goes to the third argument, and throws without one', () => {
    const newer = { __typename: 'StockCounted' } as unknown as InventoryEvent;
    const cases = { StockAdjusted: () => 1, StockReserved: () => 2, StockDepleted: () => 3 };
    expect(match(newer, cases, () => 0)).toBe(0);
    expect(() => match(newer, cases)).toThrow(UnknownEventError);
    // What every object has is no case.
    expect(() => match({ __typename: 'toString' } as unknown as InventoryEvent, cases)).toThrow(UnknownEventError);
    expect(() => assertNever(newer as never)).toThrow('There is no case for StockCounted');
  });
});
