import { PoisonEvent } from '../../consumer/outcome.js';
import { defineProcessor } from '../generated/events.js';
import { findOne } from '../resolvers/find.js';
import { regionOf } from './region.js';

/** Of the event as it is understood here. */
const VERSION = 1;

/**
 * Gives each order to the warehouse of the region in which the customer gets bills: validate, enrich, map, route. At least
 * once: a repeat emits the event that is there already.
 */
export const orderRouting = defineProcessor({
  name: 'order-routing',
  topics: ['OrderEvent'],
  types: ['OrderPlaced'],
  delivery: 'at-least-once',
  from: 'beginning',
  async handle({ orderId, customerId, lines, total, meta }, context) {
    if (meta.version !== VERSION) throw new PoisonEvent(`OrderPlaced has version ${meta.version}; order-routing reads version ${VERSION}.`);
    const customer = await findOne(context, 'Customer', 'id', customerId);
    const country = countryOf(customer);
    const customerName = typeof customer?.['name'] === 'string' ? customer['name'] : null;
    context.emit('OrderRouted', { orderId, customerId, region: regionOf(country), country, customerName, lines: [...lines], total });
  },
});

function countryOf(customer: Readonly<Record<string, unknown>> | null): string | null {
  const address = customer?.['billingAddress'] as { readonly country?: unknown } | null | undefined;
  return typeof address?.country === 'string' ? address.country : null;
}
