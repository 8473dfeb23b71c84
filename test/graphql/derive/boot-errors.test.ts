import { describe, expect, test } from 'vitest';
import { deriveSchema } from '../../../src/graphql/derive/derive.js';
import { SchemaError, type SchemaProblem } from '../../../src/graphql/derive/schema-error.js';

/** A schema in which nothing is wrong; a case adds one thing that is. */
const GOOD = 'union OrderEvent @topic(key: "orderId") = OrderPlaced\ntype OrderPlaced { orderId: ID!  customerId: ID! }\n';

function problemsOf(...bodies: readonly string[]): readonly SchemaProblem[] {
  try {
    deriveSchema(bodies.map((body, index) => ({ file: index === 0 ? 'app.graphql' : `app-${index}.graphql`, body })));
  } catch (error) {
    if (error instanceof SchemaError) return error.problems;
    throw error;
  }
  return [];
}

/** A row: what is wrong, the SDL after GOOD (whose two lines are 1 and 2), the line, parts of message and remedy. */
type Row = readonly [what: string, sdl: string, line: number, message: string, remedy: string];

const topics: readonly Row[] = [
  ['a member without the key', 'union T @topic(key: "id") = E\ntype E { other: ID! }', 4, '"E" lacks the field "id", which is the key of its topic "T" (app.graphql:3)', 'Add "id: ID!" to "E".'],
  ['a nullable key', 'union T @topic(key: "id") = E\ntype E { id: ID }', 4, '"E.id" is the key of the topic "T", so it must be ID!, String! or Int!', 'Write "id: ID!".'],
  ['a key of another type', 'union T @topic(key: "id") = E\ntype E { id: Float! }', 4, 'must be ID!, String! or Int!', 'Write "id: ID!".'],
  ['a list as key', 'union T @topic(key: "id") = E\ntype E { id: [ID!]! }', 4, 'must be ID!, String! or Int!', 'Write "id: ID!".'],
  ['a computed key', 'union T @topic(key: "id") = E\ntype E { id: ID! @computed  n: Int }', 4, '"E.id" is the key of its topic, so it must be stored', 'Remove @reference or @computed'],
  ['a type in two topics', 'union T @topic(key: "orderId") = OrderPlaced', 3, '"OrderPlaced" is an event of two topics, "OrderEvent" (app.graphql:1) and "T"', 'Remove it from one'],
  ['a member that is no object type', 'union T @topic(key: "id") = E\nenum E { A }', 3, '"E" is no object type (app.graphql:4), so it cannot be an event of "T"', 'Name an object type.'],
  ['a member that nobody defines', 'union T @topic(key: "id") = Nobody', 3, 'Unknown type "Nobody"', 'Define the type in one of the files'],
  ['a member of the gateway', 'union T @topic(key: "id") = EventMeta', 3, '"EventMeta" belongs to the gateway', 'Name an object type of your own.'],
  ['an empty topic', 'union T @topic(key: "id")', 3, 'The topic "T" has no event type.', 'Name at least one: union T @topic(…) = SomethingHappened'],
  ['a topic without a key', 'union T @topic = E\ntype E { id: ID! }', 3, '@topic: Argument "key" of required type "String!" was not provided.', 'Its arguments: key: String!, field: String, publishScopes: [[String!]!].'],
  ['a key that is no text', 'union T @topic(key: 7) = E\ntype E { id: ID! }', 3, '@topic: Argument "key" has invalid value 7', 'Its arguments: key: String!'],
  ['a topic that is no union', 'type T @topic(key: "id") { id: ID! }', 3, 'Directive "@topic" may not be used on OBJECT.', 'schema/gateway.graphql lists the directives'],
  ['a field named meta', 'union T @topic(key: "id") = E\ntype E { id: ID!\n meta: String }', 5, '"E.meta" is a name that the gateway uses', 'Give the field another name'],
  ['a version below 1', 'union T @topic(key: "id") = E\ntype E @version(n: 0) { id: ID! }', 4, 'The version of "E" must be 1 or more.', 'Write @version(n: 1) or higher'],
  ['a topic with a name of the gateway', 'union _sluice @topic(key: "id", field: "internals") = E\ntype E { id: ID! }', 3, '"_sluice" cannot be the name of a topic', 'a name that begins with a letter'],
  ['a derived field that is no name', 'union T @topic(key: "id", field: "the events") = E\ntype E { id: ID! }', 3, '"the events" cannot be a field name.', 'Use letters, digits and _'],
];

