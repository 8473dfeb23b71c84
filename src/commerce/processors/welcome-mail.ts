import { defineProcessor } from '../generated/events.js';
import { ShopWriter } from '../rows.js';
import { mails } from '../tables.js';

/**
 * Welcomes customers. A mail cannot be taken back, and a second one is worse than none: at most one attempt. One that waited
 * for a day is not sent any more. Here the table of sent mails stands where a mail service would be called.
 */
export const welcomeMail = defineProcessor({
  name: 'welcome-mail',
  topics: ['CustomerEvent'],
  types: ['CustomerRegistered'],
  delivery: 'at-most-once',
  shedAfterMs: 24 * 60 * 60_000,
  async handle({ customerId, name, email, meta }, { tenant, db, dryRun }) {
    if (dryRun) return;
    await new ShopWriter(db, tenant).insertNew(mails, { id: meta.id, customerId, recipient: email, subject: `Welcome, ${name}!` });
  },
});
