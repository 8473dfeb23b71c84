import type { FieldDefinitionNode, InputValueDefinitionNode, UnionTypeDefinitionNode } from 'graphql';
import { adminOnly } from './credential-fields.js';
import { field, inputValue } from './node.js';

/** Root fields about consumers and their dead letters. */
export const CONSUMER_FIELDS = [
  'consumers', 'consumer', 'deadLetters', 'deadLetter',
  'pauseConsumer', 'resumeConsumer', 'resetConsumer', 'forkConsumer', 'deleteConsumer', 'replayDeadLetters', 'discardDeadLetters',
] as const;

const WHOSE = 'Those that read events of every tenant are operated by admins of the tenant `default`, the others by those of their tenant.';
const WHOSE_LETTERS = 'Admins of the tenant `default` have those of every tenant before them where a consumer reads every tenant; admins of other tenants have their own.';

export function consumerQueryFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  return [
    admin('consumers', '[Consumer!]!', `The consumers, by name. ${WHOSE}`, from, [
      inputValue('first', { type: 'Int!', default: '100', description: 'At most so many; up to 500.', from }),
      inputValue('after', { type: 'ID', description: 'Go on after this name, the last of the page before.', from }),
    ]),
    admin('consumer', 'Consumer', 'One consumer; null: there is none of this name, or you may not operate it.', from, [named(from)]),
    admin('deadLetters', 'DeadLetterConnection!', `Events that consumers gave up on, in the order of positions. ${WHOSE_LETTERS}`, from, [
      inputValue('where', { type: 'DeadLetterFilter', description: 'Only those that match.', from }),
      inputValue('first', { type: 'Int!', default: '50', description: 'At most so many; up to 100, and 4 MiB.', from }),
      inputValue('after', { type: 'Cursor', description: 'Go on after this place in the list.', from }),
      statusOf(from),
    ]),
    admin('deadLetter', 'DeadLetter', 'One dead letter; null: there is none at this position any more, or you may not see it.', from, [
      inputValue('consumer', { type: 'ID!', description: 'The consumer that gave up.', from }),
      inputValue('position', { type: 'Position!', description: 'Number of the event in the log.', from }),
      statusOf(from),
    ]),
  ];
}

export function consumerMutationFields(from: UnionTypeDefinitionNode): FieldDefinitionNode[] {
  const reason = inputValue('reason', { type: 'String', description: 'Kept in the record; at most 1,000 characters.', from });
  const discarding = inputValue('discardDeadLetters', { type: 'Boolean!', default: 'false', description: 'Whether its dead letters may go, too. Otherwise it is refused when there are any.', from });
  const letters = [
    inputValue('consumer', { type: 'ID!', description: 'The consumer that gave up.', from }),
    inputValue('positions', { type: '[Position!]!', description: 'Which: 1 to 1,000.', from }),
    statusOf(from),
  ];
  return [
    admin('pauseConsumer', 'ConsumerPayload!', 'Stop a consumer within a second, until it is resumed. What is under way is finished.', from, [named(from), reason]),
    admin('resumeConsumer', 'ConsumerPayload!', 'Let a consumer go on where it stopped.', from, [named(from), reason]),
    admin('resetConsumer', 'ResetConsumerPayload!', `
Have a consumer begin anew after a place in the log. Its state and what it kept for another attempt is forgotten, its counters begin at zero.
What it did is not undone: events that come again are handled again. It stays paused or running; one that was done runs.`.trim(), from, [
      named(from),
      inputValue('to', { type: 'ConsumerPlaceInput!', description: 'Where it begins.', from }),
      discarding, reason,
    ]),
    admin('forkConsumer', 'ConsumerPayload!', `
Make a fork of a processor, called \`<name>@<label>\`: it reads the same events beside the consumer, with the TypeScript that the gateways have and a state
of its own. Its effects are taken back. A consumer has at most 8.`.trim(), from, [
      named(from),
      inputValue('label', { type: 'String!', description: '1 to 36 of `a-z 0-9 - _ .`, beginning with a letter or a digit.', from }),
      inputValue('from', { type: 'ConsumerPlaceInput!', description: 'Where it begins.', from }),
      inputValue('until', { type: 'ConsumerPlaceInput', description: 'Where it ends. Default: nowhere.', from }),
      reason,
    ]),
    admin('deleteConsumer', 'DeleteConsumerPayload!', 'Delete a fork, or a consumer that no gateway runs any more, with its checkpoints, its state and its forks.', from, [named(from), discarding, reason]),
    admin('replayDeadLetters', 'ReplayDeadLettersPayload!', 'Have dead letters tried again, from the first attempt on. Unless their key waits for them, later events of the key were handled before. Events that wait for their next attempt (`status`) are tried now.', from, [...letters, reason]),
    admin('discardDeadLetters', 'DiscardDeadLettersPayload!', 'Give dead letters up for good, or events that are tried again or wait (`status`). They are deleted, and what waits behind them goes on; the record keeps their positions.', from, [
      ...letters,
      inputValue('reason', { type: 'String!', description: 'Why; at most 1,000 characters.', from }),
    ]),
  ];
}

const statusOf = (from: UnionTypeDefinitionNode): InputValueDefinitionNode =>
  inputValue('status', { type: '[ParkedStatus!]!', default: '[DEAD]', description: 'Only events with one of these.', from });

const named = (from: UnionTypeDefinitionNode): InputValueDefinitionNode => inputValue('name', { type: 'ID!', description: 'Its name.', from });

function admin(name: string, type: string, description: string, from: UnionTypeDefinitionNode, args: readonly InputValueDefinitionNode[]): FieldDefinitionNode {
  return { ...field(name, { type, description, from }, args), directives: [adminOnly()] };
}
