import { Kind, print, type FieldDefinitionNode, type ObjectTypeDefinitionNode, type UnionTypeDefinitionNode } from 'graphql';
import type { EventType, Reference, Topic } from '../../event/model.js';
import { fieldNamed, isLeaf, isPlain, isStored, storedFields, typeName } from './fields.js';
import { lowerFirst } from './node.js';
import { argumentsOf, directiveNode, has, objectNamed, text, type Reading } from './reading.js';
import { at } from './schema-error.js';

const KEY_TYPES: ReadonlySet<string> = new Set(['ID', 'String', 'Int']);
/** Fields that every filter has. */
const RESERVED_FILTERS: ReadonlySet<string> = new Set(['type', 'key']);
/** Their values have more than one spelling, so a filter that compares text would miss some. */
const UNFILTERABLE: ReadonlySet<string> = new Set(['JSON', 'DateTime']);

export interface Topics {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly types: ReadonlyMap<string, EventType>;
  readonly warnings: readonly string[];
}

export function readTopics(reading: Reading, references: ReadonlyMap<string, readonly Reference[]>): Topics {
  const topics = new Map<string, Topic>();
  const types = new Map<string, EventType>();
  const warnings: string[] = [];
  const owner = new Map<string, UnionTypeDefinitionNode>();

  for (const union of reading.unions) {
    const name = union.name.value;
    if (name.startsWith('_')) {
      reading.problems.add(union, `"${name}" cannot be the name of a topic: the gateway's own events are in topics whose names begin with "_".`, 'Give the topic a name that begins with a letter.');
      continue;
    }
    const members = membersOf(reading, union, owner);
    const values = argumentsOf(reading, union, 'topic');
    const key = text(values?.['key']);
    if (key === null) continue;
    const field = text(values?.['field']) ?? `${lowerFirst(name)}s`;
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(field)) {
      reading.problems.add(directiveNode(union, 'topic'), `"${field}" cannot be a field name.`, 'Use letters, digits and _, beginning with a letter: @topic(field: "orderEvents").');
    }
    for (const member of members) {
      checkKey(reading, union, member, key);
      types.set(member.name.value, eventType(reading, name, key, member, references));
    }
    topics.set(name, { name, field, key, types: members.map((each) => each.name.value), filterable: filterable(reading, name, members, warnings) });
  }
  warnings.push(...differingFields(reading, [...types.keys()].flatMap((each) => objectNamed(reading, each) ?? [])));
  return { topics, types, warnings };
}

function membersOf(reading: Reading, union: UnionTypeDefinitionNode, owner: Map<string, UnionTypeDefinitionNode>): ObjectTypeDefinitionNode[] {
  const { problems } = reading;
  const named = union.types ?? [];
  if (named.length === 0) problems.add(union, `The topic "${union.name.value}" has no event type.`, `Name at least one: union ${union.name.value} @topic(…) = SomethingHappened`);
  return named.flatMap((node) => {
    const name = node.name.value;
    const type = objectNamed(reading, name);
    const other = owner.get(name);
    if (type === undefined) {
      const found = reading.types.get(name);
      if (found !== undefined) problems.add(node, `"${name}" is no object type (${at(found)}), so it cannot be an event of "${union.name.value}".`, 'Name an object type.');
      return [];
    }
    if (!reading.objects.includes(type)) {
      problems.add(node, `"${name}" belongs to the gateway and cannot be an event of "${union.name.value}".`, 'Name an object type of your own.');
      return [];
    }
    if (other !== undefined) {
      problems.add(node, `"${name}" is an event of two topics, "${other.name.value}" (${at(other)}) and "${union.name.value}".`, 'An event belongs to one topic. Remove it from one, or define a type for each.');
      return [];
    }
    owner.set(name, union);
    return [type];
  });
}

