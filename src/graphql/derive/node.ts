import {
  Kind,
  parseConstValue,
  parseType,
  type ConstDirectiveNode,
  type ConstValueNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type Location,
  type NamedTypeNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';

/*
 * Builders of SDL nodes. A derived node carries the location of what it was derived from, so that a rule of GraphQL
 * which it breaks is reported at a line that somebody wrote.
 */

interface Origin {
  readonly loc?: Location | undefined;
}

const located = (from: Origin | undefined): { loc?: Location } => (from?.loc === undefined ? {} : { loc: from.loc });

export const nameNode = (value: string, from?: Origin): NameNode => ({ kind: Kind.NAME, value, ...located(from) });

export const namedTypeNode = (value: string, from?: Origin): NamedTypeNode => ({ kind: Kind.NAMED_TYPE, name: nameNode(value, from), ...located(from) });

function described(text: string | undefined): { description?: StringValueNode } {
  if (text === undefined) return {};
  return { description: { kind: Kind.STRING, value: text, block: text.includes('\n') || text.includes('"') || text.length > 100 } };
}

/** `type` is a node, or SDL such as `[ID!]`. */
export interface ValueParts {
  readonly type: TypeNode | string;
  readonly description?: string | undefined;
  readonly default?: string;
  readonly from?: Origin | undefined;
}

const typeNode = (type: TypeNode | string): TypeNode => (typeof type === 'string' ? parseType(type, { noLocation: true }) : type);

export function inputValue(name: string, parts: ValueParts): InputValueDefinitionNode {
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: nameNode(name, parts.from),
    type: typeNode(parts.type),
    ...described(parts.description),
    ...(parts.default === undefined ? {} : { defaultValue: parseConstValue(parts.default, { noLocation: true }) }),
    ...located(parts.from),
  };
}

export function field(name: string, parts: ValueParts, args: readonly InputValueDefinitionNode[] = []): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: nameNode(name, parts.from),
    type: typeNode(parts.type),
    arguments: args,
    ...described(parts.description),
    ...located(parts.from),
  };
}

export interface TypeParts<Member> {
  readonly description: string | undefined;
  readonly from?: Origin | undefined;
  readonly members: readonly Member[];
  readonly directives?: readonly ConstDirectiveNode[];
}

export function objectType(name: string, parts: TypeParts<FieldDefinitionNode>): ObjectTypeDefinitionNode {
  return { kind: Kind.OBJECT_TYPE_DEFINITION, name: nameNode(name, parts.from), fields: parts.members, directives: parts.directives ?? [], ...described(parts.description), ...located(parts.from) };
}

export function inputType(name: string, parts: TypeParts<InputValueDefinitionNode>): InputObjectTypeDefinitionNode {
  return { kind: Kind.INPUT_OBJECT_TYPE_DEFINITION, name: nameNode(name, parts.from), fields: parts.members, directives: parts.directives ?? [], ...described(parts.description), ...located(parts.from) };
}

export function enumType(name: string, parts: TypeParts<{ readonly name: string; readonly description: string | undefined; readonly from?: Origin | undefined }>): EnumTypeDefinitionNode {
  return {
    kind: Kind.ENUM_TYPE_DEFINITION,
    name: nameNode(name, parts.from),
    values: parts.members.map((each) => ({ kind: Kind.ENUM_VALUE_DEFINITION, name: nameNode(each.name, each.from), ...described(each.description), ...located(each.from) })),
    ...described(parts.description),
    ...located(parts.from),
  };
}

export const directive = (name: string): ConstDirectiveNode => ({ kind: Kind.DIRECTIVE, name: nameNode(name) });

/** `@requiresScopes(scopes:)` */
export const requiresScopes = (scopes: ConstValueNode): ConstDirectiveNode => ({ ...directive('requiresScopes'), arguments: [{ kind: Kind.ARGUMENT, name: nameNode('scopes'), value: scopes }] });

/** The named type inside lists and non-nulls. */
export function namedType(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedType(type.type);
}

/** How many lists are around the named type. */
export function listDepth(type: TypeNode): number {
  if (type.kind === Kind.NAMED_TYPE) return 0;
  return listDepth(type.type) + (type.kind === Kind.LIST_TYPE ? 1 : 0);
}

export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
