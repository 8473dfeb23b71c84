import { afterAll, beforeAll, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { waitFor } from '../support/wait.js';
import { createHooks, ids, note, type Hooks, type ShownWebhook } from './hooks.js';
import { answer, type Behaviour } from './sink.js';

/* What an endpoint may do to an event, from its publication to what is kept of it. What the sender makes of each answer: outcomes.test.ts. */

const TIMEOUT = 500;

let hooks: Hooks;
let gateway: Gateway;
beforeAll(async () => {
  hooks = await createHooks();
  gateway = await hooks.start({ webhooks: { timeoutMs: TIMEOUT } });
});
afterAll(() => hooks.close());

interface Kept {
  /** What `webhook` shows as `lastError`, or as `statusReason` when it was stopped; null: nothing has failed. */
  readonly error: string | null;
  /** Whether an attempt was counted that failed. */
  readonly counted: boolean;
  readonly status: 'ENABLED' | 'DISABLED';
}

const saidOf = ({ lastError, statusReason }: ShownWebhook): string | null => statusReason ?? lastError;

const LATE = `There was no answer within ${TIMEOUT} ms.`;

const ROWS: readonly (readonly [what: string, behaviour: (inward: string) => Behaviour, kept: Kept])[] = [
  ['answers 500', () => answer(500, {}, 'oops'), { error: 'The endpoint answered 500. It said: oops', counted: true, status: 'ENABLED' }],
  ['hangs', () => ({ kind: 'hang' }), { error: LATE, counted: true, status: 'ENABLED' }],
  ['drips its head', () => ({ kind: 'drip', part: 'head', status: 200, everyMs: 20 }), { error: LATE, counted: true, status: 'ENABLED' }],
  ['drips the body of a 200', () => ({ kind: 'drip', part: 'body', status: 200, everyMs: 20 }), { error: null, counted: false, status: 'ENABLED' }],
  ['redirects inward', (inward) => answer(307, { location: inward }), { error: 'The endpoint answered 307. Redirects are not followed: give the URL to which it leads.', counted: true, status: 'ENABLED' }],
  ['answers 410', () => answer(410), { error: 'The endpoint answered 410 (gone): it is no more.', counted: false, status: 'DISABLED' }],
  ['answers 429', () => answer(429, { 'retry-after': '1' }), { error: 'The endpoint answered 429.', counted: false, status: 'ENABLED' }],
];

// Seen to fail: with an attempt counted for 410, and with 429 as any other status.
it.for(ROWS)('G9: an endpoint that %s: what is kept of it, and the event is there once it is mended, with its webhook-id', async ([what, behaviour, { error, counted, status }], context) => {
  let isMended = false;
  const inward = hooks.sink.on(`/inward/${encodeURIComponent(what)}`, answer(200));
  const path = `/${encodeURIComponent(what)}`;
  const made = await hooks.create(gateway, { name: what, url: hooks.sink.on(path, () => (isMended ? answer(200) : behaviour(inward))), topics: ['NoteEvent'] });
  const [id] = await note(gateway, ['n']);
  const sums = async () => (await hooks.sql<{ delivered: number; failed: number }[]>`SELECT sum(delivered)::int AS delivered, sum(failed)::int AS failed FROM sluice.consumer_slots WHERE consumer = ${made.consumer}`)[0];
  const seen = error === null
    ? await hooks.delivered(made, 1).then(() => hooks.show(gateway, made.id))
    : await waitFor(async () => {
      const shown = await hooks.show(gateway, made.id);
      return saidOf(shown) !== null && shown.status === status && (!counted || ((await sums())?.failed ?? 0) > 0) ? shown : null;
    }, { what: 'the failure to be written down' });
  context.expect([saidOf(seen), seen.status]).toEqual([error, status]);
  if (error !== null) context.expect((await sums())?.delivered).toBe(0);
  isMended = true;
  if (status === 'DISABLED') await hooks.change(gateway, 'resumeWebhook', made.id);
  await hooks.delivered(made, 1);
  context.expect((await sums())?.failed === 0).toBe(!counted);
  context.expect(new Set(ids(hooks.sink.at(path)))).toEqual(new Set([id]));
  context.expect(hooks.sink.at(path).length === 1).toBe(error === null);
  context.expect(hooks.sink.at(`/inward/${encodeURIComponent(what)}`)).toEqual([]);
  await hooks.change(gateway, 'deleteWebhook', made.id);
});
