import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CommerceContext } from '../context.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A place in the log, as opaque, signed text: "after this event". Keep it, compare it with nothing, and give it back
   * as `after`.
   */
  Cursor: { input: string; output: string; }
  /** A moment as RFC 3339 text with a zone, such as `2026-03-01T09:30:00Z`. The gateway answers in UTC with milliseconds. */
  DateTime: { input: Date; output: Date | string; }
  /** Any JSON value, passed on as it is. */
  JSON: { input: unknown; output: unknown; }
  /** The number of an event in the log, as decimal text (it may exceed what a JavaScript number holds). */
  Position: { input: string; output: string; }
};

/** A postal address. */
export type Address = {
  /** Town or city. */
  city: Scalars['String']['output'];
  /** ISO 3166 code of two letters, such as `DE`. */
  country: Scalars['String']['output'];
  /** Postal code, as written in that country. */
  postalCode: Scalars['String']['output'];
  /** Street and number. */
  street: Scalars['String']['output'];
};

/** A postal address. */
export type AddressInput = {
  /** Town or city. */
  city: Scalars['String']['input'];
  /** ISO 3166 code of two letters, such as `DE`. */
  country: Scalars['String']['input'];
  /** Postal code, as written in that country. */
  postalCode: Scalars['String']['input'];
  /** Street and number. */
  street: Scalars['String']['input'];
};

/** A change of stock. */
export type AdjustStockInput = {
  /** Items to add; negative to take away. Stock below zero is refused. */
  delta: Scalars['Int']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What the product is called; needed when it is new, else it renames it. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Price of one item; needed when the product is new, else it changes it. */
  price?: InputMaybe<MoneyInput>;
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The product's number. */
  sku: Scalars['ID']['input'];
};

/** What `adjustStock` answers. */
export type AdjustStockPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Items for sale after it. */
  stock: Scalars['Int']['output'];
};

/** Something that has gone wrong with a consumer or a webhook, which an administrator should know of and see to. */
export type Alert = {
  /** When it went wrong. */
  at: Scalars['DateTime']['output'];
  /** The consumer that it is about, or that of the webhook. */
  consumer: Scalars['ID']['output'];
  /** Identifies it. */
  id: Scalars['ID']['output'];
  /** What has gone wrong. */
  kind: AlertKind;
  /** Of CONSUMER_LAGGED: positions that retention took before the consumer came to them, in all, up to then. */
  lost?: Maybe<Scalars['Float']['output']>;
  /** What has gone wrong and what to do, in plain words. */
  message: Scalars['String']['output'];
  /** What that is called. */
  name: Scalars['String']['output'];
  /** Of DEAD_LETTERS: number of the event that was given up on. */
  position?: Maybe<Scalars['Position']['output']>;
  /** Of those that were stopped: why. */
  reason?: Maybe<Scalars['String']['output']>;
  /** What it is about. */
  subject: AlertSubject;
  /** Id of the webhook; null: it is about a processor. */
  webhook?: Maybe<Scalars['ID']['output']>;
};

/** A page of alerts, the latest first. */
export type AlertConnection = {
  /** The alerts of the page. */
  edges: Array<AlertEdge>;
  /** End of the log before the page was read: subscribe after it to be told of what follows, without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** An alert and its place in the log. */
export type AlertEdge = {
  /** Whoever subscribes after it gets the alerts that follow; in a list, those before it come after it. */
  cursor: Scalars['Cursor']['output'];
  /** The alert. */
  node: Alert;
};

/** What has gone wrong. */
export type AlertKind =
  /** Retention has taken events before a consumer came to them. Told at once, and while more is lost and nobody has resumed or reset the consumer, once a day. */
  | 'CONSUMER_LAGGED'
  /** A consumer has paused itself. */
  | 'CONSUMER_PAUSED'
  /** A consumer that had no dead letters has one. */
  | 'DEAD_LETTERS'
  /** The gateway has disabled a webhook: its endpoint answered 410. */
  | 'WEBHOOK_DISABLED'
  /** The gateway has paused a webhook: nothing could be delivered for days, or its address is not allowed. */
  | 'WEBHOOK_PAUSED';

/** What an alert is about. */
export type AlertSubject =
  /** A processor. */
  | 'CONSUMER'
  /** A webhook, or the consumer of one. */
  | 'WEBHOOK';

/** A key with which a service calls: as `Authorization: Bearer <secret>`, wherever a token is accepted. Its claim `sub` is `key:<id>`. */
export type ApiKey = {
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Who made it; null: somebody at the command line. */
  createdBy?: Maybe<Scalars['String']['output']>;
  /** When it ends; null: when it is revoked. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Names it; no secret. */
  id: Scalars['ID']['output'];
  /** When it was last used, to about ten minutes; null: never. */
  lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it is for. */
  name: Scalars['String']['output'];
  /** When it was revoked, if it was. */
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it may do. */
  scopes: Array<Scalars['String']['output']>;
  /** Whose events it reads and publishes. */
  tenant: Scalars['String']['output'];
};

/** What a customer is told of a product's stock. */
export type Availability =
  /** It can be ordered. */
  | 'IN_STOCK'
  /** It can be ordered, but few are left. */
  | 'LOW'
  /** None is left. */
  | 'SOLD_OUT';

/** A customer's bills go to another address. */
export type BillingAddressChanged = Event & {
  /** The new address. */
  address: Address;
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** The customer's id. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
};

/** A customer's bills go to another address. */
export type BillingAddressChangedInput = {
  /** The new address. */
  address: AddressInput;
  /** The customer's id. */
  customerId: Scalars['ID']['input'];
};

/** An order to cancel. */
export type CancelOrderInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What `cancelOrder` answers. */
export type CancelOrderPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
  /** The payments that go back; empty when nothing had been paid. */
  refundedPaymentIds: Array<Scalars['ID']['output']>;
};

/** A subscription to end. */
export type CancelSubscriptionInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['input'];
};

/** What `cancelSubscription` answers. */
export type CancelSubscriptionPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** Until when it runs. */
  endsAt: Scalars['DateTime']['output'];
  /** The subscription as it is now. */
  plan?: Maybe<Plan>;
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['output'];
};

/** Money that arrived. */
export type CapturePaymentInput = {
  /** How much; all that is owed when it is left out. */
  amount?: InputMaybe<MoneyInput>;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The order it is for. */
  orderId: Scalars['ID']['input'];
};

/** What `capturePayment` answers. */
export type CapturePaymentPayload = {
  /** What arrived. */
  amount: Money;
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** What is still owed after it; 0 when the order is paid. */
  open: Money;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it is for. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The new payment's id. */
  paymentId: Scalars['ID']['output'];
};

