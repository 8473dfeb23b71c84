import {
  GraphQLError,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
  Source,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { at, type Problems } from './schema-error.js';
import { GATEWAY_SDL, type SchemaSource } from './sources.js';

/** All files as one, with every `extend` worked into what it extends. */
export interface SourceDocument {
  /** In the order in which they were written: the gateway's, then the application's files by path. */
  readonly types: ReadonlyMap<string, TypeDefinitionNode>;
  readonly directives: readonly DirectiveDefinitionNode[];
  /** Names of the types of gateway.graphql, which an application uses but does not change. */
  readonly gateway: ReadonlySet<string>;
}

/** What every GraphQL schema has without a definition. */
export const BUILT_IN_SCALARS: ReadonlySet<string> = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

const EXTENDABLE_ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation']);

export function readDocument(sources: readonly SchemaSource[], problems: Problems): SourceDocument {
  const gateway = parseSource(GATEWAY_SDL, problems);
  const application = sources.flatMap((source) => parseSource(source, problems));
  // One misplaced bracket makes everything after it unknown: the rest would be noise.
  problems.check();

  const types = new Map<string, TypeDefinitionNode>();
  const directives: DirectiveDefinitionNode[] = [];
  const own = new Set(gateway.filter(isTypeDefinitionNode).map((each) => each.name.value));
  const extensions: TypeExtensionNode[] = [];

  for (const node of [...gateway, ...application]) {
    if (isTypeDefinitionNode(node) || isTypeExtensionNode(node)) {
      if (node.name.value === 'Subscription') {
        problems.add(node, 'The type "Subscription" belongs to the gateway.', 'Remove it: a union with @topic gives a subscription. An entity of your own needs another name, such as "Plan".');
      } else if (isTypeExtensionNode(node)) {
        extensions.push(node);
      } else if (EXTENDABLE_ROOTS.has(node.name.value) && types.has(node.name.value)) {
        // Two files may both say `type Query`; nothing is gained by making one of them say `extend`.
        mergeInto(types, node, problems);
      } else {
        define(types, node, own, problems);
      }
    } else if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      directives.push(node);
    } else if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      problems.add(node, 'The gateway names the root types.', 'Remove this block; call your root types "Query" and "Mutation".');
    } else {
      problems.add(node, 'A schema file holds definitions of types, not operations.', 'Move queries, mutations, subscriptions and fragments to your client.');
    }
  }
  for (const extension of extensions) extend(types, extension, own, problems);
  return { types, directives, gateway: own };
}

function parseSource(source: SchemaSource, problems: Problems): readonly DefinitionNode[] {
  try {
    return parse(new Source(source.body, source.file)).definitions;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
    if (/^[\s,]*$/.test(source.body.replace(/#.*/g, ''))) {
      problems.addAt({ file: source.file, line: 1, column: 1 }, 'This file defines nothing.', 'Write a definition into it, or delete it.');
    } else {
      const shown = (source.body.split('\n')[line - 1] ?? '').trim();
      problems.addAt({ file: source.file, line, column }, error.message, `Look at column ${column} of: ${shown}`);
    }
    return [];
  }
}

function define(types: Map<string, TypeDefinitionNode>, node: TypeDefinitionNode, gateway: ReadonlySet<string>, problems: Problems): void {
  const name = node.name.value;
  const first = types.get(name);
  if (first === undefined && !BUILT_IN_SCALARS.has(name)) {
    types.set(name, node);
  } else if (first === undefined || gateway.has(name)) {
    problems.add(node, `The type "${name}" belongs to ${first === undefined ? 'GraphQL' : 'the gateway'}.`, 'Give yours another name.');
  } else {
    problems.add(node, `The type "${name}" is defined twice, first at ${at(first)}.`, 'Rename or remove one of them, or add to the first with "extend".');
  }
}

function extend(types: Map<string, TypeDefinitionNode>, node: TypeExtensionNode, gateway: ReadonlySet<string>, problems: Problems): void {
  const name = node.name.value;
  const base = types.get(name);
  if (gateway.has(name)) {
    problems.add(node, `The type "${name}" belongs to the gateway and cannot be extended.`, 'Put your fields on a type of your own.');
  } else if (base === undefined && EXTENDABLE_ROOTS.has(name) && node.kind === Kind.OBJECT_TYPE_EXTENSION) {
    types.set(name, { ...node, kind: Kind.OBJECT_TYPE_DEFINITION });
  } else if (base === undefined) {
    problems.add(node, `"extend" names the type "${name}", which does not exist.`, `Define "${name}" in one of the files, or correct the name.`);
  } else {
    mergeInto(types, node, problems);
  }
}

/** Adds the members, interfaces and directives of `node` to the type of that name. */
function mergeInto(types: Map<string, TypeDefinitionNode>, node: TypeDefinitionNode | TypeExtensionNode, problems: Problems): void {
  const base = types.get(node.name.value);
  if (base === undefined) return;
  const directives = [...(base.directives ?? []), ...(node.directives ?? [])];
  const merged = mergeMembers(base, node);
  if (merged === null) {
    problems.add(node, `"${node.name.value}" is another kind of type, at ${at(base)}.`, 'Extend it with the keyword it was defined with.');
    return;
  }
  types.set(node.name.value, { ...merged, directives });
}

const both = <Item>(a: readonly Item[] | undefined, b: readonly Item[] | undefined): readonly Item[] => [...(a ?? []), ...(b ?? [])];

function mergeMembers(base: TypeDefinitionNode, node: TypeDefinitionNode | TypeExtensionNode): TypeDefinitionNode | null {
  if (node.kind.replace('Extension', 'Definition') !== base.kind) return null;
  if ('types' in base && 'types' in node) return { ...base, types: both(base.types, node.types) };
  if ('values' in base && 'values' in node) return { ...base, values: both(base.values, node.values) };
  if (base.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && (node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION || node.kind === base.kind)) {
    return { ...base, fields: both(base.fields, node.fields) };
  }
  if (base.kind === Kind.OBJECT_TYPE_DEFINITION && (node.kind === Kind.OBJECT_TYPE_EXTENSION || node.kind === base.kind)) {
    return { ...base, fields: both(base.fields, node.fields), interfaces: both(base.interfaces, node.interfaces) };
  }
  if (base.kind === Kind.INTERFACE_TYPE_DEFINITION && (node.kind === Kind.INTERFACE_TYPE_EXTENSION || node.kind === base.kind)) {
    return { ...base, fields: both(base.fields, node.fields), interfaces: both(base.interfaces, node.interfaces) };
  }
  return base;
}
