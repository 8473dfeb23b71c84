import { PgDialect } from 'drizzle-orm/pg-core';
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { guardClient, isKept } from '../db/guarded-client.js';
import type { ConsumerTransaction } from './definition.js';

const dialect = new PgDialect();

/** A transaction that handlers write through, and that can be closed to them. */
export interface GuardedTransaction {
  readonly tx: ConsumerTransaction;
  /** Whoever still has the transaction gets an error from it. The connection may be another's soon. */
  close(): void;
}

/** Statements of the same text are prepared once per connection: drizzle by itself has each parsed anew, a round trip more. */
export function guard(raw: postgres.TransactionSql): GuardedTransaction {
  const { client, close } = guardClient(raw, { isPrepared: isKept, over: 'The transaction is over: the attempt has ended, or took too long.' });
  // As drizzle makes its own transactions; it asks nothing else of the client.
  const session: unknown = new PostgresJsSession(client as unknown as postgres.Sql, dialect, undefined, {});
  const tx: unknown = new PostgresJsTransaction(dialect, session as ConstructorParameters<typeof PostgresJsTransaction>[1], undefined);
  return { tx: tx as ConsumerTransaction, close };
}
