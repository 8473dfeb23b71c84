import { badInput, checkKey } from '../../event/limits.js';
import { checkedEmail, checkedText } from '../check.js';
import type { MutationResolvers } from '../generated/graphql.js';
import { perform } from '../request.js';

/**
 * A form has no row that could be locked, so its key is: submissions of one form commit one after the other. Whoever
 * publishes `FormSubmitted` in a transaction of their own takes the same lock.
 */
export const submitForm: NonNullable<MutationResolvers['submitForm']> = (_parent, { input }, context) =>
  perform(context, 'submitForm', input, async (shop) => {
    const formId = checkKey(checkedText(input.formId, 'input.formId'), 'input.formId:');
    const page = checkedText(input.page, 'input.page');
    if (!page.startsWith('/')) throw badInput(`input.page: "${page}" is no place on the site. Send a path such as "/pricing".`);
    const replyTo = input.replyTo == null ? null : checkedEmail(input.replyTo, 'input.replyTo');
    const { answers } = input;
    if (answers === null || typeof answers !== 'object' || Array.isArray(answers)) throw badInput('input.answers: must be an object, such as { message: "…" }.');
    await shop.lockKey('LeadEvent', formId);
    const eventId = await shop.publish('FormSubmitted', { formId, page, replyTo, answers });
    return { formId, eventId };
  });
