import { isIP } from 'node:net';
import { badInput } from '../event/limits.js';
import { specialKind } from './address.js';
import { bareHost, type AllowList } from './allow-list.js';

const MAX_URL_LENGTH = 2_048;
/** What there is to do about a host that may not be reached. */
export const ALLOW_HINT = 'Webhooks go to public addresses only. Use a public one, or have the operator add the host or its network to SLUICE_WEBHOOK_ALLOW.';

/**
 * The URL a webhook is sent to. Refused is what is known without a look-up: another scheme than https (http is good for a
 * host that is on the list by its name, or by its address if that is what the URL has), a user or password, an address that
 * is neither public nor on the list, in any spelling, and names that always mean this machine. What a name resolves to is
 * checked at every connection (lookup.ts). Any port will do. Errors: `BAD_USER_INPUT`, which does not repeat the URL.
 */
export function checkTarget(text: string, allow: AllowList): URL {
  if (text.length > MAX_URL_LENGTH) throw badInput(`The URL has ${text.length} characters. Give one of at most ${MAX_URL_LENGTH}.`);
  // A URL parser takes white space out; whoever reads the URL would then see another than the one that is used.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) throw badInput('The URL is not valid. Give a whole one, such as https://example.com/hooks.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badInput('The URL must begin with https://.');
  if (url.username !== '' || url.password !== '') throw badInput('The URL has a user or a password in it. Leave them out, and send them as a header: Authorization.');
  const host = bareHost(url.hostname);
  const isAddress = isIP(host) !== 0;
  const allowed = isAddress ? allow.hasAddress(host) : allow.hasHost(host);
  if (allowed) return url;
  if (isAddress) {
    const kind = specialKind(host);
    if (kind !== null) throw badInput(`The URL leads to ${kind} address. ${ALLOW_HINT}`);
  } else if (/(^|\.)localhost$/.test(host) && !allow.hasAddress('127.0.0.1') && !allow.hasAddress('::1')) {
    throw badInput(`The URL leads to a loopback address. ${ALLOW_HINT}`);
  }
  if (url.protocol === 'http:') throw badInput('The URL must begin with https://. Plain http is for hosts on SLUICE_WEBHOOK_ALLOW only.');
  return url;
}
