import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateways, query, type GatewayProcess, type TestGateways } from '../support/gateway.js';

let gateways: TestGateways;
let gateway: GatewayProcess;
beforeAll(async () => {
  gateways = await createGateways();
  await gateways.sql`CREATE TABLE books (isbn text PRIMARY KEY, title text NOT NULL, label_shelf text, label_number int, reviews json, ratings int[])`;
  await gateways.sql`CREATE SCHEMA circulation`;
  await gateways.sql`CREATE TABLE circulation.open_loans (id text PRIMARY KEY, isbn text NOT NULL)`;
  await gateways.sql`CREATE TABLE librarians (number int PRIMARY KEY, name text, desk text)`;
  await gateways.sql`INSERT INTO books VALUES ('978-0', 'Sluices of the Netherlands', 'TC', 4, '[]', '{5}')`;
  await gateways.sql`INSERT INTO circulation.open_loans VALUES ('open1', '978-0')`;
  await gateways.sql`INSERT INTO librarians VALUES (7, 'Ada', 'front')`;
  gateway = await gateways.spawn({ schema: 'test/fixtures/library-schema' });
});
afterAll(() => gateways.close());

const HISTORY = `{ loans(where: { branch: [HARBOUR] }) { edges { cursor node {
  ... on BookBorrowed { loanId dueAt meta { version key } book { title label { shelf number } ratings loans { id book { isbn } } } } } } } }`;
const NODE = { loanId: 'l1', dueAt: '2026-12-01T00:00:00.000Z', meta: { version: 2, key: 'l1' }, book: { title: 'Sluices of the Netherlands', label: { shelf: 'TC', number: 4 }, ratings: [5], loans: [{ id: 'open1', book: { isbn: '978-0' } }] } };

describe('--schema with another domain and no TypeScript', () => {
  it('serves what its SDL declares, and no commerce', async () => {
    const schema = await query<{ __schema: Record<'subscriptionType' | 'mutationType', { fields: { name: string }[] }> }>(
      gateway.url, '{ __schema { subscriptionType { fields { name } } mutationType { fields { name } } } }');
    expect(schema.data?.__schema.subscriptionType.fields.map((field) => field.name)).toEqual(['loans', 'events', 'alerts']);
    expect(schema.data?.__schema.mutationType.fields.map((field) => field.name).sort()).toEqual(['createApiKey', 'createStreamTicket', 'createWebhook', 'deleteConsumer', 'deleteWebhook', 'discardDeadLetters', 'eraseKey', 'forkConsumer', 'pauseConsumer', 'pauseWebhook', 'publish',
      'publishBookBorrowed', 'publishBookReturned', 'publishLoanExtended', 'replayDeadLetters', 'resetConsumer', 'resumeConsumer', 'resumeWebhook', 'revokeApiKey', 'revokeTokens', 'rotateWebhookSecret', 'testWebhook', 'updateWebhook']);
    const [commerce] = await gateways.sql`SELECT 1 FROM pg_namespace WHERE nspname = 'commerce'`;
    expect(commerce).toBeUndefined();
  });

  it('publishes, subscribes and looks up references in tables of its own', async () => {
    const lent = await query<{ publishBookBorrowed: { cursor: string } }>(gateway.url, `mutation { publishBookBorrowed(input: {
      loanId: "l1", isbn: "978-0", branch: HARBOUR, dueAt: "2026-12-01T01:00:00+01:00" }) { cursor } }`);
    expect(lent.errors).toBeUndefined();
    await gateways.sql`INSERT INTO sluice.outbox (type, payload) VALUES ('BookReturned', '{"loanId": "l1", "isbn": "978-0", "condition": {"stars": 4, "inspectorId": 7}}')`;
    const history = await query<{ loans: { edges: unknown[] } }>(gateway.url, HISTORY);
    expect(history.errors).toBeUndefined();
    expect(history.data?.loans.edges).toEqual([{ cursor: lent.data?.publishBookBorrowed.cursor, node: NODE }]);

    const returned = 'subscription { loans(from: BEGINNING, where: { type: [BookReturned] }) { node { ... on BookReturned { condition { stars inspector { name } } book { title } } } } }';
    const stream = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(returned)}`, { headers: { accept: 'text/event-stream' } });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (reader !== undefined && !text.includes('event: next')) text += (await reader.read()).value ?? '';
    await reader?.cancel();
    expect(text).toContain('{"data":{"loans":{"node":{"condition":{"stars":4,"inspector":{"name":"Ada"}},"book":{"title":"Sluices of the Netherlands"}}}}');
  });
});
