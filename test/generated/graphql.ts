/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A postal address. */
export type AddressInput = {
  /** Town or city. */
  city: string;
  /** ISO 3166 code of two letters, such as `DE`. */
  country: string;
  /** Postal code, as written in that country. */
  postalCode: string;
  /** Street and number. */
  street: string;
};

/** A change of stock. */
export type AdjustStockInput = {
  /** Items to add; negative to take away. Stock below zero is refused. */
  delta: number;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** What the product is called; needed when it is new, else it renames it. */
  name?: string | null | undefined;
  /** Price of one item; needed when the product is new, else it changes it. */
  price?: MoneyInput | null | undefined;
  /** Why, in words. */
  reason?: string | null | undefined;
  /** The product's number. */
  sku: string;
};

/** A customer's bills go to another address. */
export type BillingAddressChangedInput = {
  /** The new address. */
  address: AddressInput;
  /** The customer's id. */
  customerId: string;
};

/** An order to cancel. */
export type CancelOrderInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** The order's id. */
  orderId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
};

/** A subscription to end. */
export type CancelSubscriptionInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** Why, in words. */
  reason?: string | null | undefined;
  /** The subscription's id. */
  subscriptionId: string;
};

/** Money that arrived. */
export type CapturePaymentInput = {
  /** How much; all that is owed when it is left out. */
  amount?: MoneyInput | null | undefined;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** The order it is for. */
  orderId: string;
};

/** Where a customer's bills go from now on. */
export type ChangeBillingAddressInput = {
  /** The new address, in whole. */
  address: AddressInput;
  /** The customer's id. */
  customerId: string;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
};

/** Selects events of `CustomerEvent`: all fields that are given must match, each by any of its values. */
export type CustomerEventFilter = {
  /** Only events whose `email` is one of these. An event without the field does not match. */
  email?: Array<string> | null | undefined;
  /** Only events whose `customerId` is one of these. */
  key?: Array<string> | null | undefined;
  /** Only events of these types. */
  type?: Array<CustomerEventType> | null | undefined;
};

/** The event types of `CustomerEvent`. */
export type CustomerEventType =
  /** A customer's bills go to another address. */
  | 'BillingAddressChanged'
  /** Someone became a customer. */
  | 'CustomerRegistered'
  /** A customer's name or email changed. Both are given as they are after the change. */
  | 'CustomerUpdated';

/** Someone became a customer. */
export type CustomerRegisteredInput = {
  /** The new customer's id. */
  customerId: string;
  /** Address for receipts and notices. */
  email: string;
  /** Full name. */
  name: string;
};

/** A customer's name or email changed. Both are given as they are after the change. */
export type CustomerUpdatedInput = {
  /** The customer's id. */
  customerId: string;
  /** Address for receipts and notices. */
  email: string;
  /** Full name. */
  name: string;
};

/** Selects events of any topic: all fields that are given must match, each by any of its values. */
export type EventFilter = {
  /** Only events whose key is one of these. Keys of different topics are compared alike, as text. */
  key?: Array<string> | null | undefined;
  /** Only events of these types. */
  type?: Array<EventType> | null | undefined;
};

/** The event types of all topics. */
export type EventType =
  /** A customer's bills go to another address. */
  | 'BillingAddressChanged'
  /** Someone became a customer. */
  | 'CustomerRegistered'
  /** A customer's name or email changed. Both are given as they are after the change. */
  | 'CustomerUpdated'
  /** Someone sent a form on the web site. */
  | 'FormSubmitted'
  /** Somebody looked into a case and found nothing wrong. */
  | 'FraudCaseCleared'
  /** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
  | 'FraudSuspected'
  /** An order was cancelled before it left the warehouse. */
  | 'OrderCancelled'
  /** An order is paid in full. */
  | 'OrderPaid'
  /** A customer placed an order. */
  | 'OrderPlaced'
  /** An order was given to the warehouse of a region, with all that is needed there. */
  | 'OrderRouted'
  /** An order left the warehouse. */
  | 'OrderShipped'
  /** Money for an order arrived. */
  | 'PaymentCaptured'
  /** A payment was refused. */
  | 'PaymentFailed'
  /** Money went back to a customer. */
  | 'PaymentRefunded'
  /** A payment arrived or went back, and a product's total of the day changed with it. */
  | 'RevenueChanged'
  /** Stock was counted, delivered or written off. */
  | 'StockAdjusted'
  /** The last item for sale was set aside. */
  | 'StockDepleted'
  /** Stock was set aside for an order. */
  | 'StockReserved'
  /** A subscription will not be renewed. */
  | 'SubscriptionCanceled'
  /** A subscription went into another period. */
  | 'SubscriptionRenewed'
  /** A customer took out a subscription. */
  | 'SubscriptionStarted';

/** A payment that was refused. */
export type FailPaymentInput = {
  /** How much should have arrived; all that is owed when it is left out. */
  amount?: MoneyInput | null | undefined;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** The order it was for. */
  orderId: string;
  /** Why, in words, such as `card declined`. */
  reason?: string | null | undefined;
};

/** Someone sent a form on the web site. */
export type FormSubmittedInput = {
  /** What was filled in, by the names of the form's fields. */
  answers: unknown;
  /** The form that was sent, such as `contact`. */
  formId: string;
  /** Where on the site it stood, such as `/pricing`. */
  page: string;
  /** Sender's address, if the form asks for one. */
  replyTo?: string | null | undefined;
};

/** Somebody looked into a case and found nothing wrong. */
export type FraudCaseClearedInput = {
  /** The case. */
  caseId: string;
  /** Whose it was. Without another open case, orders of them are taken again. */
  customerId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
};

/** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
export type FraudSuspectedInput = {
  /** The case that was opened: one for each customer and day, whatever else they spend on it. */
  caseId: string;
  /** Who spent. */
  customerId: string;
  /** What may be spent in a window of that length. */
  limit: MoneyInput;
  /** The payments, the earliest first. */
  paymentIds: Array<string>;
  /** What the payments that were known then add up to. */
  spent: MoneySumInput;
  /** … up to this one. */
  windowEnd: string;
  /** The payments occurred after this moment … */
  windowStart: string;
};

/** Selects events of `InventoryEvent`: all fields that are given must match, each by any of its values. */
export type InventoryEventFilter = {
  /** Only events whose `sku` is one of these. */
  key?: Array<string> | null | undefined;
  /** Only events whose `orderId` is one of these. An event without the field does not match. */
  orderId?: Array<string> | null | undefined;
  /** Only events of these types. */
  type?: Array<InventoryEventType> | null | undefined;
};

/** The event types of `InventoryEvent`. */
export type InventoryEventType =
  /** Stock was counted, delivered or written off. */
  | 'StockAdjusted'
  /** The last item for sale was set aside. */
  | 'StockDepleted'
  /** Stock was set aside for an order. */
  | 'StockReserved';

/** Selects events of `LeadEvent`: all fields that are given must match, each by any of its values. */
export type LeadEventFilter = {
  /** Only events whose `formId` is one of these. */
  key?: Array<string> | null | undefined;
  /** Only events whose `page` is one of these. An event without the field does not match. */
  page?: Array<string> | null | undefined;
  /** Only events of these types. */
  type?: Array<LeadEventType> | null | undefined;
};

/** The event types of `LeadEvent`. */
export type LeadEventType =
  /** Someone sent a form on the web site. */
  | 'FormSubmitted';

/** An amount of money. */
export type MoneyInput = {
  /** In minor units: 1999 is 19.99 of a currency with cents. */
  amount: number;
  /** ISO 4217 code, such as `EUR`. */
  currency: string;
};

/** A sum of many amounts, which may be larger than one amount can be. */
export type MoneySumInput = {
  /** In minor units, a whole number: 1999 is 19.99 of a currency with cents. Exact up to 2^53. */
  amount: number;
  /** ISO 4217 code, such as `EUR`. */
  currency: string;
};

/** An order was cancelled before it left the warehouse. */
export type OrderCancelledInput = {
  /** Who ordered. */
  customerId: string;
  /** The order's id. */
  orderId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
};

/** Selects events of `OrderEvent`: all fields that are given must match, each by any of its values. */
export type OrderEventFilter = {
  /** Only events whose `customerId` is one of these. An event without the field does not match. */
  customerId?: Array<string> | null | undefined;
  /** Only events whose `orderId` is one of these. */
  key?: Array<string> | null | undefined;
  /** Only events of these types. */
  type?: Array<OrderEventType> | null | undefined;
};

/** The event types of `OrderEvent`. */
export type OrderEventType =
  /** An order was cancelled before it left the warehouse. */
  | 'OrderCancelled'
  /** An order is paid in full. */
  | 'OrderPaid'
  /** A customer placed an order. */
  | 'OrderPlaced'
  /** An order left the warehouse. */
  | 'OrderShipped';

/** One product of an order, as it was when the order was placed. */
export type OrderItemInput = {
  /** Items ordered; at least 1. */
  quantity: number;
  /** The product's number. */
  sku: string;
  /** Price of one item at that moment. */
  unitPrice: MoneyInput;
};

/** An order is paid in full. */
export type OrderPaidInput = {
  /** What was paid. */
  amount: MoneyInput;
  /** Who ordered. */
  customerId: string;
  /** The order's id. */
  orderId: string;
  /** The payment that settled it. */
  paymentId: string;
};

/** A customer placed an order. */
export type OrderPlacedInput = {
  /** Who ordered. */
  customerId: string;
  /** What was ordered, at the prices of that moment. */
  lines: Array<OrderItemInput>;
  /** The new order's id. */
  orderId: string;
  /** What it costs in all. */
  total: MoneyInput;
};

/** An order was given to the warehouse of a region, with all that is needed there. */
export type OrderRoutedInput = {
  /** The country of the customer's billing address when it was routed; null when there was none. */
  country?: string | null | undefined;
  /** Who ordered. */
  customerId: string;
  /** The customer's name when it was routed; null when the customer was not known. */
  customerName?: string | null | undefined;
  /** What was ordered. */
  lines: Array<OrderItemInput>;
  /** The order's id. */
  orderId: string;
  /** Where it is sent from: subscribe with `where: { region: [NORTH] }` for one warehouse. */
  region: Region;
  /** What it costs in all. */
  total: MoneyInput;
};

/** An order left the warehouse. */
export type OrderShippedInput = {
  /** Who carries it. */
  carrier: string;
  /** Who ordered. */
  customerId: string;
  /** The order's id. */
  orderId: string;
  /** The carrier's number for the parcel. */
  trackingNumber: string;
};

/** How far an order has come. */
export type OrderStatus =
  /** Called off. */
  | 'CANCELLED'
  /** Paid in full. */
  | 'PAID'
  /** Placed, with its stock set aside. */
  | 'PLACED'
  /** On its way to the customer. */
  | 'SHIPPED';

/** Money for an order arrived. */
export type PaymentCapturedInput = {
  /** What arrived. */
  amount: MoneyInput;
  /** Who paid. */
  customerId: string;
  /** The order it is for. */
  orderId: string;
  /** The payment's id. */
  paymentId: string;
};

/** A payment was refused. */
export type PaymentFailedInput = {
  /** What should have arrived. */
  amount: MoneyInput;
  /** Who tried to pay. */
  customerId: string;
  /** The order it is for. */
  orderId: string;
  /** The payment's id. */
  paymentId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
};