function checkKey(reading: Reading, union: UnionTypeDefinitionNode, member: ObjectTypeDefinitionNode, key: string): void {
  const { problems } = reading;
  const name = member.name.value;
  const field = fieldNamed(member, key);
  if (field === undefined) {
    problems.add(member, `"${name}" lacks the field "${key}", which is the key of its topic "${union.name.value}" (${at(union)}).`, `Add "${key}: ID!" to "${name}".`);
  } else if (!isStored(field)) {
    problems.add(field, `"${name}.${key}" is the key of its topic, so it must be stored.`, 'Remove @reference or @computed from it.');
  } else if (field.type.kind !== Kind.NON_NULL_TYPE || field.type.type.kind !== Kind.NAMED_TYPE || !KEY_TYPES.has(typeName(field))) {
    problems.add(field, `"${name}.${key}" is the key of the topic "${union.name.value}", so it must be ID!, String! or Int!.`, `Write "${key}: ID!".`);
  }
}

function eventType(reading: Reading, topic: string, key: string, type: ObjectTypeDefinitionNode, references: ReadonlyMap<string, readonly Reference[]>): EventType {
  const name = type.name.value;
  const meta = fieldNamed(type, 'meta');
  if (meta !== undefined) {
    reading.problems.add(meta, `"${name}.meta" is a name that the gateway uses: every event type gets "meta: EventMeta!".`, 'Give the field another name; if it is meant to be EventMeta, remove it.');
  }
  const version = argumentsOf(reading, type, 'version')?.['n'] ?? 1;
  if (typeof version !== 'number' || version < 1) reading.problems.add(directiveNode(type, 'version'), `The version of "${name}" must be 1 or more.`, 'Write @version(n: 1) or higher; 1 is the default.');
  return {
    name,
    topic,
    key,
    inputField: lowerFirst(name),
    publishField: `publish${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    inputType: `${name}Input`,
    stored: storedFields(type).map((each) => each.name.value),
    filterable: (type.fields ?? []).filter((each) => has(each, 'filterable')).map((each) => each.name.value),
    references: references.get(name) ?? [],
    version: Number(version),
  };
}

function filterable(reading: Reading, topic: string, members: readonly ObjectTypeDefinitionNode[], warnings: string[]): string[] {
  const { problems } = reading;
  const first = new Map<string, FieldDefinitionNode>();
  for (const member of members) {
    for (const field of (member.fields ?? []).filter((each) => has(each, 'filterable'))) {
      const name = field.name.value;
      const path = `"${member.name.value}.${name}"`;
      const earlier = first.get(name);
      if (RESERVED_FILTERS.has(name)) {
        problems.add(field, `${path} cannot be @filterable: every filter has a field "${name}" already.`, 'Remove @filterable, or give the field another name.');
      } else if (!isPlain(reading, field) || UNFILTERABLE.has(typeName(field))) {
        problems.add(field, `${path} cannot be @filterable: only stored scalars and enums that are no list, and not JSON or DateTime.`, 'Remove @filterable, or store the value to select by in a field of its own.');
      } else if (earlier !== undefined && typeName(earlier) !== typeName(field)) {
        problems.add(field, `${path} is @filterable as ${typeName(field)}, but as ${typeName(earlier)} at ${at(earlier)}.`, `One filter "${name}" serves the whole topic "${topic}": give both the same type.`);
      } else if (earlier === undefined) {
        first.set(name, field);
      }
    }
  }
  for (const member of members) {
    for (const field of member.fields ?? []) {
      if (!first.has(field.name.value) || has(field, 'filterable')) continue;
      warnings.push(`${at(field)}: "${member.name.value}.${field.name.value}" has no @filterable although other events of "${topic}" have it there; a filter by it never matches "${member.name.value}".`);
    }
  }
  return [...first.keys()];
}

/** GraphQL refuses an operation that selects fields of one name and two types, even on different event types. */
function differingFields(reading: Reading, events: readonly ObjectTypeDefinitionNode[]): string[] {
  const first = new Map<string, FieldDefinitionNode>();
  const warnings: string[] = [];
  // Two object types under one name are allowed: what is selected inside them is compared instead.
  const shape = (field: FieldDefinitionNode): string => (isLeaf(reading, typeName(field)) ? print(field.type) : print(field.type).replace(/\w+/, ''));
  for (const field of events.flatMap((each) => each.fields ?? [])) {
    const name = field.name.value;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, field);
    else if (shape(earlier) !== shape(field)) {
      warnings.push(`${at(field)}: the field "${name}" is ${print(field.type)} here and ${print(earlier.type)} at ${at(earlier)}; an operation that reads both needs an alias for one.`);
    }
  }
  return warnings;
}
