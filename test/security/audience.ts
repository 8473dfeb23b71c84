import fc from 'fast-check';

/** Who reads, in a world small enough for them to meet. */
export interface Reader {
  readonly tenant: 'acme' | 'globex';
  readonly sub: 'ann' | 'bob';
  readonly team: 'red' | 'blue' | null;
  readonly scopes: readonly string[];
}

const SCOPES = ['ledger:read', 'ledger:reversals', 'audit', 'support', 'bulletins:moderate', 'parcels:read-all', 'stamps:read-all', 'accounts:read'];

export const readers: fc.Arbitrary<Reader> = fc.record({
  tenant: fc.constantFrom('acme', 'globex'), sub: fc.constantFrom('ann', 'bob'), team: fc.constantFrom('red', 'blue', null), scopes: fc.subarray(SCOPES),
});

/**
 * Several of one tenant, whom only a claim or a scope that lifts a row rule tells apart: all may ask what `boardQuestions` ask, and all get the
 * events of `boardEvents`, so that whoever is taken for another is shown what that one is.
 */
export const crowds: fc.Arbitrary<Reader[]> = fc.constantFrom<Reader['tenant'][]>('acme', 'globex').chain((tenant) => fc.array(fc.record({
  tenant: fc.constant(tenant), sub: fc.constantFrom<Reader['sub'][]>('ann', 'bob'), team: fc.constantFrom<Reader['team'][]>('red', 'blue', null),
  scopes: fc.subarray(['ledger:read', 'ledger:reversals', 'parcels:read-all', 'stamps:read-all']).map((scopes) => [...scopes, 'accounts:read']),
}), { minLength: 4, maxLength: 6 }));

/** An event as it is published: by a tenant, with everything in it that a rule could look at. */
export interface Published {
  readonly tenant: 'acme' | 'globex';
  readonly type: 'BulletinPosted' | 'RoomOpened' | 'EntryBooked' | 'EntryReversed' | 'ParcelSent' | 'ParcelLost' | 'MemoWritten' | 'MemoShredded';
  /** Owner of a parcel or a bulletin. */
  readonly owner: 'ann' | 'bob';
  readonly team: 'red' | 'blue' | null;
}

const TOPICS = {
  BulletinEvent: { field: 'bulletinEvents', types: ['BulletinPosted'] },
  RoomEvent: { field: 'roomEvents', types: ['RoomOpened'] },
  LedgerEvent: { field: 'ledgerEvents', types: ['EntryBooked', 'EntryReversed'] },
  ParcelEvent: { field: 'parcelEvents', types: ['ParcelSent', 'ParcelLost'] },
  MemoEvent: { field: 'memoEvents', types: ['MemoWritten', 'MemoShredded'] },
} as const;
type TopicName = keyof typeof TOPICS;
const topicNames = Object.keys(TOPICS) as TopicName[];
const topicOf = (type: Published['type']): TopicName => topicNames.find((name) => (TOPICS[name].types as readonly string[]).includes(type)) ?? 'BulletinEvent';
const typesOf = (topics: readonly TopicName[]): Published['type'][] => topics.flatMap((name) => [...TOPICS[name].types]);

export const published: fc.Arbitrary<Published> = fc.record({
  tenant: fc.constantFrom('acme', 'globex'), type: fc.constantFrom(...typesOf(topicNames)), owner: fc.constantFrom('ann', 'bob'), team: fc.constantFrom('red', 'blue', null),
});

/** A document: one topic, or several by name, or all; with types that a fragment names, and fields that have rules. */
export interface Question {
  readonly across: boolean;
  /** Across topics, none: all, and none is named. */
  readonly topics: readonly TopicName[];
  readonly named: readonly Published['type'][];
  readonly filtered: readonly Published['type'][];
  readonly moderator: 'no' | 'selected' | 'skipped';
  readonly owner: boolean;
  readonly stamp: boolean;
  readonly account: boolean;
}

export const questions: fc.Arbitrary<Question> = fc.boolean().chain((across) => (across ? fc.oneof(fc.constant([] as TopicName[]), fc.subarray(topicNames, { minLength: 1 })) : fc.constantFrom(...topicNames).map((each) => [each])).chain((topics) => {
  const possible = typesOf(topics.length === 0 ? topicNames : topics);
  return fc.record({
    across: fc.constant(across), topics: fc.constant(topics), named: fc.subarray(possible, { maxLength: Math.min(2, possible.length) }), filtered: across ? fc.constant([]) : fc.subarray(possible),
    moderator: fc.constantFrom<Question['moderator'][]>('no', 'no', 'selected', 'skipped'), owner: fc.boolean(), stamp: fc.boolean(), account: fc.boolean(),
  });
}));

/** Of the board, beside other topics or alone, and always with what has row rules that are lifted apart. */
export const boardQuestions: fc.Arbitrary<Question> = fc.record({
  across: fc.boolean(), topics: fc.constantFrom<TopicName[][]>(['BulletinEvent'], ['BulletinEvent', 'ParcelEvent', 'MemoEvent'], []), account: fc.boolean(),
}).map(({ across, topics, account }) => ({
  across, topics: across ? topics : ['BulletinEvent'], named: [], filtered: [], moderator: 'no', owner: true, stamp: true, account,
}));
export const boardEvents = (tenant: Reader['tenant']): fc.Arbitrary<Published> => fc.record({
  tenant: fc.constant(tenant), type: fc.constantFrom<Published['type'][]>('BulletinPosted', 'BulletinPosted', 'BulletinPosted', ...typesOf(topicNames)), owner: fc.constantFrom<Published['owner'][]>('ann', 'bob'), team: fc.constantFrom<Published['team'][]>('red', 'blue', null),
});

