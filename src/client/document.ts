import { print, type ArgumentNode, type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** What code generators hang on a document: the type of its result and of its variables. */
interface Typed<Result, Variables> {
  readonly __apiType?: (variables: Variables) => Result;
}

/**
 * A document with one subscription to a topic: as code generators write it (`TypedDocumentNode`, `TypedDocumentString`),
 * as `gql` parses it, or as text. Its result and variables are known to the compiler when the generator's types are on it.
 *
 * A parsed document is completed: `__typename` in `node`, and `after: $after` at the topic's field. Text is sent as it is,
 * so it must have both itself, as must a parsed document that a server knows by its hash.
 */
export type EventDocument<Result, Variables> =
  | (DocumentNode & Typed<Result, Variables>)
  // eslint-disable-next-line @typescript-eslint/no-wrapper-object-types -- TypedDocumentString extends String.
  | (String & Typed<Result, Variables>)
  | string;

/** A document ready to be sent. */
export interface PreparedDocument {
  readonly query: string;
  readonly operationName: string | undefined;
  /** Variable that `after` takes its value from; undefined when the text has none, so that no cursor can be given. */
  readonly afterVariable: string | undefined;
}

/** The document is not one subscription to one topic, or lacks what the client needs. The message says how to mend it. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** Throws `DocumentError`. */
export function prepareDocument(document: EventDocument<unknown, never>): PreparedDocument {
  if (isParsed(document)) return prepareParsed(document);
  const query = String(document);
  return {
    query,
    operationName: undefined,
    afterVariable: /\bafter\s*:\s*\$(\w+)/.exec(query)?.[1],
  };
}

/** Variables with the place to start after, when there is one. */
export function variablesAfter(prepared: PreparedDocument, variables: object | undefined, after: string | null): Record<string, unknown> {
  if (after === null) return { ...variables };
  if (prepared.afterVariable === undefined) {
    throw new DocumentError('This subscription cannot go on after a cursor: write `after: $after` at its field and declare `$after: Cursor`.');
  }
  return { ...variables, [prepared.afterVariable]: after };
}

function isParsed(document: EventDocument<unknown, never>): document is DocumentNode {
  return typeof document === 'object' && 'definitions' in document;
}

function prepareParsed(document: DocumentNode): PreparedDocument {
  const operations = document.definitions.filter((definition) => definition.kind === 'OperationDefinition');
  const [operation] = operations;
  if (operation === undefined || operations.length > 1 || operation.operation !== 'subscription') {
    throw new DocumentError('The document must hold one operation, a subscription.');
  }
  const field = operation.selectionSet.selections.find((selection) => selection.kind === 'Field');
  if (field?.selectionSet === undefined) throw new DocumentError('The subscription must select the field of a topic, such as `orderEvents { node { … } }`.');

  const named = withTypename(field);
  const { field: complete, variable, added } = withAfter(named, operation);
  const completed: DocumentNode = complete === field ? document : {
    ...document,
    definitions: document.definitions.map((definition) => (definition !== operation ? definition : {
      ...operation,
      ...(added ? { variableDefinitions: [...(operation.variableDefinitions ?? []), CURSOR_VARIABLE] } : {}),
      selectionSet: { ...operation.selectionSet, selections: operation.selectionSet.selections.map((selection) => (selection === field ? complete : selection)) },
    })),
  };
  return { query: print(completed), operationName: operation.name?.value, afterVariable: variable };
}

function withTypename(field: FieldNode): FieldNode {
  const { selectionSet } = field;
  const node = selectionSet?.selections.find((selection) => selection.kind === 'Field' && selection.name.value === 'node' && selection.alias === undefined);
  if (selectionSet === undefined || node?.kind !== 'Field' || node.selectionSet === undefined) {
    throw new DocumentError(`The subscription must select \`node\` in \`${field.name.value}\`, without an alias: it holds the event.`);
  }
  if (node.selectionSet.selections.some((selection) => selection.kind === 'Field' && (selection.alias ?? selection.name).value === '__typename')) return field;
  const inside: SelectionSetNode = { ...node.selectionSet, selections: [TYPENAME, ...node.selectionSet.selections] };
  return {
    ...field,
    selectionSet: { ...selectionSet, selections: selectionSet.selections.map((selection) => (selection === node ? { ...node, selectionSet: inside } : selection)) },
  };
}

function withAfter(field: FieldNode, operation: OperationDefinitionNode): { readonly field: FieldNode; readonly variable: string; readonly added: boolean } {
  const given = field.arguments?.find((argument) => argument.name.value === 'after');
  if (given?.value.kind === 'Variable') return { field, variable: given.value.name.value, added: false };
  if (given !== undefined) throw new DocumentError('A cursor that is written into the document would win over the one to go on after: make it `after: $after`.');
  const added = !(operation.variableDefinitions ?? []).some(({ variable }) => variable.name.value === 'after');
  return { field: { ...field, arguments: [...(field.arguments ?? []), AFTER] }, variable: 'after', added };
}

const TYPENAME = { kind: 'Field', name: { kind: 'Name', value: '__typename' } } as FieldNode;
const VARIABLE = { kind: 'Variable', name: { kind: 'Name', value: 'after' } } as const;
const AFTER = { kind: 'Argument', name: { kind: 'Name', value: 'after' }, value: VARIABLE } as ArgumentNode;
const CURSOR_VARIABLE = {
  kind: 'VariableDefinition',
  variable: VARIABLE,
  type: { kind: 'NamedType', name: { kind: 'Name', value: 'Cursor' } },
} as NonNullable<OperationDefinitionNode['variableDefinitions']>[number];
