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
  /** Whoever still has the transaction gets an error from it. The connection may be another's soon. */
  close(): void;
}

/** What drizzle asks of the driver in a transaction, and that can be closed to it. */
export interface GuardedClient {
  unsafe(text: string, values?: postgres.ParameterOrJSON<never>[]): Promise<unknown>;
  savepoint<T>(work: (inner: GuardedClient) => Promise<T>): Promise<T>;
  /** Throws the first error of a statement, though whoever sent it went on: the server keeps nothing of what follows. */
  check(): void;
}

/** Statements of the same text are prepared once per connection: drizzle by itself has each parsed anew, a round trip more. */
export function guard(raw: postgres.TransactionSql): GuardedTransaction {
  const { client, close } = guardClient(raw, { isPrepared: isKept, over: 'The transaction is over: the attempt has ended, or took too long.' });
  // As drizzle makes its own transactions; it asks nothing else of the client.
  const session: unknown = new PostgresJsSession(client as unknown as postgres.Sql, dialect, undefined, {});
  const tx: unknown = new PostgresJsTransaction(dialect, session as ConstructorParameters<typeof PostgresJsTransaction>[1], undefined);
  return { tx: tx as ConsumerTransaction, close };
}

/** `isPrepared` says of which texts connections keep the plan; `over` is what whoever comes after `close` is told. */
export function guardClient(
  raw: postgres.TransactionSql, { isPrepared, over }: { isPrepared(text: string): boolean; readonly over: string },
): { readonly client: GuardedClient; close(): void } {
  let closed = false;
  let savepoints = 0;
  const open = (): void => {
    if (closed) throw new Error(over);
  };
  const scope = (): GuardedClient => {
    const failed: unknown[] = [];
    return {
      unsafe(text, values = []) {
        open();
        const answer = raw.unsafe(text, values, { prepare: isPrepared(text) });
        answer.catch((error: unknown) => failed.push(error));
        return answer;
      },
      /** Nested transactions. The driver's own would send their end whatever has become of the transaction. */
      async savepoint(work) {
        open();
        const name = `sluice_nested_${savepoints++}`;
        await raw.unsafe(`SAVEPOINT ${name}`);
        try {
          const inner = scope();
          const result = await work(inner);
          open();
          inner.check();
          await raw.unsafe(`RELEASE SAVEPOINT ${name}`);
          return result;
        } catch (error) {
          open();
          await raw.unsafe(`ROLLBACK TO SAVEPOINT ${name}`);
          throw error;
        }
      },
      check() {
        if (failed.length > 0) throw failed[0];
      },
    };
  };
  return {
    client: scope(),
    close() {
      closed = true;
    },
  };
}

/** Whether a connection is to keep the statement prepared: the first 200 texts of this process are. */
export function isKept(text: string): boolean {
  if (prepared.has(text)) return true;
  if (prepared.size >= MAX_PREPARED) return false;
  prepared.add(text);
  return true;
}
