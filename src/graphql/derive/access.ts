import { Kind, type ASTNode, type ConstDirectiveNode, type FieldDefinitionNode, type ObjectTypeDefinitionNode, type TypeDefinitionNode } from 'graphql';
import { fieldNamed, isPlain, typeName } from './fields.js';
import { namedType } from './node.js';
import { argumentsOf, directiveNode, has, objectNamed, text, type Reading } from './reading.js';
import { at } from './schema-error.js';

const RULES = ['authenticated', 'requiresScopes', 'visibleTo'] as const;
/** RFC 6749: what a scope may consist of. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** A claim is text or a number, so nothing else can equal it; a moment has more than one spelling. */
const INCOMPARABLE: ReadonlySet<string> = new Set(['JSON', 'DateTime', 'Boolean']);
const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation']);

type Directed = ASTNode & { readonly directives?: readonly ConstDirectiveNode[] };

/** Checks the access rules: whoever writes one believes that it protects, so one that does not is an error of the schema. */
export function checkAccess(reading: Reading): void {
  for (const type of reading.types.values()) {
    checkScopes(reading, type, type.name.value);
    if (has(type, 'visibleTo')) checkVisibleTo(reading, type);
    if ('fields' in type) for (const field of type.fields ?? []) checkScopes(reading, field, `${type.name.value}.${field.name.value}`);
  }
  checkKeys(reading);
  checkReferences(reading);
  checkReached(reading);
}

function checkScopes(reading: Reading, node: Directed, place: string): void {
  checkAlternatives(reading, node, place, 'requiresScopes', 'scopes');
  checkAlternatives(reading, node, place, 'topic', 'publishScopes');
  checkAlternatives(reading, node, place, 'visibleTo', 'unlessScopes');
}

function checkAlternatives(reading: Reading, node: Directed, place: string, directive: string, argument: string): void {
  const given = argumentsOf(reading, node, directive)?.[argument];
  if (!Array.isArray(given)) return;
  const used = directiveNode(node, directive);
  const lists = given as readonly (readonly string[])[];
  const named = `@${directive}(${argument}:) of "${place}"`;
  if (lists.length === 0) reading.problems.add(used, `${named} is an empty list, which nobody can meet and nobody means.`, 'Name the scopes, each alternative a list of its own: [["orders:read"]].');
  if (lists.some((all) => all.length === 0)) reading.problems.add(used, `${named} has an empty inner list, which everybody meets.`, 'Remove the inner list, or name the scopes that it needs.');
  for (const scope of lists.flat().filter((each) => !SCOPE.test(each))) {
    reading.problems.add(used, `${named} names the scope ${JSON.stringify(scope)}, which no token can hold: scopes are separated by spaces and have no quotes.`, 'Write every scope as a text of its own: [["orders:read", "support"]].');
  }
}

/** The field that is compared: every event of a topic has it, and so has an entity or a value. */
function checkVisibleTo(reading: Reading, type: TypeDefinitionNode): void {
  const { problems } = reading;
  const used = directiveNode(type, 'visibleTo');
  const values = argumentsOf(reading, type, 'visibleTo');
  const [name, claim] = [text(values?.['field']), text(values?.['claim'])];
  if (name === null || claim === null) return;
  if (claim.trim() === '') problems.add(used, `"${type.name.value}" is visible by a claim without a name.`, 'Name a claim of the token: @visibleTo(claim: "sub", field: "…").');
  if (ROOTS.has(type.name.value)) return problems.add(used, `"${type.name.value}" has no rows that one caller could see and another not.`, 'Put @visibleTo on the types that its fields have.');
  if (type.kind === Kind.UNION_TYPE_DEFINITION && !reading.unions.includes(type)) {
    return problems.add(used, `"${type.name.value}" is no topic, so its members are no events of it.`, 'Put @visibleTo on its members.');
  }
  const members = type.kind === Kind.UNION_TYPE_DEFINITION ? (type.types ?? []).flatMap((each) => objectNamed(reading, each.name.value) ?? []) : type.kind === Kind.OBJECT_TYPE_DEFINITION ? [type] : [];
  for (const member of members) {
    const field = fieldNamed(member, name);
    if (field === undefined || !isPlain(reading, field)) {
      problems.add(
        used,
        `"${type.name.value}" is visible by the field "${name}", but "${member.name.value}" (${at(member)}) has no such stored scalar.`,
        `Add "${name}: ID!" to "${member.name.value}", or compare another field.`,
      );
    } else if (INCOMPARABLE.has(typeName(field))) {
      problems.add(used, `"${type.name.value}" is visible by the field "${name}", which is ${typeName(field)} in "${member.name.value}" (${at(field)}): a claim is text or a number.`, 'Compare a field that is ID, String, Int or an enum.');
    }
  }
}

