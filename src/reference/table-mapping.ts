import type { Sql } from '../db/connect.js';
import type { Entity, EntityField, EventModel, Reference } from '../event/model.js';
import { keyForm } from './key.js';

/** A column as pg_catalog describes it. */
export interface Column {
  readonly name: string;
  /** Bare type name (`uuid`, `int8`, `timestamptz`); of a domain, its base type; of an array, `_` and the element. */
  readonly base: string;
  /** The type as SQL takes it in a cast: quoted, with its schema and without a length (a length would cut keys). */
  readonly cast: string;
  readonly array: boolean;
  /** False when its collation finds texts equal that differ. */
  readonly deterministic: boolean;
}

/** One stored field: a column, or for an embedded object possibly a column per sub-field. */
export type FieldMapping =
  | { readonly field: EntityField; readonly column: Column }
  | { readonly field: EntityField; readonly parts: readonly { readonly name: string; readonly column: Column }[] };

/** Where the rows of an entity are. */
export interface EntityMapping {
  readonly entity: Entity;
  /** The table as SQL takes it: `"public"."customers"`. Resolved at boot, so a later `search_path` changes nothing. */
  readonly table: string;
  readonly fields: readonly FieldMapping[];
  /** The columns that keys are compared with, by field: the entity's key and every `Reference.to`. */
  readonly keys: ReadonlyMap<string, Column>;
  readonly tenancy: Tenancy;
}

/**
 * Whose the rows are: of the tenant that stands in a column; `shared`, all tenants'; `default`, since nothing says it,
 * that tenant's alone.
 */
export type Tenancy = { readonly column: Column } | 'shared' | 'default';

interface MappingProblem {
  /** The entity in the SDL, `file:line`. */
  readonly at: string;
  readonly message: string;
  readonly remedy: string;
}

/** Entities and tables do not fit. Thrown at boot, with everything that is wrong at once. */
export class ReferenceMappingError extends Error {
  override readonly name = 'ReferenceMappingError';
  readonly problems: readonly MappingProblem[];

