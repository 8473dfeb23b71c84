import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertInputObjectType, assertObjectType, buildSchema } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { deriveSchema, type Derived } from '../../../src/graphql/derive/derive.js';
import { SchemaError } from '../../../src/graphql/derive/schema-error.js';
import { loadSources } from '../../../src/graphql/derive/sources.js';

const DIR = 'test/fixtures/library-schema';
/** What needs TypeScript: the fixture itself is served without any. */
const PROGRAM = `
  extend type BookBorrowed { daysLeft(unit: String = "days"): Int @computed  lender: Lender @reference(by: "isbn") }
  extend type Query { "The newest book." newestBook(label: CopyLabelInput): Book }
  type Mutation { burnDown: Boolean }
  type Lender @entity { id: ID!  name: String! }
`;
let derived: Derived;

beforeAll(async () => {
  derived = deriveSchema(await loadSources(DIR));
});

test('another domain needs nothing of the first', () => {
  expect([...derived.model.topics.values()]).toEqual([
    { name: 'LoanEvent', field: 'loans', key: 'loanId', types: ['BookBorrowed', 'BookReturned', 'LoanExtended'], filterable: ['isbn', 'branch'] },
  ]);
  expect([...derived.model.types.values()].map((each) => each.version)).toEqual([2, 1, 1]);
});

test('@topic(field:) names subscription and history query', () => {
  const schema = buildSchema(derived.sdl);
  expect(schema.getSubscriptionType()?.getFields()['loans']?.type.toString()).toBe('LoanEventEdge!');
  expect(schema.getQueryType()?.getFields()['loans']?.type.toString()).toBe('LoanEventConnection!');
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(['publishBookBorrowed', 'publishBookReturned', 'publishLoanExtended', 'publish', 'eraseKey', 'createApiKey', 'revokeApiKey', 'revokeTokens', 'createStreamTicket', 'pauseConsumer', 'resumeConsumer', 'resetConsumer', 'forkConsumer', 'deleteConsumer', 'replayDeadLetters', 'discardDeadLetters', 'createWebhook', 'updateWebhook', 'pauseWebhook', 'resumeWebhook', 'rotateWebhookSecret', 'deleteWebhook', 'testWebhook']);
});

test('inputs follow stored fields into lists, enums, own scalars and values that contain themselves', () => {
  const schema = buildSchema(derived.sdl);
  const fields = (name: string): Record<string, string> =>
    Object.fromEntries(Object.values(assertInputObjectType(schema.getType(name)).getFields()).map((each) => [each.name, String(each.type)]));
  expect(fields('BookBorrowedInput')).toEqual({ loanId: 'ID!', isbn: 'Isbn!', branch: 'Branch!', copies: '[[CopyLabelInput!]!]', dueAt: 'DateTime!' });
  expect(fields('ConditionInput')).toEqual({ stars: 'Int!', note: 'String', inspectorId: 'Int!', earlier: '[ConditionInput!]' });
  expect(fields('LoanEventFilter')).toEqual({ type: '[LoanEventType!]', key: '[ID!]', isbn: '[Isbn!]', branch: '[Branch!]' });
  // Values of entities alone are read, never published.
  expect(schema.getType('ReviewInput')).toBeUndefined();
});

test('an application may extend what it has, add root fields, use derived inputs and leave rows to a loader', async () => {
  const { sdl, model, warnings } = deriveSchema([...(await loadSources(DIR)), { file: 'program.graphql', body: PROGRAM }]);
  const schema = buildSchema(sdl);
  const query = assertObjectType(schema.getType('Query')).getFields();
  expect(Object.keys(query)).toEqual(['newestBook', 'loans', 'events', 'apiKeys', 'consumers', 'consumer', 'deadLetters', 'deadLetter', 'webhooks', 'webhook', 'alerts']);
  expect(query['newestBook']?.args.map((each) => String(each.type))).toEqual(['CopyLabelInput']);
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(['burnDown', 'publishBookBorrowed', 'publishBookReturned', 'publishLoanExtended', 'publish', 'eraseKey', 'createApiKey', 'revokeApiKey', 'revokeTokens', 'createStreamTicket', 'pauseConsumer', 'resumeConsumer', 'resetConsumer', 'forkConsumer', 'deleteConsumer', 'replayDeadLetters', 'discardDeadLetters', 'createWebhook', 'updateWebhook', 'pauseWebhook', 'resumeWebhook', 'rotateWebhookSecret', 'deleteWebhook', 'testWebhook']);
  expect(model.types.get('BookBorrowed')?.stored).toEqual(['loanId', 'isbn', 'branch', 'copies', 'dueAt']);
  expect(model.entities.get('Lender')).toMatchObject({ table: null, key: 'id' });
  expect(warnings).toEqual([]);
});

test('entities: table, key, extended fields, embedded values, references both ways', () => {
  const { entities, references } = derived.model;
  expect(entities.get('Book')).toEqual({
    name: 'Book',
    table: 'books',
    key: 'isbn',
    tenant: null,
    shared: false,
    ttl: 30_000,
    stored: [
      { name: 'isbn', type: 'Isbn', embedded: [] },
      { name: 'title', type: 'String', embedded: [] },
      { name: 'label', type: 'CopyLabel', embedded: ['shelf', 'number'] },
      { name: 'reviews', type: 'Review', embedded: [] },
      { name: 'ratings', type: 'Int', embedded: [] },
    ],
    references: [{ field: 'loans', by: 'isbn', entity: 'OpenLoan', to: 'isbn', many: true, invalidatedBy: [] }],
    at: `${DIR}/shelf.graphql:2`,
  });
  expect(entities.get('OpenLoan')).toMatchObject({ table: 'circulation.open_loans', key: 'id' });
  expect(entities.get('Librarian')).toMatchObject({ table: 'librarians', key: 'number', stored: [{ name: 'number' }, { name: 'name' }, { name: 'desk' }] });
  expect(references.get('BookBorrowed')).toEqual([{ field: 'book', by: 'isbn', entity: 'Book', to: 'isbn', many: false, invalidatedBy: ['BookReturned'] }]);
  expect(references.get('Condition')).toEqual([{ field: 'inspector', by: 'inspectorId', entity: 'Librarian', to: 'number', many: false, invalidatedBy: [] }]);
  expect([...references.keys()].sort()).toEqual(['Book', 'BookBorrowed', 'BookReturned', 'Condition', 'OpenLoan']);
});

test('a folder that is missing or empty says which and what to do', async () => {
  await expect(loadSources('test/fixtures/no-such-folder')).rejects.toThrow(
    new SchemaError([{ file: 'test/fixtures/no-such-folder', line: 1, column: 1, message: 'This folder does not exist.', remedy: 'Name the folder of your .graphql files with --schema.' }]),
  );
  await expect(loadSources('test/graphql/derive')).rejects.toThrow('This folder has no .graphql file.');
  await expect(loadSources('package.json')).rejects.toThrow('This is not a folder.');
});

test('files come in the order of their paths, also from folders inside', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-sources-'));
  try {
    await mkdir(join(dir, 'b'));
    for (const file of ['c.graphql', 'b/a.graphql', 'a.graphql', 'notes.md']) await writeFile(join(dir, file), file);
    expect((await loadSources(dir)).map((each) => each.body)).toEqual(['a.graphql', 'b/a.graphql', 'c.graphql']);
  } finally {
    await rm(dir, { recursive: true });
  }
});
