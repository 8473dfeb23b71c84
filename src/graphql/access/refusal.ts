import { GraphQLError, type ASTNode } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import type { ErrorCode } from '../../base/error.js';
import type { Alternatives, ScopeRule } from './model.js';

/** Errors of one refusal at most: a document may break one rule after the other. */
export const MAX_REFUSALS = 10;

/** The error of an operation that breaks a rule: what is protected, by what, and where the operation reaches it. */
export function refusal(principal: Principal, rule: ScopeRule, node: ASTNode | undefined): GraphQLError {
  const known = principal.kind !== 'anonymous';
  const needs = rule.scopes === null ? 'is only for callers whose identity is known' : `needs ${scopesText(rule.scopes)}`;
  return new GraphQLError(`"${rule.place}" ${needs}${known ? '.' : ': send a token or an API key.'}`, {
    nodes: node ?? null, extensions: { code: (known ? 'FORBIDDEN' : 'UNAUTHENTICATED') satisfies ErrorCode },
  });
}

function scopesText(alternatives: Alternatives): string {
  const each = alternatives.map((all) => all.map((scope) => `"${scope}"`).join(' and '));
  return `the ${alternatives.length > 1 || (alternatives[0]?.length ?? 0) > 1 ? 'scopes' : 'scope'} ${each.join(', or ')}`;
}
