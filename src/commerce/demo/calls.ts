import type { Operation } from './life.js';

/** The input and the answer of each call: what later steps of a life need. */
const SHAPES: Readonly<Record<Operation, { readonly input: string; readonly answer: string }>> = {
  registerCustomer: { input: 'RegisterCustomerInput', answer: 'customerId' },
  updateCustomer: { input: 'UpdateCustomerInput', answer: 'customerId' },
  changeBillingAddress: { input: 'ChangeBillingAddressInput', answer: 'customerId' },
  adjustStock: { input: 'AdjustStockInput', answer: 'sku' },
  placeOrder: { input: 'PlaceOrderInput', answer: 'orderId total { amount }' },
  capturePayment: { input: 'CapturePaymentInput', answer: 'paymentId' },
  failPayment: { input: 'FailPaymentInput', answer: 'paymentId' },
  refundPayment: { input: 'RefundPaymentInput', answer: 'paymentId' },
  shipOrder: { input: 'ShipOrderInput', answer: 'orderId' },
  cancelOrder: { input: 'CancelOrderInput', answer: 'orderId' },
  startSubscription: { input: 'StartSubscriptionInput', answer: 'subscriptionId' },
  renewSubscription: { input: 'RenewSubscriptionInput', answer: 'subscriptionId' },
  cancelSubscription: { input: 'CancelSubscriptionInput', answer: 'subscriptionId' },
  submitForm: { input: 'SubmitFormInput', answer: 'eventId' },
};

/** The document of a call; its answer is under `result`. */
export function documentOf(operation: Operation): string {
  const { input, answer } = SHAPES[operation];
  return `mutation Demo($input: ${input}!) { result: ${operation}(input: $input) { ${answer} } }`;
}
