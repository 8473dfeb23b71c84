import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway.js';
import { createGateways, type TestGateways } from '../support/gateway.js';
import { bearer, createOwners, guarded, guardedApplication } from '../support/security.js';
import { RULES, type Who } from './rules.js';
import { publish, WAYS, type Operation, type Outcome, type Way } from './ways.js';

let gateways: TestGateways;
let gateway: Gateway;
const app = guardedApplication();
const tokens = new Map<string, string>();

beforeAll(async () => {
  gateways = await createGateways();
  await createOwners(gateways.sql, ['default']);
  gateway = await gateways.start(guarded(app.application));
  for (const { who } of RULES) {
    if (who !== null) tokens.set(who, await (who === 'admin' ? bearer.admin() : bearer.scoped(who)));
  }
  // So that whatever is selected would be there.
  await publish(gateway.url, await bearer.admin(), [
    { bulletinPosted: { bulletinId: 'b', moderator: 'SECRET', readers: 4, details: { draft: 'SECRET', inner: { draft: 'SECRET' } }, accountId: 'a', ownerId: 'ann' } },
    { roomOpened: { roomId: 'r' } }, { entryBooked: { ledgerId: 'l', amount: 1 } }, { entryReversed: { ledgerId: 'l', reason: 'SECRET' } },
    { parcelSent: { parcelId: 'p', ownerId: 'ann' } }, { memoWritten: { memoId: 'm', team: 't' } }, { memoShredded: { memoId: 'm' } },
  ]);
});
afterAll(() => gateways.close());

const tokenOf = (who: Who): string | null => (who === null ? null : tokens.get(who) ?? null);
const stored = async (): Promise<number> => Number((await gateways.sql<{ n: string }[]>`SELECT count(*) AS n FROM sluice.events`)[0]?.n);

async function expectCode(way: Way, operation: Operation, who: Who, code: string | null): Promise<Outcome> {
  const answer = await way.ask(gateway.url, operation, tokenOf(who));
  expect({ code: answer.code, close: answer.close }, answer.text).toEqual({ code, close: undefined });
  if (code !== null) {
    expect(answer.data ?? null).toBeNull();
    expect(answer.text).not.toContain('SECRET');
  }
  return answer;
}

describe.each(WAYS)('G16: over $name', (way) => {
  it.each(RULES)('$what: $code', async ({ who, query, subscription, mutation, code }) => {
    const [calls, events] = [app.total, await stored()];
    if (query !== undefined) await expectCode(way, query, who, code);
    if (subscription !== undefined && way.streams) await expectCode(way, subscription, who, code);
    if (mutation !== undefined && way.writes) await expectCode(way, mutation, who, code);
    if (mutation !== undefined && !way.writes) {
      // Nothing is changed by GET, whoever asks.
      const answer = await way.ask(gateway.url, mutation, tokenOf(who));
      expect([answer.status, answer.data ?? null]).toEqual([405, null]);
    }
    // Decided before anything is executed: no resolver, no loader, no event.
    if (code !== null || !way.writes) expect(await stored()).toBe(events);
    if (code !== null) expect(app.total).toBe(calls);
  });
});

describe('what a refusal says', () => {
  it('names the field and the scopes that are needed', async () => {
    const { errors } = await expectCode(WAYS[0] as Way, { query: '{ vault }' }, '', 'FORBIDDEN');
    expect(errors[0]?.message).toContain('vault');
    expect(errors[0]?.message).toContain('vault:open');
  });

  it('is the same over every transport', async () => {
    for (const { query, who, code } of RULES.filter((rule) => rule.code !== null && rule.query !== undefined).slice(0, 40)) {
      const answers = await Promise.all(WAYS.map((way) => way.ask(gateway.url, query as Operation, tokenOf(who))));
      expect(new Set(answers.map(({ errors }) => JSON.stringify(errors.map(({ message, extensions, path }) => [message, extensions, path])))).size, code ?? '').toBe(1);
    }
  });
});
