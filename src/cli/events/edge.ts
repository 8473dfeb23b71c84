import { z } from 'zod';
import { jsonLine, printable } from '../terminal/printable.js';
import { cut, type Style } from '../terminal/style.js';
import { readFields } from './selection.js';

const NODE = z.looseObject({ __typename: z.string(), meta: z.looseObject({ type: z.string(), key: z.string(), recordedAt: z.string() }) });
export const EDGE = z.object({ cursor: z.string(), node: NODE.nullable() });
export type Edge = z.output<typeof EDGE>;

export interface ErrorText {
  readonly message: string;
}

/** An event as one line of JSON: `{ cursor, meta, data }`; `errors` where parts of it failed, all of it when `data` is null. */
export function edgeJson({ cursor, node }: Edge, errors: readonly ErrorText[]): string {
  const failed = errors.length === 0 ? {} : { errors: errors.map(({ message }) => message) };
  return jsonLine({ cursor, meta: node?.meta ?? null, data: node === null ? null : readFields(node), ...failed });
}

/** Columns of an event for people: when it was recorded, type, key, fields. */
export function edgeColumns({ node }: Edge, errors: readonly ErrorText[]): [when: string, type: string, key: string, fields: string] {
  const failed = errors.map(({ message }) => `! ${message}`).join(' ');
  if (node === null) return ['', '(unreadable)', '', failed];
  const { recordedAt, type, key } = node.meta;
  const fields = Object.entries(readFields(node)).filter(([, value]) => value !== null && value !== key).map(([name, value]) => `${name}=${brief(value)}`);
  return [recordedAt.replace('T', ' ').replace(/Z$/, ''), type, key, [...fields, failed].filter((part) => part !== '').join(' ')];
}

/** The same as a line: padded so that types and keys stand below each other as far as they go. `width` 0: not cut. */
export function edgeLine(edge: Edge, errors: readonly ErrorText[], style: Style, width: number): string {
  const [when, type, key, fields] = edgeColumns(edge, errors).map(printable) as [string, string, string, string];
  const start = `${when.padEnd(23)}  ${type.padEnd(20)}  ${key}`;
  const rest = cut(fields, width === 0 ? 0 : Math.max(width - start.length - 2, 1));
  const paint = edge.node === null ? style.bad : style.name;
  return `${style.dim(when.padEnd(23))}  ${paint(type.padEnd(20))}  ${style.bold(key)}  ${rest}`.trimEnd() + '\n';
}

/** A value as a person writes it: text without quotes unless it has spaces, objects as `{amount:1999,currency:EUR}`. */
function brief(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"{}[\]:,]+$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(brief).join(',')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([name, inner]) => `${name}:${brief(inner)}`).join(',')}}`;
  return String(value);
}
