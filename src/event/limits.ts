import { SluiceError } from '../base/error.js';

/** UTF-8 bytes of one payload. The outbox has the same limit, in SQL. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Characters (code points, as Postgres counts them) of a key, an idempotency key, a correlation or causation id. */
export const MAX_KEY_LENGTH = 255;
/** Events of one `publish` call, and their payload characters in all. */
export const MAX_CALL_EVENTS = 1_000;
export const MAX_CALL_BYTES = 4 * 1024 * 1024;
/** Levels of nesting in a payload. */
export const MAX_DEPTH = 64;
/** Characters of the reason that somebody gives for a decision. */
const MAX_REASON = 1_000;
/** Milliseconds that `occurredAt` may lie ahead of the gateway's clock. */
const MAX_AHEAD = 24 * 60 * 60 * 1_000;

/** Refuses text that Postgres cannot hold, or that is empty or too long. `what` names it in the message. */
export function checkKey(value: string, what: string): string {
  const characters = value.length <= MAX_KEY_LENGTH ? value.length : [...value].length;
  if (characters === 0 || characters > MAX_KEY_LENGTH) throw badInput(`${what} must have 1 to ${MAX_KEY_LENGTH} characters, not ${characters}.`);
  checkText(value, what);
  return value;
}

/** Refuses a moment before 1970 or more than a day ahead: either is a mistake of units or of a clock. */
export function checkOccurredAt(value: Date, now: number): Date {
  if (!(value.getTime() >= 0 && value.getTime() <= now + MAX_AHEAD)) {
    throw badInput('occurredAt must lie between 1970 and one day from now. Send the moment at which it happened, with its zone.');
  }
  return value;
}

/** Refuses what JSON or Postgres would change or cannot hold: NUL, lone surrogates, infinite numbers, endless nesting. */
export function checkJson(value: unknown, what: string, depth = 0): void {
  if (depth > MAX_DEPTH) throw badInput(`${what} is nested more than ${MAX_DEPTH} levels deep.`);
  if (typeof value === 'string') return checkText(value, what);
  if (typeof value === 'number' && !Number.isFinite(value)) throw badInput(`${what} is a number that JSON cannot hold.`);
  if (value === null || typeof value !== 'object' || value instanceof Date) return;
  for (const [name, inner] of Object.entries(value)) {
    checkText(name, `a name in ${what}`);
    checkJson(inner, Array.isArray(value) ? `${what}[${name}]` : `${what}.${name}`, depth + 1);
  }
}

/** Refuses what cannot be kept as the reason of a decision: more than 1,000 characters, or what Postgres cannot hold. */
export function checkReason(reason: string | null): void {
  if (reason !== null && (reason.length > MAX_REASON || reason.includes('\0') || !reason.isWellFormed())) throw badInput(`\`reason\` must have at most ${MAX_REASON} characters, without U+0000.`);
}

function checkText(value: string, what: string): void {
  if (value.includes('\0')) throw badInput(`${what} contains the character U+0000, which Postgres cannot hold. Remove it.`);
  if (!value.isWellFormed()) throw badInput(`${what} contains half a surrogate pair, which is no character. Send well-formed Unicode.`);
}

export function badInput(message: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', message);
}
