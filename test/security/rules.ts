import type { Operation } from './ways.js';

/** Who asks: null without a credential, else the scopes of a token; `admin` holds `sluice:admin`. */
export type Who = string | null;

export interface Rule {
  readonly what: string;
  readonly who: Who;
  readonly query?: Operation;
  readonly subscription?: Operation;
  readonly mutation?: Operation;
  /** The code it is refused with; null: it is not. */
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN' | null;
}

interface Read {
  readonly field: string;
  readonly args?: string;
  /** Below `node`. */
  readonly select: string;
  /** `$a: Boolean!` and so on. */
  readonly define?: string;
  readonly fragments?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The same question as history query and as subscription. */
function read({ field, args, select, define, fragments = '', variables = {} }: Read): Pick<Rule, 'query' | 'subscription'> {
  const head = define === undefined ? '' : `(${define})`;
  const ask = args === undefined ? field : `${field}(${args})`;
  return {
    query: { query: `query ${head} { ${ask} { edges { node { ${select} } } } } ${fragments}`, variables },
    subscription: { query: `subscription ${head} { ${ask} { node { ${select} } } } ${fragments}`, variables },
  };
}

const query = (text: string, variables: Readonly<Record<string, unknown>> = {}): Pick<Rule, 'query'> => ({ query: { query: text, variables } });
const mutation = (text: string, variables: Readonly<Record<string, unknown>> = {}): Pick<Rule, 'mutation'> => ({ mutation: { query: text, variables } });

/** One rule asked by many: their codes by who asks. */
function asked(what: string, ask: Pick<Rule, 'query' | 'subscription' | 'mutation'>, answers: readonly (readonly [Who, Rule['code']])[]): Rule[] {
  return answers.map(([who, code]) => ({ what: `${what}, by ${who === null ? 'nobody' : who === '' ? 'somebody without scopes' : who}`, who, code, ...ask }));
}

/** The same, written in other ways: each must be refused to somebody without scopes, and is allowed to who holds the scope. */
function hidden(what: string, ask: Pick<Rule, 'query' | 'subscription' | 'mutation'>): Rule[] {
  return asked(what, ask, [['', 'FORBIDDEN'], ['bulletins:moderate', null]]);
}
function harmless(what: string, ask: Pick<Rule, 'query' | 'subscription' | 'mutation'>): Rule[] {
  return asked(what, ask, [['', null]]);
}

const LEDGER: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['audit', 'FORBIDDEN'], ['ledger:write', 'FORBIDDEN'], ['ledger:rea ledger:read:all', 'FORBIDDEN'], ['audit support', null], ['ledger:read', null], ['admin', null]];
const REFUSED: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN']];
const WRITE: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['ledger:read', 'FORBIDDEN'], ['support', 'FORBIDDEN'], ['ledger:write', null], ['audit support', null], ['admin', null]];
const MODERATOR: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['moderate', 'FORBIDDEN'], ['bulletins:moderate', null], ['admin', null]];
const KNOWN: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', null], ['admin', null]];
const ACCOUNTS: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['accounts:read', null], ['admin', null]];
const ADMIN: readonly (readonly [Who, Rule['code']])[] = [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['sluice ledger:read', 'FORBIDDEN'], ['admin', null]];

const moderator = '... on BulletinPosted { moderator }';
const booked = { ledgerId: 'l-rule', amount: 1 };
const board = { field: 'bulletinEvents' };

