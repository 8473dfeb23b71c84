import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IAT_AHEAD, principalOf } from '../../src/auth/claims.js';
import { LiveSessions } from '../../src/auth/live-sessions.js';
import { ANONYMOUS, OPEN, type Principal } from '../../src/auth/principal.js';
import { Revocations } from '../../src/auth/revocations.js';
import { MAX_TOKEN_LIFE } from '../../src/auth/revoke.js';
import type { Revocation } from '../../src/event/internal.js';

/* Sessions under a clock that the tests move; `expire` is what the timer calls. */

const NOW = 1_800_000_000_000;
let at: number;
let revocations: Revocations;
let sessions: LiveSessions;
beforeEach(() => {
  at = NOW;
  revocations = new Revocations(0);
  sessions = new LiveSessions(revocations, () => at);
});
afterEach(() => sessions.stop());

const principal = (parts: Partial<Omit<Principal, 'credential'>> & { credential?: Partial<Principal['credential']> } = {}): Principal => ({
  kind: 'token', name: 'ann', tenant: 'default', scopes: new Set(), claims: {}, expiresAt: NOW + 60_000, ...parts,
  credential: { jti: null, sub: parts.name ?? 'ann', keyId: null, issuedAt: NOW - 1_000, ...parts.credential },
});
const revocation = (parts: Partial<Revocation>): Revocation => ({ tenant: 'default', kind: 'sub', value: 'ann', revokedAt: NOW, until: NOW + 1_000_000, ...parts });
const revoke = (parts: Partial<Revocation>): void => {
  const made = revocation(parts);
  revocations.add(made);
  sessions.revoke(made);
};
const pass = (ms: number): void => {
  at += ms;
  sessions.expire();
};

describe('a session', () => {
  it('G13: ends as expired at the moment of its expiry, not before', () => {
    const session = sessions.open(principal());
    pass(59_999);
    expect(session.ended.aborted).toBe(false);
    pass(100);
    expect([session.ended.aborted, session.ended.reason]).toEqual([true, 'expired']);
    // Seen to fail without `leave` in `#end`: what has ended waits for its transport alone.
    expect(sessions.sizes).toEqual({ open: 1, ticks: 0, handles: 0 });
  });

  it('G13: ends by the clock that the process has, without anybody asking', async () => {
    const real = new LiveSessions(revocations, Date.now);
    try {
      const session = real.open(principal({ expiresAt: Date.now() + 300 }));
      await new Promise((resolve) => session.ended.addEventListener('abort', resolve));
      expect(session.ended.reason).toBe('expired');
    } finally {
      real.stop();
    }
  });

  it('of a token that is good for longer than a timer can be set for (2^31 ms) stays until then', () => {
    // Seen to fail with setTimeout(expiresAt - now), which then ends it at once.
    const session = sessions.open(principal({ expiresAt: NOW + 2 ** 31 + 60_000 }));
    pass(2 ** 31);
    expect(session.ended.aborted).toBe(false);
    pass(61_000);
    expect(session.ended.reason).toBe('expired');
  });

  it('of a principal that has expired, or was revoked meanwhile, has ended before it begins', () => {
    expect(sessions.open(principal({ expiresAt: NOW })).ended.reason).toBe('expired');
    revoke({});
    expect(sessions.open(principal()).ended.reason).toBe('revoked');
  });

  it('of nobody, or of a key without end, has none', () => {
    const open = [OPEN, ANONYMOUS, principal({ kind: 'key', expiresAt: null })].map((each) => sessions.open(each));
    pass(1e12);
    expect(open.map(({ ended }) => ended.aborted)).toEqual([false, false, false]);
  });

  it('survives a clock that is set back, and a process that slept', () => {
    const session = sessions.open(principal());
    at = NOW - 3_600_000;
    const later = sessions.open(principal({ expiresAt: at + 1_000 }));
    // Seen to fail when `#enter` leaves `#served` as it is: that tick comes an hour late.
    pass(1_100);
    expect(later.ended.reason).toBe('expired');
    pass(1e10);
    expect(session.ended.reason).toBe('expired');
  });

  it('G13: is ended by what revokes its token, its owner or its key, in its tenant alone', () => {
    const open = {
      ann: sessions.open(principal({ credential: { jti: 't-1' } })),
      otherTenant: sessions.open(principal({ tenant: 'acme', credential: { jti: 't-1' } })),
      ben: sessions.open(principal({ name: 'ben', credential: { jti: 't-2' } })),
      key: sessions.open(principal({ kind: 'key', name: 'key:0f', credential: { sub: null, keyId: '0f' } })),
      // Somebody whose name is the id of a key, and the other way round.
      zeroF: sessions.open(principal({ name: '0f', credential: { jti: 'ann' } })),
    };
    const ended = (): string[] => Object.entries(open).filter(([, { ended: signal }]) => signal.aborted).map(([name]) => name);
    revoke({ kind: 'jti', value: 't-2' });
    expect(ended()).toEqual(['ben']);
    revoke({ kind: 'key', value: '0f' });
    expect(ended()).toEqual(['ben', 'key']);
    revoke({ kind: 'sub', value: 'ann' });
    expect(ended()).toEqual(['ann', 'ben', 'key']);
    revoke({ kind: 'jti', value: 't-1', tenant: 'acme' });
    expect(ended()).toEqual(['ann', 'otherTenant', 'ben', 'key']);
  });

  it('a revocation of a sub spares what was issued later, and hits what does not say when', () => {
    const [before, same, after, unknown] = [NOW - 1, NOW, NOW + IAT_AHEAD + 1, null].map((issuedAt) => sessions.open(principal({ credential: { issuedAt } })));
    revoke({ revokedAt: NOW });
    expect([before, same, after, unknown].map((session) => session?.ended.aborted)).toEqual([true, true, false, true]);
  });
});

