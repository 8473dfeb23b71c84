import { drizzle } from 'drizzle-orm/postgres-js';
import { buildASTSchema, type GraphQLSchema } from 'graphql';
import { commerce } from '../../src/commerce/application.js';
import { ADMIN_SCOPE, DEFAULT_TENANT, OPEN, type Principal } from '../../src/auth/principal.js';
import type { ShopContext } from '../../src/commerce/context.js';
import type * as types from '../../src/commerce/generated/graphql.js';
import { connect, type Sql } from '../../src/db/connect.js';
import { newEventId } from '../../src/event/event-id.js';
import type { EventModel } from '../../src/event/model.js';
import { knowPrincipal } from '../../src/graphql/access/with-principal.js';
import { deriveSchema } from '../../src/graphql/derive/derive.js';
import { loadSources } from '../../src/graphql/derive/sources.js';
import { makeEvent, readEventData } from '../../src/graphql/event-input.js';
import { writeOutbox, type Transaction } from '../../src/outbox/write.js';
import { Pool } from '../../src/db/pool.js';
import { createReferences, referenceConnections } from '../../src/reference/loaders.js';
import type { Row } from '../../src/reference/row.js';
import { mapEntities } from '../../src/reference/table-mapping.js';
import { createMigrated } from './postgres.js';