/** Where a customer's bills go from now on. */
export type ChangeBillingAddressInput = {
  /** The new address, in whole. */
  address: AddressInput;
  /** The customer's id. */
  customerId: Scalars['ID']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What `changeBillingAddress` answers. */
export type ChangeBillingAddressPayload = {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** The customer's id. */
  customerId: Scalars['ID']['output'];
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
};

/** What a sales channel, such as a marketplace, believes of a product's stock. */
export type ChannelStock = {
  /** The channel's name. */
  channel: Scalars['String']['output'];
  /** The event that it was told last. */
  position: Scalars['Position']['output'];
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Items for sale there. */
  stock: Scalars['Int']['output'];
  /** When it was told. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A case to clear. */
export type ClearFraudCaseInput = {
  /** The case's id. */
  caseId: Scalars['ID']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What `clearFraudCase` answers. */
export type ClearFraudCasePayload = {
  /** The case as it is now. */
  case?: Maybe<FraudCase>;
  /** The case's id. */
  caseId: Scalars['ID']['output'];
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** False while another case keeps the customer frozen. */
  mayOrder: Scalars['Boolean']['output'];
};

/** A durable reader of the log that the gateways run: a processor (TypeScript of the application) or a webhook. */
export type Consumer = {
  /** What was decided about it, the latest first. */
  actions: Array<ConsumerAction>;
  /** What became of its events. */
  counts: ConsumerCounts;
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** What an error may cost. */
  delivery: ConsumerDelivery;
  /** It reads events up to this place; null: without end. */
  endPosition?: Maybe<Scalars['Position']['output']>;
  /** Milliseconds until it has caught up, if nothing changes. 0: it has. Null: it does not get nearer, or no gateway works for it. */
  etaMs?: Maybe<Scalars['Float']['output']>;
  /** The consumer it is a fork of: it reads beside that with a state of its own, and its effects are taken back. Null: it is none. */
  forkOf?: Maybe<Scalars['ID']['output']>;
  /** Gateways that work for it at present. */
  gateways: Scalars['Int']['output'];
  /** What it is. */
  kind: ConsumerKind;
  /** How far it is behind. */
  lag: ConsumerLag;
  /** Since when it is LAGGED; null: it is not. */
  laggedSince?: Maybe<Scalars['DateTime']['output']>;
  /** When it was last seen that retention had taken events before it came to them; see `lost` of `counts`. */
  lostAt?: Maybe<Scalars['DateTime']['output']>;
  /** Names its checkpoints. A fork is called `<consumer>@<label>`. */
  name: Scalars['ID']['output'];
  /** Whether it waits until somebody resumes it: one that is LAGGED may, and may not. */
  paused: Scalars['Boolean']['output'];
  /** What it does, per second. */
  rates: ConsumerRates;
  /** Its 64 slots, among which its keys are shared out. */
  slots: Array<ConsumerSlot>;
  /** It reads events after this place; what `counts` says is of these. */
  startPosition: Scalars['Position']['output'];
  /** Whether it works. */
  status: ConsumerStatus;
  /** Since when. */
  statusAt: Scalars['DateTime']['output'];
  /** Who decided that; null: the gateway itself, or nobody yet. */
  statusBy?: Maybe<Scalars['String']['output']>;
  /** Why it has this status, if somebody said so. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** Whose events it reads; null: those of every tenant. Then admins of the tenant `default` operate it. */
  tenant?: Maybe<Scalars['String']['output']>;
  /** Topics whose events it reads. */
  topics: Array<Scalars['String']['output']>;
  /** Event types that it reads. */
  types: Array<Scalars['String']['output']>;
};


/** A durable reader of the log that the gateways run: a processor (TypeScript of the application) or a webhook. */
export type ConsumerActionsArgs = {
  first?: Scalars['Int']['input'];
};

/** What somebody decided about a consumer or its dead letters. */
export type ConsumerAction = {
  /** pause, resume, reset, fork, delete, replay or discard. */
  action: Scalars['String']['output'];
  /** When. */
  at: Scalars['DateTime']['output'];
  /** What exactly, such as the positions. */
  details: Scalars['JSON']['output'];
  /** Identifies it. */
  id: Scalars['ID']['output'];
  /** Who; null: the gateway itself. */
  principal?: Maybe<Scalars['String']['output']>;
  /** Why, if that was said. */
  reason?: Maybe<Scalars['String']['output']>;
};

/** What became of a consumer's events since its start or its last reset; of those that retention took first there is only `lost`, and a change of its types changes which events these are. Whole numbers, as Float because they may exceed Int. */
export type ConsumerCounts = {
  /** Dead letters at present. */
  dead: Scalars['Float']['output'];
  /** Their effect is done. */
  delivered: Scalars['Float']['output'];
  /** Dead letters that somebody gave up. */
  discarded: Scalars['Float']['output'];
  /** Attempts that failed. */
  failed: Scalars['Float']['output'];
  /** Came too late for their window. */
  late: Scalars['Float']['output'];
  /** Positions that retention took before it came to them, of whatever topic and type. They are in none of the other counts. */
  lost: Scalars['Float']['output'];
  /** Wait for another attempt. */
  retrying: Scalars['Float']['output'];
  /** Passed over: filtered, erased, or shed. */
  skipped: Scalars['Float']['output'];
  /** Wait behind an event of their key that does, or that blocks it. */
  waiting: Scalars['Float']['output'];
};

/** What a consumer promises, and what an error may cost. */
export type ConsumerDelivery =
  /** Each event succeeds or becomes a dead letter; an effect may be repeated. */
  | 'AT_LEAST_ONCE'
  /** Each event is tried once at most; one may be missed. */
  | 'AT_MOST_ONCE'
  /** Effect, state, emitted events and checkpoint are one transaction. */
  | 'EXACTLY_ONCE';

/** What a consumer is. */
export type ConsumerKind =
  /** TypeScript of the application. */
  | 'PROCESSOR'
  /** Requests to a URL. */
  | 'WEBHOOK';

/** How far a consumer is behind. */
export type ConsumerLag = {
  /** Events that it has before it. */
  events: Scalars['Float']['output'];
  /** Milliseconds since the oldest of them was recorded. */
  ms: Scalars['Float']['output'];
  /** Who says so. */
  source: ConsumerLagSource;
};

/** Where the lag of a consumer is from. */
export type ConsumerLagSource =
  /** The gateways that work for it. */
  | 'GATEWAYS'
  /** No gateway works for it: the events behind the slot that is furthest behind were counted, some of which other slots may have handled. */
  | 'LOG'
  /** As LOG, but it lies so far back that only the last 100,001 positions of the log were looked through: there may be more events, and older ones. */
  | 'LOG_CUT_SHORT';

/** A consumer, as it is after a decision. */
export type ConsumerPayload = {
  /** The consumer. */
  consumer: Consumer;
};

/** A place in the log, said in one of these ways. */
export type ConsumerPlaceInput =
  /** After a cursor. */
  { after: Scalars['Cursor']['input']; from?: never; since?: never; }
  |  /** NOW or BEGINNING. */
  { after?: never; from: StartFrom; since?: never; }
  |  /** Before the first event that was recorded at or after this moment, which is past. */
  { after?: never; from?: never; since: Scalars['DateTime']['input']; };

/** What a consumer does per second, over the last ten seconds. */
export type ConsumerRates = {
  /** Events of its types that were added to the log. */
  added: Scalars['Float']['output'];
  /** Events whose effect was done. */
  delivered: Scalars['Float']['output'];
  /** The part of the attempts that failed, 0 to 1; null: there were none. */
  error?: Maybe<Scalars['Float']['output']>;
  /** Attempts that failed. */
  failed: Scalars['Float']['output'];
};

/** One of the 64 parts of a consumer, with a checkpoint of its own. */
export type ConsumerSlot = {
  /** Events whose effect is done. */
  delivered: Scalars['Float']['output'];
  /** Dead letters that somebody gave up. */
  discarded: Scalars['Float']['output'];
  /** Attempts that failed. */
  failed: Scalars['Float']['output'];
  /** Events that came too late for their window. */
  late: Scalars['Float']['output'];
  /** The gateway that works on it; null: none at present. */
  owner?: Maybe<Scalars['ID']['output']>;
  /** Everything of the slot up to here is handled, or kept for another attempt. */
  position: Scalars['Position']['output'];
  /** Events passed over. */
  skipped: Scalars['Float']['output'];
  /** 0 to 63. */
  slot: Scalars['Int']['output'];
  /** How far event time has come: the latest `occurredAt` of the consumer's events up to there, of none later than it was recorded. */
  watermark?: Maybe<Scalars['DateTime']['output']>;
};

/** Whether a consumer works. */
export type ConsumerStatus =
  /** It has come to its end. */
  | 'DONE'
  /** Retention has taken events before it came to them (`lost` of `counts`), and since then nobody has reset it, or resumed it, which says that somebody knows. It works all the same, unless it is `paused`. */
  | 'LAGGED'
  /** It waits until somebody resumes it. Retention waits for it no longer than for any other. */
  | 'PAUSED'
  /** It works, if a gateway is there for it. */
  | 'RUNNING';

/** What a new API key is for, and what it may do. */
export type CreateApiKeyInput = {
  /** When it ends. Default: when it is revoked. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What it is for, such as `billing`. 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** What it may do; at most 256. */
  scopes: Array<Scalars['String']['input']>;
};

/** A new API key. */
export type CreateApiKeyPayload = {
  /** The key as it is listed. */
  apiKey: ApiKey;
  /** All of the key, as it is sent. It is shown this once: only a hash is stored. */
  secret: Scalars['String']['output'];
};

/** Where events are to be sent to, and which. */
export type CreateWebhookInput = {
  /** Requests that one gateway has under way at once; 1 to 64. */
  concurrency?: Scalars['Int']['input'];
  /** How an event is sent. */
  format?: WebhookFormat;
  /** Where it begins. */
  from?: StartFrom;
  /** Headers to send along, by name: `{ "authorization": "Bearer …" }`. At most 20. */
  headers?: InputMaybe<Scalars['JSON']['input']>;
  /** What it is called, once in a tenant. 1 to 255 characters. */
  name: Scalars['String']['input'];
  /** Which events wait for each other. It cannot be changed. */
  order?: WebhookOrder;
  /** `whsec_` and 24 to 64 random bytes in base64. Default: one is made. */
  secret?: InputMaybe<Scalars['String']['input']>;
  /**
   * What is sent of an event: GraphQL as below `node` of a subscription to `events`, such as
   * `... on OrderPlaced { orderId customer { name } }`. Default: all that is stored.
   */
  selection?: InputMaybe<Scalars['String']['input']>;
  /** Topics, such as `OrderEvent`. */
  topics: Array<Scalars['String']['input']>;
  /** Event types, such as `OrderPlaced`. Default: all of the topics. */
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** An `https:` URL of a public address; others must be allowed by the operator (`SLUICE_WEBHOOK_ALLOW`). */
  url: Scalars['String']['input'];
  /** A filter as `where` of the topic's subscription takes it (of several topics: that of `events`): `{ "key": ["o-1"] }`. */
  where?: InputMaybe<Scalars['JSON']['input']>;
};

/** Someone who buys. */
export type Customer = {
  /** Where bills go; null until one is given. */
  billingAddress?: Maybe<Address>;
  /** When the customer registered. */
  createdAt: Scalars['DateTime']['output'];
  /** Address for receipts and notices; one customer per address. */
  email: Scalars['String']['output'];
  /** Since when no orders of theirs are taken, for payments that have to be looked into; null when they may order. */
  frozenAt?: Maybe<Scalars['DateTime']['output']>;
  /** Identifies the customer. */
  id: Scalars['ID']['output'];
  /** Full name. */
  name: Scalars['String']['output'];
  /** When the row last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** Everything that happens to a customer. */
export type CustomerEvent = BillingAddressChanged | CustomerRegistered | CustomerUpdated;

/** A page of the events of `CustomerEvent`, in log order. */
export type CustomerEventConnection = {
  /** The events of the page. */
  edges: Array<CustomerEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `CustomerEvent` and its place in the log. */
export type CustomerEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<CustomerEvent>;
};

/** Selects events of `CustomerEvent`: all fields that are given must match, each by any of its values. */
export type CustomerEventFilter = {
  /** Only events whose `email` is one of these. An event without the field does not match. */
  email?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only events whose `customerId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<CustomerEventType>>;
};

/** The event types of `CustomerEvent`. */
export type CustomerEventType =
  /** A customer's bills go to another address. */
  | 'BillingAddressChanged'
  /** Someone became a customer. */
  | 'CustomerRegistered'
  /** A customer's name or email changed. Both are given as they are after the change. */
  | 'CustomerUpdated';

/** Someone became a customer. */
export type CustomerRegistered = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** The new customer's id. */
  customerId: Scalars['ID']['output'];
  /** Address for receipts and notices. */
  email: Scalars['String']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** Full name. */
  name: Scalars['String']['output'];
};

/** Someone became a customer. */
export type CustomerRegisteredInput = {
  /** The new customer's id. */
  customerId: Scalars['ID']['input'];
  /** Address for receipts and notices. */
  email: Scalars['String']['input'];
  /** Full name. */
  name: Scalars['String']['input'];
};

/** A customer's name or email changed. Both are given as they are after the change. */
export type CustomerUpdated = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** The customer's id. */
  customerId: Scalars['ID']['output'];
  /** Address for receipts and notices. */
  email: Scalars['String']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** Full name. */
  name: Scalars['String']['output'];
};

/** A customer's name or email changed. Both are given as they are after the change. */
export type CustomerUpdatedInput = {
  /** The customer's id. */
  customerId: Scalars['ID']['input'];
  /** Address for receipts and notices. */
  email: Scalars['String']['input'];
  /** Full name. */
  name: Scalars['String']['input'];
};

/** What one product brought in on one day, in one currency. */
export type DailyRevenue = {
  /**
   * What arrived on the day less what went back on it, so it may be negative. A payment is split over the lines of its order by
   * what they cost; the parts add up to it to the cent.
   */
  amount: MoneySum;
  /** The day, in UTC, such as `2026-03-01`. */
  day: Scalars['ID']['output'];
  /** Orders with the product that were paid in full on the day. */
  orders: Scalars['Float']['output'];
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** The product's number; empty for payments of which no order lines are known. */
  sku: Scalars['ID']['output'];
  /** Items of the orders that were paid in full on the day. */
  units: Scalars['Float']['output'];
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** An event that a consumer gave up on, kept until somebody replays or discards it; or (`status`) one that waits for another attempt. */
export type DeadLetter = {
  /** How often it was tried. */
  attempts: Scalars['Int']['output'];
  /** Whether the events behind it that have its order key wait for what becomes of it. */
  blocks: Scalars['Boolean']['output'];
  /** The event or command that led to it. */
  causationId?: Maybe<Scalars['ID']['output']>;
  /** Who gave up. */
  consumer: Scalars['ID']['output'];
  /** Ties together all events of one business process. */
  correlationId?: Maybe<Scalars['ID']['output']>;
  /** Place of the event in the log: subscribe after it, or fork a consumer there. */
  cursor: Scalars['Cursor']['output'];
  /** When it was given up. */
  deadAt?: Maybe<Scalars['DateTime']['output']>;
  /** What the last attempt failed of. */
  error?: Maybe<DeadLetterError>;
  /** Identifies the event, `meta.id`. */
  eventId: Scalars['ID']['output'];
  /** The last ten attempts, the oldest first. */
  history: Array<DeadLetterAttempt>;
  /** Value of the topic's key field. */
  key: Scalars['ID']['output'];
  /** The consumer's order key. */
  lane: Scalars['String']['output'];
  /** When it is tried again; null: nobody knows, or not at all. */
  nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it happened, as its publisher says. */
  occurredAt: Scalars['DateTime']['output'];
  /** The stored fields, as they were published; null: the event was erased. */
  payload?: Maybe<Scalars['JSON']['output']>;
  /** Number of the event in the log. */
  position: Scalars['Position']['output'];
  /** When the log took it. */
  recordedAt: Scalars['DateTime']['output'];
  /** The consumer's slot that it belongs to. */
  slot: Scalars['Int']['output'];
  /** What it waits for. */
  status: ParkedStatus;
  /** The tenant that published it. */
  tenant: Scalars['String']['output'];
  /** Name of the topic. */
  topic: Scalars['String']['output'];
  /** W3C trace context of the publisher. */
  traceparent?: Maybe<Scalars['String']['output']>;
  /** Name of the event type. */
  type: Scalars['String']['output'];
  /** Version of the event type's shape when it was published. */
  version: Scalars['Int']['output'];
};

/** One attempt to handle an event. */
export type DeadLetterAttempt = {
  /** When it ended. */
  at?: Maybe<Scalars['DateTime']['output']>;
  /** What it failed of. */
  error?: Maybe<DeadLetterError>;
  /** Milliseconds that it took. */
  ms?: Maybe<Scalars['Float']['output']>;
  /** What its steps did, in order, up to 50; none for what is no pipeline. */
  steps?: Maybe<Array<DeadLetterStep>>;
};

/** A page of dead letters, in the order of positions. */
export type DeadLetterConnection = {
  /** The dead letters. */
  edges: Array<DeadLetterEdge>;
  /** Where the page stands. Its cursors are of this list, not of the log. */
  pageInfo: PageInfo;
};

/** A dead letter in a page. */
export type DeadLetterEdge = {
  /** Its place in this list, for `after`; no cursor of the log. */
  cursor: Scalars['Cursor']['output'];
  /** The dead letter. */
  node: DeadLetter;
};

/** What an attempt failed of. */
export type DeadLetterError = {
  /** Its code, if it has one. */
  code?: Maybe<Scalars['String']['output']>;
  /** Its message. */
  message?: Maybe<Scalars['String']['output']>;
  /** Name of the error, such as `TypeError`. */
  name?: Maybe<Scalars['String']['output']>;
  /** The step of the pipeline in which it happened. */
  step?: Maybe<Scalars['String']['output']>;
};

/** Which dead letters. All that are given must hold; of a list, one. */
export type DeadLetterFilter = {
  /** Of these consumers. */
  consumer?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** With this text in name, message, code or step of the error; upper and lower case are the same. */
  error?: InputMaybe<Scalars['String']['input']>;
  /** With these values of their topic's key field. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Given up at or after this moment; where it was not given up, put aside. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of these event types. */
  type?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Given up before this moment. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A step of one attempt. */
export type DeadLetterStep = {
  /** Milliseconds that it took. */
  ms: Scalars['Float']['output'];
  /** Its name. */
  name: Scalars['String']['output'];
  /** What it did: `passed`, `dropped`, `emitted`, `failed`, or a word of its own. */
  outcome: Scalars['String']['output'];
};

/** What a deletion took. */
export type DeleteConsumerPayload = {
  /** Dead letters that are gone. */
  deadLetters: Scalars['Int']['output'];
  /** The consumer and its forks. */
  names: Array<Scalars['ID']['output']>;
};

/** What became of dead letters that were to be given up. */
export type DiscardDeadLettersPayload = {
  /** Positions of those that are gone. */
  discarded: Array<Scalars['Position']['output']>;
  /** Positions at which there is no dead letter (or whatever `status` says) any more, or none that you may decide about. They were left as they are. */
  notDead: Array<Scalars['Position']['output']>;
};

/** What an erasure did. */
export type EraseKeyPayload = {
  /** Up to this place nothing of the key can be read any more, on any gateway. */
  cursor: Scalars['Cursor']['output'];
  /** How many events lost their payload. 0 when the key has none, or they were erased before. */
  erasedEvents: Scalars['Int']['output'];
};

/** An immutable fact. Every event type of every topic implements it. */
export type Event = {
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
};

/** A page of the events of any topic, in log order. */
export type EventConnection = {
  /** The events of the page. */
  edges: Array<EventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of any topic and its place in the log. */
export type EventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<Event>;
};

/** Selects events of any topic: all fields that are given must match, each by any of its values. */
export type EventFilter = {
  /** Only events whose key is one of these. Keys of different topics are compared alike, as text. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<EventType>>;
};

/** What the gateway records beside every event. */
export type EventMeta = {
  /** The event or command that led to this one, if the publisher gave one. */
  causationId?: Maybe<Scalars['ID']['output']>;
  /** Ties together all events of one business process, if the publisher gave one. */
  correlationId?: Maybe<Scalars['ID']['output']>;
  /** Identifies the event for good; a repeated delivery has the same one. */
  id: Scalars['ID']['output'];
  /** Value of the topic's key field: order is kept among events with the same one. */
  key: Scalars['ID']['output'];
  /** When it happened, as its publisher says; the time of recording if the publisher said nothing. */
  occurredAt: Scalars['DateTime']['output'];
  /** Its number in the log: gapless, and never given to another event. */
  position: Scalars['Position']['output'];
  /** When the log took it. Never goes back from one event to the next. */
  recordedAt: Scalars['DateTime']['output'];
  /** The tenant that published it; `default` where there is only one. */
  tenant: Scalars['String']['output'];
  /** Name of the topic, such as `OrderEvent`. */
  topic: Scalars['String']['output'];
  /** W3C trace context of the publisher, if there was one. */
  traceparent?: Maybe<Scalars['String']['output']>;
  /** Name of the event type, such as `OrderPlaced`. */
  type: Scalars['String']['output'];
  /** Version of the event type's shape when it was published. */
  version: Scalars['Int']['output'];
};

/** The event types of all topics. */
export type EventType =
  /** A customer's bills go to another address. */
  | 'BillingAddressChanged'
  /** Someone became a customer. */
  | 'CustomerRegistered'
  /** A customer's name or email changed. Both are given as they are after the change. */
  | 'CustomerUpdated'
  /** Someone sent a form on the web site. */
  | 'FormSubmitted'
  /** Somebody looked into a case and found nothing wrong. */
  | 'FraudCaseCleared'
  /** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
  | 'FraudSuspected'
  /** An order was cancelled before it left the warehouse. */
  | 'OrderCancelled'
  /** An order is paid in full. */
  | 'OrderPaid'
  /** A customer placed an order. */
  | 'OrderPlaced'
  /** An order was given to the warehouse of a region, with all that is needed there. */
  | 'OrderRouted'
  /** An order left the warehouse. */
  | 'OrderShipped'
  /** Money for an order arrived. */
  | 'PaymentCaptured'
  /** A payment was refused. */
  | 'PaymentFailed'
  /** Money went back to a customer. */
  | 'PaymentRefunded'
  /** A payment arrived or went back, and a product's total of the day changed with it. */
  | 'RevenueChanged'
  /** Stock was counted, delivered or written off. */
  | 'StockAdjusted'
  /** The last item for sale was set aside. */
  | 'StockDepleted'
  /** Stock was set aside for an order. */
  | 'StockReserved'
  /** A subscription will not be renewed. */
  | 'SubscriptionCanceled'
  /** A subscription went into another period. */
  | 'SubscriptionRenewed'
  /** A customer took out a subscription. */
  | 'SubscriptionStarted';

/** A payment that was refused. */
export type FailPaymentInput = {
  /** How much should have arrived; all that is owed when it is left out. */
  amount?: InputMaybe<MoneyInput>;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The order it was for. */
  orderId: Scalars['ID']['input'];
  /** Why, in words, such as `card declined`. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What `failPayment` answers. */
export type FailPaymentPayload = {
  /** What should have arrived. */
  amount: Money;
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it was for. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The new payment's id. */
  paymentId: Scalars['ID']['output'];
};

/** Someone sent a form on the web site. */
export type FormSubmitted = Event & {
  /** What was filled in, by the names of the form's fields. */
  answers: Scalars['JSON']['output'];
  /** The form that was sent, such as `contact`. */
  formId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** Where on the site it stood, such as `/pricing`. */
  page: Scalars['String']['output'];
  /** Sender's address, if the form asks for one. */
  replyTo?: Maybe<Scalars['String']['output']>;
};

/** Someone sent a form on the web site. */
export type FormSubmittedInput = {
  /** What was filled in, by the names of the form's fields. */
  answers: Scalars['JSON']['input'];
  /** The form that was sent, such as `contact`. */
  formId: Scalars['ID']['input'];
  /** Where on the site it stood, such as `/pricing`. */
  page: Scalars['String']['input'];
  /** Sender's address, if the form asks for one. */
  replyTo?: InputMaybe<Scalars['String']['input']>;
};

/** A customer's spending on one day that has to be looked into. */
export type FraudCase = {
  /** When it was cleared; null while it is open. */
  clearedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Who spent. */
  customer?: Maybe<Customer>;
  /** Who spent. */
  customerId: Scalars['ID']['output'];
  /** When the customer was frozen for it; null when the shop has no such customer. */
  frozenAt?: Maybe<Scalars['DateTime']['output']>;
  /** Identifies the case. */
  id: Scalars['ID']['output'];
  /** When it was opened. */
  openedAt: Scalars['DateTime']['output'];
  /** What the payments that were known then add up to. */
  spent: MoneySum;
  /** How far it has come. */
  status: FraudCaseStatus;
  /** … up to this one. */
  windowEnd: Scalars['DateTime']['output'];
  /** The payments occurred after this moment … */
  windowStart: Scalars['DateTime']['output'];
};

/** Somebody looked into a case and found nothing wrong. */
export type FraudCaseCleared = Event & {
  /** The case as it is now. */
  case?: Maybe<FraudCase>;
  /** The case. */
  caseId: Scalars['ID']['output'];
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Whose it was. Without another open case, orders of them are taken again. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** Why, in words. */
  reason?: Maybe<Scalars['String']['output']>;
};

/** Somebody looked into a case and found nothing wrong. */
export type FraudCaseClearedInput = {
  /** The case. */
  caseId: Scalars['ID']['input'];
  /** Whose it was. Without another open case, orders of them are taken again. */
  customerId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** How far a case has come. */
export type FraudCaseStatus =
  /** Nothing was wrong. */
  | 'CLEARED'
  /** To be looked into; the customer is frozen. */
  | 'OPEN';

/** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
export type FraudSuspected = Event & {
  /** The case as it is now. */
  case?: Maybe<FraudCase>;
  /** The case that was opened: one for each customer and day, whatever else they spend on it. */
  caseId: Scalars['ID']['output'];
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who spent. */
  customerId: Scalars['ID']['output'];
  /** What may be spent in a window of that length. */
  limit: Money;
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The payments, the earliest first. */
  paymentIds: Array<Scalars['ID']['output']>;
  /** What the payments that were known then add up to. */
  spent: MoneySum;
  /** … up to this one. */
  windowEnd: Scalars['DateTime']['output'];
  /** The payments occurred after this moment … */
  windowStart: Scalars['DateTime']['output'];
};

/** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
export type FraudSuspectedInput = {
  /** The case that was opened: one for each customer and day, whatever else they spend on it. */
  caseId: Scalars['ID']['input'];
  /** Who spent. */
  customerId: Scalars['ID']['input'];
  /** What may be spent in a window of that length. */
  limit: MoneyInput;
  /** The payments, the earliest first. */
  paymentIds: Array<Scalars['ID']['input']>;
  /** What the payments that were known then add up to. */
  spent: MoneySumInput;
  /** … up to this one. */
  windowEnd: Scalars['DateTime']['input'];
  /** The payments occurred after this moment … */
  windowStart: Scalars['DateTime']['input'];
};

/** Everything that happens to the stock of a product. */
export type InventoryEvent = StockAdjusted | StockDepleted | StockReserved;

/** A page of the events of `InventoryEvent`, in log order. */
export type InventoryEventConnection = {
  /** The events of the page. */
  edges: Array<InventoryEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `InventoryEvent` and its place in the log. */
export type InventoryEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<InventoryEvent>;
};

/** Selects events of `InventoryEvent`: all fields that are given must match, each by any of its values. */
export type InventoryEventFilter = {
  /** Only events whose `sku` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `orderId` is one of these. An event without the field does not match. */
  orderId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<InventoryEventType>>;
};

/** The event types of `InventoryEvent`. */
export type InventoryEventType =
  /** Stock was counted, delivered or written off. */
  | 'StockAdjusted'
  /** The last item for sale was set aside. */
  | 'StockDepleted'
  /** Stock was set aside for an order. */
  | 'StockReserved';

/** What strangers tell us: a union of one, because more kinds of lead will come. */
export type LeadEvent = FormSubmitted;

/** A page of the events of `LeadEvent`, in log order. */
export type LeadEventConnection = {
  /** The events of the page. */
  edges: Array<LeadEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `LeadEvent` and its place in the log. */
export type LeadEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<LeadEvent>;
};

/** Selects events of `LeadEvent`: all fields that are given must match, each by any of its values. */
export type LeadEventFilter = {
  /** Only events whose `formId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `page` is one of these. An event without the field does not match. */
  page?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<LeadEventType>>;
};

/** The event types of `LeadEvent`. */
export type LeadEventType =
  /** Someone sent a form on the web site. */
  | 'FormSubmitted';

/** A mail that went out to a customer. */
export type Mail = {
  /** Who got it. */
  customerId: Scalars['ID']['output'];
  /** Identifies the mail: the id of the event that led to it. */
  id: Scalars['ID']['output'];
  /** The address it went to. */
  recipient: Scalars['String']['output'];
  /** When it went out. */
  sentAt: Scalars['DateTime']['output'];
  /** Its subject. */
  subject: Scalars['String']['output'];
};

/** An amount of money. */
export type Money = {
  /** In minor units: 1999 is 19.99 of a currency with cents. */
  amount: Scalars['Int']['output'];
  /** ISO 4217 code, such as `EUR`. */
  currency: Scalars['String']['output'];
};

/** An amount of money. */
export type MoneyInput = {
  /** In minor units: 1999 is 19.99 of a currency with cents. */
  amount: Scalars['Int']['input'];
  /** ISO 4217 code, such as `EUR`. */
  currency: Scalars['String']['input'];
};

/** A sum of many amounts, which may be larger than one amount can be. */
export type MoneySum = {
  /** In minor units, a whole number: 1999 is 19.99 of a currency with cents. Exact up to 2^53. */
  amount: Scalars['Float']['output'];
  /** ISO 4217 code, such as `EUR`. */
  currency: Scalars['String']['output'];
};

/** A sum of many amounts, which may be larger than one amount can be. */
export type MoneySumInput = {
  /** In minor units, a whole number: 1999 is 19.99 of a currency with cents. Exact up to 2^53. */
  amount: Scalars['Float']['input'];
  /** ISO 4217 code, such as `EUR`. */
  currency: Scalars['String']['input'];
};

/** What can be done: publish events, and what the application adds. */
export type Mutation = {
  /**
   * Add items to the stock of a product or take some away. The first call for a number creates the product and needs its
   * name and price. Emits `StockAdjusted`, and `StockDepleted` when nothing is left.
   */
  adjustStock: AdjustStockPayload;
  /**
   * Call an order off before it leaves the warehouse: its stock is for sale again and its payments go back. Emits
   * `OrderCancelled`, a `StockAdjusted` per product and a `PaymentRefunded` per payment that had arrived. `CONFLICT` when
   * the order has been shipped or cancelled.
   */
  cancelOrder: CancelOrderPayload;
  /**
   * End a subscription: it runs until its period ends and is not renewed. Emits `SubscriptionCanceled`. `CONFLICT` when it
   * was cancelled already.
   */
  cancelSubscription: CancelSubscriptionPayload;
  /**
   * Record that money for an order arrived: all that is owed, or a part of it. Emits `PaymentCaptured`, and `OrderPaid`
   * when nothing is owed any more. `CONFLICT` when the order is paid or cancelled, or when it is more than is owed.
   */
  capturePayment: CapturePaymentPayload;
  /** Send a customer's bills to another address. Emits `BillingAddressChanged`, unless it is the address they have. */
  changeBillingAddress: ChangeBillingAddressPayload;
  /**
   * Close a case in which nothing was wrong; without another open one, the customer may order again. Emits
   * `FraudCaseCleared`. `CONFLICT` when it is cleared already.
   */
  clearFraudCase: ClearFraudCasePayload;
  /** Make an API key for a service, in the tenant of the caller. A tenant has at most 1,000 that are good. */
  createApiKey: CreateApiKeyPayload;
  /** Make a ticket for one operation of the caller, for clients that cannot send a header, such as EventSource. Good for 60 s. A caller has at most 100 that are not used. */
  createStreamTicket: StreamTicket;
  /** Have events sent to a URL, each at least once. When it answers, every event that is published later is sent. The answer alone has the `secret`. A tenant has at most 1,000 webhooks. */
  createWebhook: Webhook;
  /** Delete a fork, or a consumer that no gateway runs any more, with its checkpoints, its state and its forks. */
  deleteConsumer: DeleteConsumerPayload;
  /** Delete a webhook, with whatever waits for it. Gives it as it was. */
  deleteWebhook: Webhook;
  /** Give dead letters up for good, or events that are tried again or wait (`status`). They are deleted, and what waits behind them goes on; the record keeps their positions. */
  discardDeadLetters: DiscardDeadLettersPayload;
  /**
   * Erase the payloads of every event that this key has in this topic. The events keep their places; who reads them gets their cursor and `node: null`.
   * What is published under the key while this runs, or later, is not erased. It cannot be undone.
   */
  eraseKey: EraseKeyPayload;
  /**
   * Record that a payment for an order was refused, such as by the bank. The order stays as it is, and the customer may
   * try again: that is another payment. Emits `PaymentFailed`. `CONFLICT` when the order is paid or cancelled, or when it
   * is more than is owed.
   */
  failPayment: FailPaymentPayload;
  /**
   * Make a fork of a processor, called `<name>@<label>`: it reads the same events beside the consumer, with the TypeScript that the gateways have and a state
   * of its own. Its effects are taken back. A consumer has at most 8.
   */
  forkConsumer: ConsumerPayload;
  /** Stop a consumer within a second, until it is resumed. What is under way is finished. */
  pauseConsumer: ConsumerPayload;
  /** Send nothing until it is resumed. Events wait in the log, up to 7 days where retention is on. */
  pauseWebhook: Webhook;
  /**
   * Place an order: checks and sets aside the stock of every line, or does nothing at all. Emits `OrderPlaced`, a
   * `StockReserved` per product, and `StockDepleted` for each that is sold out by it. `CONFLICT` when there is too little of
   * a product, or the customer is frozen.
   */
  placeOrder: PlaceOrderPayload;
  /** Publish several events, of any topics, all or none. They stand next to each other in the log, in this order. */
  publish: Array<PublishReceipt>;
  /**
   * Publish `BillingAddressChanged`.
   *
   * A customer's bills go to another address.
   */
  publishBillingAddressChanged: PublishReceipt;
  /**
   * Publish `CustomerRegistered`.
   *
   * Someone became a customer.
   */
  publishCustomerRegistered: PublishReceipt;
  /**
   * Publish `CustomerUpdated`.
   *
   * A customer's name or email changed. Both are given as they are after the change.
   */
  publishCustomerUpdated: PublishReceipt;
  /**
   * Publish `FormSubmitted`.
   *
   * Someone sent a form on the web site.
   */
  publishFormSubmitted: PublishReceipt;
  /**
   * Publish `FraudCaseCleared`.
   *
   * Somebody looked into a case and found nothing wrong.
   */
  publishFraudCaseCleared: PublishReceipt;
  /**
   * Publish `FraudSuspected`.
   *
   * A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so.
   */
  publishFraudSuspected: PublishReceipt;
  /**
   * Publish `OrderCancelled`.
   *
   * An order was cancelled before it left the warehouse.
   */
  publishOrderCancelled: PublishReceipt;
  /**
   * Publish `OrderPaid`.
   *
   * An order is paid in full.
   */
  publishOrderPaid: PublishReceipt;
  /**
   * Publish `OrderPlaced`.
   *
   * A customer placed an order.
   */
  publishOrderPlaced: PublishReceipt;
  /**
   * Publish `OrderRouted`.
   *
   * An order was given to the warehouse of a region, with all that is needed there.
   */
  publishOrderRouted: PublishReceipt;
  /**
   * Publish `OrderShipped`.
   *
   * An order left the warehouse.
   */
  publishOrderShipped: PublishReceipt;
  /**
   * Publish `PaymentCaptured`.
   *
   * Money for an order arrived.
   */
  publishPaymentCaptured: PublishReceipt;
  /**
   * Publish `PaymentFailed`.
   *
   * A payment was refused.
   */
  publishPaymentFailed: PublishReceipt;
  /**
   * Publish `PaymentRefunded`.
   *
   * Money went back to a customer.
   */
  publishPaymentRefunded: PublishReceipt;
  /**
   * Publish `RevenueChanged`.
   *
   * A payment arrived or went back, and a product's total of the day changed with it.
   */
  publishRevenueChanged: PublishReceipt;
  /**
   * Publish `StockAdjusted`.
   *
   * Stock was counted, delivered or written off.
   */
  publishStockAdjusted: PublishReceipt;
  /**
   * Publish `StockDepleted`.
   *
   * The last item for sale was set aside.
   */
  publishStockDepleted: PublishReceipt;
  /**
   * Publish `StockReserved`.
   *
   * Stock was set aside for an order.
   */
  publishStockReserved: PublishReceipt;
  /**
   * Publish `SubscriptionCanceled`.
   *
   * A subscription will not be renewed.
   */
  publishSubscriptionCanceled: PublishReceipt;
  /**
   * Publish `SubscriptionRenewed`.
   *
   * A subscription went into another period.
   */
  publishSubscriptionRenewed: PublishReceipt;
  /**
   * Publish `SubscriptionStarted`.
   *
   * A customer took out a subscription.
   */
  publishSubscriptionStarted: PublishReceipt;
  /**
   * Give a payment back, in whole: an advance for an order that is not paid in full yet, or after the order was shipped.
   * Emits `PaymentRefunded`; the order stays as it is. `CONFLICT` when the payment never arrived or went back already, and
   * for an order that is paid and not yet shipped: cancel that order.
   */
  refundPayment: RefundPaymentPayload;
  /** Register a customer. Emits `CustomerRegistered`, and `BillingAddressChanged` when an address is given. */
  registerCustomer: RegisterCustomerPayload;
  /** Let a subscription go into another period. Emits `SubscriptionRenewed`. `CONFLICT` when it was cancelled. */
  renewSubscription: RenewSubscriptionPayload;
  /** Have dead letters tried again, from the first attempt on. Unless their key waits for them, later events of the key were handled before. Events that wait for their next attempt (`status`) are tried now. */
  replayDeadLetters: ReplayDeadLettersPayload;
  /**
   * Have a consumer begin anew after a place in the log. Its state and what it kept for another attempt is forgotten, its counters begin at zero.
   * What it did is not undone: events that come again are handled again. It stays paused or running; one that was done runs.
   */
  resetConsumer: ResetConsumerPayload;
  /** Let a consumer go on where it stopped. */
  resumeConsumer: ConsumerPayload;
  /** Go on where it stopped, whoever or whatever had paused or disabled it. */
  resumeWebhook: Webhook;
  /** Revoke an API key of the tenant. Within 5 s no gateway accepts it, and what is open with it has ended. */
  revokeApiKey: RevokeApiKeyPayload;
  /** Revoke one token, or every token of somebody that was issued until now, in the tenant of the caller. Within 5 s no gateway accepts them, and what is open with them has ended. Exactly one of `sub` and `jti` is given. */
  revokeTokens: RevokeTokensPayload;
  /** Sign with a new secret, and for a while with those before it as well, so that receivers can change over. The answer alone has the new `secret`. */
  rotateWebhookSecret: Webhook;
  /**
   * Send a paid order on its way. Emits `OrderShipped`. `CONFLICT` when the order is not paid, is cancelled or has left
   * already.
   */
  shipOrder: ShipOrderPayload;
  /** Take out a subscription for a customer. Emits `SubscriptionStarted`. */
  startSubscription: StartSubscriptionPayload;
  /**
   * Hand in a form of the web site. Emits `FormSubmitted`, which is all that is kept of it: read what came in with
   * `leadEvents`.
   */
  submitForm: SubmitFormPayload;
  /** Send one event of type `sluice.test` now, also when it is paused, and tell what became of it. Its data is what is sent of the latest event that the webhook would have been sent. */
  testWebhook: WebhookTest;
  /** Change a customer's name or email. Emits `CustomerUpdated`. */
  updateCustomer: UpdateCustomerPayload;
  /** Change a webhook, from the next request on. What was sent or passed over before stays so. */
  updateWebhook: Webhook;
};


/** What can be done: publish events, and what the application adds. */
export type MutationAdjustStockArgs = {
  input: AdjustStockInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationCancelSubscriptionArgs = {
  input: CancelSubscriptionInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationCapturePaymentArgs = {
  input: CapturePaymentInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationChangeBillingAddressArgs = {
  input: ChangeBillingAddressInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationClearFraudCaseArgs = {
  input: ClearFraudCaseInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationCreateWebhookArgs = {
  input: CreateWebhookInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationDeleteConsumerArgs = {
  discardDeadLetters?: Scalars['Boolean']['input'];
  name: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationDeleteWebhookArgs = {
  discardDeadLetters?: Scalars['Boolean']['input'];
  id: Scalars['ID']['input'];
};


/** What can be done: publish events, and what the application adds. */
export type MutationDiscardDeadLettersArgs = {
  consumer: Scalars['ID']['input'];
  positions: Array<Scalars['Position']['input']>;
  reason: Scalars['String']['input'];
  status?: Array<ParkedStatus>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationEraseKeyArgs = {
  key: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  topic: Topic;
};


/** What can be done: publish events, and what the application adds. */
export type MutationFailPaymentArgs = {
  input: FailPaymentInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationForkConsumerArgs = {
  from: ConsumerPlaceInput;
  label: Scalars['String']['input'];
  name: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<ConsumerPlaceInput>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPauseConsumerArgs = {
  name: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPauseWebhookArgs = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPlaceOrderArgs = {
  input: PlaceOrderInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishArgs = {
  events: Array<PublishInput>;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishBillingAddressChangedArgs = {
  input: BillingAddressChangedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishCustomerRegisteredArgs = {
  input: CustomerRegisteredInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishCustomerUpdatedArgs = {
  input: CustomerUpdatedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishFormSubmittedArgs = {
  input: FormSubmittedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishFraudCaseClearedArgs = {
  input: FraudCaseClearedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishFraudSuspectedArgs = {
  input: FraudSuspectedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishOrderCancelledArgs = {
  input: OrderCancelledInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishOrderPaidArgs = {
  input: OrderPaidInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishOrderPlacedArgs = {
  input: OrderPlacedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishOrderRoutedArgs = {
  input: OrderRoutedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishOrderShippedArgs = {
  input: OrderShippedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishPaymentCapturedArgs = {
  input: PaymentCapturedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishPaymentFailedArgs = {
  input: PaymentFailedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishPaymentRefundedArgs = {
  input: PaymentRefundedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishRevenueChangedArgs = {
  input: RevenueChangedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishStockAdjustedArgs = {
  input: StockAdjustedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishStockDepletedArgs = {
  input: StockDepletedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishStockReservedArgs = {
  input: StockReservedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishSubscriptionCanceledArgs = {
  input: SubscriptionCanceledInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishSubscriptionRenewedArgs = {
  input: SubscriptionRenewedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationPublishSubscriptionStartedArgs = {
  input: SubscriptionStartedInput;
  options?: InputMaybe<PublishOptions>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationRefundPaymentArgs = {
  input: RefundPaymentInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationRegisterCustomerArgs = {
  input: RegisterCustomerInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationRenewSubscriptionArgs = {
  input: RenewSubscriptionInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationReplayDeadLettersArgs = {
  consumer: Scalars['ID']['input'];
  positions: Array<Scalars['Position']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  status?: Array<ParkedStatus>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationResetConsumerArgs = {
  discardDeadLetters?: Scalars['Boolean']['input'];
  name: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  to: ConsumerPlaceInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationResumeConsumerArgs = {
  name: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationResumeWebhookArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done: publish events, and what the application adds. */
export type MutationRevokeApiKeyArgs = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationRevokeTokensArgs = {
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  jti?: InputMaybe<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  sub?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationRotateWebhookSecretArgs = {
  id: Scalars['ID']['input'];
  overlapSeconds?: Scalars['Int']['input'];
  secret?: InputMaybe<Scalars['String']['input']>;
};


/** What can be done: publish events, and what the application adds. */
export type MutationShipOrderArgs = {
  input: ShipOrderInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationStartSubscriptionArgs = {
  input: StartSubscriptionInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationSubmitFormArgs = {
  input: SubmitFormInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationTestWebhookArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done: publish events, and what the application adds. */
export type MutationUpdateCustomerArgs = {
  input: UpdateCustomerInput;
};


/** What can be done: publish events, and what the application adds. */
export type MutationUpdateWebhookArgs = {
  id: Scalars['ID']['input'];
  input: UpdateWebhookInput;
};

/** What a customer ordered. */
export type Order = {
  /** Who ordered. */
  customer?: Maybe<Customer>;
  /** Who ordered. */
  customerId: Scalars['ID']['output'];
  /** Identifies the order. */
  id: Scalars['ID']['output'];
  /** What was ordered. */
  lines: Array<OrderLine>;
  /** What was paid, failed and refunded for it. */
  payments: Array<Payment>;
  /** When it was placed. */
  placedAt: Scalars['DateTime']['output'];
  /** Who carries it where; null until it is shipped. */
  shipment?: Maybe<Shipment>;
  /** How far it has come. */
  status: OrderStatus;
  /** What it costs in all. */
  total: Money;
  /** When the row last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** An order was cancelled before it left the warehouse. */
export type OrderCancelled = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who ordered. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
  /** Why, in words. */
  reason?: Maybe<Scalars['String']['output']>;
};

/** An order was cancelled before it left the warehouse. */
export type OrderCancelledInput = {
  /** Who ordered. */
  customerId: Scalars['ID']['input'];
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Everything that happens to an order. */
export type OrderEvent = OrderCancelled | OrderPaid | OrderPlaced | OrderShipped;

/** A page of the events of `OrderEvent`, in log order. */
export type OrderEventConnection = {
  /** The events of the page. */
  edges: Array<OrderEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `OrderEvent` and its place in the log. */
export type OrderEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<OrderEvent>;
};

/** Selects events of `OrderEvent`: all fields that are given must match, each by any of its values. */
export type OrderEventFilter = {
  /** Only events whose `customerId` is one of these. An event without the field does not match. */
  customerId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `orderId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<OrderEventType>>;
};

/** The event types of `OrderEvent`. */
export type OrderEventType =
  /** An order was cancelled before it left the warehouse. */
  | 'OrderCancelled'
  /** An order is paid in full. */
  | 'OrderPaid'
  /** A customer placed an order. */
  | 'OrderPlaced'
  /** An order left the warehouse. */
  | 'OrderShipped';

/** One product of an order, as it was when the order was placed. */
export type OrderItem = {
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** Items ordered; at least 1. */
  quantity: Scalars['Int']['output'];
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Price of one item at that moment. */
  unitPrice: Money;
};

/** One product of an order, as it was when the order was placed. */
export type OrderItemInput = {
  /** Items ordered; at least 1. */
  quantity: Scalars['Int']['input'];
  /** The product's number. */
  sku: Scalars['ID']['input'];
  /** Price of one item at that moment. */
  unitPrice: MoneyInput;
};

/** One product of an order. */
export type OrderLine = {
  /** Identifies the line. */
  id: Scalars['ID']['output'];
  /** The order it belongs to. */
  orderId: Scalars['ID']['output'];
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** Items ordered; at least 1. */
  quantity: Scalars['Int']['output'];
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Price of one item when the order was placed. */
  unitPrice: Money;
};

/** An order is paid in full. */
export type OrderPaid = Event & {
  /** What was paid. */
  amount: Money;
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who ordered. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The payment that settled it. */
  paymentId: Scalars['ID']['output'];
};

/** An order is paid in full. */
export type OrderPaidInput = {
  /** What was paid. */
  amount: MoneyInput;
  /** Who ordered. */
  customerId: Scalars['ID']['input'];
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** The payment that settled it. */
  paymentId: Scalars['ID']['input'];
};

/** A customer placed an order. */
export type OrderPlaced = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who ordered. */
  customerId: Scalars['ID']['output'];
  /** Items of all lines together. */
  itemCount: Scalars['Int']['output'];
  /** What was ordered, at the prices of that moment. */
  lines: Array<OrderItem>;
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The new order's id. */
  orderId: Scalars['ID']['output'];
  /** What it costs in all. */
  total: Money;
};

/** A customer placed an order. */
export type OrderPlacedInput = {
  /** Who ordered. */
  customerId: Scalars['ID']['input'];
  /** What was ordered, at the prices of that moment. */
  lines: Array<OrderItemInput>;
  /** The new order's id. */
  orderId: Scalars['ID']['input'];
  /** What it costs in all. */
  total: MoneyInput;
};

/** An order was given to the warehouse of a region, with all that is needed there. */
export type OrderRouted = Event & {
  /** The country of the customer's billing address when it was routed; null when there was none. */
  country?: Maybe<Scalars['String']['output']>;
  /** Who ordered. */
  customerId: Scalars['ID']['output'];
  /** The customer's name when it was routed; null when the customer was not known. */
  customerName?: Maybe<Scalars['String']['output']>;
  /** What was ordered. */
  lines: Array<OrderItem>;
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
  /** Where it is sent from: subscribe with `where: { region: [NORTH] }` for one warehouse. */
  region: Region;
  /** What it costs in all. */
  total: Money;
};

/** An order was given to the warehouse of a region, with all that is needed there. */
export type OrderRoutedInput = {
  /** The country of the customer's billing address when it was routed; null when there was none. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** Who ordered. */
  customerId: Scalars['ID']['input'];
  /** The customer's name when it was routed; null when the customer was not known. */
  customerName?: InputMaybe<Scalars['String']['input']>;
  /** What was ordered. */
  lines: Array<OrderItemInput>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** Where it is sent from: subscribe with `where: { region: [NORTH] }` for one warehouse. */
  region: Region;
  /** What it costs in all. */
  total: MoneyInput;
};

/** An order left the warehouse. */
export type OrderShipped = Event & {
  /** Who carries it. */
  carrier: Scalars['String']['output'];
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who ordered. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
  /** The carrier's number for the parcel. */
  trackingNumber: Scalars['String']['output'];
};

/** An order left the warehouse. */
export type OrderShippedInput = {
  /** Who carries it. */
  carrier: Scalars['String']['input'];
  /** Who ordered. */
  customerId: Scalars['ID']['input'];
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** The carrier's number for the parcel. */
  trackingNumber: Scalars['String']['input'];
};

/** How far an order has come. */
export type OrderStatus =
  /** Called off. */
  | 'CANCELLED'
  /** Paid in full. */
  | 'PAID'
  /** Placed, with its stock set aside. */
  | 'PLACED'
  /** On its way to the customer. */
  | 'SHIPPED';

/** Where a page of a connection stands (Relay). */
export type PageInfo = {
  /** Cursor after which the next page begins; null when the page is empty and nothing was read. */
  endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Whether more events match after the page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether more events match before the page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor before which the previous page ends; null when the page is empty and nothing was read. */
  startCursor?: Maybe<Scalars['Cursor']['output']>;
};

/** What an event waits for that a consumer has put aside. */
export type ParkedStatus =
  /** A decision: the consumer gave up on it. */
  | 'DEAD'
  /** Its next attempt. */
  | 'RETRYING'
  /** Those of its order key before it. */
  | 'WAITING';

/** Money for an order. */
export type Payment = {
  /** How much. */
  amount: Money;
  /** When it was tried. */
  createdAt: Scalars['DateTime']['output'];
  /** Who pays. */
  customer?: Maybe<Customer>;
  /** Who pays. */
  customerId: Scalars['ID']['output'];
  /** Identifies the payment. */
  id: Scalars['ID']['output'];
  /** The order it is for. */
  order?: Maybe<Order>;
  /** The order it is for. */
  orderId: Scalars['ID']['output'];
  /** Why it was refused or went back, in words; null when nobody said. */
  reason?: Maybe<Scalars['String']['output']>;
  /** How it ended. */
  status: PaymentStatus;
  /** When the row last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** Money for an order arrived. */
export type PaymentCaptured = Event & {
  /** What arrived. */
  amount: Money;
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who paid. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it is for. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The payment's id. */
  paymentId: Scalars['ID']['output'];
};

/** Money for an order arrived. */
export type PaymentCapturedInput = {
  /** What arrived. */
  amount: MoneyInput;
  /** Who paid. */
  customerId: Scalars['ID']['input'];
  /** The order it is for. */
  orderId: Scalars['ID']['input'];
  /** The payment's id. */
  paymentId: Scalars['ID']['input'];
};

/** Everything that happens to a customer's payments. Order is kept per customer, across orders. */
export type PaymentEvent = PaymentCaptured | PaymentFailed | PaymentRefunded;

/** A page of the events of `PaymentEvent`, in log order. */
export type PaymentEventConnection = {
  /** The events of the page. */
  edges: Array<PaymentEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `PaymentEvent` and its place in the log. */
export type PaymentEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<PaymentEvent>;
};

/** Selects events of `PaymentEvent`: all fields that are given must match, each by any of its values. */
export type PaymentEventFilter = {
  /** Only events whose `customerId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `orderId` is one of these. An event without the field does not match. */
  orderId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `paymentId` is one of these. An event without the field does not match. */
  paymentId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<PaymentEventType>>;
};

/** The event types of `PaymentEvent`. */
export type PaymentEventType =
  /** Money for an order arrived. */
  | 'PaymentCaptured'
  /** A payment was refused. */
  | 'PaymentFailed'
  /** Money went back to a customer. */
  | 'PaymentRefunded';

/** A payment was refused. */
export type PaymentFailed = Event & {
  /** What should have arrived. */
  amount: Money;
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who tried to pay. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it is for. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The payment's id. */
  paymentId: Scalars['ID']['output'];
  /** Why, in words. */
  reason?: Maybe<Scalars['String']['output']>;
};

/** A payment was refused. */
export type PaymentFailedInput = {
  /** What should have arrived. */
  amount: MoneyInput;
  /** Who tried to pay. */
  customerId: Scalars['ID']['input'];
  /** The order it is for. */
  orderId: Scalars['ID']['input'];
  /** The payment's id. */
  paymentId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Money went back to a customer. */
export type PaymentRefunded = Event & {
  /** What goes back. */
  amount: Money;
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who gets it back. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it was for. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The payment's id. */
  paymentId: Scalars['ID']['output'];
  /** Why, in words. */
  reason?: Maybe<Scalars['String']['output']>;
};

/** Money went back to a customer. */
export type PaymentRefundedInput = {
  /** What goes back. */
  amount: MoneyInput;
  /** Who gets it back. */
  customerId: Scalars['ID']['input'];
  /** The order it was for. */
  orderId: Scalars['ID']['input'];
  /** The payment's id. */
  paymentId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** How a payment ended. */
export type PaymentStatus =
  /** The money arrived. */
  | 'CAPTURED'
  /** It was refused. */
  | 'FAILED'
  /** The money went back. */
  | 'REFUNDED';

/** An order to place. */
export type PlaceOrderInput = {
  /** Who orders. */
  customerId: Scalars['ID']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What is ordered; at least one line. */
  lines: Array<PlaceOrderLineInput>;
};

/** One product to order. */
export type PlaceOrderLineInput = {
  /** Items to order; at least 1. */
  quantity: Scalars['Int']['input'];
  /** The product's number. */
  sku: Scalars['ID']['input'];
};

/** What `placeOrder` answers. */
export type PlaceOrderPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The new order's id. */
  orderId: Scalars['ID']['output'];
  /** What it costs in all. */
  total: Money;
};

/** A customer's paid subscription. It is called a plan because `Subscription` is the name of GraphQL's own root type. */
export type Plan = {
  /** Who pays for it. */
  customer?: Maybe<Customer>;
  /** Who pays for it. */
  customerId: Scalars['ID']['output'];
  /** Identifies the subscription; events call it `subscriptionId`. */
  id: Scalars['ID']['output'];
  /** What was taken out, such as `Monthly coffee`. */
  name: Scalars['String']['output'];
  /** Price of one period. */
  price: Money;
  /** When the present period ends. */
  renewsAt: Scalars['DateTime']['output'];
  /** When it was taken out. */
  startedAt: Scalars['DateTime']['output'];
  /** Whether it runs. */
  status: PlanStatus;
  /** When the row last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** Whether a subscription runs. */
export type PlanStatus =
  /** It runs and will be renewed. */
  | 'ACTIVE'
  /** It will not be renewed. */
  | 'CANCELED';

/** Something for sale. */
export type Product = {
  /** What a customer is told of the stock. */
  availability: Availability;
  /** What it is called. */
  name: Scalars['String']['output'];
  /** Price of one item. */
  price: Money;
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Items for sale; never below zero. */
  stock: Scalars['Int']['output'];
  /** When the row last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** One event to publish: exactly one of the fields is given. */
export type PublishInput =
  /** A customer's bills go to another address. */
  { billingAddressChanged: BillingAddressChangedInput; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Someone became a customer. */
  { billingAddressChanged?: never; customerRegistered: CustomerRegisteredInput; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A customer's name or email changed. Both are given as they are after the change. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated: CustomerUpdatedInput; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Someone sent a form on the web site. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted: FormSubmittedInput; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Somebody looked into a case and found nothing wrong. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared: FraudCaseClearedInput; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected: FraudSuspectedInput; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** An order was cancelled before it left the warehouse. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled: OrderCancelledInput; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** An order is paid in full. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid: OrderPaidInput; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A customer placed an order. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced: OrderPlacedInput; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** An order was given to the warehouse of a region, with all that is needed there. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted: OrderRoutedInput; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** An order left the warehouse. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped: OrderShippedInput; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Money for an order arrived. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured: PaymentCapturedInput; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A payment was refused. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed: PaymentFailedInput; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Money went back to a customer. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded: PaymentRefundedInput; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A payment arrived or went back, and a product's total of the day changed with it. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged: RevenueChangedInput; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Stock was counted, delivered or written off. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted: StockAdjustedInput; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** The last item for sale was set aside. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted: StockDepletedInput; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** Stock was set aside for an order. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved: StockReservedInput; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A subscription will not be renewed. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled: SubscriptionCanceledInput; subscriptionRenewed?: never; subscriptionStarted?: never; }
  |  /** A subscription went into another period. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed: SubscriptionRenewedInput; subscriptionStarted?: never; }
  |  /** A customer took out a subscription. */
  { billingAddressChanged?: never; customerRegistered?: never; customerUpdated?: never; formSubmitted?: never; fraudCaseCleared?: never; fraudSuspected?: never; orderCancelled?: never; orderPaid?: never; orderPlaced?: never; orderRouted?: never; orderShipped?: never; paymentCaptured?: never; paymentFailed?: never; paymentRefunded?: never; revenueChanged?: never; stockAdjusted?: never; stockDepleted?: never; stockReserved?: never; subscriptionCanceled?: never; subscriptionRenewed?: never; subscriptionStarted: SubscriptionStartedInput; };

/** What a publisher may say about a publish call. */
export type PublishOptions = {
  /** The event or command that led to this one. */
  causationId?: InputMaybe<Scalars['ID']['input']>;
  /** Ties together all events of one business process. */
  correlationId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * Makes a repeat harmless: the same key with the same events returns the first call's ids with `duplicate: true`
   * (24 hours by default); with other events it is `IDEMPOTENCY_CONFLICT`. At most 255 characters.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** When it happened. Default: the time of recording. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Proof that an event is in the log. */
export type PublishReceipt = {
  /** The event's place in the log: a subscription after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** True when an earlier call with the same idempotency key had stored it. */
  duplicate: Scalars['Boolean']['output'];
  /** The event's id, `meta.id` of those who read it. */
  eventId: Scalars['ID']['output'];
};

/** What can be read: the history of every topic, and what the application adds. */
export type Query = {
  /** What has gone wrong with consumers and webhooks, the latest first. Of consumers that read events of every tenant they are for the tenant `default`, of others, and of webhooks, for theirs. They are kept for as long as other events. */
  alerts: AlertConnection;
  /** The API keys of the tenant, the latest first. Those that expired or were revoked are listed for 90 days more. */
  apiKeys: Array<ApiKey>;
  /** What sales channels were last told of a product's stock, by their names; a webhook tells them. */
  channelStock: Array<ChannelStock>;
  /** One consumer; null: there is none of this name, or you may not operate it. */
  consumer?: Maybe<Consumer>;
  /** The consumers, by name. Those that read events of every tenant are operated by admins of the tenant `default`, the others by those of their tenant. */
  consumers: Array<Consumer>;
  /** One customer, or null when there is none with this id. */
  customer?: Maybe<Customer>;
  /**
   * Events of `CustomerEvent` that are in the log, a page at a time, in log order.
   *
   * Everything that happens to a customer.
   */
  customerEvents: CustomerEventConnection;
  /** What products brought in, day by day: the newest day first, inside a day by number. */
  dailyRevenue: Array<DailyRevenue>;
  /** One dead letter; null: there is none at this position any more, or you may not see it. */
  deadLetter?: Maybe<DeadLetter>;
  /** Events that consumers gave up on, in the order of positions. Admins of the tenant `default` have those of every tenant before them where a consumer reads every tenant; admins of other tenants have their own. */
  deadLetters: DeadLetterConnection;
  /** Events of several topics that are in the log, a page at a time, in log order. */
  events: EventConnection;
  /** Cases, the newest first. */
  fraudCases: Array<FraudCase>;
  /**
   * Events of `InventoryEvent` that are in the log, a page at a time, in log order.
   *
   * Everything that happens to the stock of a product.
   */
  inventoryEvents: InventoryEventConnection;
  /**
   * Events of `LeadEvent` that are in the log, a page at a time, in log order.
   *
   * What strangers tell us: a union of one, because more kinds of lead will come.
   */
  leadEvents: LeadEventConnection;
  /** Mails that went out, the newest first. */
  mails: Array<Mail>;
  /** One order, or null when there is none with this id. */
  order?: Maybe<Order>;
  /**
   * Events of `OrderEvent` that are in the log, a page at a time, in log order.
   *
   * Everything that happens to an order.
   */
  orderEvents: OrderEventConnection;
  /** Orders, the newest first. */
  orders: Array<Order>;
  /** One payment, or null when there is none with this id. */
  payment?: Maybe<Payment>;
  /**
   * Events of `PaymentEvent` that are in the log, a page at a time, in log order.
   *
   * Everything that happens to a customer's payments. Order is kept per customer, across orders.
   */
  paymentEvents: PaymentEventConnection;
  /** One customer's subscription, or null when there is none with this id. */
  plan?: Maybe<Plan>;
  /** One product, or null when there is none with this number. */
  product?: Maybe<Product>;
  /** What is for sale, and what is sold out, in the order of the numbers. */
  products: Array<Product>;
  /**
   * Events of `RegionalOrderEvent` that are in the log, a page at a time, in log order.
   *
   * Orders on their way to a warehouse. The processor `order-routing` writes them.
   */
  regionalOrderEvents: RegionalOrderEventConnection;
  /**
   * Events of `RevenueEvent` that are in the log, a page at a time, in log order.
   *
   * What the shop takes in. The processor `revenue` writes it from the events of payments.
   */
  revenueEvents: RevenueEventConnection;
  /**
   * Events of `RiskEvent` that are in the log, a page at a time, in log order.
   *
   * What may be wrong with a customer's payments. It is for the shop's eyes: customers are not shown it.
   */
  riskEvents: RiskEventConnection;
  /**
   * Events of `SubscriptionEvent` that are in the log, a page at a time, in log order.
   *
   * Everything that happens to a customer's paid subscription.
   */
  subscriptionEvents: SubscriptionEventConnection;
  /** One webhook of the tenant. */
  webhook: Webhook;
  /** The webhooks of the tenant, the latest first. */
  webhooks: Array<Webhook>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryAlertsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: Scalars['Int']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryApiKeysArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  first?: Scalars['Int']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryChannelStockArgs = {
  sku: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryConsumerArgs = {
  name: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryConsumersArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  first?: Scalars['Int']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryCustomerArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryCustomerEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<CustomerEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryDailyRevenueArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['String']['input']>;
  sku?: InputMaybe<Scalars['ID']['input']>;
  to?: InputMaybe<Scalars['String']['input']>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryDeadLetterArgs = {
  consumer: Scalars['ID']['input'];
  position: Scalars['Position']['input'];
  status?: Array<ParkedStatus>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryDeadLettersArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: Scalars['Int']['input'];
  status?: Array<ParkedStatus>;
  where?: InputMaybe<DeadLetterFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  topics?: InputMaybe<Array<Topic>>;
  where?: InputMaybe<EventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryFraudCasesArgs = {
  customerId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<FraudCaseStatus>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryInventoryEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<InventoryEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryLeadEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<LeadEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryMailsArgs = {
  customerId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryOrderEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<OrderEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryOrdersArgs = {
  before?: InputMaybe<Scalars['ID']['input']>;
  customerId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<Array<OrderStatus>>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryPaymentArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryPaymentEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<PaymentEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryPlanArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryProductArgs = {
  sku: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryRegionalOrderEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<RegionalOrderEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryRevenueEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<RevenueEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryRiskEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<RiskEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QuerySubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  where?: InputMaybe<SubscriptionEventFilter>;
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryWebhookArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read: the history of every topic, and what the application adds. */
export type QueryWebhooksArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  first?: Scalars['Int']['input'];
};

/** A payment to give back. */
export type RefundPaymentInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The payment's id. */
  paymentId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What `refundPayment` answers. */
export type RefundPaymentPayload = {
  /** What goes back. */
  amount: Money;
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it was for. */
  orderId: Scalars['ID']['output'];
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** The payment's id. */
  paymentId: Scalars['ID']['output'];
};

/** A warehouse's part of the world. */
export type Region =
  /** From Germany to Hungary. */
  | 'CENTRAL'
  /** From Iceland to Estonia. */
  | 'NORTH'
  /** All other countries. */
  | 'OVERSEAS'
  /** Around the western Mediterranean. */
  | 'SOUTH'
  /** The customer has no billing address yet. */
  | 'UNKNOWN'
  /** From Ireland to France. */
  | 'WEST';

/** Orders on their way to a warehouse. The processor `order-routing` writes them. */
export type RegionalOrderEvent = OrderRouted;

/** A page of the events of `RegionalOrderEvent`, in log order. */
export type RegionalOrderEventConnection = {
  /** The events of the page. */
  edges: Array<RegionalOrderEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `RegionalOrderEvent` and its place in the log. */
export type RegionalOrderEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<RegionalOrderEvent>;
};

/** Selects events of `RegionalOrderEvent`: all fields that are given must match, each by any of its values. */
export type RegionalOrderEventFilter = {
  /** Only events whose `customerId` is one of these. An event without the field does not match. */
  customerId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `orderId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `region` is one of these. An event without the field does not match. */
  region?: InputMaybe<Array<Region>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<RegionalOrderEventType>>;
};

/** The event types of `RegionalOrderEvent`. */
export type RegionalOrderEventType =
  /** An order was given to the warehouse of a region, with all that is needed there. */
  | 'OrderRouted';

/** Who registers. */
export type RegisterCustomerInput = {
  /** Where bills go. */
  billingAddress?: InputMaybe<AddressInput>;
  /** Address for receipts and notices; no other customer has it. */
  email: Scalars['String']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Full name. */
  name: Scalars['String']['input'];
};

/** What `registerCustomer` answers. */
export type RegisterCustomerPayload = {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** The new customer's id. */
  customerId: Scalars['ID']['output'];
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
};

/** A subscription to renew. */
export type RenewSubscriptionInput = {
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What a period costs from now on; as before when it is left out. */
  price?: InputMaybe<MoneyInput>;
  /** When the new period ends; must be later than the end of the present one. One month later when it is left out. */
  renewsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['input'];
};

/** What `renewSubscription` answers. */
export type RenewSubscriptionPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The subscription as it is now. */
  plan?: Maybe<Plan>;
  /** When the new period ends. */
  renewsAt: Scalars['DateTime']['output'];
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['output'];
};

/** What became of dead letters that were to be tried again. */
export type ReplayDeadLettersPayload = {
  /** Positions at which there is no dead letter (or whatever `status` says) any more, or none that you may decide about. They were left as they are. */
  notDead: Array<Scalars['Position']['output']>;
  /** Positions of those that are tried again. */
  replayed: Array<Scalars['Position']['output']>;
};

/** What a reset did. */
export type ResetConsumerPayload = {
  /** The consumer. */
  consumer: Consumer;
  /** Dead letters that are gone. */
  deadLetters: Scalars['Int']['output'];
  /** Keys whose state is forgotten. */
  keys: Scalars['Int']['output'];
  /** Events that waited for another attempt, or behind one, and are gone from there. Those after `position` come again. */
  parked: Scalars['Int']['output'];
  /** It goes on after this place. */
  position: Scalars['Position']['output'];
};

/** A payment arrived or went back, and a product's total of the day changed with it. */
export type RevenueChanged = Event & {
  /** What was added; negative when money went back. */
  change: MoneySum;
  /** The day on which the payment occurred, in UTC, such as `2026-03-01`. */
  day: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The payment that changed it. */
  paymentId: Scalars['ID']['output'];
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** The product's number; empty for payments of which no order lines are known. */
  sku: Scalars['ID']['output'];
  /** The product's total of the day after it. */
  total: MoneySum;
};

/** A payment arrived or went back, and a product's total of the day changed with it. */
export type RevenueChangedInput = {
  /** What was added; negative when money went back. */
  change: MoneySumInput;
  /** The day on which the payment occurred, in UTC, such as `2026-03-01`. */
  day: Scalars['ID']['input'];
  /** The payment that changed it. */
  paymentId: Scalars['ID']['input'];
  /** The product's number; empty for payments of which no order lines are known. */
  sku: Scalars['ID']['input'];
  /** The product's total of the day after it. */
  total: MoneySumInput;
};

/** What the shop takes in. The processor `revenue` writes it from the events of payments. */
export type RevenueEvent = RevenueChanged;

/** A page of the events of `RevenueEvent`, in log order. */
export type RevenueEventConnection = {
  /** The events of the page. */
  edges: Array<RevenueEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `RevenueEvent` and its place in the log. */
export type RevenueEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<RevenueEvent>;
};

/** Selects events of `RevenueEvent`: all fields that are given must match, each by any of its values. */
export type RevenueEventFilter = {
  /** Only events whose `day` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `sku` is one of these. An event without the field does not match. */
  sku?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<RevenueEventType>>;
};

/** The event types of `RevenueEvent`. */
export type RevenueEventType =
  /** A payment arrived or went back, and a product's total of the day changed with it. */
  | 'RevenueChanged';

/** An API key that was revoked. */
export type RevokeApiKeyPayload = {
  /** The key as it is listed. */
  apiKey: ApiKey;
};

/** What a revocation did. */
export type RevokeTokensPayload = {
  /** Until then it is remembered; every token that it hits has expired by then. */
  rememberedUntil: Scalars['DateTime']['output'];
  /** Of a `sub`: tokens issued later are good. */
  revokedAt: Scalars['DateTime']['output'];
};

/** What may be wrong with a customer's payments. It is for the shop's eyes: customers are not shown it. */
export type RiskEvent = FraudCaseCleared | FraudSuspected;

/** A page of the events of `RiskEvent`, in log order. */
export type RiskEventConnection = {
  /** The events of the page. */
  edges: Array<RiskEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `RiskEvent` and its place in the log. */
export type RiskEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<RiskEvent>;
};

/** Selects events of `RiskEvent`: all fields that are given must match, each by any of its values. */
export type RiskEventFilter = {
  /** Only events whose `caseId` is one of these. An event without the field does not match. */
  caseId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `customerId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<RiskEventType>>;
};

/** The event types of `RiskEvent`. */
export type RiskEventType =
  /** Somebody looked into a case and found nothing wrong. */
  | 'FraudCaseCleared'
  /** A customer spent more in a short time than is usual, and is frozen: no orders are taken. The processor `fraud` says so. */
  | 'FraudSuspected';

/** An order to ship. */
export type ShipOrderInput = {
  /** Who carries it. */
  carrier: Scalars['String']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The order's id. */
  orderId: Scalars['ID']['input'];
  /** The carrier's number for the parcel. */
  trackingNumber: Scalars['String']['input'];
};

/** What `shipOrder` answers. */
export type ShipOrderPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order's id. */
  orderId: Scalars['ID']['output'];
};

/** A parcel on its way. */
export type Shipment = {
  /** Who carries it. */
  carrier: Scalars['String']['output'];
  /** The carrier's number for the parcel. */
  trackingNumber: Scalars['String']['output'];
};

/** Where a subscription starts when it has no cursor. */
export type StartFrom =
  /** With the oldest event that is kept. */
  | 'BEGINNING'
  /** With the next event. */
  | 'NOW';

/** A subscription to take out. */
export type StartSubscriptionInput = {
  /** Who pays for it. */
  customerId: Scalars['ID']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What is taken out, such as `Monthly coffee`. */
  planName: Scalars['String']['input'];
  /** Price of one period. */
  price: MoneyInput;
  /** When the first period ends; must lie ahead. One month from now when it is left out. */
  renewsAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What `startSubscription` answers. */
export type StartSubscriptionPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** The subscription as it is now. */
  plan?: Maybe<Plan>;
  /** When the first period ends. */
  renewsAt: Scalars['DateTime']['output'];
  /** The new subscription's id. */
  subscriptionId: Scalars['ID']['output'];
};

/** Stock was counted, delivered or written off. */
export type StockAdjusted = Event & {
  /** Items added; negative when taken away. */
  delta: Scalars['Int']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** Why, in words. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Items for sale after it. */
  stock: Scalars['Int']['output'];
};

/** Stock was counted, delivered or written off. */
export type StockAdjustedInput = {
  /** Items added; negative when taken away. */
  delta: Scalars['Int']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The product's number. */
  sku: Scalars['ID']['input'];
  /** Items for sale after it. */
  stock: Scalars['Int']['input'];
};

/** The last item for sale was set aside. */
export type StockDepleted = Event & {
  /** The order that took the last item; null when it was no order. */
  lastOrderId?: Maybe<Scalars['ID']['output']>;
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** The product's number. */
  sku: Scalars['ID']['output'];
};

/** The last item for sale was set aside. */
export type StockDepletedInput = {
  /** The order that took the last item; null when it was no order. */
  lastOrderId?: InputMaybe<Scalars['ID']['input']>;
  /** The product's number. */
  sku: Scalars['ID']['input'];
};

/** Stock was set aside for an order. */
export type StockReserved = Event & {
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** The order it is for. */
  orderId: Scalars['ID']['output'];
  /** The product as it is now. */
  product?: Maybe<Product>;
  /** Items set aside. */
  quantity: Scalars['Int']['output'];
  /** The product's number. */
  sku: Scalars['ID']['output'];
  /** Items for sale after it. */
  stock: Scalars['Int']['output'];
};

/** Stock was set aside for an order. */
export type StockReservedInput = {
  /** The order it is for. */
  orderId: Scalars['ID']['input'];
  /** Items set aside. */
  quantity: Scalars['Int']['input'];
  /** The product's number. */
  sku: Scalars['ID']['input'];
  /** Items for sale after it. */
  stock: Scalars['Int']['input'];
};

/** Stands for the caller's token in one operation. */
export type StreamTicket = {
  /** When it ends unused. */
  expiresAt: Scalars['DateTime']['output'];
  /** The ticket. Whoever has it acts as the caller, once, on any gateway: keep it out of logs. */
  ticket: Scalars['String']['output'];
};

/** A form that was filled in. */
export type SubmitFormInput = {
  /** What was filled in, by the names of the form's fields: an object. */
  answers: Scalars['JSON']['input'];
  /** The form, such as `contact`. */
  formId: Scalars['ID']['input'];
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Where on the site it stood, such as `/pricing`; begins with a slash. */
  page: Scalars['String']['input'];
  /** Sender's address, if the form asks for one. */
  replyTo?: InputMaybe<Scalars['String']['input']>;
};

/** What `submitForm` answers. */
export type SubmitFormPayload = {
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
  /** Id of the event that holds what was filled in. */
  eventId: Scalars['ID']['output'];
  /** The form. */
  formId: Scalars['ID']['output'];
};

/** What can be followed live: every topic, from any place in the log. */
export type Subscription = {
  /** What goes wrong with consumers and webhooks, each once, within about a second. The first of `after`, `since`, `last` and `from` that is given says where it starts. Of consumers that read events of every tenant they are for the tenant `default`, of others, and of webhooks, for theirs. */
  alerts: AlertEdge;
  /**
   * Events of `CustomerEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * Everything that happens to a customer.
   */
  customerEvents: CustomerEventEdge;
  /** Events of several topics, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts. */
  events: EventEdge;
  /**
   * Events of `InventoryEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * Everything that happens to the stock of a product.
   */
  inventoryEvents: InventoryEventEdge;
  /**
   * Events of `LeadEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * What strangers tell us: a union of one, because more kinds of lead will come.
   */
  leadEvents: LeadEventEdge;
  /**
   * Events of `OrderEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * Everything that happens to an order.
   */
  orderEvents: OrderEventEdge;
  /**
   * Events of `PaymentEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * Everything that happens to a customer's payments. Order is kept per customer, across orders.
   */
  paymentEvents: PaymentEventEdge;
  /**
   * Events of `RegionalOrderEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * Orders on their way to a warehouse. The processor `order-routing` writes them.
   */
  regionalOrderEvents: RegionalOrderEventEdge;
  /**
   * Events of `RevenueEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * What the shop takes in. The processor `revenue` writes it from the events of payments.
   */
  revenueEvents: RevenueEventEdge;
  /**
   * Events of `RiskEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * What may be wrong with a customer's payments. It is for the shop's eyes: customers are not shown it.
   */
  riskEvents: RiskEventEdge;
  /**
   * Events of `SubscriptionEvent`, each once, in log order, for as long as you stay. The first of `after`, `since`, `last` and `from` that is given says where it starts.
   *
   * Everything that happens to a customer's paid subscription.
   */
  subscriptionEvents: SubscriptionEventEdge;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionAlertsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionCustomerEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<CustomerEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  topics?: InputMaybe<Array<Topic>>;
  where?: InputMaybe<EventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionInventoryEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<InventoryEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionLeadEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<LeadEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionOrderEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<OrderEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionPaymentEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<PaymentEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionRegionalOrderEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<RegionalOrderEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionRevenueEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<RevenueEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionRiskEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<RiskEventFilter>;
};


/** What can be followed live: every topic, from any place in the log. */
export type SubscriptionSubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  from?: InputMaybe<StartFrom>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  where?: InputMaybe<SubscriptionEventFilter>;
};

/** A subscription will not be renewed. */
export type SubscriptionCanceled = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who paid for it. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The subscription as it is now. */
  plan?: Maybe<Plan>;
  /** Why, in words. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['output'];
};

/** A subscription will not be renewed. */
export type SubscriptionCanceledInput = {
  /** Who paid for it. */
  customerId: Scalars['ID']['input'];
  /** Why, in words. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['input'];
};

/** Everything that happens to a customer's paid subscription. */
export type SubscriptionEvent = SubscriptionCanceled | SubscriptionRenewed | SubscriptionStarted;

/** A page of the events of `SubscriptionEvent`, in log order. */
export type SubscriptionEventConnection = {
  /** The events of the page. */
  edges: Array<SubscriptionEventEdge>;
  /** End of the log before the page was read: subscribe after it to continue without a hole. */
  head: Scalars['Cursor']['output'];
  /** Where the page stands. */
  pageInfo: PageInfo;
};

/** One event of `SubscriptionEvent` and its place in the log. */
export type SubscriptionEventEdge = {
  /** The place of the event: whoever starts after it gets what follows. */
  cursor: Scalars['Cursor']['output'];
  /** The event. Null when its payload was erased; or, then with the reason in `errors`, when it could not be completed. */
  node?: Maybe<SubscriptionEvent>;
};

/** Selects events of `SubscriptionEvent`: all fields that are given must match, each by any of its values. */
export type SubscriptionEventFilter = {
  /** Only events whose `customerId` is one of these. An event without the field does not match. */
  customerId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events whose `subscriptionId` is one of these. */
  key?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Only events of these types. */
  type?: InputMaybe<Array<SubscriptionEventType>>;
};

/** The event types of `SubscriptionEvent`. */
export type SubscriptionEventType =
  /** A subscription will not be renewed. */
  | 'SubscriptionCanceled'
  /** A subscription went into another period. */
  | 'SubscriptionRenewed'
  /** A customer took out a subscription. */
  | 'SubscriptionStarted';

/** A subscription went into another period. */
export type SubscriptionRenewed = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who pays for it. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The subscription as it is now. */
  plan?: Maybe<Plan>;
  /** What the period costs. */
  price: Money;
  /** When the period ends. */
  renewsAt: Scalars['DateTime']['output'];
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['output'];
};

/** A subscription went into another period. */
export type SubscriptionRenewedInput = {
  /** Who pays for it. */
  customerId: Scalars['ID']['input'];
  /** What the period costs. */
  price: MoneyInput;
  /** When the period ends. */
  renewsAt: Scalars['DateTime']['input'];
  /** The subscription's id. */
  subscriptionId: Scalars['ID']['input'];
};

/** A customer took out a subscription. */
export type SubscriptionStarted = Event & {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** Who pays for it. */
  customerId: Scalars['ID']['output'];
  /** What the gateway recorded beside the event. */
  meta: EventMeta;
  /** The subscription as it is now. */
  plan?: Maybe<Plan>;
  /** What was taken out, such as `Monthly coffee`. */
  planName: Scalars['String']['output'];
  /** Price of one period. */
  price: Money;
  /** When the first period ends. */
  renewsAt: Scalars['DateTime']['output'];
  /** The new subscription's id. */
  subscriptionId: Scalars['ID']['output'];
};

/** A customer took out a subscription. */
export type SubscriptionStartedInput = {
  /** Who pays for it. */
  customerId: Scalars['ID']['input'];
  /** What was taken out, such as `Monthly coffee`. */
  planName: Scalars['String']['input'];
  /** Price of one period. */
  price: MoneyInput;
  /** When the first period ends. */
  renewsAt: Scalars['DateTime']['input'];
  /** The new subscription's id. */
  subscriptionId: Scalars['ID']['input'];
};

/** The topics of this gateway. */
export type Topic =
  /** Everything that happens to a customer. */
  | 'CustomerEvent'
  /** Everything that happens to the stock of a product. */
  | 'InventoryEvent'
  /** What strangers tell us: a union of one, because more kinds of lead will come. */
  | 'LeadEvent'
  /** Everything that happens to an order. */
  | 'OrderEvent'
  /** Everything that happens to a customer's payments. Order is kept per customer, across orders. */
  | 'PaymentEvent'
  /** Orders on their way to a warehouse. The processor `order-routing` writes them. */
  | 'RegionalOrderEvent'
  /** What the shop takes in. The processor `revenue` writes it from the events of payments. */
  | 'RevenueEvent'
  /** What may be wrong with a customer's payments. It is for the shop's eyes: customers are not shown it. */
  | 'RiskEvent'
  /** Everything that happens to a customer's paid subscription. */
  | 'SubscriptionEvent';

/** What to change about a customer. What is left out or null stays as it is. */
export type UpdateCustomerInput = {
  /** The customer's id. */
  customerId: Scalars['ID']['input'];
  /** New address for receipts and notices. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Makes a repeat harmless: the same key gives the first call's result. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** New full name. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** What `updateCustomer` answers. */
export type UpdateCustomerPayload = {
  /** The customer as it is now. */
  customer?: Maybe<Customer>;
  /** The customer's id. */
  customerId: Scalars['ID']['output'];
  /** True when an earlier call with the same idempotency key did the work. */
  duplicate: Scalars['Boolean']['output'];
};

/** What is to be changed of a webhook. What is left out stays as it is. */
export type UpdateWebhookInput = {
  /** Requests that one gateway has under way at once. */
  concurrency?: InputMaybe<Scalars['Int']['input']>;
  /** How an event is sent. */
  format?: InputMaybe<WebhookFormat>;
  /** Headers to send along, in place of those before; null: none. */
  headers?: InputMaybe<Scalars['JSON']['input']>;
  /** What it is called. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** What it gets of an event; null: all that is stored. */
  selection?: InputMaybe<Scalars['String']['input']>;
  /** Topics whose events it gets. */
  topics?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Event types that it gets; null: all of the topics. */
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Where events are sent to. */
  url?: InputMaybe<Scalars['String']['input']>;
  /** A filter; null: every event. */
  where?: InputMaybe<Scalars['JSON']['input']>;
};

/**
 * A URL to which events are sent, each at least once, signed as Standard Webhooks has it. `webhook-id` is the event's id, the same whenever it
 * is sent again.
 */
export type Webhook = {
  /** Requests that one gateway has under way at once. */
  concurrency: Scalars['Int']['output'];
  /** Its consumer, which has its counters and dead letters. */
  consumer: Scalars['String']['output'];
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Who made it. */
  createdBy?: Maybe<Scalars['String']['output']>;
  /** Since when nothing but failures, to some seconds; null: it works, or was not tried. */
  failingSince?: Maybe<Scalars['DateTime']['output']>;
  /** How it is sent an event. */
  format: WebhookFormat;
  /** Names of the headers that are sent along. Their values may be secrets and are not shown. */
  headerNames: Array<Scalars['String']['output']>;
  /** Until when its endpoint is left alone, by whichever gateway: it asked for that (`Retry-After`), or took nothing time after time; null: it is not. */
  heldUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Identifies it. */
  id: Scalars['ID']['output'];
  /** When it last took an event, to about a minute. */
  lastDeliveredAt?: Maybe<Scalars['DateTime']['output']>;
  /** The last failure, while it is failing. */
  lastError?: Maybe<Scalars['String']['output']>;
  /** What it is called, once in a tenant. */
  name: Scalars['String']['output'];
  /** When the last of the secrets before it no longer signs; null: none does. */
  oldSecretsUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Which of its events wait for each other. */
  order: WebhookOrder;
  /** Why this gateway cannot send to it: its schema lacks something that the webhook asks for. Its events wait. */
  problem?: Maybe<Scalars['String']['output']>;
  /** What requests are signed with. Only in the answers of `createWebhook` and `rotateWebhookSecret`. */
  secret?: Maybe<Scalars['String']['output']>;
  /** What it gets of an event, as GraphQL; null: all that is stored. */
  selection?: Maybe<Scalars['String']['output']>;
  /** Whether it is sent to. */
  status: WebhookStatus;
  /** Since when its status is so. */
  statusAt: Scalars['DateTime']['output'];
  /** Who has paused it; null: nobody, or the gateway. */
  statusBy?: Maybe<Scalars['String']['output']>;
  /** Why not. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** Topics whose events it gets. */
  topics: Array<Scalars['String']['output']>;
  /** Event types that it gets; null: all of the topics. */
  types?: Maybe<Array<Scalars['String']['output']>>;
  /** When it was last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Where events are sent to. */
  url: Scalars['String']['output'];
  /** A filter as subscriptions have it; null: every event. */
  where?: Maybe<Scalars['JSON']['output']>;
};

/** How a webhook is sent an event. */
export type WebhookFormat =
  /** As a CloudEvent 1.0 in JSON, with the payload in `data`. */
  | 'CLOUDEVENTS'
  /** As `{ type, timestamp, data, meta, cursor }`. */
  | 'PLAIN';

/** Which events of a webhook wait for each other. */
export type WebhookOrder =
  /** Those of one key: each is sent when the one before it was taken, or given up. */
  | 'KEY'
  /** None: one that fails holds up no other. */
  | 'NONE';

/** Whether a webhook is sent to. */
export type WebhookStatus =
  /** No more: the endpoint has answered 410. */
  | 'DISABLED'
  /** It is. */
  | 'ENABLED'
  /** Not for now: somebody has paused it, or the gateway, since nothing could be delivered for days or its address is not allowed. */
  | 'PAUSED';

/** What became of a test event. */
export type WebhookTest = {
  /** The beginning of the answer's body, if it was not taken. */
  body?: Maybe<Scalars['String']['output']>;
  /** Whether the endpoint took it: an answer of 2xx. */
  delivered: Scalars['Boolean']['output'];
  /** Milliseconds that it took. */
  ms: Scalars['Int']['output'];
  /** What went wrong; null: nothing. */
  reason?: Maybe<Scalars['String']['output']>;
  /** Position of the event that it was made from: the latest that the webhook would have been sent; null: none was found among the latest. */
  sample?: Maybe<Scalars['Position']['output']>;
  /** HTTP status of the answer; null: there was none. */
  status?: Maybe<Scalars['Int']['output']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  CustomerEvent:
    | ( Partial<BillingAddressChanged> )
    | ( Partial<CustomerRegistered> )
    | ( Partial<CustomerUpdated> )
  ;
  InventoryEvent:
    | ( Partial<StockAdjusted> )
    | ( Partial<StockDepleted> )
    | ( Partial<StockReserved> )
  ;
  LeadEvent: ( Partial<FormSubmitted> );
  OrderEvent:
    | ( Partial<OrderCancelled> )
    | ( Partial<OrderPaid> )
    | ( Partial<OrderPlaced> )
    | ( Partial<OrderShipped> )
  ;
  PaymentEvent:
    | ( Partial<PaymentCaptured> )
    | ( Partial<PaymentFailed> )
    | ( Partial<PaymentRefunded> )
  ;
  RegionalOrderEvent: ( Partial<OrderRouted> );
  RevenueEvent: ( Partial<RevenueChanged> );
  RiskEvent:
    | ( Partial<FraudCaseCleared> )
    | ( Partial<FraudSuspected> )
  ;
  SubscriptionEvent:
    | ( Partial<SubscriptionCanceled> )
    | ( Partial<SubscriptionRenewed> )
    | ( Partial<SubscriptionStarted> )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Event:
    | ( Partial<BillingAddressChanged> )
    | ( Partial<CustomerRegistered> )
    | ( Partial<CustomerUpdated> )
    | ( Partial<FormSubmitted> )
    | ( Partial<FraudCaseCleared> )
    | ( Partial<FraudSuspected> )
    | ( Partial<OrderCancelled> )
    | ( Partial<OrderPaid> )
    | ( Partial<OrderPlaced> )
    | ( Partial<OrderRouted> )
    | ( Partial<OrderShipped> )
    | ( Partial<PaymentCaptured> )
    | ( Partial<PaymentFailed> )
    | ( Partial<PaymentRefunded> )
    | ( Partial<RevenueChanged> )
    | ( Partial<StockAdjusted> )
    | ( Partial<StockDepleted> )
    | ( Partial<StockReserved> )
    | ( Partial<SubscriptionCanceled> )
    | ( Partial<SubscriptionRenewed> )
    | ( Partial<SubscriptionStarted> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Address: ResolverTypeWrapper<Partial<Address>>;
  AddressInput: ResolverTypeWrapper<Partial<AddressInput>>;
  AdjustStockInput: ResolverTypeWrapper<Partial<AdjustStockInput>>;
  AdjustStockPayload: ResolverTypeWrapper<Partial<AdjustStockPayload>>;
  Alert: ResolverTypeWrapper<Partial<Alert>>;
  AlertConnection: ResolverTypeWrapper<Partial<AlertConnection>>;
  AlertEdge: ResolverTypeWrapper<Partial<AlertEdge>>;
  AlertKind: ResolverTypeWrapper<Partial<AlertKind>>;
  AlertSubject: ResolverTypeWrapper<Partial<AlertSubject>>;
  ApiKey: ResolverTypeWrapper<Partial<ApiKey>>;
  Availability: ResolverTypeWrapper<Partial<Availability>>;
  BillingAddressChanged: ResolverTypeWrapper<Partial<BillingAddressChanged>>;
  BillingAddressChangedInput: ResolverTypeWrapper<Partial<BillingAddressChangedInput>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  CancelOrderInput: ResolverTypeWrapper<Partial<CancelOrderInput>>;
  CancelOrderPayload: ResolverTypeWrapper<Partial<CancelOrderPayload>>;
  CancelSubscriptionInput: ResolverTypeWrapper<Partial<CancelSubscriptionInput>>;
  CancelSubscriptionPayload: ResolverTypeWrapper<Partial<CancelSubscriptionPayload>>;
  CapturePaymentInput: ResolverTypeWrapper<Partial<CapturePaymentInput>>;
  CapturePaymentPayload: ResolverTypeWrapper<Partial<CapturePaymentPayload>>;
  ChangeBillingAddressInput: ResolverTypeWrapper<Partial<ChangeBillingAddressInput>>;
  ChangeBillingAddressPayload: ResolverTypeWrapper<Partial<ChangeBillingAddressPayload>>;
  ChannelStock: ResolverTypeWrapper<Partial<ChannelStock>>;
  ClearFraudCaseInput: ResolverTypeWrapper<Partial<ClearFraudCaseInput>>;
  ClearFraudCasePayload: ResolverTypeWrapper<Partial<ClearFraudCasePayload>>;
  Consumer: ResolverTypeWrapper<Partial<Consumer>>;
  ConsumerAction: ResolverTypeWrapper<Partial<ConsumerAction>>;
  ConsumerCounts: ResolverTypeWrapper<Partial<ConsumerCounts>>;
  ConsumerDelivery: ResolverTypeWrapper<Partial<ConsumerDelivery>>;
  ConsumerKind: ResolverTypeWrapper<Partial<ConsumerKind>>;
  ConsumerLag: ResolverTypeWrapper<Partial<ConsumerLag>>;
  ConsumerLagSource: ResolverTypeWrapper<Partial<ConsumerLagSource>>;
  ConsumerPayload: ResolverTypeWrapper<Partial<ConsumerPayload>>;
  ConsumerPlaceInput: ResolverTypeWrapper<Partial<ConsumerPlaceInput>>;
  ConsumerRates: ResolverTypeWrapper<Partial<ConsumerRates>>;
  ConsumerSlot: ResolverTypeWrapper<Partial<ConsumerSlot>>;
  ConsumerStatus: ResolverTypeWrapper<Partial<ConsumerStatus>>;
  CreateApiKeyInput: ResolverTypeWrapper<Partial<CreateApiKeyInput>>;
  CreateApiKeyPayload: ResolverTypeWrapper<Partial<CreateApiKeyPayload>>;
  CreateWebhookInput: ResolverTypeWrapper<Partial<CreateWebhookInput>>;
  Cursor: ResolverTypeWrapper<Partial<Scalars['Cursor']['output']>>;
  Customer: ResolverTypeWrapper<Partial<Customer>>;
  CustomerEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CustomerEvent']>>;
  CustomerEventConnection: ResolverTypeWrapper<Partial<Omit<CustomerEventConnection, 'edges'> & { edges: Array<ResolversTypes['CustomerEventEdge']> }>>;
  CustomerEventEdge: ResolverTypeWrapper<Partial<Omit<CustomerEventEdge, 'node'> & { node?: Maybe<ResolversTypes['CustomerEvent']> }>>;
  CustomerEventFilter: ResolverTypeWrapper<Partial<CustomerEventFilter>>;
  CustomerEventType: ResolverTypeWrapper<Partial<CustomerEventType>>;
  CustomerRegistered: ResolverTypeWrapper<Partial<CustomerRegistered>>;
  CustomerRegisteredInput: ResolverTypeWrapper<Partial<CustomerRegisteredInput>>;
  CustomerUpdated: ResolverTypeWrapper<Partial<CustomerUpdated>>;
  CustomerUpdatedInput: ResolverTypeWrapper<Partial<CustomerUpdatedInput>>;
  DailyRevenue: ResolverTypeWrapper<Partial<DailyRevenue>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DeadLetter: ResolverTypeWrapper<Partial<DeadLetter>>;
  DeadLetterAttempt: ResolverTypeWrapper<Partial<DeadLetterAttempt>>;
  DeadLetterConnection: ResolverTypeWrapper<Partial<DeadLetterConnection>>;
  DeadLetterEdge: ResolverTypeWrapper<Partial<DeadLetterEdge>>;
  DeadLetterError: ResolverTypeWrapper<Partial<DeadLetterError>>;
  DeadLetterFilter: ResolverTypeWrapper<Partial<DeadLetterFilter>>;
  DeadLetterStep: ResolverTypeWrapper<Partial<DeadLetterStep>>;
  DeleteConsumerPayload: ResolverTypeWrapper<Partial<DeleteConsumerPayload>>;
  DiscardDeadLettersPayload: ResolverTypeWrapper<Partial<DiscardDeadLettersPayload>>;
  EraseKeyPayload: ResolverTypeWrapper<Partial<EraseKeyPayload>>;
  Event: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Event']>;
  EventConnection: ResolverTypeWrapper<Partial<Omit<EventConnection, 'edges'> & { edges: Array<ResolversTypes['EventEdge']> }>>;
  EventEdge: ResolverTypeWrapper<Partial<Omit<EventEdge, 'node'> & { node?: Maybe<ResolversTypes['Event']> }>>;
  EventFilter: ResolverTypeWrapper<Partial<EventFilter>>;
  EventMeta: ResolverTypeWrapper<Partial<EventMeta>>;
  EventType: ResolverTypeWrapper<Partial<EventType>>;
  FailPaymentInput: ResolverTypeWrapper<Partial<FailPaymentInput>>;
  FailPaymentPayload: ResolverTypeWrapper<Partial<FailPaymentPayload>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  FormSubmitted: ResolverTypeWrapper<Partial<FormSubmitted>>;
  FormSubmittedInput: ResolverTypeWrapper<Partial<FormSubmittedInput>>;
  FraudCase: ResolverTypeWrapper<Partial<FraudCase>>;
  FraudCaseCleared: ResolverTypeWrapper<Partial<FraudCaseCleared>>;
  FraudCaseClearedInput: ResolverTypeWrapper<Partial<FraudCaseClearedInput>>;
  FraudCaseStatus: ResolverTypeWrapper<Partial<FraudCaseStatus>>;
  FraudSuspected: ResolverTypeWrapper<Partial<FraudSuspected>>;
  FraudSuspectedInput: ResolverTypeWrapper<Partial<FraudSuspectedInput>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  InventoryEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['InventoryEvent']>>;
  InventoryEventConnection: ResolverTypeWrapper<Partial<Omit<InventoryEventConnection, 'edges'> & { edges: Array<ResolversTypes['InventoryEventEdge']> }>>;
  InventoryEventEdge: ResolverTypeWrapper<Partial<Omit<InventoryEventEdge, 'node'> & { node?: Maybe<ResolversTypes['InventoryEvent']> }>>;
  InventoryEventFilter: ResolverTypeWrapper<Partial<InventoryEventFilter>>;
  InventoryEventType: ResolverTypeWrapper<Partial<InventoryEventType>>;
  JSON: ResolverTypeWrapper<Partial<Scalars['JSON']['output']>>;
  LeadEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LeadEvent']>>;
  LeadEventConnection: ResolverTypeWrapper<Partial<Omit<LeadEventConnection, 'edges'> & { edges: Array<ResolversTypes['LeadEventEdge']> }>>;
  LeadEventEdge: ResolverTypeWrapper<Partial<Omit<LeadEventEdge, 'node'> & { node?: Maybe<ResolversTypes['LeadEvent']> }>>;
  LeadEventFilter: ResolverTypeWrapper<Partial<LeadEventFilter>>;
  LeadEventType: ResolverTypeWrapper<Partial<LeadEventType>>;
  Mail: ResolverTypeWrapper<Partial<Mail>>;
  Money: ResolverTypeWrapper<Partial<Money>>;
  MoneyInput: ResolverTypeWrapper<Partial<MoneyInput>>;
  MoneySum: ResolverTypeWrapper<Partial<MoneySum>>;
  MoneySumInput: ResolverTypeWrapper<Partial<MoneySumInput>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Order: ResolverTypeWrapper<Partial<Order>>;
  OrderCancelled: ResolverTypeWrapper<Partial<OrderCancelled>>;
  OrderCancelledInput: ResolverTypeWrapper<Partial<OrderCancelledInput>>;
  OrderEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['OrderEvent']>>;
  OrderEventConnection: ResolverTypeWrapper<Partial<Omit<OrderEventConnection, 'edges'> & { edges: Array<ResolversTypes['OrderEventEdge']> }>>;
  OrderEventEdge: ResolverTypeWrapper<Partial<Omit<OrderEventEdge, 'node'> & { node?: Maybe<ResolversTypes['OrderEvent']> }>>;
  OrderEventFilter: ResolverTypeWrapper<Partial<OrderEventFilter>>;
  OrderEventType: ResolverTypeWrapper<Partial<OrderEventType>>;
  OrderItem: ResolverTypeWrapper<Partial<OrderItem>>;
  OrderItemInput: ResolverTypeWrapper<Partial<OrderItemInput>>;
  OrderLine: ResolverTypeWrapper<Partial<OrderLine>>;
  OrderPaid: ResolverTypeWrapper<Partial<OrderPaid>>;
  OrderPaidInput: ResolverTypeWrapper<Partial<OrderPaidInput>>;
  OrderPlaced: ResolverTypeWrapper<Partial<OrderPlaced>>;
  OrderPlacedInput: ResolverTypeWrapper<Partial<OrderPlacedInput>>;
  OrderRouted: ResolverTypeWrapper<Partial<OrderRouted>>;
  OrderRoutedInput: ResolverTypeWrapper<Partial<OrderRoutedInput>>;
  OrderShipped: ResolverTypeWrapper<Partial<OrderShipped>>;
  OrderShippedInput: ResolverTypeWrapper<Partial<OrderShippedInput>>;
  OrderStatus: ResolverTypeWrapper<Partial<OrderStatus>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  ParkedStatus: ResolverTypeWrapper<Partial<ParkedStatus>>;
  Payment: ResolverTypeWrapper<Partial<Payment>>;
  PaymentCaptured: ResolverTypeWrapper<Partial<PaymentCaptured>>;
  PaymentCapturedInput: ResolverTypeWrapper<Partial<PaymentCapturedInput>>;
  PaymentEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PaymentEvent']>>;
  PaymentEventConnection: ResolverTypeWrapper<Partial<Omit<PaymentEventConnection, 'edges'> & { edges: Array<ResolversTypes['PaymentEventEdge']> }>>;
  PaymentEventEdge: ResolverTypeWrapper<Partial<Omit<PaymentEventEdge, 'node'> & { node?: Maybe<ResolversTypes['PaymentEvent']> }>>;
  PaymentEventFilter: ResolverTypeWrapper<Partial<PaymentEventFilter>>;
  PaymentEventType: ResolverTypeWrapper<Partial<PaymentEventType>>;
  PaymentFailed: ResolverTypeWrapper<Partial<PaymentFailed>>;
  PaymentFailedInput: ResolverTypeWrapper<Partial<PaymentFailedInput>>;
  PaymentRefunded: ResolverTypeWrapper<Partial<PaymentRefunded>>;
  PaymentRefundedInput: ResolverTypeWrapper<Partial<PaymentRefundedInput>>;
  PaymentStatus: ResolverTypeWrapper<Partial<PaymentStatus>>;
  PlaceOrderInput: ResolverTypeWrapper<Partial<PlaceOrderInput>>;
  PlaceOrderLineInput: ResolverTypeWrapper<Partial<PlaceOrderLineInput>>;
  PlaceOrderPayload: ResolverTypeWrapper<Partial<PlaceOrderPayload>>;
  Plan: ResolverTypeWrapper<Partial<Plan>>;
  PlanStatus: ResolverTypeWrapper<Partial<PlanStatus>>;
  Position: ResolverTypeWrapper<Partial<Scalars['Position']['output']>>;
  Product: ResolverTypeWrapper<Partial<Product>>;
  PublishInput: ResolverTypeWrapper<Partial<PublishInput>>;
  PublishOptions: ResolverTypeWrapper<Partial<PublishOptions>>;
  PublishReceipt: ResolverTypeWrapper<Partial<PublishReceipt>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RefundPaymentInput: ResolverTypeWrapper<Partial<RefundPaymentInput>>;
  RefundPaymentPayload: ResolverTypeWrapper<Partial<RefundPaymentPayload>>;
  Region: ResolverTypeWrapper<Partial<Region>>;
  RegionalOrderEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegionalOrderEvent']>>;
  RegionalOrderEventConnection: ResolverTypeWrapper<Partial<Omit<RegionalOrderEventConnection, 'edges'> & { edges: Array<ResolversTypes['RegionalOrderEventEdge']> }>>;
  RegionalOrderEventEdge: ResolverTypeWrapper<Partial<Omit<RegionalOrderEventEdge, 'node'> & { node?: Maybe<ResolversTypes['RegionalOrderEvent']> }>>;
  RegionalOrderEventFilter: ResolverTypeWrapper<Partial<RegionalOrderEventFilter>>;
  RegionalOrderEventType: ResolverTypeWrapper<Partial<RegionalOrderEventType>>;
  RegisterCustomerInput: ResolverTypeWrapper<Partial<RegisterCustomerInput>>;
  RegisterCustomerPayload: ResolverTypeWrapper<Partial<RegisterCustomerPayload>>;
  RenewSubscriptionInput: ResolverTypeWrapper<Partial<RenewSubscriptionInput>>;
  RenewSubscriptionPayload: ResolverTypeWrapper<Partial<RenewSubscriptionPayload>>;
  ReplayDeadLettersPayload: ResolverTypeWrapper<Partial<ReplayDeadLettersPayload>>;
  ResetConsumerPayload: ResolverTypeWrapper<Partial<ResetConsumerPayload>>;
  RevenueChanged: ResolverTypeWrapper<Partial<RevenueChanged>>;
  RevenueChangedInput: ResolverTypeWrapper<Partial<RevenueChangedInput>>;
  RevenueEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RevenueEvent']>>;
  RevenueEventConnection: ResolverTypeWrapper<Partial<Omit<RevenueEventConnection, 'edges'> & { edges: Array<ResolversTypes['RevenueEventEdge']> }>>;
  RevenueEventEdge: ResolverTypeWrapper<Partial<Omit<RevenueEventEdge, 'node'> & { node?: Maybe<ResolversTypes['RevenueEvent']> }>>;
  RevenueEventFilter: ResolverTypeWrapper<Partial<RevenueEventFilter>>;
  RevenueEventType: ResolverTypeWrapper<Partial<RevenueEventType>>;
  RevokeApiKeyPayload: ResolverTypeWrapper<Partial<RevokeApiKeyPayload>>;
  RevokeTokensPayload: ResolverTypeWrapper<Partial<RevokeTokensPayload>>;
  RiskEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RiskEvent']>>;
  RiskEventConnection: ResolverTypeWrapper<Partial<Omit<RiskEventConnection, 'edges'> & { edges: Array<ResolversTypes['RiskEventEdge']> }>>;
  RiskEventEdge: ResolverTypeWrapper<Partial<Omit<RiskEventEdge, 'node'> & { node?: Maybe<ResolversTypes['RiskEvent']> }>>;
  RiskEventFilter: ResolverTypeWrapper<Partial<RiskEventFilter>>;
  RiskEventType: ResolverTypeWrapper<Partial<RiskEventType>>;
  ShipOrderInput: ResolverTypeWrapper<Partial<ShipOrderInput>>;
  ShipOrderPayload: ResolverTypeWrapper<Partial<ShipOrderPayload>>;
  Shipment: ResolverTypeWrapper<Partial<Shipment>>;
  StartFrom: ResolverTypeWrapper<Partial<StartFrom>>;
  StartSubscriptionInput: ResolverTypeWrapper<Partial<StartSubscriptionInput>>;
  StartSubscriptionPayload: ResolverTypeWrapper<Partial<StartSubscriptionPayload>>;
  StockAdjusted: ResolverTypeWrapper<Partial<StockAdjusted>>;
  StockAdjustedInput: ResolverTypeWrapper<Partial<StockAdjustedInput>>;
  StockDepleted: ResolverTypeWrapper<Partial<StockDepleted>>;
  StockDepletedInput: ResolverTypeWrapper<Partial<StockDepletedInput>>;
  StockReserved: ResolverTypeWrapper<Partial<StockReserved>>;
  StockReservedInput: ResolverTypeWrapper<Partial<StockReservedInput>>;
  StreamTicket: ResolverTypeWrapper<Partial<StreamTicket>>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  SubmitFormInput: ResolverTypeWrapper<Partial<SubmitFormInput>>;
  SubmitFormPayload: ResolverTypeWrapper<Partial<SubmitFormPayload>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SubscriptionCanceled: ResolverTypeWrapper<Partial<SubscriptionCanceled>>;
  SubscriptionCanceledInput: ResolverTypeWrapper<Partial<SubscriptionCanceledInput>>;
  SubscriptionEvent: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SubscriptionEvent']>>;
  SubscriptionEventConnection: ResolverTypeWrapper<Partial<Omit<SubscriptionEventConnection, 'edges'> & { edges: Array<ResolversTypes['SubscriptionEventEdge']> }>>;
  SubscriptionEventEdge: ResolverTypeWrapper<Partial<Omit<SubscriptionEventEdge, 'node'> & { node?: Maybe<ResolversTypes['SubscriptionEvent']> }>>;
  SubscriptionEventFilter: ResolverTypeWrapper<Partial<SubscriptionEventFilter>>;
  SubscriptionEventType: ResolverTypeWrapper<Partial<SubscriptionEventType>>;
  SubscriptionRenewed: ResolverTypeWrapper<Partial<SubscriptionRenewed>>;
  SubscriptionRenewedInput: ResolverTypeWrapper<Partial<SubscriptionRenewedInput>>;
  SubscriptionStarted: ResolverTypeWrapper<Partial<SubscriptionStarted>>;
  SubscriptionStartedInput: ResolverTypeWrapper<Partial<SubscriptionStartedInput>>;
  Topic: ResolverTypeWrapper<Partial<Topic>>;
  UpdateCustomerInput: ResolverTypeWrapper<Partial<UpdateCustomerInput>>;
  UpdateCustomerPayload: ResolverTypeWrapper<Partial<UpdateCustomerPayload>>;
  UpdateWebhookInput: ResolverTypeWrapper<Partial<UpdateWebhookInput>>;
  Webhook: ResolverTypeWrapper<Partial<Webhook>>;
  WebhookFormat: ResolverTypeWrapper<Partial<WebhookFormat>>;
  WebhookOrder: ResolverTypeWrapper<Partial<WebhookOrder>>;
  WebhookStatus: ResolverTypeWrapper<Partial<WebhookStatus>>;
  WebhookTest: ResolverTypeWrapper<Partial<WebhookTest>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Address: Partial<Address>;
  AddressInput: Partial<AddressInput>;
  AdjustStockInput: Partial<AdjustStockInput>;
  AdjustStockPayload: Partial<AdjustStockPayload>;
  Alert: Partial<Alert>;
  AlertConnection: Partial<AlertConnection>;
  AlertEdge: Partial<AlertEdge>;
  ApiKey: Partial<ApiKey>;
  BillingAddressChanged: Partial<BillingAddressChanged>;
  BillingAddressChangedInput: Partial<BillingAddressChangedInput>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  CancelOrderInput: Partial<CancelOrderInput>;
  CancelOrderPayload: Partial<CancelOrderPayload>;
  CancelSubscriptionInput: Partial<CancelSubscriptionInput>;
  CancelSubscriptionPayload: Partial<CancelSubscriptionPayload>;
  CapturePaymentInput: Partial<CapturePaymentInput>;
  CapturePaymentPayload: Partial<CapturePaymentPayload>;
  ChangeBillingAddressInput: Partial<ChangeBillingAddressInput>;
  ChangeBillingAddressPayload: Partial<ChangeBillingAddressPayload>;
  ChannelStock: Partial<ChannelStock>;
  ClearFraudCaseInput: Partial<ClearFraudCaseInput>;
  ClearFraudCasePayload: Partial<ClearFraudCasePayload>;
  Consumer: Partial<Consumer>;
  ConsumerAction: Partial<ConsumerAction>;
  ConsumerCounts: Partial<ConsumerCounts>;
  ConsumerLag: Partial<ConsumerLag>;
  ConsumerPayload: Partial<ConsumerPayload>;
  ConsumerPlaceInput: Partial<ConsumerPlaceInput>;
  ConsumerRates: Partial<ConsumerRates>;
  ConsumerSlot: Partial<ConsumerSlot>;
  CreateApiKeyInput: Partial<CreateApiKeyInput>;
  CreateApiKeyPayload: Partial<CreateApiKeyPayload>;
  CreateWebhookInput: Partial<CreateWebhookInput>;
  Cursor: Partial<Scalars['Cursor']['output']>;
  Customer: Partial<Customer>;
  CustomerEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['CustomerEvent']>;
  CustomerEventConnection: Partial<Omit<CustomerEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['CustomerEventEdge']> }>;
  CustomerEventEdge: Partial<Omit<CustomerEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['CustomerEvent']> }>;
  CustomerEventFilter: Partial<CustomerEventFilter>;
  CustomerRegistered: Partial<CustomerRegistered>;
  CustomerRegisteredInput: Partial<CustomerRegisteredInput>;
  CustomerUpdated: Partial<CustomerUpdated>;
  CustomerUpdatedInput: Partial<CustomerUpdatedInput>;
  DailyRevenue: Partial<DailyRevenue>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DeadLetter: Partial<DeadLetter>;
  DeadLetterAttempt: Partial<DeadLetterAttempt>;
  DeadLetterConnection: Partial<DeadLetterConnection>;
  DeadLetterEdge: Partial<DeadLetterEdge>;
  DeadLetterError: Partial<DeadLetterError>;
  DeadLetterFilter: Partial<DeadLetterFilter>;
  DeadLetterStep: Partial<DeadLetterStep>;
  DeleteConsumerPayload: Partial<DeleteConsumerPayload>;
  DiscardDeadLettersPayload: Partial<DiscardDeadLettersPayload>;
  EraseKeyPayload: Partial<EraseKeyPayload>;
  Event: ResolversInterfaceTypes<ResolversParentTypes>['Event'];
  EventConnection: Partial<Omit<EventConnection, 'edges'> & { edges: Array<ResolversParentTypes['EventEdge']> }>;
  EventEdge: Partial<Omit<EventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Event']> }>;
  EventFilter: Partial<EventFilter>;
  EventMeta: Partial<EventMeta>;
  FailPaymentInput: Partial<FailPaymentInput>;
  FailPaymentPayload: Partial<FailPaymentPayload>;
  Float: Partial<Scalars['Float']['output']>;
  FormSubmitted: Partial<FormSubmitted>;
  FormSubmittedInput: Partial<FormSubmittedInput>;
  FraudCase: Partial<FraudCase>;
  FraudCaseCleared: Partial<FraudCaseCleared>;
  FraudCaseClearedInput: Partial<FraudCaseClearedInput>;
  FraudSuspected: Partial<FraudSuspected>;
  FraudSuspectedInput: Partial<FraudSuspectedInput>;
  ID: Partial<Scalars['ID']['output']>;
  Int: Partial<Scalars['Int']['output']>;
  InventoryEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['InventoryEvent']>;
  InventoryEventConnection: Partial<Omit<InventoryEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['InventoryEventEdge']> }>;
  InventoryEventEdge: Partial<Omit<InventoryEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['InventoryEvent']> }>;
  InventoryEventFilter: Partial<InventoryEventFilter>;
  JSON: Partial<Scalars['JSON']['output']>;
  LeadEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['LeadEvent']>;
  LeadEventConnection: Partial<Omit<LeadEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['LeadEventEdge']> }>;
  LeadEventEdge: Partial<Omit<LeadEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['LeadEvent']> }>;
  LeadEventFilter: Partial<LeadEventFilter>;
  Mail: Partial<Mail>;
  Money: Partial<Money>;
  MoneyInput: Partial<MoneyInput>;
  MoneySum: Partial<MoneySum>;
  MoneySumInput: Partial<MoneySumInput>;
  Mutation: Record<PropertyKey, never>;
  Order: Partial<Order>;
  OrderCancelled: Partial<OrderCancelled>;
  OrderCancelledInput: Partial<OrderCancelledInput>;
  OrderEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['OrderEvent']>;
  OrderEventConnection: Partial<Omit<OrderEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['OrderEventEdge']> }>;
  OrderEventEdge: Partial<Omit<OrderEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['OrderEvent']> }>;
  OrderEventFilter: Partial<OrderEventFilter>;
  OrderItem: Partial<OrderItem>;
  OrderItemInput: Partial<OrderItemInput>;
  OrderLine: Partial<OrderLine>;
  OrderPaid: Partial<OrderPaid>;
  OrderPaidInput: Partial<OrderPaidInput>;
  OrderPlaced: Partial<OrderPlaced>;
  OrderPlacedInput: Partial<OrderPlacedInput>;
  OrderRouted: Partial<OrderRouted>;
  OrderRoutedInput: Partial<OrderRoutedInput>;
  OrderShipped: Partial<OrderShipped>;
  OrderShippedInput: Partial<OrderShippedInput>;
  PageInfo: Partial<PageInfo>;
  Payment: Partial<Payment>;
  PaymentCaptured: Partial<PaymentCaptured>;
  PaymentCapturedInput: Partial<PaymentCapturedInput>;
  PaymentEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['PaymentEvent']>;
  PaymentEventConnection: Partial<Omit<PaymentEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['PaymentEventEdge']> }>;
  PaymentEventEdge: Partial<Omit<PaymentEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['PaymentEvent']> }>;
  PaymentEventFilter: Partial<PaymentEventFilter>;
  PaymentFailed: Partial<PaymentFailed>;
  PaymentFailedInput: Partial<PaymentFailedInput>;
  PaymentRefunded: Partial<PaymentRefunded>;
  PaymentRefundedInput: Partial<PaymentRefundedInput>;
  PlaceOrderInput: Partial<PlaceOrderInput>;
  PlaceOrderLineInput: Partial<PlaceOrderLineInput>;
  PlaceOrderPayload: Partial<PlaceOrderPayload>;
  Plan: Partial<Plan>;
  Position: Partial<Scalars['Position']['output']>;
  Product: Partial<Product>;
  PublishInput: Partial<PublishInput>;
  PublishOptions: Partial<PublishOptions>;
  PublishReceipt: Partial<PublishReceipt>;
  Query: Record<PropertyKey, never>;
  RefundPaymentInput: Partial<RefundPaymentInput>;
  RefundPaymentPayload: Partial<RefundPaymentPayload>;
  RegionalOrderEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['RegionalOrderEvent']>;
  RegionalOrderEventConnection: Partial<Omit<RegionalOrderEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['RegionalOrderEventEdge']> }>;
  RegionalOrderEventEdge: Partial<Omit<RegionalOrderEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['RegionalOrderEvent']> }>;
  RegionalOrderEventFilter: Partial<RegionalOrderEventFilter>;
  RegisterCustomerInput: Partial<RegisterCustomerInput>;
  RegisterCustomerPayload: Partial<RegisterCustomerPayload>;
  RenewSubscriptionInput: Partial<RenewSubscriptionInput>;
  RenewSubscriptionPayload: Partial<RenewSubscriptionPayload>;
  ReplayDeadLettersPayload: Partial<ReplayDeadLettersPayload>;
  ResetConsumerPayload: Partial<ResetConsumerPayload>;
  RevenueChanged: Partial<RevenueChanged>;
  RevenueChangedInput: Partial<RevenueChangedInput>;
  RevenueEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['RevenueEvent']>;
  RevenueEventConnection: Partial<Omit<RevenueEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['RevenueEventEdge']> }>;
  RevenueEventEdge: Partial<Omit<RevenueEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['RevenueEvent']> }>;
  RevenueEventFilter: Partial<RevenueEventFilter>;
  RevokeApiKeyPayload: Partial<RevokeApiKeyPayload>;
  RevokeTokensPayload: Partial<RevokeTokensPayload>;
  RiskEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['RiskEvent']>;
  RiskEventConnection: Partial<Omit<RiskEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['RiskEventEdge']> }>;
  RiskEventEdge: Partial<Omit<RiskEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['RiskEvent']> }>;
  RiskEventFilter: Partial<RiskEventFilter>;
  ShipOrderInput: Partial<ShipOrderInput>;
  ShipOrderPayload: Partial<ShipOrderPayload>;
  Shipment: Partial<Shipment>;
  StartSubscriptionInput: Partial<StartSubscriptionInput>;
  StartSubscriptionPayload: Partial<StartSubscriptionPayload>;
  StockAdjusted: Partial<StockAdjusted>;
  StockAdjustedInput: Partial<StockAdjustedInput>;
  StockDepleted: Partial<StockDepleted>;
  StockDepletedInput: Partial<StockDepletedInput>;
  StockReserved: Partial<StockReserved>;
  StockReservedInput: Partial<StockReservedInput>;
  StreamTicket: Partial<StreamTicket>;
  String: Partial<Scalars['String']['output']>;
  SubmitFormInput: Partial<SubmitFormInput>;
  SubmitFormPayload: Partial<SubmitFormPayload>;
  Subscription: Record<PropertyKey, never>;
  SubscriptionCanceled: Partial<SubscriptionCanceled>;
  SubscriptionCanceledInput: Partial<SubscriptionCanceledInput>;
  SubscriptionEvent: Partial<ResolversUnionTypes<ResolversParentTypes>['SubscriptionEvent']>;
  SubscriptionEventConnection: Partial<Omit<SubscriptionEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['SubscriptionEventEdge']> }>;
  SubscriptionEventEdge: Partial<Omit<SubscriptionEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['SubscriptionEvent']> }>;
  SubscriptionEventFilter: Partial<SubscriptionEventFilter>;
  SubscriptionRenewed: Partial<SubscriptionRenewed>;
  SubscriptionRenewedInput: Partial<SubscriptionRenewedInput>;
  SubscriptionStarted: Partial<SubscriptionStarted>;
  SubscriptionStartedInput: Partial<SubscriptionStartedInput>;
  UpdateCustomerInput: Partial<UpdateCustomerInput>;
  UpdateCustomerPayload: Partial<UpdateCustomerPayload>;
  UpdateWebhookInput: Partial<UpdateWebhookInput>;
  Webhook: Partial<Webhook>;
  WebhookTest: Partial<WebhookTest>;
};

export type AuthenticatedDirectiveArgs = { };

export type AuthenticatedDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = AuthenticatedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ComputedDirectiveArgs = { };

export type ComputedDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = ComputedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type EntityDirectiveArgs = {
  key?: Scalars['String']['input'];
  shared?: Scalars['Boolean']['input'];
  table?: Maybe<Scalars['String']['input']>;
  tenant?: Maybe<Scalars['String']['input']>;
  ttl?: Maybe<Scalars['String']['input']>;
};

export type EntityDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = EntityDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type FilterableDirectiveArgs = { };

export type FilterableDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = FilterableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ReferenceDirectiveArgs = {
  by: Scalars['String']['input'];
  invalidatedBy?: Maybe<Array<Scalars['String']['input']>>;
  to?: Maybe<Scalars['String']['input']>;
};

export type ReferenceDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = ReferenceDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresScopesDirectiveArgs = {
  scopes: Array<Array<Scalars['String']['input']>>;
};

export type RequiresScopesDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = RequiresScopesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TopicDirectiveArgs = {
  field?: Maybe<Scalars['String']['input']>;
  key: Scalars['String']['input'];
  publishScopes?: Maybe<Array<Array<Scalars['String']['input']>>>;
};

export type TopicDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = TopicDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type VersionDirectiveArgs = {
  n: Scalars['Int']['input'];
};

export type VersionDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = VersionDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type VisibleToDirectiveArgs = {
  claim: Scalars['String']['input'];
  field: Scalars['String']['input'];
  unlessScopes?: Maybe<Array<Array<Scalars['String']['input']>>>;
};

export type VisibleToDirectiveResolver<Result, Parent, ContextType = CommerceContext, Args = VisibleToDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AddressResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Address'] = ResolversParentTypes['Address']> = {
  city?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  country?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  postalCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  street?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AdjustStockPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['AdjustStockPayload'] = ResolversParentTypes['AdjustStockPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AlertResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  consumer?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AlertKind'], ParentType, ContextType>;
  lost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['AlertSubject'], ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type AlertConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['AlertConnection'] = ResolversParentTypes['AlertConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AlertEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AlertEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['AlertEdge'] = ResolversParentTypes['AlertEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type BillingAddressChangedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['BillingAddressChanged'] = ResolversParentTypes['BillingAddressChanged']> = {
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CancelOrderPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CancelOrderPayload'] = ResolversParentTypes['CancelOrderPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  refundedPaymentIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type CancelSubscriptionPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CancelSubscriptionPayload'] = ResolversParentTypes['CancelSubscriptionPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CapturePaymentPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CapturePaymentPayload'] = ResolversParentTypes['CapturePaymentPayload']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  open?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ChangeBillingAddressPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ChangeBillingAddressPayload'] = ResolversParentTypes['ChangeBillingAddressPayload']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ChannelStockResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ChannelStock'] = ResolversParentTypes['ChannelStock']> = {
  channel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ClearFraudCasePayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ClearFraudCasePayload'] = ResolversParentTypes['ClearFraudCasePayload']> = {
  case?: Resolver<Maybe<ResolversTypes['FraudCase']>, ParentType, ContextType>;
  caseId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mayOrder?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ConsumerResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Consumer'] = ResolversParentTypes['Consumer']> = {
  actions?: Resolver<Array<ResolversTypes['ConsumerAction']>, ParentType, ContextType, RequireFields<ConsumerActionsArgs, 'first'>>;
  counts?: Resolver<ResolversTypes['ConsumerCounts'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  delivery?: Resolver<ResolversTypes['ConsumerDelivery'], ParentType, ContextType>;
  endPosition?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  etaMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  forkOf?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  gateways?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ConsumerKind'], ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['ConsumerLag'], ParentType, ContextType>;
  laggedSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lostAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  paused?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  rates?: Resolver<ResolversTypes['ConsumerRates'], ParentType, ContextType>;
  slots?: Resolver<Array<ResolversTypes['ConsumerSlot']>, ParentType, ContextType>;
  startPosition?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ConsumerStatus'], ParentType, ContextType>;
  statusAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  statusBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  statusReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  topics?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  types?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ConsumerActionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ConsumerAction'] = ResolversParentTypes['ConsumerAction']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  details?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  principal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ConsumerCountsResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ConsumerCounts'] = ResolversParentTypes['ConsumerCounts']> = {
  dead?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  delivered?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  discarded?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  late?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lost?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  retrying?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  skipped?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ConsumerLagResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ConsumerLag'] = ResolversParentTypes['ConsumerLag']> = {
  events?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  ms?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['ConsumerLagSource'], ParentType, ContextType>;
};

export type ConsumerPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ConsumerPayload'] = ResolversParentTypes['ConsumerPayload']> = {
  consumer?: Resolver<ResolversTypes['Consumer'], ParentType, ContextType>;
};

export type ConsumerRatesResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ConsumerRates'] = ResolversParentTypes['ConsumerRates']> = {
  added?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  delivered?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ConsumerSlotResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ConsumerSlot'] = ResolversParentTypes['ConsumerSlot']> = {
  delivered?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  discarded?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  late?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  skipped?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  slot?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  watermark?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type CreateApiKeyPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CreateApiKeyPayload'] = ResolversParentTypes['CreateApiKeyPayload']> = {
  apiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export type CustomerResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Customer'] = ResolversParentTypes['Customer']> = {
  billingAddress?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  frozenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CustomerEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CustomerEvent'] = ResolversParentTypes['CustomerEvent']> = {
  __resolveType: TypeResolveFn<'BillingAddressChanged' | 'CustomerRegistered' | 'CustomerUpdated', ParentType, ContextType>;
};

export type CustomerEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CustomerEventConnection'] = ResolversParentTypes['CustomerEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CustomerEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CustomerEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CustomerEventEdge'] = ResolversParentTypes['CustomerEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['CustomerEvent']>, ParentType, ContextType>;
};

export type CustomerRegisteredResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CustomerRegistered'] = ResolversParentTypes['CustomerRegistered']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerUpdatedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['CustomerUpdated'] = ResolversParentTypes['CustomerUpdated']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DailyRevenueResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DailyRevenue'] = ResolversParentTypes['DailyRevenue']> = {
  amount?: Resolver<ResolversTypes['MoneySum'], ParentType, ContextType>;
  day?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orders?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  units?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeadLetterResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  blocks?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  causationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  consumer?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  correlationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  deadAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['DeadLetterError']>, ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  history?: Resolver<Array<ResolversTypes['DeadLetterAttempt']>, ParentType, ContextType>;
  key?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lane?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  payload?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  slot?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ParkedStatus'], ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  traceparent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DeadLetterAttemptResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeadLetterAttempt'] = ResolversParentTypes['DeadLetterAttempt']> = {
  at?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['DeadLetterError']>, ParentType, ContextType>;
  ms?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  steps?: Resolver<Maybe<Array<ResolversTypes['DeadLetterStep']>>, ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>;
};

export type DeadLetterErrorResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeadLetterError'] = ResolversParentTypes['DeadLetterError']> = {
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  step?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeadLetterStepResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeadLetterStep'] = ResolversParentTypes['DeadLetterStep']> = {
  ms?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeleteConsumerPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DeleteConsumerPayload'] = ResolversParentTypes['DeleteConsumerPayload']> = {
  deadLetters?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  names?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type DiscardDeadLettersPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['DiscardDeadLettersPayload'] = ResolversParentTypes['DiscardDeadLettersPayload']> = {
  discarded?: Resolver<Array<ResolversTypes['Position']>, ParentType, ContextType>;
  notDead?: Resolver<Array<ResolversTypes['Position']>, ParentType, ContextType>;
};

export type EraseKeyPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['EraseKeyPayload'] = ResolversParentTypes['EraseKeyPayload']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  erasedEvents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Event'] = ResolversParentTypes['Event']> = {
  __resolveType: TypeResolveFn<'BillingAddressChanged' | 'CustomerRegistered' | 'CustomerUpdated' | 'FormSubmitted' | 'FraudCaseCleared' | 'FraudSuspected' | 'OrderCancelled' | 'OrderPaid' | 'OrderPlaced' | 'OrderRouted' | 'OrderShipped' | 'PaymentCaptured' | 'PaymentFailed' | 'PaymentRefunded' | 'RevenueChanged' | 'StockAdjusted' | 'StockDepleted' | 'StockReserved' | 'SubscriptionCanceled' | 'SubscriptionRenewed' | 'SubscriptionStarted', ParentType, ContextType>;
};

export type EventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['EventConnection'] = ResolversParentTypes['EventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['EventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type EventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['EventEdge'] = ResolversParentTypes['EventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Event']>, ParentType, ContextType>;
};

export type EventMetaResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['EventMeta'] = ResolversParentTypes['EventMeta']> = {
  causationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  correlationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  traceparent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FailPaymentPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['FailPaymentPayload'] = ResolversParentTypes['FailPaymentPayload']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FormSubmittedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['FormSubmitted'] = ResolversParentTypes['FormSubmitted']> = {
  answers?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  formId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  page?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  replyTo?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FraudCaseResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['FraudCase'] = ResolversParentTypes['FraudCase']> = {
  clearedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  frozenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  openedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  spent?: Resolver<ResolversTypes['MoneySum'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FraudCaseStatus'], ParentType, ContextType>;
  windowEnd?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  windowStart?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type FraudCaseClearedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['FraudCaseCleared'] = ResolversParentTypes['FraudCaseCleared']> = {
  case?: Resolver<Maybe<ResolversTypes['FraudCase']>, ParentType, ContextType>;
  caseId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FraudSuspectedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['FraudSuspected'] = ResolversParentTypes['FraudSuspected']> = {
  case?: Resolver<Maybe<ResolversTypes['FraudCase']>, ParentType, ContextType>;
  caseId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  paymentIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  spent?: Resolver<ResolversTypes['MoneySum'], ParentType, ContextType>;
  windowEnd?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  windowStart?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InventoryEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['InventoryEvent'] = ResolversParentTypes['InventoryEvent']> = {
  __resolveType: TypeResolveFn<'StockAdjusted' | 'StockDepleted' | 'StockReserved', ParentType, ContextType>;
};

export type InventoryEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['InventoryEventConnection'] = ResolversParentTypes['InventoryEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['InventoryEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InventoryEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['InventoryEventEdge'] = ResolversParentTypes['InventoryEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['InventoryEvent']>, ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LeadEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['LeadEvent'] = ResolversParentTypes['LeadEvent']> = {
  __resolveType: TypeResolveFn<'FormSubmitted', ParentType, ContextType>;
};

export type LeadEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['LeadEventConnection'] = ResolversParentTypes['LeadEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['LeadEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type LeadEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['LeadEventEdge'] = ResolversParentTypes['LeadEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['LeadEvent']>, ParentType, ContextType>;
};

export type MailResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Mail'] = ResolversParentTypes['Mail']> = {
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  recipient?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MoneySumResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['MoneySum'] = ResolversParentTypes['MoneySum']> = {
  amount?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  adjustStock?: Resolver<ResolversTypes['AdjustStockPayload'], ParentType, ContextType, RequireFields<MutationAdjustStockArgs, 'input'>>;
  cancelOrder?: Resolver<ResolversTypes['CancelOrderPayload'], ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'input'>>;
  cancelSubscription?: Resolver<ResolversTypes['CancelSubscriptionPayload'], ParentType, ContextType, RequireFields<MutationCancelSubscriptionArgs, 'input'>>;
  capturePayment?: Resolver<ResolversTypes['CapturePaymentPayload'], ParentType, ContextType, RequireFields<MutationCapturePaymentArgs, 'input'>>;
  changeBillingAddress?: Resolver<ResolversTypes['ChangeBillingAddressPayload'], ParentType, ContextType, RequireFields<MutationChangeBillingAddressArgs, 'input'>>;
  clearFraudCase?: Resolver<ResolversTypes['ClearFraudCasePayload'], ParentType, ContextType, RequireFields<MutationClearFraudCaseArgs, 'input'>>;
  createApiKey?: Resolver<ResolversTypes['CreateApiKeyPayload'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  createStreamTicket?: Resolver<ResolversTypes['StreamTicket'], ParentType, ContextType>;
  createWebhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<MutationCreateWebhookArgs, 'input'>>;
  deleteConsumer?: Resolver<ResolversTypes['DeleteConsumerPayload'], ParentType, ContextType, RequireFields<MutationDeleteConsumerArgs, 'discardDeadLetters' | 'name'>>;
  deleteWebhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<MutationDeleteWebhookArgs, 'discardDeadLetters' | 'id'>>;
  discardDeadLetters?: Resolver<ResolversTypes['DiscardDeadLettersPayload'], ParentType, ContextType, RequireFields<MutationDiscardDeadLettersArgs, 'consumer' | 'positions' | 'reason' | 'status'>>;
  eraseKey?: Resolver<ResolversTypes['EraseKeyPayload'], ParentType, ContextType, RequireFields<MutationEraseKeyArgs, 'key' | 'topic'>>;
  failPayment?: Resolver<ResolversTypes['FailPaymentPayload'], ParentType, ContextType, RequireFields<MutationFailPaymentArgs, 'input'>>;
  forkConsumer?: Resolver<ResolversTypes['ConsumerPayload'], ParentType, ContextType, RequireFields<MutationForkConsumerArgs, 'from' | 'label' | 'name'>>;
  pauseConsumer?: Resolver<ResolversTypes['ConsumerPayload'], ParentType, ContextType, RequireFields<MutationPauseConsumerArgs, 'name'>>;
  pauseWebhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<MutationPauseWebhookArgs, 'id'>>;
  placeOrder?: Resolver<ResolversTypes['PlaceOrderPayload'], ParentType, ContextType, RequireFields<MutationPlaceOrderArgs, 'input'>>;
  publish?: Resolver<Array<ResolversTypes['PublishReceipt']>, ParentType, ContextType, RequireFields<MutationPublishArgs, 'events'>>;
  publishBillingAddressChanged?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishBillingAddressChangedArgs, 'input'>>;
  publishCustomerRegistered?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishCustomerRegisteredArgs, 'input'>>;
  publishCustomerUpdated?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishCustomerUpdatedArgs, 'input'>>;
  publishFormSubmitted?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishFormSubmittedArgs, 'input'>>;
  publishFraudCaseCleared?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishFraudCaseClearedArgs, 'input'>>;
  publishFraudSuspected?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishFraudSuspectedArgs, 'input'>>;
  publishOrderCancelled?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishOrderCancelledArgs, 'input'>>;
  publishOrderPaid?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishOrderPaidArgs, 'input'>>;
  publishOrderPlaced?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishOrderPlacedArgs, 'input'>>;
  publishOrderRouted?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishOrderRoutedArgs, 'input'>>;
  publishOrderShipped?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishOrderShippedArgs, 'input'>>;
  publishPaymentCaptured?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishPaymentCapturedArgs, 'input'>>;
  publishPaymentFailed?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishPaymentFailedArgs, 'input'>>;
  publishPaymentRefunded?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishPaymentRefundedArgs, 'input'>>;
  publishRevenueChanged?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishRevenueChangedArgs, 'input'>>;
  publishStockAdjusted?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishStockAdjustedArgs, 'input'>>;
  publishStockDepleted?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishStockDepletedArgs, 'input'>>;
  publishStockReserved?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishStockReservedArgs, 'input'>>;
  publishSubscriptionCanceled?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishSubscriptionCanceledArgs, 'input'>>;
  publishSubscriptionRenewed?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishSubscriptionRenewedArgs, 'input'>>;
  publishSubscriptionStarted?: Resolver<ResolversTypes['PublishReceipt'], ParentType, ContextType, RequireFields<MutationPublishSubscriptionStartedArgs, 'input'>>;
  refundPayment?: Resolver<ResolversTypes['RefundPaymentPayload'], ParentType, ContextType, RequireFields<MutationRefundPaymentArgs, 'input'>>;
  registerCustomer?: Resolver<ResolversTypes['RegisterCustomerPayload'], ParentType, ContextType, RequireFields<MutationRegisterCustomerArgs, 'input'>>;
  renewSubscription?: Resolver<ResolversTypes['RenewSubscriptionPayload'], ParentType, ContextType, RequireFields<MutationRenewSubscriptionArgs, 'input'>>;
  replayDeadLetters?: Resolver<ResolversTypes['ReplayDeadLettersPayload'], ParentType, ContextType, RequireFields<MutationReplayDeadLettersArgs, 'consumer' | 'positions' | 'status'>>;
  resetConsumer?: Resolver<ResolversTypes['ResetConsumerPayload'], ParentType, ContextType, RequireFields<MutationResetConsumerArgs, 'discardDeadLetters' | 'name' | 'to'>>;
  resumeConsumer?: Resolver<ResolversTypes['ConsumerPayload'], ParentType, ContextType, RequireFields<MutationResumeConsumerArgs, 'name'>>;
  resumeWebhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<MutationResumeWebhookArgs, 'id'>>;
  revokeApiKey?: Resolver<ResolversTypes['RevokeApiKeyPayload'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'id'>>;
  revokeTokens?: Resolver<ResolversTypes['RevokeTokensPayload'], ParentType, ContextType, Partial<MutationRevokeTokensArgs>>;
  rotateWebhookSecret?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<MutationRotateWebhookSecretArgs, 'id' | 'overlapSeconds'>>;
  shipOrder?: Resolver<ResolversTypes['ShipOrderPayload'], ParentType, ContextType, RequireFields<MutationShipOrderArgs, 'input'>>;
  startSubscription?: Resolver<ResolversTypes['StartSubscriptionPayload'], ParentType, ContextType, RequireFields<MutationStartSubscriptionArgs, 'input'>>;
  submitForm?: Resolver<ResolversTypes['SubmitFormPayload'], ParentType, ContextType, RequireFields<MutationSubmitFormArgs, 'input'>>;
  testWebhook?: Resolver<ResolversTypes['WebhookTest'], ParentType, ContextType, RequireFields<MutationTestWebhookArgs, 'id'>>;
  updateCustomer?: Resolver<ResolversTypes['UpdateCustomerPayload'], ParentType, ContextType, RequireFields<MutationUpdateCustomerArgs, 'input'>>;
  updateWebhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<MutationUpdateWebhookArgs, 'id' | 'input'>>;
};

export type OrderResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['OrderLine']>, ParentType, ContextType>;
  payments?: Resolver<Array<ResolversTypes['Payment']>, ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  shipment?: Resolver<Maybe<ResolversTypes['Shipment']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type OrderCancelledResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderCancelled'] = ResolversParentTypes['OrderCancelled']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderEvent'] = ResolversParentTypes['OrderEvent']> = {
  __resolveType: TypeResolveFn<'OrderCancelled' | 'OrderPaid' | 'OrderPlaced' | 'OrderShipped', ParentType, ContextType>;
};

export type OrderEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderEventConnection'] = ResolversParentTypes['OrderEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OrderEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type OrderEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderEventEdge'] = ResolversParentTypes['OrderEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['OrderEvent']>, ParentType, ContextType>;
};

export type OrderItemResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderItem'] = ResolversParentTypes['OrderItem']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OrderLineResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OrderPaidResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderPaid'] = ResolversParentTypes['OrderPaid']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderPlacedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderPlaced'] = ResolversParentTypes['OrderPlaced']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  itemCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['OrderItem']>, ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderRoutedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderRouted'] = ResolversParentTypes['OrderRouted']> = {
  country?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  customerName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['OrderItem']>, ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['Region'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderShippedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['OrderShipped'] = ResolversParentTypes['OrderShipped']> = {
  carrier?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  trackingNumber?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type PaymentResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PaymentCapturedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PaymentCaptured'] = ResolversParentTypes['PaymentCaptured']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PaymentEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PaymentEvent'] = ResolversParentTypes['PaymentEvent']> = {
  __resolveType: TypeResolveFn<'PaymentCaptured' | 'PaymentFailed' | 'PaymentRefunded', ParentType, ContextType>;
};

export type PaymentEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PaymentEventConnection'] = ResolversParentTypes['PaymentEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PaymentEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PaymentEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PaymentEventEdge'] = ResolversParentTypes['PaymentEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['PaymentEvent']>, ParentType, ContextType>;
};

export type PaymentFailedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PaymentFailed'] = ResolversParentTypes['PaymentFailed']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PaymentRefundedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PaymentRefunded'] = ResolversParentTypes['PaymentRefunded']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PlaceOrderPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PlaceOrderPayload'] = ResolversParentTypes['PlaceOrderPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type PlanResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Plan'] = ResolversParentTypes['Plan']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  renewsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PlanStatus'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export interface PositionScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Position'], any> {
  name: 'Position';
}

export type ProductResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  availability?: Resolver<ResolversTypes['Availability'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PublishReceiptResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['PublishReceipt'] = ResolversParentTypes['PublishReceipt']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  alerts?: Resolver<ResolversTypes['AlertConnection'], ParentType, ContextType, RequireFields<QueryAlertsArgs, 'first'>>;
  apiKeys?: Resolver<Array<ResolversTypes['ApiKey']>, ParentType, ContextType, RequireFields<QueryApiKeysArgs, 'first'>>;
  channelStock?: Resolver<Array<ResolversTypes['ChannelStock']>, ParentType, ContextType, RequireFields<QueryChannelStockArgs, 'sku'>>;
  consumer?: Resolver<Maybe<ResolversTypes['Consumer']>, ParentType, ContextType, RequireFields<QueryConsumerArgs, 'name'>>;
  consumers?: Resolver<Array<ResolversTypes['Consumer']>, ParentType, ContextType, RequireFields<QueryConsumersArgs, 'first'>>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<QueryCustomerArgs, 'id'>>;
  customerEvents?: Resolver<ResolversTypes['CustomerEventConnection'], ParentType, ContextType, Partial<QueryCustomerEventsArgs>>;
  dailyRevenue?: Resolver<Array<ResolversTypes['DailyRevenue']>, ParentType, ContextType, RequireFields<QueryDailyRevenueArgs, 'first'>>;
  deadLetter?: Resolver<Maybe<ResolversTypes['DeadLetter']>, ParentType, ContextType, RequireFields<QueryDeadLetterArgs, 'consumer' | 'position' | 'status'>>;
  deadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QueryDeadLettersArgs, 'first' | 'status'>>;
  events?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, Partial<QueryEventsArgs>>;
  fraudCases?: Resolver<Array<ResolversTypes['FraudCase']>, ParentType, ContextType, RequireFields<QueryFraudCasesArgs, 'first'>>;
  inventoryEvents?: Resolver<ResolversTypes['InventoryEventConnection'], ParentType, ContextType, Partial<QueryInventoryEventsArgs>>;
  leadEvents?: Resolver<ResolversTypes['LeadEventConnection'], ParentType, ContextType, Partial<QueryLeadEventsArgs>>;
  mails?: Resolver<Array<ResolversTypes['Mail']>, ParentType, ContextType, RequireFields<QueryMailsArgs, 'first'>>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  orderEvents?: Resolver<ResolversTypes['OrderEventConnection'], ParentType, ContextType, Partial<QueryOrderEventsArgs>>;
  orders?: Resolver<Array<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrdersArgs, 'first'>>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, RequireFields<QueryPaymentArgs, 'id'>>;
  paymentEvents?: Resolver<ResolversTypes['PaymentEventConnection'], ParentType, ContextType, Partial<QueryPaymentEventsArgs>>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType, RequireFields<QueryPlanArgs, 'id'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'sku'>>;
  products?: Resolver<Array<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductsArgs, 'first'>>;
  regionalOrderEvents?: Resolver<ResolversTypes['RegionalOrderEventConnection'], ParentType, ContextType, Partial<QueryRegionalOrderEventsArgs>>;
  revenueEvents?: Resolver<ResolversTypes['RevenueEventConnection'], ParentType, ContextType, Partial<QueryRevenueEventsArgs>>;
  riskEvents?: Resolver<ResolversTypes['RiskEventConnection'], ParentType, ContextType, Partial<QueryRiskEventsArgs>>;
  subscriptionEvents?: Resolver<ResolversTypes['SubscriptionEventConnection'], ParentType, ContextType, Partial<QuerySubscriptionEventsArgs>>;
  webhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType, RequireFields<QueryWebhookArgs, 'id'>>;
  webhooks?: Resolver<Array<ResolversTypes['Webhook']>, ParentType, ContextType, RequireFields<QueryWebhooksArgs, 'first'>>;
};

export type RefundPaymentPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RefundPaymentPayload'] = ResolversParentTypes['RefundPaymentPayload']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RegionalOrderEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RegionalOrderEvent'] = ResolversParentTypes['RegionalOrderEvent']> = {
  __resolveType: TypeResolveFn<'OrderRouted', ParentType, ContextType>;
};

export type RegionalOrderEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RegionalOrderEventConnection'] = ResolversParentTypes['RegionalOrderEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RegionalOrderEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RegionalOrderEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RegionalOrderEventEdge'] = ResolversParentTypes['RegionalOrderEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['RegionalOrderEvent']>, ParentType, ContextType>;
};

export type RegisterCustomerPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RegisterCustomerPayload'] = ResolversParentTypes['RegisterCustomerPayload']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type RenewSubscriptionPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RenewSubscriptionPayload'] = ResolversParentTypes['RenewSubscriptionPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  renewsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ReplayDeadLettersPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ReplayDeadLettersPayload'] = ResolversParentTypes['ReplayDeadLettersPayload']> = {
  notDead?: Resolver<Array<ResolversTypes['Position']>, ParentType, ContextType>;
  replayed?: Resolver<Array<ResolversTypes['Position']>, ParentType, ContextType>;
};

export type ResetConsumerPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ResetConsumerPayload'] = ResolversParentTypes['ResetConsumerPayload']> = {
  consumer?: Resolver<ResolversTypes['Consumer'], ParentType, ContextType>;
  deadLetters?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  keys?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parked?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type RevenueChangedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RevenueChanged'] = ResolversParentTypes['RevenueChanged']> = {
  change?: Resolver<ResolversTypes['MoneySum'], ParentType, ContextType>;
  day?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  paymentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['MoneySum'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RevenueEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RevenueEvent'] = ResolversParentTypes['RevenueEvent']> = {
  __resolveType: TypeResolveFn<'RevenueChanged', ParentType, ContextType>;
};

export type RevenueEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RevenueEventConnection'] = ResolversParentTypes['RevenueEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RevenueEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RevenueEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RevenueEventEdge'] = ResolversParentTypes['RevenueEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['RevenueEvent']>, ParentType, ContextType>;
};

export type RevokeApiKeyPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RevokeApiKeyPayload'] = ResolversParentTypes['RevokeApiKeyPayload']> = {
  apiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type RevokeTokensPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RevokeTokensPayload'] = ResolversParentTypes['RevokeTokensPayload']> = {
  rememberedUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  revokedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type RiskEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RiskEvent'] = ResolversParentTypes['RiskEvent']> = {
  __resolveType: TypeResolveFn<'FraudCaseCleared' | 'FraudSuspected', ParentType, ContextType>;
};

export type RiskEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RiskEventConnection'] = ResolversParentTypes['RiskEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['RiskEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RiskEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['RiskEventEdge'] = ResolversParentTypes['RiskEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['RiskEvent']>, ParentType, ContextType>;
};

export type ShipOrderPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['ShipOrderPayload'] = ResolversParentTypes['ShipOrderPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ShipmentResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Shipment'] = ResolversParentTypes['Shipment']> = {
  carrier?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  trackingNumber?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StartSubscriptionPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['StartSubscriptionPayload'] = ResolversParentTypes['StartSubscriptionPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  renewsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type StockAdjustedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['StockAdjusted'] = ResolversParentTypes['StockAdjusted']> = {
  delta?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StockDepletedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['StockDepleted'] = ResolversParentTypes['StockDepleted']> = {
  lastOrderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StockReservedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['StockReserved'] = ResolversParentTypes['StockReserved']> = {
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StreamTicketResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['StreamTicket'] = ResolversParentTypes['StreamTicket']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SubmitFormPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubmitFormPayload'] = ResolversParentTypes['SubmitFormPayload']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  formId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  alerts?: SubscriptionResolver<ResolversTypes['AlertEdge'], "alerts", ParentType, ContextType, RequireFields<SubscriptionAlertsArgs, 'from'>>;
  customerEvents?: SubscriptionResolver<ResolversTypes['CustomerEventEdge'], "customerEvents", ParentType, ContextType, RequireFields<SubscriptionCustomerEventsArgs, 'from'>>;
  events?: SubscriptionResolver<ResolversTypes['EventEdge'], "events", ParentType, ContextType, RequireFields<SubscriptionEventsArgs, 'from'>>;
  inventoryEvents?: SubscriptionResolver<ResolversTypes['InventoryEventEdge'], "inventoryEvents", ParentType, ContextType, RequireFields<SubscriptionInventoryEventsArgs, 'from'>>;
  leadEvents?: SubscriptionResolver<ResolversTypes['LeadEventEdge'], "leadEvents", ParentType, ContextType, RequireFields<SubscriptionLeadEventsArgs, 'from'>>;
  orderEvents?: SubscriptionResolver<ResolversTypes['OrderEventEdge'], "orderEvents", ParentType, ContextType, RequireFields<SubscriptionOrderEventsArgs, 'from'>>;
  paymentEvents?: SubscriptionResolver<ResolversTypes['PaymentEventEdge'], "paymentEvents", ParentType, ContextType, RequireFields<SubscriptionPaymentEventsArgs, 'from'>>;
  regionalOrderEvents?: SubscriptionResolver<ResolversTypes['RegionalOrderEventEdge'], "regionalOrderEvents", ParentType, ContextType, RequireFields<SubscriptionRegionalOrderEventsArgs, 'from'>>;
  revenueEvents?: SubscriptionResolver<ResolversTypes['RevenueEventEdge'], "revenueEvents", ParentType, ContextType, RequireFields<SubscriptionRevenueEventsArgs, 'from'>>;
  riskEvents?: SubscriptionResolver<ResolversTypes['RiskEventEdge'], "riskEvents", ParentType, ContextType, RequireFields<SubscriptionRiskEventsArgs, 'from'>>;
  subscriptionEvents?: SubscriptionResolver<ResolversTypes['SubscriptionEventEdge'], "subscriptionEvents", ParentType, ContextType, RequireFields<SubscriptionSubscriptionEventsArgs, 'from'>>;
};

export type SubscriptionCanceledResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubscriptionCanceled'] = ResolversParentTypes['SubscriptionCanceled']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionEventResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubscriptionEvent'] = ResolversParentTypes['SubscriptionEvent']> = {
  __resolveType: TypeResolveFn<'SubscriptionCanceled' | 'SubscriptionRenewed' | 'SubscriptionStarted', ParentType, ContextType>;
};

export type SubscriptionEventConnectionResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubscriptionEventConnection'] = ResolversParentTypes['SubscriptionEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SubscriptionEventEdge']>, ParentType, ContextType>;
  head?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SubscriptionEventEdgeResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubscriptionEventEdge'] = ResolversParentTypes['SubscriptionEventEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['SubscriptionEvent']>, ParentType, ContextType>;
};

export type SubscriptionRenewedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubscriptionRenewed'] = ResolversParentTypes['SubscriptionRenewed']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  renewsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionStartedResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['SubscriptionStarted'] = ResolversParentTypes['SubscriptionStarted']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  meta?: Resolver<ResolversTypes['EventMeta'], ParentType, ContextType>;
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  planName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  renewsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UpdateCustomerPayloadResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['UpdateCustomerPayload'] = ResolversParentTypes['UpdateCustomerPayload']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type WebhookResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['Webhook'] = ResolversParentTypes['Webhook']> = {
  concurrency?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  consumer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  failingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  format?: Resolver<ResolversTypes['WebhookFormat'], ParentType, ContextType>;
  headerNames?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  heldUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastDeliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  oldSecretsUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  order?: Resolver<ResolversTypes['WebhookOrder'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  selection?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['WebhookStatus'], ParentType, ContextType>;
  statusAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  statusBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  statusReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  topics?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  types?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  where?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type WebhookTestResolvers<ContextType = CommerceContext, ParentType extends ResolversParentTypes['WebhookTest'] = ResolversParentTypes['WebhookTest']> = {
  body?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  delivered?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  ms?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sample?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = CommerceContext> = {
  Address?: AddressResolvers<ContextType>;
  AdjustStockPayload?: AdjustStockPayloadResolvers<ContextType>;
  Alert?: AlertResolvers<ContextType>;
  AlertConnection?: AlertConnectionResolvers<ContextType>;
  AlertEdge?: AlertEdgeResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  BillingAddressChanged?: BillingAddressChangedResolvers<ContextType>;
  CancelOrderPayload?: CancelOrderPayloadResolvers<ContextType>;
  CancelSubscriptionPayload?: CancelSubscriptionPayloadResolvers<ContextType>;
  CapturePaymentPayload?: CapturePaymentPayloadResolvers<ContextType>;
  ChangeBillingAddressPayload?: ChangeBillingAddressPayloadResolvers<ContextType>;
  ChannelStock?: ChannelStockResolvers<ContextType>;
  ClearFraudCasePayload?: ClearFraudCasePayloadResolvers<ContextType>;
  Consumer?: ConsumerResolvers<ContextType>;
  ConsumerAction?: ConsumerActionResolvers<ContextType>;
  ConsumerCounts?: ConsumerCountsResolvers<ContextType>;
  ConsumerLag?: ConsumerLagResolvers<ContextType>;
  ConsumerPayload?: ConsumerPayloadResolvers<ContextType>;
  ConsumerRates?: ConsumerRatesResolvers<ContextType>;
  ConsumerSlot?: ConsumerSlotResolvers<ContextType>;
  CreateApiKeyPayload?: CreateApiKeyPayloadResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  Customer?: CustomerResolvers<ContextType>;
  CustomerEvent?: CustomerEventResolvers<ContextType>;
  CustomerEventConnection?: CustomerEventConnectionResolvers<ContextType>;
  CustomerEventEdge?: CustomerEventEdgeResolvers<ContextType>;
  CustomerRegistered?: CustomerRegisteredResolvers<ContextType>;
  CustomerUpdated?: CustomerUpdatedResolvers<ContextType>;
  DailyRevenue?: DailyRevenueResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterAttempt?: DeadLetterAttemptResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  DeadLetterError?: DeadLetterErrorResolvers<ContextType>;
  DeadLetterStep?: DeadLetterStepResolvers<ContextType>;
  DeleteConsumerPayload?: DeleteConsumerPayloadResolvers<ContextType>;
  DiscardDeadLettersPayload?: DiscardDeadLettersPayloadResolvers<ContextType>;
  EraseKeyPayload?: EraseKeyPayloadResolvers<ContextType>;
  Event?: EventResolvers<ContextType>;
  EventConnection?: EventConnectionResolvers<ContextType>;
  EventEdge?: EventEdgeResolvers<ContextType>;
  EventMeta?: EventMetaResolvers<ContextType>;
  FailPaymentPayload?: FailPaymentPayloadResolvers<ContextType>;
  FormSubmitted?: FormSubmittedResolvers<ContextType>;
  FraudCase?: FraudCaseResolvers<ContextType>;
  FraudCaseCleared?: FraudCaseClearedResolvers<ContextType>;
  FraudSuspected?: FraudSuspectedResolvers<ContextType>;
  InventoryEvent?: InventoryEventResolvers<ContextType>;
  InventoryEventConnection?: InventoryEventConnectionResolvers<ContextType>;
  InventoryEventEdge?: InventoryEventEdgeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LeadEvent?: LeadEventResolvers<ContextType>;
  LeadEventConnection?: LeadEventConnectionResolvers<ContextType>;
  LeadEventEdge?: LeadEventEdgeResolvers<ContextType>;
  Mail?: MailResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  MoneySum?: MoneySumResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderCancelled?: OrderCancelledResolvers<ContextType>;
  OrderEvent?: OrderEventResolvers<ContextType>;
  OrderEventConnection?: OrderEventConnectionResolvers<ContextType>;
  OrderEventEdge?: OrderEventEdgeResolvers<ContextType>;
  OrderItem?: OrderItemResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  OrderPaid?: OrderPaidResolvers<ContextType>;
  OrderPlaced?: OrderPlacedResolvers<ContextType>;
  OrderRouted?: OrderRoutedResolvers<ContextType>;
  OrderShipped?: OrderShippedResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  PaymentCaptured?: PaymentCapturedResolvers<ContextType>;
  PaymentEvent?: PaymentEventResolvers<ContextType>;
  PaymentEventConnection?: PaymentEventConnectionResolvers<ContextType>;
  PaymentEventEdge?: PaymentEventEdgeResolvers<ContextType>;
  PaymentFailed?: PaymentFailedResolvers<ContextType>;
  PaymentRefunded?: PaymentRefundedResolvers<ContextType>;
  PlaceOrderPayload?: PlaceOrderPayloadResolvers<ContextType>;
  Plan?: PlanResolvers<ContextType>;
  Position?: GraphQLScalarType;
  Product?: ProductResolvers<ContextType>;
  PublishReceipt?: PublishReceiptResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RefundPaymentPayload?: RefundPaymentPayloadResolvers<ContextType>;
  RegionalOrderEvent?: RegionalOrderEventResolvers<ContextType>;
  RegionalOrderEventConnection?: RegionalOrderEventConnectionResolvers<ContextType>;
  RegionalOrderEventEdge?: RegionalOrderEventEdgeResolvers<ContextType>;
  RegisterCustomerPayload?: RegisterCustomerPayloadResolvers<ContextType>;
  RenewSubscriptionPayload?: RenewSubscriptionPayloadResolvers<ContextType>;
  ReplayDeadLettersPayload?: ReplayDeadLettersPayloadResolvers<ContextType>;
  ResetConsumerPayload?: ResetConsumerPayloadResolvers<ContextType>;
  RevenueChanged?: RevenueChangedResolvers<ContextType>;
  RevenueEvent?: RevenueEventResolvers<ContextType>;
  RevenueEventConnection?: RevenueEventConnectionResolvers<ContextType>;
  RevenueEventEdge?: RevenueEventEdgeResolvers<ContextType>;
  RevokeApiKeyPayload?: RevokeApiKeyPayloadResolvers<ContextType>;
  RevokeTokensPayload?: RevokeTokensPayloadResolvers<ContextType>;
  RiskEvent?: RiskEventResolvers<ContextType>;
  RiskEventConnection?: RiskEventConnectionResolvers<ContextType>;
  RiskEventEdge?: RiskEventEdgeResolvers<ContextType>;
  ShipOrderPayload?: ShipOrderPayloadResolvers<ContextType>;
  Shipment?: ShipmentResolvers<ContextType>;
  StartSubscriptionPayload?: StartSubscriptionPayloadResolvers<ContextType>;
  StockAdjusted?: StockAdjustedResolvers<ContextType>;
  StockDepleted?: StockDepletedResolvers<ContextType>;
  StockReserved?: StockReservedResolvers<ContextType>;
  StreamTicket?: StreamTicketResolvers<ContextType>;
  SubmitFormPayload?: SubmitFormPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  SubscriptionCanceled?: SubscriptionCanceledResolvers<ContextType>;
  SubscriptionEvent?: SubscriptionEventResolvers<ContextType>;
  SubscriptionEventConnection?: SubscriptionEventConnectionResolvers<ContextType>;
  SubscriptionEventEdge?: SubscriptionEventEdgeResolvers<ContextType>;
  SubscriptionRenewed?: SubscriptionRenewedResolvers<ContextType>;
  SubscriptionStarted?: SubscriptionStartedResolvers<ContextType>;
  UpdateCustomerPayload?: UpdateCustomerPayloadResolvers<ContextType>;
  Webhook?: WebhookResolvers<ContextType>;
  WebhookTest?: WebhookTestResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = CommerceContext> = {
  authenticated?: AuthenticatedDirectiveResolver<any, any, ContextType>;
  computed?: ComputedDirectiveResolver<any, any, ContextType>;
  entity?: EntityDirectiveResolver<any, any, ContextType>;
  filterable?: FilterableDirectiveResolver<any, any, ContextType>;
  reference?: ReferenceDirectiveResolver<any, any, ContextType>;
  requiresScopes?: RequiresScopesDirectiveResolver<any, any, ContextType>;
  topic?: TopicDirectiveResolver<any, any, ContextType>;
  version?: VersionDirectiveResolver<any, any, ContextType>;
  visibleTo?: VisibleToDirectiveResolver<any, any, ContextType>;
};
