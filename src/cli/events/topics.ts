import {
  buildClientSchema, getIntrospectionQuery, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType,
  type GraphQLInputObjectType, type GraphQLObjectType, type GraphQLSchema, type IntrospectionQuery,
} from 'graphql';
import { CommandError } from '../exit-codes.js';
import type { Endpoint } from './endpoint.js';
import { askSchema } from './request.js';

/** A topic as a served schema shows it. */
export interface ServedTopic {
  /** `OrderEvent` */
  readonly name: string;
  /** `orderEvents`: the subscription and the history query. */
  readonly field: string;
  readonly types: readonly GraphQLObjectType[];
}

/** The field that a command reads: one topic's own, or `events` across several. */
export interface Source {
  readonly field: string;
  /** For `events(topics:)`; null: the field has no such argument, or all are wanted. */
  readonly topics: readonly string[] | null;
  readonly types: readonly GraphQLObjectType[];
  readonly filter: GraphQLInputObjectType;
}

/** Asks the gateway for its schema; `otherwise`: see `askSchema`. Errors: `CommandError`. */
export async function readServedSchema(endpoint: Endpoint, otherwise?: string): Promise<GraphQLSchema> {
  const { data } = await askSchema(endpoint, getIntrospectionQuery(), otherwise);
  try {
    return buildClientSchema(data as unknown as IntrospectionQuery);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandError('failed', `The schema that ${endpoint.url.href} shows cannot be read: ${error.message}`, { cause: error });
  }
}

/** Every topic: subscription fields whose edges hold a union of types that implement `Event`. */
export function topicsOf(schema: GraphQLSchema): ServedTopic[] {
  return Object.values(schema.getSubscriptionType()?.getFields() ?? {}).flatMap((field) => {
    const edge = getNamedType(field.type);
    const node = isObjectType(edge) ? edge.getFields()['node'] : undefined;
    const union = node === undefined ? undefined : getNamedType(node.type);
    return isUnionType(union) ? [{ name: union.name, field: field.name, types: union.getTypes() }] : [];
  });
}

/** What to read for these topics, named by union or by field; none: all. Errors: `CommandError` (usage). */
export function sourceFor(schema: GraphQLSchema, names: readonly string[]): Source {
  const known = topicsOf(schema);
  const wanted = names.map((name) => known.find((topic) => topic.name === name || topic.field === name) ?? unknownTopic(name, known));
  const chosen = [...new Set(wanted.length === 0 ? known : wanted)];
  const [only] = chosen;
  if (only === undefined) throw new CommandError('failed', 'This gateway has no topics.');
  if (chosen.length === 1) return { field: only.field, topics: null, types: only.types, filter: filterOf(schema, only.field) };

  const across = schema.getSubscriptionType()?.getFields()['events'];
  const topicEnum = getNamedType(across?.args.find(({ name }) => name === 'topics')?.type);
  if (across === undefined || !isEnumType(topicEnum)) {
    throw new CommandError('usage', `This gateway cannot read several topics in one order. Name one of ${known.map(({ name }) => name).join(', ')}.`);
  }
  const values = chosen.map((topic) => topicEnum.getValues().find((value) => value.name === topic.name)?.name ?? unknownTopic(topic.name, known));
  return { field: 'events', topics: wanted.length === 0 ? null : values, types: chosen.flatMap((topic) => topic.types), filter: filterOf(schema, 'events') };
}

function unknownTopic(name: string, known: readonly ServedTopic[]): never {
  throw new CommandError('usage', `There is no topic "${name}". Topics: ${known.map((topic) => topic.name).join(', ')}.`);
}

function filterOf(schema: GraphQLSchema, field: string): GraphQLInputObjectType {
  const type = getNamedType(schema.getSubscriptionType()?.getFields()[field]?.args.find(({ name }) => name === 'where')?.type);
  if (!isInputObjectType(type)) throw new CommandError('failed', `"${field}" of this gateway takes no filter.`);
  return type;
}

/**
 * The filter that `--where` stands for: `key=o-1,o-2,type=OrderPaid`. A part without `=` is one more value of the field
 * before it; `\,` is a comma inside a value. Values take the type that the field has. Errors: `CommandError` (usage).
 */
export function readWhere(parts: readonly string[], filter: GraphQLInputObjectType): Record<string, unknown[]> | null {
  const fields = filter.getFields();
  const where: Record<string, unknown[]> = {};
  for (const part of parts) {
    let current = '';
    for (const raw of part.split(/(?<!\\),/)) {
      const text = raw.replaceAll('\\,', ',');
      const [, name, given] = /^\s*([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
      current = name ?? current;
      const field = fields[current];
      if (field === undefined) {
        throw new CommandError('usage', `--where: ${current === '' ? `"${text}" has no field` : `there is no field "${current}"`}. It takes field=value for ${Object.keys(fields).join(', ')}.`);
      }
      (where[current] ??= []).push(valueOf(given ?? text, field.name, filter));
    }
  }
  return Object.keys(where).length === 0 ? null : where;
}

function valueOf(text: string, name: string, filter: GraphQLInputObjectType): unknown {
  const field = filter.getFields()[name];
  const type = getNamedType(field?.type);
  if (isEnumType(type)) {
    if (type.getValue(text) === undefined || type.getValue(text) === null) throw new CommandError('usage', `--where ${name}: "${text}" is none of ${type.getValues().map((value) => value.name).join(', ')}.`);
    return text;
  }
  if (type?.name === 'Int' || type?.name === 'Float') {
    if (text.trim() === '' || !Number.isFinite(Number(text))) throw new CommandError('usage', `--where ${name}: "${text}" is no number.`);
    return Number(text);
  }
  if (type?.name === 'Boolean') {
    if (text !== 'true' && text !== 'false') throw new CommandError('usage', `--where ${name}: "${text}" is neither true nor false.`);
    return text === 'true';
  }
  return text;
}

/** Whether a type can be an event: it implements `Event`. */
export function isEventType(type: unknown): type is GraphQLObjectType {
  return isObjectType(type) && type.getInterfaces().some((each) => isInterfaceType(each) && each.name === 'Event');
}

