import { Kind, type FieldDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';
import { BUILT_IN_SCALARS } from './document.js';
import { listDepth, namedType } from './node.js';
import { has, type Reading } from './reading.js';
import { at } from './schema-error.js';

/** Stored fields are what a payload, a row and an input hold; the SDL alone decides which they are. */
export const isStored = (field: FieldDefinitionNode): boolean => !has(field, 'reference') && !has(field, 'computed');

export const storedFields = (type: ObjectTypeDefinitionNode): readonly FieldDefinitionNode[] => (type.fields ?? []).filter(isStored);

export const fieldNamed = (type: ObjectTypeDefinitionNode, name: string): FieldDefinitionNode | undefined => type.fields?.find((each) => each.name.value === name);

export const typeName = (field: FieldDefinitionNode): string => namedType(field.type).name.value;

/** True for scalars and enums. */
export function isLeaf(reading: Reading, name: string): boolean {
  const kind = reading.types.get(name)?.kind;
  return BUILT_IN_SCALARS.has(name) || kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION;
}

/** True for a stored scalar or enum that is no list: something that one value can be compared with. */
export const isPlain = (reading: Reading, field: FieldDefinitionNode): boolean => isStored(field) && listDepth(field.type) === 0 && isLeaf(reading, typeName(field));

/**
 * Checks the fields of the types and of every value inside them, except of values in `checked`.
 * @returns the embedded types (such as `Money`), each once, in the order in which they were met.
 */
export function checkFields(reading: Reading, types: readonly ObjectTypeDefinitionNode[], checked: ReadonlyMap<string, ObjectTypeDefinitionNode>): ReadonlyMap<string, ObjectTypeDefinitionNode> {
  const embedded = new Map<string, ObjectTypeDefinitionNode>();
  const visit = (type: ObjectTypeDefinitionNode): void => {
    for (const field of type.fields ?? []) {
      const value = checkField(reading, type, field);
      if (value === null || embedded.has(value.name.value) || checked.has(value.name.value)) continue;
      embedded.set(value.name.value, value);
      visit(value);
    }
  };
  for (const type of types) visit(type);
  return embedded;
}

/** @returns the object type of a stored field that has one. */
function checkField(reading: Reading, type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): ObjectTypeDefinitionNode | null {
  const { problems } = reading;
  const path = `"${type.name.value}.${field.name.value}"`;
  if (has(field, 'reference') && has(field, 'computed')) {
    problems.add(field, `${path} has both @reference and @computed.`, 'Keep the one that says where its value comes from.');
  }
  if ((field.arguments ?? []).length > 0 && !has(field, 'computed')) {
    problems.add(field, `${path} takes arguments, but its value is stored or looked up by key.`, 'Remove the arguments, or mark the field @computed.');
  }
  return isStored(field) ? checkStoredType(reading, path, field) : null;
}

function checkStoredType(reading: Reading, path: string, field: FieldDefinitionNode): ObjectTypeDefinitionNode | null {
  const name = typeName(field);
  const found = reading.types.get(name);
  const refuse = (what: string, remedy: string): null => {
    reading.problems.add(field, `${path} cannot be stored: ${what}`, remedy);
    return null;
  };
  // A name that nobody defines is reported by GraphQL's own rules.
  if (found === undefined || isLeaf(reading, name)) return null;
  switch (found.kind) {
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return refuse(
        `"${name}" is ${found.kind === Kind.UNION_TYPE_DEFINITION ? 'a union' : 'an interface'} (${at(found)}), and GraphQL has no input type for those.`,
        'Use an object type with one optional field per case, or mark the field @computed.',
      );
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return refuse(`"${name}" is an input type (${at(found)}).`, 'Use an object type; its input type is derived from it.');
    case Kind.OBJECT_TYPE_DEFINITION:
      break;
    default:
      return null;
  }
  if (has(found, 'entity')) {
    return refuse(`"${name}" is an entity (${at(found)}), which is read from where it lives.`, `Store its key and add @reference(by: "…") here, or use a type without @entity.`);
  }
  if (reading.events.has(name)) return refuse(`"${name}" is an event type (${at(found)}).`, 'Use a type that is no member of a topic.');
  if (!reading.objects.includes(found)) return refuse(`"${name}" belongs to the gateway.`, 'Use a type of your own.');
  if (storedFields(found).length === 0) return refuse(`"${name}" (${at(found)}) has no stored field.`, 'Give it one without @reference and @computed.');
  return found;
}
