import { createHmac, randomBytes } from 'node:crypto';
import { badInput } from '../event/limits.js';

const PREFIX = 'whsec_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const NEW_BYTES = 32;

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return PREFIX + randomBytes(NEW_BYTES).toString('base64');
}

/** The key in a secret, which is `whsec_` and 24 to 64 bytes in base64. Errors: `BAD_USER_INPUT`; nothing of the secret is in it. */
export function readSecret(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = Buffer.from(text, 'base64');
  if (key.toString('base64') !== text || key.length < MIN_BYTES || key.length > MAX_BYTES) {
    throw badInput(`The secret must be ${PREFIX} and ${MIN_BYTES} to ${MAX_BYTES} random bytes in base64, with its padding. Leave it out, and one is made for you.`);
  }
  return key;
}

/**
 * `webhook-id`, `webhook-timestamp` and `webhook-signature` as Standard Webhooks has them. Every secret signs, the newest
 * first, so that receivers may have either during a rotation. `at`: milliseconds since 1970; it is signed in seconds.
 */
export function signatureHeaders(secrets: readonly string[], id: string, at: number, body: string): Record<string, string> {
  if (secrets.length === 0) throw badInput('The webhook has no secret. Rotate its secret.');
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', readSecret(secret)).update(`${id}.${timestamp}.`).update(body).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
