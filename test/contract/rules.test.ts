import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, query, type TestGateways } from '../support/gateway.js';
import { waitFor } from '../support/wait.js';
import { HISTORY } from './notes.js';
import type { WireError } from './subscription.js';
import { streamUrl, TRANSPORTS } from './transports.js';

let gateways: TestGateways;
let gateway: Gateway;
beforeAll(async () => {
  gateways = await createGateways();
  gateway = await gateways.start();
});
afterAll(() => gateways.close());

type Errors = readonly WireError[];
type Ask = (text: string, variables: Record<string, unknown>) => Promise<Errors>;

const WAYS: readonly (readonly [string, Ask])[] = [
  ['GET', async (text, variables) => ((await (await fetch(streamUrl(gateway.url, text, variables), { headers: { accept: 'application/json' } })).json()) as { errors: Errors }).errors],
  ...TRANSPORTS.map((transport): readonly [string, Ask] => [transport.name, async (text, variables) => {
    const operation = transport.subscribe(gateway.url, text, variables);
    // A field that fails is in a result; what cannot begin ends the operation.
    return await waitFor(() => operation.end?.errors ?? operation.results.find((result) => result.errors !== undefined)?.errors, { what: 'errors' });
  }]),
];

const RULES: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
  ['a syntax error', '{ noteEvents {', {}, 'BAD_USER_INPUT'],
  ['an unknown field', '{ nothing }', {}, 'BAD_USER_INPUT'],
  ['no selection', '{ noteEvents }', {}, 'BAD_USER_INPUT'],
  ['a variable of the wrong type', HISTORY, { first: 'ten' }, 'BAD_USER_INPUT'],
  ['an unknown filter', HISTORY, { where: { text: ['a'] } }, 'BAD_USER_INPUT'],
  ['an unknown event type in a filter', HISTORY, { where: { type: ['Ticked'] } }, 'BAD_USER_INPUT'],
  ['a subscription whose root field is skipped', 'subscription { noteEvents @skip(if: true) { cursor } }', {}, 'BAD_USER_INPUT'],
  ['a subscription whose root field depends on a variable', 'subscription($in: Boolean!) { noteEvents @include(if: $in) { cursor } }', { in: true }, 'BAD_USER_INPUT'],
  ['a deferred fragment', '{ noteEvents { ... @defer { head } } }', {}, 'BAD_USER_INPUT'],
  ['a page beyond the limit', HISTORY, { first: 1_001 }, 'BAD_USER_INPUT'],
  ['first and last together', HISTORY, { first: 1, last: 1 }, 'BAD_USER_INPUT'],
  ['a negative page', HISTORY, { last: -1 }, 'BAD_USER_INPUT'],
  ['no topic', 'query($topics: [Topic!]) { events(topics: $topics) { head } }', { topics: [] }, 'BAD_USER_INPUT'],
  ['an unknown topic', 'query($topics: [Topic!]) { events(topics: $topics) { head } }', { topics: ['Nobody'] }, 'BAD_USER_INPUT'],
  ['a page across topics beyond the limit', '{ events(last: 1001) { head } }', {}, 'BAD_USER_INPUT'],
  ['an empty cursor', HISTORY, { after: '' }, 'CURSOR_INVALID'],
  ['an empty cursor to read back from', HISTORY, { last: 1, before: '' }, 'CURSOR_INVALID'],
  ['a broken cursor', HISTORY, { before: 'garbage' }, 'CURSOR_INVALID'],
];

// Seen to fail: with validation left out of `Operations.prepare`, an unknown field over graphql-ws brought no error; and
// before errors were given their known codes, HTTP said GRAPHQL_VALIDATION_FAILED where WebSocket said BAD_USER_INPUT.
describe.each(WAYS)('G16: over %s', (_way, ask) => {
  it.each(RULES)('%s is refused as over POST: same code, same message, same path', async (_what, text, variables, code) => {
    const asked = await ask(text, variables);
    const posted = (await query(gateway.url, text, variables)).errors;
    expect(posted).not.toHaveLength(0);
    expect(asked.map((error) => error.extensions?.['code'])).toEqual(asked.map(() => code));
    expect(asked.map(({ message, path, extensions }) => ({ message, path, extensions }))).toEqual(posted?.map(({ message, path, extensions }) => ({ message, path, extensions })));
  });
});

describe.each(TRANSPORTS)('G16: over $name', (transport) => {
  it('a limit of publishing holds as over POST, and nothing is stored', async () => {
    const text = 'mutation($input: NotedInput!) { publishNoted(input: $input) { cursor } }';
    const variables = { input: { noteId: 'x'.repeat(256) } };
    const operation = transport.subscribe(gateway.url, text, variables);
    await waitFor(() => operation.end ?? operation.results[0], { what: 'an answer' });
    if (transport.name === 'EventSource') {
      // It can only GET, and nothing is changed by GET.
      expect(operation.end).toEqual({ closed: 405 });
      return;
    }
    const errors = operation.end?.errors ?? operation.results[0]?.errors ?? [];
    expect(errors.map(({ message, extensions }) => ({ message, extensions }))).toEqual((await query(gateway.url, text, variables)).errors?.map(({ message, extensions }) => ({ message, extensions })));
    expect((await gateways.sql`SELECT FROM sluice.events`).length).toBe(0);
  });

  it('a query is answered once and completed', async () => {
    const operation = transport.subscribe(gateway.url, '{ __typename }');
    await waitFor(() => operation.end);
    expect(operation.end).toEqual({ complete: true });
    expect(operation.results).toEqual([{ data: { __typename: 'Query' } }]);
  });
});