/** What the outbox has of an event, in the order in which it was written. */
export interface OutboxRow {
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Each business mutation by its name: what it is given and what its resolver answers. */
interface Mutations {
  registerCustomer(input: types.RegisterCustomerInput): Promise<Stored<types.RegisterCustomerPayload>>;
  updateCustomer(input: types.UpdateCustomerInput): Promise<Stored<types.UpdateCustomerPayload>>;
  changeBillingAddress(input: types.ChangeBillingAddressInput): Promise<Stored<types.ChangeBillingAddressPayload>>;
  adjustStock(input: types.AdjustStockInput): Promise<Stored<types.AdjustStockPayload>>;
  placeOrder(input: types.PlaceOrderInput): Promise<Stored<types.PlaceOrderPayload>>;
  capturePayment(input: types.CapturePaymentInput): Promise<Stored<types.CapturePaymentPayload>>;
  failPayment(input: types.FailPaymentInput): Promise<Stored<types.FailPaymentPayload>>;
  refundPayment(input: types.RefundPaymentInput): Promise<Stored<types.RefundPaymentPayload>>;
  shipOrder(input: types.ShipOrderInput): Promise<Stored<types.ShipOrderPayload>>;
  cancelOrder(input: types.CancelOrderInput): Promise<Stored<types.CancelOrderPayload>>;
  startSubscription(input: types.StartSubscriptionInput): Promise<Stored<types.StartSubscriptionPayload>>;
  renewSubscription(input: types.RenewSubscriptionInput): Promise<Stored<types.RenewSubscriptionPayload>>;
  cancelSubscription(input: types.CancelSubscriptionInput): Promise<Stored<types.CancelSubscriptionPayload>>;
  submitForm(input: types.SubmitFormInput): Promise<Stored<types.SubmitFormPayload>>;
  clearFraudCase(input: types.ClearFraudCaseInput): Promise<Stored<types.ClearFraudCasePayload>>;
}

/** The reference domain as one caller has it, called as GraphQL would call it after checking types. */
export interface Caller extends Mutations {
  context(): ShopContext;
  query(field: 'customer' | 'order' | 'payment' | 'plan', args: { readonly id: string }): Promise<Row | null>;
  query(field: 'product', args: { readonly sku: string }): Promise<Row | null>;
  query(field: 'orders', args: types.QueryOrdersArgs): Promise<types.Order[]>;
  query(field: 'products', args: types.QueryProductsArgs): Promise<types.Product[]>;
  query(field: 'channelStock', args: types.QueryChannelStockArgs): Promise<types.ChannelStock[]>;
  query(field: 'dailyRevenue', args: types.QueryDailyRevenueArgs): Promise<types.DailyRevenue[]>;
  query(field: 'fraudCases', args: types.QueryFraudCasesArgs): Promise<types.FraudCase[]>;
  query(field: 'mails', args: types.QueryMailsArgs): Promise<types.Mail[]>;
}

/** On a database of its own, and as everybody where authentication is off. */
export interface Shop extends Caller {
  readonly url: string;
  readonly sql: Sql;
  readonly model: EventModel;
  /** As somebody else: by default of the tenant `default`, with every scope. */
  as(who: { readonly tenant?: string; readonly scopes?: readonly string[]; readonly sub?: string }): Caller;
  /** All rows of the outbox: nothing moves them here. */
  outbox(): Promise<OutboxRow[]>;
  close(): Promise<void>;
}

/** A payload without what the gateway adds. */
type Stored<Payload> = Omit<Payload, 'customer' | 'product' | 'order' | 'payment' | 'plan' | 'case'>;

export interface ShopOptions {
  /** Connections for transactions; default 10, as a gateway has. */
  readonly connections?: number;
  /** Told of every statement on the rows, before it is sent; not of those of references. */
  readonly onStatement?: (text: string, parameters: readonly unknown[]) => void;
  /** Stands before `publish`; throws to make the transaction fail there. */
  readonly beforePublish?: (type: string) => void | Promise<void>;
}

export async function createShop(options: ShopOptions = {}): Promise<Shop> {
  const database = await createMigrated('commerce');
  const { model, typeDefs } = deriveSchema(await loadSources(commerce.schema));
  const schema = buildASTSchema(typeDefs);

  const pool = connect({ url: database.url, max: options.connections ?? 10, name: 'sluice test' });
  const referencePool = new Pool(referenceConnections({ url: database.url }), () => undefined);
  const references = createReferences({ pool: referencePool, model, mappings: await referencePool.ask((sql) => mapEntities(sql, model)) });
  const db = drizzle(pool, { logger: { logQuery: (text, parameters) => options.onStatement?.(text, parameters) } });
  const contextOf = (principal: Principal): ShopContext => knowPrincipal({
    tenant: principal.tenant,
    audience: { tenant: principal.tenant, claims: {} },
    db,
    loaders: references.forBatch(),
    signal: new AbortController().signal,
    transaction: (work) => db.transaction(work, { isolationLevel: 'read committed' }),
    async publish(tx, type, data, eventOptions = {}) {
      await options.beforePublish?.(type);
      return publish(schema, model, tx, principal.tenant, type, data, eventOptions);
    },
  }, principal);
  const callerOf = (principal: Principal): Caller => {
    // The resolvers are called as graphql-js calls them; none of them looks at the parent or the selected fields.
    const call = async <Result>(resolver: unknown, args: object): Promise<Result> =>
      await (resolver as (parent: null, args: object, context: ShopContext, info: null) => Promise<Result>)(null, args, contextOf(principal), null);
    const mutations = Object.fromEntries(Object.entries(commerce.resolvers.Mutation).map(([name, resolver]) => [name, (input: object) => call(resolver, { input })])) as unknown as Mutations;
    return {
      ...mutations,
      context: () => contextOf(principal),
      query: (field: keyof typeof commerce.resolvers.Query, args: object) => call<never>(commerce.resolvers.Query[field], args),
    };
  };

  return {
    url: database.url,
    sql: database.sql,
    model,
    ...callerOf(OPEN),
    as: ({ tenant = DEFAULT_TENANT, scopes = [ADMIN_SCOPE], sub = 'somebody' }) =>
      callerOf({ ...OPEN, kind: 'token', name: sub, tenant, scopes: new Set(scopes), claims: { sub } }),
    outbox: async () => [...await database.sql<OutboxRow[]>`
      SELECT aggregatetype AS topic, type, aggregateid AS key, payload FROM sluice.outbox ORDER BY seq`],
    async close() {
      await Promise.all([pool.end(), referencePool.end()]);
      await database.drop();
    },
  };
}

/** What the gateway's publisher does inside a transaction, with the same checks. */
async function publish(schema: GraphQLSchema, model: EventModel, tx: Transaction, tenant: string, type: string, data: object, options: { readonly occurredAt?: Date }): Promise<string> {
  const event = makeEvent(readEventData(schema, model, type, data), newEventId(), options, null, type);
  await writeOutbox(tx, tenant, [event]);
  return event.id;
}
