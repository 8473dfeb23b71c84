import { Kind, type ConstDirectiveNode, type FieldDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';
import { readDuration } from '../../base/duration.js';
import type { Entity, EntityField, Reference } from '../../event/model.js';
import { fieldNamed, isLeaf, isPlain, storedFields, typeName } from './fields.js';
import { listDepth } from './node.js';
import { argumentsOf, directiveNode, has, objectNamed, text, texts, type Reading } from './reading.js';
import { at } from './schema-error.js';

/** Milliseconds for which a row of an entity may be used again when events say that it has changed, and at most. */
const DEFAULT_TTL = 30_000;
const MAX_TTL = 86_400_000;

export function readEntities(reading: Reading, references: ReadonlyMap<string, readonly Reference[]>): ReadonlyMap<string, Entity> {
  const entities = new Map<string, Entity>();
  const watched = new Set([...references.values()].flat().filter((each) => each.invalidatedBy.length > 0).map((each) => each.entity));
  for (const type of reading.objects.filter((each) => has(each, 'entity'))) {
    const name = type.name.value;
    const values = argumentsOf(reading, type, 'entity');
    if (values === null) continue;
    const key = text(values['key']) ?? 'id';
    const table = text(values['table']);
    const tenant = text(values['tenant']);
    const shared = values['shared'] === true;
    checkKey(reading, type, key);
    checkTenancy(reading, type, { table, tenant, shared });
    if (table !== null && !/^[^.]+(\.[^.]+)?$/.test(table)) {
      reading.problems.add(directiveNode(type, 'entity'), `"${table}" is no name of a table.`, 'Write @entity(table: "customers") or @entity(table: "shop.customers").');
    }
    entities.set(name, {
      name,
      table,
      key,
      tenant,
      shared,
      stored: storedFields(type).map((field) => entityField(reading, field)),
      references: references.get(name) ?? [],
      ttl: readTtl(reading, text(values['ttl']), directiveNode(type, 'entity')) ?? (watched.has(name) ? DEFAULT_TTL : 0),
      at: at(type),
    });
  }
  return entities;
}

function checkKey(reading: Reading, type: ObjectTypeDefinitionNode, key: string): void {
  const field = fieldNamed(type, key);
  if (field === undefined) {
    reading.problems.add(directiveNode(type, 'entity'), `"${type.name.value}" has no field "${key}", which @entity names as its key.`, `Add "${key}: ID!" to it, or name its key: @entity(key: "…").`);
  } else if (!isPlain(reading, field)) {
    reading.problems.add(field, `"${type.name.value}.${key}" is the key of the entity, so it must be a stored scalar.`, `Write "${key}: ID!", or name another key with @entity(key: "…").`);
  }
}

function checkTenancy(reading: Reading, type: ObjectTypeDefinitionNode, given: { readonly table: string | null; readonly tenant: string | null; readonly shared: boolean }): void {
  const { table, tenant, shared } = given;
  const node = directiveNode(type, 'entity');
  const name = `"${type.name.value}"`;
  if (table === null && (tenant !== null || shared)) {
    reading.problems.add(node, `${name} has no table, so @entity(${shared ? 'shared' : 'tenant'}:) says nothing of it.`, 'Name its table with @entity(table: "…"), or remove the argument: a loader is told the tenant and decides by itself.');
  } else if (shared && tenant !== null) {
    reading.problems.add(node, `${name} is shared by all tenants, but also names "${tenant}" as the column of its tenant.`, 'Keep one of them: @entity(tenant: "…") or @entity(shared: true).');
  } else if (tenant === '') {
    reading.problems.add(node, `${name} names a column without a name as that of its tenant.`, 'Write @entity(tenant: "tenant_id"), or leave it out for the column called "tenant".');
  }
}

function readTtl(reading: Reading, given: string | null, node: ConstDirectiveNode | undefined): number | null {
  if (given === null) return null;
  const ttl = readDuration(given);
  if (ttl !== null && ttl <= MAX_TTL) return ttl;
  reading.problems.add(node, `@entity(ttl: "${given}") is no time for which rows can be kept.`, 'Write a whole number and ms, s, m, h or d, at most "1d": ttl: "30s"; "0s" keeps none.');
  return null;
}

function entityField(reading: Reading, field: FieldDefinitionNode): EntityField {
  const type = objectNamed(reading, typeName(field));
  const inside = type === undefined ? [] : storedFields(type);
  const flat = listDepth(field.type) === 0 && inside.every((each) => isPlain(reading, each));
  return { name: field.name.value, type: typeName(field), embedded: flat ? inside.map((each) => each.name.value) : [] };
}

/** The references of every object type that has any. */
export function readReferences(reading: Reading, warnings: string[]): ReadonlyMap<string, readonly Reference[]> {
  const references = new Map<string, readonly Reference[]>();
  for (const type of reading.types.values()) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const fields = (type.fields ?? []).filter((each) => has(each, 'reference'));
    const found = fields.flatMap((field) => reference(reading, type, field, warnings));
    if (found.length > 0) references.set(type.name.value, found);
  }
  return references;
}

