import { buildASTSchema, getDirectiveValues, GraphQLError, Kind, parse, type ASTNode, type ConstDirectiveNode, type ObjectTypeDefinitionNode, type UnionTypeDefinitionNode } from 'graphql';
import type { SourceDocument } from './document.js';
import type { Problems } from './schema-error.js';
import { GATEWAY_SDL } from './sources.js';

/** What every part of the derivation needs to read the SDL and to say what is wrong with it. */
export interface Reading extends SourceDocument {
  readonly problems: Problems;
  /** Unions with `@topic`, also those in which something is wrong. */
  readonly unions: readonly UnionTypeDefinitionNode[];
  /** Names of the members of those unions. */
  readonly events: ReadonlySet<string>;
  /** Object types that are the application's and no roots, in SDL order. */
  readonly objects: readonly ObjectTypeDefinitionNode[];
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const read = new WeakMap<ConstDirectiveNode, Readonly<Record<string, unknown>> | null>();
const GATEWAY = buildASTSchema(parse(`${GATEWAY_SDL.body}\ntype Query { unused: Int }`));

export function createReading(document: SourceDocument, problems: Problems): Reading {
  const all = [...document.types.values()];
  const unions = all.filter((each) => each.kind === Kind.UNION_TYPE_DEFINITION).filter((each) => has(each, 'topic'));
  return {
    ...document,
    problems,
    unions,
    events: new Set(unions.flatMap((each) => each.types ?? []).map((each) => each.name.value)),
    objects: all.filter((each) => each.kind === Kind.OBJECT_TYPE_DEFINITION).filter((each) => !ROOTS.has(each.name.value) && !document.gateway.has(each.name.value)),
  };
}

export const directiveNode = (node: Directed, name: string): ConstDirectiveNode | undefined => node.directives?.find((each) => each.name.value === name);

export const has = (node: Directed, name: string): boolean => directiveNode(node, name) !== undefined;

/** The arguments of a directive of the gateway, defaults filled in; null when it is not there or its arguments are wrong. */
export function argumentsOf(reading: Reading, node: ASTNode & Directed, name: string): Readonly<Record<string, unknown>> | null {
  const used = directiveNode(node, name);
  const definition = GATEWAY.getDirective(name);
  if (used === undefined || definition === null || definition === undefined) return null;
  const earlier = read.get(used);
  if (earlier !== undefined) return earlier;
  // Remembered, so that an entity which many references ask about is reported once.
  read.set(used, null);
  try {
    const values = getDirectiveValues(definition, node) ?? null;
    read.set(used, values);
    return values;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    reading.problems.add(used, `@${name}: ${error.message}`, `Its arguments: ${definition.args.map((each) => `${each.name}: ${String(each.type)}`).join(', ')}.`);
    return null;
  }
}

export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);

/** The object type of this name, if it is one. */
export function objectNamed(reading: Reading, name: string): ObjectTypeDefinitionNode | undefined {
  const found = reading.types.get(name);
  return found?.kind === Kind.OBJECT_TYPE_DEFINITION ? found : undefined;
}
