import { Kind, type ASTNode, type ConstArgumentNode, type FieldDefinitionNode, type InputValueDefinitionNode, type ObjectTypeDefinitionNode, type UnionTypeDefinitionNode } from 'graphql';
import type { EventType, Topic } from '../../event/model.js';
import { ACROSS } from './across.js';
import { ALERT_FIELDS, alertQueryFields, alertSubscriptionFields } from './alert-fields.js';
import { CONSUMER_FIELDS, consumerMutationFields, consumerQueryFields } from './consumer-fields.js';
import { adminOnly, CREDENTIAL_FIELDS, credentialMutationFields, credentialQueryFields } from './credential-fields.js';
import { createNames, type Names } from './names.js';
import { field, inputValue, objectType, requiresScopes } from './node.js';
import { directiveNode, objectNamed, type Reading } from './reading.js';
import type { Problems } from './schema-error.js';
import { startArguments } from './start-arguments.js';
import { WEBHOOK_FIELDS, webhookMutationFields, webhookQueryFields } from './webhook-fields.js';

/** Root fields that the gateway has, whatever the topics are called. */
const RESERVED: ReadonlySet<string> = new Set(['publish', 'eraseKey', ...CREDENTIAL_FIELDS, ...CONSUMER_FIELDS, ...WEBHOOK_FIELDS, ...ALERT_FIELDS, ACROSS.field]);
const ROOTS = ['Query', 'Mutation', 'Subscription'] as const;
type Root = (typeof ROOTS)[number];

const DESCRIPTIONS: Readonly<Record<Root, string>> = {
  Query: 'What can be read: the history of every topic, and what the application adds.',
  Mutation: 'What can be done: publish events, and what the application adds.',
  Subscription: 'What can be followed live: every topic, from any place in the log.',
};

/** The root types: the application's fields, then the derived ones. */
export function rootTypes(reading: Reading, topics: readonly Topic[], types: ReadonlyMap<string, EventType>): ObjectTypeDefinitionNode[] {
  const written = new Map(ROOTS.map((root) => [root, writtenFields(reading, root)] as const));
  const fields = new Map<Root, FieldDefinitionNode[]>(ROOTS.map((root) => [root, []]));
  const names = new Map<Root, Names>(ROOTS.map((root) => [root, createNames(`${root.toLowerCase()} field`, written.get(root) ?? new Map(), reading.problems)]));
  const add = (root: Root, origin: ASTNode, made: FieldDefinitionNode, remedy: string): boolean => {
    const free = names.get(root)?.derive(made.name.value, origin, remedy) === true;
    if (free) fields.get(root)?.push(made);
    return free;
  };

  for (const union of reading.unions) {
    const topic = topics.find((each) => each.name === union.name.value);
    if (topic === undefined) continue;
    if (RESERVED.has(topic.field)) {
      reserved(reading.problems, topic.field, directiveNode(union, 'topic') ?? union, `Choose another with @topic(key: "${topic.key}", field: "…").`);
      continue;
    }
    const remedy = 'Name the field of one of the topics with @topic(field: "…").';
    // Both have one name: saying twice that it is taken would help nobody.
    if (add('Query', union, historyField(readOf(topic, union), union), remedy)) add('Subscription', union, subscriptionField(readOf(topic, union), union), remedy);
  }
  for (const type of types.values()) {
    const origin = objectNamed(reading, type.name);
    const union = reading.unions.find((each) => each.name.value === type.topic);
    const scopes = union === undefined ? undefined : directiveNode(union, 'topic')?.arguments?.find((each) => each.name.value === 'publishScopes');
    if (origin !== undefined) add('Mutation', origin, publishField(type, origin, scopes), 'Rename one of the event types.');
  }
  const [first] = reading.unions;
  if (first !== undefined) {
    fields.get('Query')?.push(historyField(readAcross(first), first), ...credentialQueryFields(first), ...consumerQueryFields(first), ...webhookQueryFields(first), ...alertQueryFields(first));
    fields.get('Mutation')?.push(batchField(first), eraseField(first), ...credentialMutationFields(first), ...consumerMutationFields(first), ...webhookMutationFields(first));
    fields.get('Subscription')?.push(subscriptionField(readAcross(first), first), ...alertSubscriptionFields(first));
  }

  return ROOTS.map((root) => {
    const own = objectNamed(reading, root);
    const members = [...(own?.fields ?? []).filter((each) => !RESERVED.has(each.name.value)), ...(fields.get(root) ?? [])];
    const made = objectType(root, { description: own?.description?.value ?? DESCRIPTIONS[root], from: own ?? first, members });
    return own === undefined ? made : { ...own, ...made, directives: own.directives ?? [] };
  });
}

