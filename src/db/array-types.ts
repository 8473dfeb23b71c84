import type { PostgresType } from 'postgres';

/*
 * Arrays of the built-in types, written and read here: postgres.js learns them by a query on every new connection, and
 * when that query fails (a server that stops, a backend that is terminated) it ends the process with an unhandled
 * rejection (porsager/postgres #1192, in 3.4.9). Arrays of an application's own types arrive as text.
 */

/** `[array oid, reader of an element]`, from pg_type.dat; these never change. */
const ARRAYS: readonly (readonly [oid: number, read: (text: string) => unknown])[] = [
  [1000, (text) => text === 't'], // bool
  [1001, (text) => Buffer.from(text.slice(2), 'hex')], // bytea, as \x…
  ...[1005, 1007, 1028, 1021, 1022].map((oid) => [oid, Number] as const), // int2 int4 oid float4 float8
  ...[1016, 1231].map((oid) => [oid, String] as const), // int8 numeric: text, as single values are
  ...[1002, 1003, 1009, 1014, 1015, 2951].map((oid) => [oid, String] as const), // char name text bpchar varchar uuid
  ...[199, 3807].map((oid) => [oid, (text: string): unknown => JSON.parse(text)] as const), // json jsonb
  ...[1182, 1115, 1185].map((oid) => [oid, (text: string) => new Date(text)] as const), // date timestamp timestamptz
];

/** For the `types` option of postgres.js, with `fetch_types: false`. */
export const ARRAY_TYPES: Readonly<Record<string, PostgresType>> = Object.fromEntries(
  ARRAYS.map(([oid, read]) => [`array${oid}`, { to: oid, from: [oid], serialize, parse: (text: string) => readArray(text, read) }]),
);

/** A caller may have written the literal itself. */
function serialize(value: unknown): string {
  return Array.isArray(value) ? writeArray(value) : String(value);
}

/** An array literal, as the manual has it in 8.15.2. */
export function writeArray(values: readonly unknown[]): string {
  return `{${values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return writeArray(value);
    return `"${elementText(value).replaceAll(/["\\]/g, '\\$&')}"`;
  }).join(',')}}`;
}

function elementText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Reads what the server writes: nested, quoted where needed, perhaps with bounds in front (`[0:1]={…}`). */
export function readArray(text: string, read: (element: string) => unknown): unknown[] {
  let at = text.indexOf('{');
  const list = (): unknown[] => {
    const found: unknown[] = [];
    at += 1;
    while (text[at] !== '}') {
      if (at >= text.length) throw new SyntaxError('an array of the database does not end');
      if (text[at] === ',') at += 1;
      else if (text[at] === '{') found.push(list());
      else if (text[at] === '"') found.push(read(quoted()));
      else found.push(bare());
    }
    at += 1;
    return found;
  };
  const quoted = (): string => {
    let value = '';
    for (at += 1; text[at] !== '"'; at += 1) {
      if (at >= text.length) throw new SyntaxError('an array of the database does not end');
      if (text[at] === '\\') at += 1;
      value += text[at] ?? '';
    }
    at += 1;
    return value;
  };
  const bare = (): unknown => {
    const start = at;
    while (at < text.length && text[at] !== ',' && text[at] !== '}') at += 1;
    const value = text.slice(start, at);
    return value === 'NULL' ? null : read(value);
  };
  return list();
}
