import { Kind, type FieldDefinitionNode, type ObjectTypeDefinitionNode, type TypeDefinitionNode, type TypeNode, type UnionTypeDefinitionNode } from 'graphql';
import type { Topic } from '../../event/model.js';
import { fieldNamed, storedFields, typeName } from './fields.js';
import { directive, enumType, field, inputType, inputValue, lowerFirst, namedTypeNode, objectType } from './node.js';
import { has, objectNamed, type Reading } from './reading.js';

/** A derived type and what it was derived from. */
export interface DerivedType {
  readonly node: TypeDefinitionNode;
  readonly origin: TypeDefinitionNode;
}

export const said = (node: { readonly description?: { readonly value: string } | undefined }): string | undefined => node.description?.value;

/** Edge and connection of the type `name`, whose values are events of `what`. */
export function connectionTypes(name: string, what: string, from: UnionTypeDefinitionNode): DerivedType[] {
  return [
    {
      node: objectType(`${name}Edge`, {
        description: `One event of ${what} and its place in the log.`,
        from,
        members: [
          field('cursor', { type: 'Cursor!', description: 'The place of the event: whoever starts after it gets what follows.', from }),
          field('node', { type: namedTypeNode(name, from), description: 'The event; null when it could not be completed, for the reason in `errors`.', from }),
        ],
      }),
      origin: from,
    },
    {
      node: objectType(`${name}Connection`, {
        description: `A page of the events of ${what}, in log order.`,
        from,
        members: [
          field('edges', { type: `[${name}Edge!]!`, description: 'The events of the page.', from }),
          field('pageInfo', { type: 'PageInfo!', description: 'Where the page stands.', from }),
          field('head', { type: 'Cursor!', description: 'End of the log before the page was read: subscribe after it to continue without a hole.', from }),
        ],
      }),
      origin: from,
    },
  ];
}

/** Edge, connection, filter and enum of event types. */
export function topicTypes(reading: Reading, topic: Topic, union: UnionTypeDefinitionNode): DerivedType[] {
  const { name } = topic;
  const members = topic.types.flatMap((each) => objectNamed(reading, each) ?? []);
  const filters = topic.filterable.map((each) => {
    const origin = members.map((member) => fieldNamed(member, each)).find((found) => found !== undefined && has(found, 'filterable'));
    return inputValue(each, {
      type: `[${origin === undefined ? 'ID' : typeName(origin)}!]`,
      description: `Only events whose \`${each}\` is one of these. An event without the field does not match.`,
      from: origin,
    });
  });
  return [
    ...connectionTypes(name, `\`${name}\``, union),
    {
      node: inputType(`${name}Filter`, {
        description: `Selects events of \`${name}\`: all fields that are given must match, each by any of its values.`,
        from: union,
        members: [
          inputValue('type', { type: `[${name}Type!]`, description: 'Only events of these types.', from: union }),
          inputValue('key', { type: '[ID!]', description: `Only events whose \`${topic.key}\` is one of these.`, from: union }),
          ...filters,
        ],
      }),
      origin: union,
    },
    {
      node: enumType(`${name}Type`, {
        description: `The event types of \`${name}\`.`,
        from: union,
        members: members.map((each) => ({ name: each.name.value, description: said(each), from: each })),
      }),
      origin: union,
    },
  ];
}

/** The input of an event type, or of a value inside one: its stored fields. */
export function inputOf(reading: Reading, type: ObjectTypeDefinitionNode): DerivedType {
  const node = inputType(`${type.name.value}Input`, {
    description: said(type),
    from: type,
    members: storedFields(type).map((each) => inputValue(each.name.value, { type: inputTypeNode(reading, each.type), description: said(each), from: each })),
  });
  return { node, origin: type };
}

function inputTypeNode(reading: Reading, type: TypeNode): TypeNode {
  if (type.kind === Kind.NAMED_TYPE) {
    return objectNamed(reading, type.name.value) === undefined ? type : namedTypeNode(`${type.name.value}Input`, type);
  }
  const inner = inputTypeNode(reading, type.type);
  if (type.kind === Kind.LIST_TYPE) return { ...type, type: inner };
  return inner.kind === Kind.NON_NULL_TYPE ? inner : { ...type, type: inner };
}

/** `PublishInput`. */
export function publishInput(reading: Reading, topics: readonly Topic[]): DerivedType[] {
  const [origin] = reading.unions;
  if (origin === undefined) return [];
  const members = topics.flatMap((each) => each.types).flatMap((each) => objectNamed(reading, each) ?? []);
  const node = inputType('PublishInput', {
    description: 'One event to publish: exactly one of the fields is given.',
    from: origin,
    directives: [directive('oneOf')],
    members: members.map((each) => inputValue(lowerFirst(each.name.value), { type: `${each.name.value}Input`, description: said(each), from: each })),
  });
  return [{ node, origin }];
}

/** An event type as it is read: with `meta`, as an `Event`. */
export function completeEvent(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const interfaces = type.interfaces ?? [];
  const fields: FieldDefinitionNode[] = (type.fields ?? []).filter((each) => each.name.value !== 'meta');
  return {
    ...type,
    interfaces: interfaces.some((each) => each.name.value === 'Event') ? interfaces : [namedTypeNode('Event', type), ...interfaces],
    fields: [field('meta', { type: 'EventMeta!', description: 'What the gateway recorded beside the event.', from: type }), ...fields],
  };
}