/** Money went back to a customer. */
export type PaymentRefundedInput = {
  /** What goes back. */
  amount: MoneyInput;
  /** Who gets it back. */
  customerId: string;
  /** The order it was for. */
  orderId: string;
  /** The payment's id. */
  paymentId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
};

/** How a payment ended. */
export type PaymentStatus =
  /** The money arrived. */
  | 'CAPTURED'
  /** It was refused. */
  | 'FAILED'
  /** The money went back. */
  | 'REFUNDED';

/** An order to place. */
export type PlaceOrderInput = {
  /** Who orders. */
  customerId: string;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** What is ordered; at least one line. */
  lines: Array<PlaceOrderLineInput>;
};

/** One product to order. */
export type PlaceOrderLineInput = {
  /** Items to order; at least 1. */
  quantity: number;
  /** The product's number. */
  sku: string;
};

/** Whether a subscription runs. */
export type PlanStatus =
  /** It runs and will be renewed. */
  | 'ACTIVE'
  /** It will not be renewed. */
  | 'CANCELED';

/** One event to publish: exactly one of the fields is given. */
export type PublishInput =
  {   /** A customer's bills go to another address. */
  billingAddressChanged: BillingAddressChangedInput; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never;   /** Someone became a customer. */
  customerRegistered: CustomerRegisteredInput; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never;   /** A customer's name or email changed. Both are given as they are after the change. */
  customerUpdated: CustomerUpdatedInput; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never;   /** Someone sent a form on the web site. */
  formSubmitted: FormSubmittedInput; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never;   /** Somebody looked into a case and found nothing wrong. */
  fraudCaseCleared: FraudCaseClearedInput; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never;   /** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
  fraudSuspected: FraudSuspectedInput; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never;   /** An order was cancelled before it left the warehouse. */
  orderCancelled: OrderCancelledInput; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never;   /** An order is paid in full. */
  orderPaid: OrderPaidInput; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never;   /** A customer placed an order. */
  orderPlaced: OrderPlacedInput; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never;   /** An order was given to the warehouse of a region, with all that is needed there. */
  orderRouted: OrderRoutedInput; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never;   /** An order left the warehouse. */
  orderShipped: OrderShippedInput; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never;   /** Money for an order arrived. */
  paymentCaptured: PaymentCapturedInput; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never;   /** A payment was refused. */
  paymentFailed: PaymentFailedInput; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never;   /** Money went back to a customer. */
  paymentRefunded: PaymentRefundedInput; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never;   /** A payment arrived or went back, and a product's total of the day changed with it. */
  revenueChanged: RevenueChangedInput; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never;   /** Stock was counted, delivered or written off. */
  stockAdjusted: StockAdjustedInput; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never;   /** The last item for sale was set aside. */
  stockDepleted: StockDepletedInput; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never;   /** Stock was set aside for an order. */
  stockReserved: StockReservedInput; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never;   /** A subscription will not be renewed. */
  subscriptionCanceled: SubscriptionCanceledInput; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never;   /** A subscription went into another period. */
  subscriptionRenewed: SubscriptionRenewedInput; subscriptionStarted?: never; }
  |  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never;   /** A customer took out a subscription. */
  subscriptionStarted: SubscriptionStartedInput; };

/** What a publisher may say about a publish call. */
export type PublishOptions = {
  /** The event or command that led to this one. */
  causationId?: string | null | undefined;
  /** Ties together all events of one business process. */
  correlationId?: string | null | undefined;
  /**
   * Makes a repeat harmless: the same key with the same events returns the first call's ids with `duplicate: true`
   * (24 hours by default); with other events it is `IDEMPOTENCY_CONFLICT`. At most 255 characters.
   */
  idempotencyKey?: string | null | undefined;
  /** When it happened. Default: the time of recording. */
  occurredAt?: string | null | undefined;
};

/** A payment to give back. */
export type RefundPaymentInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** The payment's id. */
  paymentId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
};

/** A warehouse's part of the world. */
export type Region =
  /** From Germany to Hungary. */
  | 'CENTRAL'
  /** From Iceland to Estonia. */
  | 'NORTH'
  /** All other countries. */
  | 'OVERSEAS'
  /** Around the western Mediterranean. */
  | 'SOUTH'
  /** The customer has no billing address yet. */
  | 'UNKNOWN'
  /** From Ireland to France. */
  | 'WEST';

/** Who registers. */
export type RegisterCustomerInput = {
  /** Where bills go. */
  billingAddress?: AddressInput | null | undefined;
  /** Address for receipts and notices; no other customer has it. */
  email: string;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** Full name. */
  name: string;
};

/** A subscription to renew. */
export type RenewSubscriptionInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** What a period costs from now on; as before when it is left out. */
  price?: MoneyInput | null | undefined;
  /** When the new period ends; must be later than the end of the present one. One month later when it is left out. */
  renewsAt?: string | null | undefined;
  /** The subscription's id. */
  subscriptionId: string;
};

/** A payment arrived or went back, and a product's total of the day changed with it. */
export type RevenueChangedInput = {
  /** What was added; negative when money went back. */
  change: MoneySumInput;
  /** The day on which the payment occurred, in UTC, such as `2026-03-01`. */
  day: string;
  /** The payment that changed it. */
  paymentId: string;
  /** The product's number; empty for payments of which no order lines are known. */
  sku: string;
  /** The product's total of the day after it. */
  total: MoneySumInput;
};

/** An order to ship. */
export type ShipOrderInput = {
  /** Who carries it. */
  carrier: string;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** The order's id. */
  orderId: string;
  /** The carrier's number for the parcel. */
  trackingNumber: string;
};

/** Where a subscription starts when it has no cursor. */
export type StartFrom =
  /** With the oldest event that is kept. */
  | 'BEGINNING'
  /** With the next event. */
  | 'NOW';