const fields: readonly Row[] = [
  ['a union inside an event', 'union U = A\ntype A { x: Int }\nextend type OrderPlaced { u: U }', 5, '"OrderPlaced.u" cannot be stored: "U" is a union (app.graphql:3)', 'Use an object type with one optional field per case'],
  ['an interface inside an event', 'interface I { x: Int }\nextend type OrderPlaced { i: [I!] }', 4, '"OrderPlaced.i" cannot be stored: "I" is an interface', 'or mark the field @computed'],
  ['an input type as a field', 'input N { x: Int }\nextend type OrderPlaced { n: N }', 4, '"N" is an input type', 'Use an object type; its input type is derived from it.'],
  ['an entity without @reference', 'type C @entity { id: ID! }\nextend type OrderPlaced { c: C }', 4, '"C" is an entity (app.graphql:3)', 'Store its key and add @reference(by: "…")'],
  ['an event inside an event', 'extend type OrderPlaced { before: OrderPlaced }', 3, '"OrderPlaced" is an event type', 'Use a type that is no member of a topic.'],
  ['a type of the gateway as a value', 'extend type OrderPlaced { page: PageInfo }', 3, '"PageInfo" belongs to the gateway.', 'Use a type of your own.'],
  ['a value in which nothing is stored', 'type V { x: Int @computed }\nextend type OrderPlaced { v: V }', 4, '"V" (app.graphql:3) has no stored field.', 'Give it one'],
  ['a union deep inside', 'union U = A\ntype A { x: Int }\ntype V { x: Int\n u: U }\nextend type OrderPlaced { v: [V!]! }', 6, '"V.u" cannot be stored', 'Use an object type'],
  ['an event field with arguments', 'extend type OrderPlaced {\n n(unit: String): Int }', 4, '"OrderPlaced.n" takes arguments', 'Remove the arguments, or mark the field @computed.'],
  ['@reference and @computed together', 'type C @entity { id: ID! }\nextend type OrderPlaced { c: C @reference(by: "customerId") @computed }', 4, 'has both @reference and @computed', 'Keep the one'],
  ['a value that contains itself without end', 'type V { x: Int  v: V! }\nextend type OrderPlaced { v: V }', 3, 'Cannot reference Input Object "VInput" within itself', 'Correct this definition.'],
];

const filters: readonly Row[] = [
  ['@filterable on an object', 'type V { x: Int }\nextend type OrderPlaced { v: V @filterable }', 4, '"OrderPlaced.v" cannot be @filterable', 'Remove @filterable'],
  ['@filterable on a list', 'extend type OrderPlaced { tags: [String!] @filterable }', 3, 'only stored scalars and enums that are no list', 'store the value to select by in a field of its own'],
  ['@filterable on a moment', 'extend type OrderPlaced { dueAt: DateTime @filterable }', 3, 'and not JSON or DateTime', 'Remove @filterable'],
  ['@filterable on a computed field', 'extend type OrderPlaced { n: Int @computed @filterable }', 3, 'cannot be @filterable', 'Remove @filterable'],
  ['@filterable on type', 'extend type OrderPlaced { type: String @filterable }', 3, 'every filter has a field "type" already', 'give the field another name'],
  ['@filterable on key', 'extend type OrderPlaced { key: ID @filterable }', 3, 'every filter has a field "key" already', 'give the field another name'],
  ['one filter of two types', 'union T @topic(key: "id") = E | F\ntype E { id: ID!  n: Int @filterable }\ntype F { id: ID!  n: ID @filterable }', 5, '"F.n" is @filterable as ID, but as Int at app.graphql:4', 'give both the same type'],
];

