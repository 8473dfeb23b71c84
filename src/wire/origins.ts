import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../base/error.js';
import { isLoopback } from '../base/loopback.js';

export interface OriginOptions {
  /** Origins beside the gateway's own whose pages may ask: `https://shop.example`. */
  readonly origins: readonly string[];
  /** What the gateway listens on. */
  readonly host: string;
  /** Authentication is off: pages of any loopback origin may ask a gateway that listens on loopback. */
  readonly open: boolean;
}

export type OriginVerdict =
  | { readonly refused: 'host' | 'origin' }
  /** `origin` is null when no page of another origin asks; then there is nobody to allow anything by CORS. */
  | { readonly refused: null; readonly origin: string | null; readonly credentials: boolean };

export type OriginPolicy = (request: IncomingMessage) => OriginVerdict;

/**
 * Whose pages may ask. A browser names the page's origin and no page can change that; other clients name none, and are not
 * kept out by it. Throws `SluiceError` (`BAD_USER_INPUT`) when the list holds what is no origin.
 */
export function createOriginPolicy({ origins, host, open }: OriginOptions): OriginPolicy {
  const listed = new Set(origins.map(readListed));
  const listedUrls = [...listed].map((origin) => new URL(origin));
  const onLoopback = isLoopbackPage(bracketed(host));
  let own: string | null = null;
  return (request) => {
    const authority = only(request, 'host');
    // A name of somebody else's that resolves to 127.0.0.1 makes that page's requests same-origin (DNS rebinding).
    if (authority === 'several' || (onLoopback && !isOwnName(authority))) return { refused: 'host' };
    const origin = only(request, 'origin');
    if (origin === null) return strangers(request) ? { refused: 'origin' } : { refused: null, origin: null, credentials: false };
    if (listed.has(origin)) return { refused: null, origin, credentials: true };
    const page = parseOrigin(origin);
    if (page === null) return { refused: 'origin' };
    // Only host and port are compared, with the default port of the page's scheme: the proxy in front may end TLS.
    const isOwn = authority !== null && parse(`${page.protocol}//${authority}`)?.host === page.host;
    if (isOwn) return { refused: null, origin: null, credentials: false };
    if (open && onLoopback && isLoopbackPage(page.hostname)) return { refused: null, origin, credentials: false };
    return { refused: 'origin' };
  };

  function isOwnName(authority: string | null): boolean {
    if (authority === null) return false;
    // Mostly the same clients ask, by the same name.
    if (authority === own) return true;
    const named = parse(`http://${authority}`);
    if (named === null) return false;
    const isOwn = isLoopbackPage(named.hostname) || listedUrls.some((origin) => parse(`${origin.protocol}//${authority}`)?.host === origin.host);
    if (isOwn) own = authority;
    return isOwn;
  }
}

/** Without `Origin`, a browser that says another site asks: an image or a script of that page. It may navigate to GraphiQL. */
function strangers({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  return !(headers['sec-fetch-mode'] === 'navigate' && headers.accept?.includes('text/html') === true);
}

/** A header that must come once: its value, null when it is absent. Several never equal an origin; a list is read as one text. */
function only({ rawHeaders }: IncomingMessage, name: 'host' | 'origin'): string | null {
  let found: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== name) continue;
    if (found !== null) return 'several';
    found = rawHeaders[index + 1] ?? '';
  }
  return found;
}

/** An origin as browsers write it, or null: `null`, paths, credentials, upper case and lists are none. */
function parseOrigin(text: string): URL | null {
  const url = parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === text ? url : null;
}

function readListed(text: string): string {
  const url = parse(text.trim());
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new SluiceError('BAD_USER_INPUT', `"${text}" is no origin. Write scheme, host and port as the browser does, such as https://shop.example or http://localhost:5173; there is no wildcard.`);
  }
  return url.origin;
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function bracketed(host: string): string {
  return parse(`http://${host.includes(':') ? `[${host}]` : host}`)?.hostname ?? host;
}

/** Of a hostname as URL has it. Browsers resolve `localhost` and what is below it to loopback by themselves. */
function isLoopbackPage(hostname: string): boolean {
  return isLoopback(hostname) || hostname.endsWith('.localhost');
}
