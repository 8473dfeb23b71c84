import { Kind, type DocumentNode } from 'graphql';
import { has } from './derive/reading.js';
import { collectProblems } from './derive/schema-error.js';

/**
 * Every `@computed` field has a resolver of the application.
 * @throws SchemaError naming each that has none, by file and line.
 */
export function checkComputed(typeDefs: DocumentNode, resolvers: Readonly<Record<string, object>>): void {
  const problems = collectProblems();
  for (const type of typeDefs.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const name = type.name.value;
    const own = Object.hasOwn(resolvers, name) ? resolvers[name] as Record<string, unknown> : {};
    for (const field of (type.fields ?? []).filter((each) => has(each, 'computed'))) {
      const resolver = Object.hasOwn(own, field.name.value) ? own[field.name.value] : undefined;
      if (typeof resolver === 'function' || (typeof resolver === 'object' && resolver !== null && 'resolve' in resolver && typeof resolver.resolve === 'function')) continue;
      problems.add(field, `"${name}.${field.name.value}" is @computed, but the application has no resolver for it.`, `Add resolvers: { ${name}: { ${field.name.value}: (parent) => … } } to the application, or remove @computed to have the value stored.`);
    }
  }
  problems.check();
}