const ENTITY = 'type C @entity { id: ID!  name: String!  tags: [ID!] }\n';
const references: readonly Row[] = [
  ['a ttl without a unit', 'type C @entity(ttl: "30") { id: ID! }', 3, '@entity(ttl: "30") is no time for which rows can be kept.', 'ttl: "30s"; "0s" keeps none.'],
  ['a ttl of more than a day', 'type C @entity(ttl: "2d") { id: ID! }', 3, '@entity(ttl: "2d") is no time', 'at most "1d"'],
  ['no @entity', 'type C { id: ID! }\nextend type OrderPlaced { c: C @reference(by: "customerId") }', 4, '"OrderPlaced.c" has @reference, but "C" (app.graphql:3) has no @entity.', 'type C @entity(table: "…", key: "id")'],
  ['a scalar', 'extend type OrderPlaced { c: ID @reference(by: "nobody") }', 3, '"OrderPlaced.c" has @reference, but "ID" is no entity.', 'Name a type with @entity'],
  ['"by" names no field', `${ENTITY}extend type OrderPlaced { c: C @reference(by: "nobody") }`, 4, '"OrderPlaced.c" is looked up by "nobody", but "OrderPlaced" has no such field.', 'that holds the key: orderId, customerId.'],
  ['"by" is a list', `${ENTITY}extend type OrderPlaced { ids: [ID!]  c: C @reference(by: "ids") }`, 4, 'looked up by "ids", which is not one stored value', 'Name a stored scalar that is no list'],
  ['"to" names no field', `${ENTITY}extend type OrderPlaced { c: C @reference(by: "customerId", to: "nobody") }`, 4, 'is compared with "C.nobody", which does not exist.', 'Name a field of "C" (app.graphql:3): id, name.'],
  ['"to" is a list', `${ENTITY}extend type OrderPlaced { c: C @reference(by: "customerId", to: "tags") }`, 4, 'compared with "C.tags", which is not one stored value', 'Name a field of "C"'],
  ['a non-null reference', `${ENTITY}extend type OrderPlaced { c: C! @reference(by: "customerId") }`, 4, '"OrderPlaced.c" may not be non-null', 'Write "c: C".'],
  ['a list of lists', `${ENTITY}extend type OrderPlaced { c: [[C!]!] @reference(by: "customerId", to: "name") }`, 4, 'is a list of lists', 'Write "c: [C!]!".'],
  ['an unknown event in invalidatedBy', `${ENTITY}extend type OrderPlaced { c: C @reference(by: "customerId", invalidatedBy: ["CustomerMoved"]) }`, 4, 'is invalidated by "CustomerMoved", which is no event type of any topic.', 'Event types: OrderPlaced.'],
  ['inside a value', `${ENTITY}type Line { sku: ID!\n c: C @reference(by: "customerId") }\nextend type OrderPlaced { lines: [Line!]! }`, 5, '"Line.c" is looked up by "customerId", but "Line" has no such field.', 'sku'],
  ['on a root field', `${ENTITY}extend type Query { c: C @reference(by: "id") }`, 4, '"Query.c" is a root field', 'Put @reference on a field of an event'],
  ['an entity without its key', 'type C @entity(table: "c", key: "id") { name: String! }', 3, '"C" has no field "id", which @entity names as its key.', 'Add "id: ID!" to it'],
  ['an entity whose key is no scalar', 'type V { x: Int }\ntype C @entity { id: V! }', 4, '"C.id" is the key of the entity, so it must be a stored scalar.', 'Write "id: ID!"'],
  ['a tenant column without a table', 'type C @entity(tenant: "company") { id: ID! }', 3, '"C" has no table, so @entity(tenant:) says nothing of it.', 'a loader is told the tenant'],
  ['sharing without a table', 'type C @entity(shared: true) { id: ID! }', 3, '"C" has no table, so @entity(shared:) says nothing of it.', 'Name its table'],
  ['sharing and a tenant column', 'type C @entity(table: "c", tenant: "company", shared: true) { id: ID! }', 3, '"C" is shared by all tenants, but also names "company" as the column of its tenant.', 'Keep one of them'],
  ['a tenant column without a name', 'type C @entity(table: "c", tenant: "") { id: ID! }', 3, '"C" names a column without a name', 'for the column called "tenant"'],
  ['a table that cannot be', 'type C @entity(table: "a.b.c") { id: ID! }', 3, '"a.b.c" is no name of a table.', '@entity(table: "shop.customers")'],
];

