import { buildSchema } from 'graphql';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, OPEN, type Principal } from '../../src/auth/principal.js';
import { SluiceError } from '../../src/base/error.js';
import { Admission } from '../../src/graphql/limits/admission.js';
import { DEFAULT_LIMITS } from '../../src/graphql/limits/limits.js';
import { counted, Rates } from '../../src/graphql/limits/rates.js';
import { createLogger } from '../../src/observe/log.js';

const token = (name: string, tenant = 'default'): Principal => ({ ...ANONYMOUS, kind: 'token', name, tenant });
const rates = (): Rates => new Rates({ operationsPerSecond: 10, publishedPerSecond: 1_000 });

async function refusal(work: Promise<unknown>): Promise<{ code: string; retryAfterMs: number } | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { code: error.code, retryAfterMs: Number(error.details['retryAfterMs']) };
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe('who is counted', () => {
  it('each principal of each tenant, and each address without one; nobody where authentication is off', () => {
    expect(counted(OPEN, '::1')).toBeNull();
    const names = [
      counted(token('ada'), '::1'), counted(token('bob'), '::1'), counted(token('ada', 'other'), '::1'), counted({ ...token('ada'), kind: 'key' }, '::1'),
      counted(ANONYMOUS, '::1'), counted(ANONYMOUS, '::2'),
      // A name that looks like an address, and one that looks like a tenant and a name.
      counted(token('address ::1'), '::3'), counted(token('a","b'), '::1'), counted(token('b', 'token","a'), '::1'),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(counted(token('ada'), '::1')).toBe(counted(token('ada'), '::9'));
  });
});

// Time is given: nothing here depends on how long it takes.
describe('rates', () => {
  it('a second\'s worth at once, then RATE_LIMITED with the time to wait, after which it goes on', async () => {
    vi.useFakeTimers();
    const limited = rates();
    for (let count = 0; count < 10; count += 1) expect(await refusal(limited.operation('ada'))).toBeNull();
    await vi.advanceTimersByTimeAsync(400);
    expect(await refusal(limited.operation('ada'))).toEqual({ code: 'RATE_LIMITED', retryAfterMs: 600 });
    expect(await refusal(limited.operation('bob'))).toBeNull();
    expect(await refusal(limited.operation(null))).toBeNull();
    await vi.advanceTimersByTimeAsync(600);
    expect(await refusal(limited.operation('ada'))).toBeNull();
  });

  it('publishing is counted in events; what was refused is free again after the second', async () => {
    vi.useFakeTimers();
    const limited = rates();
    expect(await refusal(limited.publish('ada', 600))).toBeNull();
    expect(await refusal(limited.publish('ada', 600))).toEqual({ code: 'RATE_LIMITED', retryAfterMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await refusal(limited.publish('ada', 1_000))).toBeNull();
  });

  it('of very many principals those beyond share one count, until the second is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const limited = new Rates({ operationsPerSecond: 10, publishedPerSecond: 1_000 }, 100);
    for (let index = 0; index < 100; index += 1) await limited.operation(`p${index}`);
    for (let index = 0; index < 10; index += 1) expect(await refusal(limited.operation(`beyond ${index}`))).toBeNull();
    expect(await refusal(limited.operation('beyond them all'))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await refusal(limited.operation('p7'))).toBeNull();
    await vi.advanceTimersByTimeAsync(1_001);
    expect(await refusal(limited.operation('beyond them all'))).toBeNull();
    // Nothing is left of the second before.
    expect(vi.getTimerCount()).toBeLessThan(10);
  });
});

it('an operation that is refused for its rate is neither read nor parsed, and over HTTP its status says when to come back', async () => {
  const admission = new Admission({
    limits: { ...DEFAULT_LIMITS, operationsPerSecond: 1 }, schema: buildSchema('type Query { a: Int }'), model: { references: new Map() } as never,
    rates: new Rates({ operationsPerSecond: 1, publishedPerSecond: 1_000 }), log: createLogger('silent'), onRefused: () => undefined, introspection: true, persisted: null, persistedOnly: false,
  });
  await admission.begin({ query: '{ a }' }, token('ada'), '::1');
  const unread = { get variables(): never { throw new Error('read'); } };
  await expect(admission.begin(unread, token('ada'), '::1')).rejects.toMatchObject({
    extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) as number, http: { status: 429, headers: { 'retry-after': '1' } } },
  });
});
