/**
 * What the SDL says about events, read once at boot. Everything that needs to know a topic, an event type or an
 * entity reads it from here; nothing else interprets directives.
 */

/** A union of event types with `@topic`. */
export interface Topic {
  /** Name of the union: `OrderEvent`. */
  readonly name: string;
  /** Root field of the subscription and of the history query: `orderEvents`. */
  readonly field: string;
  /** Name of the field inside which order matters; every member has it, as a non-null scalar. */
  readonly key: string;
  /** Names of the member types, in SDL order. */
  readonly types: readonly string[];
  /** Fields of `<Topic>Filter` beyond `type` and `key`: the `@filterable` fields of all members. */
  readonly filterable: readonly string[];
}

/** One member of a topic. */
export interface EventType {
  /** `OrderPlaced` */
  readonly name: string;
  /** Name of its topic: `OrderEvent`. */
  readonly topic: string;
  /** Name of its key field (the topic's). */
  readonly key: string;
  /** Field of `PublishInput`: `orderPlaced`. */
  readonly inputField: string;
  /** Mutation field: `publishOrderPlaced`. */
  readonly publishField: string;
  /** Name of its input type: `OrderPlacedInput`. */
  readonly inputType: string;
  /** The fields kept in the payload: without `@reference`, `@computed` and `meta`. */
  readonly stored: readonly string[];
  /** Those of its fields that have `@filterable`. */
  readonly filterable: readonly string[];
  readonly references: readonly Reference[];
  /** Schema version written beside the payload; 1 unless `@version(n)` says otherwise. */
  readonly version: number;
}

/** A field whose value is looked up by key when the event (or entity) is read. */
export interface Reference {
  /** The field: `customer`. */
  readonly field: string;
  /** The field of the same parent that holds the key: `customerId`. */
  readonly by: string;
  /** The entity it yields: `Customer`. */
  readonly entity: string;
  /** The entity's field compared with the key; the entity's own key unless `@reference(to:)` names another. */
  readonly to: string;
  /** True for a list field (`[OrderLine!]!`): all rows that match, else at most one. */
  readonly many: boolean;
  /** Event types after which a cached row of the entity is out of date, whichever reference it was found by. */
  readonly invalidatedBy: readonly string[];
}

/** What an event makes out of date: rows of an entity, as they are found by one of its fields. */
export interface Invalidation {
  /** The event type: `CustomerUpdated`. */
  readonly event: string;
  readonly entity: string;
  /** The field of the entity: its key, or the `to` of a reference. */
  readonly to: string;
  /** Stored fields of the event that each hold a value of `to`; null: it does not say which rows, so it is all of them. */
  readonly by: readonly string[] | null;
}

/** A type with `@entity`: rows of a table, or whatever a loader function yields. */
export interface Entity {
  readonly name: string;
  /** `table` or `schema.table` of `@entity(table:)`; null when a TypeScript loader provides it. */
  readonly table: string | null;
  /** The field that identifies one. */
  readonly key: string;
  /** The column of the table that holds each row's tenant, from `@entity(tenant:)`; null: the column `tenant`, if there is one. */
  readonly tenant: string | null;
  /** Every tenant sees all rows of the table. */
  readonly shared: boolean;
  /** Fields read from the row: all without `@reference` and `@computed`. */
  readonly stored: readonly EntityField[];
  readonly references: readonly Reference[];
  /** Milliseconds for which a row that was looked up may be used again; 0: it is not kept. */
  readonly ttl: number;
  /** Where the type stands in the SDL, for messages: `schema/commerce/customer.graphql:39`. */
  readonly at: string;
}

/** A stored field of an entity. Its column has its name, as it is or in snake case: `placedAt` is `placed_at`. */
export interface EntityField {
  readonly name: string;
  /** Named type: `String`, `DateTime`, `Money`, … */
  readonly type: string;
  /**
   * Sub-fields when the value may be spread over columns, else empty. That is so for one object (no list) whose stored
   * fields are all scalars or enums, such as `Money`: `unitPrice` is read from `unit_price_amount` and
   * `unit_price_currency`, and is null when all of them are. Every other object, and every list, is one column.
   */
  readonly embedded: readonly string[];
}

export interface EventModel {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly types: ReadonlyMap<string, EventType>;
  readonly entities: ReadonlyMap<string, Entity>;
  /**
   * The `@reference` fields of every object type that has any, by type name: event types and entities, and also values
   * inside them (the lines of an order) and payloads of mutations.
   */
  readonly references: ReadonlyMap<string, readonly Reference[]>;
  /** For each event type of an `invalidatedBy`, what it makes out of date. */
  readonly invalidations: readonly Invalidation[];
}
