import { buildASTSchema, parse, validate, type GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import type { Principal } from '../../../src/auth/principal.js';
import { createAccess } from '../../../src/graphql/access/access.js';
import { decide, type Decision } from '../../../src/graphql/access/decision.js';
import type { Policy } from '../../../src/graphql/access/policy.js';
import { deriveSchema } from '../../../src/graphql/derive/derive.js';
import { loadSources } from '../../../src/graphql/derive/sources.js';

export interface World {
  readonly schema: GraphQLSchema;
  decide(text: string, principal: Principal, variables?: Record<string, unknown>): Decision;
  /** For documents that a server would not take (an unused fragment, say), but an executor does. */
  decideUnchecked(text: string, principal: Principal, variables?: Record<string, unknown>): Decision;
  /** Codes and messages of the refusal. */
  refusals(text: string, principal: Principal, variables?: Record<string, unknown>): string[];
}

/** A domain as a gateway reads it at boot, without anything that runs. */
export async function createWorld(options: { readonly folder?: string; readonly policy?: Policy; readonly resolvers?: Record<string, object> } = {}): Promise<World> {
  const { typeDefs, model } = deriveSchema(await loadSources(options.folder ?? 'test/fixtures/letters'));
  const access = createAccess(typeDefs, model, { resolvers: options.resolvers ?? {}, ...(options.policy === undefined ? {} : { policy: options.policy }) });
  const schema = buildASTSchema(typeDefs);
  const world: World = {
    schema,
    decide(text, principal, variables) {
      expect(validate(schema, parse(text))).toEqual([]);
      return world.decideUnchecked(text, principal, variables);
    },
    decideUnchecked: (text, principal, variables = {}) => decide({ access, model }, { schema, document: parse(text), variableValues: variables }, principal),
    refusals: (text, principal, variables) => world.decide(text, principal, variables).errors.map((error) => `${String(error.extensions['code'])} ${error.message}`),
  };
  return world;
}
