import {
  getNamedType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, isScalarType, isUnionType,
  type GraphQLNamedType, type GraphQLSchema, type GraphQLType,
} from 'graphql';
import { isEventType, topicsOf } from '../events/topics.js';

/** TypeScript of the scalars as JSON has them; others are `unknown`. */
const SCALARS: Readonly<Record<string, string>> = { ID: 'string', String: 'string', Int: 'number', Float: 'number', Boolean: 'boolean', Cursor: 'string', Position: 'string', DateTime: 'string', JSON: 'unknown' };

/**
 * Types of what a schema's events are read as and published with: each topic is a union that `__typename` tells apart,
 * `EventInputs` has the input of every event type. Needs no library, unless `processors` asks for `defineProcessor` and `definePipeline`,
 * which are the server's. The same text for the same schema.
 */
export function printTypes(schema: GraphQLSchema, header: string, { processors = false } = {}): string {
  const topics = topicsOf(schema);
  const types = new Map<string, GraphQLNamedType>();
  for (const { name } of topics) gather(schema.getType(name), types);
  const events = topics.flatMap((topic) => topic.types);
  for (const event of events) gather(schema.getType(`${event.name}Input`), types);
  gather(schema.getType('PublishOptions'), types);
  gather(schema.getType('PublishReceipt'), types);
  const inputs = events.map((event) => `  ${event.name}: ${event.name}Input;`);
  const parts = [...types.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(printType);
  return [
    header,
    ...(processors ? [`import { pipelinesOf, processorsOf } from 'sluice';`] : []),
    ...parts,
    `/** What each event type is published with. */\nexport interface EventInputs {\n${inputs.join('\n')}\n}`,
    `export type EventName = keyof EventInputs;`,
    ...(processors ? [`/** Defines a processor of these events. */\nexport const defineProcessor = processorsOf<EventInputs>();\n\n/** The same, of steps. */\nexport const definePipeline = pipelinesOf<EventInputs>();`] : []),
  ].join('\n\n') + '\n';
}

/** A type and all that its fields lead to. */
function gather(type: GraphQLNamedType | undefined, into: Map<string, GraphQLNamedType>): void {
  if (type === undefined || isScalarType(type) || into.has(type.name)) return;
  into.set(type.name, type);
  if (isUnionType(type)) for (const member of type.getTypes()) gather(member, into);
  else if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) gather(getNamedType(field.type), into);
  else if (isObjectType(type) || isInterfaceType(type)) for (const field of Object.values(type.getFields())) gather(getNamedType(field.type), into);
}

function printType(type: GraphQLNamedType): string {
  const doc = comment(type.description, '');
  if (isUnionType(type)) return `${doc}export type ${type.name} = ${type.getTypes().map((member) => member.name).join(' | ')};`;
  if (isEnumType(type)) return `${doc}export type ${type.name} = ${type.getValues().map((value) => `'${value.name}'`).join(' | ')};`;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => `${comment(field.description, '  ')}  readonly ${field.name}${isNonNullType(field.type) && field.defaultValue === undefined ? '' : '?'}: ${tsType(field.type)};`);
    return `${doc}export interface ${type.name} {\n${fields.join('\n')}\n}`;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const tag = isEventType(type) ? [`  readonly __typename: '${type.name}';`] : [];
  const fields = Object.values(type.getFields()).map((field) => `${comment(field.description, '  ')}  readonly ${field.name}: ${tsType(field.type)};`);
  return `${doc}export interface ${type.name} {\n${[...tag, ...fields].join('\n')}\n}`;
}

function tsType(type: GraphQLType): string {
  if (isNonNullType(type)) return bare(type.ofType);
  return `${bare(type)} | null`;
}

function bare(type: GraphQLType): string {
  if (isNonNullType(type)) return bare(type.ofType);
  if (isListType(type)) return `ReadonlyArray<${tsType(type.ofType)}>`;
  return isScalarType(type) ? (SCALARS[type.name] ?? 'unknown') : getNamedType(type).name;
}

function comment(text: string | null | undefined, indent: string): string {
  if (text === null || text === undefined || text.trim() === '') return '';
  const lines = text.trim().replaceAll('*/', '*\\/').split('\n');
  return lines.length === 1 ? `${indent}/** ${lines[0]} */\n` : `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