function reference(reading: Reading, type: ObjectTypeDefinitionNode, field: FieldDefinitionNode, warnings: string[]): Reference[] {
  const { problems } = reading;
  const path = `"${type.name.value}.${field.name.value}"`;
  const node = directiveNode(field, 'reference');
  const values = argumentsOf(reading, field, 'reference');
  const by = text(values?.['by']);
  if (values === null || by === null) return [];
  if (!reading.objects.includes(type)) {
    problems.add(node, `${path} is a root field: it has no key beside it to look up by.`, 'Put @reference on a field of an event, an entity or a payload.');
    return [];
  }

  const entity = objectNamed(reading, typeName(field));
  if (entity === undefined) {
    // A name that nobody defines is reported by GraphQL's own rules.
    if (reading.types.has(typeName(field)) || isLeaf(reading, typeName(field))) problems.add(field, `${path} has @reference, but "${typeName(field)}" is no entity.`, 'Name a type with @entity, or remove @reference.');
    return [];
  }
  if (!has(entity, 'entity')) {
    problems.add(field, `${path} has @reference, but "${entity.name.value}" (${at(entity)}) has no @entity.`, `Say where its rows are: type ${entity.name.value} @entity(table: "…", key: "id"). Without a table a TypeScript loader provides them.`);
    return [];
  }

  const source = fieldNamed(type, by);
  if (source === undefined || source === field) {
    problems.add(node, `${path} is looked up by "${by}", but "${type.name.value}" has no such field.`, `Name the field of "${type.name.value}" that holds the key: ${names(reading, type)}.`);
  } else if (!isPlain(reading, source)) {
    problems.add(node, `${path} is looked up by "${by}", which is not one stored value.`, `Name a stored scalar that is no list: ${names(reading, type)}.`);
  }

  const key = text(argumentsOf(reading, entity, 'entity')?.['key']) ?? 'id';
  const to = text(values['to']) ?? key;
  const target = fieldNamed(entity, to);
  if (values['to'] !== undefined && values['to'] !== null && (target === undefined || !isPlain(reading, target))) {
    const what = target === undefined ? 'which does not exist' : 'which is not one stored value';
    problems.add(node, `${path} is compared with "${entity.name.value}.${to}", ${what}.`, `Name a field of "${entity.name.value}" (${at(entity)}): ${names(reading, entity)}.`);
  }

  const depth = listDepth(field.type);
  if (depth > 1) problems.add(field, `${path} is a list of lists; a reference yields one row or a list of rows.`, `Write "${field.name.value}: [${entity.name.value}!]!".`);
  if (depth === 0 && field.type.kind === Kind.NON_NULL_TYPE) {
    problems.add(field, `${path} may not be non-null: its row may be missing, and one missing row would take the whole event away.`, `Write "${field.name.value}: ${entity.name.value}".`);
  }
  if (depth === 1 && to === key) warnings.push(`${at(field)}: ${path} is a list, but it is looked up by the key of "${entity.name.value}", so it has at most one row; name the field to compare with @reference(to: "…").`);

  const invalidatedBy = texts(values['invalidatedBy']);
  for (const event of invalidatedBy.filter((each) => !reading.events.has(each))) {
    problems.add(node, `${path} is invalidated by "${event}", which is no event type of any topic.`, `Event types: ${[...reading.events].join(', ') || 'there is none'}.`);
  }
  return [{ field: field.name.value, by, entity: entity.name.value, to, many: depth > 0, invalidatedBy }];
}

const names = (reading: Reading, type: ObjectTypeDefinitionNode): string => storedFields(type).filter((each) => isPlain(reading, each)).map((each) => each.name.value).join(', ') || 'it has none';
