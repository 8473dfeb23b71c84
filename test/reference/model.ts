import type { Entity, EntityField, EventModel, Reference } from '../../src/event/model.js';

/** Short ways to write the parts of a model that reference data needs. */
export const field = (name: string, type: string, embedded: readonly string[] = []): EntityField => ({ name, type, embedded });

export function entity(name: string, table: string | null, stored: readonly EntityField[], references: readonly Reference[] = [], key = 'id'): Entity {
  return { name, table, key, tenant: null, shared: table !== null, stored, references, ttl: 0, at: `schema/${name.toLowerCase()}.graphql:3` };
}

export function reference(name: string, by: string, target: string, more: Partial<Reference> = {}): Reference {
  return { field: name, by, entity: target, to: 'id', many: false, invalidatedBy: [], ...more };
}

/** `of` are the references of types that are no entities: events and values inside them. */
export function model(entities: readonly Entity[], of: Readonly<Record<string, readonly Reference[]>> = {}): EventModel {
  return {
    topics: new Map(),
    types: new Map(),
    entities: new Map(entities.map((each) => [each.name, each])),
    references: new Map([...Object.entries(of), ...entities.map((each): [string, readonly Reference[]] => [each.name, each.references])]),
    invalidations: [],
  };
}
