import { Kind, OperationTypeNode, type DirectiveNode, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode, type ValueNode } from 'graphql';
import type { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';
import { MAX_DEFINITIONS, MAX_FIELDS, MAX_NESTING, MAX_REPEATS, type Limits } from './limits.js';

/** What a selection set holds, everything below it and in its fragments included. Numbers may be `Infinity`: a bomb. */
interface Size {
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields inside each other. */
  readonly depth: number;
  /** Fields at its own level. */
  readonly level: number;
}

/**
 * Refuses a document that is larger than the limits, before any rule of GraphQL looks at it: several of those take the square of
 * its size. One pass; a fragment is looked at once, however often it is spread. Throws `BAD_USER_INPUT`.
 */
export function checkDocument(document: DocumentNode, limits: Pick<Limits, 'depth' | 'aliases' | 'directives' | 'rootFields'>): void {
  if (document.definitions.length > MAX_DEFINITIONS) throw tooLarge('definitions', document.definitions.length, MAX_DEFINITIONS, 'Send only the operation that is to run, with its fragments.');
  const measure = new Measure(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { fields, aliases, directives, depth, level } = definition.kind === Kind.FRAGMENT_DEFINITION ? measure.fragment(definition.name.value) : measure.definition(definition);
    const what = definition.name === undefined ? 'the operation' : `\`${definition.name.value}\``;
    // Not of a fragment by itself: it may be one of an introspection query.
    if (definition.kind === Kind.OPERATION_DEFINITION && depth > limits.depth) throw badInput(`Fields of ${what} are nested ${depth} levels deep; at most ${limits.depth} are allowed. Ask for what lies deeper in an operation of its own.`);
    if (aliases > limits.aliases) throw tooLarge(`aliases in ${what}`, aliases, limits.aliases, 'Publish several events with `publish(events:)`, or send several operations.');
    if (directives > limits.directives) throw tooLarge(`directives in ${what}`, directives, limits.directives, 'Leave fields out of the document in place of skipping them.');
    if (fields > MAX_FIELDS) throw tooLarge(`fields in ${what}`, fields, MAX_FIELDS, 'Select less, or spread fragments less often.');
    if (definition.kind === Kind.OPERATION_DEFINITION && definition.operation !== OperationTypeNode.SUBSCRIPTION && level > limits.rootFields) {
      throw tooLarge(`root fields in ${what}`, level, limits.rootFields, 'Send several operations.');
    }
  }
}

/** Names the first root field that asks for the schema itself, or null. The document has passed `checkDocument`. */
export function introspects(document: DocumentNode): string | null {
  const isIntrospection = (name: string): boolean => name === '__schema' || name === '__type';
  // Where they are no fields of the type, validation refuses them: no need to know the type here.
  const find = ({ selections }: SelectionSetNode): string | null => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.FIELD && isIntrospection(selection.name.value)) return selection.name.value;
      const found = selection.selectionSet === undefined ? null : find(selection.selectionSet);
      if (found !== null) return found;
    }
    return null;
  };
  for (const definition of document.definitions) {
    const found = definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION ? find(definition.selectionSet) : null;
    if (found !== null) return found;
  }
  return null;
}

class Measure {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #known = new Map<string, Size>();
  /** Fragments that are being looked at: one that is met again spreads itself. */
  readonly #open = new Set<string>();

  constructor(document: DocumentNode) {
    this.#fragments = new Map(document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each]));
  }

  definition({ selectionSet, directives }: { readonly selectionSet: SelectionSetNode; readonly directives?: readonly DirectiveNode[] | undefined }): Size {
    const size = this.#selectionSet(selectionSet, 1);
    return { ...size, directives: size.directives + this.#directives(directives) };
  }

  fragment(name: string): Size {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // GraphQL says so, with the place.
    if (fragment === undefined) return { fields: 0, aliases: 0, directives: 0, depth: 0, level: 0 };
    if (this.#open.has(name)) throw badInput(`The fragment \`${name}\` spreads itself (${[...this.#open, name].join(' → ')}). Take one of the spreads out.`);
    this.#open.add(name);
    const size = this.definition(fragment);
    this.#open.delete(name);
    this.#known.set(name, size);
    return size;
  }

  #selectionSet({ selections }: SelectionSetNode, nesting: number): Size {
    if (nesting > MAX_NESTING) throw badInput(`Selection sets are nested more than ${MAX_NESTING} levels deep.`);
    let [fields, aliases, directives, depth, level] = [0, 0, 0, 0, 0];
    const names = new Map<string, number>();
    for (const selection of selections) {
      directives += this.#directives(selection.directives);
      if (selection.kind !== Kind.FIELD) {
        const inner = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragment(selection.name.value) : this.#selectionSet(selection.selectionSet, nesting + 1);
        fields += inner.fields;
        aliases += inner.aliases;
        directives += inner.directives;
        depth = Math.max(depth, inner.depth);
        level += inner.level;
        continue;
      }
      const response = (selection.alias ?? selection.name).value;
      const repeats = (names.get(response) ?? 0) + 1;
      if (repeats > MAX_REPEATS) throw badInput(`\`${response}\` stands more than ${MAX_REPEATS} times in one selection set. Once is enough: equal fields give one value.`);
      names.set(response, repeats);
      for (const argument of selection.arguments ?? []) checkLiteral(argument.value, 1);
      const inner = selection.selectionSet === undefined ? { fields: 0, aliases: 0, directives: 0, depth: 0 } : this.#selectionSet(selection.selectionSet, nesting + 1);
      fields += 1 + inner.fields;
      aliases += (selection.alias === undefined ? 0 : 1) + inner.aliases;
      directives += inner.directives;
      const exempt = selection.name.value === '__schema' || selection.name.value === '__type';
      depth = Math.max(depth, exempt ? 1 : 1 + inner.depth);
      level += 1;
    }
    return { fields, aliases, directives, depth, level };
  }

  #directives(directives: readonly DirectiveNode[] | undefined): number {
    for (const directive of directives ?? []) for (const argument of directive.arguments ?? []) checkLiteral(argument.value, 1);
    return directives?.length ?? 0;
  }
}

function checkLiteral(value: ValueNode, nesting: number): void {
  if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return;
  if (nesting > MAX_NESTING) throw badInput(`A value in the document is nested more than ${MAX_NESTING} levels deep.`);
  if (value.kind === Kind.LIST) for (const each of value.values) checkLiteral(each, nesting + 1);
  else for (const each of value.fields) checkLiteral(each.value, nesting + 1);
}

/** Refuses values that are nested deeper than anything that reads them goes. Not recursive: it is what protects those that are. */
export function checkNesting(value: unknown, what: string): void {
  let level: object[] = isObject(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_NESTING) throw badInput(`\`${what}\` is nested more than ${MAX_NESTING} levels deep.`);
    const next: object[] = [];
    for (const each of level) for (const inner of Object.values(each) as unknown[]) if (isObject(inner)) next.push(inner);
    level = next;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tooLarge(what: string, found: number, limit: number, instead: string): SluiceError {
  return badInput(`There are ${Number.isSafeInteger(found) ? found : 'countless'} ${what}; at most ${limit} are allowed. ${instead}`);
}

