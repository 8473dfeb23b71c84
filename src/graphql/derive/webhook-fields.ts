import type { FieldDefinitionNode, UnionTypeDefinitionNode } from 'graphql';
import { adminOnly } from './credential-fields.js';
import { field, inputValue } from './node.js';

/** Root fields about webhooks. */
export const WEBHOOK_FIELDS = [
  'webhooks', 'webhook', 'createWebhook', 'updateWebhook', 'pauseWebhook', 'resumeWebhook', 'rotateWebhookSecret', 'deleteWebhook', 'testWebhook',
] as const;

export function webhookQueryFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  return [
    admin(field('webhooks', { type: '[Webhook!]!', from, description: 'The webhooks of the tenant, the latest first.' }, [
      inputValue('first', { type: 'Int!', default: '100', description: 'At most so many; up to 500.', from }),
      inputValue('after', { type: 'ID', description: 'Go on after the webhook with this id, the last of the page before.', from }),
    ])),
    admin(field('webhook', { type: 'Webhook!', from, description: 'One webhook of the tenant.' }, [idOf(from)])),
  ];
}

export function webhookMutationFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  const id = idOf(from);
  return [
    admin(field('createWebhook', {
      type: 'Webhook!', from,
      description: 'Have events sent to a URL, each at least once. When it answers, every event that is published later is sent. The answer alone has the `secret`. A tenant has at most 1,000 webhooks.',
    }, [inputValue('input', { type: 'CreateWebhookInput!', description: 'Where to, and which events.', from })])),
    admin(field('updateWebhook', { type: 'Webhook!', from, description: 'Change a webhook, from the next request on. What was sent or passed over before stays so.' }, [
      id,
      inputValue('input', { type: 'UpdateWebhookInput!', description: 'What is left out stays as it is.', from }),
    ])),
    admin(field('pauseWebhook', { type: 'Webhook!', from, description: 'Send nothing until it is resumed. Events wait in the log, up to 7 days where retention is on.' }, [
      id,
      inputValue('reason', { type: 'String', description: 'Shown with it; at most 1,000 characters.', from }),
    ])),
    admin(field('resumeWebhook', { type: 'Webhook!', from, description: 'Go on where it stopped, whoever or whatever had paused or disabled it.' }, [id])),
    admin(field('rotateWebhookSecret', {
      type: 'Webhook!', from,
      description: 'Sign with a new secret, and for a while with those before it as well, so that receivers can change over. The answer alone has the new `secret`.',
    }, [
      id,
      inputValue('secret', { type: 'String', description: 'The new one: `whsec_` and 24 to 64 random bytes in base64. Default: one is made.', from }),
      inputValue('overlapSeconds', { type: 'Int!', default: '86400', description: 'For how long the others sign as well, at most 30 days; 0: they end at once.', from }),
    ])),
    admin(field('deleteWebhook', { type: 'Webhook!', from, description: 'Delete a webhook, with whatever waits for it. Gives it as it was.' }, [
      id,
      inputValue('discardDeadLetters', { type: 'Boolean!', default: 'false', description: 'Its dead letters may go, too; otherwise it is refused when there are any.', from }),
    ])),
    admin(field('testWebhook', { type: 'WebhookTest!', from, description: 'Send one event of type `sluice.test` now, also when it is paused, and tell what became of it. Its data is what is sent of the latest event that the webhook would have been sent.' }, [id])),
  ];
}

const idOf = (from: UnionTypeDefinitionNode) => inputValue('id', { type: 'ID!', description: 'Its id.', from });

const admin = (made: FieldDefinitionNode): FieldDefinitionNode => ({ ...made, directives: [adminOnly()] });
