import { badInput } from '../event/limits.js';

const MAX_HEADERS = 20;
const MAX_NAME_LENGTH = 100;
const MAX_VALUE_LENGTH = 2_000;
/** A token of RFC 9110. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII, spaces and tabs: no line end, so no header of its own. */
const VALUE = /^[\t\x20-\x7e]*$/;
/** Say who is meant, how the message is framed and what it is: the sender's business. */
const RESERVED = ['host', 'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'http2-settings', 'traceparent', 'tracestate'];
const RESERVED_START = ['webhook-', 'content-'];

/** The headers of an endpoint, with names in small letters. Errors: `BAD_USER_INPUT`, which names the header and never shows its value. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const checked = new Map<string, string>();
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    if (!NAME.test(name) || name.length > MAX_NAME_LENGTH) throw badInput(`${JSON.stringify(given.slice(0, MAX_NAME_LENGTH))} is not a name of a header. Use letters, digits and hyphens, at most ${MAX_NAME_LENGTH}.`);
    if (RESERVED.includes(name) || RESERVED_START.some((start) => name.startsWith(start))) throw badInput(`The header ${name} is set by the gateway. Leave it out.`);
    if (checked.has(name)) throw badInput(`The header ${name} is there twice. Give it once.`);
    if (!VALUE.test(value)) throw badInput(`The value of the header ${name} has characters that a header cannot have. Use printable ASCII on one line.`);
    if (value.length > MAX_VALUE_LENGTH) throw badInput(`The value of the header ${name} has ${value.length} characters. Use at most ${MAX_VALUE_LENGTH}.`);
    checked.set(name, value);
  }
  if (checked.size > MAX_HEADERS) throw badInput(`There are ${checked.size} headers. Give at most ${MAX_HEADERS}.`);
  return Object.fromEntries(checked);
}
