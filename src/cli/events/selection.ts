import {
  getNamedType, GraphQLError, isInputObjectType, isLeafType, isObjectType, Kind, parse, print,
  type FieldNode, type GraphQLObjectType, type GraphQLSchema, type SelectionNode,
} from 'graphql';
import { CommandError } from '../exit-codes.js';

/** Stands between type and field in an alias; `readFields` takes it away again. */
const MARK = '__of__';
/** Levels of values inside values that are selected by themselves. */
const DEPTH = 6;

const META = 'meta { id type topic key tenant position version occurredAt recordedAt correlationId causationId traceparent }';

/**
 * What to select of `node`: its type, its `meta` and, for each event type, `chosen` or all that is stored. References and
 * computed fields are left out unless chosen: the fields of `<Type>Input` are the stored ones.
 *
 * `chosen` is GraphQL: fields (`orderId customer { name }`) are selected on every type that has them; fragments stay as
 * they are. Errors: `CommandError` (usage).
 */
export function selectionOf(schema: GraphQLSchema, types: readonly GraphQLObjectType[], chosen: string | undefined): string {
  const given = chosen === undefined ? null : readChosen(chosen);
  const perType = types.map((type) => ({ type, fields: given === null ? storedFields(schema, type) : given.flatMap((node) => chosenField(node, type)) }));
  const unknown = (given ?? []).filter((node): node is FieldNode => node.kind === Kind.FIELD && !['meta', '__typename'].includes(node.name.value))
    .find((node) => !types.some((type) => node.name.value in type.getFields()));
  if (unknown !== undefined) throw new CommandError('usage', `--select: no event type here has a field "${unknown.name.value}".`);

  const shapes = new Map<string, Set<string>>();
  for (const { type, fields } of perType) for (const { name, shape } of fields) shapes.set(name, (shapes.get(name) ?? new Set()).add(shape ?? typeText(type, name)));
  // Members of a union may have fields of one name and different types, which cannot be selected under one name.
  const fragments = perType.filter(({ fields }) => fields.length > 0).map(({ type, fields }) => {
    const texts = fields.map(({ name, text }) => ((shapes.get(name)?.size ?? 0) > 1 ? `${type.name}${MARK}${name}: ${text}` : text));
    return `... on ${type.name} { ${texts.join(' ')} }`;
  });
  const rest = (given ?? []).filter((node) => node.kind !== Kind.FIELD).map((node) => print(node));
  return `__typename ... on Event { ${META} } ${[...fragments, ...rest].join(' ')}`;
}

interface Selected {
  readonly name: string;
  readonly text: string;
  /** In place of the field's type, where the name is an alias. */
  readonly shape?: string;
}

/** The fields of a result without the marks of their types, in the order in which they were selected. */
export function readFields(node: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { __typename: _type, meta: _meta, ...fields } = node;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.slice(name.includes(MARK) ? name.indexOf(MARK) + MARK.length : 0), value]));
}

function readChosen(text: string): readonly SelectionNode[] {
  try {
    const { definitions } = parse(`{ ${text} }`, { noLocation: true });
    const [only] = definitions;
    if (definitions.length !== 1 || only?.kind !== Kind.OPERATION_DEFINITION) throw new GraphQLError('It takes one selection.');
    return only.selectionSet.selections;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new CommandError('usage', `--select takes fields as GraphQL has them, such as "orderId customer { name }": ${error.message}`, { cause: error });
  }
}

function chosenField(node: SelectionNode, type: GraphQLObjectType): Selected[] {
  if (node.kind !== Kind.FIELD || ['meta', '__typename'].includes(node.name.value) || !(node.name.value in type.getFields())) return [];
  const text = print(node);
  return node.alias === undefined ? [{ name: node.name.value, text }] : [{ name: node.alias.value, text, shape: text }];
}

function storedFields(schema: GraphQLSchema, type: GraphQLObjectType): Selected[] {
  return stored(type, schema.getType(`${type.name}Input`), DEPTH);
}

/** The fields that a type and its input both have, with the fields of values inside. */
function stored(type: GraphQLObjectType, input: unknown, depth: number): Selected[] {
  if (!isInputObjectType(input)) return [];
  const inputs = input.getFields();
  return Object.values(type.getFields()).flatMap((field): Selected[] => {
    const own = inputs[field.name];
    if (own === undefined) return [];
    const value = getNamedType(field.type);
    if (isLeafType(value)) return [{ name: field.name, text: field.name }];
    if (!isObjectType(value) || depth === 0) return [];
    const inner = stored(value, getNamedType(own.type), depth - 1).map((each) => each.text);
    return inner.length === 0 ? [] : [{ name: field.name, text: `${field.name} { ${inner.join(' ')} }` }];
  });
}

function typeText(type: GraphQLObjectType, name: string): string {
  return String(type.getFields()[name]?.type);
}
