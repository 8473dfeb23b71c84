import { v5, v7 } from 'uuid';

/** Namespace of all ids made from idempotency keys; random, and part of the contract since G3 names the formula. */
const NAMESPACE = '6f1c2d0e-6d5b-4d2e-9a0e-5b1f6c7a8d93';

/** Id of an event published without an idempotency key: a uuidv7, so that ids of one time lie together in the index. */
export function newEventId(): string {
  return v7();
}

/** Id of the `index`-th event of the call with this idempotency key: the same for the same tenant and key, always (G3). */
export function keyedEventId(tenant: string, key: string, index: number): string {
  return v5(`${key}/${index}`, v5(tenant, NAMESPACE));
}
