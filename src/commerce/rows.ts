import { and, eq, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgSelectBase, type PgTable, type PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { DEFAULT_TENANT } from '../auth/principal.js';
import type { DatabaseTransaction } from '../graphql/context.js';
import type { CommerceContext, ShopContext } from './context.js';
import type { EventInputs } from './generated/events.js';
import type { channelStock, customers, dailyRevenue, fraudCases, mails, orderLines, orders, payments, products, requests, subscriptions } from './tables.js';

type ShopTable =
  | typeof customers | typeof orderLines | typeof orders | typeof payments | typeof products | typeof requests | typeof subscriptions
  | typeof channelStock | typeof dailyRevenue | typeof fraudCases | typeof mails;
type Insert<Table extends ShopTable> = Omit<Table['$inferInsert'], 'tenant'>;
type Update<Table extends ShopTable> = Omit<PgUpdateSetSource<Table>, 'tenant'>;

/** What would let in rows that nobody has asked the tenant of. */
type Widening = 'where' | 'leftJoin' | 'leftJoinLateral' | 'rightJoin' | 'innerJoin' | 'innerJoinLateral' | 'fullJoin' | 'crossJoin' | 'crossJoinLateral';
/** A query to which an order, a limit or a lock can be added. */
type Selected<Table extends PgTable> = Omit<
  PgSelectBase<Table['_']['name'], Table['_']['columns'], 'single', Record<Table['_']['name'], 'not-null'>, false, Widening>,
  Widening
>;

/** The rows of one tenant. */
export class ShopRows {
  readonly #db: Pick<DatabaseTransaction, 'select'>;
  readonly #tenant: string;

  constructor(db: Pick<DatabaseTransaction, 'select'>, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  select<Table extends ShopTable>(table: Table, where?: SQL): Selected<Table> {
    // The type of drizzle's own builder for a table that is not known yet says nothing.
    const any: PgTable = table;
    return this.#db.select().from(any).where(this.own(table, where)) as unknown as Selected<Table>;
  }

  /** As part of another statement: some columns of what matches. */
  part(table: ShopTable, columns: Readonly<Record<string, PgColumn>>, where: SQL): SQLWrapper {
    return this.#db.select(columns).from(table).where(this.own(table, where));
  }

  protected own(table: ShopTable, where: SQL | undefined): SQL | undefined {
    return and(eq(table.tenant, this.#tenant), where);
  }
}

type Writable = Pick<DatabaseTransaction, 'select' | 'insert' | 'update'>;

/** The rows of one tenant, to be read and written: what is written is that tenant's. */
export class ShopWriter extends ShopRows {
  readonly #db: Writable;
  readonly #tenant: string;

  constructor(db: Writable, tenant: string) {
    super(db, tenant);
    this.#db = db;
    this.#tenant = tenant;
  }

  async insert<Table extends ShopTable>(table: Table, rows: readonly Insert<Table>[]): Promise<void> {
    const any: PgTable = table;
    await this.#db.insert(any).values(rows.map((row) => this.#owned(row)));
  }

  /** False when a row with the same key is there already; a row that is being inserted is waited for. */
  async insertNew<Table extends ShopTable>(table: Table, row: Insert<Table>): Promise<boolean> {
    const inserted = await this.#db.insert(table as PgTable).values(this.#owned(row)).onConflictDoNothing().returning({ done: sql`true` });
    return inserted.length > 0;
  }

  /**
   * Inserts rows; where one with the same key is there already, `set` is done to it, in which `excluded` is the row that was
   * given, if `where` holds. Gives the rows that were written, as they are then. No two of `rows` may have the same key.
   */
  async put<Table extends ShopTable>(table: Table, rows: readonly Insert<Table>[], set: Update<Table>, where?: SQL): Promise<readonly Table['$inferSelect'][]> {
    const any: PgTable = table;
    const [key] = getTableConfig(any).primaryKeys;
    if (key === undefined) throw new Error('a table of the shop without a key');
    const written = await this.#db.insert(any).values(rows.map((row) => this.#owned(row)))
      .onConflictDoUpdate({ target: key.columns, set, ...(where === undefined ? {} : { setWhere: where }) }).returning();
    return written as Table['$inferSelect'][];
  }

  /** How many rows it changed. `from` stands beside the table, as in `UPDATE … FROM`, and can be named in `set` and `where`. */
  async update<Table extends ShopTable>(table: Table, set: Update<Table>, where: SQL, from?: SQL): Promise<number> {
    const any: PgTable = table;
    const update = this.#db.update(any).set(set);
    const { count } = await (from === undefined ? update : update.from(from)).where(this.own(table, where));
    return count;
  }

  #owned(row: object): object {
    return { ...row, tenant: this.#tenant };
  }
}

/** A transaction in one tenant's shop: what is published in it is that tenant's too. */
export class ShopTransaction extends ShopWriter {
  readonly #tx: DatabaseTransaction;
  readonly #context: Pick<ShopContext, 'tenant' | 'publish'>;

  constructor(tx: DatabaseTransaction, context: Pick<ShopContext, 'tenant' | 'publish'>) {
    super(tx, context.tenant);
    this.#tx = tx;
    this.#context = context;
  }

  publish<Type extends keyof EventInputs>(type: Type, data: EventInputs[Type]): Promise<string> {
    return this.#context.publish(this.#tx, type, data);
  }

  /**
   * For events whose key has no row to lock. Another tenant's key is another lock. Whoever publishes them by SQL takes the
   * same: `sluice.lock_key(topic, key)`, and of another tenant than `default` `sluice.lock_key(jsonb_build_array(tenant, topic)::text, key)`:
   * no topic's name looks like that, so no key of another tenant or topic can be made to.
   */
  async lockKey(topic: string, key: string): Promise<void> {
    const { tenant } = this.#context;
    const whose = tenant === DEFAULT_TENANT ? sql`${topic}` : sql`jsonb_build_array(${tenant}::text, ${topic}::text)::text`;
    await this.#tx.execute(sql`SELECT sluice.lock_key(${whose}, ${key})`);
  }
}

/** For queries: the rows of the caller's tenant. */
export function readRows(context: CommerceContext): ShopRows {
  return new ShopRows((context as ShopContext).db, context.tenant);
}

/** Runs `work` in one transaction of the caller's tenant (`GatewayContext.transaction`). */
export function inTransaction<Result>(context: CommerceContext, work: (shop: ShopTransaction) => Promise<Result>): Promise<Result> {
  const given = context as ShopContext;
  return given.transaction((tx) => work(new ShopTransaction(tx, given)));
}
