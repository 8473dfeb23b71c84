import { identifier, type Column, type EntityMapping, type FieldMapping } from './table-mapping.js';

/** An entity as resolvers see it: field names, not column names. Shared by all who read it: never change it. */
export type Row = Readonly<Record<string, unknown>>;

/** How rows of an entity are selected and read. */
interface RowReader {
  /** SQL expressions over the table alias `t`, each of them text or null. */
  readonly expressions: readonly string[];
  /** Makes a row of the texts that the expressions gave, beginning at `offset`. */
  read(values: readonly (string | null)[], offset: number): Row;
}

type Decode = (text: string) => unknown;
type Read = (values: readonly (string | null)[], offset: number) => unknown;
interface Expression { readonly sql: string; readonly decode: Decode }

/**
 * Every column is selected as text and decoded here, so that a row does not depend on the parsers of the pool (an ORM
 * on the same pool replaces them) nor on DateStyle or TimeZone.
 * Values: ID and String as text (so int8 and numeric lose no digit), Int and Float as number, Boolean, DateTime as Date
 * (a `timestamp` without zone counts as UTC), json and arrays parsed. Other scalars, enums and parts of an embedded
 * object follow the column: small numbers and booleans as such, json parsed, anything else as text.
 */
export function rowReader(mapping: EntityMapping): RowReader {
  const expressions: string[] = [];
  const fields: [name: string, read: Read][] = [];

  const add = (type: string, column: Column): Read => {
    const { sql, decode } = expression(type, column);
    const index = expressions.push(sql) - 1;
    return (values, offset) => {
      const text = values[offset + index];
      return text === null || text === undefined ? null : decode(text);
    };
  };
  const reader = (each: FieldMapping): Read => {
    if ('column' in each) return add(each.field.type, each.column);
    const parts = each.parts.map((part) => ({ name: part.name, read: add(EMBEDDED, part.column) }));
    return (values, offset) => {
      const object = Object.fromEntries(parts.map((part) => [part.name, part.read(values, offset)]));
      return Object.values(object).every((value) => value === null) ? null : object;
    };
  };
  for (const each of mapping.fields) fields.push([each.field.name, reader(each)]);

  return {
    expressions,
    read: (values, offset) => Object.fromEntries(fields.map(([name, read]) => [name, read(values, offset)])),
  };
}

/** The model knows no types of embedded sub-fields, so their columns decide. */
const EMBEDDED = '';
const TEXT: ReadonlySet<string> = new Set(['ID', 'String']);
const NUMERIC: ReadonlySet<string> = new Set(['Int', 'Float']);
const SMALL: ReadonlySet<string> = new Set(['int2', 'int4', 'float4', 'float8']);
const TIMES: ReadonlySet<string> = new Set(['timestamptz', 'timestamp', 'date']);

function expression(type: string, column: Column): Expression {
  const sql = `t.${identifier(column.name)}`;
  const json = column.base === 'json' || column.base === 'jsonb';
  if (column.array) {
    const elements = TEXT.has(type) ? `${sql}::text[]` : sql;
    const decode: Decode = type === 'DateTime' ? (text) => dates(JSON.parse(text)) : (text) => JSON.parse(text) as unknown;
    return { sql: `to_json(${elements})::text`, decode };
  }
  if (json) return { sql: `${sql}::text`, decode: TEXT.has(type) ? jsonText : (text) => JSON.parse(text) as unknown };
  if (type === 'DateTime') {
    // Milliseconds since 1970 are the same under every DateStyle and TimeZone.
    return TIMES.has(column.base)
      ? { sql: `(extract(epoch FROM ${sql}) * 1000)::text`, decode: (text) => new Date(Number(text)) }
      : { sql: `${sql}::text`, decode: (text) => new Date(text) };
  }
  if (TIMES.has(column.base)) return { sql: `to_json(${sql}) #>> '{}'`, decode: asText };
  if (NUMERIC.has(type) || (!TEXT.has(type) && SMALL.has(column.base))) return { sql: `${sql}::text`, decode: Number };
  if (type === 'Boolean' || (!TEXT.has(type) && column.base === 'bool')) return { sql: `${sql}::text`, decode: asBoolean };
  return { sql: `${sql}::text`, decode: asText };
}

const asText: Decode = (text) => text;
/** A json column behind a String: an object is shown as it is written; a string and a list of strings are what they are. */
const jsonText: Decode = (text) => (text.startsWith('{') ? text : (JSON.parse(text) as unknown));
/** What is not a boolean stays text, so that the scalar refuses it rather than showing `false`. */
const asBoolean: Decode = (text) => (text === 'true' ? true : text === 'false' ? false : text);

function dates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dates);
  // Date would read a timestamp without zone in the zone of this machine.
  return typeof value === 'string' ? new Date(/T[^Z+-]*$/.test(value) ? `${value}Z` : value) : value;
}