/** A subscription to take out. */
export type StartSubscriptionInput = {
  /** Who pays for it. */
  customerId: string;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** What is taken out, such as `Monthly coffee`. */
  planName: string;
  /** Price of one period. */
  price: MoneyInput;
  /** When the first period ends; must lie ahead. One month from now when it is left out. */
  renewsAt?: string | null | undefined;
};

/** Stock was counted, delivered or written off. */
export type StockAdjustedInput = {
  /** Items added; negative when taken away. */
  delta: number;
  /** Why, in words. */
  reason?: string | null | undefined;
  /** The product's number. */
  sku: string;
  /** Items for sale after it. */
  stock: number;
};

/** The last item for sale was set aside. */
export type StockDepletedInput = {
  /** The order that took the last item; null when it was no order. */
  lastOrderId?: string | null | undefined;
  /** The product's number. */
  sku: string;
};

/** Stock was set aside for an order. */
export type StockReservedInput = {
  /** The order it is for. */
  orderId: string;
  /** Items set aside. */
  quantity: number;
  /** The product's number. */
  sku: string;
  /** Items for sale after it. */
  stock: number;
};

/** A form that was filled in. */
export type SubmitFormInput = {
  /** What was filled in, by the names of the form's fields: an object. */
  answers: unknown;
  /** The form, such as `contact`. */
  formId: string;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** Where on the site it stood, such as `/pricing`; begins with a slash. */
  page: string;
  /** Sender's address, if the form asks for one. */
  replyTo?: string | null | undefined;
};

/** A subscription will not be renewed. */
export type SubscriptionCanceledInput = {
  /** Who paid for it. */
  customerId: string;
  /** Why, in words. */
  reason?: string | null | undefined;
  /** The subscription's id. */
  subscriptionId: string;
};

/** A subscription went into another period. */
export type SubscriptionRenewedInput = {
  /** Who pays for it. */
  customerId: string;
  /** What the period costs. */
  price: MoneyInput;
  /** When the period ends. */
  renewsAt: string;
  /** The subscription's id. */
  subscriptionId: string;
};

/** A customer took out a subscription. */
export type SubscriptionStartedInput = {
  /** Who pays for it. */
  customerId: string;
  /** What was taken out, such as `Monthly coffee`. */
  planName: string;
  /** Price of one period. */
  price: MoneyInput;
  /** When the first period ends. */
  renewsAt: string;
  /** The new subscription's id. */
  subscriptionId: string;
};

/** The topics of this gateway. */
export type Topic =
  /** Everything that happens to a customer. */
  | 'CustomerEvent'
  /** Everything that happens to the stock of a product. */
  | 'InventoryEvent'
  /** What strangers tell us: a union of one, because more kinds of lead will come. */
  | 'LeadEvent'
  /** Everything that happens to an order. */
  | 'OrderEvent'
  /** Everything that happens to a customer's payments. Order is kept per customer, across orders. */
  | 'PaymentEvent'
  /** Orders on their way to a warehouse. The processor `order-routing` writes them. */
  | 'RegionalOrderEvent'
  /** What the shop takes in. The processor `revenue` writes it from the events of payments. */
  | 'RevenueEvent'
  /** What may be wrong with a customer's payments. It is for the shop's eyes: customers are not shown it. */
  | 'RiskEvent'
  /** Everything that happens to a customer's paid subscription. */
  | 'SubscriptionEvent';

/** What to change about a customer. What is left out or null stays as it is. */
export type UpdateCustomerInput = {
  /** The customer's id. */
  customerId: string;
  /** New address for receipts and notices. */
  email?: string | null | undefined;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: string | null | undefined;
  /** New full name. */
  name?: string | null | undefined;
};

export type RegisterCustomerMutationVariables = Exact<{
  input: RegisterCustomerInput;
}>;


export type RegisterCustomerMutation = { registerCustomer: { customerId: string, duplicate: boolean, customer: { id: string, name: string, email: string } | null } };

export type UpdateCustomerMutationVariables = Exact<{
  input: UpdateCustomerInput;
}>;


export type UpdateCustomerMutation = { updateCustomer: { customerId: string, duplicate: boolean, customer: { id: string, name: string, email: string } | null } };

export type CustomerQueryVariables = Exact<{
  id: string;
}>;


export type CustomerQuery = { customer: { id: string, name: string, email: string, billingAddress: { street: string, city: string, postalCode: string, country: string } | null } | null };

export type CustomerEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  from?: StartFrom | null | undefined;
  where?: CustomerEventFilter | null | undefined;
}>;


export type CustomerEventsSubscription = { customerEvents: { cursor: string, node:
      | { __typename: 'BillingAddressChanged', customerId: string, address: { street: string, city: string, postalCode: string, country: string } }
      | { __typename: 'CustomerRegistered', customerId: string, name: string, email: string }
      | { __typename: 'CustomerUpdated', customerId: string, name: string, email: string }
     | null } };

export type ChangeBillingAddressMutationVariables = Exact<{
  input: ChangeBillingAddressInput;
}>;


export type ChangeBillingAddressMutation = { changeBillingAddress: { customerId: string, duplicate: boolean, customer: { id: string, billingAddress: { street: string, city: string, postalCode: string, country: string } | null } | null } };

type AnyEvent_BillingAddressChanged_Fragment = { __typename: 'BillingAddressChanged', meta: { id: string, topic: string, position: string } };

type AnyEvent_CustomerRegistered_Fragment = { __typename: 'CustomerRegistered', meta: { id: string, topic: string, position: string } };

type AnyEvent_CustomerUpdated_Fragment = { __typename: 'CustomerUpdated', meta: { id: string, topic: string, position: string } };

type AnyEvent_FormSubmitted_Fragment = { __typename: 'FormSubmitted', meta: { id: string, topic: string, position: string } };

type AnyEvent_FraudCaseCleared_Fragment = { __typename: 'FraudCaseCleared', meta: { id: string, topic: string, position: string } };