const access: readonly Row[] = [
  ['@visibleTo without the field', 'union T @topic(key: "id") @visibleTo(claim: "sub", field: "owner") = E\ntype E { id: ID! }', 3, '"T" is visible by the field "owner", but "E" (app.graphql:4) has no such stored scalar.', 'Add "owner: ID!" to "E"'],
  ['@visibleTo on an entity without the field', 'type C @entity @visibleTo(claim: "sub", field: "owner") { id: ID! }\nextend type OrderPlaced { c: C @reference(by: "customerId") }', 3, '"C" is visible by the field "owner", but "C" (app.graphql:3) has no such stored scalar.', 'Add "owner: ID!" to "C"'],
  ['@visibleTo by a moment', 'extend type OrderPlaced @visibleTo(claim: "sub", field: "at") { at: DateTime }', 3, '"OrderPlaced" is visible by the field "at", which is DateTime in "OrderPlaced" (app.graphql:3)', 'ID, String, Int or an enum'],
  ['@visibleTo by no claim', 'extend type OrderPlaced @visibleTo(claim: " ", field: "customerId")', 3, '"OrderPlaced" is visible by a claim without a name.', 'Name a claim'],
  ['@visibleTo on a root', 'extend type Query @visibleTo(claim: "sub", field: "x") { x: Int }', 3, '"Query" has no rows', 'on the types that its fields have'],
  ['@visibleTo on a union that is no topic', 'type A { x: ID }\nunion U @visibleTo(claim: "sub", field: "x") = A\nextend type Query { u: U }', 4, '"U" is no topic', 'Put @visibleTo on its members.'],
  ['no alternatives', 'extend type OrderPlaced @requiresScopes(scopes: [])', 3, '@requiresScopes(scopes:) of "OrderPlaced" is an empty list', '[["orders:read"]]'],
  ['an alternative that everybody meets', 'extend type Query { x: Int @requiresScopes(scopes: [["a"], []]) }', 3, '@requiresScopes(scopes:) of "Query.x" has an empty inner list, which everybody meets.', 'Remove the inner list'],
  ['two scopes in one text', 'extend type Query { x: Int @requiresScopes(scopes: [["a b"]]) }', 3, 'names the scope "a b", which no token can hold', 'a text of its own'],
  ['an empty scope', 'extend type OrderPlaced @visibleTo(claim: "sub", field: "customerId", unlessScopes: [[""]])', 3, '@visibleTo(unlessScopes:) of "OrderPlaced" names the scope ""', 'a text of its own'],
  ['publish scopes that everybody meets', 'union T @topic(key: "id", publishScopes: [[]]) = E\ntype E { id: ID! }', 3, '@topic(publishScopes:) of "T" has an empty inner list', 'Remove the inner list'],
  ['a rule on a key', 'union T @topic(key: "id") = E\ntype E { id: ID! @authenticated }', 4, '@authenticated on "E.id" hides nothing', 'Put the rule on "E" or on the topic'],
  ['a reference by a field with scopes', `${ENTITY}extend type OrderPlaced { who: ID @requiresScopes(scopes: [["a", "b"], ["c"]])\n c: C @reference(by: "who") }`, 5, '"OrderPlaced.c" shows what "OrderPlaced.who" hides (app.graphql:4)', 'Write @requiresScopes(scopes: [["a", "b"], ["c"]]) on "OrderPlaced.c", too.'],
  ['a reference that asks for less than its key', `${ENTITY}extend type OrderPlaced { who: ID @requiresScopes(scopes: [["a"]])\n c: C @reference(by: "who") @requiresScopes(scopes: [["a"], ["b"]]) }`, 5, '"OrderPlaced.c" shows what "OrderPlaced.who" hides', '[["a"]]'],
  ['a reference by a field for whoever is known', `${ENTITY}extend type OrderPlaced { who: ID @authenticated\n c: C @reference(by: "who") }`, 5, '"OrderPlaced.c" shows what "OrderPlaced.who" hides', 'Write @authenticated on "OrderPlaced.c", too.'],
  ['a reference by a field with a rule of its interface', `${ENTITY}interface I { who: ID @authenticated }\ntype V implements I { who: ID\n c: C @reference(by: "who") }\nextend type OrderPlaced { v: V }\nextend type Query { i: I }`, 6, '"V.c" shows what "V.who" hides (app.graphql:4)', 'Write @authenticated on "V.c", too.'],
  ['a rule on a type that nothing has', 'type Lost @authenticated { x: Int }', 3, '@authenticated protects nothing: no field and no topic has the type "Lost".', 'Use the type'],
  ['a rule on a field of such a type', 'type Lost {\n x: Int @requiresScopes(scopes: [["a"]]) }', 4, '@requiresScopes protects nothing', 'Use the type'],
  ['a rule where none is read', 'enum E @authenticated { A }', 3, 'Directive "@authenticated" may not be used on ENUM.', 'Correct the name or move it'],
  ['a rule with a wrong name', 'extend type OrderPlaced @requireScopes(scopes: [["a"]])', 3, 'Unknown directive "@requireScopes"', 'Correct the name or move it'],
];