function writtenFields(reading: Reading, root: Root): ReadonlyMap<string, FieldDefinitionNode> {
  const own = reading.types.get(root);
  if (own !== undefined && own.kind !== Kind.OBJECT_TYPE_DEFINITION) {
    reading.problems.add(own, `"${root}" is the name of a root type.`, `Write "extend type ${root} { … }", or give yours another name.`);
  }
  const written = own?.kind === Kind.OBJECT_TYPE_DEFINITION ? (own.fields ?? []) : [];
  for (const each of written) if (RESERVED.has(each.name.value)) reserved(reading.problems, each.name.value, each, 'Give the field another name.');
  return new Map(written.map((each) => [each.name.value, each]));
}

const reserved = (problems: Problems, name: string, node: ASTNode, remedy: string): void => {
  problems.add(node, `The root field "${name}" is reserved for the gateway.`, remedy);
};

const OPTIONS = { type: 'PublishOptions', description: 'Idempotency key, time and correlation.' };

/** @param scopes `publishScopes` of its topic: shown at the field, where whoever publishes looks. */
function publishField(type: EventType, origin: ObjectTypeDefinitionNode, scopes: ConstArgumentNode | undefined): FieldDefinitionNode {
  const about = origin.description === undefined ? '' : `\n\n${origin.description.value}`;
  const made = field(type.publishField, { type: 'PublishReceipt!', description: `Publish \`${type.name}\`.${about}`, from: origin }, [
    inputValue('input', { type: `${type.inputType}!`, description: 'The event.', from: origin }),
    inputValue('options', { ...OPTIONS, from: origin }),
  ]);
  return scopes === undefined || scopes.value.kind === Kind.NULL ? made : { ...made, directives: [requiresScopes(scopes.value)] };
}

function batchField(from: UnionTypeDefinitionNode): FieldDefinitionNode {
  const description = 'Publish several events, of any topics, all or none. They stand next to each other in the log, in this order.';
  return field('publish', { type: '[PublishReceipt!]!', description, from }, [
    inputValue('events', { type: '[PublishInput!]!', description: 'The events, first to last.', from }),
    inputValue('options', { ...OPTIONS, description: 'Idempotency key, time and correlation of the whole call.', from }),
  ]);
}

function eraseField(from: UnionTypeDefinitionNode): FieldDefinitionNode {
  const description = `
Erase the payloads of every event that this key has in this topic. The events keep their places; who reads them gets their cursor and \`node: null\`.
What is published under the key while this runs, or later, is not erased. It cannot be undone.`.trim();
  const made = field('eraseKey', { type: 'EraseKeyPayload!', description, from }, [
    inputValue('topic', { type: 'Topic!', description: 'The topic of the events.', from }),
    inputValue('key', { type: 'ID!', description: 'Value of the topic\'s key field.', from }),
    inputValue('reason', { type: 'String', description: 'Kept in the record of erasures; at most 1,000 characters.', from }),
  ]);
  return { ...made, directives: [adminOnly()] };
}

/** What a root field reads: one topic, or several. */
interface Read {
  readonly field: string;
  /** What the names of its types begin with. */
  readonly name: string;
  /** In descriptions: "Events of …". */
  readonly of: string;
  readonly about: string;
  /** Arguments before those that every such field has. */
  readonly args: readonly InputValueDefinitionNode[];
}

const readOf = ({ field: named, name }: Topic, union: UnionTypeDefinitionNode): Read =>
  ({ field: named, name, of: `\`${name}\``, about: union.description === undefined ? '' : `\n\n${union.description.value}`, args: [] });

const readAcross = (from: UnionTypeDefinitionNode): Read => ({
  ...ACROSS,
  of: 'several topics',
  about: '',
  args: [inputValue('topics', { type: '[Topic!]', description: 'Only events of these topics; at least one. Default: all topics of this schema.', from })],
});

const whereArgument = (read: Read, from: UnionTypeDefinitionNode): InputValueDefinitionNode =>
  inputValue('where', { type: `${read.name}Filter`, description: 'Only events that match.', from });

function historyField(read: Read, from: UnionTypeDefinitionNode): FieldDefinitionNode {
  return field(read.field, { type: `${read.name}Connection!`, description: `Events of ${read.of} that are in the log, a page at a time, in log order.${read.about}`, from }, [
    ...read.args,
    inputValue('first', { type: 'Int', description: 'At most so many events from the front of the range. Not together with `last`.', from }),
    inputValue('after', { type: 'Cursor', description: 'The range begins after this place.', from }),
    inputValue('last', { type: 'Int', description: 'At most so many events from the end of the range. Not together with `first`.', from }),
    inputValue('before', { type: 'Cursor', description: 'The range ends before this place.', from }),
    whereArgument(read, from),
  ]);
}

function subscriptionField(read: Read, from: UnionTypeDefinitionNode): FieldDefinitionNode {
  const description = `Events of ${read.of}, each once, in log order, for as long as you stay. The first of \`after\`, \`since\`, \`last\` and \`from\` that is given says where it starts.${read.about}`;
  return field(read.field, { type: `${read.name}Edge!`, description, from }, [
    ...read.args,
    ...startArguments(from),
    whereArgument(read, from),
  ]);
}
