import type { Principal } from '../../auth/principal.js';
import { holds } from '../../auth/principal.js';
import { comparable } from '../../stream/filter.js';
import type { RowRule, ScopeRule } from './model.js';

/**
 * What of the caller an operation's rules read, and all that resolvers of shared executions can know of it. Not for decisions of
 * an application's own: a claim is here only if a rule that the operation reaches reads it. See `withPrincipal`.
 */
export interface Audience {
  readonly tenant: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** As the gateway makes it. */
export interface DecidedAudience extends Audience {
  /** Equal for callers to whom the operation shows the same. */
  readonly key: string;
  /** True when the rule lets the caller see a row or value whose field is `value`. */
  sees(rule: RowRule, value: unknown): boolean;
}

/** What an audience is made of. */
export interface Reached {
  /** Outcomes of the scope rules that the operation reaches, and of what they leave, in the order of the document. */
  readonly outcomes: readonly unknown[];
  readonly rows: readonly RowRule[];
  /** Claims that the application's policy reads. */
  readonly claims: readonly string[];
  /** The operation reads who asks: nobody else shares its executions. */
  readonly whole: boolean;
}

/** True when the caller meets the rule. */
export function meets(principal: Principal, { scopes }: ScopeRule): boolean {
  return scopes === null ? principal.kind !== 'anonymous' : holds(principal, scopes);
}

/** True when the rule does not hold for the caller: authentication is off, or it has the scopes that lift the rule. */
export function isLifted(principal: Principal, { unlessScopes }: RowRule): boolean {
  return principal.kind === 'open' || (unlessScopes !== null && holds(principal, unlessScopes));
}

/** A claim as rows are compared with it; null: it is missing, or neither text nor number. */
export function claimText(principal: Principal, claim: string): string | null {
  return comparable(claimOf(principal, claim));
}

/** A claim as it is; null when it is missing. */
export function claimOf(principal: Principal, claim: string): unknown {
  return Object.hasOwn(principal.claims, claim) ? principal.claims[claim] ?? null : null;
}

/** Everything in it is part of the key; the parts are JSON, so that no value can look like another part. */
export function audienceOf(principal: Principal, reached: Reached): DecidedAudience {
  const lifted = new Set(reached.rows.filter((rule) => isLifted(principal, rule)));
  const held = reached.rows.filter((rule) => !lifted.has(rule));
  const names = [...new Set([...held.map((rule) => rule.claim), ...reached.claims])].sort();
  const claims = names.map((name) => [name, claimOf(principal, name)] as const);
  const texts = new Map(held.map((rule) => [rule, claimText(principal, rule.claim)]));
  return {
    tenant: principal.tenant,
    claims: Object.fromEntries(claims),
    key: JSON.stringify([
      principal.tenant, principal.kind === 'open', reached.outcomes, [...lifted].map((rule) => rule.id), claims, reached.whole ? wholeOf(principal) : null,
    ]),
    sees: (rule, value) => lifted.has(rule) || (texts.get(rule) ?? null) !== null && comparable(value) === texts.get(rule),
  };
}

/** Nothing is lifted and no claim is known: what a context has until an operation has been decided. */
export function nobody(tenant: string): DecidedAudience {
  return { tenant, claims: {}, key: JSON.stringify([tenant]), sees: () => false };
}

const wholeOf = ({ kind, name, tenant, scopes, claims, expiresAt, credential }: Principal): unknown =>
  [kind, name, tenant, [...scopes].sort(), claims, expiresAt, credential];
