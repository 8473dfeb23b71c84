import { GraphQLError, Kind, OperationTypeNode, type DocumentNode, type FragmentDefinitionNode, type SelectionNode } from 'graphql';
import type { ErrorCode } from '../base/error.js';

/**
 * Refuses `@skip` and `@include` at the root of a subscription, as the GraphQL specification does. graphql-js 16 does not:
 * it throws at a root field that is left out, and already in its own rules when a variable decides.
 */
export function checkSubscriptionRoot(document: DocumentNode): GraphQLError[] {
  const fragments = new Map(document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each] as const));
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const found = operations.filter((each) => each.operation === OperationTypeNode.SUBSCRIPTION).flatMap((each) => rootSelections(each.selectionSet.selections, fragments, new Set()));
  return found.flatMap((selection) => (selection.directives ?? [])).filter((each) => each.name.value === 'skip' || each.name.value === 'include').map((directive) => new GraphQLError(
    `A subscription has its one root field always: remove @${directive.name.value} from it, and decide in the client whether to subscribe.`,
    { nodes: directive, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } },
  ));
}

/** What stands at the root, fragments and their content included, each once. */
function rootSelections(selections: readonly SelectionNode[], fragments: ReadonlyMap<string, FragmentDefinitionNode>, seen: Set<string>): SelectionNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return [selection, ...rootSelections(selection.selectionSet.selections, fragments, seen)];
    const name = selection.name.value;
    if (seen.has(name)) return [selection];
    seen.add(name);
    return [selection, ...rootSelections(fragments.get(name)?.selectionSet.selections ?? [], fragments, seen)];
  });
}
