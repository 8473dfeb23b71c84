// Made by `npm run codegen` from schema/commerce. Do not edit.

import { processorsOf } from '../../consumer/definition.js';
import { pipelinesOf } from '../../consumer/steps/pipeline.js';
import type {
  CustomerRegisteredInput,
  CustomerUpdatedInput,
  BillingAddressChangedInput,
  StockAdjustedInput,
  StockReservedInput,
  StockDepletedInput,
  FormSubmittedInput,
  OrderPlacedInput,
  OrderPaidInput,
  OrderShippedInput,
  OrderCancelledInput,
  PaymentCapturedInput,
  PaymentFailedInput,
  PaymentRefundedInput,
  RevenueChangedInput,
  FraudSuspectedInput,
  FraudCaseClearedInput,
  OrderRoutedInput,
  SubscriptionStartedInput,
  SubscriptionRenewedInput,
  SubscriptionCanceledInput,
} from './graphql.js';

/** What each event type is published with. */
export interface EventInputs {
  CustomerRegistered: CustomerRegisteredInput;
  CustomerUpdated: CustomerUpdatedInput;
  BillingAddressChanged: BillingAddressChangedInput;
  StockAdjusted: StockAdjustedInput;
  StockReserved: StockReservedInput;
  StockDepleted: StockDepletedInput;
  FormSubmitted: FormSubmittedInput;
  OrderPlaced: OrderPlacedInput;
  OrderPaid: OrderPaidInput;
  OrderShipped: OrderShippedInput;
  OrderCancelled: OrderCancelledInput;
  PaymentCaptured: PaymentCapturedInput;
  PaymentFailed: PaymentFailedInput;
  PaymentRefunded: PaymentRefundedInput;
  RevenueChanged: RevenueChangedInput;
  FraudSuspected: FraudSuspectedInput;
  FraudCaseCleared: FraudCaseClearedInput;
  OrderRouted: OrderRoutedInput;
  SubscriptionStarted: SubscriptionStartedInput;
  SubscriptionRenewed: SubscriptionRenewedInput;
  SubscriptionCanceled: SubscriptionCanceledInput;
}

export type EventName = keyof EventInputs;

/** Defines a processor of these events. */
export const defineProcessor = processorsOf<EventInputs>();

/** The same, of steps. */
export const definePipeline = pipelinesOf<EventInputs>();
