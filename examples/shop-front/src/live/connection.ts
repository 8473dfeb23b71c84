import { createEventStore, createResumableClient } from 'sluice/client';
import { OrderHistoryDocument, OrderUpdatesDocument, StockHistoryDocument, StockUpdatesDocument, type TypedDocumentString } from '../gql/graphql';
import { EMPTY_BOARD, afterOrderEvent } from '../orders/order-board';
import { NO_STOCK, afterStockEvent } from '../stock/stock';

/** Events of the past with which the board begins. */
const HISTORY = 200;

/** Filled in by whoever serves the page to somebody who is signed in. Without it the gateway is asked as nobody. */
function token(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="sluice-token"]')?.content || null;
}

/** One socket for everything. It comes back by itself, and each subscription goes on behind its last event. */
const client = createResumableClient({ url: `${location.origin.replace('http', 'ws')}/graphql`, token });

export const orders = createEventStore({
  client,
  document: OrderUpdatesDocument,
  initial: EMPTY_BOARD,
  // `head` was taken before the page was read: the subscription goes on behind it, without a hole and without a repeat.
  load: async () => {
    const { orderEvents } = await ask(OrderHistoryDocument, { last: HISTORY });
    return { state: fold(orderEvents.edges, EMPTY_BOARD, afterOrderEvent), cursor: orderEvents.head };
  },
  apply: afterOrderEvent,
});

export const stock = createEventStore({
  client,
  document: StockUpdatesDocument,
  initial: NO_STOCK,
  load: async () => {
    const { inventoryEvents } = await ask(StockHistoryDocument, { last: HISTORY });
    return { state: fold(inventoryEvents.edges, NO_STOCK, afterStockEvent), cursor: inventoryEvents.head };
  },
  apply: afterStockEvent,
});

function fold<State, Event>(edges: readonly { readonly node: Event | null }[], initial: State, apply: (state: State, event: Event) => State): State {
  return edges.reduce((state, { node }) => (node === null ? state : apply(state, node)), initial);
}

/** A query over the same socket: when the gateway is away, it waits for it as the subscriptions do. */
async function ask<Result, Variables extends Record<string, unknown>>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
  for await (const { data, errors } of client.iterate<Result>({ query: String(document), variables })) {
    if (data == null) throw new Error(errors?.[0]?.message ?? 'The gateway gave no answer.');
    return data;
  }
  throw new Error('The gateway gave no answer.');
}
