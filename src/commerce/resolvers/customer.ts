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
  perform(context, 'registerCustomer', input, async (tx) => {
    const customerId = uuidv7();
    const name = checkedText(input.name, 'input.name');
    const email = checkedEmail(input.email, 'input.email');
    const address = input.billingAddress ? checkedAddress(input.billingAddress, 'input.billingAddress') : null;
    // The new row is locked from here on, so it is the customer's first event whoever else knows the id.
    const inserted = await tx.insert(customers).values({
      id: customerId,
      name,
      email,
      billingAddressStreet: address?.street,
      billingAddressCity: address?.city,
      billingAddressPostalCode: address?.postalCode,
      billingAddressCountry: address?.country,
    }).onConflictDoNothing().returning({ id: customers.id });
    if (inserted.length === 0) throw emailTaken(email);
    await context.publish(tx, 'CustomerRegistered', { customerId, name, email });
    if (address !== null) await context.publish(tx, 'BillingAddressChanged', { customerId, address });
    return { customerId };
  });

/** A call that changes nothing emits nothing. */
export const updateCustomer: NonNullable<MutationResolvers['updateCustomer']> = async (_parent, { input }, context) => {
  const newName = input.name == null ? null : checkedText(input.name, 'input.name');
  const newEmail = input.email == null ? null : checkedEmail(input.email, 'input.email');
  if (newName === null && newEmail === null) throw badInput('input: gives nothing to change. Send a name or an email.');
  try {
    return await perform(context, 'updateCustomer', input, async (tx) => {
      const before = await holdCustomer(tx, input.customerId);
      const customerId = before.id;
      const name = newName ?? before.name;
      const email = newEmail ?? before.email;
      if (name !== before.name || email !== before.email) {
        await tx.update(customers).set({ name, email, updatedAt: sql`clock_timestamp()` }).where(eq(customers.id, customerId));
        await context.publish(tx, 'CustomerUpdated', { customerId, name, email });
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
  perform(context, 'changeBillingAddress', input, async (tx) => {
    const address = checkedAddress(input.address, 'input.address');
    const before = await holdCustomer(tx, input.customerId);
    const customerId = before.id;
    const columns = {
      billingAddressStreet: address.street,
      billingAddressCity: address.city,
      billingAddressPostalCode: address.postalCode,
      billingAddressCountry: address.country,
    };
    if (Object.entries(columns).some(([name, value]) => before[name as keyof typeof columns] !== value)) {
      await tx.update(customers).set({ ...columns, updatedAt: sql`clock_timestamp()` }).where(eq(customers.id, customerId));
      await context.publish(tx, 'BillingAddressChanged', { customerId, address });
    }
    return { customerId };
  });

function emailTaken(email: string, cause?: unknown): SluiceError {
  return new SluiceError('CONFLICT', `input.email: "${email}" belongs to another customer.`, { email }, cause === undefined ? {} : { cause });
}
