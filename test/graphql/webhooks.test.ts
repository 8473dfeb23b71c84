import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { SECRET, token } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { post as ask } from '../security/ways.js';
import { createHooks, ids, SOON, type Hooks } from '../webhook/hooks.js';
import { answer } from '../webhook/sink.js';

/* The webhooks of the GraphQL API, where callers are told apart: what is refused, and to whom they belong. */

let hooks: Hooks;
let gateway: Gateway;
let twin: Gateway;
let acme: string;
let globex: string;
beforeAll(async () => {
  hooks = await createHooks();
  const auth = { jwt: { secret: SECRET } };
  [gateway, twin] = [await hooks.start({ auth }), await hooks.start({ auth })];
  [acme, globex] = await Promise.all(['acme', 'globex'].map((tenant) => token({ sub: 'ops', tenant, scope: 'sluice:admin' }))) as [string, string];
});
afterAll(() => hooks.close());

/** A refusal is told in its own words, not as JSON inside JSON. */
const post: typeof ask = (...args) => ask(...args).catch((error: unknown) => {
  throw new Error(String(error).replaceAll(/\\+"/g, '"'));
}) as never;
const make = async (input: object, by = acme, at = gateway): Promise<Record<string, unknown> & { id: string; secret: string }> =>
  (await post<{ createWebhook: Record<string, unknown> & { id: string; secret: string } }>(at.url, by, `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) {
    id name url topics types where selection format order headerNames concurrency status secret oldSecretsUntil problem consumer createdBy } }`, { input: { topics: ['NoteEvent'], ...input } })).createWebhook;
const note = (by: string, noteId: string): Promise<unknown> => post(gateway.url, by, 'mutation($input: NotedInput!) { publishNoted(input: $input) { eventId } }', { input: { noteId } });

describe('createWebhook', () => {
  it('answers the webhook, with a secret that nothing shows again', async () => {
    const made = await make({ name: 'shown', url: 'https://example.com/hooks', types: ['Noted'], where: { key: ['n-1'] }, headers: { Authorization: 'Bearer very-secret' } });
    expect(made).toMatchObject({
      name: 'shown', url: 'https://example.com/hooks', topics: ['NoteEvent'], types: ['Noted'], where: { key: ['n-1'] }, selection: null, format: 'CLOUDEVENTS', order: 'KEY',
      headerNames: ['authorization'], concurrency: 8, status: 'ENABLED', oldSecretsUntil: null, problem: null, consumer: `webhook:${made.id}`, createdBy: 'ops',
    });
    expect(made.secret).toMatch(/^whsec_/);
    const listed = JSON.stringify(await post(twin.url, acme, '{ webhooks { id secret headerNames url } webhook(id: "' + made.id + '") { secret name } }'));
    expect(listed).toContain(made.id);
    expect(listed).not.toContain(made.secret);
    expect(listed).not.toContain('very-secret');
  });

  it('takes the literals of the documentation', async () => {
    expect(await post(gateway.url, acme, `mutation { createWebhook(input: {
      name: "literal", url: "https://example.com/", topics: ["NoteEvent", "TickEvent"], where: { type: ["Noted", "Ticked"] }, format: PLAIN, order: NONE, secret: "whsec_${Buffer.alloc(32, 7).toString('base64')}"
    }) { topics where secret } }`)).toEqual({ createWebhook: { topics: ['NoteEvent', 'TickEvent'], where: { type: ['Noted', 'Ticked'] }, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` } });
  });

  it.each([
    ['no name', { name: '' }, /name must have 1 to 255 characters/],
    ['no URL', { url: 'hooks' }, /URL is not valid/],
    ['plain http', { url: 'http://example.com/' }, /must begin with https/],
    ['an address inside', { url: 'https://169.254.169.254/latest' }, /SLUICE_WEBHOOK_ALLOW/],
    ['no topic', { topics: [] }, /`topics` is empty/],
    ['a topic that does not exist', { topics: ['OrderEvent'] }, /There is no topic "OrderEvent"\. Topics: NoteEvent, TickEvent/],
    ['a topic twice', { topics: ['NoteEvent', 'NoteEvent'] }, /names one twice/],
    ['no type', { types: [] }, /`types` is empty/],
    ['a type of another topic', { types: ['Ticked'] }, /"Ticked" is no event type of NoteEvent/],
    ['a filter that is none', { where: 'key' }, /`where` must be/],
    ['a filter for a field that cannot be asked for', { where: { text: ['x'] } }, /Field "text" is not defined by type "NoteEventFilter"/],
    ['a filter for another kind of value', { where: { number: ['x'] } }, /`where\.number\[0\]`: .*Int/],
    ['a filter for a field of one topic of several', { topics: ['NoteEvent', 'TickEvent'], where: { author: ['ann'] } }, /Of several topics only/],
    ['a secret that is short', { secret: 'whsec_c2hvcnQ=' }, /The secret must be whsec_/],
    ['a header of the gateway', { headers: { 'webhook-id': 'x' } }, /set by the gateway/],
    ['headers that are none', { headers: ['x'] }, /`headers` must be/],
    ['a header with a number', { headers: { x: 5 } }, /must be text/],
    ['no request at once', { concurrency: 0 }, /`concurrency` must be 1 to 64/],
  ])('refuses %s', async (_what, input, message) => {
    await expect(make({ name: 'refused', url: 'https://example.com/', ...input })).rejects.toThrow(message);
    expect(await hooks.sql`SELECT FROM sluice.webhooks WHERE name IN ('refused', '')`).toHaveLength(0);
  });

  it('takes a name once in a tenant', async () => {
    await make({ name: 'once', url: 'https://example.com/1' });
    await expect(make({ name: 'once', url: 'https://example.com/2' }, acme, twin)).rejects.toThrow(/CONFLICT/);
    await expect(make({ name: 'once', url: 'https://example.com/1' }, globex)).resolves.toMatchObject({ name: 'once' });
  });
});

describe('G13 a webhook', () => {
  it('gets events of its tenant alone, and is that tenant\'s alone', async () => {
    // Seen to fail with `tenant: null` in the spec and a filter without it.
    const [ours, theirs] = [await make({ name: 'ours', url: hooks.sink.on('/acme', answer(200)) }), await make({ name: 'theirs', url: hooks.sink.on('/globex', answer(200)) }, globex)];
    for (let count = 0; count < 3; count += 1) {
      await note(acme, 'same');
      await note(globex, 'same');
    }
    const [sent, received] = [await hooks.sink.received('/acme', 3), await hooks.sink.received('/globex', 3)];
    await hooks.delivered({ consumer: String(ours['consumer']) }, 3);
    await hooks.delivered({ consumer: String(theirs['consumer']) }, 3);
    expect(new Set([...ids(sent), ...ids(received)]).size).toBe(6);
    expect(sent.every(({ body }) => body.includes('"sluicetenant":"acme"'))).toBe(true);
    for (const text of ['query($id: ID!) { webhook(id: $id) { id } }', ...['pauseWebhook', 'resumeWebhook', 'rotateWebhookSecret', 'deleteWebhook', 'testWebhook'].map((field) => `mutation($id: ID!) { ${field}(id: $id) { __typename } }`), 'mutation($id: ID!) { updateWebhook(id: $id, input: { url: "https://example.com/stolen" }) { id } }']) {
      await expect(post(gateway.url, globex, text, { id: ours.id })).rejects.toThrow(/There is no webhook/);
    }
    expect(JSON.stringify(await post(gateway.url, globex, '{ webhooks { id } }'))).not.toContain(ours.id);
    await post(gateway.url, acme, 'mutation($id: ID!) { deleteWebhook(id: $id) { id } }', { id: ours.id });
  });

  it('that one gateway makes, changes and deletes is so on the others within a second', async () => {
    const made = await make({ name: 'roaming', url: hooks.sink.on('/roaming', answer(200)) });
    await waitFor(async () => (await hooks.sql`SELECT FROM sluice.consumer_members WHERE consumer = ${`webhook:${made.id}`}`).length === 2);
    await post(twin.url, acme, 'mutation($id: ID!) { deleteWebhook(id: $id) { id } }', { id: made.id });
    await expect(post(gateway.url, acme, 'query($id: ID!) { webhook(id: $id) { id } }', { id: made.id })).rejects.toThrow(/There is no webhook/);
    await waitFor(async () => (await hooks.sql`SELECT FROM sluice.consumers WHERE name = ${`webhook:${made.id}`}`).length === 0);
  });
});

describe('updateWebhook', () => {
  it('changes what is given, and nothing else; null takes away', async () => {
    const made = await make({ name: 'changing', url: 'https://example.com/a', types: ['Noted'], where: { key: ['a'] }, selection: '__typename', headers: { x: 'y' } });
    const update = async (input: object) => (await post<{ updateWebhook: object }>(gateway.url, acme, 'mutation($id: ID!, $input: UpdateWebhookInput!) { updateWebhook(id: $id, input: $input) { name url topics types where selection headerNames format concurrency } }', { id: made.id, input })).updateWebhook;
    expect(await update({ url: 'https://example.com/b', concurrency: 2 })).toEqual({ name: 'changing', url: 'https://example.com/b', topics: ['NoteEvent'], types: ['Noted'], where: { key: ['a'] }, selection: '__typename', headerNames: ['x'], format: 'CLOUDEVENTS', concurrency: 2 });
    expect(await update({ types: null, where: null, selection: null, headers: null, name: null })).toMatchObject({ name: 'changing', types: null, where: null, selection: null, headerNames: [] });
    await expect(update({ topics: ['TickEvent'], types: ['Noted'] })).rejects.toThrow(/no event type of TickEvent/);
  });
});

it('a webhook that the schema of a gateway does not have waits for one that has', async () => {
  const made = await make({ name: 'ahead', url: hooks.sink.on('/ahead', answer(200)), from: 'BEGINNING' });
  await hooks.sql`UPDATE sluice.webhooks SET topics = '{PastEvent}', revision = sluice.change_webhooks() WHERE id = ${made.id}`;
  const { webhook } = await post<{ webhook: object }>(gateway.url, acme, 'query($id: ID!) { webhook(id: $id) { problem status } }', { id: made.id });
  expect(webhook).toEqual({ problem: expect.stringContaining('There is no topic "PastEvent"') as string, status: 'ENABLED' });
  await waitFor(async () => (await hooks.sql`SELECT FROM sluice.consumer_members WHERE consumer = ${`webhook:${made.id}`}`).length === 0);
  expect(SOON.webhooks?.lookEvery).toBe(100);
});
