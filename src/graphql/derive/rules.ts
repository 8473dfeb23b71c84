import { buildASTSchema, Kind, validateSchema, type DocumentNode } from 'graphql';
// Not part of graphql's public list: the public buildSchema throws one text in which files and lines are lost.
import { specifiedSDLRules } from 'graphql/validation/specifiedRules.js';
import { validateSDL } from 'graphql/validation/validate.js';
import type { Problems } from './schema-error.js';

/** What to do when a rule of GraphQL itself is broken, by the name of the rule. */
const REMEDIES: Readonly<Record<string, string>> = {
  KnownTypeNamesRule: 'Define the type in one of the files, or correct the name.',
  KnownDirectivesRule: 'Correct the name or move it; schema/gateway.graphql lists the directives and where each may stand.',
  KnownArgumentNamesOnDirectivesRule: 'Correct the argument; schema/gateway.graphql lists those of each directive.',
  ProvidedRequiredArgumentsOnDirectivesRule: 'Add the argument; schema/gateway.graphql says what it means.',
  UniqueDirectivesPerLocationRule: 'Keep one of them.',
  UniqueFieldDefinitionNamesRule: 'Remove or rename one of the two fields; "extend" adds to what is there already.',
  UniqueEnumValueNamesRule: 'Remove one of the two values.',
  UniqueArgumentDefinitionNamesRule: 'Remove or rename one of the two arguments.',
  UniqueDirectiveNamesRule: 'Give yours another name.',
};
const GENERAL_REMEDY = 'Correct this definition.';

/** Applies GraphQL's own rules to the complete schema, source and derived. */
export function checkRules(document: DocumentNode, problems: Problems): void {
  for (const rule of specifiedSDLRules) {
    for (const error of validateSDL(document, null, [rule])) {
      problems.addUnlessKnown(error.nodes?.at(-1), error.message, REMEDIES[rule.name] ?? GENERAL_REMEDY);
    }
  }
  // A schema cannot be built of parts that are wrong by themselves.
  if (problems.found.length > 0) return;
  for (const error of validateSchema(buildASTSchema(document, { assumeValidSDL: true }))) {
    const nodes = error.nodes ?? [];
    problems.addUnlessKnown(nodes.find((each) => each.kind !== Kind.NAME) ?? nodes[0], error.message, GENERAL_REMEDY);
  }
}
