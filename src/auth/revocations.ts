import type { Revocation } from '../event/internal.js';
import { IAT_AHEAD } from './claims.js';
import type { Principal } from './principal.js';

/** Milliseconds for which one is remembered after its end, for clocks that differ and `exp` that may be missed. */
export const PAST_THE_END = 60 * 60_000;

/** Names what a revocation can hit, within its tenant. */
export const handleOf = ({ tenant, kind, value }: Pick<Revocation, 'tenant' | 'kind' | 'value'>): string => JSON.stringify([tenant, kind, value]);

/** By what a principal can be revoked; none for those that show no credential. */
export function handlesOf({ tenant, credential }: Principal): readonly string[] {
  const { jti, sub, keyId } = credential;
  return [
    ...(jti === null ? [] : [handleOf({ tenant, kind: 'jti', value: jti })]),
    ...(sub === null ? [] : [handleOf({ tenant, kind: 'sub', value: sub })]),
    ...(keyId === null ? [] : [handleOf({ tenant, kind: 'key', value: keyId })]),
  ];
}

/** What is revoked, in memory: as many entries as the table has rows, and those that have ended since the last `prune`. */
export class Revocations {
  readonly #known = new Map<string, Revocation>();
  readonly #clockTolerance: number;

  /** `clockTolerance`: milliseconds by which the clock of who issues tokens may be ahead of the database's. */
  constructor(clockTolerance: number) {
    this.#clockTolerance = clockTolerance;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Nothing is forgotten by it: of two that name the same, the later counts. */
  add(revocation: Revocation): void {
    const handle = handleOf(revocation);
    const known = this.#known.get(handle);
    this.#known.set(handle, known === undefined ? revocation : {
      ...revocation, revokedAt: Math.max(known.revokedAt, revocation.revokedAt), until: Math.max(known.until, revocation.until),
    });
  }

  /** A `sub` is hit in every token that does not say it was issued later than one could say at the time of the revocation. */
  hits(principal: Principal): boolean {
    return handlesOf(principal).some((handle) => {
      const found = this.#known.get(handle);
      if (found === undefined) return false;
      const { issuedAt } = principal.credential;
      return found.kind !== 'sub' || issuedAt === null || issuedAt <= found.revokedAt + this.#clockTolerance + IAT_AHEAD;
    });
  }

  /** Forgets those whose every token has expired. */
  prune(now: number): void {
    for (const [handle, { until }] of this.#known) if (until + PAST_THE_END < now) this.#known.delete(handle);
  }
}
