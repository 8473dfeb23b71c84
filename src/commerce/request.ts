import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { SluiceError } from '../base/error.js';
import { pause } from '../base/signal.js';
import { stateOf } from '../db/connect.js';
import { checkKey } from '../event/limits.js';
import type { Maintenance } from '../graphql/application.js';
import type { CommerceContext } from './context.js';
import { inTransaction, type ShopTransaction } from './rows.js';
import { requests } from './tables.js';

/** Attempts in all when transactions get in each other's way. Locks are taken in order, so even a second one is rare. */
const ATTEMPTS = 5;
/** Milliseconds before the second attempt, at most; doubled for each further one. */
const PAUSE_MS = 20;
/** Attempts to find an idempotency key that is forgotten whenever it is looked at. */
const KEY_ATTEMPTS = 10;
/** Idempotency keys that one statement forgets at most. */
const KEYS_PER_STATEMENT = 10_000;
/** serialization_failure, deadlock_detected: Postgres has rolled back and asks to try again. */
const TRY_AGAIN: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);

/** The input of a business mutation. */
interface Input {
  readonly idempotencyKey?: string | null;
}

/**
 * Runs a business mutation: `work` in one transaction with its idempotency key, again if Postgres asks for it.
 * With a key, the first call's result is kept beside what it did, and a repeat gets it with `duplicate: true`; a call
 * that arrives while the first is at work waits for its end. A call that fails leaves the key free. Each mutation has its own keys: who may
 * call one, which may be anybody, can neither block nor learn of a key of another.
 * `Result` is kept as JSON: give it nothing that JSON changes.
 * @throws SluiceError `IDEMPOTENCY_CONFLICT` when the key was used for another input; `OVERLOADED` when
 * every attempt was rolled back, and so nothing was stored.
 */
export async function perform<Result extends Readonly<Record<string, unknown>>>(
  context: CommerceContext,
  mutation: string,
  input: Input,
  work: (shop: ShopTransaction) => Promise<Result>,
): Promise<Result & { readonly duplicate: boolean }> {
  const key = input.idempotencyKey ?? null;
  if (key !== null) checkKey(key, 'input.idempotencyKey:');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(context, async (shop) => (
        key === null ? { ...await work(shop), duplicate: false } : once(shop, { key: `${mutation}/${key}`, mutation, fingerprint: fingerprint(mutation, input) }, work)
      ));
    } catch (error) {
      if (!TRY_AGAIN.has(stateOf(error))) throw error;
      if (attempt === ATTEMPTS || context.signal.aborted) {
        throw new SluiceError('OVERLOADED', 'Too many calls change the same rows at once; nothing was stored. Try again.', { retryAfterMs: 1_000 }, { cause: error });
      }
      await pause(Math.random() * PAUSE_MS * 2 ** (attempt - 1), context.signal);
    }
  }
}

interface Request {
  /** `mutation/key` */
  readonly key: string;
  readonly mutation: string;
  readonly fingerprint: string;
}

async function once<Result extends Readonly<Record<string, unknown>>>(
  shop: ShopTransaction, request: Request, work: (shop: ShopTransaction) => Promise<Result>,
): Promise<Result & { readonly duplicate: boolean }> {
  const row = eq(requests.key, request.key);
  for (let attempt = 1; attempt <= KEY_ATTEMPTS; attempt += 1) {
    // First of all locks: whoever waits here holds nothing that the call at work could need.
    if (await shop.insertNew(requests, request)) {
      const result = await work(shop);
      await shop.update(requests, { result }, row);
      return { ...result, duplicate: false };
    }
    // Read committed: this statement sees the row that the insert has waited for. It is gone when its window was over:
    // then the key is free.
    const [earlier] = await shop.select(requests, row);
    if (earlier === undefined) continue;
    if (earlier.result === null) throw new Error(`the request behind an idempotency key has no result: ${request.mutation}`);
    if (earlier.fingerprint !== request.fingerprint) {
      throw new SluiceError('IDEMPOTENCY_CONFLICT', `This idempotency key was used for another ${request.mutation}. Use a new key for a new call; repeat a call exactly to learn its result.`);
    }
    return { ...earlier.result as Result, duplicate: true };
  }
  throw new SluiceError('OVERLOADED', 'This idempotency key is forgotten and used anew all the time; nothing was stored. Try again.', { retryAfterMs: 1_000 });
}

/**
 * Of all tenants: forgets idempotency keys whose window (milliseconds) is over, at most 10,000 per statement, until there are none or
 * the signal aborts. Gateways that do it at once share the work: none waits for another, nor for a call.
 */
export async function forgetRequests({ db, idempotencyWindow, signal }: Maintenance): Promise<void> {
  for (let gone = KEYS_PER_STATEMENT; gone === KEYS_PER_STATEMENT && !signal.aborted;) {
    const result = await db.execute(sql`
      DELETE FROM ${requests} WHERE (tenant, key) IN (
        SELECT tenant, key FROM ${requests} WHERE created_at < clock_timestamp() - ${`${idempotencyWindow} milliseconds`}::interval
        ORDER BY created_at LIMIT ${KEYS_PER_STATEMENT} FOR UPDATE SKIP LOCKED)`);
    gone = result.count;
  }
}

/** sha256 over the mutation and its input. A field that is null means the same as one that is left out. */
function fingerprint(mutation: string, input: Input): string {
  const canonical = JSON.stringify([mutation, input], (_name, value: unknown) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(canonical).digest('hex');
}
