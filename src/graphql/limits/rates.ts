import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../../auth/principal.js';
import { SluiceError } from '../../base/error.js';
import type { Limits } from './limits.js';

/** Principals that are counted one by one in a second; those beyond share one count. */
export const MAX_COUNTED = 50_000;

/** Who is counted. Whoever gives no credential is told apart by address; null: nobody is counted, since everybody is the same. */
export function counted(principal: Principal, address: string): string | null {
  if (principal.kind === 'open') return null;
  return principal.kind === 'anonymous' ? `address ${address}` : JSON.stringify([principal.kind, principal.tenant, principal.name]);
}

/** How much each principal has taken in the present second, here on this gateway. A whole second's worth may come at once. */
export class Rates {
  readonly #operations: Window;
  readonly #published: Window;

  constructor(limits: Pick<Limits, 'operationsPerSecond' | 'publishedPerSecond'>, maxCounted = MAX_COUNTED) {
    this.#operations = new Window(limits.operationsPerSecond, maxCounted, (limit) => `More than ${limit} operations in a second.`);
    this.#published = new Window(limits.publishedPerSecond, maxCounted, (limit) => `More than ${limit} events published in a second; nothing of this call was stored.`);
  }

  /** One more operation. Throws `RATE_LIMITED`. */
  operation(who: string | null): Promise<void> {
    return this.#operations.take(who, 1);
  }

  /** So many more events, of one call. Throws `RATE_LIMITED`. */
  publish(who: string | null, events: number): Promise<void> {
    return this.#published.take(who, events);
  }
}

/** A count for every key that begins with its first and ends a second later, when the key is forgotten. */
class Window {
  readonly #counts: RateLimiterMemory;
  readonly #maxCounted: number;
  readonly #message: string;
  readonly #keys = new Set<string>();
  #emptied = performance.now();

  constructor(limit: number, maxCounted: number, message: (limit: number) => string) {
    this.#counts = new RateLimiterMemory({ points: limit, duration: 1 });
    this.#maxCounted = maxCounted;
    this.#message = message(limit);
  }

  async take(who: string | null, points: number): Promise<void> {
    if (who === null) return;
    try {
      await this.#counts.consume(this.#keyOf(who), points);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const retryAfterMs = Math.max(1, Math.ceil(refused.msBeforeNext));
      throw new SluiceError('RATE_LIMITED', `${this.#message} Wait ${retryAfterMs} ms, then go on more slowly.`, { retryAfterMs });
    }
  }

  /** Its own key as long as there is room; the counts themselves end after a second, so what is known here may go with them. */
  #keyOf(who: string): string {
    const now = performance.now();
    if (now - this.#emptied >= 1_000) {
      this.#keys.clear();
      this.#emptied = now;
    }
    if (!this.#keys.has(who)) {
      if (this.#keys.size >= this.#maxCounted) return 'everybody beyond';
      this.#keys.add(who);
    }
    return who;
  }
}
