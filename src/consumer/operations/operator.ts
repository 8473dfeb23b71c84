import type { PendingQuery, Row } from 'postgres';
import { lostToOthers, type Sql } from '../../db/connect.js';
import type { Pool } from '../../db/pool.js';
import { DEFAULT_TENANT } from '../../auth/principal.js';
import { SluiceError } from '../../base/error.js';
import { badInput } from '../../event/limits.js';

/** A part of a statement. */
export type Fragment = PendingQuery<Row[]>;

/** Who operates consumers. */
export interface Operator {
  /** Of `default`: it operates the consumers of every tenant (processors) beside its own. Of another: only those of its tenant. */
  readonly tenant: string;
  /** Name of the principal, for the record; null: the gateway itself. */
  readonly principal: string | null;
}

/** Attempts of a change that gave way to somebody else's (a deadlock, mostly with a batch under way). */
const ATTEMPTS = 5;
/** Milliseconds for a change: it may wait for batches under way, and forget many rows. */
const CHANGED_WITHIN = 60_000;

const operatesAll = ({ tenant }: Operator): boolean => tenant === DEFAULT_TENANT;

/** In SQL: whether the operator may see and operate the consumer of this row. `column` is its tenant. */
export const operates = (sql: Sql, operator: Operator, column: string): Fragment => sql`(${sql(column)} = ${operator.tenant} OR (${operatesAll(operator)} AND ${sql(column)} IS NULL))`;

/**
 * In SQL: whether the operator may see and decide about this row of parked_events, called `p`, of the consumer `c`. Of a consumer that
 * reads every tenant, whoever operates it all, and others those of their tenant.
 */
export const decidesAbout = (sql: Sql, operator: Operator): Fragment =>
  sql`((c.tenant IS NULL AND (${operatesAll(operator)} OR p.tenant = ${operator.tenant})) OR (c.tenant = ${operator.tenant} AND p.tenant = ${operator.tenant}))`;

/** A statement that changes something, again when it gave way to somebody else's. Errors: the driver's own, after 5 attempts. */
export async function change<T>(pool: Pool, statement: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pool.ask(statement, CHANGED_WITHIN);
    } catch (error) {
      if (!lostToOthers(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** No consumer of this name that the operator may see. */
export function unknownConsumer(name: string): SluiceError {
  return badInput(`There is no consumer ${JSON.stringify(name.slice(0, 200))}. \`consumers\` lists them.`);
}

/** The state of the consumer does not allow it. */
export function conflict(message: string): SluiceError {
  return new SluiceError('CONFLICT', message);
}