type AnyEvent_FraudSuspected_Fragment = { __typename: 'FraudSuspected', meta: { id: string, topic: string, position: string } };

type AnyEvent_OrderCancelled_Fragment = { __typename: 'OrderCancelled', meta: { id: string, topic: string, position: string } };

type AnyEvent_OrderPaid_Fragment = { __typename: 'OrderPaid', meta: { id: string, topic: string, position: string } };

type AnyEvent_OrderPlaced_Fragment = { __typename: 'OrderPlaced', orderId: string, total: { amount: number, currency: string }, meta: { id: string, topic: string, position: string } };

type AnyEvent_OrderRouted_Fragment = { __typename: 'OrderRouted', meta: { id: string, topic: string, position: string } };

type AnyEvent_OrderShipped_Fragment = { __typename: 'OrderShipped', meta: { id: string, topic: string, position: string } };

type AnyEvent_PaymentCaptured_Fragment = { __typename: 'PaymentCaptured', meta: { id: string, topic: string, position: string } };

type AnyEvent_PaymentFailed_Fragment = { __typename: 'PaymentFailed', meta: { id: string, topic: string, position: string } };

type AnyEvent_PaymentRefunded_Fragment = { __typename: 'PaymentRefunded', meta: { id: string, topic: string, position: string } };

type AnyEvent_RevenueChanged_Fragment = { __typename: 'RevenueChanged', meta: { id: string, topic: string, position: string } };

type AnyEvent_StockAdjusted_Fragment = { __typename: 'StockAdjusted', meta: { id: string, topic: string, position: string } };

type AnyEvent_StockDepleted_Fragment = { __typename: 'StockDepleted', meta: { id: string, topic: string, position: string } };

type AnyEvent_StockReserved_Fragment = { __typename: 'StockReserved', sku: string, meta: { id: string, topic: string, position: string } };

type AnyEvent_SubscriptionCanceled_Fragment = { __typename: 'SubscriptionCanceled', meta: { id: string, topic: string, position: string } };

type AnyEvent_SubscriptionRenewed_Fragment = { __typename: 'SubscriptionRenewed', meta: { id: string, topic: string, position: string } };

type AnyEvent_SubscriptionStarted_Fragment = { __typename: 'SubscriptionStarted', meta: { id: string, topic: string, position: string } };

export type AnyEventFragment =
  | AnyEvent_BillingAddressChanged_Fragment
  | AnyEvent_CustomerRegistered_Fragment
  | AnyEvent_CustomerUpdated_Fragment
  | AnyEvent_FormSubmitted_Fragment
  | AnyEvent_FraudCaseCleared_Fragment
  | AnyEvent_FraudSuspected_Fragment
  | AnyEvent_OrderCancelled_Fragment
  | AnyEvent_OrderPaid_Fragment
  | AnyEvent_OrderPlaced_Fragment
  | AnyEvent_OrderRouted_Fragment
  | AnyEvent_OrderShipped_Fragment
  | AnyEvent_PaymentCaptured_Fragment
  | AnyEvent_PaymentFailed_Fragment
  | AnyEvent_PaymentRefunded_Fragment
  | AnyEvent_RevenueChanged_Fragment
  | AnyEvent_StockAdjusted_Fragment
  | AnyEvent_StockDepleted_Fragment
  | AnyEvent_StockReserved_Fragment
  | AnyEvent_SubscriptionCanceled_Fragment
  | AnyEvent_SubscriptionRenewed_Fragment
  | AnyEvent_SubscriptionStarted_Fragment
;

export type EventHistoryQueryVariables = Exact<{
  topics?: Array<Topic> | Topic | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  where?: EventFilter | null | undefined;
}>;


