import type postgres from 'postgres';

/** Texts of statements that one connection keeps prepared; those that follow are parsed every time. */
const MAX_PREPARED = 200;
const prepared = new Set<string>();

/** What drizzle asks of the driver in a transaction, and that can be closed to it. */
export interface GuardedClient {
  unsafe(text: string, values?: postgres.ParameterOrJSON<never>[]): Promise<unknown>;
  savepoint<T>(work: (inner: GuardedClient) => Promise<T>): Promise<T>;
  /** Throws the first error of a statement, though whoever sent it went on: the server keeps nothing of what follows. */
  check(): void;
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
