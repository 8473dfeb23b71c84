import type { Auth, LiveSession, Proof } from '../../src/auth/auth.js';
import { ANONYMOUS, type Principal } from '../../src/auth/principal.js';
import type { SessionEnd } from '../../src/auth/session.js';
import { SluiceError } from '../../src/base/error.js';

type Given = Partial<Pick<Principal, 'name' | 'tenant' | 'expiresAt'>> & { readonly scopes?: readonly string[] };

/** Who calls, without cryptography: tokens are texts that a test has granted, and it ends sessions when it likes. */
export class TestAuth implements Auth {
  readonly required = true;
  readonly #granted = new Map<string, Principal>();
  readonly #refused = new Map<string, string>();
  readonly #open = new Set<{ end(reason: SessionEnd): void; readonly principal: Principal }>();
  /** Every proof that was given, and whose sessions were opened. */
  readonly proofs: Proof[] = [];
  readonly opened: Principal[] = [];
  /** Instead of an answer. */
  failure: Error | undefined;
  /** Every answer waits for it. */
  gate: Promise<void> = Promise.resolve();

  /** Makes this token, or ticket, a good one. */
  grant(token: string, { name = token, tenant = 'default', scopes = [], expiresAt = null }: Given = {}): string {
    this.#granted.set(token, {
      kind: 'token', name, tenant, scopes: new Set(scopes), claims: { sub: name, tenant }, expiresAt, credential: { jti: token, sub: name, keyId: null, issuedAt: null },
    });
    return token;
  }

  /** From now on this token is a bad one, for this reason. */
  spoil(token: string, reason: 'expired' | 'revoked'): string {
    this.#refused.set(token, reason);
    return token;
  }

  /** Sessions that are open. */
  get live(): number {
    return this.#open.size;
  }

  /** Ends the sessions of this name. */
  end(name: string, reason: SessionEnd): void {
    for (const session of [...this.#open]) if (session.principal.name === name) session.end(reason);
  }

  async authenticate(proof: Proof): Promise<Principal> {
    this.proofs.push(proof);
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    if (proof.kind === 'none') return ANONYMOUS;
    const text = proof.kind === 'bearer' ? proof.token : proof.ticket;
    const reason = this.#refused.get(text);
    const principal = this.#granted.get(text);
    if (reason !== undefined || principal === undefined) throw new SluiceError('UNAUTHENTICATED', `not for clients: ${text}`, { reason: reason ?? 'invalid' });
    return principal;
  }

  open(first: Principal): LiveSession {
    const ended = new AbortController();
    let principal = first;
    let version = 0;
    this.opened.push(first);
    const session = {
      get principal() {
        return principal;
      },
      get version() {
        return version;
      },
      ended: ended.signal,
      end: (reason: SessionEnd) => ended.abort(reason),
      renew(next: Principal) {
        if (next.name !== principal.name || next.tenant !== principal.tenant) throw new SluiceError('UNAUTHENTICATED', 'somebody else', { reason: 'invalid' });
        principal = next;
        version += 1;
      },
      close: () => void this.#open.delete(session),
    };
    this.#open.add(session);
    return session;
  }
}
