import { and, eq, ne, sql } from 'drizzle-orm';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { acceptable } from '../../reference/key.js';
import { checkedReason } from '../check.js';
import type { MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';
import { customers, fraudCases } from '../tables.js';

/** The customer's row, where there is one, is locked first. The processor that freezes has it locked to its end as well: of the two, the later one knows what the earlier has done. */
export const clearFraudCase: NonNullable<MutationResolvers['clearFraudCase']> = (_parent, { input }, context) =>
  perform(context, 'clearFraudCase', input, async (shop) => {
    const reason = checkedReason(input.reason);
    const its = eq(fraudCases.id, input.caseId);
    const [seen] = acceptable('uuid', input.caseId) ? await shop.select(fraudCases, its) : [];
    if (seen === undefined) throw badInput(`input.caseId: there is no case "${input.caseId}".`);
    // A case is its customer's for good, so this may be read before anything is locked.
    const { id: caseId, customerId } = seen;
    const known = acceptable('uuid', customerId);
    if (known) await shop.select(customers, eq(customers.id, customerId)).for('no key update');
    const [held] = await shop.select(fraudCases, its).for('no key update');
    if (held?.status !== 'OPEN') throw new SluiceError('CONFLICT', `input.caseId: case "${caseId}" is cleared already.`, { caseId });

    await shop.update(fraudCases, { status: 'CLEARED', clearedAt: sql`clock_timestamp()` }, its);
    const [other] = await shop.select(fraudCases, and(eq(fraudCases.customerId, customerId), eq(fraudCases.status, 'OPEN'), ne(fraudCases.id, caseId))).limit(1);
    const mayOrder = other === undefined;
    if (mayOrder && known) await shop.update(customers, { frozenAt: null, updatedAt: sql`clock_timestamp()` }, eq(customers.id, customerId));
    await shop.publish('FraudCaseCleared', { caseId, customerId, reason });
    return { caseId, mayOrder };
  });
