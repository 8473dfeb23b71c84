import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { commerce } from '../../src/commerce/application.js';
import { createEventStore, createResumableClient, match, type EventStore, type ResumableClient } from '../../src/client/index.js';
import type { Gateway } from '../../src/gateway.js';
import { InventoryEventsDocument } from '../generated/graphql.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';

let gateways: TestGateways;
let gateway: Gateway;
let client: ResumableClient;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start({ application: commerce, consumers: { run: false } });
  client = createResumableClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
});
afterAll(async () => {
  await client.dispose();
  await gateways.close();
});

async function adjust(sku: string, delta: number): Promise<void> {
  const { errors } = await query(gateway.url, 'mutation($input: AdjustStockInput!) { adjustStock(input: $input) { stock } }', { input: { sku, delta, name: sku, price: { amount: 100, currency: 'EUR' } } });
  expect(errors).toBeUndefined();
}

/** Sum of all changes, per product. */
function stockStore(sku: string): EventStore<number> {
  return createEventStore({
    client,
    document: InventoryEventsDocument,
    variables: { from: 'BEGINNING', where: { key: [sku] } },
    initial: 0,
    apply: (sum, event) => match(event, {
      StockAdjusted: ({ delta }) => sum + delta,
      StockReserved: ({ quantity }) => sum - quantity,
      StockDepleted: () => sum,
    }),
  });
}

describe('a store', () => {
  test('shows the past, then what happens, and tells its subscribers', async () => {
    await adjust('cup', 5);
    const store = stockStore('cup');
    expect(store.getSnapshot()).toEqual({ state: 0, status: 'connecting', cursor: null, error: null, pending: 0 });
    const seen: [number, string][] = [];
    const leave = store.subscribe(() => seen.push([store.getSnapshot().state, store.getSnapshot().status]));
    await waitFor(() => store.getSnapshot().status === 'live');
    expect(store.getSnapshot()).toMatchObject({ state: 5, error: null, pending: 0 });
    await adjust('cup', 2);
    await waitFor(() => store.getSnapshot().state === 7);
    expect(seen.at(-1)).toEqual([7, 'live']);
    leave();
    store.close();
  });
});
