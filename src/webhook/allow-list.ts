import { BlockList, isIP } from 'node:net';
import { badInput } from '../event/limits.js';

/** Where webhooks may go although it is not public: what the operator vouches for. */
export interface AllowList {
  /** Whether the name is on it: then it may resolve to anything, and plain http is good enough. */
  hasHost(host: string): boolean;
  /** Whether the address lies in a network that is on it. An IPv4-mapped address counts as the IPv4 address in it. */
  hasAddress(address: string): boolean;
}

/**
 * Reads entries of `SLUICE_WEBHOOK_ALLOW`: a host name (exactly that one, no wildcards), an address, or a network as
 * `10.0.0.0/8`. No scheme, no port. Errors: `BAD_USER_INPUT` that names the entry.
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>();
  const networks = new BlockList();
  for (const entry of entries) {
    const [start = '', prefix, ...rest] = entry.trim().split('/');
    const host = normalHost(start);
    if (host === null || rest.length > 0) throw badEntry(entry);
    const family = isIP(host);
    if (family === 0) {
      if (prefix !== undefined) throw badEntry(entry);
      hosts.add(host);
      continue;
    }
    const longest = family === 4 ? 32 : 128;
    if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest)) throw badEntry(entry);
    networks.addSubnet(host, prefix === undefined ? longest : Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    hasHost: (host) => hosts.has(bareHost(host)),
    hasAddress: (address) => {
      const family = isIP(address);
      return family !== 0 && !address.includes('%') && networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** The host of a URL without the brackets of IPv6 and the dot at the end of a full name. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '').toLowerCase();
}

/** As a URL would have it: small letters, IDN in ASCII, an address in its usual form. Null for what is no host. */
function normalHost(text: string): string | null {
  const host = isIP(text) === 6 ? `[${text}]` : text;
  if (!/^[^\s/?#@\\]+$/.test(host) || (host.includes(':') && !host.startsWith('[')) || /\]./.test(host) || host.includes('*')) return null;
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : null;
  return url === null || url.hostname === '' ? null : bareHost(url.hostname);
}

function badEntry(entry: string): Error {
  return badInput(`"${entry}" is neither a host nor a network. Give a host name (hooks.internal), an address (10.1.2.3) or a network (10.0.0.0/8), without scheme and port.`);
}
