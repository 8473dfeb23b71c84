/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AmountFragment = { amount: number, currency: string };

export type OrderOnBoardFragment = { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> };

type OrderNews_OrderCancelled_Fragment = { __typename: 'OrderCancelled', orderId: string, reason: string | null, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null };

type OrderNews_OrderPaid_Fragment = { __typename: 'OrderPaid', orderId: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, amount: { amount: number, currency: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null };

type OrderNews_OrderPlaced_Fragment = { __typename: 'OrderPlaced', orderId: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> };

type OrderNews_OrderShipped_Fragment = { __typename: 'OrderShipped', orderId: string, carrier: string, trackingNumber: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null };

export type OrderNewsFragment =
  | OrderNews_OrderCancelled_Fragment
  | OrderNews_OrderPaid_Fragment
  | OrderNews_OrderPlaced_Fragment
  | OrderNews_OrderShipped_Fragment
;

export type OrderHistoryQueryVariables = Exact<{
  last: number;
}>;


export type OrderHistoryQuery = { orderEvents: { head: string, edges: Array<{ node:
        | { __typename: 'OrderCancelled', orderId: string, reason: string | null, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null }
        | { __typename: 'OrderPaid', orderId: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, amount: { amount: number, currency: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null }
        | { __typename: 'OrderPlaced', orderId: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> }
        | { __typename: 'OrderShipped', orderId: string, carrier: string, trackingNumber: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null }
       | null }> } };

export type OrderUpdatesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type OrderUpdatesSubscription = { orderEvents: { cursor: string, node:
      | { __typename: 'OrderCancelled', orderId: string, reason: string | null, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null }
      | { __typename: 'OrderPaid', orderId: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, amount: { amount: number, currency: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null }
      | { __typename: 'OrderPlaced', orderId: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> }
      | { __typename: 'OrderShipped', orderId: string, carrier: string, trackingNumber: string, meta: { id: string, position: string, occurredAt: string, recordedAt: string }, order: { placedAt: string, total: { amount: number, currency: string }, customer: { name: string } | null, lines: Array<{ quantity: number, sku: string, product: { name: string } | null }> } | null }
     | null } };

type StockNews_StockAdjusted_Fragment = { __typename: 'StockAdjusted', sku: string, stock: number, meta: { recordedAt: string }, product: { name: string } | null };

type StockNews_StockDepleted_Fragment = { __typename: 'StockDepleted', sku: string, meta: { recordedAt: string }, product: { name: string } | null };

type StockNews_StockReserved_Fragment = { __typename: 'StockReserved', sku: string, stock: number, meta: { recordedAt: string }, product: { name: string } | null };

export type StockNewsFragment =
  | StockNews_StockAdjusted_Fragment
  | StockNews_StockDepleted_Fragment
  | StockNews_StockReserved_Fragment
;

export type StockHistoryQueryVariables = Exact<{
  last: number;
}>;


export type StockHistoryQuery = { inventoryEvents: { head: string, edges: Array<{ node:
        | { __typename: 'StockAdjusted', sku: string, stock: number, meta: { recordedAt: string }, product: { name: string } | null }
        | { __typename: 'StockDepleted', sku: string, meta: { recordedAt: string }, product: { name: string } | null }
        | { __typename: 'StockReserved', sku: string, stock: number, meta: { recordedAt: string }, product: { name: string } | null }
       | null }> } };

export type StockUpdatesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type StockUpdatesSubscription = { inventoryEvents: { cursor: string, node:
      | { __typename: 'StockAdjusted', sku: string, stock: number, meta: { recordedAt: string }, product: { name: string } | null }
      | { __typename: 'StockDepleted', sku: string, meta: { recordedAt: string }, product: { name: string } | null }
      | { __typename: 'StockReserved', sku: string, stock: number, meta: { recordedAt: string }, product: { name: string } | null }
     | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AmountFragmentDoc = new TypedDocumentString(`
    fragment Amount on Money {
  amount
  currency
}
    `, {"fragmentName":"Amount"}) as unknown as TypedDocumentString<AmountFragment, unknown>;
export const OrderOnBoardFragmentDoc = new TypedDocumentString(`
    fragment OrderOnBoard on Order {
  placedAt
  total {
    ...Amount
  }
  customer {
    name
  }
  lines {
    quantity
    sku
    product {
      name
    }
  }
}
    fragment Amount on Money {
  amount
  currency
}`, {"fragmentName":"OrderOnBoard"}) as unknown as TypedDocumentString<OrderOnBoardFragment, unknown>;
export const OrderNewsFragmentDoc = new TypedDocumentString(`
    fragment OrderNews on OrderEvent {
  __typename
  ... on Event {
    meta {
      id
      position
      occurredAt
      recordedAt
    }
  }
  ... on OrderPlaced {
    orderId
    total {
      ...Amount
    }
    customer {
      name
    }
    lines {
      quantity
      sku
      product {
        name
      }
    }
  }
  ... on OrderPaid {
    orderId
    amount {
      ...Amount
    }
    order {
      ...OrderOnBoard
    }
  }
  ... on OrderShipped {
    orderId
    carrier
    trackingNumber
    order {
      ...OrderOnBoard
    }
  }
  ... on OrderCancelled {
    orderId
    reason
    order {
      ...OrderOnBoard
    }
  }
}
    fragment Amount on Money {
  amount
  currency
}
fragment OrderOnBoard on Order {
  placedAt
  total {
    ...Amount
  }
  customer {
    name
  }
  lines {
    quantity
    sku
    product {
      name
    }
  }
}`, {"fragmentName":"OrderNews"}) as unknown as TypedDocumentString<OrderNewsFragment, unknown>;
export const StockNewsFragmentDoc = new TypedDocumentString(`
    fragment StockNews on InventoryEvent {
  __typename
  ... on Event {
    meta {
      recordedAt
    }
  }
  ... on StockAdjusted {
    sku
    stock
    product {
      name
    }
  }
  ... on StockReserved {
    sku
    stock
    product {
      name
    }
  }
  ... on StockDepleted {
    sku
    product {
      name
    }
  }
}
    `, {"fragmentName":"StockNews"}) as unknown as TypedDocumentString<StockNewsFragment, unknown>;
export const OrderHistoryDocument = new TypedDocumentString(`
    query OrderHistory($last: Int!) {
  orderEvents(last: $last) {
    head
    edges {
      node {
        ...OrderNews
      }
    }
  }
}
    fragment Amount on Money {
  amount
  currency
}
fragment OrderOnBoard on Order {
  placedAt
  total {
    ...Amount
  }
  customer {
    name
  }
  lines {
    quantity
    sku
    product {
      name
    }
  }
}
fragment OrderNews on OrderEvent {
  __typename
  ... on Event {
    meta {
      id
      position
      occurredAt
      recordedAt
    }
  }
  ... on OrderPlaced {
    orderId
    total {
      ...Amount
    }
    customer {
      name
    }
    lines {
      quantity
      sku
      product {
        name
      }
    }
  }
  ... on OrderPaid {
    orderId
    amount {
      ...Amount
    }
    order {
      ...OrderOnBoard
    }
  }
  ... on OrderShipped {
    orderId
    carrier
    trackingNumber
    order {
      ...OrderOnBoard
    }
  }
  ... on OrderCancelled {
    orderId
    reason
    order {
      ...OrderOnBoard
    }
  }
}`) as unknown as TypedDocumentString<OrderHistoryQuery, OrderHistoryQueryVariables>;
export const OrderUpdatesDocument = new TypedDocumentString(`
    subscription OrderUpdates($after: Cursor) {
  orderEvents(after: $after) {
    cursor
    node {
      ...OrderNews
    }
  }
}
    fragment Amount on Money {
  amount
  currency
}
fragment OrderOnBoard on Order {
  placedAt
  total {
    ...Amount
  }
  customer {
    name
  }
  lines {
    quantity
    sku
    product {
      name
    }
  }
}
fragment OrderNews on OrderEvent {
  __typename
  ... on Event {
    meta {
      id
      position
      occurredAt
      recordedAt
    }
  }
  ... on OrderPlaced {
    orderId
    total {
      ...Amount
    }
    customer {
      name
    }
    lines {
      quantity
      sku
      product {
        name
      }
    }
  }
  ... on OrderPaid {
    orderId
    amount {
      ...Amount
    }
    order {
      ...OrderOnBoard
    }
  }
  ... on OrderShipped {
    orderId
    carrier
    trackingNumber
    order {
      ...OrderOnBoard
    }
  }
  ... on OrderCancelled {
    orderId
    reason
    order {
      ...OrderOnBoard
    }
  }
}`) as unknown as TypedDocumentString<OrderUpdatesSubscription, OrderUpdatesSubscriptionVariables>;
export const StockHistoryDocument = new TypedDocumentString(`
    query StockHistory($last: Int!) {
  inventoryEvents(last: $last) {
    head
    edges {
      node {
        ...StockNews
      }
    }
  }
}
    fragment StockNews on InventoryEvent {
  __typename
  ... on Event {
    meta {
      recordedAt
    }
  }
  ... on StockAdjusted {
    sku
    stock
    product {
      name
    }
  }
  ... on StockReserved {
    sku
    stock
    product {
      name
    }
  }
  ... on StockDepleted {
    sku
    product {
      name
    }
  }
}`) as unknown as TypedDocumentString<StockHistoryQuery, StockHistoryQueryVariables>;
export const StockUpdatesDocument = new TypedDocumentString(`
    subscription StockUpdates($after: Cursor) {
  inventoryEvents(after: $after) {
    cursor
    node {
      ...StockNews
    }
  }
}
    fragment StockNews on InventoryEvent {
  __typename
  ... on Event {
    meta {
      recordedAt
    }
  }
  ... on StockAdjusted {
    sku
    stock
    product {
      name
    }
  }
  ... on StockReserved {
    sku
    stock
    product {
      name
    }
  }
  ... on StockDepleted {
    sku
    product {
      name
    }
  }
}`) as unknown as TypedDocumentString<StockUpdatesSubscription, StockUpdatesSubscriptionVariables>;