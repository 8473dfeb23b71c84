import { z } from 'zod';
import { definePipeline, type EventInputs } from '../generated/events.js';
import { regionOf } from './region.js';

const Money = z.object({ amount: z.int(), currency: z.string() });

/** `OrderPlaced` as it is published, version 1. */
const OrderPlaced = z.object({
  orderId: z.string(),
  customerId: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int(), unitPrice: Money })),
  total: Money,
});

/** Of a customer what a warehouse needs. */
const Customer = z.object({ name: z.string(), billingAddress: z.object({ country: z.string() }).nullable() }).nullable();

interface Enriched extends z.infer<typeof OrderPlaced> {
  readonly customer: z.infer<typeof Customer>;
}

/**
 * Gives each order to the warehouse of the region in which the customer gets bills. What it emits is an event, so it is in
 * the log once or not at all.
 */
export const orderRouting = definePipeline({
  name: 'order-routing',
  topics: ['OrderEvent'],
  types: ['OrderPlaced'],
  delivery: 'exactly-once',
  from: 'beginning',
  steps: (steps) => steps.validate({ OrderPlaced: { 1: OrderPlaced } }).enrich('customer', Customer).map(routed).route((data) => ({ type: 'OrderRouted', data })),
});

function routed({ orderId, customerId, lines, total, customer }: Enriched): EventInputs['OrderRouted'] {
  const country = customer?.billingAddress?.country ?? null;
  return { orderId, customerId, region: regionOf(country), country, customerName: customer?.name ?? null, lines, total };
}
