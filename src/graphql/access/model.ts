import {
  buildASTSchema, getDirectiveValues, isInterfaceType, isIntrospectionType, isObjectType, isUnionType, type ConstDirectiveNode, type DocumentNode, type GraphQLSchema,
} from 'graphql';
import type { EventModel } from '../../event/model.js';
import { ACROSS } from '../derive/across.js';

/** All scopes of one inner list are needed, any of the lists will do. */
export type Alternatives = readonly (readonly string[])[];

/** `@requiresScopes`, `@topic(publishScopes:)`, or `@authenticated`, which names no scopes. */
export interface ScopeRule {
  /** What it protects, as messages name it: `OrderEvent`, `Customer.email`, `Mutation.publishOrderPlaced`. */
  readonly place: string;
  /** Null: whoever is known. */
  readonly scopes: Alternatives | null;
}

/** `@visibleTo`: the claim must equal the field. */
export interface RowRule {
  /** Its place in the schema's list of row rules: names it in keys. */
  readonly id: number;
  readonly claim: string;
  readonly field: string;
  /** Who holds these sees all; null: nobody does. */
  readonly unlessScopes: Alternatives | null;
}

/** The access rules of the SDL, read once at boot. Nothing else interprets their directives. */
export interface AccessModel {
  /**
   * By the name of a type, what whoever reaches it must meet. An event type has its topic's rules, too; the edge and the
   * connection of a topic have the topic's, so that `head` and `pageInfo` are protected as the events are.
   */
  readonly types: ReadonlyMap<string, readonly ScopeRule[]>;
  /** By `Type.field`; those that an interface's field has hold for every type that implements it. */
  readonly fields: ReadonlyMap<string, readonly ScopeRule[]>;
  /** By event type: what `publish(events:)` asks of who publishes it. */
  readonly publish: ReadonlyMap<string, ScopeRule>;
  /** By event type: its own and its topic's. By topic: the topic's, for events of a type that this schema does not have. */
  readonly eventRows: ReadonlyMap<string, readonly RowRule[]>;
  /** By object type that is no event: entities and values. */
  readonly rows: ReadonlyMap<string, readonly RowRule[]>;
  /** True when there is no rule at all. */
  readonly empty: boolean;
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}

/** @param typeDefs the derived SDL, whose rules have been checked (derive/access.ts). */
export function readAccess(typeDefs: DocumentNode, model: EventModel): AccessModel {
  const schema = buildASTSchema(typeDefs, { assumeValid: true });
  const types = new Map<string, readonly ScopeRule[]>();
  const fields = new Map<string, readonly ScopeRule[]>();
  const publish = new Map<string, ScopeRule>();
  const own = new Map<string, RowRule>();

  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type) || isUnionType(type)) || !type.astNode) continue;
    put(types, type.name, scopeRules(schema, type.astNode, type.name));
    const visible = valuesOf(schema, type.astNode, 'visibleTo');
    if (visible !== null) own.set(type.name, { id: own.size, claim: visible['claim'] as string, field: visible['field'] as string, unlessScopes: (visible['unlessScopes'] ?? null) as Alternatives | null });
    if (isUnionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const place = `${type.name}.${field.name}`;
      const inherited = type.getInterfaces().flatMap((each) => {
        const node = each.getFields()[field.name]?.astNode;
        return node ? scopeRules(schema, node, `${each.name}.${field.name}`) : [];
      });
      put(fields, place, [...(field.astNode ? scopeRules(schema, field.astNode, place) : []), ...inherited]);
    }
  }

  const eventRows = new Map<string, readonly RowRule[]>();
  for (const topic of model.topics.values()) {
    const rules = types.get(topic.name) ?? [];
    for (const name of [`${topic.name}Edge`, `${topic.name}Connection`]) put(types, name, rules);
    const node = schema.getType(topic.name)?.astNode;
    const publishScopes = node && 'directives' in node ? valuesOf(schema, node, 'topic')?.['publishScopes'] as Alternatives | null | undefined : null;
    const row = own.get(topic.name);
    put(eventRows, topic.name, row === undefined ? [] : [row]);
    for (const type of topic.types) {
      put(types, type, [...rules, ...(types.get(type) ?? [])]);
      if (publishScopes) publish.set(type, { place: `Mutation.${model.types.get(type)?.publishField ?? 'publish'}`, scopes: publishScopes });
      put(eventRows, type, [row, own.get(type)].filter((each) => each !== undefined));
    }
  }
  const rows = new Map([...own].filter(([name]) => !model.topics.has(name) && !model.types.has(name)).map(([name, rule]) => [name, [rule]] as const));
  return { types, fields, publish, eventRows, rows, empty: types.size + fields.size + publish.size + own.size === 0 };
}

/** The root fields that read topics, as the schema names them; null for the one across topics. */
export function topicOfField(model: EventModel, field: string): string | null | undefined {
  if (field === ACROSS.field) return null;
  return [...model.topics.values()].find((each) => each.field === field)?.name;
}

function put<Rule>(map: Map<string, readonly Rule[]>, name: string, rules: readonly Rule[]): void {
  if (rules.length > 0) map.set(name, rules);
}

function scopeRules(schema: GraphQLSchema, node: Directed, place: string): ScopeRule[] {
  const scoped = valuesOf(schema, node, 'requiresScopes');
  return [
    ...(valuesOf(schema, node, 'authenticated') === null ? [] : [{ place, scopes: null }]),
    ...(scoped === null ? [] : [{ place, scopes: scoped['scopes'] as Alternatives }]),
  ];
}

function valuesOf(schema: GraphQLSchema, node: Directed, name: string): Readonly<Record<string, unknown>> | null {
  const definition = schema.getDirective(name);
  return definition ? getDirectiveValues(definition, node) ?? null : null;
}
