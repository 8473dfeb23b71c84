import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Principal } from '../auth/principal.js';
import type { WireLimits } from './limits.js';

/** Counts what is under way, by address and by principal. One per gateway, for every transport. */
export class Connections {
  readonly #limits: WireLimits;
  readonly #trustProxy: number;
  readonly #addresses = new Map<string, number>();
  readonly #principals = new Map<string, number>();

  /** @param trustProxy how many proxies in front append to `X-Forwarded-For`; 0: the header is not read. */
  constructor(limits: WireLimits, trustProxy: number) {
    this.#limits = limits;
    this.#trustProxy = trustProxy;
  }

  /** Where a request comes from, as it is counted. */
  addressOf(request: IncomingMessage): string {
    return addressKey(clientAddress(request, this.#trustProxy));
  }

  /** Takes a place; the returned function, called once, gives it back. Null: there is none. */
  ofAddress(request: IncomingMessage): (() => void) | null {
    return take(this.#addresses, this.addressOf(request), this.#limits.connectionsPerAddress);
  }

  ofPrincipal({ kind, tenant, name }: Principal): (() => void) | null {
    if (kind === 'open' || kind === 'anonymous') return () => undefined;
    return take(this.#principals, JSON.stringify([tenant, kind, name]), this.#limits.connectionsPerPrincipal);
  }

  /** How many addresses and principals are counted at this moment: 0 when nothing is under way. */
  get counted(): number {
    return this.#addresses.size + this.#principals.size;
  }
}

function take(counts: Map<string, number>, key: string, limit: number): (() => void) | null {
  const before = counts.get(key) ?? 0;
  if (before >= limit) return null;
  counts.set(key, before + 1);
  return () => {
    const left = (counts.get(key) ?? 1) - 1;
    if (left === 0) counts.delete(key);
    else counts.set(key, left);
  };
}

/** Each proxy appends the address it was asked from; the first of those that are trusted has appended the client's. */
export function clientAddress(request: IncomingMessage, trustProxy: number): string {
  const own = request.socket.remoteAddress ?? 'unknown';
  if (trustProxy === 0) return own;
  const header = request.headers['x-forwarded-for'];
  const hops = [...(Array.isArray(header) ? header.join(',') : header ?? '').split(',').map((hop) => hop.trim()).filter((hop) => hop !== ''), own];
  return hops[Math.max(0, hops.length - 1 - trustProxy)] ?? own;
}

/** One subscriber line has a /64: counted one by one its addresses would be endless. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address.slice(0, 64);
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const behind = groups(tail ?? '');
  // What is written as IPv4 at the end stands for two.
  const missing = 8 - groups(head).length - behind.length - (address.includes('.') ? 1 : 0);
  const whole = tail === undefined ? groups(head) : [...groups(head), ...Array.from({ length: missing }, () => '0'), ...behind];
  return `${whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
