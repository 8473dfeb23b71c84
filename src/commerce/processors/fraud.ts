import { defineProcessor } from '../generated/events.js';
import { ShopWriter } from '../rows.js';
import { freeze } from './freeze.js';
import { forgettable, NOTHING_SPENT, spend, SpendWindow, type SpendLimits } from './spend-window.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const LIMITS: SpendLimits = { windowMs: 10 * MINUTE, limit: 500_000, latenessMs: 10 * MINUTE };

/**
 * Finds customers who spend more than 5,000.00 in ten minutes of event time, in one currency: opens a case, freezes the customer,
 * emits `FraudSuspected`, once for each customer and day. Late payments are counted and left out. What time it is says the
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
    schema: SpendWindow,
    initial: NOTHING_SPENT,
    // For the same reason a day later than it could be.
    dueAt: (state) => {
      const at = forgettable(state, LIMITS);
      return at === null ? null : new Date(at + DAY);
    },
  },
  async handle({ paymentId, customerId, amount, meta }, { tenant, state, tx, emit, late }) {
    const { after, late: tooLate, found } = spend(state.value, { id: paymentId, at: meta.occurredAt.getTime(), ...amount }, LIMITS);
    if (tooLate) return late();
    state.set(after);
    const shop = new ShopWriter(tx, tenant);
    for (const excess of found) {
      const caseId = await freeze(shop, customerId, excess);
      if (caseId === null) continue;
      emit('FraudSuspected', {
        caseId, customerId, windowStart: excess.from, windowEnd: excess.to, spent: excess.spent,
        limit: { amount: LIMITS.limit, currency: excess.spent.currency }, paymentIds: [...excess.paymentIds],
      });
    }
  },
  onDue({ state }) {
    state.clear();
  },
});
