import { PgDialect } from 'drizzle-orm/pg-core';
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { ConsumerTransaction } from './definition.js';

/** Texts of statements that one connection keeps prepared; those that follow are parsed every time. */
const MAX_PREPARED = 200;
const dialect = new PgDialect();
const prepared = new Set<string>();

/** A transaction that handlers write through, and that can be closed to them. */
export interface GuardedTransaction {
  readonly tx: ConsumerTransaction;
  /** Whoever still has the transaction gets an error from it, and what it waits for is cancelled. The connection may be another's soon. */
  close(): void;
}

/** Statements of the same text are prepared once per connection: drizzle by itself has each parsed anew, a round trip more. */
export function guard(raw: postgres.TransactionSql): GuardedTransaction {
  let closed = false;
  const pending = new Set<{ cancel(): void }>();
  const client = (of: postgres.TransactionSql): unknown => ({
    unsafe(text: string, values: postgres.ParameterOrJSON<never>[] = []) {
      if (closed) throw new Error('The transaction is over: the attempt has ended, or took too long.');
      const query = of.unsafe(text, values, { prepare: isKept(text) });
      pending.add(query);
      const done = (): void => void pending.delete(query);
      query.then(done, done);
      return query;
    },
    savepoint: (work: (inner: unknown) => Promise<unknown>) => {
      if (closed) throw new Error('The transaction is over: the attempt has ended, or took too long.');
      return of.savepoint((inner) => work(client(inner)));
    },
  });
  // As drizzle makes its own transactions; it asks nothing else of the client.
  const session: unknown = new PostgresJsSession(client(raw) as postgres.Sql, dialect, undefined, {});
  const tx: unknown = new PostgresJsTransaction(dialect, session as ConstructorParameters<typeof PostgresJsTransaction>[1], undefined);
  return {
    tx: tx as ConsumerTransaction,
    close() {
      closed = true;
      for (const query of pending) query.cancel();
    },
  };
}

function isKept(text: string): boolean {
  if (prepared.has(text)) return true;
  if (prepared.size >= MAX_PREPARED) return false;
  prepared.add(text);
  return true;
}