const names: readonly Row[] = [
  ['a derived type', 'type OrderEventEdge { x: Int }', 3, 'The type "OrderEventEdge" has the name that the gateway derives from app.graphql:1.', 'Rename yours'],
  ['a derived input', 'input OrderPlacedInput { x: Int }', 3, 'The type "OrderPlacedInput" has the name that the gateway derives from app.graphql:2.', 'use the derived one'],
  ['a shared derived type', 'enum Topic { A }', 3, 'The type "Topic" has the name that the gateway derives', 'Rename yours'],
  ['a derived type of events across topics', 'type EventEdge { x: Int }', 3, 'The type "EventEdge" has the name that the gateway derives', 'Rename yours'],
  ['an event type with a name of events across topics', 'union T @topic(key: "id") = EventType\ntype EventType { id: ID! }', 4, 'The type "EventType" has the name that the gateway derives', 'Rename yours'],
  ['two derived types', 'union T @topic(key: "id") = OrderEventType\ntype OrderEventType { id: ID! }', 4, 'The type "OrderEventType" has the name that the gateway derives from app.graphql:1.', 'Rename yours'],
  ['a history query', 'extend type Query { orderEvents: Int }', 3, 'The query field "orderEvents" has the name that the gateway derives from app.graphql:1.', 'Rename yours'],
  ['a publish mutation', 'type Mutation { publishOrderPlaced: Int }', 3, 'The mutation field "publishOrderPlaced" has the name that the gateway derives from app.graphql:2.', 'Rename yours'],
  ['two topics with one field', 'union T @topic(key: "id", field: "orderEvents") = E\ntype E { id: ID! }', 3, 'The query field "orderEvents" would be derived twice, here and from app.graphql:1.', 'Name the field of one of the topics'],
  ['two events with one mutation', 'union T @topic(key: "id") = orderPlaced\ntype orderPlaced { id: ID! }', 4, 'The mutation field "publishOrderPlaced" would be derived twice', 'Rename one of the event types.'],
  ['the reserved name publish', 'extend type Mutation { publish: Int }', 3, 'The root field "publish" is reserved for the gateway.', 'Give the field another name.'],
  ['the reserved name createStreamTicket', 'extend type Mutation { createStreamTicket: Int }', 3, 'The root field "createStreamTicket" is reserved for the gateway.', 'Give the field another name.'],
  ['the reserved name eraseKey', 'extend type Mutation { eraseKey: Int }', 3, 'The root field "eraseKey" is reserved for the gateway.', 'Give the field another name.'],
  ['the reserved name events', 'extend type Query { events: Int }', 3, 'The root field "events" is reserved for the gateway.', 'Give the field another name.'],
  ['a topic with a reserved name', 'union T @topic(key: "id", field: "events") = E\ntype E { id: ID! }', 3, 'The root field "events" is reserved for the gateway.', 'Choose another with @topic(key: "id", field: "…").'],
  ['a type of the gateway', 'type PageInfo { x: Int }', 3, 'The type "PageInfo" belongs to the gateway.', 'Give yours another name.'],
  ['an extended type of the gateway', 'extend type EventMeta { x: Int }', 3, 'The type "EventMeta" belongs to the gateway and cannot be extended.', 'Put your fields on a type of your own.'],
  ['a type of GraphQL', 'scalar String', 3, 'The type "String" belongs to GraphQL.', 'Give yours another name.'],
  ['type Subscription', 'type Subscription { x: Int }', 3, 'The type "Subscription" belongs to the gateway.', 'a union with @topic gives a subscription'],
  ['extend type Subscription', 'extend type Subscription { x: Int }', 3, 'The type "Subscription" belongs to the gateway.', 'such as "Plan"'],
  ['a schema block', 'schema { query: OrderPlaced }', 3, 'The gateway names the root types.', 'Remove this block'],
  ['an operation', 'query Q { x }', 3, 'A schema file holds definitions of types, not operations.', 'Move queries'],
  ['an extension of nothing', 'extend type Nobody { x: Int }', 3, '"extend" names the type "Nobody", which does not exist.', 'Define "Nobody"'],
  ['an extension of another kind', 'extend enum OrderPlaced { A }', 3, '"OrderPlaced" is another kind of type, at app.graphql:2.', 'Extend it with the keyword'],
  ['a root that is no object type', 'scalar Query', 3, '"Query" is the name of a root type.', 'extend type Query'],
];

