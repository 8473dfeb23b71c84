import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { readKey } from './api-keys.js';
import { KEY_NAME } from './claims.js';
import type { Lookups } from './lookups.js';
import type { Principal } from './principal.js';
import { refusal } from './refusal.js';

/** Keys kept in memory, and milliseconds for which each is good. A revocation does not wait for that. */
const KEPT = 10_000;
const KEPT_FOR = 30_000;
/** Milliseconds between two notes that a key is used. */
const USE_NOTED_EVERY = 10 * 60_000;

interface Row {
  readonly hash: Uint8Array;
  readonly principal: Principal;
  readonly revoked: boolean;
  /** Nobody has noted lately that it is used. */
  useDue: boolean;
}

interface Stored {
  readonly tenant: string;
  readonly hash: Uint8Array;
  readonly scopes: readonly string[];
  readonly created: number;
  readonly expires: number | null;
  readonly revoked: boolean;
  readonly useDue: boolean;
}

/** A question to the database, and how many wait for its answer. */
interface Asked {
  readonly row: Promise<Row | undefined>;
  readonly left: AbortController;
  callers: number;
}

/** Finds the principal of an API key. */
export class KeyLookup {
  readonly #lookups: Lookups;
  readonly #log: Logger;
  readonly #rows: LRUCache<string, Row>;
  readonly #asked = new Map<string, Asked>();

  constructor(lookups: Lookups, log: Logger) {
    this.#lookups = lookups;
    this.#log = log;
    this.#rows = new LRUCache({ max: KEPT, ttl: KEPT_FOR });
  }

  /** Errors: `UNAUTHENTICATED` (`invalid`, `revoked`); those of `Lookups`. Expiry is for the caller to see. */
  async find(token: string, leaving?: AbortSignal): Promise<Principal> {
    const shown = readKey(token);
    if (shown === null) throw refusal('invalid', 'this is not the form of an API key');
    const row = this.#rows.get(shown.id) ?? (await this.#ask(shown.id, leaving));
    if (row === undefined || !timingSafeEqual(row.hash, shown.hash)) throw refusal('invalid', 'there is no such API key');
    if (row.revoked) throw refusal('revoked');
    // By who holds the secret, not by who knows the id.
    if (row.useDue) this.#noteUse(shown.id);
    row.useDue = false;
    return row.principal;
  }

  /** Of those who ask for the same key at once, one asks the database, until all of them have left. */
  async #ask(id: string, leaving: AbortSignal | undefined): Promise<Row | undefined> {
    leaving?.throwIfAborted();
    const asked = this.#asked.get(id) ?? this.#begin(id);
    asked.callers += 1;
    leaving?.addEventListener('abort', () => {
      asked.callers -= 1;
      if (asked.callers > 0) return;
      // Whoever comes now asks anew.
      if (this.#asked.get(id) === asked) this.#asked.delete(id);
      asked.left.abort();
    }, { once: true });
    return asked.row;
  }

  #begin(id: string): Asked {
    const left = new AbortController();
    const row = this.#read(id, left.signal).then((found) => {
      // What is not there is not kept: it would drive out what is.
      if (found !== undefined) this.#rows.set(id, found);
      return found;
    }).finally(() => {
      if (this.#asked.get(id) === asked) this.#asked.delete(id);
    });
    const asked: Asked = { row, left, callers: 0 };
    this.#asked.set(id, asked);
    return asked;
  }

  async #read(id: string, leaving: AbortSignal): Promise<Row | undefined> {
    const [row] = await this.#lookups.ask((sql) => sql<Stored[]>`
      SELECT tenant, hash, scopes, extract(epoch FROM created_at)::float8 * 1000 AS created, extract(epoch FROM expires_at)::float8 * 1000 AS expires,
        revoked_at IS NOT NULL AS revoked, coalesce(last_used_at < clock_timestamp() - ${`${USE_NOTED_EVERY} milliseconds`}::interval, true) AS "useDue"
      FROM sluice.api_keys WHERE id = ${id}`, leaving);
    return row === undefined ? undefined : { hash: row.hash, revoked: row.revoked, useDue: row.useDue, principal: principalOf(id, row) };
  }

  /** Beside the call: nobody waits for it, and if it fails the next lookup tries again. */
  #noteUse(id: string): void {
    this.#lookups.ask((sql) => sql`UPDATE sluice.api_keys SET last_used_at = clock_timestamp() WHERE id = ${id}`)
      .catch((error: unknown) => this.#log.warn({ err: error, keyId: id }, 'the use of an API key was not noted'));
  }
}

function principalOf(id: string, { tenant, scopes, created, expires }: Stored): Principal {
  const name = `${KEY_NAME}${id}`;
  return {
    kind: 'key', name, tenant, scopes: new Set(scopes),
    claims: Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, { sub: name })),
    expiresAt: expires,
    credential: { jti: null, sub: null, keyId: id, issuedAt: created },
  };
}
