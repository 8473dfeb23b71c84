import type { FieldDefinitionNode, UnionTypeDefinitionNode } from 'graphql';
import { adminOnly } from './credential-fields.js';
import { field, inputValue } from './node.js';
import { startArguments } from './start-arguments.js';

/** Root fields about alerts: the query and the subscription have one name. */
export const ALERT_FIELDS = ['alerts'] as const;

const WHOSE = 'Of consumers that read events of every tenant they are for the tenant `default`, of others, and of webhooks, for theirs.';

export function alertQueryFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  return [{
    ...field('alerts', { type: 'AlertConnection!', from, description: `What has gone wrong with consumers and webhooks, the latest first. ${WHOSE} They are kept for as long as other events.` }, [
      inputValue('first', { type: 'Int!', default: '50', description: 'At most so many; up to 100.', from }),
      inputValue('after', { type: 'Cursor', description: 'Go on after this place in the list: with alerts that are older.', from }),
    ]),
    directives: [adminOnly()],
  }];
}

export function alertSubscriptionFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  return [{
    ...field('alerts', {
      type: 'AlertEdge!', from,
      description: `What goes wrong with consumers and webhooks, each once, within about a second. The first of \`after\`, \`since\`, \`last\` and \`from\` that is given says where it starts. ${WHOSE}`,
    }, startArguments(from)),
    directives: [adminOnly()],
  }];
}