const rules: readonly Row[] = [
  ['a type that nobody defines', 'extend type OrderPlaced {\n total: Mony! }', 4, 'Unknown type "Mony"', 'Define the type in one of the files, or correct the name.'],
  ['a directive that nobody defines', 'extend type OrderPlaced { n: Int @filterble }', 3, 'Unknown directive "@filterble".', 'schema/gateway.graphql lists the directives'],
  ['an argument that nobody defines', 'type C @entity(tabel: "c") { id: ID! }', 3, 'Unknown argument "tabel" on directive "@entity"', 'schema/gateway.graphql lists those of each directive.'],
  ['a field twice', 'extend type OrderPlaced { customerId: ID! }', 3, 'Field "OrderPlaced.customerId" can only be defined once.', 'Remove or rename one of the two fields'],
  ['a directive twice', 'extend type OrderPlaced { n: Int @filterable @filterable }', 3, 'The directive "@filterable" can only be used once at this location.', 'Keep one of them.'],
  ['an interface that is not met', 'interface Node { id: ID! }\nextend type OrderPlaced implements Node { n: Int }', 3, 'Interface field Node.id expected but OrderPlaced does not provide it.', 'Correct this definition.'],
];

describe.each([
  ['topics', topics],
  ['fields', fields],
  ['filters', filters],
  ['references', references],
  ['access rules', access],
  ['names', names],
  ["GraphQL's own rules", rules],
])('%s', (_group, rows) => {
  test.each(rows)('%s', (_what, sdl, line, message, remedy) => {
    const problems = problemsOf(GOOD + sdl);
    const found = problems.find((each) => each.message.includes(message));
    expect(found, problems.map((each) => `${each.file}:${each.line} ${each.message}`).join('\n')).toBeDefined();
    expect({ file: found?.file, line: found?.line }).toEqual({ file: 'app.graphql', line });
    expect(found?.remedy).toContain(remedy);
    // One mistake is one problem: nothing that follows from it is reported beside it.
    expect(problems.filter((each) => each !== found).map((each) => each.message)).toEqual([]);
  });
});

test('the good schema is good', () => {
  expect(problemsOf(GOOD)).toEqual([]);
});