export type EventHistoryQuery = { events: { head: string, edges: Array<{ cursor: string, node:
        | { __typename: 'BillingAddressChanged', meta: { id: string, topic: string, position: string } }
        | { __typename: 'CustomerRegistered', meta: { id: string, topic: string, position: string } }
        | { __typename: 'CustomerUpdated', meta: { id: string, topic: string, position: string } }
        | { __typename: 'FormSubmitted', meta: { id: string, topic: string, position: string } }
        | { __typename: 'FraudCaseCleared', meta: { id: string, topic: string, position: string } }
        | { __typename: 'FraudSuspected', meta: { id: string, topic: string, position: string } }
        | { __typename: 'OrderCancelled', meta: { id: string, topic: string, position: string } }
        | { __typename: 'OrderPaid', meta: { id: string, topic: string, position: string } }
        | { __typename: 'OrderPlaced', orderId: string, total: { amount: number, currency: string }, meta: { id: string, topic: string, position: string } }
        | { __typename: 'OrderRouted', meta: { id: string, topic: string, position: string } }
        | { __typename: 'OrderShipped', meta: { id: string, topic: string, position: string } }
        | { __typename: 'PaymentCaptured', meta: { id: string, topic: string, position: string } }
        | { __typename: 'PaymentFailed', meta: { id: string, topic: string, position: string } }
        | { __typename: 'PaymentRefunded', meta: { id: string, topic: string, position: string } }
        | { __typename: 'RevenueChanged', meta: { id: string, topic: string, position: string } }
        | { __typename: 'StockAdjusted', meta: { id: string, topic: string, position: string } }
        | { __typename: 'StockDepleted', meta: { id: string, topic: string, position: string } }
        | { __typename: 'StockReserved', sku: string, meta: { id: string, topic: string, position: string } }
        | { __typename: 'SubscriptionCanceled', meta: { id: string, topic: string, position: string } }
        | { __typename: 'SubscriptionRenewed', meta: { id: string, topic: string, position: string } }
        | { __typename: 'SubscriptionStarted', meta: { id: string, topic: string, position: string } }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type EventsSubscriptionVariables = Exact<{
  topics?: Array<Topic> | Topic | null | undefined;
  after?: string | null | undefined;
  from?: StartFrom | null | undefined;
  since?: string | null | undefined;
  last?: number | null | undefined;
  where?: EventFilter | null | undefined;
}>;


export type EventsSubscription = { events: { cursor: string, node:
      | { __typename: 'BillingAddressChanged', meta: { id: string, topic: string, position: string } }
      | { __typename: 'CustomerRegistered', meta: { id: string, topic: string, position: string } }
      | { __typename: 'CustomerUpdated', meta: { id: string, topic: string, position: string } }
      | { __typename: 'FormSubmitted', meta: { id: string, topic: string, position: string } }
      | { __typename: 'FraudCaseCleared', meta: { id: string, topic: string, position: string } }
      | { __typename: 'FraudSuspected', meta: { id: string, topic: string, position: string } }
      | { __typename: 'OrderCancelled', meta: { id: string, topic: string, position: string } }
      | { __typename: 'OrderPaid', meta: { id: string, topic: string, position: string } }
      | { __typename: 'OrderPlaced', orderId: string, total: { amount: number, currency: string }, meta: { id: string, topic: string, position: string } }
      | { __typename: 'OrderRouted', meta: { id: string, topic: string, position: string } }
      | { __typename: 'OrderShipped', meta: { id: string, topic: string, position: string } }
      | { __typename: 'PaymentCaptured', meta: { id: string, topic: string, position: string } }
      | { __typename: 'PaymentFailed', meta: { id: string, topic: string, position: string } }
      | { __typename: 'PaymentRefunded', meta: { id: string, topic: string, position: string } }
      | { __typename: 'RevenueChanged', meta: { id: string, topic: string, position: string } }
      | { __typename: 'StockAdjusted', meta: { id: string, topic: string, position: string } }
      | { __typename: 'StockDepleted', meta: { id: string, topic: string, position: string } }
      | { __typename: 'StockReserved', sku: string, meta: { id: string, topic: string, position: string } }
      | { __typename: 'SubscriptionCanceled', meta: { id: string, topic: string, position: string } }
      | { __typename: 'SubscriptionRenewed', meta: { id: string, topic: string, position: string } }
      | { __typename: 'SubscriptionStarted', meta: { id: string, topic: string, position: string } }
     | null } };

export type AdjustStockMutationVariables = Exact<{
  input: AdjustStockInput;
}>;


export type AdjustStockMutation = { adjustStock: { sku: string, stock: number, duplicate: boolean } };

export type ProductQueryVariables = Exact<{
  sku: string;
}>;


export type ProductQuery = { product: { sku: string, name: string, stock: number, price: { amount: number, currency: string } } | null };

export type InventoryEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  from?: StartFrom | null | undefined;
  where?: InventoryEventFilter | null | undefined;
}>;


export type InventoryEventsSubscription = { inventoryEvents: { cursor: string, node:
      | { __typename: 'StockAdjusted', sku: string, delta: number, stock: number }
      | { __typename: 'StockDepleted', sku: string, lastOrderId: string | null }
      | { __typename: 'StockReserved', sku: string, orderId: string, quantity: number, stock: number }
     | null } };

export type ProductsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ProductsQuery = { products: Array<{ sku: string, name: string, stock: number, price: { amount: number, currency: string } }> };

export type OrderEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  from?: StartFrom | null | undefined;
  since?: string | null | undefined;
  last?: number | null | undefined;
  where?: OrderEventFilter | null | undefined;
}>;


export type OrderEventsSubscription = { orderEvents: { cursor: string, node:
      | { __typename: 'OrderCancelled', meta: { id: string, type: string, key: string, position: string, recordedAt: string } }
      | { __typename: 'OrderPaid', meta: { id: string, type: string, key: string, position: string, recordedAt: string } }
      | { __typename: 'OrderPlaced', orderId: string, customerId: string, meta: { id: string, type: string, key: string, position: string, recordedAt: string }, total: { amount: number, currency: string } }
      | { __typename: 'OrderShipped', meta: { id: string, type: string, key: string, position: string, recordedAt: string } }
     | null } };

export type OrderHistoryQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  where?: OrderEventFilter | null | undefined;
}>;