/** The key of an event stands in `meta.key`, in cursors' filters and in the erasure: a rule on the field would hide it from nobody. */
function checkKeys(reading: Reading): void {
  for (const union of reading.unions) {
    const key = text(argumentsOf(reading, union, 'topic')?.['key']);
    for (const member of (union.types ?? []).flatMap((each) => objectNamed(reading, each.name.value) ?? [])) {
      const field = key === null ? undefined : fieldNamed(member, key);
      const rule = RULES.find((each) => field !== undefined && has(field, each));
      if (field === undefined || rule === undefined) continue;
      reading.problems.add(directiveNode(field, rule), `@${rule} on "${member.name.value}.${key}" hides nothing: it is the key of its topic, which "meta.key" shows.`, `Put the rule on "${member.name.value}" or on the topic, or choose another key.`);
    }
  }
}

/** What a reference finds tells its key: whoever may not read the one may not read the other. */
function checkReferences(reading: Reading): void {
  for (const type of reading.objects) {
    for (const field of type.fields ?? []) {
      const by = text(argumentsOf(reading, field, 'reference')?.['by']);
      if (by === null) continue;
      const own = scopeRules(reading, type, field.name.value);
      const missing = scopeRules(reading, type, by).find((rule) => !own.some((each) => asksAsMuch(each, rule)));
      if (missing === undefined) continue;
      const [path, key] = [`${type.name.value}.${field.name.value}`, `${type.name.value}.${by}`];
      const rule = missing.scopes === null ? '@authenticated' : `@requiresScopes(scopes: [${missing.scopes.map((all) => `[${all.map((each) => JSON.stringify(each)).join(', ')}]`).join(', ')}])`;
      reading.problems.add(directiveNode(field, 'reference'), `"${path}" shows what "${key}" hides (${at(missing.node)}): it is looked up by it, and whoever may not read the key may read the reference.`, `Write ${rule} on "${path}", too.`);
    }
  }
}

/** `scopes`: alternatives, each a list of which all are needed; null: whoever is known. */
interface FieldRule {
  readonly node: ConstDirectiveNode;
  readonly scopes: readonly (readonly string[])[] | null;
}

/** The scope rules of a field, those of the interfaces that have it included. */
function scopeRules(reading: Reading, type: ObjectTypeDefinitionNode, name: string): FieldRule[] {
  const interfaces = (type.interfaces ?? []).map((each) => reading.types.get(each.name.value)).filter((each) => each?.kind === Kind.INTERFACE_TYPE_DEFINITION);
  return [type, ...interfaces].flatMap<FieldDefinitionNode>((each) => each.fields ?? []).filter((each) => each.name.value === name).flatMap((each) => {
    const [authenticated, scoped] = [directiveNode(each, 'authenticated'), directiveNode(each, 'requiresScopes')];
    const scopes = argumentsOf(reading, each, 'requiresScopes')?.['scopes'] as FieldRule['scopes'] | undefined;
    return [...(authenticated === undefined ? [] : [{ node: authenticated, scopes: null }]), ...(scoped === undefined || !scopes ? [] : [{ node: scoped, scopes }])];
  });
}

/** True when whoever meets `own` meets `other`, too. */
function asksAsMuch(own: FieldRule, other: FieldRule): boolean {
  const { scopes } = other;
  if (scopes === null) return true;
  return own.scopes?.every((held) => scopes.some((all) => all.every((each) => held.includes(each)))) ?? false;
}

/** A rule on a type that no field has is never asked; most likely it was meant for another. */
function checkReached(reading: Reading): void {
  const reached = new Set<string>(ROOTS);
  for (const type of reading.types.values()) {
    if (type.kind === Kind.UNION_TYPE_DEFINITION) {
      if (reading.unions.includes(type)) reached.add(type.name.value);
      for (const member of type.types ?? []) reached.add(member.name.value);
    } else if (type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      if ((type.interfaces ?? []).length > 0) reached.add(type.name.value);
      for (const field of type.fields ?? []) reached.add(namedType(field.type).name.value);
    }
  }
  for (const type of reading.types.values()) {
    // What GraphQL itself refuses it says by its own rules.
    if (reached.has(type.name.value) || type.kind === Kind.ENUM_TYPE_DEFINITION || type.kind === Kind.SCALAR_TYPE_DEFINITION || type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) continue;
    const rule = RULES.map((each) => directiveNode(type, each)).find((each) => each !== undefined)
      ?? ('fields' in type ? (type.fields ?? []).flatMap((field) => RULES.flatMap((each) => directiveNode(field, each) ?? []))[0] : undefined);
    if (rule !== undefined) reading.problems.add(rule, `@${rule.name.value} protects nothing: no field and no topic has the type "${type.name.value}".`, 'Use the type, or remove the rule.');
  }
}
