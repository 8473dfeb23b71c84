import { DEFAULT_TENANT } from '../auth/principal.js';
import { SluiceError } from '../base/error.js';
import { isDataError, type Sql } from '../db/connect.js';
import type { Reference } from '../event/model.js';
import { acceptable, arrayText, keyForm } from './key.js';
import { rowReader, type Row } from './row.js';
import type { Release } from './slots.js';
import { identifier, type Column, type EntityMapping } from './table-mapping.js';

/** What one key gives: a row, rows, nothing, or an error that concerns this key only. */
export type Found = Row | readonly Row[] | null | Error;

/** Looks keys up and answers in their order, before the signal aborts. */
export type Source = (keys: readonly string[], signal: AbortSignal) => Promise<readonly Found[]>;

export interface TableAccess {
  /** Asks through a connection that is free: `acquire` comes before. */
  readonly ask: <T>(question: (sql: Sql) => Promise<T>) => Promise<T>;
  readonly acquire: (name: string, signal: AbortSignal) => Promise<Release>;
  readonly rowsPerKey: number;
  readonly rowsPerStatement: number;
  readonly onStatement: (text: string, keys: number) => void;
}

/** For a tenant, how the rows of a table are looked up that it may see. */
export function tableSource(mapping: EntityMapping, reference: Reference, access: TableAccess): (tenant: string) => Source {
  const { tenancy } = mapping;
  const none: Source = (keys) => Promise.resolve(keys.map(() => (reference.many ? [] : null)));
  if (tenancy === 'shared' || tenancy === 'default') {
    const all = sourceOf(mapping, reference, access, null)([]);
    return (tenant) => (tenancy === 'shared' || tenant === DEFAULT_TENANT ? all : none);
  }
  const { base, deterministic } = tenancy.column;
  const form = keyForm(base, deterministic);
  const of = sourceOf(mapping, reference, access, tenancy.column);
  // "007" is the number 7, but only the tenant "7" sees what is 7's.
  return (tenant) => (form.write(tenant) === tenant ? of([tenant]) : none);
}

/**
 * One statement per call, unless a key does not fit the column's type: then halves, until it stands alone. With a tenant
 * column, the one further parameter is the tenant.
 */
function sourceOf(mapping: EntityMapping, reference: Reference, access: TableAccess, owner: Column | null): (parameters: readonly string[]) => Source {
  const column = mapping.keys.get(reference.to);
  const order = mapping.keys.get(mapping.entity.key);
  if (column === undefined || order === undefined) {
    throw new TypeError(`The mapping of "${mapping.entity.name}" was made for another model: it has no key "${reference.to}".`);
  }
  const reader = rowReader(mapping);
  const perKey = reference.many ? access.rowsPerKey : 1;
  const cast = `$1::text[]::${column.cast}[]`;
  const lookup = `t.${identifier(column.name)}`;
  // ANY reaches into views where the join alone would not; the join says which key a row belongs to, however the
  // database writes the value; the window bounds a key and fixes the order.
  const text = `SELECT r.* FROM (
  SELECT k.i::text AS i, row_number() OVER (PARTITION BY k.i ORDER BY t.${identifier(order.name)}) AS n,
    ${reader.expressions.map((each, index) => `${each} AS c${index}`).join(', ')}
  FROM unnest(${cast}) WITH ORDINALITY AS k(v, i) JOIN ${mapping.table} AS t ON ${lookup} = k.v
  WHERE ${lookup} = ANY(${cast})${owner === null ? '' : ` AND t.${identifier(owner.name)} = $2::text::${owner.cast}`}
) AS r WHERE r.n <= ${reference.many ? perKey + 1 : 1} ORDER BY r.i::int, r.n LIMIT ${access.rowsPerStatement + 1}`;

  const run = async (statement: string, keys: readonly string[], parameters: readonly string[], signal: AbortSignal): Promise<(string | null)[][]> => {
    const release = await access.acquire(mapping.entity.name, signal);
    const rows = (async () => {
      try {
        access.onStatement(statement, keys.length);
        const result = await access.ask((sql) => sql.unsafe(statement, [arrayText(keys), ...parameters], { prepare: true }).values());
        return [...result] as (string | null)[][];
      } finally {
        // Not before: the connection is busy until the statement ends, also when nobody waits any longer.
        release();
      }
    })();
    return untilAbort(rows, signal);
  };

  const select = async (keys: readonly string[], parameters: readonly string[], signal: AbortSignal): Promise<Found[]> => {
    const rows = await run(text, keys, parameters, signal);
    const found = new Map<number, Row[]>();
    for (const values of rows.slice(0, access.rowsPerStatement)) {
      const key = Number(values[0]) - 1;
      const row = reader.read(values, 2);
      const others = found.get(key);
      if (others === undefined) found.set(key, [row]);
      else others.push(row);
    }
    // Rows come in the order of keys, so a cut hits the key it falls on and those after it.
    const cut = rows.length > access.rowsPerStatement ? Number(rows.at(-1)?.[0]) - 1 : keys.length;
    return keys.map((_, index) => {
      const own = found.get(index) ?? [];
      if (own.length > perKey) return tooMany(reference, perKey, 'for one key');
      if (index >= cut) return tooMany(reference, access.rowsPerStatement, 'in one batch');
      return reference.many ? own : (own[0] ?? null);
    });
  };

  const none = (): Found => (reference.many ? [] : null);

  const settle = async (keys: readonly string[], parameters: readonly string[], signal: AbortSignal): Promise<Found[]> => {
    try {
      return await select(keys, parameters, signal);
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (keys.length > 1) {
        const middle = Math.ceil(keys.length / 2);
        const left = await settle(keys.slice(0, middle), parameters, signal);
        return [...left, ...(await settle(keys.slice(middle), parameters, signal))];
      }
      // Either the key does not fit the type, and then there is no such row, or the row itself cannot be read.
      return [(await fits(keys, signal)) ? (error as Error) : none()];
    }
  };

  const fits = async (keys: readonly string[], signal: AbortSignal): Promise<boolean> => {
    try {
      await run(`SELECT ${cast} IS NULL`, keys, [], signal);
      return true;
    } catch (error) {
      if (isDataError(error)) return false;
      throw error;
    }
  };

  return (parameters) => async (keys, signal) => {
    const results = keys.map(none);
    const usable = keys.flatMap((key, index) => (acceptable(column.base, key) ? [{ key, index }] : []));
    if (usable.length === 0) return results;
    const found = await settle(usable.map((each) => each.key), parameters, signal);
    usable.forEach(({ index }, at) => {
      results[index] = found[at] ?? none();
    });
    return results;
  };
}

function tooMany(reference: Reference, limit: number, where: string): SluiceError {
  return new SluiceError('CONFLICT', `"${reference.field}" finds more than ${limit} rows of ${reference.entity} ${where}; narrow the reference, or query the rows in pages.`);
}

/** Settles with the promise or, when the signal aborts first, rejects with its reason. */
export function untilAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
