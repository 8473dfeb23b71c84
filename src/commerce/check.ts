import { badInput, checkKey } from '../event/limits.js';

/** The largest `Int` of GraphQL, and the largest `integer` of Postgres. */
export const MAX_INT = 2_147_483_647;

/** Characters of a name, a reason, a street. */
const MAX_TEXT = 1_000;
/** Characters of an email address (RFC 5321, 4.5.3.1.3). */
const MAX_EMAIL = 254;

/** The text without space around it. `path` names it in the message: `input.name`. */
export function checkedText(value: string, path: string): string {
  const text = value.trim();
  if (text.length === 0) throw badInput(`${path}: must not be empty.`);
  if (text.length > MAX_TEXT) throw badInput(`${path}: has ${text.length} characters; at most ${MAX_TEXT} are allowed.`);
  if (text.includes('\0') || !text.isWellFormed()) throw badInput(`${path}: contains a character that Postgres cannot hold. Send well-formed Unicode without U+0000.`);
  return text;
}

/** `input.reason`, where there is one. */
export function checkedReason(reason: string | null | undefined): string | null {
  return reason == null ? null : checkedText(reason, 'input.reason');
}

/** An address as people write it: something, `@`, something. Whether it exists only a mail can tell. */
export function checkedEmail(value: string, path: string): string {
  const email = checkedText(value, path);
  if (email.length > MAX_EMAIL || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw badInput(`${path}: "${email.slice(0, MAX_EMAIL)}" is not an email address. Send one such as "ada@example.org".`);
  }
  return email;
}

/** A product's number; it is the key of events, and a key has a limit. */
export function checkedSku(value: string, path: string): string {
  const sku = checkedText(value, path);
  if (sku !== value) throw badInput(`${path}: has space around it. Send "${sku}".`);
  return checkKey(sku, `${path}:`);
}

/** A price: more than nothing, in a currency of three capital letters. */
export function checkedPrice<Money extends { readonly amount: number; readonly currency: string }>(price: Money, path: string): Money {
  if (price.amount <= 0) throw badInput(`${path}.amount: must be at least 1 (minor units), not ${price.amount}.`);
  if (!/^[A-Z]{3}$/.test(price.currency)) throw badInput(`${path}.currency: must be a code of three capital letters such as "EUR".`);
  return price;
}

interface Address {
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

export function checkedAddress(address: Address, path: string): Address {
  if (!/^[A-Z]{2}$/.test(address.country)) throw badInput(`${path}.country: must be a code of two capital letters such as "DE".`);
  return {
    street: checkedText(address.street, `${path}.street`),
    city: checkedText(address.city, `${path}.city`),
    postalCode: checkedText(address.postalCode, `${path}.postalCode`),
    country: address.country,
  };
}