export type OrderHistoryQuery = { orderEvents: { head: string, edges: Array<{ cursor: string, node:
        | { __typename: 'OrderCancelled', meta: { id: string, type: string, key: string, position: string } }
        | { __typename: 'OrderPaid', meta: { id: string, type: string, key: string, position: string } }
        | { __typename: 'OrderPlaced', meta: { id: string, type: string, key: string, position: string } }
        | { __typename: 'OrderShipped', meta: { id: string, type: string, key: string, position: string } }
       | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PublishOrderPlacedMutationVariables = Exact<{
  input: OrderPlacedInput;
  options?: PublishOptions | null | undefined;
}>;


export type PublishOrderPlacedMutation = { publishOrderPlaced: { eventId: string, duplicate: boolean, cursor: string } };

export type PlaceOrderMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceOrderMutation = { placeOrder: { orderId: string, duplicate: boolean, total: { amount: number, currency: string }, order: { id: string, status: OrderStatus, customer: { id: string, name: string } | null, lines: Array<{ sku: string, quantity: number, product: { name: string, stock: number } | null }> } | null } };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { order: { id: string, status: OrderStatus, customer: { id: string, name: string } | null, lines: Array<{ sku: string, quantity: number, unitPrice: { amount: number, currency: string }, product: { name: string } | null }> } | null };

export type OrdersWithReferencesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  from?: StartFrom | null | undefined;
}>;


export type OrdersWithReferencesSubscription = { orderEvents: { cursor: string, node:
      | { __typename: 'OrderCancelled' }
      | { __typename: 'OrderPaid' }
      | { __typename: 'OrderPlaced', orderId: string, customer: { id: string, name: string } | null, order: { id: string, status: OrderStatus } | null, lines: Array<{ sku: string, quantity: number, product: { sku: string, name: string } | null }> }
      | { __typename: 'OrderShipped' }
     | null } };

export type OrdersQueryVariables = Exact<{
  first?: number | null | undefined;
  status?: Array<OrderStatus> | OrderStatus | null | undefined;
  customerId?: string | null | undefined;
  before?: string | null | undefined;
}>;


export type OrdersQuery = { orders: Array<{ id: string, status: OrderStatus, placedAt: string, total: { amount: number, currency: string }, customer: { id: string, name: string } | null, lines: Array<{ sku: string, quantity: number, product: { name: string } | null }>, payments: Array<{ id: string, status: PaymentStatus, reason: string | null, amount: { amount: number, currency: string } }>, shipment: { carrier: string, trackingNumber: string } | null }> };

export type ShipOrderMutationVariables = Exact<{
  input: ShipOrderInput;
}>;


export type ShipOrderMutation = { shipOrder: { orderId: string, duplicate: boolean, order: { id: string, status: OrderStatus, shipment: { carrier: string, trackingNumber: string } | null } | null } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { cancelOrder: { orderId: string, refundedPaymentIds: Array<string>, duplicate: boolean, order: { id: string, status: OrderStatus } | null } };

export type CapturePaymentMutationVariables = Exact<{
  input: CapturePaymentInput;
}>;


export type CapturePaymentMutation = { capturePayment: { paymentId: string, duplicate: boolean, open: { amount: number, currency: string }, order: { id: string, status: OrderStatus } | null } };

export type FailPaymentMutationVariables = Exact<{
  input: FailPaymentInput;
}>;


export type FailPaymentMutation = { failPayment: { paymentId: string, duplicate: boolean, payment: { status: PaymentStatus, reason: string | null } | null } };

export type RefundPaymentMutationVariables = Exact<{
  input: RefundPaymentInput;
}>;


export type RefundPaymentMutation = { refundPayment: { paymentId: string, duplicate: boolean, payment: { status: PaymentStatus, reason: string | null } | null } };

export type PaymentQueryVariables = Exact<{
  id: string;
}>;


export type PaymentQuery = { payment: { id: string, status: PaymentStatus, reason: string | null, order: { id: string, status: OrderStatus } | null } | null };

export type PublishMutationVariables = Exact<{
  events: Array<PublishInput> | PublishInput;
  options?: PublishOptions | null | undefined;
}>;


export type PublishMutation = { publish: Array<{ eventId: string, duplicate: boolean, cursor: string }> };

export type PublishFormSubmittedMutationVariables = Exact<{
  input: FormSubmittedInput;
  options?: PublishOptions | null | undefined;
}>;


export type PublishFormSubmittedMutation = { publishFormSubmitted: { eventId: string, duplicate: boolean, cursor: string } };

export type LeadEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  from?: StartFrom | null | undefined;
  since?: string | null | undefined;
  last?: number | null | undefined;
  where?: LeadEventFilter | null | undefined;
}>;


export type LeadEventsSubscription = { leadEvents: { cursor: string, node: { formId: string, page: string, answers: unknown, meta: { id: string, position: string } } | null } };

export type SubmitFormMutationVariables = Exact<{
  input: SubmitFormInput;
}>;


export type SubmitFormMutation = { submitForm: { formId: string, eventId: string, duplicate: boolean } };

export type StartSubscriptionMutationVariables = Exact<{
  input: StartSubscriptionInput;
}>;


export type StartSubscriptionMutation = { startSubscription: { subscriptionId: string, renewsAt: string, duplicate: boolean } };

export type RenewSubscriptionMutationVariables = Exact<{
  input: RenewSubscriptionInput;
}>;


export type RenewSubscriptionMutation = { renewSubscription: { subscriptionId: string, renewsAt: string, duplicate: boolean, plan: { status: PlanStatus, renewsAt: string } | null } };

export type CancelSubscriptionMutationVariables = Exact<{
  input: CancelSubscriptionInput;
}>;


export type CancelSubscriptionMutation = { cancelSubscription: { subscriptionId: string, endsAt: string, duplicate: boolean, plan: { status: PlanStatus } | null } };

export type PlanQueryVariables = Exact<{
  id: string;
}>;


export type PlanQuery = { plan: { id: string, name: string, status: PlanStatus, renewsAt: string, customer: { name: string } | null } | null };

export const AnyEventFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AnyEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"meta"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"topic"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPlaced"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StockReserved"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}}]}}]} as unknown as DocumentNode<AnyEventFragment, unknown>;
export const RegisterCustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegisterCustomer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegisterCustomerInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registerCustomer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}}]}}]}}]} as unknown as DocumentNode<RegisterCustomerMutation, RegisterCustomerMutationVariables>;
export const UpdateCustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateCustomer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateCustomerInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateCustomer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}}]}}]}}]} as unknown as DocumentNode<UpdateCustomerMutation, UpdateCustomerMutationVariables>;
export const CustomerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Customer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"billingAddress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}}]}}]} as unknown as DocumentNode<CustomerQuery, CustomerQueryVariables>;
export const CustomerEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"CustomerEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StartFrom"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CustomerEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CustomerRegistered"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CustomerUpdated"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BillingAddressChanged"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<CustomerEventsSubscription, CustomerEventsSubscriptionVariables>;
export const ChangeBillingAddressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeBillingAddress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangeBillingAddressInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeBillingAddress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"billingAddress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ChangeBillingAddressMutation, ChangeBillingAddressMutationVariables>;
export const EventHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EventHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"topics"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Topic"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"topics"},"value":{"kind":"Variable","name":{"kind":"Name","value":"topics"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AnyEvent"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"head"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AnyEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"meta"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"topic"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPlaced"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StockReserved"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}}]}}]} as unknown as DocumentNode<EventHistoryQuery, EventHistoryQueryVariables>;
export const EventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Events"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"topics"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Topic"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StartFrom"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"topics"},"value":{"kind":"Variable","name":{"kind":"Name","value":"topics"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AnyEvent"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AnyEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"meta"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"topic"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPlaced"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StockReserved"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}}]}}]} as unknown as DocumentNode<EventsSubscription, EventsSubscriptionVariables>;
export const AdjustStockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AdjustStock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AdjustStockInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"adjustStock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}}]}}]}}]} as unknown as DocumentNode<AdjustStockMutation, AdjustStockMutationVariables>;
export const ProductDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Product"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sku"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"product"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sku"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sku"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]} as unknown as DocumentNode<ProductQuery, ProductQueryVariables>;
export const InventoryEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"InventoryEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StartFrom"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"InventoryEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inventoryEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StockAdjusted"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"delta"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StockReserved"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StockDepleted"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"lastOrderId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<InventoryEventsSubscription, InventoryEventsSubscriptionVariables>;
export const ProductsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Products"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"products"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]} as unknown as DocumentNode<ProductsQuery, ProductsQueryVariables>;
export const OrderEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrderEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StartFrom"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"meta"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPlaced"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<OrderEventsSubscription, OrderEventsSubscriptionVariables>;
export const OrderHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OrderHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"meta"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"head"}}]}}]}}]} as unknown as DocumentNode<OrderHistoryQuery, OrderHistoryQueryVariables>;
export const PublishOrderPlacedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PublishOrderPlaced"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPlacedInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"options"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishOptions"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"publishOrderPlaced"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"options"},"value":{"kind":"Variable","name":{"kind":"Name","value":"options"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<PublishOrderPlacedMutation, PublishOrderPlacedMutationVariables>;
export const PlaceOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PlaceOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"placeOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const OrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Order"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<OrderQuery, OrderQueryVariables>;
export const OrdersWithReferencesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrdersWithReferences"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StartFrom"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPlaced"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<OrdersWithReferencesSubscription, OrdersWithReferencesSubscriptionVariables>;
export const OrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Orders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"status"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderStatus"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"Variable","name":{"kind":"Name","value":"status"}}},{"kind":"Argument","name":{"kind":"Name","value":"customerId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"customerId"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"placedAt"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"payments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"trackingNumber"}}]}}]}}]}}]} as unknown as DocumentNode<OrdersQuery, OrdersQueryVariables>;
export const ShipOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ShipOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ShipOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"shipOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"shipment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"trackingNumber"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ShipOrderMutation, ShipOrderMutationVariables>;
export const CancelOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderId"}},{"kind":"Field","name":{"kind":"Name","value":"refundedPaymentIds"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<CancelOrderMutation, CancelOrderMutationVariables>;
export const CapturePaymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CapturePayment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CapturePaymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"capturePayment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"open"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<CapturePaymentMutation, CapturePaymentMutationVariables>;
export const FailPaymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"FailPayment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FailPaymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"failPayment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"payment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]}}]} as unknown as DocumentNode<FailPaymentMutation, FailPaymentMutationVariables>;
export const RefundPaymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RefundPayment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RefundPaymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refundPayment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"payment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]}}]} as unknown as DocumentNode<RefundPaymentMutation, RefundPaymentMutationVariables>;
export const PaymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Payment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<PaymentQuery, PaymentQueryVariables>;
export const PublishDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Publish"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"events"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishInput"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"options"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishOptions"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"publish"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"events"},"value":{"kind":"Variable","name":{"kind":"Name","value":"events"}}},{"kind":"Argument","name":{"kind":"Name","value":"options"},"value":{"kind":"Variable","name":{"kind":"Name","value":"options"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<PublishMutation, PublishMutationVariables>;
export const PublishFormSubmittedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PublishFormSubmitted"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FormSubmittedInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"options"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishOptions"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"publishFormSubmitted"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"options"},"value":{"kind":"Variable","name":{"kind":"Name","value":"options"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<PublishFormSubmittedMutation, PublishFormSubmittedMutationVariables>;
export const LeadEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"LeadEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StartFrom"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"where"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"LeadEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"leadEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"Variable","name":{"kind":"Name","value":"where"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"FormSubmitted"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formId"}},{"kind":"Field","name":{"kind":"Name","value":"page"}},{"kind":"Field","name":{"kind":"Name","value":"answers"}},{"kind":"Field","name":{"kind":"Name","value":"meta"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<LeadEventsSubscription, LeadEventsSubscriptionVariables>;
export const SubmitFormDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitForm"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitFormInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitForm"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formId"}},{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}}]}}]}}]} as unknown as DocumentNode<SubmitFormMutation, SubmitFormMutationVariables>;
export const StartSubscriptionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartSubscription"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartSubscriptionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startSubscription"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscriptionId"}},{"kind":"Field","name":{"kind":"Name","value":"renewsAt"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}}]}}]}}]} as unknown as DocumentNode<StartSubscriptionMutation, StartSubscriptionMutationVariables>;
export const RenewSubscriptionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RenewSubscription"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RenewSubscriptionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"renewSubscription"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscriptionId"}},{"kind":"Field","name":{"kind":"Name","value":"renewsAt"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"renewsAt"}}]}}]}}]}}]} as unknown as DocumentNode<RenewSubscriptionMutation, RenewSubscriptionMutationVariables>;
export const CancelSubscriptionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelSubscription"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelSubscriptionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelSubscription"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscriptionId"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"}},{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<CancelSubscriptionMutation, CancelSubscriptionMutationVariables>;
export const PlanDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Plan"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"renewsAt"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<PlanQuery, PlanQueryVariables>;