const KEYS: Readonly<Record<TopicName, string>> = { BulletinEvent: 'bulletinId', RoomEvent: 'roomId', LedgerEvent: 'ledgerId', ParcelEvent: 'parcelId', MemoEvent: 'memoId' };

/** Only where events of the board may come is it asked for what they have. */
const board = (question: Question): boolean => (question.topics.length === 0 && question.across) || question.topics.includes('BulletinEvent');

/** The document as subscription and as history query; equal questions have equal texts. */
export function written(question: Question): { readonly subscription: string; readonly query: string; readonly field: string } {
  const { across, topics, named, filtered, moderator, owner, stamp, account } = question;
  const field = across ? 'events' : TOPICS[topics[0] ?? 'BulletinEvent'].field;
  const bulletin = board(question) ? `... on BulletinPosted { ${moderator === 'no' ? '' : `moderator${moderator === 'skipped' ? ' @skip(if: true)' : ''}`} ${owner ? 'owner { name }' : ''} ${stamp ? 'stamp { by }' : ''} ${account ? 'account { holder }' : ''} __typename }` : '';
  const select = `{ cursor node { __typename ... on Event { meta { id tenant } } ${named.map((type) => `... on ${type} { ${KEYS[topicOf(type)]} }`).join(' ')} ${bulletin} } }`;
  const args = [across && topics.length > 0 ? `topics: [${topics.join(', ')}]` : '', filtered.length > 0 ? `where: { type: [${filtered.join(', ')}] }` : ''].filter((each) => each !== '').join(', ');
  return {
    field,
    subscription: `subscription($after: Cursor) { ${field}(after: $after${args === '' ? '' : `, ${args}`}) ${select} }`,
    query: `query($after: Cursor) { ${field}(after: $after, first: 500${args === '' ? '' : `, ${args}`}) { edges ${select} } }`,
  };
}

// The rules of the fixture, said once more and in another way: by events and readers, without topics, audiences or documents.

const any = ({ scopes }: Reader, ...alternatives: readonly (readonly string[])[]): boolean => alternatives.some((all) => all.every((each) => scopes.includes(each)));
const ledger = (reader: Reader): boolean => any(reader, ['ledger:read'], ['audit', 'support']);
const mayReadType = (reader: Reader, type: Published['type']): boolean =>
  (type !== 'EntryBooked' || ledger(reader)) && (type !== 'EntryReversed' || (ledger(reader) && any(reader, ['ledger:reversals'])));
const maySee = (reader: Reader, event: Published): boolean =>
  event.tenant === reader.tenant && mayReadType(reader, event.type)
  && (!event.type.startsWith('Parcel') || event.owner === reader.sub || any(reader, ['parcels:read-all']))
  && (event.type !== 'MemoWritten' || (event.team !== null && event.team === reader.team));

/** Null: the question is refused. Else what the reader is shown of these events, in order. */
export function expected<E extends Published & { readonly id: string }>(reader: Reader, question: Question, events: readonly E[]): readonly object[] | null {
  const { across, topics, named, filtered, moderator, owner, stamp, account } = question;
  const named_ = [...named, ...filtered, ...(board(question) ? ['BulletinPosted' as const] : []), ...(topics.includes('LedgerEvent') ? ['EntryBooked' as const] : [])];
  if (named_.some((type) => !mayReadType(reader, type))) return null;
  if (board(question) && ((moderator === 'selected' && !any(reader, ['bulletins:moderate'])) || (account && !any(reader, ['accounts:read'])))) return null;
  const asked = (type: Published['type']): boolean => (filtered.length > 0 ? filtered.includes(type) : (across && topics.length === 0) || topics.includes(topicOf(type)));
  return events.filter((event) => asked(event.type) && maySee(reader, event)).map((event) => ({
    __typename: event.type,
    meta: { id: event.id, tenant: reader.tenant },
    ...(named.includes(event.type) ? { [KEYS[topicOf(event.type)]]: keyOf(event) } : {}),
    ...(event.type !== 'BulletinPosted' ? {} : {
      ...(moderator === 'selected' ? { moderator: `for ${event.tenant}` } : {}),
      ...(owner ? { owner: event.owner === reader.sub || any(reader, ['parcels:read-all']) ? { name: `${event.owner} of ${event.tenant}` } : null } : {}),
      ...(stamp ? { stamp: event.owner === reader.sub || any(reader, ['stamps:read-all']) ? { by: event.owner } : null } : {}),
      ...(account ? { account: { holder: `${event.tenant}/${event.owner}` } } : {}),
    }),
  }));
}

/** The same in both tenants. */
const keyOf = ({ owner }: Published): string => `key-${owner}`;

/** As `PublishInput` takes it. */
export function inputOf(event: Published): Record<string, unknown> {
  const { type, owner, team, tenant } = event;
  const key = { [KEYS[topicOf(type)]]: keyOf(event) };
  const name = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  switch (type) {
    case 'BulletinPosted': return { [name]: { ...key, ownerId: owner, accountId: owner, moderator: `for ${tenant}`, stamp: { by: owner } } };
    case 'ParcelSent': case 'ParcelLost': return { [name]: { ...key, ownerId: owner } };
    case 'MemoWritten': return { [name]: { ...key, team } };
    case 'RoomOpened': case 'EntryBooked': case 'EntryReversed': case 'MemoShredded': return { [name]: key };
  }
}