// Seen to fail with a hit that reaches the tolerance alone.
it.each([0, 30_000])('a token of an issuer whose clock is ahead, by as much as is taken, does not escape a revocation of its sub (tolerance %d ms)', (clockTolerance) => {
  const known = new Revocations(clockTolerance);
  known.add(revocation({ revokedAt: NOW }));
  const limits = { now: NOW, clockTolerance, maxTokenLife: MAX_TOKEN_LIFE };
  const claims = (iat: number) => ({ sub: 'ann', iat: iat / 1_000, exp: NOW / 1_000 + 600 });
  const furthest = NOW + clockTolerance + IAT_AHEAD;
  expect(known.hits(principalOf(claims(furthest), limits))).toBe(true);
  expect(() => principalOf(claims(furthest + 1_000), limits)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  expect(known.hits(principalOf(claims(furthest + 1_000), { ...limits, now: NOW + 1_000 }))).toBe(false);
});

describe('renewal', () => {
  it('changes the principal in place and moves its end', () => {
    const session = sessions.open(principal());
    const { ended } = session;
    session.renew(principal({ expiresAt: NOW + 120_000, scopes: new Set(['orders:read']) }));
    expect([session.version, [...session.principal.scopes]]).toEqual([1, ['orders:read']]);
    pass(60_100);
    expect(ended.aborted).toBe(false);
    pass(60_000);
    expect(ended.reason).toBe('expired');
  });

  it.each([
    ['somebody else', { name: 'ben' }],
    ['another tenant', { tenant: 'acme' }],
    ['another kind', { kind: 'key' as const }],
  ])('as %s is refused, and changes nothing', (_what, parts) => {
    const session = sessions.open(principal());
    expect(() => session.renew(principal(parts))).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED', details: { reason: 'invalid' } }));
    expect([session.version, session.principal.name, session.ended.aborted]).toEqual([0, 'ann', false]);
  });

  it('with a token that was revoked meanwhile ends it; what has ended cannot be renewed', () => {
    const session = sessions.open(principal({ credential: { jti: 't-1' } }));
    revoke({ kind: 'jti', value: 't-2' });
    session.renew(principal({ credential: { jti: 't-2' } }));
    expect(session.ended.reason).toBe('revoked');
    expect(() => session.renew(principal({ credential: { jti: 't-3' } }))).toThrow(expect.objectContaining({ details: { reason: 'revoked' } }));
  });

  it('is hit by what revokes the new token, no longer by what revokes the old one', () => {
    const session = sessions.open(principal({ credential: { jti: 't-1' } }));
    session.renew(principal({ credential: { jti: 't-2' } }));
    revoke({ kind: 'jti', value: 't-1' });
    expect(session.ended.aborted).toBe(false);
    revoke({ kind: 'jti', value: 't-2' });
    expect(session.ended.reason).toBe('revoked');
  });
});

describe('nothing is left behind', () => {
  it('whatever is opened, renewed, revoked and expired, in any order: when all are closed, nothing is held', () => {
    // Seen to fail without `leave` in `#renew`.
    const step = fc.oneof(
      fc.record({ what: fc.constant('open' as const), name: fc.integer({ min: 0, max: 3 }), life: fc.integer({ min: -10, max: 5_000 }) }),
      fc.record({ what: fc.constant('renew' as const), which: fc.nat(20), life: fc.integer({ min: -10, max: 5_000 }) }),
      fc.record({ what: fc.constant('revoke' as const), name: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: -500, max: 2_000 }) }),
      fc.record({ what: fc.constant('close' as const), which: fc.nat(20) }),
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      at = NOW;
      const known = new Revocations(0);
      const all = new LiveSessions(known, () => at);
      const opened: { session: ReturnType<LiveSessions['open']>; closed: boolean }[] = [];
      const who = (name: string, life: number): Principal => principal({ name, expiresAt: at + life, credential: { jti: `${name}-${life}`, issuedAt: at } });
      for (const each of steps) {
        if (each.what === 'open') opened.push({ session: all.open(who(`n${each.name}`, each.life)), closed: false });
        else if (each.what === 'pass') {
          at += each.ms;
          all.expire();
        } else if (each.what === 'revoke') {
          const made = revocation({ value: `n${each.name}`, revokedAt: at });
          known.add(made);
          all.revoke(made);
        } else {
          const found = opened[each.which];
          if (found === undefined) continue;
          if (each.what === 'close') {
            found.session.close();
            found.closed = true;
          } else if (!found.session.ended.aborted) found.session.renew(who(found.session.principal.name, each.life));
        }
      }
      expect(all.sizes.open).toBe(opened.filter(({ closed }) => !closed).length);
      // Whoever is open and has not ended is neither expired nor revoked, but for the last tick.
      all.expire();
      for (const { session, closed } of opened) {
        if (closed || session.ended.aborted) continue;
        expect(session.principal.expiresAt).toBeGreaterThan(at - 100);
        expect(known.hits(session.principal)).toBe(false);
      }
      for (const { session } of opened) session.close();
      expect(all.sizes).toEqual({ open: 0, ticks: 0, handles: 0 });
      all.stop();
    }));
  });

  it('of revocations whose every token has expired', () => {
    revoke({ until: NOW + 1_000 });
    revoke({ kind: 'jti', value: 'x', until: NOW + 10_000_000 });
    revocations.prune(NOW + 3_700_000);
    expect(revocations.size).toBe(1);
    expect(revocations.hits(principal({ name: 'x', credential: { jti: 'x' } }))).toBe(true);
  });

  it('a revocation that is repeated counts with the later of its times', () => {
    revoke({ revokedAt: NOW + 10, until: NOW + 50 });
    revoke({ revokedAt: NOW, until: NOW + 100 });
    expect(revocations.size).toBe(1);
    expect(revocations.hits(principal({ credential: { issuedAt: NOW + 10 } }))).toBe(true);
  });
});