test('a syntax error names file, line and column, one for each file that has any', () => {
  expect(problemsOf(GOOD, 'type A { x: Int', 'type B {\n  x Int\n}')).toEqual([
    { file: 'app-1.graphql', line: 1, column: 16, message: 'Syntax Error: Expected Name, found <EOF>.', remedy: 'Look at column 16 of: type A { x: Int' },
    { file: 'app-2.graphql', line: 2, column: 5, message: 'Syntax Error: Expected ":", found Name "Int".', remedy: 'Look at column 5 of: x Int' },
  ]);
});

test('an empty file is named', () => {
  expect(problemsOf(GOOD, '# nothing yet\n')).toMatchObject([{ file: 'app-1.graphql', line: 1, message: 'This file defines nothing.' }]);
});

test('a type in two files names both', () => {
  expect(problemsOf(GOOD, '\ntype OrderPlaced { orderId: ID! }')).toMatchObject([
    { file: 'app-1.graphql', line: 2, column: 6, message: 'The type "OrderPlaced" is defined twice, first at app.graphql:2.', remedy: 'Rename or remove one of them, or add to the first with "extend".' },
  ]);
});

test('a schema without a topic says how to declare one', () => {
  expect(problemsOf('type A { x: Int }')).toMatchObject([{ file: 'app.graphql', line: 1, message: 'No topic is declared in any of the files.', remedy: expect.stringContaining('union OrderEvent @topic') }]);
});

test('all problems come at once, by file and line, in words', () => {
  const first = 'union OrderEvent @topic(key: "orderId") = OrderPlaced\ntype OrderPlaced { id: ID!\n  meta: Int\n  who: Nobody }\n';
  const second = 'extend type Query { events: Int }';
  expect(() => deriveSchema([{ file: 'b.graphql', body: first }, { file: 'a.graphql', body: second }])).toThrow(
    [
      'The GraphQL schema has 4 problems:',
      '  a.graphql:1:21',
      '    The root field "events" is reserved for the gateway.',
      '    Remedy: Give the field another name.',
      '  b.graphql:2:6',
      '    "OrderPlaced" lacks the field "orderId", which is the key of its topic "OrderEvent" (b.graphql:1).',
      '    Remedy: Add "orderId: ID!" to "OrderPlaced".',
      '  b.graphql:3:3',
    ].join('\n'),
  );
});

describe('warnings', () => {
  const warn = (sdl: string): readonly string[] => deriveSchema([{ file: 'app.graphql', body: GOOD + sdl }]).warnings;

  test('a filter that some events of the topic never match', () => {
    expect(warn('union T @topic(key: "id") = E | F\ntype E { id: ID!  n: Int @filterable }\ntype F { id: ID!  n: Int }')).toEqual([
      'app.graphql:5: "F.n" has no @filterable although other events of "T" have it there; a filter by it never matches "F".',
    ]);
  });

  test('one field name with two types, which GraphQL refuses to select together', () => {
    expect(warn('union T @topic(key: "id") = E\ntype V { x: Int }\ntype W { x: Int }\ntype E { id: ID!  customerId: ID  v: V }\nextend type OrderPlaced { v: W }')).toEqual([
      'app.graphql:6: the field "customerId" is ID here and ID! at app.graphql:2; an operation that reads both needs an alias for one.',
    ]);
  });

  test('a list looked up by the key of its entity', () => {
    expect(warn(`${ENTITY}extend type OrderPlaced { c: [C!] @reference(by: "customerId") }`)[0]).toContain('so it has at most one row');
  });
});

test('a reference that asks for as much as its key is no problem', () => {
  const fields = '@requiresScopes(scopes: [["a"], ["b"]])\n c: C @reference(by: "who")';
  expect(problemsOf(GOOD, `${ENTITY}extend type OrderPlaced { who: ID ${fields} @requiresScopes(scopes: [["a", "x"], ["b"]]) }`)).toEqual([]);
  expect(problemsOf(GOOD, `${ENTITY}extend type OrderPlaced { who: ID @authenticated\n c: C @reference(by: "who") @requiresScopes(scopes: [["x"]]) }`)).toEqual([]);
});
