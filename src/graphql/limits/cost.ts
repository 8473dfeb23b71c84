import {
  getNamedType, isAbstractType, isCompositeType, isListType, isNonNullType, Kind, OperationTypeNode, valueFromASTUntyped,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema,
  type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE } from '../../stream/history.js';

/** Values that a list counts as, where nothing says how many it has. */
export const LIST_ITEMS = 10;

/** Whether a field is looked up, which costs one more. */
export type IsReference = (type: string, field: string) => boolean;

/** What a selection costs: so much, and so much more for each item of the lists directly in it. */
interface Cost {
  readonly fixed: number;
  readonly perItem: number;
}

const NOTHING: Cost = { fixed: 0, perItem: 0 };

/**
 * How many values the operation makes at most, about: every field costs 1, a `@reference` 2. What stands in a list counts for each of its items:
 * as many as `first` or `last` of the list, or of the field around it, say (left out, what the field takes by default, or 50), else
 * 10. Of members of a union or interface only the dearest counts. A subscription's cost is that of one event. One pass; a
 * fragment is looked at once. What does not fit the schema costs nothing: validation refuses it.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>, isReference: IsReference): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const fragments = new Map(document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each]));
  const defaults = new Map((operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) => (defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]])));
  const read = (name: string): unknown => (Object.hasOwn(variables, name) ? variables[name] : defaults.get(name));
  const { fixed, perItem } = new Coster(schema, fragments, read, isReference).selectionSet(operation.selectionSet, root);
  return fixed + perItem * LIST_ITEMS;
}

/** What the limit of an operation is called. */
export function isSubscription(operation: OperationDefinitionNode): boolean {
  return operation.operation === OperationTypeNode.SUBSCRIPTION;
}

class Coster {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variable: (name: string) => unknown;
  readonly #isReference: IsReference;
  readonly #known = new Map<string, Cost>();

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>, variable: (name: string) => unknown, isReference: IsReference) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variable = variable;
    this.#isReference = isReference;
  }

  selectionSet({ selections }: SelectionSetNode, type: GraphQLCompositeType): Cost {
    let [fixed, perItem] = [0, 0];
    /** By object type, where `type` has several: an object is of one of them. */
    const members = new Map<string, Cost>();
    const add = (cost: Cost): void => {
      fixed += cost.fixed;
      perItem += cost.perItem;
    };
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        add(this.#field(selection, type));
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : undefined;
      const condition = selection.kind === Kind.FRAGMENT_SPREAD ? fragment?.typeCondition : selection.typeCondition;
      const inner = condition === undefined ? type : this.#schema.getType(condition.name.value);
      if (inner === undefined || !isCompositeType(inner)) continue;
      const cost = selection.kind === Kind.INLINE_FRAGMENT ? this.selectionSet(selection.selectionSet, inner) : fragment === undefined ? NOTHING : this.#fragment(fragment, inner);
      if (!isAbstractType(type) || isAbstractType(inner)) {
        add(cost);
        continue;
      }
      const before = members.get(inner.name) ?? NOTHING;
      members.set(inner.name, { fixed: before.fixed + cost.fixed, perItem: before.perItem + cost.perItem });
    }
    const dearest = [...members.values()].reduce((one, other) => ({ fixed: Math.max(one.fixed, other.fixed), perItem: Math.max(one.perItem, other.perItem) }), NOTHING);
    add(dearest);
    return { fixed, perItem };
  }

  #fragment(fragment: FragmentDefinitionNode, type: GraphQLCompositeType): Cost {
    let cost = this.#known.get(fragment.name.value);
    if (cost === undefined) this.#known.set(fragment.name.value, (cost = this.selectionSet(fragment.selectionSet, type)));
    return cost;
  }

  #field(node: FieldNode, type: GraphQLCompositeType): Cost {
    const field = 'getFields' in type ? (type as GraphQLObjectType).getFields()[node.name.value] : undefined;
    // `__typename` and introspection, which has limits of its own; or no field at all.
    if (field === undefined) return { fixed: 1, perItem: 0 };
    const own = this.#isReference(type.name, field.name) ? 2 : 1;
    const inner = getNamedType(field.type);
    const page = this.#page(node, field);
    const below = node.selectionSet === undefined || !isCompositeType(inner) ? NOTHING : this.selectionSet(node.selectionSet, inner);
    if (!isList(field.type)) return { fixed: own + below.fixed + below.perItem * (page ?? LIST_ITEMS), perItem: 0 };
    const item = 1 + below.fixed + below.perItem * LIST_ITEMS;
    return page === null ? { fixed: own, perItem: item } : { fixed: own + item * page, perItem: 0 };
  }

  /** How many items were asked for; null when the field takes no `first` or `last`. */
  #page(node: FieldNode, field: GraphQLField<unknown, unknown>): number | null {
    const first = field.args.find(({ name }) => name === 'first');
    if (first === undefined) return null;
    let page: number | null = null;
    for (const { name, value } of node.arguments ?? []) {
      if (name.value !== 'first' && name.value !== 'last') continue;
      const given = value.kind === Kind.VARIABLE ? this.#variable(value.name.value) : value.kind === Kind.INT ? Number(value.value) : null;
      // Another value is none that the argument takes.
      if (typeof given === 'number') page = Math.max(page ?? 0, given);
    }
    return page ?? (typeof first.defaultValue === 'number' ? first.defaultValue : DEFAULT_PAGE);
  }
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
