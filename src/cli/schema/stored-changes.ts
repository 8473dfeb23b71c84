import { isInputObjectType, isNonNullType, isObjectType, getNamedType, Kind, valueFromASTUntyped, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { isEventType } from '../events/topics.js';

/** What is wrong with a change for the events that are stored already; graphql-js knows only requests. */
export interface StoredChange {
  readonly level: 'breaking' | 'dangerous';
  readonly message: string;
}

interface Topic {
  readonly name: string;
  readonly key: string;
  readonly types: readonly string[];
}

/** Both schemas are derived ones, with their directives. Changes in the order of the old schema. */
export function findStoredChanges(before: GraphQLSchema, after: GraphQLSchema): StoredChange[] {
  const changes: StoredChange[] = [];
  const breaking = (message: string): void => void changes.push({ level: 'breaking', message });
  const [old, now] = [topics(before), topics(after)];
  for (const topic of old) {
    const successor = now.find(({ name }) => name === topic.name);
    if (successor === undefined) {
      breaking(`The topic ${topic.name} is gone: its events stay in the log under that name, and nothing reads them any more. Keep it until they are no longer kept.`);
      continue;
    }
    if (successor.key !== topic.key) {
      breaking(`The key of ${topic.name} is ${successor.key}, not ${topic.key}: stored events keep the old value as their key, and their order with new ones is lost. Make a new topic.`);
    }
    for (const type of topic.types) {
      if (successor.types.includes(type)) compareType(type, before, after, changes);
      else breaking(whereabouts(type, topic.name, now));
    }
  }
  return changes;
}

function whereabouts(type: string, topic: string, now: readonly Topic[]): string {
  const moved = now.find(({ types }) => types.includes(type));
  return moved === undefined
    ? `The event type ${type} is no longer in ${topic}: stored events of it can no longer be read. Keep the type, and stop publishing it.`
    : `The event type ${type} has moved from ${topic} to ${moved.name}: stored events stay in ${topic}. Make a new type.`;
}

function compareType(name: string, before: GraphQLSchema, after: GraphQLSchema, changes: StoredChange[]): void {
  const [old, now] = [before.getType(name), after.getType(name)];
  if (!isEventType(old) || !isEventType(now)) return;
  const [was, is] = [versionOf(old), versionOf(now)];
  if (is < was) changes.push({ level: 'breaking', message: `The version of ${name} went back from ${was} to ${is}: gateways of this schema cannot read the events of version ${was}.` });
  for (const where of requiredSince(name, before, after, new Set())) {
    changes.push(is > was
      ? { level: 'dangerous', message: `${where} is new and required. Events of ${name} before version ${is} do not have it: readers that select it get an error for these.` }
      : { level: 'breaking', message: `${where} is new and required, but stored events of ${name} do not have it. Make it nullable, or raise @version(n: ${is + 1}) and know that selecting it fails on older events.` });
  }
}

/** Stored fields, also of values inside, that are required now and were absent or nullable before. */
function requiredSince(name: string, before: GraphQLSchema, after: GraphQLSchema, seen: Set<string>): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const [old, now] = [before.getType(name), after.getType(name)];
  if (!isObjectType(old) || !isObjectType(now)) return [];
  return storedFields(now, after).flatMap((field) => {
    const earlier = storedFields(old, before).find((each) => each.name === field.name);
    const own = isNonNullType(field.type) && (earlier === undefined || !isNonNullType(earlier.type)) ? [`${name}.${field.name}`] : [];
    return earlier === undefined ? own : [...own, ...requiredSince(getNamedType(field.type).name, before, after, seen)];
  });
}

/** What is in the payload: the fields that the type and its input have in common. */
function storedFields(type: GraphQLObjectType, schema: GraphQLSchema) {
  const input = schema.getType(`${type.name}Input`);
  const inputs = isInputObjectType(input) ? input.getFields() : {};
  return Object.values(type.getFields()).filter((field) => field.name in inputs);
}

function topics(schema: GraphQLSchema): Topic[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    const { astNode } = type;
    if (astNode?.kind !== Kind.UNION_TYPE_DEFINITION) return [];
    const key = argument(astNode.directives ?? [], 'topic', 'key');
    return typeof key === 'string' ? [{ name: type.name, key, types: (astNode.types ?? []).map((member) => member.name.value) }] : [];
  });
}

function versionOf(type: GraphQLObjectType): number {
  const version = argument(type.astNode?.directives ?? [], 'version', 'n');
  return typeof version === 'number' ? version : 1;
}

function argument(directives: NonNullable<NonNullable<GraphQLObjectType['astNode']>['directives']>, directive: string, name: string): unknown {
  const value = directives.find((each) => each.name.value === directive)?.arguments?.find((each) => each.name.value === name)?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
}
