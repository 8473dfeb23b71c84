import type { DocumentNode } from 'graphql';
import type { EventModel } from '../../event/model.js';
import type { Application } from '../application.js';
import { readAccess, type AccessModel } from './model.js';
import type { Policy } from './policy.js';
import { principalFields } from './with-principal.js';

/** All that decides what a caller may do; made once, at boot. */
export interface Access {
  readonly rules: AccessModel;
  readonly policy: Policy | null;
  /** `Type.field` of the resolvers made by `withPrincipal`. */
  readonly principalFields: ReadonlySet<string>;
}

export function createAccess(typeDefs: DocumentNode, model: EventModel, { policy, resolvers }: Pick<Application, 'policy' | 'resolvers'>): Access {
  return { rules: readAccess(typeDefs, model), policy: policy ?? null, principalFields: principalFields(resolvers) };
}
