import { defineProcessor } from '../generated/events.js';
import { ShopWriter } from '../rows.js';
import { freeze } from './freeze.js';
import { forgettable, NOTHING_SPENT, spend, SPEND_LIMIT, SpendState } from './spend-window.js';

const DAY = 24 * 60 * 60_000;

/**
 * Finds customers who spend more than 5,000.00 in ten minutes of event time, in one currency: opens a case, freezes the customer,
 * emits `FraudSuspected`, once for each customer and day (a case that was cleared stays the case of its day). Late payments are counted and left out. What time it is says the
 * customer's own latest payment, not the watermark: that may be set a day ahead by anybody who may publish, and would make
 * everybody's payments late.
 */
export const fraud = defineProcessor({
  name: 'fraud',
  topics: ['PaymentEvent'],
  types: ['PaymentCaptured'],
  delivery: 'exactly-once',
  from: 'beginning',
  key: ({ customerId }) => customerId,
  state: {
    schema: SpendState,
    initial: NOTHING_SPENT,
    // Sums of every second of twenty minutes, and 500 payments, in several currencies.
    maxBytes: 256 * 1024,
    dueAt: (state) => {
      const at = forgettable(state);
      // Later than it could be, by what a watermark may be ahead.
      return at === null ? null : new Date(at.getTime() + DAY);
    },
  },
  async handle({ paymentId, customerId, amount, meta }, { tenant, state, tx, emit, late }) {
    const spent = spend(state.value, { id: paymentId, at: meta.occurredAt, ...amount });
    if (spent.late) return late();
    state.set(spent.after);
    const shop = new ShopWriter(tx, tenant);
    for (const excess of spent.found) {
      const caseId = await freeze(shop, customerId, excess);
      if (caseId === null) continue;
      emit('FraudSuspected', {
        caseId, customerId, windowStart: excess.from, windowEnd: excess.to, spent: excess.spent,
        limit: { amount: SPEND_LIMIT, currency: excess.spent.currency }, paymentIds: [...excess.paymentIds],
      });
    }
  },
  onDue({ state }) {
    state.clear();
  },
});
