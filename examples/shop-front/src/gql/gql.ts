/* eslint-disable */
import * as types from './graphql';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment Amount on Money {\n  amount\n  currency\n}\n\nfragment OrderOnBoard on Order {\n  placedAt\n  total {\n    ...Amount\n  }\n  customer {\n    name\n  }\n  lines {\n    quantity\n    sku\n    product {\n      name\n    }\n  }\n}\n\nfragment OrderNews on OrderEvent {\n  __typename\n  ... on Event {\n    meta {\n      id\n      position\n      occurredAt\n      recordedAt\n    }\n  }\n  ... on OrderPlaced {\n    orderId\n    total {\n      ...Amount\n    }\n    customer {\n      name\n    }\n    lines {\n      quantity\n      sku\n      product {\n        name\n      }\n    }\n  }\n  ... on OrderPaid {\n    orderId\n    amount {\n      ...Amount\n    }\n    order {\n      ...OrderOnBoard\n    }\n  }\n  ... on OrderShipped {\n    orderId\n    carrier\n    trackingNumber\n    order {\n      ...OrderOnBoard\n    }\n  }\n  ... on OrderCancelled {\n    orderId\n    reason\n    order {\n      ...OrderOnBoard\n    }\n  }\n}\n\nquery OrderHistory($last: Int!) {\n  orderEvents(last: $last) {\n    head\n    edges {\n      node {\n        ...OrderNews\n      }\n    }\n  }\n}\n\nsubscription OrderUpdates($after: Cursor) {\n  orderEvents(after: $after) {\n    cursor\n    node {\n      ...OrderNews\n    }\n  }\n}": typeof types.AmountFragmentDoc,
    "fragment StockNews on InventoryEvent {\n  __typename\n  ... on Event {\n    meta {\n      recordedAt\n    }\n  }\n  ... on StockAdjusted {\n    sku\n    stock\n    product {\n      name\n    }\n  }\n  ... on StockReserved {\n    sku\n    stock\n    product {\n      name\n    }\n  }\n  ... on StockDepleted {\n    sku\n    product {\n      name\n    }\n  }\n}\n\nquery StockHistory($last: Int!) {\n  inventoryEvents(last: $last) {\n    head\n    edges {\n      node {\n        ...StockNews\n      }\n    }\n  }\n}\n\nsubscription StockUpdates($after: Cursor) {\n  inventoryEvents(after: $after) {\n    cursor\n    node {\n      ...StockNews\n    }\n  }\n}": typeof types.StockNewsFragmentDoc,
};
const documents: Documents = {
    "fragment Amount on Money {\n  amount\n  currency\n}\n\nfragment OrderOnBoard on Order {\n  placedAt\n  total {\n    ...Amount\n  }\n  customer {\n    name\n  }\n  lines {\n    quantity\n    sku\n    product {\n      name\n    }\n  }\n}\n\nfragment OrderNews on OrderEvent {\n  __typename\n  ... on Event {\n    meta {\n      id\n      position\n      occurredAt\n      recordedAt\n    }\n  }\n  ... on OrderPlaced {\n    orderId\n    total {\n      ...Amount\n    }\n    customer {\n      name\n    }\n    lines {\n      quantity\n      sku\n      product {\n        name\n      }\n    }\n  }\n  ... on OrderPaid {\n    orderId\n    amount {\n      ...Amount\n    }\n    order {\n      ...OrderOnBoard\n    }\n  }\n  ... on OrderShipped {\n    orderId\n    carrier\n    trackingNumber\n    order {\n      ...OrderOnBoard\n    }\n  }\n  ... on OrderCancelled {\n    orderId\n    reason\n    order {\n      ...OrderOnBoard\n    }\n  }\n}\n\nquery OrderHistory($last: Int!) {\n  orderEvents(last: $last) {\n    head\n    edges {\n      node {\n        ...OrderNews\n      }\n    }\n  }\n}\n\nsubscription OrderUpdates($after: Cursor) {\n  orderEvents(after: $after) {\n    cursor\n    node {\n      ...OrderNews\n    }\n  }\n}": types.AmountFragmentDoc,
    "fragment StockNews on InventoryEvent {\n  __typename\n  ... on Event {\n    meta {\n      recordedAt\n    }\n  }\n  ... on StockAdjusted {\n    sku\n    stock\n    product {\n      name\n    }\n  }\n  ... on StockReserved {\n    sku\n    stock\n    product {\n      name\n    }\n  }\n  ... on StockDepleted {\n    sku\n    product {\n      name\n    }\n  }\n}\n\nquery StockHistory($last: Int!) {\n  inventoryEvents(last: $last) {\n    head\n    edges {\n      node {\n        ...StockNews\n      }\n    }\n  }\n}\n\nsubscription StockUpdates($after: Cursor) {\n  inventoryEvents(after: $after) {\n    cursor\n    node {\n      ...StockNews\n    }\n  }\n}": types.StockNewsFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Amount on Money {\n  amount\n  currency\n}\n\nfragment OrderOnBoard on Order {\n  placedAt\n  total {\n    ...Amount\n  }\n  customer {\n    name\n  }\n  lines {\n    quantity\n    sku\n    product {\n      name\n    }\n  }\n}\n\nfragment OrderNews on OrderEvent {\n  __typename\n  ... on Event {\n    meta {\n      id\n      position\n      occurredAt\n      recordedAt\n    }\n  }\n  ... on OrderPlaced {\n    orderId\n    total {\n      ...Amount\n    }\n    customer {\n      name\n    }\n    lines {\n      quantity\n      sku\n      product {\n        name\n      }\n    }\n  }\n  ... on OrderPaid {\n    orderId\n    amount {\n      ...Amount\n    }\n    order {\n      ...OrderOnBoard\n    }\n  }\n  ... on OrderShipped {\n    orderId\n    carrier\n    trackingNumber\n    order {\n      ...OrderOnBoard\n    }\n  }\n  ... on OrderCancelled {\n    orderId\n    reason\n    order {\n      ...OrderOnBoard\n    }\n  }\n}\n\nquery OrderHistory($last: Int!) {\n  orderEvents(last: $last) {\n    head\n    edges {\n      node {\n        ...OrderNews\n      }\n    }\n  }\n}\n\nsubscription OrderUpdates($after: Cursor) {\n  orderEvents(after: $after) {\n    cursor\n    node {\n      ...OrderNews\n    }\n  }\n}"): typeof import('./graphql').AmountFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment StockNews on InventoryEvent {\n  __typename\n  ... on Event {\n    meta {\n      recordedAt\n    }\n  }\n  ... on StockAdjusted {\n    sku\n    stock\n    product {\n      name\n    }\n  }\n  ... on StockReserved {\n    sku\n    stock\n    product {\n      name\n    }\n  }\n  ... on StockDepleted {\n    sku\n    product {\n      name\n    }\n  }\n}\n\nquery StockHistory($last: Int!) {\n  inventoryEvents(last: $last) {\n    head\n    edges {\n      node {\n        ...StockNews\n      }\n    }\n  }\n}\n\nsubscription StockUpdates($after: Cursor) {\n  inventoryEvents(after: $after) {\n    cursor\n    node {\n      ...StockNews\n    }\n  }\n}"): typeof import('./graphql').StockNewsFragmentDoc;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
