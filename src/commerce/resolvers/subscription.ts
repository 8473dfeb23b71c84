import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { checkedPrice, checkedReason, checkedText } from '../check.js';
import type { MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import { subscriptions } from '../tables.js';
import { holdPlan, keepCustomer, type PlanRow } from './hold.js';

/** Years that a period may end ahead: further is a mistake of units. */
const MAX_YEARS = 10;

export const startSubscription: NonNullable<MutationResolvers['startSubscription']> = (_parent, { input }, context) =>
  perform(context, 'startSubscription', input, async (shop) => {
    const planName = checkedText(input.planName, 'input.planName');
    const { amount, currency } = checkedPrice(input.price, 'input.price');
    const now = new Date();
    const renewsAt = checkedEnd(input.renewsAt ?? monthAfter(now), now, 'now');
    const { id: customerId } = await keepCustomer(shop, input.customerId);
    const subscriptionId = uuidv7();
    await shop.insert(subscriptions, [{ id: subscriptionId, customerId, name: planName, status: 'ACTIVE', priceAmount: amount, priceCurrency: currency, renewsAt }]);
    await shop.publish('SubscriptionStarted', { subscriptionId, customerId, planName, price: { amount, currency }, renewsAt });
    return { subscriptionId, renewsAt: renewsAt.toISOString() };
  });

export const renewSubscription: NonNullable<MutationResolvers['renewSubscription']> = (_parent, { input }, context) =>
  perform(context, 'renewSubscription', input, async (shop) => {
    const newPrice = input.price ? checkedPrice(input.price, 'input.price') : null;
    const plan = await holdPlan(shop, input.subscriptionId);
    if (plan.status === 'CANCELED') throw ended(plan, 'was cancelled and is not renewed. Start another one.');
    const renewsAt = checkedEnd(input.renewsAt ?? monthAfter(plan.renewsAt), plan.renewsAt, 'the end of the present period');
    const { id: subscriptionId, customerId } = plan;
    const price = { amount: newPrice?.amount ?? plan.priceAmount, currency: newPrice?.currency ?? plan.priceCurrency };
    await shop.update(subscriptions, { priceAmount: price.amount, priceCurrency: price.currency, renewsAt, updatedAt: sql`clock_timestamp()` }, eq(subscriptions.id, subscriptionId));
    await shop.publish('SubscriptionRenewed', { subscriptionId, customerId, price, renewsAt });
    return { subscriptionId, renewsAt: renewsAt.toISOString() };
  });

export const cancelSubscription: NonNullable<MutationResolvers['cancelSubscription']> = (_parent, { input }, context) =>
  perform(context, 'cancelSubscription', input, async (shop) => {
    const reason = checkedReason(input.reason);
    const plan = await holdPlan(shop, input.subscriptionId);
    if (plan.status === 'CANCELED') throw ended(plan, 'was cancelled already.');
    const { id: subscriptionId, customerId } = plan;
    await shop.update(subscriptions, { status: 'CANCELED', updatedAt: sql`clock_timestamp()` }, eq(subscriptions.id, subscriptionId));
    await shop.publish('SubscriptionCanceled', { subscriptionId, customerId, reason });
    return { subscriptionId, endsAt: plan.renewsAt.toISOString() };
  });

function ended(plan: PlanRow, why: string): SluiceError {
  return new SluiceError('CONFLICT', `input.subscriptionId: subscription "${plan.id}" ${why}`, { subscriptionId: plan.id, status: plan.status });
}

function checkedEnd(end: Date, after: Date, what: string): Date {
  if (end <= after) throw badInput(`input.renewsAt: must be later than ${what}, ${after.toISOString()}.`);
  const latest = new Date();
  latest.setUTCFullYear(latest.getUTCFullYear() + MAX_YEARS);
  if (end > latest) throw badInput(`input.renewsAt: lies more than ${MAX_YEARS} years ahead.`);
  return end;
}

/** The same day of the next month, or its last day when it has no such day. */
export function monthAfter(date: Date): Date {
  const after = new Date(date);
  after.setUTCMonth(date.getUTCMonth() + 1);
  // 31 January has become 3 March: back to the last day of February.
  if (after.getUTCDate() !== date.getUTCDate()) after.setUTCDate(0);
  return after;
}
