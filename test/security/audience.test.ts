import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { token } from '../support/tokens.js';
import { waitFor } from '../support/wait.js';
import { boardEvents, boardQuestions, crowds, expected, inputOf, published, questions, readers, written, type Published, type Question, type Reader } from './audience.js';
import { followOn, type Follow } from './follow.js';
import { params, RawSocket } from './raw-socket.js';
import { post, publish, WAYS } from './ways.js';

/*
 * Seen to fail with one part taken out of the key of an audience, so that readers shared an execution who must not: the claims (both tests),
 * the rules that are lifted (the second), the tenant together with the filter's comparison of it (the first). With the tenant alone out of the
 * key nobody outside can see a thing: an event has one tenant, and the filter gives it to that tenant's readers only, before it is executed.
 * It is the same with the outcomes of scope rules: whoever fails one is refused, or is not given the event. That the key has both all the
 * same, test/graphql/access/audience.test.ts shows.
 */
let gateways: TestGateways;
let gateway: Gateway;
const admins = new Map<string, string>();
const { application } = guardedApplication();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['acme', 'globex']);
  gateway = await gateways.start(guarded(application, { checkpointInterval: 50 }));
  for (const tenant of ['acme', 'globex']) admins.set(tenant, await bearer.admin({ tenant }));
});
afterAll(() => gateways.close());

const tokenOf = ({ tenant, sub, team, scopes }: Reader): Promise<string> => token({ sub, tenant, scope: scopes.join(' '), ...(team === null ? {} : { team }) });
const headNow = async (who: string): Promise<string> => (await post<{ events: { head: string } }>(gateway.url, who, '{ events(first: 0) { head } }')).events.head;

async function connect(reader: Reader): Promise<RawSocket> {
  const socket = new RawSocket(gateway.url, { params: params(await tokenOf(reader)) });
  if (!await socket.opened()) throw new Error(`closed with ${socket.closed?.code}`);
  return socket;
}

/**
 * Every reader asks every question at the same time on one gateway, so that whatever can be shared is. What each gets, live
 * and from history, is what ten lines of rules say of the published events: no more, no less, in order.
 */
async function everybodyGetsTheirs(who: readonly Reader[], asked: readonly Question[], events: readonly Published[]): Promise<void> {
  const sockets = await Promise.all(who.map(connect));
  try {
    const after = await headNow(admins.get('acme') ?? '');
    const follows = who.map((reader, index) => asked.map((question, number) => ({
      reader, question, follow: followOn(sockets[index] as RawSocket, { query: written(question).subscription, variables: { after } }, `q${number}`),
    }))).flat();
    await Promise.all(follows.map(({ follow }) => follow.established()));
    const stored: (Published & { id: string })[] = [];
    for (const group of runs(events)) {
      const receipts = await publish(gateway.url, admins.get(group[0]?.tenant ?? '') ?? '', group.map(inputOf));
      group.forEach((event, index) => stored.push({ ...event, id: receipts[index]?.eventId ?? '' }));
    }
    const head = await headNow(admins.get('acme') ?? '');
    for (const { reader, question, follow } of follows) {
      const shown = expected(reader, question, stored);
      await settled(follow, head);
      expect(outcome(follow), describeCase(reader, question)).toEqual(shown ?? 'FORBIDDEN');
    }
    await Promise.all(follows.map(async ({ reader, question }) => {
      const answer = await WAYS[0]?.ask(gateway.url, { query: written(question).query, variables: { after } }, await tokenOf(reader));
      const edges = (answer?.data?.[written(question).field] as { edges: { node: object }[] } | undefined)?.edges;
      expect(edges?.map(({ node }) => node) ?? answer?.code, describeCase(reader, question)).toEqual(expected(reader, question, stored) ?? 'FORBIDDEN');
    }));
  } finally {
    for (const socket of sockets) socket.close();
  }
}

test('G13, G16: whoever asks whatever gets what the rules give, beside everybody else', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(readers, { minLength: 2, maxLength: 5 }), fc.array(questions, { minLength: 1, maxLength: 4 }), fc.array(published, { minLength: 3, maxLength: 14 }), everybodyGetsTheirs,
  ), { numRuns: 14, endOnFailure: true });
});

test('G13, G16: who asks the same of the same events as others of the tenant, at the same time, is not shown what they are', { timeout: 120_000 }, async () => {
  const worlds = crowds.chain((who) => fc.tuple(fc.constant(who), fc.array(boardQuestions, { minLength: 1, maxLength: 2 }), fc.array(boardEvents(who[0]?.tenant ?? 'acme'), { minLength: 6, maxLength: 12 })));
  await fc.assert(fc.asyncProperty(worlds, ([who, asked, events]) => everybodyGetsTheirs(who, asked, events)), { numRuns: 10, endOnFailure: true });
});

const describeCase = (reader: Reader, question: object): string => JSON.stringify({ reader, question });
const outcome = (follow: Follow): unknown => (follow.end === undefined ? follow.nodes : follow.end);

async function settled(follow: Follow, head: string): Promise<void> {
  await waitFor(() => follow.end !== undefined || follow.cursor !== undefined, { what: 'a start cursor or an end' });
  if (follow.end === undefined) await follow.reached(head);
}

/** Neighbours of one tenant, which are published in one call. */
function runs(events: readonly Published[]): Published[][] {
  const groups: Published[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last?.[0]?.tenant === event.tenant) last.push(event);
    else groups.push([event]);
  }
  return groups;
}
