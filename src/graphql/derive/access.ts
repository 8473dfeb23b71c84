import { Kind } from 'graphql';
import { fieldNamed, isPlain } from './fields.js';
import { argumentsOf, directiveNode, has, objectNamed, text, type Reading } from './reading.js';
import { at } from './schema-error.js';

const RULES = ['authenticated', 'requiresScopes', 'visibleTo'] as const;

/** Checks the arguments of access rules: `@visibleTo` compares a field that every event of the topic must have. */
export function checkAccess(reading: Reading): void {
  for (const type of [...reading.unions, ...reading.objects].filter((each) => has(each, 'visibleTo'))) {
    const name = text(argumentsOf(reading, type, 'visibleTo')?.['field']);
    if (name === null) continue;
    const members = type.kind === Kind.UNION_TYPE_DEFINITION ? (type.types ?? []).flatMap((each) => objectNamed(reading, each.name.value) ?? []) : [type];
    for (const member of members) {
      const field = fieldNamed(member, name);
      if (field !== undefined && isPlain(reading, field)) continue;
      reading.problems.add(
        directiveNode(type, 'visibleTo'),
        `"${type.name.value}" is visible by the field "${name}", but "${member.name.value}" (${at(member)}) has no such stored scalar.`,
        `Add "${name}: ID!" to "${member.name.value}", or compare another field.`,
      );
    }
  }
}

/** Whoever writes an access rule believes it protects: say that this version only carries it along. */
export function accessWarnings(reading: Reading): string[] {
  const uses = [...reading.types.values()].flatMap((type) => [type, ...('fields' in type ? (type.fields ?? []) : [])]);
  const used = RULES.filter((rule) => uses.some((node) => has(node, rule)));
  const scoped = reading.unions.some((each) => argumentsOf(reading, each, 'topic')?.['publishScopes'] !== undefined);
  const shown = [...used.map((each) => `@${each}`), ...(scoped ? ['@topic(publishScopes:)'] : [])];
  return shown.length === 0 ? [] : [`${shown.join(', ')} ${shown.length === 1 ? 'is' : 'are'} part of the schema, but this version does not enforce access rules.`];
}
