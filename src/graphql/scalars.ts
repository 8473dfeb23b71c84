import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';

const bad = (message: string): GraphQLError => new GraphQLError(message);

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

function textScalar(name: string, description: string, accepts: RegExp, expected: string): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    if (typeof value === 'string' && accepts.test(value)) return value;
    throw bad(`${name} is ${expected}, not ${shown(value)}.`);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => (typeof value === 'number' || typeof value === 'bigint' ? parse(String(value)) : parse(value)),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : unquoted(node)),
  });
}

/** What stands in the document in place of a string, for the message. */
const unquoted = (node: ValueNode): unknown => (node.kind === Kind.VARIABLE ? `$${node.name.value}` : valueFromASTUntyped(node));

/** Whether the text is a cursor of this gateway is for whoever opens it: that is another error (`CURSOR_INVALID`). */
const Cursor = textScalar('Cursor', 'A place in the log, as opaque, signed text.', /^[\s\S]*$/, 'text that the gateway gave out');

const Position = textScalar('Position', 'The number of an event in the log, as decimal text.', /^\d{1,20}$/, 'decimal text such as "42"');

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads RFC 3339 text strictly: a zone is needed, and a day that does not exist is refused. Fractions of a second
 * beyond milliseconds are cut. A leap second is refused: the log's clock has none.
 */
export function parseDateTime(value: unknown): Date {
  const refuse = (why: string): GraphQLError => bad(`DateTime is RFC 3339 text with a zone, such as "2026-03-01T09:30:00Z"; ${shown(value)} ${why}.`);
  if (typeof value !== 'string') throw refuse('is no text');
  const match = RFC_3339.exec(value);
  if (match === null) throw refuse('has another form');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [zoneHour = 0, zoneMinute = 0] = [match[9], match[10]].map((each) => Number(each ?? 0));
  const days = new Date(Date.UTC(2000, 0, 1));
  days.setUTCFullYear(year, month, 0);
  if (month < 1 || month > 12 || day < 1 || day > days.getUTCDate()) throw refuse('names a day that does not exist');
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) throw refuse('names a time that does not exist');
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  moment.setUTCHours(hour, minute, second, Number((match[7] ?? '').slice(0, 3).padEnd(3, '0')));
  const offset = (zoneHour * 60 + zoneMinute) * (match[8] === '-' ? -1 : 1);
  const utc = new Date(moment.getTime() - offset * 60_000);
  // Beyond, neither this form nor Postgres can write it.
  if (utc.getUTCFullYear() < 1 || utc.getUTCFullYear() > 9_999) throw refuse('lies outside the years 1 to 9999');
  return utc;
}

/** Outward always UTC with milliseconds. From TypeScript a Date or the text that a payload holds; inward a Date. */
const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment as RFC 3339 text with a zone; the gateway answers in UTC with milliseconds.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    const date = value instanceof Date ? value : parseDateTime(value);
    if (Number.isNaN(date.getTime())) throw bad('DateTime cannot show an invalid Date.');
    return date.toISOString();
  },
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : unquoted(node)),
});

/** Levels that are written out. Postgres takes some thousands, more than JSON.stringify: it would end the whole answer. */
const MAX_NESTING = 1_000;

function isNestedWithin(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((inner) => isNestedWithin(inner, levels - 1));
}

const JSONScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, passed on as it is.',
  serialize(value) {
    if (!isNestedWithin(value, MAX_NESTING)) throw bad(`JSON is nested more than ${MAX_NESTING} levels deep.`);
    return value;
  },
  parseValue: (value) => value,
  parseLiteral: (node, variables) => jsonLiteral(node, variables ?? {}),
});

/** As valueFromASTUntyped, but `__proto__` becomes a field like any other. */
function jsonLiteral(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((each) => [each.name.value, jsonLiteral(each.value, variables)]));
    case Kind.LIST:
      return node.values.map((each) => jsonLiteral(each, variables));
    case Kind.VARIABLE:
      return variables[node.name.value] ?? null;
    case Kind.INT:
    case Kind.FLOAT: {
      const number = Number(node.value);
      if (!Number.isFinite(number)) throw bad(`JSON cannot hold the number ${node.value}: it is too large.`);
      return number;
    }
    case Kind.ENUM:
      throw bad(`JSON has no ${node.value}; write it as text, "${node.value}".`);
    case Kind.NULL:
      return null;
    default:
      return node.value;
  }
}

/** Implementations of the scalars of schema/gateway.graphql, by name. */
export const SCALARS = { Cursor, Position, DateTime, JSON: JSONScalar } as const;
