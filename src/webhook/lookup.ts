import { Resolver, lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { specialKind } from './address.js';
import { bareHost, type AllowList } from './allow-list.js';
import { ALLOW_HINT } from './target.js';

/** The addresses of a host name, as text. Rejects with an error that has a `code` when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Milliseconds for the first try of a name server; the second gets twice that. */
const FIRST_TRY = 1_500;

/** A host that webhooks may not be sent to. The message is for whoever made the webhook: it names no address. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
}

/**
 * Asks the name servers. Not the system's own look-up: that takes a thread of four, and a name server that somebody made
 * slow on purpose would hold up every other look-up and file of the gateway. Names that the operator vouches for, and
 * `localhost`, go the system's way, which also reads its hosts file.
 */
export function createResolve(allow: AllowList): Resolve {
  return async (host) => {
    const name = bareHost(host);
    if (allow.hasHost(name) || /(^|\.)localhost$/.test(name)) return (await systemLookup(host, { all: true })).map(({ address }) => address);
    // One each: it has the name servers that the machine has now.
    const resolver = new Resolver({ timeout: FIRST_TRY, tries: 2 });
    const families = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
    const [failure] = families.filter((family) => family.status === 'rejected');
    if (addresses.length === 0 && failure !== undefined) throw failure.reason;
    return addresses;
  };
}

/**
 * Looks a host up for one connection, and gives out what it found only if every address is public or on the list. The
 * connection goes to one of exactly these: nobody looks the name up again, so a name server that answers differently the
 * next time gains nothing. Errors: `HostRefused`, and those of `resolve`.
 */
export function checkedLookup(allow: AllowList, resolve: Resolve): LookupFunction {
  async function find(host: string): Promise<{ readonly address: string; readonly family: number }[]> {
    const addresses = await resolve(host);
    if (addresses.length === 0) throw noAddress('no address');
    if (!allow.hasHost(host)) {
      for (const address of addresses) {
        const kind = allow.hasAddress(address) ? null : specialKind(address);
        if (kind !== null) throw new HostRefused(`The host resolves to ${kind} address. ${ALLOW_HINT}`);
      }
    }
    return addresses.map((address) => ({ address, family: isIP(address) }));
  }
  return (host, options, callback) => {
    find(host).then((found) => {
      const wanted = options.family === 4 || options.family === 'IPv4' ? 4 : options.family === 6 || options.family === 'IPv6' ? 6 : 0;
      const fitting = found.filter(({ family }) => wanted === 0 || family === wanted);
      const [first] = fitting;
      if (first === undefined) callback(noAddress('no address of this family'), '');
      else if (options.all) callback(null, fitting);
      else callback(null, first.address, first.family);
    }, (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''));
  };
}

/** As the system's own look-up says it. */
function noAddress(message: string): Error {
  const code = 'ENODATA';
  return Object.assign(new Error(message), { code });
}
