import type { UnionTypeDefinitionNode } from 'graphql';
import type { Topic } from '../../event/model.js';
import { enumType, inputType, inputValue } from './node.js';
import { objectNamed, type Reading } from './reading.js';
import { connectionTypes, said, type DerivedType } from './types.js';

/** The root field that reads several topics at once; its types are named after the interface that every event has. */
export const ACROSS = { field: 'events', name: 'Event' } as const;

/** The enum `Topic`: the names of the topics, in SDL order. */
export function topicEnum(reading: Reading, topics: readonly Topic[]): DerivedType[] {
  const [origin] = reading.unions;
  if (origin === undefined) return [];
  const node = enumType('Topic', {
    description: 'The topics of this gateway.',
    from: origin,
    members: unionsOf(reading, topics).map((each) => ({ name: each.name.value, description: said(each), from: each })),
  });
  return [{ node, origin }];
}

/** `EventEdge`, `EventConnection`, `EventFilter` and `EventType`. */
export function acrossTypes(reading: Reading, topics: readonly Topic[]): DerivedType[] {
  const [origin] = reading.unions;
  if (origin === undefined) return [];
  const members = topics.flatMap((each) => each.types).flatMap((each) => objectNamed(reading, each) ?? []);
  return [
    ...connectionTypes(ACROSS.name, 'any topic', origin),
    {
      node: inputType(`${ACROSS.name}Filter`, {
        description: 'Selects events of any topic: all fields that are given must match, each by any of its values.',
        from: origin,
        members: [
          inputValue('type', { type: `[${ACROSS.name}Type!]`, description: 'Only events of these types.', from: origin }),
          inputValue('key', { type: '[ID!]', description: 'Only events whose key is one of these. Keys of different topics are compared alike, as text.', from: origin }),
        ],
      }),
      origin,
    },
    {
      node: enumType(`${ACROSS.name}Type`, {
        description: 'The event types of all topics.',
        from: origin,
        members: members.map((each) => ({ name: each.name.value, description: said(each), from: each })),
      }),
      origin,
    },
  ];
}

const unionsOf = (reading: Reading, topics: readonly Topic[]): readonly UnionTypeDefinitionNode[] =>
  reading.unions.filter((each) => topics.some((topic) => topic.name === each.name.value));
