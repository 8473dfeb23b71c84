import {
  getDirectiveValues, getNamedType, GraphQLIncludeDirective, GraphQLSkipDirective, isAbstractType, isCompositeType, isObjectType, Kind,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema,
  type OperationDefinitionNode, type SelectionNode, type SelectionSetNode,
} from 'graphql';
import type { EventModel } from '../../event/model.js';
import { topicOfField, type AccessModel, type RowRule, type ScopeRule } from './model.js';
import { ACROSS } from '../derive/across.js';

/** A rule that an operation reaches, and where. */
export interface Need {
  readonly rule: ScopeRule;
  readonly node: FieldNode | SelectionNode | OperationDefinitionNode;
  /** Not asked when the caller may not read this event type: its events are skipped, so the field is never reached. */
  readonly unlessSkipped: string | null;
}

/** A root field that reads topics. Which of them, its arguments may say. */
export interface Read {
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
  /** Null: `events`. */
  readonly topic: string | null;
}

/** What an operation reaches, for certain values of the variables that `@skip` and `@include` ask. */
export interface Analysis {
  readonly needs: readonly Need[];
  readonly reads: readonly Read[];
  /** `publish(events:)`: what it publishes, its arguments say. */
  readonly publishes: readonly Read[];
  /** Of entities and values. */
  readonly rows: readonly RowRule[];
  /** It reaches a resolver made by `withPrincipal`. */
  readonly readsPrincipal: boolean;
}

/** What the analysis of an operation goes by. */
export interface Subject {
  readonly schema: GraphQLSchema;
  readonly access: AccessModel;
  readonly model: EventModel;
  /** `Type.field` of the resolvers made by `withPrincipal`. */
  readonly principalFields: ReadonlySet<string>;
}

/** Object types that a selection may be of. One object for equal sets, so that what was visited is found again. */
type Possible = ReadonlyMap<string, GraphQLObjectType>;

/**
 * Walks the operation once. A selection set is visited once for each set of object types that it may be of, so fragments that
 * spread fragments cost what they are long, not what they unfold to (times the ways in which the schema's interfaces overlap).
 */
export function analyse({ schema, access, model, principalFields }: Subject, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Analysis {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const needs = new Map<ScopeRule, Map<string | null, Need>>();
  const reads: Read[] = [];
  const publishes: Read[] = [];
  const rows = new Set<RowRule>();
  let readsPrincipal = false;
  const visited = new Map<SelectionSetNode, Set<string>>();
  const sets = new Map<string, Possible>();

  const need = (rules: readonly ScopeRule[] | undefined, node: Need['node'], unlessSkipped: string | null = null): void => {
    for (const rule of rules ?? []) {
      const known = needs.get(rule) ?? new Map<string | null, Need>();
      needs.set(rule, known);
      if (!known.has(unlessSkipped)) known.set(unlessSkipped, { rule, node, unlessSkipped });
    }
  };
  const setOf = (types: readonly GraphQLObjectType[]): readonly [key: string, set: Possible] => {
    const key = types.map((each) => each.name).sort().join(' ');
    let set = sets.get(key);
    if (set === undefined) sets.set(key, (set = new Map(types.map((each) => [each.name, each]))));
    return [key, set];
  };
  const possibleOf = (type: GraphQLCompositeType): readonly GraphQLObjectType[] => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);

  const root = schema.getRootType(operation.operation);
  if (root) {
    need(access.types.get(root.name), operation);
    visit(operation.selectionSet, root, [root], false);
  }
  return { needs: [...needs.values()].flatMap((each) => [...each.values()]), reads, publishes, rows: [...rows], readsPrincipal };

  /** @param skipping the value is an event, and those that the caller may not read are left out at the source. */
  function visit(set: SelectionSetNode, parent: GraphQLCompositeType, types: readonly GraphQLObjectType[], skipping: boolean): void {
    const [key, possible] = setOf(types);
    if (possible.size === 0) return;
    const seen = visited.get(set) ?? new Set<string>();
    visited.set(set, seen);
    const mark = `${parent.name} ${skipping} ${key}`;
    if (seen.has(mark)) return;
    seen.add(mark);
    for (const selection of set.selections) {
      if (!isIncluded(selection, variables)) continue;
      if (selection.kind === Kind.FIELD) visitField(selection, parent, possible, skipping);
      else if (selection.kind === Kind.INLINE_FRAGMENT) narrow(selection, selection.typeCondition?.name.value, selection.selectionSet, parent, possible, skipping);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment) narrow(selection, fragment.typeCondition.name.value, fragment.selectionSet, parent, possible, skipping);
      }
    }
  }

  function narrow(node: SelectionNode, condition: string | undefined, set: SelectionSetNode, parent: GraphQLCompositeType, possible: Possible, skipping: boolean): void {
    const type = condition === undefined ? parent : schema.getType(condition);
    if (!isCompositeType(type)) return;
    const types = possibleOf(type).filter((each) => possible.has(each.name));
    // Whoever names the type of an event asks for it: it is refused, where others are skipped.
    if (types.length > 0 && isObjectType(type)) need(access.types.get(type.name), node);
    visit(set, type, types, skipping);
  }

  function visitField(node: FieldNode, parent: GraphQLCompositeType, possible: Possible, skipping: boolean): void {
    const name = node.name.value;
    // Those of introspection.
    if (name.startsWith('__') || !('getFields' in parent)) return;
    const field = parent.getFields()[name];
    if (field === undefined) return;
    for (const owner of possible.keys()) {
      const place = `${owner}.${name}`;
      need(access.fields.get(place), node, skipping && !isObjectType(parent) ? owner : null);
      readsPrincipal ||= principalFields.has(place);
    }
    if (parent === schema.getQueryType() || parent === schema.getSubscriptionType()) {
      const topic = topicOfField(model, name);
      if (topic !== undefined) reads.push({ node, field, topic });
    }
    if (parent === schema.getMutationType() && name === 'publish') publishes.push({ node, field, topic: null });
    const type = getNamedType(field.type);
    need(access.types.get(type.name), node);
    if (!isCompositeType(type) || node.selectionSet === undefined) return;
    const types = possibleOf(type);
    const skips = isEventEdge(parent.name) && name === 'node';
    for (const each of types) {
      if (!skips) need(access.types.get(each.name), node);
      for (const rule of access.rows.get(each.name) ?? []) rows.add(rule);
    }
    visit(node.selectionSet, type, types, skips);
  }

  function isEventEdge(type: string): boolean {
    return type.endsWith('Edge') && (type === `${ACROSS.name}Edge` || model.topics.has(type.slice(0, -'Edge'.length)));
  }
}

function isIncluded(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  return getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] !== true && getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
}
