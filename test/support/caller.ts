import type { Auth, LiveSession, Proof } from '../../src/auth/auth.js';
import { ANONYMOUS, type Principal } from '../../src/auth/principal.js';
import type { SessionEnd } from '../../src/auth/session.js';

export interface CallerParts {
  readonly sub?: string;
  /** Separated by spaces. */
  readonly scope?: string;
  readonly tenant?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A principal as a verified token gives it. */
export function caller({ sub = 'ann', scope = '', tenant = 'default', claims = {} }: CallerParts = {}): Principal {
  return {
    kind: 'token', name: sub, tenant, scopes: new Set(scope.split(' ').filter((each) => each !== '')), claims: { sub, ...claims }, expiresAt: null,
    credential: { jti: null, sub, keyId: null, issuedAt: null },
  };
}

/** A session that a test renews and ends. */
export class TestSession implements LiveSession {
  readonly #ended = new AbortController();
  principal: Principal;
  version = 0;

  constructor(principal: Principal) {
    this.principal = principal;
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  renew(principal: Principal): void {
    this.principal = principal;
    this.version += 1;
  }

  end(reason: SessionEnd): void {
    this.#ended.abort(reason);
  }

  close(): void {
    this.closed = true;
  }

  closed = false;
}

/** Tells callers apart by names that a test gives them: `Bearer ann`. */
export class TestAuth implements Auth {
  readonly required = true;
  readonly callers = new Map<string, Principal>();
  /** Sessions by the name of their principal, the latest last. */
  readonly sessions: TestSession[] = [];
  /** Who a transport is that does not ask. */
  next: Principal = ANONYMOUS;

  authenticate(proof: Proof): Promise<Principal> {
    return Promise.resolve(proof.kind === 'bearer' ? this.callers.get(proof.token) ?? ANONYMOUS : ANONYMOUS);
  }

  open(principal: Principal): TestSession {
    const session = new TestSession(principal.kind === 'open' ? this.next : principal);
    this.sessions.push(session);
    return session;
  }
}