export const RULES: readonly Rule[] = [
  // Topics.
  ...asked('a topic without a rule', read({ ...board, select: '... on BulletinPosted { bulletinId }' }), [[null, null], ['', null]]),
  ...asked('@authenticated on a topic', read({ field: 'roomEvents', select: '... on RoomOpened { roomId }' }), KNOWN),
  ...asked('@authenticated on a topic, of which nothing is selected', read({ field: 'roomEvents', select: '__typename' }), KNOWN),
  ...asked('@authenticated on a topic, of which only the head is asked', query('{ roomEvents { head } }'), KNOWN),
  ...asked('@requiresScopes on a topic', read({ field: 'ledgerEvents', select: '... on EntryBooked { ledgerId }' }), LEDGER),
  ...asked('@requiresScopes on a topic, under another name', query('{ mine: ledgerEvents { edges { cursor } } }'), LEDGER),
  ...asked('@requiresScopes on a topic, no page of it', query('{ ledgerEvents(first: 0) { pageInfo { endCursor } } }'), LEDGER),
  ...asked('@requiresScopes on a topic, in a fragment on the root', query('{ ...Root } fragment Root on Query { open ledgerEvents { head } }'), LEDGER),
  ...asked('@requiresScopes on a topic, beside what nobody is refused', query('{ open bulletinEvents { head } ledgerEvents { head } }'), LEDGER),

  // Event types: named or not.
  ...asked('an event type that is not named', read({ field: 'ledgerEvents', select: '... on EntryBooked { ledgerId } ... on Event { meta { type } }' }), [['ledger:read', null]]),
  ...asked('an event type that a fragment names', read({ field: 'ledgerEvents', select: '... on EntryReversed { reason }' }), [[null, 'UNAUTHENTICATED'], ['ledger:read', 'FORBIDDEN'], ['ledger:reversals', 'FORBIDDEN'], ['ledger:read ledger:reversals', null], ['admin', null]]),
  ...asked('an event type that a fragment names without a field of its own', read({ field: 'ledgerEvents', select: '... on EntryReversed { __typename }' }), [['ledger:read', 'FORBIDDEN'], ['ledger:read ledger:reversals', null]]),
  ...asked('an event type inside a fragment on the interface', read({ field: 'ledgerEvents', select: '... on Event { ... on EntryReversed { meta { id } } }' }), [['ledger:read', 'FORBIDDEN'], ['ledger:read ledger:reversals', null]]),
  ...asked('an event type that the filter names', read({ field: 'ledgerEvents', args: 'where: { type: [EntryReversed] }', select: '__typename' }), [['ledger:read', 'FORBIDDEN'], ['ledger:read ledger:reversals', null]]),
  ...asked('an event type that the filter names in a variable', read({ field: 'ledgerEvents', define: '$where: LedgerEventFilter', args: 'where: $where', select: '__typename', variables: { where: { type: ['EntryBooked', 'EntryReversed'] } } }), [['ledger:read', 'FORBIDDEN'], ['ledger:read ledger:reversals', null]]),
  ...asked('an event type that the filter names in a variable inside', read({ field: 'ledgerEvents', define: '$type: [LedgerEventType!]', args: 'where: { type: $type }', select: '__typename', variables: { type: 'EntryReversed' } }), [['ledger:read', 'FORBIDDEN'], ['ledger:read ledger:reversals', null]]),
  ...asked('an event type that the filter names by default', read({ field: 'ledgerEvents', define: '$type: [LedgerEventType!] = [EntryReversed]', args: 'where: { type: $type }', select: '__typename' }), [['ledger:read', 'FORBIDDEN']]),
  ...asked('@authenticated on an event type that is named', read({ field: 'memoEvents', select: '... on MemoShredded { memoId }' }), KNOWN),
  ...asked('@authenticated on an event type that is not named', read({ field: 'memoEvents', select: '... on MemoWritten { memoId }' }), [[null, null], ['', null]]),

  // Across topics.
  ...asked('all topics', read({ field: 'events', select: '... on Event { meta { topic } }' }), [[null, null], ['', null]]),
  ...asked('topics by name', read({ field: 'events', args: 'topics: [BulletinEvent, LedgerEvent]', select: '__typename' }), LEDGER),
  ...asked('topics by name in a variable', read({ field: 'events', define: '$topics: [Topic!]', args: 'topics: $topics', select: '__typename', variables: { topics: ['LedgerEvent'] } }), LEDGER),
  ...asked('all topics, and a fragment on an event of one', read({ field: 'events', select: '... on EntryBooked { amount }' }), LEDGER),
  ...asked('all topics, and a field with a rule', read({ field: 'events', select: `... on Event { ${moderator} }` }), MODERATOR),

  // Fields, and every way to write them.
  ...asked('@requiresScopes on a field', read({ ...board, select: moderator }), MODERATOR),
  ...asked('@authenticated on a field', read({ ...board, select: '... on BulletinPosted { readers }' }), KNOWN),
  ...hidden('a field under another name', read({ ...board, select: '... on BulletinPosted { text: moderator }' })),
  ...hidden('a field inside a value', read({ ...board, select: '... on BulletinPosted { details { draft } }' })),
  ...hidden('a field deeper inside a value', read({ ...board, select: '... on BulletinPosted { details { inner { inner { draft } } } }' })),
  ...hidden('a field in a fragment', read({ ...board, select: '...F', fragments: `fragment F on BulletinEvent { ${moderator} }` })),
  ...hidden('a field in a fragment of a fragment', read({ ...board, select: '...F', fragments: 'fragment F on BulletinEvent { ...G } fragment G on BulletinPosted { ...H } fragment H on BulletinPosted { moderator }' })),
  ...hidden('a field in a fragment on the interface', read({ ...board, select: `... on Event { ...F }`, fragments: 'fragment F on Event { ... on BulletinPosted { moderator } }' })),
  ...hidden('a field in a fragment without a type', read({ ...board, select: '... on BulletinPosted { ... { ... { moderator } } }' })),
  ...hidden('a field in a fragment on the value', read({ ...board, select: '... on BulletinPosted { details { ...D } }', fragments: 'fragment D on Details { label ... on Details { draft } }' })),
  ...hidden('@include by a variable', read({ ...board, define: '$in: Boolean!', select: '... on BulletinPosted { moderator @include(if: $in) }', variables: { in: true } })),
  ...hidden('@include by the default of a variable', read({ ...board, define: '$in: Boolean = true', select: '... on BulletinPosted { moderator @include(if: $in) }' })),
  ...hidden('@skip by a variable', read({ ...board, define: '$out: Boolean!', select: '... on BulletinPosted { moderator @skip(if: $out) }', variables: { out: false } })),
  ...hidden('once skipped, once not', read({ ...board, select: '... on BulletinPosted { moderator @skip(if: true) } ... on BulletinPosted { moderator }' })),
  ...hidden('a fragment that is skipped once', read({ ...board, select: '...F @skip(if: true) ... on BulletinPosted { ...F }', fragments: 'fragment F on BulletinPosted { moderator }' })),
  ...hidden('a fragment that a variable includes', read({ ...board, define: '$in: Boolean!', select: '...F @include(if: $in)', fragments: 'fragment F on BulletinPosted { moderator }', variables: { in: true } })),
  ...harmless('@include(if: false)', read({ ...board, select: '... on BulletinPosted { text moderator @include(if: false) }' })),
  ...harmless('@skip(if: true)', read({ ...board, select: '... on BulletinPosted { text moderator @skip(if: true) }' })),
  ...harmless('@skip and @include that do not agree', read({ ...board, select: '... on BulletinPosted { text moderator @skip(if: false) @include(if: false) }' })),
  ...harmless('@skip by a variable that says so', read({ ...board, define: '$out: Boolean!', select: '... on BulletinPosted { text moderator @skip(if: $out) }', variables: { out: true } })),
  ...harmless('@include by a default that says no', read({ ...board, define: '$in: Boolean = false', select: '... on BulletinPosted { text moderator @include(if: $in) }' })),
  ...harmless('a fragment that is skipped', read({ ...board, select: '__typename ...F @skip(if: true)', fragments: 'fragment F on BulletinPosted { moderator }' })),
  ...harmless('an inline fragment that is skipped', read({ ...board, select: '__typename ... on BulletinPosted @include(if: false) { moderator }' })),
  { what: 'another operation of the document, which is not the one', who: '', code: null, query: { query: `query Mine { open } query Other { bulletinEvents { edges { node { ${moderator} } } } } subscription Third { bulletinEvents { node { ${moderator} } } }`, operationName: 'Mine' } },
  { what: 'the operation of the document that is the one', who: '', code: 'FORBIDDEN', query: { query: `query Mine { open } query Other { bulletinEvents { edges { node { ${moderator} } } } }`, operationName: 'Other' } },

  // Entities.
  ...asked('@requiresScopes on an entity, by reference', read({ ...board, select: '... on BulletinPosted { account { holder } }' }), ACCOUNTS),
  ...asked('@requiresScopes on an entity, of which nothing is selected', read({ ...board, select: '... on BulletinPosted { account { __typename } }' }), ACCOUNTS),
  ...asked('@requiresScopes on an entity, from a root field', query('{ account(id: "a") { id } }'), ACCOUNTS),
  ...asked('@visibleTo on an entity raises nothing', read({ ...board, select: '... on BulletinPosted { owner { name } owners { name } }' }), [[null, null], ['', null]]),

  // Root fields.
  ...asked('@authenticated on a query', query('{ known }'), KNOWN),
  ...asked('@requiresScopes on a query', query('{ vault }'), [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['vault', 'FORBIDDEN'], ['audit', 'FORBIDDEN'], ['vault:open', null], ['support audit', null], ['admin', null]]),
  ...asked('@requiresScopes on a query beside an open one', query('{ open vault }'), [['', 'FORBIDDEN']]),
  ...asked('@authenticated on a mutation', mutation('mutation { sign }'), KNOWN),
  ...asked('@requiresScopes on a mutation', mutation('mutation { rotate }'), [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['vault:open', null], ['admin', null]]),
  ...asked('@requiresScopes on the second of two mutations', mutation('mutation { touch rotate }'), [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN']]),
  ...asked('a mutation without a rule', mutation('mutation { touch }'), [[null, null], ['', null]]),
  ...asked('eraseKey', mutation('mutation { eraseKey(topic: RoomEvent, key: "nothing") { erasedEvents } }'), ADMIN),

  // Credentials of others.
  ...asked('the list of API keys', query('{ apiKeys { id } }'), ADMIN),
  ...asked('making an API key', mutation('mutation { createApiKey(input: { name: "x", scopes: ["sluice:admin"] }) { secret } }'), ADMIN),
  ...asked('revoking tokens', mutation('mutation { revokeTokens(jti: "of nobody") { __typename } }'), ADMIN),
  ...asked('revoking an API key', mutation('mutation { revokeApiKey(id: "0000000000000000") { apiKey { id } } }'), REFUSED),
  ...asked('a ticket', mutation('mutation { createStreamTicket { ticket } }'), KNOWN),

  // Consumers, and the events that they gave up on.
  ...asked('the list of consumers', query('{ consumers { name } }'), ADMIN),
  ...asked('a consumer', query('{ consumer(name: "of nobody") { name } }'), ADMIN),
  ...asked('the list of dead letters', query('{ deadLetters { edges { node { payload } } } }'), ADMIN),
  ...asked('a dead letter', query('{ deadLetter(consumer: "of nobody", position: "1") { payload } }'), ADMIN),
  ...['pauseConsumer(name: "x")', 'resumeConsumer(name: "x")', 'resetConsumer(name: "x", to: { from: NOW })', 'forkConsumer(name: "x", label: "y", from: { from: NOW })', 'deleteConsumer(name: "x")',
    'replayDeadLetters(consumer: "x", positions: ["1"])', 'discardDeadLetters(consumer: "x", positions: ["1"], reason: "y")'].flatMap((field) => asked(field, mutation(`mutation { ${field} { __typename } }`), REFUSED)),

  // What has gone wrong with them.
  ...asked('the list of alerts', query('{ alerts { edges { node { message } } } }'), ADMIN),
  ...asked('only the head of the list of alerts', query('{ alerts { head } }'), ADMIN),
  ...asked('alerts as they come', { subscription: { query: 'subscription { alerts { node { message } } }' } }, ADMIN),

  // Webhooks: whoever makes one has all of its events sent elsewhere.
  ...asked('the list of webhooks', query('{ webhooks { id } }'), ADMIN),
  ...asked('one webhook', query('{ webhook(id: "00000000-0000-0000-0000-000000000000") { id } }'), [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN']]),
  ...(['updateWebhook(id: "x", input: {})', 'pauseWebhook(id: "x")', 'resumeWebhook(id: "x")', 'rotateWebhookSecret(id: "x")', 'deleteWebhook(id: "x")', 'testWebhook(id: "x")',
    'createWebhook(input: { name: "x", url: "https://example.com/", topics: ["BulletinEvent"] })'].flatMap((field) =>
    asked(field.replace(/\(.*/, ''), mutation(`mutation { ${field} { __typename } }`), [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['ledger:read', 'FORBIDDEN']]))),

  // Publishing.
  ...asked('publishing without publishScopes', mutation('mutation { publishBulletinPosted(input: { bulletinId: "b-rule" }) { eventId } }'), [[null, null], ['', null]]),
  ...asked('publishScopes', mutation('mutation($input: EntryBookedInput!) { publishEntryBooked(input: $input) { eventId } }', { input: booked }), WRITE),
  ...asked('publishScopes of a batch', mutation('mutation($events: [PublishInput!]!) { publish(events: $events) { eventId } }', { events: [{ entryBooked: booked }] }), WRITE),
  ...asked('publishScopes of a batch of which one event is refused', mutation('mutation($booked: EntryBookedInput!) { publish(events: [{ bulletinPosted: { bulletinId: "b-batch" } }, { entryBooked: $booked }]) { eventId } }', { booked }), WRITE),
  ...asked('publishScopes of a batch in a default', mutation('mutation($events: [PublishInput!]! = [{ entryBooked: { ledgerId: "l-rule" } }]) { publish(events: $events) { eventId } }'), WRITE),
  ...asked('publishScopes after a publish that nobody is refused', mutation('mutation { publishBulletinPosted(input: { bulletinId: "b-batch" }) { eventId } publishEntryBooked(input: { ledgerId: "l-rule" }) { eventId } }'), [[null, 'UNAUTHENTICATED'], ['', 'FORBIDDEN'], ['ledger:write', null]]),

  // What the schema says of itself is no secret unless it is switched off.
  ...asked('introspection', query('{ __schema { queryType { name } } __type(name: "EntryReversed") { name } }'), [[null, null], ['', null]]),
];