  constructor(problems: readonly MappingProblem[]) {
    const lines = problems.map((each) => `${each.at}: ${each.message}\n  ${each.remedy}`);
    super(`Reference data cannot be read:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Finds the table and columns of every entity with `@entity(table:)`: tables, partitioned and foreign tables, views
 * and materialised views. `loaders` are the names of the entities that TypeScript provides.
 * @throws ReferenceMappingError listing every missing table, column, right or loader, each with its place in the SDL.
 */
export async function mapEntities(sql: Sql, model: EventModel, loaders: Iterable<string> = []): Promise<EntityMapping[]> {
  const provided = new Set(loaders);
  const references = referencesOf(model);
  const problems = checkSources(model, references, provided);
  const mappings: EntityMapping[] = [];
  for (const entity of model.entities.values()) {
    if (entity.table === null) continue;
    const keys = new Set([entity.key, ...references.filter((each) => each.entity === entity.name).map((each) => each.to)]);
    const mapping = await mapEntity(sql, entity, entity.table, keys, (message, remedy) => {
      problems.push({ at: entity.at, message, remedy });
    });
    if (mapping !== null) mappings.push(mapping);
  }
  if (problems.length > 0) throw new ReferenceMappingError(problems);
  return mappings;
}

/** Every reference of the model, wherever it stands. */
export const referencesOf = (model: EventModel): readonly Reference[] => [...model.references.values()].flat();

function checkSources(model: EventModel, references: readonly Reference[], provided: ReadonlySet<string>): MappingProblem[] {
  const problems: MappingProblem[] = [];
  for (const entity of model.entities.values()) {
    if (entity.table !== null) continue;
    const used = references.filter((each) => each.entity === entity.name);
    if (used.length > 0 && !provided.has(entity.name)) {
      problems.push({
        at: entity.at,
        message: `"${entity.name}" is the target of @reference on "${used[0]?.field}", but it has neither a table nor a loader.`,
        remedy: `Name its table with @entity(table: "…"), or register a loader called "${entity.name}".`,
      });
    }
    const beyond = used.find((each) => each.many || each.to !== entity.key);
    if (beyond !== undefined && provided.has(entity.name)) {
      problems.push({
        at: entity.at,
        message: `the reference "${beyond.field}" looks "${entity.name}" up by "${beyond.to}"${beyond.many ? ' as a list' : ''}, but a loader finds one by "${entity.key}".`,
        remedy: `Name a table or view with @entity(table: "…"), or refer to one "${entity.name}" by its "${entity.key}".`,
      });
    }
  }
  for (const name of provided) {
    if (!model.entities.has(name)) {
      problems.push({
        at: `loader "${name}"`,
        message: 'no type of this name has @entity.',
        remedy: `Loaders are named after entities: ${[...model.entities.keys()].join(', ') || 'there is none'}.`,
      });
    }
  }
  return problems;
}

type Report = (message: string, remedy: string) => void;

async function mapEntity(sql: Sql, entity: Entity, table: string, keyFields: ReadonlySet<string>, report: Report): Promise<EntityMapping | null> {
  const found = await readTable(sql, table);
  if (found === null) {
    report(
      `"${entity.name}" names the table "${table}", which does not exist${table.includes('.') ? '' : ' in the search_path'}.`,
      'Create the table or view, or correct @entity(table: "schema.table"); names are compared exactly.',
    );
    return null;
  }
  if (!found.readable) report(`the gateway may not read "${table}" of "${entity.name}".`, `GRANT USAGE on its schema and SELECT ON ${found.sql} to the gateway's role.`);

  const fields: FieldMapping[] = [];
  const keys = new Map<string, Column>();
  for (const field of entity.stored) {
    const mapped = mapField(field, found.columns);
    if (mapped === null) {
      const [message, remedy] = missing(entity, table, field, found.columns);
      report(message, remedy);
      continue;
    }
    fields.push(mapped);
    if (!keyFields.has(field.name)) continue;
    if ('column' in mapped && !mapped.column.array && !INCOMPARABLE.has(mapped.column.base)) keys.set(field.name, mapped.column);
    else report(`"${entity.name}.${field.name}" is looked up by, but its column cannot be compared with "=".`, 'Look it up by a column that holds one plain value.');
  }
  for (const name of keyFields) {
    if (!entity.stored.some((field) => field.name === name)) {
      report(`"${entity.name}" is looked up by "${name}", which is not a stored field of it.`, `Add the field, or correct @entity(key:) or @reference(to:).`);
    }
  }
  return { entity, table: found.sql, fields, keys, tenancy: tenancyOf(entity, table, found.columns, report) };
}

/** The column that holds the tenant of a row when `@entity(tenant:)` names none. */
const TENANT_COLUMN = 'tenant';

function tenancyOf(entity: Entity, table: string, columns: ReadonlyMap<string, Column>, report: Report): Tenancy {
  if (entity.shared) return 'shared';
  const column = columns.get(entity.tenant ?? TENANT_COLUMN);
  if (column === undefined) {
    if (entity.tenant !== null) {
      report(
        `"${entity.name}" names "${entity.tenant}" as the column of its tenant, which "${table}" does not have: found ${[...columns.keys()].join(', ') || 'none'}.`,
        'Add the column, correct @entity(tenant: "…") (names are compared exactly), or write @entity(shared: true) if every tenant may see every row.',
      );
    }
    return 'default';
  }
  // Where two texts that differ can be equal, one tenant would see the rows of another.
  if (!column.array && keyForm(column.base, column.deterministic).exact) return { column };
  report(
    `"${entity.name}" finds the tenant of its rows in the column "${column.name}" of "${table}", whose type "${column.base}"${column.deterministic ? '' : ', by its collation,'} may find different tenants equal.`,
    'Make it text, varchar, uuid or a whole number, name another column with @entity(tenant: "…"), or write @entity(shared: true) if every tenant may see every row.',
  );
  return 'default';
}

/** Warnings, once there are several tenants: tables whose rows only the tenant `default` sees. */
export function tenancyWarnings(mappings: readonly EntityMapping[]): readonly string[] {
  return mappings.filter((each) => each.tenancy === 'default').map(({ entity }) => (
    `${entity.at}: "${entity.table}" of "${entity.name}" has no column "${TENANT_COLUMN}", so only the tenant "default" sees its rows; name the column with @entity(tenant: "…"), or write @entity(shared: true) if every tenant may see every row.`
  ));
}

const JSON_TYPES: ReadonlySet<string> = new Set(['json', 'jsonb']);
/** Types without an equality that a key text could be compared by. */
const INCOMPARABLE: ReadonlySet<string> = new Set(['json', 'jsonb', 'xml', 'point', 'polygon']);

function mapField(field: EntityField, columns: ReadonlyMap<string, Column>): FieldMapping | null {
  const column = find(field.name, columns);
  if (field.embedded.length === 0) return column === null ? null : { field, column };
  if (column !== null && JSON_TYPES.has(column.base)) return { field, column };
  const parts = field.embedded.flatMap((name) => {
    const part = find(joined(field.name, name), columns);
    return part === null ? [] : [{ name, column: part }];
  });
  return parts.length === field.embedded.length ? { field, parts } : null;
}

function missing(entity: Entity, table: string, field: EntityField, columns: ReadonlyMap<string, Column>): [string, string] {
  const wanted = field.embedded.length === 0
    ? candidates(field.name).map(quoted).join(' or ')
    : `${snake(field.name)} (json or jsonb) or ${field.embedded.map((name) => snake(joined(field.name, name))).join(', ')}`;
  return [
    `"${entity.name}.${field.name}" has no column in "${table}": looked for ${wanted}, found ${[...columns.keys()].join(', ') || 'none'}.`,
    'Add the column, read from a view that has it, or mark the field @computed.',
  ];
}

const find = (name: string, columns: ReadonlyMap<string, Column>): Column | null =>
  candidates(name).map((each) => columns.get(each)).find((each) => each !== undefined) ?? null;

const candidates = (name: string): string[] => [...new Set([name, snake(name)])];
/** `unitPrice` and `amount` give `unitPriceAmount`, whose snake_case is `unit_price_amount`. */
const joined = (field: string, part: string): string => field + part.charAt(0).toUpperCase() + part.slice(1);
const quoted = (text: string): string => `"${text}"`;

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase();
}

/** Quotes a name for use in SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Table {
  readonly sql: string;
  readonly readable: boolean;
  readonly columns: ReadonlyMap<string, Column>;
}

async function readTable(sql: Sql, table: string): Promise<Table | null> {
  const dot = table.indexOf('.');
  const schema = dot < 0 ? '' : table.slice(0, dot);
  const name = table.slice(dot + 1);
  // Without a schema only the first match of the search_path is visible, so there is at most one table.
  const rows = await sql<{ schema: string; column: string; type_schema: string; type: string; base: string; array: boolean; readable: boolean; deterministic: boolean }[]>`
    SELECT n.nspname AS schema, a.attname AS column, tn.nspname AS type_schema, t.typname AS type,
      coalesce(b.typname, t.typname) AS base, t.typcategory = 'A' AS array, coalesce(l.collisdeterministic, true) AS deterministic,
      has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
    LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
    WHERE c.relname = ${name} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND CASE WHEN ${schema}::text = '' THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = ${schema} END
    ORDER BY a.attnum`;
  const first = rows[0];
  if (first === undefined) return null;
  const columns = new Map(rows.map((row): [string, Column] => [
    row.column,
    { name: row.column, base: row.base, cast: `${identifier(row.type_schema)}.${identifier(row.type)}`, array: row.array, deterministic: row.deterministic },
  ]));
  return { sql: `${identifier(first.schema)}.${identifier(name)}`, readable: rows.every((row) => row.readable), columns };
}
