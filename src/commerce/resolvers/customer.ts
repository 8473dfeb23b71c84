import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { SluiceError } from '../../base/error.js';
import { stateOf } from '../../db/connect.js';
import { badInput } from '../../event/limits.js';
import { checkedAddress, checkedEmail, checkedText } from '../check.js';
import type { MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import { customers } from '../tables.js';
import { holdCustomer } from './hold.js';

const UNIQUE_VIOLATION = '23505';

export const registerCustomer: NonNullable<MutationResolvers['registerCustomer']> = (_parent, { input }, context) =>
  perform(context, 'registerCustomer', input, async (shop) => {
    const customerId = uuidv7();
    const name = checkedText(input.name, 'input.name');
    const email = checkedEmail(input.email, 'input.email');
    const address = input.billingAddress ? checkedAddress(input.billingAddress, 'input.billingAddress') : null;
    // The new row is locked from here on, so it is the customer's first event whoever else knows the id.
    const registered = await shop.insertNew(customers, {
      id: customerId,
      name,
      email,
      billingAddressStreet: address?.street,
      billingAddressCity: address?.city,
      billingAddressPostalCode: address?.postalCode,
      billingAddressCountry: address?.country,
    });
    if (!registered) throw emailTaken(email);
    await shop.publish('CustomerRegistered', { customerId, name, email });
    if (address !== null) await shop.publish('BillingAddressChanged', { customerId, address });
    return { customerId };
  });

/** A call that changes nothing emits nothing. */
export const updateCustomer: NonNullable<MutationResolvers['updateCustomer']> = async (_parent, { input }, context) => {
  const newName = input.name == null ? null : checkedText(input.name, 'input.name');
  const newEmail = input.email == null ? null : checkedEmail(input.email, 'input.email');
  if (newName === null && newEmail === null) throw badInput('input: gives nothing to change. Send a name or an email.');
  try {
    return await perform(context, 'updateCustomer', input, async (shop) => {
      const before = await holdCustomer(shop, input.customerId);
      const customerId = before.id;
      const name = newName ?? before.name;
      const email = newEmail ?? before.email;
      if (name !== before.name || email !== before.email) {
        await shop.update(customers, { name, email, updatedAt: sql`clock_timestamp()` }, eq(customers.id, customerId));
        await shop.publish('CustomerUpdated', { customerId, name, email });
      }
      return { customerId };
    });
  } catch (error) {
    // The one unique index that an update of these columns can meet is that of the email.
    if (newEmail !== null && stateOf(error) === UNIQUE_VIOLATION) throw emailTaken(newEmail, error);
    throw error;
  }
};

/** The address they have already emits nothing. */
export const changeBillingAddress: NonNullable<MutationResolvers['changeBillingAddress']> = (_parent, { input }, context) =>
  perform(context, 'changeBillingAddress', input, async (shop) => {
    const address = checkedAddress(input.address, 'input.address');
    const before = await holdCustomer(shop, input.customerId);
    const customerId = before.id;
    const columns = {
      billingAddressStreet: address.street,
      billingAddressCity: address.city,
      billingAddressPostalCode: address.postalCode,
      billingAddressCountry: address.country,
    };
    if (Object.entries(columns).some(([name, value]) => before[name as keyof typeof columns] !== value)) {
      await shop.update(customers, { ...columns, updatedAt: sql`clock_timestamp()` }, eq(customers.id, customerId));
      await shop.publish('BillingAddressChanged', { customerId, address });
    }
    return { customerId };
  });

function emailTaken(email: string, cause?: unknown): SluiceError {
  return new SluiceError('CONFLICT', `input.email: "${email}" belongs to another customer.`, { email }, cause === undefined ? {} : { cause });
}
